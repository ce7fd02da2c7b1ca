#pragma once

#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress {

/// Kinds of flaws on which something is decided: whether another practice would lack them, or whether they
/// follow from a part of the contract that could not be read.
enum class FlawKind {
  own,                    ///< of one part, whatever the practice and the other parts
  unknown_column,         ///< neither a ledger column nor a term
  unknown_code,           ///< visits of codes that this ledger does not have
  code_without_usd,       ///< collections of codes to which this practice gives no dollars
  unknown_component,      ///< earned.NAME, or a name in `on`
  cap_below_guarantee,    ///< of two parts
  nothing_to_recover,     ///< a draw and the parts that it sees
  balance_without_owner,  ///< an opening balance and the adjustments that may hold it
  cut_period              ///< `partial` is needed
};
/// What is wrong with a contract as a whole. `key` is dotted below the offer:
/// "pay.visit_bonus.tiers.2.above".
struct ContractFlaw {
  FlawKind kind;
  std::string key, problem, why, fix;
};
/// Everything that makes a contract illegal for this ledger: unknown columns, circles of amounts, tiers out
/// of order, a draw with nothing to recover from, a cap below a guarantee, ...
[[nodiscard]] std::vector<ContractFlaw> find_flaws(const Contract& contract, const LedgerLayout& layout,
                                                   const PeriodGrid& grid);
/// Odd but legal: a tier that can never be reached, a rate of 0, ...
[[nodiscard]] std::vector<ContractFlaw> find_oddities(const Contract& contract, const LedgerLayout& layout,
                                                      const PeriodGrid& grid);

/// Runs of doubles on a 64-byte boundary.
template <class T>
struct LaneAllocator {
  using value_type = T;
  LaneAllocator() = default;
  template <class U>
  LaneAllocator(const LaneAllocator<U>&) {}  // NOLINT(google-explicit-constructor): as allocators must
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{64}); }
  friend bool operator==(const LaneAllocator&, const LaneAllocator&) { return true; }
};
using LaneRuns = std::vector<double, LaneAllocator<double>>;

/// What `settle` writes: pay alone, or pay and the state of every tier (tier_measure, ..., tier_lost).
enum class SettleDetail { pay, tiers };

/// Whether a contract that ends by leaving is settled in the month in which a path leaves, or is priced as if
/// every path stayed.
enum class Leavers { settled, as_if_stayed };

/// Pay of one block of paths. Every run is `stride` doubles, of which the first `paths` count; money in
/// dollars.
class Settlement {
 public:
  Settlement() = default;
  std::size_t paths = 0, stride = 0, periods = 0, lines = 0, adjustments = 0;
  /// Paid in a period, after adjustments and rounding.
  [[nodiscard]] const double* paid(std::size_t period) const { return &paid_[period * stride]; }
  /// The same, had every path stayed: of a contract that does not end by leaving, what is paid.
  [[nodiscard]] const double* paid_if_stayed(std::size_t period) const {
    return stayed_.empty() ? paid(period) : &stayed_[period * stride];
  }
  /// Month at whose end each path leaves, 0 where it stays; null where the contract does not end by leaving.
  [[nodiscard]] const double* leaving_month() const { return leaving_.empty() ? nullptr : leaving_.data(); }
  /// Earned by a component in a period, before adjustments.
  [[nodiscard]] const double* earned(std::size_t line, std::size_t period) const {
    return &earned_[(line * periods + period) * stride];
  }
  /// Change made by an adjustment in a period.
  [[nodiscard]] const double* adjusted(std::size_t adjustment, std::size_t period) const {
    return &adjusted_[(adjustment * periods + period) * stride];
  }
  /// Balance of an adjustment after a period: owed under a draw, withheld, carried; 0 for the others.
  [[nodiscard]] const double* balance(std::size_t adjustment, std::size_t period) const {
    const std::size_t at = balance_run[adjustment];
    return &balance_[at == 0 ? 0 : (at + period) * stride];
  }
  /// Money of a component that its periods have earned by the end of the ledger and that is not due yet.
  [[nodiscard]] const double* not_due(std::size_t line) const { return &not_due_[line * stride]; }
  /// Measure of tiered component t (index into PayPlan::tiered) accumulated in its reset window, to date.
  /// NaN where undefined.
  [[nodiscard]] const double* tier_measure(std::size_t t, std::size_t period) const {
    return &measure_[(t * periods + period) * stride];
  }
  /// The point of the number line at which tier k (0-based) of tiered component t starts, in that period.
  [[nodiscard]] const double* tier_bound(std::size_t t, std::size_t k, std::size_t period) const {
    return &bound_[((bound_offset[t] + k) * periods + period) * stride];
  }
  /// 1.0 where tier k of tiered component t is reached on the total to date, else 0.0. Tiers are those of
  /// paths that stay: a window that leaving cuts is judged by nobody.
  [[nodiscard]] const double* tier_reached(std::size_t t, std::size_t k, std::size_t period) const {
    return &reached_[((bound_offset[t] + k) * periods + period) * stride];
  }
  /// 1.0 where a path that leaves has reached tier k in the window that its leaving ends and `partial` cuts
  /// (under "none" it reaches nothing there), 0.0 elsewhere.   \pre leaving_month(), priced with tiers
  [[nodiscard]] const double* tier_reached_on_leaving(std::size_t t, std::size_t k) const {
    return &reached_on_leaving_[(bound_offset[t] + k) * stride];
  }
  /// Dollars lost at the line: pay of the window just above the bound of tier k less its pay, where missed.
  [[nodiscard]] const double* tier_lost(std::size_t t, std::size_t k, std::size_t period) const {
    return &lost_[((bound_offset[t] + k) * periods + period) * stride];
  }

