#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/calendar.h"
#include "model/contract.h"
#include "model/ledger.h"
#include "model/measure.h"
#include "model/practice.h"
#include "model/replicates.h"
#include "model/statistic.h"

namespace paystress {

/// One result row: a practice, an offer and a stress.
struct Scenario {
  std::string id;  ///< "practice/offer/stress", or the name given in a batch
  std::string practice, offer, stress;
  std::vector<std::pair<std::string, std::string>> columns;  ///< further columns of a batch row, as written
};

/// A precision target: `width` is the half-width of the 95 % interval, absolute, or relative to the estimate.
struct PrecisionTarget {
  /// Of one scenario, or the mean paired difference of every two offers.
  enum class Of { scenario, difference };
  Measure measure = Measure::income_usd;
  Of of = Of::scenario;
  Statistic statistic;  ///< the line of a shortfall is target_usd_per_year
  double half_width = 0.0;
  bool relative = false;
};
struct Precision {
  std::vector<PrecisionTarget> targets;
  std::int64_t min_paths = 0, max_paths = 0, checkpoint = 0;
};

/// A tier missed by at most `share` of its bound, or by at most `units` of its measure, is a near miss.
struct NearMiss {
  double share = 0.05;
  std::optional<double> units;
};

/// A resolved study: everything that a run needs and nothing about files.
struct Study {
  std::string title;
  std::chrono::year_month_day start{std::chrono::year(2026), std::chrono::January, std::chrono::day(1)};
  int months = 12;
  std::int64_t paths = 100'000;
  std::uint64_t seed = 20260107;
  std::optional<double> need_usd_per_month, target_usd_per_year;
  ReportedLevels levels;
  NearMiss near_miss;
  TraitSampling traits = TraitSampling::independent;
  std::optional<Precision> precision;
  std::vector<std::chrono::year_month_day> holidays;  ///< of the calendar, as observed
  std::vector<ColumnInfo> user_columns;
  std::vector<SpanColumn> shared_spans;  ///< of [ledger], copied into the offers that use them
  std::vector<Practice> practices;
  std::vector<Contract> offers;
  std::vector<Stress> stresses;  ///< the first is "base"
  std::vector<Scenario> scenarios;

  [[nodiscard]] Calendar calendar() const { return {start, months, holidays}; }
  [[nodiscard]] PeriodGrid grid() const;  ///< one period a month
  [[nodiscard]] const Practice* find_practice(std::string_view name) const;
  [[nodiscard]] const Contract* find_offer(std::string_view name) const;
  [[nodiscard]] const Stress* find_stress(std::string_view name) const;
};

}  // namespace paystress
