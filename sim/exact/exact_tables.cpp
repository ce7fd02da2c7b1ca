#include "sim/exact/exact_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "analysis/distribution_table.h"
#include "analysis/tier_miss_table.h"

namespace paystress::exact {
namespace {

/// Of a law of cents, in dollars (or 1, of a probability).
double exact_value(const Statistic& statistic, const LatticeLaw& cents) {
  switch (statistic.kind) {
    case StatisticKind::mean:
      return cents.mean() / 100;
    case StatisticKind::sd:
      return std::sqrt(cents.variance()) / 100;
    case StatisticKind::quantile:
      return static_cast<double>(cents.quantile(statistic.argument)) / 100;
    case StatisticKind::tail_mean:
      return cents.tail_mean(statistic.argument) / 100;
    case StatisticKind::shortfall_prob:
      return cents.below(statistic.argument * 100);
  }
  throw std::invalid_argument("exact_value: no such statistic");
}

/// Where the exact number lies when every outcome may be `width_usd` off its point of the lattice.
DistributionRow bracketed(DistributionRow row, const Statistic& s, const LatticeLaw& cents,
                          double width_usd) {
  auto& e = row.estimate;
  row.ci_level = 1.0;
  switch (s.kind) {
    case StatisticKind::mean:  // kept by the lattice
      e.ci_low = e.ci_high = e.value;
      break;
    case StatisticKind::sd:
    case StatisticKind::quantile:
    case StatisticKind::tail_mean:
      e.ci_low = *e.value - width_usd;
      e.ci_high = *e.value + width_usd;
      if (s.kind == StatisticKind::sd) e.ci_low = std::max(0.0, *e.ci_low);
      break;
    case StatisticKind::shortfall_prob:
      e.ci_low = cents.below((s.argument - width_usd) * 100);
      e.ci_high = cents.below((s.argument + width_usd) * 100);
      break;
  }
  return row;
}

// Offers that end by leaving have no exact answer.
RowScenario named(const Scenario& scenario) { return {scenario, std::nullopt}; }

class IncomeRows {
 public:
  IncomeRows(const RowScenario& scenario, const TableOptions& options, double width_usd_a_month)
      : scenario_(scenario),
        options_(options),
        width_usd_a_month_(width_usd_a_month),
        tail_(batch_cells(*scenario)) {}

  /// `in_force`: share of its months in which the contract is; lines are compared at the rate of those.
  void period(ReportPeriod::Kind kind, const std::string& period, const LatticeLaw& cents, int months,
              double in_force) {
    const bool is_month = kind == ReportPeriod::Kind::month;
    auto told = reported_statistics(options_.levels);
    if (options_.need_usd_per_month && is_month) {
      told.push_back({StatisticKind::shortfall_prob, *options_.need_usd_per_month});
    } else if (options_.target_usd_per_year && !is_month) {
      told.push_back({StatisticKind::shortfall_prob, *options_.target_usd_per_year * months / 12});
    }
    for (auto s : told) {
      const auto info = statistic_info(s.kind);
      const auto level = info.argument == StatisticArgument::none ? std::nullopt : std::optional(s.argument);
      if (info.argument == StatisticArgument::line) {
        if (in_force == 0.0) continue;
        s.argument *= in_force;
      }
      const auto row = exact_row(scenario_, measure_name(Measure::income_usd), period, info.name, level,
                                 exact_value(s, cents), IntervalMethod::exact);
      distribution_table().write(out_, bracketed(row, s, cents, width_usd_a_month_ * months), tail_);
    }
  }

  std::string take() { return out_.take(); }

 private:
  RowScenario scenario_;
  const TableOptions& options_;
  double width_usd_a_month_;
  std::string tail_;
  CsvRows out_;
};

}  // namespace

std::string exact_income_rows(const Scenario& scenario, const ExactPay& pay, const TableOptions& options) {
  const auto months = static_cast<int>(pay.months.size());
  IncomeRows rows(named(scenario), options, pay.largest_rounding_usd / months);
  using Kind = ReportPeriod::Kind;
  const auto add = [&](Kind kind, const std::string& label, const LatticeLaw& cents, int first, int last) {
    rows.period(kind, label, cents, last - first + 1, pay.share_in_force(first, last));
  };
  add(Kind::horizon, "horizon", pay.horizon, 1, months);
  for (std::size_t y = 0; y < pay.years.size(); ++y) {
    const int first = 12 * static_cast<int>(y) + 1;
    add(Kind::year, fmt::format("year_{}", y + 1), pay.years[y], first, std::min(first + 11, months));
  }
  for (std::size_t m = 0; m < pay.months.size(); ++m) {
    const int month = static_cast<int>(m) + 1;
    add(Kind::month, fmt::format("month_{:02}", month), pay.months[m], month, month);
  }
  return rows.take();
}

std::string exact_tier_rows(const Scenario& scenario, const ExactPay& pay) {
  CsvRows out;
  const std::string tail = batch_cells(scenario);
  for (const auto& tier : pay.tiers) {
    const auto row = [&](std::string_view period, const ExactChances& chances) {
      TierTableRow cells{
          named(scenario), tier.component, tier.tier, tier.bound, tier.included, Span::month, period, {}, {},
          pay.near.share,  pay.near.units, {},        {}};
      auto& figures = cells.figures;
      figures.miss.value = chances.miss;
      figures.miss.method = IntervalMethod::exact;
      figures.near_share.value = chances.near_share;
      figures.near_units.value = chances.near_units;
      figures.shortfall_units.value = chances.shortfall_units;
      figures.lost_usd.value = chances.lost_usd;
      tier_miss_table().write(out, cells, tail);
    };
    for (const auto& window : tier.windows) row(window.label, window.chances);
    row("any", tier.any);
    row("share", tier.share);
  }
  return out.take();
}

}  // namespace paystress::exact