  std::vector<std::size_t> bound_offset;
  std::vector<std::size_t> balance_run;  ///< first run of an adjustment in balance_; 0: the run of zeros
  LaneRuns paid_, earned_, adjusted_, balance_, not_due_, measure_, bound_, reached_, lost_;
  /// Empty where the contract does not end by leaving, the last without tiers.
  LaneRuns stayed_, leaving_, reached_on_leaving_;
  LaneRuns scratch_;  ///< of `settle`, kept so that it is allocated once
};

/// A tiered component, for tables of tier misses.
struct TieredLine {
  std::size_t line = 0;
  std::string name;
  Span reset = Span::month;
  std::vector<Bound> bounds;
};

/// One line of a pay statement.
struct StatementLine {
  std::string period, name, kind, tier;
  std::optional<double> quantity, rate_usd, amount_usd, balance_usd;
};

/// A contract made ready for one ledger layout and period grid. Immutable; `settle` may run on many threads.
/// The contract's span columns that the layout does not bring stand behind its own, made before `settle`.
class PayPlan {
 public:
  struct Impl;
  /// \throws std::invalid_argument when find_flaws is not empty
  PayPlan(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid);
  ~PayPlan();
  PayPlan(PayPlan&&) noexcept;
  PayPlan& operator=(PayPlan&&) noexcept;

  [[nodiscard]] const Contract& contract() const;
  [[nodiscard]] std::span<const TieredLine> tiered() const;
  /// Prices a block. Pure: the same ledger gives the same bytes. `out` is reused between calls.
  ///
  /// Under a contract that ends by leaving, the ledger's column `left` says when a path leaves. Months before
  /// are paid as if it stayed; the month of leaving brings every component, adjustment and payment to the
  /// total of a contract that ends with that month, balances and money not due included; nothing is paid
  /// after it.
  void settle(const LedgerBlock& ledger, Settlement& out, SettleDetail detail = SettleDetail::tiers,
              Leavers leavers = Leavers::settled) const;
  /// The pay statement of one path of a block: every component, tier and adjustment, then totals.
  [[nodiscard]] std::vector<StatementLine> statement(const LedgerBlock& ledger, std::size_t path) const;

 private:
  std::unique_ptr<const Impl> impl_;
  std::vector<std::unique_ptr<const Impl>> left_;  ///< by month, from 1: the contract ended with that month
};

}  // namespace paystress
