#include "scenarios/read_practice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "scenarios/fee_schedule.h"
#include "scenarios/read_quantity.h"

namespace paystress {
namespace {

using enum Parameter;

// A share is written with a few decimals: anything further from 1 than this is a slip, not rounding.

class PracticeReader {
 public:
  PracticeReader(TableReader& table, InputFiles& files, std::vector<ResolvedNumber>* resolved)
      : table_(table), files_(files), resolved_(resolved) {}

  Practice read(const std::string& name) {
    practice_.name = name;
    refuse_bare_numbers();
    read_numbers();
    read_weekdays();
    read_season();
    read_no_shows();
    read_follows();
    read_codes();
    read_events();
    read_leaving();
    read_collections(table_, files_, resolved_, practice_);
    read_own_numbers(table_, files_, resolved_, practice_);
    read_correlation(table_, practice_);
    check_sums();
    warn();
    return practice_;
  }

 private:
  // no_show = 0.1: the number belongs to a key below it.
  void refuse_bare_numbers() {
    for (const auto& entry : table_.table().entries) {
      if (!entry.value.is_number()) continue;
      const auto infos = parameter_infos();
      const auto below = std::ranges::find_if(
          infos, [&](const ParameterInfo& info) { return info.key.starts_with(entry.key + "."); });
      if (below == infos.end()) continue;
      const auto number = text_of(entry.value);
      table_.error(entry.key,
                   fmt::format("{} is {}, not a table", number, paystress::name_of(entry.value.kind)), {},
                   fmt::format("Write {} = {}.", below->key, number));
      table_.faults().close(entry.value.place());
    }
  }

  // The table that holds a dotted key and its last part; nullptr when a table on the way is absent.
  std::pair<TableReader*, std::string_view> locate(std::string_view key) {
    TableReader* at = &table_;
    for (auto dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
      at = at->sub(key.substr(0, dot));
      if (at == nullptr) return {nullptr, key};
      key.remove_prefix(dot + 1);
    }
    return {at, key};
  }

  void note(const std::string& key, std::string value, std::string_view unit, NumberOrigin origin) {
    if (resolved_ == nullptr) return;
    resolved_->push_back({table_.key_of(key), std::move(value), std::string(unit), std::move(origin)});
  }

  // A list in a table of the practice.
  void note_list(std::string_view table, std::string_view key, std::string value, std::string_view unit) {
    auto* at = table_.sub(table);
    note(fmt::format("{}.{}", table, key), std::move(value), unit,
         at != nullptr && at->has(key) ? NumberOrigin(at->place_of(key)) : DefaultNumber{"assumption"});
  }

  void read_numbers() {
    for (const auto& info : parameter_infos()) {
      const auto [at, key] = locate(info.key);
      const auto* value = at != nullptr ? at->table().find(key) : nullptr;
      const bool given = value != nullptr;
      if (given && info.parameter == collections_denied && is_denied_by_code(*value)) continue;
      if (at != nullptr) {
        const QuantityRule rule{{info.low, info.high, info.meaning},
                                info.kind == ParameterKind::probability,
                                info.kind == ParameterKind::integer,
                                info.may_be_uncertain};
        auto quantity = read_quantity(*at, key, rule, files_);
        if (quantity) practice_[info.parameter] = std::move(*quantity);
      }
      if (given || !info.is_optional)
        note(std::string(info.key), text_of(practice_[info.parameter]), info.unit,
             given ? NumberOrigin(at->place_of(key)) : DefaultNumber{std::string(info.source)});
    }
  }

