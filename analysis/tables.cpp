#include "analysis/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "analysis/cash_flow.h"
#include "analysis/distribution_table.h"
#include "analysis/histogram_table.h"
#include "analysis/tier_miss_table.h"

namespace paystress {
namespace {

constexpr double alarming_errors = 4.5;
constexpr std::size_t fan_p05 = 0, fan_p50 = 2, fan_p95 = 4;
constexpr double worst_tail = 0.05;

bool is_month(const ReportPeriod& p) { return p.kind == ReportPeriod::Kind::month; }
double months_in(const ReportPeriod& p) { return p.last - p.first + 1; }

/// Writes rows of income_distribution.csv of one scenario.
class DistributionRows {
 public:
  DistributionRows(const RowScenario& scenario, const TableOptions& options)
      : scenario_(scenario), options_(options), tail_(batch_cells(*scenario)) {}

  void row(std::string_view measure, std::string_view period, std::string_view statistic,
           std::optional<double> level, const Estimate& e, Digits digits = Digits::rounded) {
    distribution_table().write(
        out_, {scenario_, measure, period, statistic, level, e, options_.ci_level, e.paths, digits}, tail_);
  }

  void closed_form(std::string_view measure, std::string_view period, double mean) {
    distribution_table().write(out_,
                               exact_row(scenario_, measure, period, statistic_name(StatisticKind::mean), {},
                                         mean, IntervalMethod::closed_form),
                               tail_);
  }

  void column(std::string_view measure, std::string_view period, const ColumnEstimates& e, Digits digits) {
    for (const auto& [statistic, estimate] : e.told) {
      const auto info = statistic_info(statistic.kind);
      row(measure, period, info.name,
          info.argument == StatisticArgument::none ? std::nullopt : std::optional(statistic.argument),
          estimate, info.observed ? digits : Digits::rounded);
    }
  }

  std::string take() { return out_.take(); }

 private:
  const RowScenario& scenario_;
  const TableOptions& options_;
  std::string tail_;
  CsvRows out_;
};

/// Makes the tables of one scenario, measure by measure.
class ScenarioWriter {
 public:
  ScenarioWriter(const ScenarioResult& result, const PracticeTables& practice)
      : result_(result),
        scenario_(*result.scenario, result.income->left_prob()),
        practice_(practice),
        options_(practice.estimator().options()),
        periods_(practice.columns().periods()),
        tail_(batch_cells(*result.scenario)),
        rows_(scenario_, options_) {}

  ScenarioTables write() {
    tables_.key_figures.paths = practice_.columns().shape().paths;
    if (result_.advertised_usd_per_year) tables_.key_figures.advertised_usd = advertised(periods_.front());
    for (const Measure m : {Measure::income_usd, Measure::paid_hourly_usd, Measure::effective_hourly_usd})
      paid_measure(m);
    for (const Measure m : {Measure::after_hours_per_week, Measure::wrvu_per_hour, Measure::completed_visits})
      practice_measure(m);
    cash_flows();
    if (result_.income->may_leave()) leaving();
    if (result_.balances != nullptr && result_.balances->may_owe()) owing();
    auto& keys = tables_.key_figures;
    if (const auto* e = practice_.find(Measure::after_hours_per_week, 0))
      keys.after_hours_per_week_mean = e->of(StatisticKind::mean);
    if (const auto* e = practice_.find(Measure::wrvu_per_hour, 0)) keys.wrvu_per_hour_p50 = e->fan[fan_p50];
    if (const auto* e = practice_.find(Measure::completed_visits, 0))
      keys.completed_visits_mean = e->of(StatisticKind::mean);
    tables_.income_distribution = rows_.take();
    tables_.months = months_.take();
    tables_.histogram = histogram_.take();
    tables_.summary = summary_row(scenario_, keys, options_.ci_level);
    if (result_.tiers != nullptr)
      tables_.tier_miss =
          tier_miss_rows(scenario_, *result_.tiers, result_.tiers_without_push, options_.ci_level);
    return std::move(tables_);
  }

 private:
  [[nodiscard]] double advertised(const ReportPeriod& p) const {
    return *result_.advertised_usd_per_year * months_in(p) / 12.0;
  }

