#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/estimate.h"
#include "analysis/scenario_columns.h"
#include "analysis/tier_misses.h"
#include "model/study.h"

namespace paystress {

/// What the tables report, the same for every scenario of a run.
struct TableOptions {
  ReportedLevels levels;
  double ci_level = 0.95;
  std::optional<double> need_usd_per_month, target_usd_per_year;
  PathDesign design = PathDesign::independent;
};

/// The exact mean of a measure over a period, printed beside the estimate.
struct Control {
  Measure measure = Measure::income_usd;
  std::string period;  ///< "horizon", "year_1", "month_03"
  double mean = 0.0;
};

/// Everything that the tables of one scenario are made from. The pointees outlive the call.
struct ScenarioResult {
  const Scenario* scenario = nullptr;
  const PracticeColumns* practice = nullptr;
  const IncomeColumns* income = nullptr;
  const TierMisses* tiers = nullptr;  ///< null when the offer has no tiers
  std::optional<double> advertised_usd_per_year;
  std::vector<Control> controls;
};

/// Key figures of one scenario over the horizon: a row of summary.csv, and what the terminal shows.
struct SummaryRow {
  std::size_t paths = 0;
  std::optional<double> advertised_usd;  ///< over the horizon
  Estimate mean_usd, sd_usd, p05_usd, p50_usd, p95_usd, tail_mean_05_usd;
  Estimate target_shortfall_prob, need_shortfall_share, below_advertised_prob;
  Estimate paid_hourly_p50_usd, effective_hourly_p50_usd;
  Estimate after_hours_per_week_mean, wrvu_per_hour_p50, completed_visits_mean;
};

/// CSV rows of one scenario, without header lines: join the scenarios in the study's order below
/// header_line().
struct ScenarioTables {
  std::string income_distribution, tier_miss, summary, months, histogram;
  SummaryRow key_figures;
  std::vector<std::string> warnings;  ///< an estimate more than 4.5 standard errors from its control
};

/// Everything that the tables say about one measure over one period.
struct ColumnEstimates {
  Estimate mean, sd;
  std::vector<Estimate> quantiles, tails;  ///< in the order of the options
  std::array<Estimate, 5> fan;             ///< 5, 25, 50, 75, 95 %
};
inline constexpr std::array<double, 5> fan_levels{0.05, 0.25, 0.50, 0.75, 0.95};

/// Turns samples into estimates; the ranks of a full set of paths are made once.
class ColumnEstimator {
 public:
  ColumnEstimator(const TableOptions& options, std::size_t paths);
  /// A column in path order, as the run drew it.
  [[nodiscard]] PathSample sample(std::vector<double> values) const {
    return {std::move(values), options_.design};
  }
  [[nodiscard]] ColumnEstimates estimate(const PathSample& sample) const;
  [[nodiscard]] const TableOptions& options() const { return options_; }

 private:
  struct Ranks {
    std::vector<QuantileRanks> quantiles;
    std::array<QuantileRanks, 5> fan;
  };
  [[nodiscard]] Ranks ranks_of(std::size_t paths) const;

  TableOptions options_;
  std::size_t paths_;
  Ranks ranks_;
};

/// Does work(i) for i = 0 .. n - 1, in any order and on any threads, and returns when all are done.
using WorkRunner = std::function<void(std::size_t n, const std::function<void(std::size_t)>& work)>;
void one_after_the_other(std::size_t n, const std::function<void(std::size_t)>& work);

/// What is the same for every offer priced on one ledger; made once, used by each of its scenarios.
class PracticeTables {
 public:
  PracticeTables(const PracticeColumns& practice, const TableOptions& options,
                 const WorkRunner& run = one_after_the_other);
  [[nodiscard]] const PracticeColumns& columns() const { return *practice_; }
  [[nodiscard]] const ColumnEstimator& estimator() const { return estimator_; }
  /// Estimates of a measure that needs no pay, by index into columns().periods(); null where the measure does
  /// not exist for the period.
  [[nodiscard]] const ColumnEstimates* find(Measure measure, std::size_t period) const;

 private:
  const PracticeColumns* practice_;
  ColumnEstimator estimator_;
  std::map<std::pair<Measure, std::size_t>, ColumnEstimates> entries_;
};

/// Makes every table of one scenario. Pure: different scenarios may be made on different threads at once.
/// \pre result.practice == &practice.columns()
[[nodiscard]] ScenarioTables make_tables(const ScenarioResult& result, const PracticeTables& practice);
/// Rows of tier_miss.csv of one scenario.
[[nodiscard]] std::string tier_miss_rows(const Scenario& scenario, const TierMisses& tiers, double ci_level);

}  // namespace paystress