  void read_weekdays() {
    std::vector<std::size_t> days{0, 1, 2, 3, 4};
    if (auto* sessions = table_.sub("sessions")) {
      if (const auto names = sessions->texts("weekdays")) {
        days = weekdays_of(*sessions, *names);
        if (names->empty())
          sessions->error("weekdays", "is empty", "a practice works on some day of the week");
      }
    }
    practice_.works.fill(false);
    std::vector<std::string_view> names_of_days;
    for (const auto day : days) {
      practice_.works[day] = true;
      names_of_days.push_back(weekday_names[day]);
    }
    note_list("sessions", "weekdays", fmt::format("{}", fmt::join(names_of_days, " ")), "");
    auto* demand = table_.sub("demand");
    if (demand == nullptr || !demand->has("weekday")) note_list("demand", "weekday", "1 on each", "1");
    read_weekday_factors("demand", "mean demand", "demand.visits_per_day", days, practice_.weekday_factor);
    read_weekday_factors("no_show", "no-show rate", "no_show.rate", days, practice_.no_show_weekday);
  }

  // A factor for each day of sessions.weekdays, in their order.
  void read_weekday_factors(std::string_view table, std::string_view of, std::string_view mean_key,
                            const std::vector<std::size_t>& days, std::array<double, 7>& to) {
    auto* at = table_.sub(table);
    if (at == nullptr) return;
    const auto meaning = fmt::format("a factor of the {} of a weekday", of);
    const auto factors = at->numbers("weekday", {0, 100, meaning});
    if (!factors) return;
    if (factors->size() != days.size()) {
      at->error("weekday", fmt::format("has {} factors for {} weekdays", factors->size(), days.size()),
                "one for each day of sessions.weekdays, in that order");
      return;
    }
    for (std::size_t i = 0; i < days.size(); ++i) to[days[i]] = (*factors)[i];
    note_list(table, "weekday", fmt::format("{}", fmt::join(*factors, " ")), "1");
    warn_mean(*at, "weekday", *factors, fmt::format("{} is then not the mean of the week", mean_key));
  }

  void read_no_shows() {
    if (auto* no_show = table_.sub("no_show"))
      read_season_factors(*no_show, "no_show.season", "no-show rate", "no_show.rate",
                          practice_.no_show_season);
  }

  void read_follows() {
    auto* inbox = table_.sub("inbox");
    if (inbox == nullptr) return;
    constexpr std::array<std::pair<std::string_view, InboxFollows>, 2> ways{
        {{"expected", InboxFollows::expected}, {"completed", InboxFollows::completed}}};
    const auto follows = inbox->choice<InboxFollows>("follows", ways);
    if (!follows) return;
    practice_.inbox_follows = *follows;
    note("inbox.follows", *follows == InboxFollows::expected ? "expected" : "completed", "",
         inbox->place_of("follows"));
  }

  void read_season() {
    if (!table_.has("season")) note("season", "1 in each", "1", DefaultNumber{"a flat year"});
    read_season_factors(table_, "season", "mean demand", "demand.visits_per_day", practice_.season);
  }

  // A factor for each calendar month.
  void read_season_factors(TableReader& at, const std::string& key, std::string_view of,
                           std::string_view mean_key, std::array<double, 12>& to) {
    const auto meaning = fmt::format("a factor of the {} of a calendar month", of);
    const auto factors = at.numbers("season", {0, 100, meaning});
    if (!factors) return;
    note(key, fmt::format("{}", fmt::join(*factors, " ")), "1", at.place_of("season"));
    if (factors->size() != to.size()) {
      at.error("season", fmt::format("has {} factors", factors->size()),
               "one for each calendar month, January to December", "Write 12 factors.");
      return;
    }
    std::ranges::copy(*factors, to.begin());
    warn_mean(at, "season", *factors, fmt::format("{} is then not the mean of the year", mean_key));
  }

  static void warn_mean(TableReader& at, std::string_view key, const std::vector<double>& factors,
                        std::string why) {
    const double mean =
        std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(factors.size());
    if (std::abs(mean - 1) > 0.005)
      at.warning(key, fmt::format("averages {:.4g}, not 1", mean), std::move(why));
  }

