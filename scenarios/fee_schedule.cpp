#include "scenarios/fee_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "model/code_values.h"
#include "scenarios/csv_text.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

constexpr std::size_t most_rows = 100'000;

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{"code", "work_rvu", "usd", "year", "family"};
  return names;
}

// Headings of official files, without capitals, blanks and signs, and what they are called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 19> official_headings{
    {{"hcpcs", "code"},
     {"hcpcscode", "code"},
     {"cpt", "code"},
     {"cptcode", "code"},
     {"cpthcpcs", "code"},
     {"cpthcpcscode", "code"},
     {"procedurecode", "code"},
     {"workrvu", "work_rvu"},
     {"workrvus", "work_rvu"},
     {"wrvu", "work_rvu"},
     {"wrvus", "work_rvu"},
     {"rvuwork", "work_rvu"},
     {"price", "usd"},
     {"paymentamount", "usd"},
     {"allowedamount", "usd"},
     {"calendaryear", "year"},
     {"codefamily", "family"},
     {"mod", "modifier"},
     {"modifier", "modifier"}}};

// Our name of a heading; the heading itself where it is none of those.
std::string translated(const std::string& heading) {
  if (std::ranges::find(columns(), heading) != columns().end()) return heading;
  const auto plain = plain_name(heading);
  const auto it =
      std::ranges::find(official_headings, plain, &std::pair<std::string_view, std::string_view>::first);
  return it == official_headings.end() ? heading : std::string(it->second);
}

bool is_header(const CsvText::Row& row) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(row.cells, [&](const CsvText::Cell& c) { return translated(c.text) == name; });
  };
  return has("code") && has("work_rvu");
}

class Reader {
 public:
  Reader(const CsvText& csv, Faults& faults) : csv_(csv), faults_(faults) {}

  FeeSchedule read() {
    FeeSchedule schedule{csv_.file, {}};
    if (!check_header()) return schedule;
    if (csv_.rows.empty()) faults_.error({csv_.file, csv_.header.line, 0}, "", "has no rows");
    if (csv_.rows.size() > most_rows) {
      faults_.error({csv_.file}, "", fmt::format("has more than {} rows", most_rows));
      return schedule;
    }
    std::vector<std::size_t> numbers{*rvu_};
    if (usd_) numbers.push_back(*usd_);
    if (report_number_commas(csv_, numbers, faults_)) return schedule;
    for (const auto& row : csv_.rows) read_row(row, schedule);
    if (with_modifier_ > 0)
      faults_.warning({csv_.file, csv_.header.line, 0}, csv_.header.cells[*modifier_].text,
                      fmt::format("{} rows with a modifier are left out", with_modifier_),
                      "a visit is paid by its plain code");
    return schedule;
  }

 private:
  bool check_header() {
    const std::array<std::pair<std::string_view, std::optional<std::size_t>*>, 6> known{
        {{"code", &code_},
         {"work_rvu", &rvu_},
         {"usd", &usd_},
         {"year", &year_},
         {"family", &family_},
         {"modifier", &modifier_}}};
    bool is_official = false;
    std::vector<std::size_t> others;
    for (std::size_t c = 0; c < csv_.header.cells.size(); ++c) {
      const auto& heading = csv_.header.cells[c].text;
      const auto name = translated(heading);
      const auto it =
          std::ranges::find(known, name, &std::pair<std::string_view, std::optional<std::size_t>*>::first);
      if (it == known.end()) {
        others.push_back(c);
        continue;
      }
      is_official = is_official || name != heading;
      if (*it->second)
        faults_.error(csv_.place(csv_.header, c), heading, fmt::format("is a second column of {}", name));
      *it->second = c;
    }
    // Official files tell more than work RVUs; in a file of one's own another column is a slip.
    for (const auto c : others)
      if (!is_official)
        faults_.error(csv_.place(csv_.header, c), csv_.header.cells[c].text, "unknown column", {},
                      suggestion(csv_.header.cells[c].text, columns()));
    for (const auto& [column, name] : {std::pair(code_, "code"), std::pair(rvu_, "work_rvu")})
      if (!column)
        faults_.error({csv_.file, csv_.header.line, 0}, name, "column is missing", "a fee schedule needs it",
                      "Write the header code,work_rvu,usd,year.");
    return code_ && rvu_;
  }

