#include "sim/results/run_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <tuple>
#include <vector>

#include "scenarios/csv_text.h"
#include "sim/results/packed_file.h"
#include "sim/words/scenario_titles.h"
#include "sim/words/text_table.h"

namespace paystress::results {
namespace {

/// A column of the screen, and how its heading is told.
struct Figure {
  words::ScreenTable::Column column;
  std::string meaning;
  std::function<std::string(const SummaryRow&)> cell;
};

auto shown(Estimate SummaryRow::*estimate, std::string (*format)(double)) {
  return [=](const SummaryRow& row) { return words::or_dash((row.*estimate).value, format); };
}

// How far the interval of the median reaches on its longer side.
std::string reach(const SummaryRow& row) {
  const auto& e = row.p50_usd;
  if (!e.value || !e.ci_low || !e.ci_high) return "-";
  return words::dollars(std::max(*e.value - *e.ci_low, *e.ci_high - *e.value));
}

std::vector<Figure> figures(const Study& study) {
  using S = SummaryRow;
  const bool one_year = study.months == 12;
  const std::string span = one_year                 ? "year"
                           : study.months % 12 == 0 ? fmt::format("{} years", study.months / 12)
                                                    : fmt::format("{} mo.", study.months);
  std::vector<Figure> all{
      {{"median", "$", 0}, "Median: half of the paths pay less", shown(&S::p50_usd, words::dollars)},
      {{"+-", "$", 1}, "+-: simulation error, the reach of its 95 % interval", reach},
      {{"bad " + span, "$", 2},
       fmt::format("bad {}: 5th percentile, one path in twenty pays less", span),
       shown(&S::p05_usd, words::dollars)},
      {{"good " + span, "$", 7},
       fmt::format("good {}: 95th percentile", span),
       shown(&S::p95_usd, words::dollars)},
      {{"mean of", "worst 5 %", 9},
       "mean of worst 5 %: over the worst twentieth of the paths",
       shown(&S::tail_mean_05_usd, words::dollars)}};
  if (std::ranges::any_of(study.offers,
                          [](const Contract& o) { return o.advertised_usd_per_year.has_value(); }))
    all.push_back({{"P(below", "advert.)", 3},
                   "P(below advert.): probability of less than was advertised",
                   shown(&S::below_advertised_prob, words::percent)});
  if (study.target_usd_per_year)
    all.push_back(
        {{"P(below", "target)", 4},
         fmt::format("P(below target): of less than {} a year", words::dollars(*study.target_usd_per_year)),
         shown(&S::target_shortfall_prob, words::percent)});
  if (study.need_usd_per_month)
    all.push_back({{"months", "< need", 5},
                   fmt::format("months < need: share of months that pay less than {}",
                               words::dollars(*study.need_usd_per_month)),
                   shown(&S::need_shortfall_share, words::percent)});
  if (std::ranges::any_of(study.offers, &Contract::ends_by_leaving))
    all.push_back({{"P of", "leaving", 2},
                   "P of leaving: before the months are over; lines and hourly pay count the months employed",
                   shown(&S::left_prob, words::percent)});
  all.push_back({{"paid", "$/h", 8},
                 "paid $/h: median pay for an hour of session",
                 shown(&S::paid_hourly_p50_usd, words::dollars)});
  all.push_back({{"effect.", "$/h", 6},
                 "effect. $/h: for an hour of session and of unpaid work",
                 shown(&S::effective_hourly_p50_usd, words::dollars)});
  return all;
}

/// The table while its rows are added, then its text with the meaning of what it shows.
class FigureTable {
 public:
  explicit FigureTable(const Study& study)
      : figures_(figures(study)), table_([this] {
          std::vector<words::ScreenTable::Column> columns;
          for (const auto& f : figures_) columns.push_back(f.column);
          return columns;
        }()) {}

  words::ScreenTable& table() { return table_; }
  void row(std::string label, const SummaryRow& row) {
    std::vector<std::string> cells;
    for (const auto& f : figures_) cells.push_back(f.cell(row));
    table_.row(std::move(label), std::move(cells));
  }
  [[nodiscard]] std::string text(const words::Screen& screen) const {
    const auto fits = table_.shown(screen);
    std::vector<std::string> meanings, left_out;
    for (std::size_t c = 0; c < figures_.size(); ++c) {
      const auto& f = figures_[c];
      if (fits[c])
        meanings.push_back(f.meaning);
      else
        left_out.push_back(f.column.above + " " + f.column.below);
    }
    auto legend = fmt::format("{}.", fmt::join(meanings, "; "));
    if (!left_out.empty())
      legend += fmt::format(" Left out at {} columns, in summary.csv: {}.", screen.columns,
                            fmt::join(left_out, ", "));
    return table_.text(screen) + "\n" + words::aside(legend, screen);
  }