  void read_codes() {
    auto* codes = table_.sub("codes");
    if (codes == nullptr) {
      if (!table_.has("codes"))
        table_.error(
            "codes", "missing", "visits cannot be given a code without it",
            "Write codes = { schedule = \"fee_schedules/cms_2026.csv\", mix = { \"99213\" = 1.0 } }.");
      return;
    }
    const auto name = codes->text("schedule");
    if (!codes->has("schedule")) codes->error("schedule", "missing", "work RVUs of the codes come from it");
    const FeeSchedule* schedule = nullptr;
    if (name)
      schedule =
          files_.fee_schedule(*name, codes->place_of("schedule"), codes->key_of("schedule"), table_.faults());
    const auto year = schedule_year(*codes, schedule);
    practice_.follows_schedule_years = schedule != nullptr && !year;
    if (practice_.follows_schedule_years)
      note("codes.year", fmt::format("{} in force", fmt::join(schedule->years(), ", ")), "",
           DefaultNumber{"each month its own"});
    auto* mix = codes->sub("mix");
    if (mix == nullptr) {
      if (!codes->has("mix"))
        codes->error("mix", "missing", "which share of completed visits has which code");
      return;
    }
    double sum = 0.0;
    bool good = true;
    constexpr std::size_t most_codes = 500;
    if (mix->table().entries.size() > most_codes) {
      codes->error("mix", fmt::format("has more than {} codes", most_codes),
                   "every code is a column of the months");
      return;
    }
    for (const auto& entry : mix->table().entries) {
      const auto share = mix->number(entry.key, {0, 1, "a share of completed visits"});
      good = good && share.has_value();
      sum += share.value_or(0.0);
      add_code(*mix, entry.key, share.value_or(0.0), schedule, year);
      if (share) note("codes.mix." + entry.key, fmt::format("{}", *share), "1", entry.value.place());
    }
    if (mix->table().entries.empty())
      codes->error("mix", "is empty", "a completed visit needs some code");
    else if (good && std::abs(sum - 1) > share_tolerance)
      codes->error("mix", fmt::format("the shares sum to {:.10g}, not 1", sum),
                   "every completed visit has a code", "Make them sum to 1.");
    // Level means work: a review moves a visit one step along this order within its family.
    std::ranges::stable_sort(practice_.codes, {}, &VisitCode::work_rvu_hundredths);
  }

  // Which year of a schedule is meant: that of the key `year`, or the only one there is; else none, and each
  // month has the one in force.
  static std::optional<int> schedule_year(TableReader& codes, const FeeSchedule* schedule) {
    const auto year =
        codes.integer("year", least_schedule_year, most_schedule_year, "the year of the fee schedule");
    if (schedule == nullptr) return 0;
    const auto years = schedule->years();
    if (year && std::ranges::find(years, *year) != years.end()) return static_cast<int>(*year);
    if (year)
      codes.error("year", fmt::format("{} has no year {}", schedule->file, *year),
                  fmt::format("the schedule is of {}", fmt::join(years, ", ")),
                  fmt::format("Write year = {}.", years.back()));
    if (!year && years.size() > 1 && !codes.has("year")) return std::nullopt;
    return years.back();
  }

  // What the years of the schedule say of a code; where each month has the one in force, all must.
  std::vector<CodeYear> years_of(TableReader& mix, const std::string& code, const FeeSchedule& schedule) {
    std::vector<CodeYear> years;
    for (const int year : schedule.years()) {
      const auto* line = schedule.find(code, year);
      if (line == nullptr && practice_.follows_schedule_years)
        mix.error(code, fmt::format("{} does not have it in {}", schedule.file, year),
                  "each month takes the schedule year in force in it", "Add the row, or write codes.year.");
      if (line != nullptr && year > 0) years.push_back({year, line->work_rvu_hundredths, line->usd_cents});
    }
    return years;
  }

