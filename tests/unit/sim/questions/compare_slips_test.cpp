#include "sim/questions/compare_slips.h"

#include <catch2/catch.hpp>

#include "model/settle.h"
#include "model/study.h"
#include "tests/support/contracts.h"

namespace paystress::compare_slips_test {
namespace {

constexpr std::size_t months = 6;

/// Visits by month, and what slips say of them.
struct Desk {
  LedgerLayout layout = LedgerLayout::typed({ledger_column_info(LedgerColumn::completed_visits)}, 0);
  PeriodGrid grid = [] {
    Study study;
    study.months = months;
    return study.grid();
  }();
  LedgerBlock ledger{months, 1, 1};

  explicit Desk(const std::vector<double>& visits) {
    for (std::size_t p = 0; p < months; ++p) *ledger.at(p, std::size_t{0}) = visits[p];
  }
  /// What a contract pays, as slips.
  [[nodiscard]] PaySlips slips_of(const Contract& contract) const {
    Settlement pay;
    PayPlan(contract, layout, grid).settle(ledger, pay, SettleDetail::pay);
    PaySlips slips;
    for (std::size_t p = 0; p < months; ++p) slips.slips.push_back({p, pay.paid(p)[0], {}});
    return slips;
  }
  [[nodiscard]] questions::SlipComparison compare(const Contract& contract, const PaySlips& slips) const {
    return questions::compare_slips(contract, layout, grid, ledger, slips);
  }
};

Contract hybrid(double upper_usd, TierMode mode, Span reset = Span::month) {
  auto pays = testing::measured_pay(
      "completed_visits",
      TierLadder{
          mode, LumpRule::replace, {testing::tier_above(120, 20), testing::tier_above(160, upper_usd)}});
  pays.reset = reset;
  return testing::contract_of("x", {testing::pay_line("bonus", pays)});
}

std::string explanations(const questions::SlipComparison& compared) {
  std::string all;
  for (const auto& d : compared.differences)
    all += std::to_string(d.period) + " " + d.name + ": " +
           (d.explanations.empty() ? "" : d.explanations.front()) + "\n";
  return all;
}

const std::vector<double> visits{118, 150, 181, 163, 200, 90};

TEST_CASE("slips that are right agree", "[compare_slips]") {
  const Desk desk(visits);
  const auto contract = hybrid(30, TierMode::marginal);
  const auto compared = desk.compare(contract, desk.slips_of(contract));
  CHECK(compared.slips == months);
  CHECK(compared.agreeing == months);
  CHECK(compared.differences.empty());
}

TEST_CASE("a rate of last year explains the months that it was paid in", "[compare_slips]") {
  const Desk desk(visits);
  auto slips = desk.slips_of(hybrid(30, TierMode::marginal));
  const auto old = desk.slips_of(hybrid(27.5, TierMode::marginal));
  for (const std::size_t p : {std::size_t{2}, std::size_t{3}}) slips.slips[p] = old.slips[p];
  const auto compared = desk.compare(hybrid(30, TierMode::marginal), slips);
  CHECK(compared.agreeing == 4);
  CHECK(explanations(compared) ==
        "2 total: pay.bonus.tiers.2.usd = 27.5 instead of 30\n"
        "3 total: pay.bonus.tiers.2.usd = 27.5 instead of 30\n");
  CHECK(compared.differences[0].slip_usd == 800 + 21 * 27.5);
  CHECK(compared.differences[0].contract_usd == 800 + 21 * 30);
}

TEST_CASE("a tier read the other way explains its months", "[compare_slips]") {
  const Desk desk(visits);
  const auto compared =
      desk.compare(hybrid(30, TierMode::marginal), desk.slips_of(hybrid(30, TierMode::retroactive)));
  CHECK(explanations(compared) ==
        "1 total: mode = \"retroactive\" of bonus\n2 total: mode = \"retroactive\" of bonus\n"
        "3 total: mode = \"retroactive\" of bonus\n4 total: mode = \"retroactive\" of bonus\n");
}

TEST_CASE("work that a running total lacks explains what follows", "[compare_slips]") {
  const Desk desk(visits);
  auto without = visits;
  without[1] = 0;
  const auto contract = hybrid(30, TierMode::marginal, Span::year);
  const auto compared = desk.compare(contract, Desk(without).slips_of(contract));
  CHECK(explanations(compared).find("1 total: work of 2026-02 left out\n") != std::string::npos);
  CHECK(explanations(compared).find("2 total: work of 2026-02 left out\n") != std::string::npos);
}

TEST_CASE("pay of another period, by component, and what nothing explains", "[compare_slips]") {
  const Desk desk(visits);
  const auto contract = hybrid(30, TierMode::marginal);
  PaySlips slips;
  slips.names = {"bonus"};
  slips.slips = {{2, {}, {{600.0}}},           // the month before
                 {3, {}, {{890.0 + 1430.0}}},  // with the month before
                 {4, {}, {{1234.56}}}};
  const auto compared = desk.compare(contract, slips);
  CHECK(compared.agreeing == 0);
  CHECK(explanations(compared) ==
        "2 bonus: pay of the period before\n3 bonus: paid together with the period before\n4 bonus: \n");
}

}  // namespace
}  // namespace paystress::compare_slips_test
