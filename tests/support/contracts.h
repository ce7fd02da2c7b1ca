#pragma once

#include <string>
#include <utility>

#include "model/contract.h"
#include "model/practice.h"

namespace paystress::testing {

template <class Pays>
[[nodiscard]] PayLine pay_line(std::string name, Pays pays) {
  PayLine line;
  line.name = std::move(name);
  line.pays = std::move(pays);
  return line;
}

[[nodiscard]] inline FixedPay fixed_pay(double usd, Span per = Span::month) {
  FixedPay pay;
  pay.usd = usd;
  pay.per = per;
  return pay;
}

[[nodiscard]] inline MeasuredPay measured_pay(const std::string& column, Schedule schedule) {
  MeasuredPay pay;
  pay.measure = Amount::name(Amount::Op::column, column);
  pay.schedule = std::move(schedule);
  return pay;
}

[[nodiscard]] inline Tier tier_above(double bound, double usd) {
  Tier tier;
  tier.from = {bound, false};
  tier.usd = usd;
  return tier;
}

template <class Does>
[[nodiscard]] Adjustment adjustment(std::string name, Does does) {
  Adjustment a;
  a.name = std::move(name);
  a.does = std::move(does);
  return a;
}

[[nodiscard]] inline Change multiply_by(double factor) {
  Change change;
  change.multiply = factor;
  return change;
}

[[nodiscard]] inline Contract contract_of(std::string name, std::vector<PayLine> pay) {
  Contract c;
  c.name = std::move(name);
  c.pay = std::move(pay);
  return c;
}

}  // namespace paystress::testing