  void column(Measure m, const ReportPeriod& p, const ColumnEstimates& e) {
    const auto digits = m == Measure::income_usd ? Digits::as_observed : Digits::rounded;
    rows_.column(measure_name(m), p.label, e, digits);
    for (const auto& control : result_.controls) {
      if (control.measure != m || control.period != p.label) continue;
      rows_.closed_form(measure_name(m), p.label, control.mean);
      const auto& mean = e.of(StatisticKind::mean);
      if (!mean.value || !mean.std_error) continue;
      const double away = *mean.value - control.mean;
      if (std::abs(away) > alarming_errors * *mean.std_error + 1e-9 * std::abs(control.mean))
        tables_.warnings.push_back(
            fmt::format("{}: mean {} over {} is {:.6g}, its closed form {:.6g}: {:.1f} standard errors apart",
                        result_.scenario->id, measure_name(m), p.label, *mean.value, control.mean,
                        *mean.std_error > 0.0 ? std::abs(away) / *mean.std_error : INFINITY));
    }
    const bool in_fan =
        m == Measure::income_usd || m == Measure::after_hours_per_week || m == Measure::completed_visits;
    if (in_fan && is_month(p))
      add_fan_row(months_,
                  {scenario_, measure_name(m), static_cast<std::size_t>(p.first),
                   practice_.columns().calendar_months()[static_cast<std::size_t>(p.first - 1)],
                   e.of(StatisticKind::mean), e.fan, options_.ci_level},
                  tail_);
  }

  /// Lines of income, scaled to the period.
  [[nodiscard]] std::vector<double> lines_of(const ReportPeriod& p) const {
    std::vector<double> lines;
    if (const auto usd = need_or_target(p)) lines.push_back(*usd);
    if (result_.advertised_usd_per_year) lines.push_back(advertised(p));
    return lines;
  }
  [[nodiscard]] std::optional<double> need_or_target(const ReportPeriod& p) const {
    if (is_month(p)) return options_.need_usd_per_month;
    if (!options_.target_usd_per_year) return std::nullopt;
    return *options_.target_usd_per_year * months_in(p) / 12.0;
  }

  /// P(income below each line), in the order of lines_of.
  void lines(const ReportPeriod& p, std::span<const Estimate> below, bool horizon) {
    const auto name = measure_name(Measure::income_usd);
    auto& keys = tables_.key_figures;
    if (const auto usd = need_or_target(p)) {
      rows_.row(name, p.label, statistic_name(StatisticKind::shortfall_prob), usd, below.front());
      if (horizon && !is_month(p)) keys.target_shortfall_prob = below.front();
    }
    if (result_.advertised_usd_per_year) {
      rows_.row(name, p.label, "below_advertised_prob", advertised(p), below.back());
      if (horizon) keys.below_advertised_prob = below.back();
    }
  }

  void paid_measure(Measure m) {
    const bool is_income = m == Measure::income_usd;
    ColumnFigures of_horizon;
    for (std::size_t i = 0; i < periods_.size(); ++i) {
      const ReportPeriod& p = periods_[i];
      const auto lines_here = is_income ? lines_of(p) : std::vector<double>();
      ColumnFigures figures;
      if (i == 1 && p.last == periods_.front().last) {
        figures = of_horizon;  // a study of one year
      } else {
        auto values = measure_column(m, p, practice_.columns(), result_.income);
        if (i == 0) {
          const auto sample = practice_.estimator().sample(std::move(values));
          figures = practice_.estimator().figures(sample, lines_here);
          horizon(m, sample, figures.estimates);
        } else {
          figures = practice_.estimator().figures(std::move(values), lines_here);
        }
        // Months of hardly an hour make its spread, and few paths have one.
        if (!is_income && is_month(p)) figures.estimates.leave_open(StatisticKind::sd);
      }
      column(m, p, figures.estimates);
      if (is_income && p.kind == ReportPeriod::Kind::year && p.last - p.first < periods_.front().last - 1)
        tables_.key_figures.year_p50_usd.push_back(figures.estimates.fan[fan_p50]);
      if (is_income) {
        // Of a contract that ends the months employed count.
        if (result_.income->may_end())
          figures.below =
              practice_.estimator().figures(result_.income->income_against_lines(p), lines_here).below;
        lines(p, figures.below, i == 0);
      }
      if (i == 0) of_horizon = std::move(figures);
    }
  }

  // What only the whole horizon has.
  void horizon(Measure m, const PathSample& sample, const ColumnEstimates& e) {
    auto& keys = tables_.key_figures;
    if (m != Measure::paid_hourly_usd)
      add_histogram_rows(histogram_, scenario_, measure_name(m), sample, options_.ci_level, tail_);
    if (m == Measure::income_usd) {
      keys.mean_usd = e.of(StatisticKind::mean);
      keys.sd_usd = e.of(StatisticKind::sd);
      keys.p05_usd = e.fan[fan_p05];
      keys.p50_usd = e.fan[fan_p50];
      keys.p95_usd = e.fan[fan_p95];
      keys.tail_mean_05_usd = sample.estimate({StatisticKind::tail_mean, worst_tail}, options_.ci_level);
    } else {
      (m == Measure::paid_hourly_usd ? keys.paid_hourly_p50_usd : keys.effective_hourly_p50_usd) =
          e.fan[fan_p50];
    }
  }

