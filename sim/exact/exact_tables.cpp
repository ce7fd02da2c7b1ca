#include "sim/exact/exact_tables.h"

#include <fmt/format.h>

#include <cmath>

#include "analysis/scenario_cells.h"

namespace paystress::exact {
namespace {

constexpr std::string_view method = "exact";

class IncomeRows {
 public:
  IncomeRows(const Scenario& scenario, const TableOptions& options)
      : scenario_(scenario), options_(options), tail_(batch_cells(scenario)) {}

  void period(const std::string& period, const LatticeLaw& cents, int months) {
    row(period, "mean", {}, cents.mean() / 100);
    row(period, "sd", {}, std::sqrt(cents.variance()) / 100);
    for (const double level : options_.levels.quantiles)
      row(period, "quantile", level, static_cast<double>(cents.quantile(level)) / 100);
    for (const double share : options_.levels.tails)
      row(period, "tail_mean", share, cents.tail_mean(share) / 100);
    if (options_.need_usd_per_month && period.starts_with("month")) {
      below(period, *options_.need_usd_per_month, cents);
    } else if (options_.target_usd_per_year && !period.starts_with("month")) {
      below(period, *options_.target_usd_per_year * months / 12, cents);
    }
  }

  std::string take() { return out_.take(); }

 private:
  void below(const std::string& period, double line_usd, const LatticeLaw& cents) {
    row(period, "shortfall_prob", line_usd, cents.below(line_usd * 100));
  }
  void row(const std::string& period, std::string_view statistic, std::optional<double> level, double value) {
    scenario_cells(out_, scenario_);
    out_.text("income_usd").text(period).text(statistic).exact(level).computed(value);
    out_.empty().empty().empty().empty().empty().text(method).end(tail_);
  }

  const Scenario& scenario_;
  const TableOptions& options_;
  std::string tail_;
  CsvRows out_;
};

}  // namespace

std::string exact_income_rows(const Scenario& scenario, const ExactPay& pay, const TableOptions& options) {
  IncomeRows rows(scenario, options);
  const auto months = static_cast<int>(pay.months.size());
  rows.period("horizon", pay.horizon, months);
  for (std::size_t y = 0; y < pay.years.size(); ++y)
    rows.period(fmt::format("year_{}", y + 1), pay.years[y], std::min(12, months - 12 * static_cast<int>(y)));
  for (std::size_t m = 0; m < pay.months.size(); ++m)
    rows.period(fmt::format("month_{:02}", m + 1), pay.months[m], 1);
  return rows.take();
}

std::string exact_tier_rows(const Scenario& scenario, const ExactPay& pay) {
  CsvRows out;
  const std::string tail = batch_cells(scenario);
  for (const auto& tier : pay.tiers) {
    const auto row = [&](std::string_view period, double miss_prob, std::optional<double> lost_usd) {
      scenario_cells(out, scenario);
      out.text(tier.component).count(tier.tier).computed(tier.bound);
      out.text(tier.included ? "at_least" : "above").text("month").text(period).computed(miss_prob);
      // No errors, no near misses, no shortfall in units.
      for (int cell = 0; cell < 13; ++cell) out.empty();
      out.computed(lost_usd).empty().empty().empty().text(method).end(tail);
    };
    for (const auto& window : tier.windows) row(window.label, window.miss_prob, window.lost_usd_mean);
    row("any", tier.any_miss_prob, {});
    row("share", tier.missed_share, {});
  }
  return out.take();
}

}  // namespace paystress::exact
