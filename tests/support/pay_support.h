#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "model/settle.h"

namespace paystress::testing {

/// Amount or condition from its text; throws with the fault when it cannot be read.
[[nodiscard]] Amount amount(std::string_view text);
[[nodiscard]] Condition condition(std::string_view text);

/// A ledger that a test types: columns of numbers, a period each.
struct TypedLedger {
  std::vector<ColumnInfo> columns;
  std::vector<std::vector<double>> values;  ///< [column][period], in units
  PeriodGrid grid;
  int lag_months = 0;

  /// `months` study months from January 2026, one period each.
  explicit TypedLedger(int months, int first_calendar_month = 1, int rows_a_month = 1);
  /// scale 100: hundredths are stored; 0: numbers as they are.
  TypedLedger& add(std::string name, std::vector<double> numbers, ColumnUnit unit = ColumnUnit::count,
                   double scale = 1.0, ColumnJoin join = ColumnJoin::sum);
  [[nodiscard]] LedgerLayout layout() const;
  [[nodiscard]] LedgerBlock block() const;
};

/// Dollars paid in each period.
[[nodiscard]] std::vector<double> paid(const Contract& contract, const TypedLedger& ledger);
/// Total dollars.
[[nodiscard]] double paid_in_all(const Contract& contract, const TypedLedger& ledger);
/// Balance of an adjustment after each period.
[[nodiscard]] std::vector<double> balances(const Contract& contract, const TypedLedger& ledger,
                                           std::size_t adjustment = 0);

[[nodiscard]] PayLine fixed(std::string name, Amount usd, Span per = Span::month);
[[nodiscard]] PayLine measured(std::string name, std::string_view measure, Schedule schedule,
                               Span reset = Span::month);
[[nodiscard]] Tier above(double bound, double usd, double flat_usd = 0.0);
[[nodiscard]] Tier at_least(double bound, double usd, double flat_usd = 0.0);
[[nodiscard]] TierLadder tiers(TierMode mode, std::vector<Tier> rows, LumpRule lump = LumpRule::replace);
[[nodiscard]] Contract contract_of(std::vector<PayLine> pay);
/// Adds an adjustment over `on` (empty: all) and gives it for further changes.
template <class Rule>
Adjustment& adjust(Contract& contract, std::string name, Rule rule, Span per = Span::month,
                   std::vector<std::string> on = {}) {
  Adjustment a;
  a.name = std::move(name);
  a.on = std::move(on);
  a.per = per;
  a.does = std::move(rule);
  contract.adjust.push_back(std::move(a));
  return contract.adjust.back();
}
[[nodiscard]] MeasuredPay& pay_of(PayLine& line);

}  // namespace paystress::testing
