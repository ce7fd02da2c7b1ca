#include "analysis/fit/read_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

#include "analysis/fit/log_calendar.h"
#include "analysis/fit/log_columns.h"
#include "model/date_text.h"
#include "scenarios/csv_text.h"

namespace paystress::fit {
namespace {

constexpr std::size_t shown_rows = 10;    // malformed rows shown one by one
constexpr double most_malformed = 0.1;    // more is not a log with slips but another file
constexpr std::size_t shown_values = 20;  // statuses: a column with more distinct ones may hold names
constexpr long seen_often = 3;            // a name is rarely a status three times
constexpr long most_count = 1'000'000;
constexpr std::string_view code_prefix = "visits.";  // of a column that counts the visits of a code

/// "NS, DNA" -> plain words of each.
std::vector<std::string> list_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    words.push_back(plain_words(text.substr(at, comma - at)));
    at = comma + 1;
  }
  return words;
}

std::optional<long> count_of(std::string_view text) {
  const auto number = read_number(text);
  if (!number.problem.empty() || number.value < 0 || number.value > most_count ||
      std::floor(number.value) != number.value)
    return std::nullopt;
  return static_cast<long>(number.value);
}

class LogReader {
 public:
  LogReader(const CsvText& csv, std::vector<std::string> headings, const LogOptions& options,
            LogReport& report, Faults& faults)
      : csv_(csv), headings_(std::move(headings)), options_(options), report_(report), faults_(faults) {}

  std::optional<Log> read(const std::vector<Fault>& bad_lines) {
    const auto before = faults_.error_count();
    if (!has_headings()) return std::nullopt;
    for (const auto& line : bad_lines) malformed(line.place, line.problem);
    find_columns();
    find_statuses();
    if (faults_.error_count() != before) return std::nullopt;
    choose_rows();
    find_dates();
    if (faults_.error_count() != before) return std::nullopt;
    if (log_.grain == Grain::appointment)
      sum_appointments();
    else
      take_counts();
    judge_malformed();
    if (faults_.error_count() != before) return std::nullopt;
    if (log_.records.empty()) {
      error("", "has no rows that can be used");
      return std::nullopt;
    }
    complete_counts();
    if (log_.grain != Grain::month) {
      find_calendar(log_, options_.missing, {csv_.file, 0, 0}, report_.odd_days, faults_);
    } else {
      log_.works = {true, true, true, true, true, false, false};
    }
    if (faults_.error_count() != before) return std::nullopt;
    return std::move(log_);
  }

 private:
  void error(std::string key, std::string problem, std::string why = {}, std::string fix = {}) {
    faults_.error({csv_.file, 0, 0}, std::move(key), std::move(problem), std::move(why), std::move(fix));
  }

  void malformed(const Place& place, std::string problem) {
    if (++report_.malformed <= shown_rows)
      faults_.warning(place, "", std::move(problem), "the row is left out");
  }

  // ---- columns ----

  /// Headings are shown in messages; a first line that is a row of data must not be.
  bool has_headings() {
    const auto is_data = [](const std::string& heading) {
      return read_number(heading).problem.empty() ||
             read_date_text(heading).kind != DateText::Kind::unreadable;
    };
    if (std::ranges::none_of(headings_, is_data)) return true;
    faults_.error({csv_.file, csv_.header.line, 0}, "", "the first line holds no headings",
                  "a date or a number stands there", "Write the names of the columns on line 1.");
    return false;
  }

  [[nodiscard]] std::optional<std::size_t> column(std::string_view key) const {
    const auto it = columns_.find(std::string(key));
    if (it == columns_.end()) return std::nullopt;
    return it->second;
  }

