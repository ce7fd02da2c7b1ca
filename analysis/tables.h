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

#include "analysis/debt.h"
#include "analysis/fan_table.h"
#include "analysis/path_sample.h"
#include "analysis/scenario_columns.h"
#include "analysis/summary_table.h"
#include "analysis/tier_misses.h"
#include "model/study.h"

namespace paystress {

/// What the tables report, the same for every scenario of a run.
struct TableOptions {
  ReportedLevels levels;
  double ci_level = usual_ci_level;
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
  const TierMisses* tiers = nullptr;               ///< null when the offer has no tiers
  const TierMisses* tiers_without_push = nullptr;  ///< of an offer with push: on the months as sampled
  const BalanceColumns* balances = nullptr;        ///< null: nothing is told of what is owed
  std::optional<double> advertised_usd_per_year;
  std::vector<Control> controls;
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
  struct Told {
    Statistic statistic;
    Estimate estimate;
  };
  std::vector<Told> told;  ///< in the order of the tables
  std::array<Estimate, fan_levels.size()> fan;
  /// \pre the tables tell it
  [[nodiscard]] const Estimate& of(StatisticKind kind) const;
  /// Takes the interval of a statistic away.
  void leave_open(StatisticKind kind);
};

/// All that tables tell of a column: its estimates, and P(X < line) of each line asked for.
struct ColumnFigures {
  ColumnEstimates estimates;
  std::vector<Estimate> below;
};

class ColumnMemo;

/// Turns columns into estimates; the ranks of a full set of paths are made once.
class ColumnEstimator {
 public:
  /// `memo`: what is known of columns already, or null.
  ColumnEstimator(const TableOptions& options, std::size_t paths, ColumnMemo* memo = nullptr);
  /// A column in path order, as the run drew it.
  [[nodiscard]] PathSample sample(std::vector<double> values) const {
    return {std::move(values), options_.design};
  }
  [[nodiscard]] ColumnEstimates estimate(const PathSample& sample) const;
  [[nodiscard]] ColumnFigures figures(const PathSample& sample, std::span<const double> lines) const;
  /// The same of a column in path order; one that is known is not estimated again.
  [[nodiscard]] ColumnFigures figures(std::vector<double> values, std::span<const double> lines = {}) const;
  [[nodiscard]] const TableOptions& options() const { return options_; }

 private:
  TableOptions options_;
  std::vector<Statistic> reported_;
  RankTable ranks_;
  ColumnMemo* memo_;
};
/// The statistics of every measure in the tables: those without an argument, and those with a level at each.
[[nodiscard]] std::vector<Statistic> reported_statistics(const ReportedLevels& levels);

/// Does work(i) for i = 0 .. n - 1, in any order and on any threads, and returns when all are done.
using WorkRunner = std::function<void(std::size_t n, const std::function<void(std::size_t)>& work)>;
void one_after_the_other(std::size_t n, const std::function<void(std::size_t)>& work);

/// What is the same for every offer priced on one ledger; made once, used by each of its scenarios.
class PracticeTables {
 public:
  PracticeTables(const PracticeColumns& practice, const TableOptions& options,
                 const WorkRunner& run = one_after_the_other, ColumnMemo* memo = nullptr);
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
}  // namespace paystress