 private:
  std::vector<Figure> figures_;
  words::ScreenTable table_;
};

// "1.4 to 12.2 %", or one figure where both read alike.
std::string either(const Estimate& a, const Estimate& b, std::string (*format)(double)) {
  if (!a.value || !b.value) return words::or_dash(a.value, format);
  const auto [low, high] = std::minmax(*a.value, *b.value);
  auto from = format(low);
  const auto to = format(high);
  constexpr std::string_view unit = " %";
  if (from == to) return from;
  if (from.ends_with(unit)) from.resize(from.size() - unit.size());
  return from + " to " + to;
}

std::string windows_of(Span reset) {
  switch (reset) {
    case Span::month:
      return "months";
    case Span::quarter:
      return "quarters";
    case Span::year:
      return "years";
    case Span::horizon:
      return "paths";
  }
  return {};
}

// The median of each year, of a study that has several: a first year may have what others do not repeat.
std::string told_years(const SummaryRow& row, int months) {
  constexpr int a_year = 12;
  std::vector<std::string> years;
  for (const auto& e : row.year_p50_usd) years.push_back(words::or_dash(e.value, words::dollars));
  if (years.empty()) return {};
  if (const int rest = months % a_year; rest > 0) years.back() += fmt::format(" ({} months)", rest);
  return fmt::format("median year by year: {}", fmt::join(years, "; "));
}

// What is owed at the end, of an offer that pays ahead of earnings.
std::string told_debt(const SummaryRow& row) {
  const auto& [prob, median, high] = std::tie(row.owing_prob, row.owed_p50_usd, row.owed_p95_usd);
  if (!prob.value || !median.value || !high.value) return {};
  if (*prob.value == 0.0) return "nothing of the draw is owed at the end";
  return fmt::format("owed at the end, not taken off: in {} of paths; median {}, one in twenty above {}",
                     words::percent(*prob.value), words::dollars(*median.value), words::dollars(*high.value));
}

std::string told(const Study& study, const Scenario& scenario) {
  auto title = words::offer_title(study, scenario);
  if (const auto* offer = study.find_offer(scenario.offer);
      offer != nullptr && offer->advertised_usd_per_year)
    title += fmt::format(", advertised at {} a year", words::dollars(*offer->advertised_usd_per_year));
  return title;
}

std::optional<double> number_of(const CsvText& csv, const CsvText::Row& row, std::string_view name) {
  const auto column = csv.find_column(name);
  if (!column) return std::nullopt;
  const auto number = read_number(row.cells[*column].text);
  return number.problem.empty() ? std::optional(number.value) : std::nullopt;
}

constexpr std::string_view median_column = "income_usd_p50";

// By name, from a row of summary.csv.
SummaryRow summary_of(const CsvText& csv, const CsvText::Row& row) {
  SummaryRow s;
  for (const auto& [name, estimate] : {std::pair{std::string("income_usd_p05"), &s.p05_usd},
                                       {std::string(median_column), &s.p50_usd},
                                       {"income_usd_p95", &s.p95_usd},
                                       {"income_usd_tail_mean_05", &s.tail_mean_05_usd},
                                       {"target_shortfall_prob", &s.target_shortfall_prob},
                                       {"need_shortfall_share", &s.need_shortfall_share},
                                       {"below_advertised_prob", &s.below_advertised_prob},
                                       {"paid_hourly_usd_p50", &s.paid_hourly_p50_usd},
                                       {"effective_hourly_usd_p50", &s.effective_hourly_p50_usd},
                                       {"left_prob", &s.left_prob},
                                       {"owing_prob", &s.owing_prob},
                                       {"owed_usd_p50", &s.owed_p50_usd},
                                       {"owed_usd_p95", &s.owed_p95_usd}}) {
    estimate->value = number_of(csv, row, name);
    estimate->ci_low = number_of(csv, row, name + "_ci_low");
    estimate->ci_high = number_of(csv, row, name + "_ci_high");
  }
  return s;
}

// What tells a row of a batch from the others.
std::string batch_row_title(const CsvText& csv, const CsvText::Row& row,
                            std::span<const std::string> columns) {
  const auto& id = row.cells[csv.find_column("scenario").value()].text;
  std::vector<std::string> own;
  for (const auto& column : columns)
    if (const auto at = csv.find_column(column); at && !row.cells[*at].text.empty())
      own.push_back(fmt::format("{} = {}", column, row.cells[*at].text));
  return own.empty() ? id : fmt::format("{}: {}", id, fmt::join(own, ", "));
}

}  // namespace

std::string run_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                       std::span<const engine::ScenarioOutcome> outcomes, const words::Screen& screen) {
  FigureTable rows(study);
  std::string before;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto& scenario = *inputs[i].scenario;
    const auto title = told(study, scenario);
    if (title != before) {
      rows.table().title(title);
      if (const auto& tier = outcomes[i].tier)
        rows.table().remark(fmt::format("tier line that costs most: {} tier {}, missed in {} of {}",
                                        tier->component, tier->tier, words::percent(tier->missed_share),
                                        windows_of(tier->reset)));
      const auto& figures = outcomes[i].tables.key_figures;
      for (auto& remark : {told_years(figures, study.months), told_debt(figures)})
        if (!remark.empty()) rows.table().remark(remark);
    }
    before = title;
    rows.row(words::stress_title(scenario.stress), outcomes[i].tables.key_figures);
  }
  return rows.text(screen);
}

