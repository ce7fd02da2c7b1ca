#include "tests/support/pay_support.h"

#include <cmath>
#include <stdexcept>

namespace paystress::testing {

Amount amount(std::string_view text) {
  auto a = parse_amount(text);
  if (const auto* fault = std::get_if<ExpressionFault>(&a)) throw std::invalid_argument(fault->why);
  return std::get<Amount>(std::move(a));
}

Condition condition(std::string_view text) {
  auto c = parse_condition(text);
  if (const auto* fault = std::get_if<ExpressionFault>(&c)) throw std::invalid_argument(fault->why);
  return std::get<Condition>(std::move(c));
}

TypedLedger::TypedLedger(int months, int first_calendar_month, int rows_a_month) {
  for (int m = 1; m <= months; ++m) {
    for (int row = 1; row <= rows_a_month; ++row) {
      const int from_january = first_calendar_month - 1 + m - 1;
      LedgerPeriod p;
      p.month = m;
      p.calendar_year = 2026 + from_january / 12;
      p.calendar_month = from_january % 12 + 1;
      p.ends_month = row == rows_a_month;
      p.label = std::to_string(m) + (rows_a_month > 1 ? "." + std::to_string(row) : "");
      grid.push_back(p);
    }
  }
}

TypedLedger& TypedLedger::add(std::string name, std::vector<double> numbers, ColumnUnit unit, double scale,
                              ColumnJoin join) {
  numbers.resize(grid.size(), 0.0);
  columns.push_back({std::move(name), unit, join, scale, ""});
  values.push_back(std::move(numbers));
  return *this;
}

LedgerLayout TypedLedger::layout() const { return LedgerLayout::typed(columns, lag_months); }

LedgerBlock TypedLedger::block() const {
  LedgerBlock b(grid.size(), columns.size(), 1);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    for (std::size_t p = 0; p < grid.size(); ++p) {
      const double scale = columns[c].scale;
      *b.at(p, c) = scale > 0.0 ? std::round(values[c][p] * scale) : values[c][p];
    }
  }
  return b;
}

std::vector<double> paid(const Contract& contract, const TypedLedger& ledger) {
  const PayPlan plan(contract, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  std::vector<double> out;
  for (std::size_t p = 0; p < ledger.grid.size(); ++p) out.push_back(pay.paid(p)[0]);
  return out;
}

double paid_in_all(const Contract& contract, const TypedLedger& ledger) {
  double cents = 0.0;
  for (const double usd : paid(contract, ledger)) cents += std::round(usd * 100.0);
  return cents / 100.0;
}

std::vector<double> balances(const Contract& contract, const TypedLedger& ledger, std::size_t adjustment) {
  const PayPlan plan(contract, ledger.layout(), ledger.grid);
  Settlement pay;
  plan.settle(ledger.block(), pay);
  std::vector<double> out;
  for (std::size_t p = 0; p < ledger.grid.size(); ++p) out.push_back(pay.balance(adjustment, p)[0]);
  return out;
}

PayLine fixed(std::string name, Amount usd, Span per) {
  PayLine line;
  line.name = std::move(name);
  line.pays = FixedPay{std::move(usd), per, PaidWhen::running};
  return line;
}

PayLine measured(std::string name, std::string_view measure, Schedule schedule, Span reset) {
  MeasuredPay pay;
  pay.measure = amount(measure);
  pay.schedule = std::move(schedule);
  pay.reset = reset;
  PayLine line;
  line.name = std::move(name);
  line.pays = std::move(pay);
  return line;
}

Tier above(double bound, double usd, double flat_usd) {
  return {{bound, false}, usd, flat_usd, std::nullopt};
}
Tier at_least(double bound, double usd, double flat_usd) {
  return {{bound, true}, usd, flat_usd, std::nullopt};
}

TierLadder tiers(TierMode mode, std::vector<Tier> rows, LumpRule lump) {
  return {mode, lump, std::move(rows)};
}

Contract contract_of(std::vector<PayLine> pay) {
  Contract c;
  c.name = "offer";
  c.pay = std::move(pay);
  return c;
}

MeasuredPay& pay_of(PayLine& line) { return std::get<MeasuredPay>(line.pays); }

}  // namespace paystress::testing
