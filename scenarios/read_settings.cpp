#include "scenarios/read_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <limits>

#include "model/calendar.h"
#include "model/date_text.h"
#include "model/holidays.h"
#include "model/replicates.h"

namespace paystress {
namespace {

constexpr std::int64_t most_paths = 1'000'000'000;
// Of columns kept for the tables, over all scenarios: beyond what one machine has.
constexpr double most_bytes = 256.0 * 1024 * 1024 * 1024;
constexpr double least_level = 1e-6;
constexpr std::size_t most_levels = 99;
constexpr double least_dollars = 0.0, most_dollars = 1e12;

/// What [[study.precision.targets]] calls a statistic: those of one scenario, or the difference of two.
struct TargetStatistic {
  PrecisionTarget::Of of = PrecisionTarget::Of::difference;
  StatisticKind kind = StatisticKind::mean;
};
constexpr std::string_view of_difference = "difference";
constexpr auto target_statistics = [] {
  std::array<std::pair<std::string_view, TargetStatistic>, statistic_count + 1> names;
  for (std::size_t i = 0; i < statistic_count; ++i)
    names[i] = {statistic_name(statistic_kinds[i]), {PrecisionTarget::Of::scenario, statistic_kinds[i]}};
  names[statistic_count] = {of_difference, TargetStatistic{}};
  return names;
}();
std::string name_of(const TargetStatistic& s) {
  return std::string(s.of == PrecisionTarget::Of::difference ? of_difference : statistic_name(s.kind));
}

class SettingsReader {
 public:
  SettingsReader(TableReader& table, Study& study, std::vector<ResolvedNumber>& resolved)
      : table_(table), study_(study), resolved_(resolved) {}

  void read() {
    if (const auto title = table_.label("title")) study_.title = *title;
    read_start();
    study_.months = static_cast<int>(whole("months", 1, most_months, "months of the horizon", study_.months));
    study_.paths = whole("paths", 1, most_paths, "paths of the simulation", study_.paths);
    study_.seed = static_cast<std::uint64_t>(whole("seed", 0, std::numeric_limits<std::int64_t>::max(),
                                                   "a seed", static_cast<std::int64_t>(study_.seed)));
    study_.need_usd_per_month = dollars("need_usd_per_month", "dollars needed each month");
    study_.target_usd_per_year = dollars("target_usd_per_year", "dollars aimed at in a year");
    if (const auto traits = table_.choice<TraitSampling>("traits", trait_samplings)) study_.traits = *traits;
    note("traits", std::string(name_of(study_.traits)), "");
    read_levels("quantiles", "shares of the paths", study_.levels.quantiles);
    read_levels("tails", "shares of the worst paths", study_.levels.tails);
    if (auto* near = table_.sub("near_miss")) read_near_miss(*near);
    if (auto* precision = table_.sub("precision")) study_.precision = read_precision(*precision);
  }

 private:
  void note(std::string_view key, std::string value, std::string_view unit) {
    note(table_, key, std::move(value), unit);
  }
  void note(const TableReader& at, std::string_view key, std::string value, std::string_view unit) {
    resolved_.push_back({at.key_of(key), std::move(value), std::string(unit),
                         at.has(key) ? NumberOrigin(at.place_of(key)) : DefaultNumber{}});
  }

  void read_start() {
    const auto* start = table_.find("start");
    if (start == nullptr) {
      note("start", "2026-01-01", "date");
      return;
    }
    if (start->kind != TomlValue::Kind::date) {
      table_.error("start", fmt::format("{} is no date", text_of(*start)), {}, "Write start = 2026-01-01.");
      return;
    }
    if (!start->date.ok() || start->date.day() != std::chrono::day(1) ||
        start->date.year() < std::chrono::year(1900) || start->date.year() > std::chrono::year(2200)) {
      table_.error("start",
                   fmt::format("{} is not the first day of a month of 1900 to 2200", text_of(*start)),
                   "months of a study are calendar months");
      return;
    }
    study_.start = start->date;
    note("start", text_of(*start), "date");
  }

  std::int64_t whole(std::string_view key, std::int64_t low, std::int64_t high, std::string_view meaning,
                     std::int64_t fallback) {
    const auto value = table_.integer(key, low, high, meaning).value_or(fallback);
    note(key, fmt::format("{}", value), "");
    return value;
  }

  std::optional<double> dollars(std::string_view key, std::string_view meaning) {
    const auto value = table_.number(key, {least_dollars, most_dollars, meaning});
    if (value) note(key, fmt::format("{}", *value), "usd");
    return value;
  }