// The table is read twice, so that a batch of any length takes the memory of its medians.
std::string batch_report(const Study& study, const std::filesystem::path& summary,
                         std::span<const std::string> batch_columns, const words::Screen& screen) {
  Faults faults;
  std::vector<std::pair<double, std::size_t>> ranked;  // minus the median, so that the best is first; place
  const bool read =
      read_rows(summary, faults, [&](const CsvText& csv, const CsvText::Row& row, std::size_t place) {
        if (const auto median = number_of(csv, row, median_column)) ranked.emplace_back(-*median, place);
      });
  if (!read || ranked.size() < 3) return {};
  std::ranges::sort(ranked);
  struct Shown {
    std::string_view label;
    std::size_t place;
    std::string title;
    SummaryRow figures;
  };
  std::array shown{Shown{"best", ranked.front().second, {}, {}},
                   Shown{"median", ranked[(ranked.size() - 1) / 2].second, {}, {}},
                   Shown{"worst", ranked.back().second, {}, {}}};
  read_rows(summary, faults, [&](const CsvText& csv, const CsvText::Row& row, std::size_t place) {
    for (auto& s : shown) {
      if (s.place != place) continue;
      s.title = batch_row_title(csv, row, batch_columns);
      s.figures = summary_of(csv, row);
    }
  });
  FigureTable rows(study);
  for (auto& s : shown) {
    rows.table().title(std::move(s.title));
    if (auto debt = told_debt(s.figures); !debt.empty()) rows.table().remark(std::move(debt));
    rows.row(std::string(s.label), s.figures);
  }
  return rows.text(screen) + "\n";
}

std::string ranking_report(const Study& study, std::span<const engine::ScenarioInput> inputs,
                           std::span<const engine::ScenarioOutcome> outcomes,
                           const engine::Comparisons& comparisons, const words::Screen& screen) {
  const auto base = std::ranges::find(comparisons.ranks, "base", [](const auto& r) { return r.first; });
  if (base == comparisons.ranks.end()) return {};
  words::ScreenTable table({{"median", "$", 0}, {"pays", "most", 1}, {"given up", "$", 2}});
  for (const auto& r : base->second)
    table.row(words::offer_title(study, *inputs[r.scenario].scenario),
              {words::or_dash(r.median_usd.value, words::dollars),
               either(r.shared_luck.best_prob, r.other_months.best_prob, words::percent),
               either(r.shared_luck.regret_usd, r.other_months.regret_usd, words::dollars)});
  std::string legend =
      "Pays most: probability that no other offer pays more on the same path; given up: average given up if "
      "chosen, against the best offer of each path.";
  const bool several = std::ranges::any_of(base->second, [&](const RankedOffer& r) {
    return inputs[r.scenario].scenario->practice != inputs[base->second.front().scenario].scenario->practice;
  });
  if (several)
    legend +=
        " Of two figures, one is for employers that have the same luck, the other for employers with luck of "
        "their own.";
  const auto owes = [&](const RankedOffer& r) {
    return outcomes[r.scenario].tables.key_figures.owing_prob.value.value_or(0.0) > 0.0;
  };
  std::vector<std::string> owing;
  for (const auto& r : base->second)
    if (owes(r)) owing.push_back(words::offer_title(study, *inputs[r.scenario].scenario));
  if (!owing.empty())
    legend += fmt::format(" What is owed at the end is not taken off the pay of {}.", fmt::join(owing, "; "));
  return "Ranking, as described\n" + table.text(screen) + "\n" + words::aside(legend, screen) + "\n";
}

std::string precision_report(const Study& study, std::span<const TargetStatus> targets, std::size_t paths) {
  const auto worst = worst_target(targets);
  if (!worst) return {};
  const auto& t = targets[*worst];
  auto text = fmt::format("{} of {} precision targets not met after {} paths; the worst is {} of {}",
                          std::ranges::count(targets, false, &TargetStatus::met), targets.size(), paths,
                          target_text(study.precision->targets[t.target]), t.scenario);
  if (t.half_width) text += fmt::format(": +- {:.4g}", *t.half_width);
  if (t.paths_needed) text += fmt::format(", about {:.0f} paths would do", *t.paths_needed);
  return text;
}

}  // namespace paystress::results