  void read_row(const CsvText::Row& row, FeeSchedule& schedule) {
    if (modifier_ && !row.cells[*modifier_].text.empty()) {
      ++with_modifier_;
      return;
    }
    FeeSchedule::Line line;
    line.code = row.cells[*code_].text;
    if (!is_bare_name(line.code)) {
      faults_.error(csv_.place(row, *code_), "code", fmt::format("\"{}\" is not a code", line.code),
                    "codes are letters and digits");
      return;
    }
    if (year_) line.year = read_year(row, line.code);
    if (!seen_.insert({line.year, line.code}).second) {
      faults_.error(csv_.place(row, *code_), "code",
                    line.year > 0 ? fmt::format("{} stands in two rows of {}", line.code, line.year)
                                  : line.code + " stands in two rows");
      return;
    }
    line.work_rvu_hundredths =
        hundredths(row, *rvu_, line.code, {0, most_work_rvu, "work RVUs of one visit"}).value_or(0);
    if (usd_ && !row.cells[*usd_].text.empty())
      line.usd_cents = hundredths(row, *usd_, line.code, {0, most_usd_a_visit, "dollars of one visit"});
    if (family_) line.family = row.cells[*family_].text;
    if (!line.family.empty() && !is_bare_name(line.family))
      faults_.error(csv_.place(row, *family_), line.code + ".family",
                    fmt::format("\"{}\" is not a name", line.family), "names are letters, digits, _ and -");
    schedule.lines.push_back(std::move(line));
  }

  // Hundredths exactly: a third decimal is a fault, not something to round away.
  std::optional<long> hundredths(const CsvText::Row& row, std::size_t column, const std::string& code,
                                 const NumberRange& range) {
    const auto number = read_number(row.cells[column].text);
    std::string problem = number.problem;
    if (problem.empty()) problem = range_problem(number.value, range);
    if (problem.empty() && number.decimals > 2) problem = "has more than two decimals";
    if (!problem.empty()) {
      faults_.error(csv_.place(row, column), code + "." + csv_.header.cells[column].text, std::move(problem),
                    std::string(range.meaning),
                    number.fix.empty() ? std::string("Write a plain number, such as 1.92.") : number.fix);
      return std::nullopt;
    }
    constexpr double hundred = 100.0;
    return std::lround(number.value * hundred);
  }

  int read_year(const CsvText::Row& row, const std::string& code) {
    const auto& text = row.cells[*year_].text;
    const auto year = read_number(text);
    if (year.problem.empty() && year.value >= least_schedule_year && year.value <= most_schedule_year &&
        std::floor(year.value) == year.value)
      return static_cast<int>(year.value);
    faults_.error(
        csv_.place(row, *year_), code + ".year",
        fmt::format("\"{}\" is not a year from {} to {}", text, least_schedule_year, most_schedule_year),
        "it says which year's schedule the numbers come from");
    return 0;
  }

  const CsvText& csv_;
  Faults& faults_;
  std::optional<std::size_t> code_, rvu_, usd_, year_, family_, modifier_;
  std::set<std::pair<int, std::string>> seen_;
  std::size_t with_modifier_ = 0;
};

}  // namespace

std::vector<int> FeeSchedule::years() const {
  std::set<int> all;
  for (const auto& line : lines) all.insert(line.year);
  return {all.begin(), all.end()};
}

const FeeSchedule::Line* FeeSchedule::find(std::string_view code, int year) const {
  const auto it =
      std::ranges::find_if(lines, [&](const Line& l) { return l.year == year && l.code == code; });
  return it == lines.end() ? nullptr : &*it;
}

std::optional<FeeSchedule> parse_fee_schedule(std::string_view text, const std::string& file,
                                              Faults& faults) {
  const auto csv = parse_csv_text(text, file, faults, nullptr, {is_header});
  if (!csv) return std::nullopt;
  Faults found;
  auto schedule = Reader(*csv, found).read();
  for (auto& f : found.sorted()) faults.add(std::move(f));
  if (found.has_errors()) return std::nullopt;
  return schedule;
}

std::optional<FeeSchedule> read_fee_schedule(const std::filesystem::path& file, Faults& faults) {
  const auto text = read_text_file(file, faults);
  if (!text) return std::nullopt;
  return parse_fee_schedule(*text, file.string(), faults);
}

}  // namespace paystress