  void read_levels(std::string_view key, std::string_view meaning, std::vector<double>& levels) {
    if (const auto read = table_.numbers(key, {least_level, 1 - least_level, meaning})) {
      const auto not_rising = std::ranges::adjacent_find(*read, std::greater_equal<>());
      if (not_rising != read->end()) {
        table_.error(key, fmt::format("{} is followed by {}", *not_rising, *std::next(not_rising)),
                     "levels rise and differ",
                     fmt::format("Write the {} in rising order, each once.", meaning));
      } else if (read->empty() || read->size() > most_levels) {
        table_.error(key, fmt::format("has {} numbers", read->size()), {},
                     fmt::format("Write 1 to {}, or leave {} out.", most_levels, key));
      } else {
        levels = *read;
      }
    }
    note(key, fmt::format("{}", fmt::join(levels, " ")), "1");
  }

  void read_near_miss(TableReader& at) {
    if (const auto share = at.number("share", {0.0, 1.0, "of a bound: the shortfall that is still near"}))
      study_.near_miss.share = *share;
    study_.near_miss.units = at.number("units", {0.0, most_dollars, "the shortfall that is still near"});
  }

  std::optional<Precision> read_precision(TableReader& at) {
    Precision precision;
    const auto paths = [&](std::string_view key, std::string_view meaning, std::int64_t fallback) {
      const auto value = at.integer(key, 1, most_paths, meaning).value_or(fallback);
      note(at, key, fmt::format("{}", value), "paths");
      return value;
    };
    precision.min_paths = paths("min_paths", "paths before the first check", 10'000);
    precision.max_paths = paths("max_paths", "paths at which a run gives up", 1'000'000);
    precision.checkpoint = paths("checkpoint", "paths between two checks", 10'000);
    if (precision.min_paths > precision.max_paths)
      at.error("max_paths",
               fmt::format("{} is below min_paths {}", precision.max_paths, precision.min_paths));
    else if (has_replicates(study_.traits))
      check_replicates(at, precision, study_.traits);
    if (!at.has("targets"))
      at.error("targets", "missing", "a run stops when every target is met",
               "Write targets = [ { measure = \"income_usd\", statistic = \"mean\", half_width = 500 } ].");
    for (auto* target : at.subs("targets")) {
      if (const auto read = read_target(*target)) precision.targets.push_back(*read);
      for (const auto& e : target->table().entries) note(*target, e.key, text_of(e.value), "");
    }
    return precision;
  }

  // The first check falls on whole replicates, enough of them, and the last is not before it.
  static void check_replicates(TableReader& at, const Precision& precision, TraitSampling traits) {
    constexpr auto each = static_cast<std::int64_t>(paths_of_replicate);
    const auto replicates =
        std::max(static_cast<std::int64_t>(least_replicates), (precision.min_paths + each - 1) / each);
    const auto first = replicates * each;
    if (precision.max_paths >= first) return;
    at.error("max_paths", fmt::format("{} is below {}, the first check", precision.max_paths, first),
             fmt::format("under traits = \"{}\" checks fall on replicates of {} paths, {} of them or more",
                         name_of(traits), each, least_replicates),
             fmt::format("Write {} or more.", first));
  }

  void check_target(TableReader& at, const TargetStatistic& statistic, std::optional<Measure> measure) {
    const auto name = name_of(statistic);
    const auto argument = statistic_info(statistic.kind).argument;
    const bool needs_level = argument == StatisticArgument::level;
    const bool needs_line = argument == StatisticArgument::line;
    if (needs_level && !at.has("level")) at.error("level", "missing", "which " + name + " is meant");
    if (!needs_level && at.has("level")) at.error("level", "is not used by " + name);
    const bool of_income = needs_line || statistic.of == PrecisionTarget::Of::difference;
    if (of_income && measure && *measure != Measure::income_usd)
      at.error("measure", fmt::format("{} has no {}", measure_name(*measure), name), {}, "Write income_usd.");
    if (needs_line && !table_.has("target_usd_per_year"))
      at.error("statistic", name + " has nothing to fall short of", {}, "Write study.target_usd_per_year.");
  }

  std::optional<PrecisionTarget> read_target(TableReader& at) {
    PrecisionTarget target;
    std::array<std::pair<std::string_view, Measure>, measure_infos.size()> measures;
    for (std::size_t i = 0; i < measures.size(); ++i)
      measures[i] = {measure_infos[i].name, measure_infos[i].measure};
    const auto measure = at.choice<Measure>("measure", measures);
    const auto statistic = at.choice<TargetStatistic>("statistic", target_statistics);
    const auto level = at.number("level", {least_level, 1 - least_level, "a share of the paths"});
    for (const auto* key : {"measure", "statistic"})
      if (!at.has(key)) at.error(key, "missing", "a target is a statistic of a measure");
    if (statistic) check_target(at, *statistic, measure);
    const NumberRange width{1e-12, most_dollars, "half the width of the 95 % interval"};
    const auto absolute = at.number("half_width", width);
    const auto relative = at.number("relative_half_width", width);
    if (at.has("half_width") == at.has("relative_half_width"))
      at.error("", "needs one of half_width and relative_half_width",
               "absolute in the unit of the measure, or relative to the estimate");
    if (!measure || !statistic || (!absolute && !relative)) return std::nullopt;
    target.measure = *measure;
    target.of = statistic->of;
    target.statistic = {statistic->kind, level.value_or(0.0)};
    target.relative = relative.has_value();
    target.half_width = relative ? *relative : *absolute;
    return target;
  }

  TableReader& table_;
  Study& study_;
  std::vector<ResolvedNumber>& resolved_;
};

}  // namespace

namespace {

std::vector<std::chrono::year_month_day> dates_of(TableReader& calendar, const TomlValue& list) {
  std::vector<std::chrono::year_month_day> dates;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto& item = list.items[i];
    const auto key = fmt::format("{}.{}", calendar.key_of("holidays"), i + 1);
    if (item.kind != TomlValue::Kind::date || !item.date.ok())
      calendar.faults().error(item.place(), key, fmt::format("{} is no date", text_of(item)), {},
                              "Write a date without quotes: 2026-07-03.");
    else if (std::ranges::find(dates, item.date) != dates.end())
      calendar.faults().error(item.place(), key, fmt::format("{} is listed twice", text_of(item)));
    else
      dates.push_back(item.date);
  }
  return dates;
}

// A date, and the name of the holiday where the day observed is another.
std::string text_of(const Holiday& holiday) {
  return holiday.observed == holiday.date
             ? date_text(holiday.date)
             : fmt::format("{} (for {})", date_text(holiday.observed), date_text(holiday.date));
}

void read_calendar(TableReader& calendar, Study& study, std::vector<ResolvedNumber>& resolved) {
  const auto* given = calendar.find("holidays");
  if (given == nullptr) return;
  std::string said;
  if (given->kind == TomlValue::Kind::array) {
    study.holidays = dates_of(calendar, *given);
    said = text_of(*given);
  } else if (given->kind == TomlValue::Kind::string && given->text == "us_federal") {
    const auto first = study.calendar().calendar_month(1);
    const auto last = study.calendar().calendar_month(study.months);
    std::vector<std::string> days;
    for (const auto& holiday : us_federal_holidays(first.year(), last.year())) {
      const auto in = holiday.observed.year() / holiday.observed.month();
      if (in < first || in > last) continue;
      study.holidays.push_back(holiday.observed);
      days.push_back(text_of(holiday));
    }
    said = fmt::format("us_federal: {}", fmt::join(days, " "));
  } else {
    calendar.error("holidays",
                   fmt::format("{} is neither a list of dates nor \"us_federal\"", text_of(*given)), {},
                   "Write holidays = \"us_federal\" or holidays = [2026-07-03, 2026-12-25].");
    return;
  }
  resolved.push_back({calendar.key_of("holidays"), std::move(said), "date", calendar.place_of("holidays")});
}

}  // namespace

void read_settings(TableReader& root, Study& study, std::vector<ResolvedNumber>& resolved) {
  static const TomlValue absent;
  if (auto* table = root.sub("study")) {
    SettingsReader(*table, study, resolved).read();
  } else {
    TableReader none(absent, "study", root.faults());
    SettingsReader(none, study, resolved).read();
  }
  if (auto* calendar = root.sub("calendar")) read_calendar(*calendar, study, resolved);
}

void check_size(const Study& study, const std::string& file, Faults& faults) {
  const auto paths = static_cast<double>(study.paths);
  const auto months = static_cast<double>(study.months);
  const auto rows = static_cast<double>(study.scenarios.size());
  // A scenario keeps for each path its money of every month and a handful of measures of the horizon.
  // Beside them stand the tables of every month and the months of a block: measured at 8 KiB.
  const double bytes = paths * rows * (months + 16) * 8 + rows * months * 8192;
  if (bytes <= most_bytes) return;
  faults.error(
      {file}, "study",
      fmt::format("{} paths x {} months x {} scenarios would keep {:.0f} GiB and sample {:.2g} path-days",
                  study.paths, study.months, study.scenarios.size(), bytes / (1024.0 * 1024 * 1024),
                  paths * rows * months * 365.25 / 12),
      "no machine that this is meant for has that much",
      "Use fewer paths; the error of an estimate falls with their square root.");
}

}  // namespace paystress