  void add_code(TableReader& mix, const std::string& code, double share, const FeeSchedule* schedule,
                std::optional<int> year) {
    const FeeSchedule::Line* line = nullptr;
    if (schedule != nullptr)
      for (const int of : schedule->years())
        if (const auto* found = schedule->find(code, of); found != nullptr && of == year.value_or(of))
          line = found;
    if (line != nullptr) {
      auto years = years_of(mix, code, *schedule);
      const bool has_usd =
          !practice_.follows_schedule_years ||
          std::ranges::all_of(years, [](const CodeYear& y) { return y.usd_cents.has_value(); });
      practice_.codes.push_back({code,
                                 share,
                                 line->work_rvu_hundredths,
                                 has_usd ? line->usd_cents : std::nullopt,
                                 line->family,
                                 {},
                                 std::move(years)});
      return;
    }
    // The draft keeps the code, so that a contract or a recoding that names it is not at fault.
    practice_.codes.push_back({code, share, 0, {}});
    if (schedule != nullptr) {
      std::vector<std::string> known;
      for (const auto& l : schedule->lines) known.push_back(l.code);
      mix.error(code, fmt::format("{} has no such code", schedule->file), "its work RVUs are not known",
                suggestion(code, known));
    }
  }

  void read_leaving() {
    auto* leaving = table_.sub("leaving");
    practice_.has_leaving = leaving != nullptr;
    if (leaving != nullptr && !leaving->has("per_year"))
      leaving->error("per_year", "missing", "who leaves is drawn with it",
                     "Write the probability of leaving within a year, such as per_year = 0.08.");
  }

  void read_events() {
    auto* events = table_.sub("events");
    if (events == nullptr) return;
    constexpr std::size_t most_events = 100;
    if (events->table().entries.size() > most_events) {
      table_.error("events", fmt::format("are more than {}", most_events));
      return;
    }
    for (const auto& entry : events->table().entries) {
      auto* at = events->sub(entry.key);
      if (at == nullptr) continue;
      if (!is_bare_name(entry.key)) at->error("", "a name has letters, digits, _ and - only");
      const auto before = table_.faults().error_count();
      PracticeEvent event;
      event.name = entry.key;
      event.per_year = event_number(*at, "per_year", "events started in a year");
      event.days = event_number(*at, "days", "workdays that an event lasts; more is a stress, not an event");
      event.slots_factor = event_factor(*at, "slots");
      event.demand_factor = event_factor(*at, "demand");
      // A factor that could not be read was meant to change something.
      const bool whole = table_.faults().error_count() == before;
      if (whole && event.slots_factor == 1 && event.demand_factor == 1)
        at->warning("", "changes nothing", "neither slots nor demand is multiplied");
      practice_.events.push_back(std::move(event));
    }
    std::ranges::sort(practice_.events, {}, &PracticeEvent::name);
  }

  Quantity event_number(TableReader& at, std::string_view key, std::string_view meaning) {
    auto quantity = read_quantity(at, key, {.range = {0, 366, meaning}}, files_);
    if (!at.has(key)) at.error(key, "missing", std::string(meaning));
    if (!quantity) return Known{0.0};
    if (resolved_ != nullptr)
      resolved_->push_back(
          {at.key_of(key), text_of(*quantity), key == "days" ? "workdays" : "1", at.place_of(key)});
    return *quantity;
  }

  double event_factor(TableReader& at, std::string_view key) {
    auto* change = at.sub(key);
    if (change == nullptr) return 1.0;
    const auto factor = change->number("multiply", {0, 100, "a factor while the event lasts"});
    if (!change->has("multiply"))
      change->error("", "has no multiply", {}, "Write { multiply = 0.5 }.");
    else if (factor && resolved_ != nullptr)
      resolved_->push_back(
          {change->key_of("multiply"), fmt::format("{}", *factor), "1", change->place_of("multiply")});
    return factor.value_or(1.0);
  }

  // The place where a dotted number stands, or the practice.
  void at_number(Parameter p, bool is_error, std::string problem, std::string why, std::string fix = {}) {
    const auto [at, key] = locate(parameter_info(p).key);
    const Place place = at != nullptr ? at->place_of(key) : table_.place_of("");
    const auto full = table_.key_of(parameter_info(p).key);
    if (is_error)
      table_.faults().error(place, full, std::move(problem), std::move(why), std::move(fix));
    else
      table_.faults().warning(place, full, std::move(problem), std::move(why), std::move(fix));
  }