  void find_columns() {
    std::vector<std::string> headings, keys;
    for (const auto& cell : csv_.header.cells) headings.push_back(cell.text);
    for (const auto& c : column_names()) keys.emplace_back(c.key);
    for (const auto& [key, heading] : options_.columns) {
      const auto at = csv_.find_column(heading);
      if (std::ranges::find(keys, key) == keys.end())
        error("--column " + key, "is no column that a log may have", fmt::format("{}", fmt::join(keys, ", ")),
              did_you_mean(key, keys));
      else if (!at)
        error("--column " + key, fmt::format("the log has no column \"{}\"", heading),
              fmt::format("{}", fmt::join(headings_, ", ")), did_you_mean(heading, headings_));
      else
        columns_[key] = *at;
    }
    for (std::size_t c = 0; c < headings.size(); ++c) recognise(headings[c], c);
    if (!column("date") && !column("month"))
      error("date", "no column is known as the date or the month",
            fmt::format("the columns are {}", fmt::join(headings_, ", ")),
            "Write --column date=\"HEADING\".");
    if (column("status"))
      log_.grain = Grain::appointment;
    else
      require_counts();
    for (const auto& [key, at] : columns_) report_.used.emplace_back(key, headings[at]);
    for (const auto& heading : headings_)
      if (std::ranges::none_of(columns_, [&](const auto& used) { return headings[used.second] == heading; }))
        report_.unused.push_back(heading);
  }

