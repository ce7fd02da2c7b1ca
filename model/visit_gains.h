#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "model/ledger.h"

namespace paystress {

/// Months of sampled paths to which completed visits come that were not sampled. They are like the path's
/// own: codes and drawn columns in the proportions that the path was given over the horizon (whole units),
/// charges at the path's mean, settled after the shares of months and denied as the path's others are.
/// \test tests/unit/sim/engine/counterfactual_test.cpp, tests/unit/model/visit_push_test.cpp
class VisitGains {
 public:
  /// \pre a sampled layout
  explicit VisitGains(const LedgerLayout& layout);

  /// What the paths' visits brought over the horizon, from which gained ones are made, and scratch.
  struct Brought {
    std::vector<std::vector<double>> coded;  ///< visits by code and path
    std::vector<double> visits;              ///< by path; 1 where there were none
    std::vector<double> wrvu, charged;       ///< hundredths and cents by path
    std::vector<double> share, placed;
  };
  [[nodiscard]] Brought brought_by(const LedgerBlock& ledger) const;
  /// Gives a month the codes and charges of `n` visits a path. To be made within `followed`.
  void code(std::span<const double> n, Brought& brought, std::size_t month, LedgerBlock& ledger) const;
  /// Makes a change of the months and lets follow what hangs on the counts and charges that it moved: drawn
  /// columns, and the settling of charges.   \pre `ledger` has the layout and whole months
  void followed(LedgerBlock& ledger, const std::function<void()>& change) const;

  /// Adds `n` whole visits a path to a month as completed, booked and asked for, coded, reviewed by nobody,
  /// at the path's mean wRVU, with the hours that the ledger keeps of a completed visit of that month: with
  /// the patient and in charting, which prolong the session, and of charting after it.   \pre n is 0 on
  /// paths without a completed visit in the month
  void add(std::span<const double> n, std::size_t month, LedgerBlock& ledger) const;

 private:
  /// A column that the practice draws as so many of another's units.
  struct Drawn {
    std::size_t column = 0, of = 0;
  };
  /// Settles what is charged beyond `charged` by month, after the shares of months and the path's denials.
  void settle_gained(std::span<const double> charged, LedgerBlock& ledger) const;
  void draw_gained(const Drawn& drawn, std::span<const double> before, LedgerBlock& ledger) const;

  LedgerLayout layout_;
  std::vector<Drawn> drawn_;
};

}  // namespace paystress