  void check_sums() {
    const auto known = [&](Parameter p) { return is_known(practice_[p]); };
    const auto high = [&](Parameter p) { return upper_end(practice_[p]).value_or(typical(practice_[p])); };
    const double lost =
        high(no_show_rate) + high(late_cancel_rate) + high(tech_failure_rate) * high(tech_failure_lost);
    // Beyond rounding of a sum of decimals.
    if (lost > 1 + share_tolerance) {
      const bool all = known(no_show_rate) && known(late_cancel_rate) && known(tech_failure_rate) &&
                       known(tech_failure_lost);
      if (all)
        at_number(no_show_rate, true,
                  fmt::format("no-shows, late cancels and lost calls sum to {:.6g}, above 1", lost),
                  "each booked visit has one fate", "Lower one of them.");
      else
        at_number(no_show_rate, false,
                  fmt::format("no-shows, late cancels and lost calls may sum to {:.6g}, above 1", lost),
                  "late cancels and then lost calls are cut back on such paths");
    }
    const double moved = high(audit_down) + high(audit_up);
    if (moved > 1 + share_tolerance) {
      const bool all = known(audit_down) && known(audit_up);
      at_number(audit_down, all,
                fmt::format("moves down and up {} to {:.6g}, above 1", all ? "sum" : "may sum", moved),
                "a reviewed visit moves once", all ? "Lower one of them." : "");
    }
  }

  void warn() {
    const auto middle = [&](Parameter p) { return typical(practice_[p]); };
    constexpr double many = 0.5;
    if (middle(no_show_rate) >= many)
      at_number(no_show_rate, false, fmt::format("{} of booked visits are no-shows", middle(no_show_rate)),
                "the evidence has 0.03 to 0.18");
    if (middle(late_cancel_rate) >= many)
      at_number(late_cancel_rate, false,
                fmt::format("{} of booked visits are cancelled late", middle(late_cancel_rate)),
                "the evidence has 0.01 to 0.06");
    const double slots = middle(session_hours) * middle(slots_per_hour);
    if (middle(visits_per_day) > 5 * slots)
      at_number(visits_per_day, false,
                fmt::format("is more than five times the {:.6g} slots of a day", slots),
                "most demand is turned away");
    const double minutes = std::min(slots, middle(visits_per_day)) *
                           (middle(Parameter::visit_minutes) + middle(charting_minutes));
    if (minutes > 1.5 * 60 * middle(session_hours))
      at_number(Parameter::visit_minutes, false,
                fmt::format("a day's visits and charting take {:.0f} minutes of a session of {:.0f}", minutes,
                            60 * middle(session_hours)),
                "the rest is after hours");
    const double workdays = static_cast<double>(std::ranges::count(practice_.works, true)) * 365.25 / 7;
    if (middle(days_off_per_year) > workdays)
      at_number(days_off_per_year, false, fmt::format("is more than the {:.0f} workdays of a year", workdays),
                "nothing is worked");
  }

  TableReader& table_;
  InputFiles& files_;
  std::vector<ResolvedNumber>* resolved_;
  Practice practice_;
};

}  // namespace

Practice draft_practice(TableReader& table, const std::string& name, InputFiles& files,
                        std::vector<ResolvedNumber>* resolved) {
  return PracticeReader(table, files, resolved).read(name);
}

std::optional<Practice> read_practice(TableReader& table, const std::string& name, InputFiles& files,
                                      std::vector<ResolvedNumber>* resolved) {
  const auto before = table.faults().error_count();
  auto practice = draft_practice(table, name, files, resolved);
  if (table.faults().error_count() != before) return std::nullopt;
  return practice;
}

}  // namespace paystress