  static std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
    const auto near = nearest_name(word, known);
    return near.empty() ? std::string() : fmt::format("Did you mean {}?", near);
  }

  void recognise(const std::string& heading, std::size_t c) {
    if (std::ranges::any_of(columns_, [&](const auto& told) { return told.second == c; })) return;
    const auto key = key_of_heading(heading);
    if (!key) return;
    const bool told = std::ranges::any_of(options_.columns, [&](const auto& o) { return o.first == *key; });
    if (told) return;
    const auto [it, fresh] = columns_.emplace(std::string(*key), c);
    if (!fresh)
      error(std::string(*key),
            fmt::format("two columns are known by this name: \"{}\" and \"{}\"",
                        csv_.header.cells[it->second].text, heading),
            "", fmt::format("Write --column {}=\"{}\" or the other.", *key, heading));
  }

  void require_counts() {
    if (column("booked") || column("completed")) return;
    error("status", "neither a status of appointments nor counts of days are known",
          fmt::format("the columns are {}", fmt::join(headings_, ", ")),
          "Write --column status=\"HEADING\" for a row an appointment, --column booked=\"HEADING\" or "
          "--column completed=\"HEADING\" for a row a day or a month.");
  }

  // ---- statuses ----

  void find_statuses() {
    for (const auto& [name, list] : options_.statuses) {
      const auto fate = find_fate(name);
      if (!fate)
        error("--status " + name, "is no fate of an appointment",
              fmt::format("{}", fmt::join(fate_names(), ", ")), did_you_mean(name, fate_names()));
      else
        for (const auto& word : list_of(list)) told_fates_[word] = *fate;
    }
    const auto status = column("status");
    if (!status) return;
    for (const auto& row : csv_.rows) ++statuses_[row.cells[*status].text];
    std::map<std::string, long> unknown;
    for (const auto& [text, seen] : statuses_) {
      const auto told = told_fates_.find(plain_words(text));
      if (told != told_fates_.end())
        fates_[text] = told->second;
      else if (const auto fate = fate_of_status(text))
        fates_[text] = *fate;
      else
        unknown[text] += seen;
    }
    if (!unknown.empty()) ask_statuses(unknown);
  }

  /// Shows a value only where it is one of few and comes again and again: a name is neither.
  void ask_statuses(const std::map<std::string, long>& unknown) {
    std::vector<std::string> shown;
    long hidden = 0;
    for (const auto& [text, seen] : unknown) {
      if (seen >= seen_often && statuses_.size() <= shown_values)
        shown.push_back(fmt::format("\"{}\" ({} rows)", text, seen));
      else
        hidden += seen;
    }
    if (hidden > 0) shown.push_back(fmt::format("{} rows with rare values, not shown", hidden));
    error("status", "some values are not understood", fmt::format("{}", fmt::join(shown, ", ")),
          fmt::format("Write --status FATE=\"VALUE,VALUE\" with FATE one of {}.",
                      fmt::join(fate_names(), ", ")));
  }

  // ---- rows and dates ----

  void choose_rows() {
    std::vector<std::pair<std::size_t, std::string>> wanted;
    for (const auto& [heading, value] : options_.only) {
      const auto at = csv_.find_column(heading);
      if (!at)
        error("--only " + heading, "the log has no such column");
      else
        wanted.emplace_back(*at, value);
    }
    for (const auto& row : csv_.rows)
      if (std::ranges::all_of(wanted, [&](const auto& w) { return row.cells[w.first].text == w.second; }))
        rows_.push_back(&row);
    report_.rows = rows_.size() + report_.malformed;
  }

  void find_dates() {
    const auto at = column("date") ? *column("date") : *column("month");
    date_column_ = at;
    texts_.reserve(rows_.size());
    for (const auto* row : rows_) texts_.push_back(read_date_text(row->cells[at].text));
    order_ = options_.dates.value_or(DateOrder::iso);
    const auto found = order_of(texts_);
    const std::string heading = csv_.header.cells[at].text;
    if (!options_.dates && !found.order)
      error(heading, found.problem, found.why, "Write --dates us or --dates european.");
    else if (!options_.dates)
      order_ = *found.order;
    if (log_.grain == Grain::appointment) return;
    const auto months = std::ranges::count(texts_, DateText::Kind::month, &DateText::kind);
    const bool is_month = !column("date");  // 2025-03-01 under the heading "month" is March
    log_.grain =
        is_month || 2 * months > static_cast<std::ptrdiff_t>(texts_.size()) ? Grain::month : Grain::day;
  }

  /// The day of a row, or a malformed row.
  std::optional<std::chrono::sys_days> date_of_row(std::size_t i) {
    const bool wants_month = log_.grain == Grain::month;
    const auto day = date_of(texts_[i], order_);
    const bool fits = wants_month || texts_[i].kind != DateText::Kind::month;
    if (day && fits) {
      if (!wants_month) return day;
      const std::chrono::year_month_day d(*day);
      return std::chrono::sys_days(d.year() / d.month() / 1);
    }
    const auto& row = *rows_[i];
    malformed(csv_.place(row, date_column_),
              fmt::format("\"{}\" is no {} (letters are shown as a, digits as 9)",
                          shape_of(row.cells[date_column_].text), wants_month ? "month" : "date"));
    return std::nullopt;
  }

  // ---- one row an appointment ----

  void sum_appointments() {
    std::map<std::chrono::sys_days, Record> by_date;
    std::set<Fate> seen;
    for (const auto& [text, fate] : fates_) seen.insert(fate);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto date = date_of_row(i);
      if (!date) continue;
      if (fate_of(*rows_[i]) == Fate::left_out) {
        ++report_.left_out;
        continue;
      }
      auto& record = by_date[*date];
      record.date = *date;
      add_appointment(*rows_[i], record);
    }
    // A status that the log never uses is not recorded, rather than a thing that never happens.
    const auto kept = [&](Fate fate) { return seen.contains(fate); };
    for (auto& [date, record] : by_date) {
      const auto tell = [&record = record](Count count, bool told) {
        if (told && !record[count]) record[count] = 0;
        if (!told) record[count].reset();
      };
      tell(Count::no_shows, kept(Fate::no_show));
      tell(Count::late_cancels, kept(Fate::late_cancel));
      tell(Count::lost_calls, kept(Fate::lost_call));
      tell(Count::moved_calls, kept(Fate::moved_call));
      tell(Count::completed, true);
      log_.records.push_back(record);
    }
  }

  [[nodiscard]] Fate fate_of(const CsvText::Row& row) const {
    return fates_.at(row.cells[*column("status")].text);
  }

  void add_appointment(const CsvText::Row& row, Record& record) {
    const auto fate = fate_of(row);
    const auto add = [&](Count c) { record[c] = record[c].value_or(0) + 1; };
    add(Count::booked);
    if (fate == Fate::no_show) add(Count::no_shows);
    if (fate == Fate::late_cancel) add(Count::late_cancels);
    if (fate == Fate::lost_call) add(Count::lost_calls);
    if (fate == Fate::moved_call) add(Count::moved_calls);
    if (fate != Fate::completed && fate != Fate::moved_call) return;
    add(Count::completed);
    if (const auto code = column("code"); code && !row.cells[*code].text.empty())
      ++log_.codes[row.cells[*code].text];
    take_minutes(row, 1);
  }

  /// Of all these visits together.
  void take_minutes(const CsvText::Row& row, long visits) {
    constexpr double minutes_a_day = 24.0 * 60.0;
    const auto at = column("minutes");
    if (!at || row.cells[*at].text.empty()) return;
    const auto number = read_number(row.cells[*at].text);
    if (!number.problem.empty() || number.value < 0 ||
        number.value > minutes_a_day * static_cast<double>(std::max(1L, visits)))
      return odd_cell(row, *at, "minutes");
    if (visits <= 0 || number.value <= 0) return;  // a visit of no minutes was not timed
    auto& timed = log_.timed[visits];
    ++timed.times;
    timed.minutes += number.value;
    timed.log_minutes += std::log(number.value);
  }

  /// The visit counts; only this cell of it is not used.
  void odd_cell(const CsvText::Row& row, std::size_t at, std::string_view what) {
    if (++odd_cells_ <= shown_rows)
      faults_.warning(csv_.place(row, at), csv_.header.cells[at].text,
                      fmt::format("\"{}\" is no number of {} (letters are shown as a, digits as 9)",
                                  shape_of(row.cells[at].text), what),
                      "the cell is left out");
  }

  // ---- one row a day or a month ----

  void take_counts() {
    std::map<std::chrono::sys_days, const CsvText::Row*> row_of;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto date = date_of_row(i);
      if (!date) continue;
      Record record;
      record.date = *date;
      if (!counts_of(*rows_[i], record)) continue;
      const auto [first, fresh] = row_of.emplace(*date, rows_[i]);
      if (fresh)
        log_.records.push_back(record);
      else
        refuse_again(*rows_[i], *first->second, *date);
    }
    std::ranges::sort(log_.records, {}, &Record::date);
  }

  void refuse_again(const CsvText::Row& row, const CsvText::Row& first, std::chrono::sys_days date) {
    const bool month = log_.grain == Grain::month;
    const auto& heading = csv_.header.cells[date_column_].text;
    const std::chrono::year_month_day day(date);
    faults_.error(csv_.place(row, date_column_), heading,
                  fmt::format("{} stands in line {} too",
                              month ? month_text(day.year() / day.month()) : date_text(day), first.line),
                  fmt::format("a {} has one row; those of several clinics or people are fitted one by one",
                              month ? "month" : "day"),
                  "Leave one of them out, or write --only HEADING=VALUE for the rows of one clinic; " +
                      (month ? fmt::format("where a row is a day, --column date=\"{}\".", heading)
                             : "where a row is an appointment, --column status=\"HEADING\"."));
  }

  bool counts_of(const CsvText::Row& row, Record& record) {
    for (std::size_t c = 0; c < count_kinds; ++c) {
      const auto at = column(name_of(static_cast<Count>(c)));
      if (!at || row.cells[*at].text.empty()) continue;
      record.counts[c] = count_of(row.cells[*at].text);
      if (!record.counts[c]) {
        malformed(csv_.place(row, *at),
                  fmt::format("\"{}\" is no count (letters are shown as a, digits as 9)",
                              shape_of(row.cells[*at].text)));
        return false;
      }
    }
    if (auto problem = contradiction_of(record); !problem.empty()) {
      malformed(csv_.place(row, date_column_), std::move(problem));
      return false;
    }
    if (const auto at = column("session_hours"); at && !row.cells[*at].text.empty()) {
      const auto number = read_number(row.cells[*at].text);
      if (number.problem.empty() && number.value >= 0)
        record.session_hours = number.value;
      else
        odd_cell(row, *at, "hours");
    }
    if (record[Count::completed]) take_minutes(row, *record[Count::completed]);
    take_codes(row);
    return true;
  }

  /// Columns `visits.CODE`, as ledgers have them.
  void take_codes(const CsvText::Row& row) {
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
      const std::string_view heading = csv_.header.cells[c].text;
      const auto& text = row.cells[c].text;
      if (!heading.starts_with(code_prefix) || text.empty()) continue;
      const auto visits = count_of(text);
      if (!visits)
        odd_cell(row, c, "visits");
      else if (*visits > 0)
        log_.codes[std::string(heading.substr(code_prefix.size()))] += *visits;
    }
  }

  void judge_malformed() {
    if (odd_cells_ > shown_rows)
      faults_.warning({csv_.file, 0, 0}, "", fmt::format("{} cells in all are left out", odd_cells_));
    if (report_.malformed == 0) return;
    const double share =
        static_cast<double>(report_.malformed) / static_cast<double>(std::max<std::size_t>(report_.rows, 1));
    const auto text =
        fmt::format("{} of {} rows are malformed and left out", report_.malformed, report_.rows);
    if (share > most_malformed)
      error("", text, "so many are no slips", "Say with --column which columns hold what.");
    else
      faults_.warning({csv_.file, 0, 0}, "", text);
  }

  // ---- what follows from the rows ----

  void complete_counts() {
    for (auto& r : log_.records) {
      const long lost = r[Count::no_shows].value_or(0) + r[Count::late_cancels].value_or(0) +
                        r[Count::lost_calls].value_or(0);
      if (!r[Count::booked] && r[Count::completed]) r[Count::booked] = *r[Count::completed] + lost;
      if (!r[Count::completed] && r[Count::booked] && r[Count::no_shows])
        r[Count::completed] = std::max(0L, *r[Count::booked] - lost);
      if (!r[Count::slots] && options_.slots) {
        const long days = log_.grain == Grain::month ? r[Count::workdays].value_or(0) : 1;
        if (days > 0) r[Count::slots] = *options_.slots * days;
      }
      if (r[Count::booked] && r[Count::slots])
        r[Count::slots] = std::max(*r[Count::slots], *r[Count::booked]);
    }
    std::erase_if(log_.records, [](const Record& r) { return !r[Count::booked]; });
  }

  const CsvText& csv_;
  std::vector<std::string> headings_;  ///< of all columns, in their order
  const LogOptions& options_;
  LogReport& report_;
  Faults& faults_;
  Log log_;
  std::map<std::string, std::size_t> columns_;
  std::map<std::string, Fate> told_fates_;
  std::unordered_map<std::string, long> statuses_;
  std::unordered_map<std::string, Fate> fates_;
  std::vector<const CsvText::Row*> rows_;
  std::vector<DateText> texts_;
  DateOrder order_ = DateOrder::iso;
  std::size_t date_column_ = 0, odd_cells_ = 0;
};

}  // namespace

std::optional<Log> read_log(std::string_view text, const std::string& file, const LogOptions& options,
                            LogReport& report, Faults& faults) {
  std::vector<Fault> bad_lines;
  // Exports have many columns that are not asked for: a million rows fit where these are left out.
  CsvForm form;
  std::vector<std::string> headings;  // all of them, in their order
  form.keeps = [&](const std::string& heading) {
    if (std::ranges::find(headings, heading) == headings.end()) headings.push_back(heading);
    const auto is_it = [&](const auto& told) { return told.second == heading; };
    return key_of_heading(heading) || heading.starts_with(code_prefix) ||
           std::ranges::any_of(options.columns, is_it) ||
           std::ranges::any_of(options.only, [&](const auto& only) { return only.first == heading; });
  };
  const auto csv = parse_csv_text(text, file, faults, &bad_lines, form);
  if (!csv) return std::nullopt;
  return LogReader(*csv, std::move(headings), options, report, faults).read(bad_lines);
}

}  // namespace paystress::fit