  // What is owed when the months are over.
  void owing() {
    const auto owed = practice_.estimator().sample(result_.balances->owed(result_.balances->months()));
    auto& keys = tables_.key_figures;
    keys.owing_prob = owed.above(0.0, options_.ci_level);
    keys.owed_p50_usd = owed.quantile(0.5, options_.ci_level);
    keys.owed_p95_usd = owed.quantile(1 - worst_tail, options_.ci_level);
  }

  // Who leaves within a period, and what it would have paid had all stayed.
  void leaving() {
    auto& keys = tables_.key_figures;
    const auto month = result_.income->leaving_month();
    for (const auto& p : periods_) {
      auto left = month;
      for (double& m : left) m = m >= p.first && m <= p.last ? 1.0 : 0.0;
      const auto prob = practice_.estimator().sample(std::move(left)).at_least(1.0, options_.ci_level);
      rows_.row("left", p.label, "left_prob", {}, prob);
      const auto stayed = practice_.estimator().figures(result_.income->income_if_stayed(p)).estimates;
      rows_.column("income_usd_if_stayed", p.label, stayed, Digits::as_observed);
      if (&p != &periods_.front()) continue;
      keys.left_prob = prob;
      keys.if_stayed_p50_usd = stayed.fan[fan_p50];
    }
  }

  void practice_measure(Measure m) {
    for (std::size_t i = 0; i < periods_.size(); ++i)
      if (const auto* e = practice_.find(m, i)) column(m, periods_[i], *e);
  }

  void cash_flows() {
    for (std::size_t i = 0; i < periods_.size() && !is_month(periods_[i]); ++i) {
      if (i == 1 && periods_[1].last == periods_[0].last)
        continue;  // a study of one year: done with its horizon
      const CashEstimates e = cash_estimates(periods_[i]);
      write_cash(periods_[i], e);
      if (i != 0) continue;
      if (options_.need_usd_per_month) tables_.key_figures.need_shortfall_share = e.share;
      if (periods_.size() > 1 && periods_[1].last == periods_[0].last && !is_month(periods_[1]))
        write_cash(periods_[1], e);
    }
  }

  struct CashEstimates {
    ColumnEstimates worst, below, longest;
    Estimate share;
    std::vector<Estimate> at_least;  ///< 1, 2, ... months
  };

  [[nodiscard]] CashEstimates cash_estimates(const ReportPeriod& p) const {
    auto flow = cash_flow(*result_.income, p, options_.need_usd_per_month);
    const auto& estimator = practice_.estimator();
    CashEstimates e;
    e.worst = estimator.figures(std::move(flow.worst_month_usd)).estimates;
    if (!options_.need_usd_per_month) return e;
    const double months = months_in(p);
    auto shares = flow.months_below_need;
    if (result_.income->may_end()) {
      const auto employed = result_.income->months_employed(p);
      for (std::size_t i = 0; i < shares.size(); ++i) shares[i] /= employed[i];
    } else {
      for (double& share : shares) share /= months;
    }
    e.share = estimator.sample(std::move(shares)).pooled_share(options_.ci_level);
    const auto below = estimator.sample(std::move(flow.months_below_need));
    e.below = estimator.estimate(below);
    for (double k = 1.0; k <= months; ++k) e.at_least.push_back(below.at_least(k, options_.ci_level));
    e.longest = estimator.figures(std::move(flow.longest_run)).estimates;
    return e;
  }

  void write_cash(const ReportPeriod& p, const CashEstimates& e) {
    rows_.column("worst_month_usd", p.label, e.worst, Digits::as_observed);
    if (!options_.need_usd_per_month) return;
    rows_.row("months_below_need", p.label, "share", *options_.need_usd_per_month, e.share);
    rows_.column("months_below_need", p.label, e.below, Digits::as_observed);
    for (std::size_t k = 0; k < e.at_least.size(); ++k)
      rows_.row("months_below_need", p.label, "at_least_prob", static_cast<double>(k + 1), e.at_least[k]);
    rows_.column("longest_run_below_need", p.label, e.longest, Digits::as_observed);
  }

  const ScenarioResult& result_;
  const RowScenario scenario_;
  const PracticeTables& practice_;
  const TableOptions& options_;
  const std::vector<ReportPeriod>& periods_;
  std::string tail_;
  DistributionRows rows_;
  CsvRows months_, histogram_;
  ScenarioTables tables_;
};

}  // namespace

ScenarioTables make_tables(const ScenarioResult& result, const PracticeTables& practice) {
  if (result.scenario == nullptr || result.income == nullptr || result.practice != &practice.columns())
    throw std::invalid_argument("make_tables: a scenario, its pay and its own practice are needed");
  return ScenarioWriter(result, practice).write();
}

}  // namespace paystress
