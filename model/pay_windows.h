#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress {

/// One stretch of a contract over which quantities or money run up: a month, quarter, year or the horizon,
/// cut by the start, by the phase of a line, or by the end of the contract.
struct PayWindow {
  std::size_t first = 0, last = 0;  ///< ledger periods, inclusive; the last that the ledger holds
  bool over = false;                ///< the window ends with period `last`; false: the ledger stops before
  int first_month = 1;              ///< after the cut; below 1 where an opening brings the months before
  int months = 1;                   ///< after the cut
  int full_months = 1;              ///< uncut
  double lost = 0.0;                ///< parts of its months before and after the days of a phase
  [[nodiscard]] double length() const { return static_cast<double>(months) - lost; }
  [[nodiscard]] bool is_cut() const { return months != full_months || lost > 0.0; }
};

/// What stretches are cut by, besides the ledger.
struct WindowRules {
  YearKind year = YearKind::anniversary;
  std::optional<MonthRange> phase;
  std::optional<int> ends;
  bool opened = false;  ///< an opening holds the quantities of the running year before the start
  bool left = false;    ///< `ends` is where the path leaves: the horizon is cut there too
};

/// The windows of one span over a grid, in order. A period outside the phase or after the end has none.
///
/// Years and quarters count from the start of the contract (anniversary) or are those of the calendar. The
/// end of the ledger cuts nothing: the window is not over yet.
/// \test tests/unit/model/pay_windows_test.cpp
class PayWindows {
 public:
  PayWindows(const PeriodGrid& grid, Span span, const WindowRules& rules);

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  [[nodiscard]] std::span<const PayWindow> all() const { return windows_; }
  /// Window of a period, or `none`.
  [[nodiscard]] std::size_t of(std::size_t period) const { return of_[period]; }
  [[nodiscard]] bool active(std::size_t period) const { return of_[period] != none; }
  [[nodiscard]] const PayWindow& at(std::size_t period) const { return windows_[of_[period]]; }
  [[nodiscard]] bool starts(std::size_t period) const { return active(period) && at(period).first == period; }
  [[nodiscard]] bool ends(std::size_t period) const {
    return active(period) && at(period).over && at(period).last == period;
  }
  /// Months of the window gone by at the end of a period; part of a month where a month has several periods.
  [[nodiscard]] double elapsed(std::size_t period) const { return elapsed_[period]; }
  /// Every window is one period long, so that nothing has to be added up.
  [[nodiscard]] bool single() const { return single_; }

 private:
  std::vector<PayWindow> windows_;
  std::vector<std::size_t> of_;
  std::vector<double> elapsed_;
  bool single_ = true;
};

/// The windows in which a component's tiers are judged; those of its pay.
[[nodiscard]] PayWindows reset_windows(const Contract& contract, std::size_t line, Span reset,
                                       const PeriodGrid& grid);

}  // namespace paystress
