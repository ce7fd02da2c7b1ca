// A contract that ends when the clinician leaves: what the leaver is paid, and what those who stay are.
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "model/pay_windows.h"
#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_leaving_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

/// Months of a path that leaves at the end of a month (0: it stays).
TypedLedger months_of(int months, int leaves, bool by_employer = false) {
  TypedLedger ledger(months);
  std::vector<double> left, sent, employed;
  for (int m = 1; m <= months; ++m) {
    left.push_back(m == leaves ? 1 : 0);
    sent.push_back(m == leaves && by_employer ? 1 : 0);
    employed.push_back(leaves > 0 ? std::min(m, leaves) : m);
  }
  ledger.add("left", left).add("left_by_employer", sent);
  return ledger.add("months_employed", employed, ColumnUnit::count, 1.0, ColumnJoin::last);
}

Contract leaving(std::vector<PayLine> pay, Partial partial = Partial::prorate) {
  auto contract = contract_of(std::move(pay));
  contract.ends_by_leaving = true;
  contract.partial = partial;
  return contract;
}

/// The same contract with its end known from the start, for the months in which it is in force.
Contract ended(Contract contract, int month) {
  contract.ends_by_leaving = false;
  contract.ends = month;
  return contract;
}

double sum(const std::vector<double>& usd) { return std::accumulate(usd.begin(), usd.end(), 0.0); }

std::vector<std::string> flaws_of(const Contract& contract, const TypedLedger& ledger) {
  std::vector<std::string> said;
  for (const auto& f : find_flaws(contract, ledger.layout(), ledger.grid))
    said.push_back(f.key + ": " + f.problem);
  return said;
}

TEST_CASE("pay goes on up to the month of leaving and is nothing after it", "[unit][pay_leaving]") {
  const auto contract = leaving({fixed("salary", 120'000, Span::year)});
  const std::vector<double> until_4{10'000, 10'000, 10'000, 10'000, 0, 0};
  CHECK(paid(contract, months_of(6, 4)) == until_4);
  CHECK(paid(contract, months_of(6, 0)) == std::vector<double>(6, 10'000));
}

TEST_CASE("months before the leaving are paid as if one stayed, that month makes good",
          "[unit][pay_leaving]") {
  // 100 visits a month earn 10 dollars each beyond 300 a year; the line of four months is 100.
  const auto ladder = tiers(TierMode::marginal, {above(300, 10)});
  const auto contract = leaving({measured("bonus", "visits_done", ladder, Span::year)});
  auto ledger = months_of(12, 4);
  ledger.add("visits_done", std::vector<double>(12, 100));
  const auto pay = paid(contract, ledger);
  CHECK(pay[0] == 0.0);
  CHECK(pay[1] == 0.0);
  CHECK(pay[2] == 0.0);
  CHECK(pay[3] == 3'000.0);
  CHECK(sum(pay) == paid_in_all(ended(contract, 4), ledger));
  // With the whole line, or no bonus of a year that is not whole.
  CHECK(paid(leaving(contract.pay, Partial::full), ledger)[3] == 1'000.0);
  CHECK(paid(leaving(contract.pay, Partial::none), ledger)[3] == 0.0);
  // What a retroactive ladder had paid ahead is taken back where the year earns nothing.
  const auto each = tiers(TierMode::retroactive, {above(150, 10)});
  const auto ahead = leaving({measured("bonus", "visits_done", each, Span::year)}, Partial::none);
  CHECK(paid(ahead, ledger)[1] == 2'000.0);
  CHECK(paid(ahead, ledger)[3] == -3'000.0);
}

TEST_CASE("leaving cuts the horizon, a known end is it", "[unit][pay_leaving]") {
  const auto bonus = fixed("retention", 24'000, Span::horizon);
  const auto ledger = months_of(24, 6);
  CHECK(sum(paid(leaving({bonus}), ledger)) == 6'000.0);
  CHECK(sum(paid(leaving({bonus}, Partial::full), ledger)) == 24'000.0);
  CHECK(sum(paid(leaving({bonus}, Partial::none), ledger)) == 0.0);
  CHECK(sum(paid(ended(leaving({bonus}), 6), ledger)) == 24'000.0);
}

TEST_CASE("what is owed of a sign-on loan is deducted on leaving", "[unit][pay_leaving]") {
  auto contract = leaving({fixed("salary", 10'000)});
  Draw draw;
  draw.usd = 35'000;
  draw.form = Draw::Form::additive;
  draw.months = MonthRange{1, 1};
  draw.recover_share = 0.0;
  draw.forgive = amount("35_000 / 24");
  adjust(contract, "sign_on", draw);
  const auto pay = paid(contract, months_of(24, 7));
  CHECK(pay[0] == 45'000.0);
  CHECK(pay[5] == 10'000.0);
  CHECK(pay[6] == Approx(10'000.0 - 35'000.0 * 17 / 24).margin(0.006));
  CHECK(pay[7] == 0.0);
  CHECK(balances(contract, months_of(24, 7))[6] == 0.0);
  CHECK(sum(paid(contract, months_of(24, 0))) == 24 * 10'000.0 + 35'000.0);
}

TEST_CASE("amounts name who left, by whose decision and after how many months", "[unit][pay_leaving]") {
  for (const auto per : {Span::month, Span::quarter, Span::year, Span::horizon}) {
    auto contract = leaving({fixed("salary", 10'000)});
    adjust(contract, "repaid", AddMoney{amount("-30_000 * max(0, 24 - months_employed) / 24 * left")}, per);
    adjust(contract, "notice", AddMoney{amount("left_by_employer * 10_000 * 3")}, per);
    CHECK(paid(contract, months_of(12, 8))[7] == 10'000 - 20'000.0);
    CHECK(paid(contract, months_of(12, 8, true))[7] == 10'000 - 20'000 + 30'000.0);
    CHECK(sum(paid(contract, months_of(12, 0))) == 120'000.0);
  }
  // A condition of the months so far, whatever the period that it stands in.
  auto contract = leaving({fixed("salary", 10'000)});
  contract.pay.push_back(fixed("tenure", 1'000));
  contract.pay.back().when = condition("months_employed > 6");
  CHECK(sum(paid(contract, months_of(12, 8))) == 8 * 10'000.0 + 2 * 1'000.0);
  CHECK(sum(paid(contract, months_of(12, 0))) == 12 * 10'000.0 + 6 * 1'000.0);
}

TEST_CASE("a tail, a withhold and money not due are settled in the month of leaving", "[unit][pay_leaving]") {
  auto ledger = months_of(12, 5);
  ledger.add("collected_usd", std::vector<double>(12, 1'000), ColumnUnit::usd, 100.0)
      .add("tail_usd", std::vector<double>(12, 300), ColumnUnit::usd, 100.0, ColumnJoin::last);
  auto share = leaving({measured("share", "collected_usd", SingleRate{0.5})});
  share.tail = Tail::paid;
  CHECK(paid(share, ledger)[4] == 650.0);
  share.tail = Tail::lost;
  CHECK(paid(share, ledger)[4] == 500.0);
  share.tail.reset();
  CHECK(flaws_of(share, ledger) == std::vector<std::string>{"tail: missing"});

  ledger.add("visits_done", std::vector<double>(12, 50));
  auto held = leaving({fixed("salary", 1'000)});
  adjust(held, "quality", Withhold{0.1, condition("visits_done >= 0"), Span::year, 1.0});
  CHECK(paid(held, ledger) == std::vector<double>{900, 900, 900, 900, 1'400, 0, 0, 0, 0, 0, 0, 0});

  auto later = leaving({fixed("bonus", 12'000, Span::year)});
  std::get<FixedPay>(later.pay[0].pays).paid = PaidWhen::period_end;
  CHECK(paid(later, ledger)[4] == 5'000.0);
  CHECK(sum(paid(later, ledger)) == 5'000.0);
}

TEST_CASE("paths of a block are settled each in its own month", "[unit][pay_leaving]") {
  constexpr std::size_t paths = 43;
  constexpr int months = 18;
  auto contract =
      leaving({fixed("salary", 120'000, Span::year),
               measured("bonus", "visits_done", tiers(TierMode::retroactive, {above(500, 3)}), Span::year)});
  adjust(contract, "repaid", AddMoney{amount("-left * 24_000 / months_employed")}, Span::horizon);
  auto first = months_of(months, 0);
  first.add("visits_done", std::vector<double>(months, 0));
  LedgerBlock block(months, first.columns.size(), paths);
  std::vector<TypedLedger> alone;
  for (std::size_t i = 0; i < paths; ++i) {
    auto one = months_of(months, static_cast<int>(i) % (months + 1), i % 3 == 0);
    std::vector<double> visits;
    for (int m = 0; m < months; ++m)
      visits.push_back(static_cast<double>((7 * m + 11 * static_cast<int>(i)) % 90));
    one.add("visits_done", visits);
    for (std::size_t p = 0; p < months; ++p)
      for (std::size_t c = 0; c < one.columns.size(); ++c) block.at(p, c)[i] = one.values[c][p];
    alone.push_back(std::move(one));
  }
  const PayPlan plan(contract, first.layout(), first.grid);
  Settlement together, stayed;
  plan.settle(block, together);
  plan.settle(block, stayed, SettleDetail::tiers, Leavers::as_if_stayed);
  CHECK(stayed.leaving_month() == nullptr);
  for (std::size_t i = 0; i < paths; ++i) {
    CHECK(together.leaving_month()[i] == static_cast<double>(i % (months + 1)));
    Settlement own;
    plan.settle(alone[i].block(), own);
    for (std::size_t p = 0; p < months; ++p) {
      CHECK(together.paid(p)[i] == own.paid(p)[0]);
      CHECK(together.earned(1, p)[i] == own.earned(1, p)[0]);
      CHECK(together.adjusted(0, p)[i] == own.adjusted(0, p)[0]);
      CHECK(together.paid_if_stayed(p)[i] == stayed.paid(p)[i]);
      CHECK(together.tier_reached(0, 0, p)[i] == stayed.tier_reached(0, 0, p)[i]);
    }
    double lines = 0.0;
    double all = 0.0;
    for (std::size_t p = 0; p < months; ++p) {
      lines += own.earned(0, p)[0] + own.earned(1, p)[0] + own.adjusted(0, p)[0];
      all += own.paid(p)[0];
    }
    CHECK(all == Approx(lines).margin(0.006));
  }
}

TEST_CASE("where nobody leaves, an offer that ends by leaving is one that does not end",
          "[unit][pay_leaving]") {
  auto contract =
      leaving({fixed("salary", 120'000, Span::year),
               measured("bonus", "visits_done", tiers(TierMode::marginal, {above(300, 10)}), Span::year)});
  auto ledger = months_of(18, 0);
  ledger.add("visits_done", std::vector<double>(18, 70));
  const auto pay = paid(contract, ledger);
  contract.ends_by_leaving = false;
  CHECK(pay == paid(contract, ledger));
}

TEST_CASE("the statement of a leaver adds up and stops with the leaving", "[unit][pay_leaving]") {
  auto contract =
      leaving({fixed("salary", 120'000, Span::year),
               measured("bonus", "visits_done", tiers(TierMode::marginal, {above(300, 10)}), Span::year)});
  adjust(contract, "repaid", AddMoney{amount("-left * 5_000")}, Span::horizon);
  auto ledger = months_of(12, 4);
  ledger.add("visits_done", std::vector<double>(12, 100));
  const PayPlan plan(contract, ledger.layout(), ledger.grid);
  const auto lines = plan.statement(ledger.block(), 0);
  double totals = 0.0;
  for (const auto& line : lines) {
    if (line.period == "4" && line.name == "bonus" && line.kind == "component")
      CHECK(line.amount_usd == 3'000.0);
    if (line.period == "4" && line.kind == "total") CHECK(line.amount_usd == 8'000.0);
    if (line.period == "5" && line.kind == "total") CHECK(line.amount_usd == 0.0);
    if (line.period != "total" && line.kind == "total") totals += *line.amount_usd;
  }
  CHECK(totals == 38'000.0);
  CHECK(lines.back().amount_usd == 38'000.0);
}

TEST_CASE("an offer that ends by leaving says what a cut period is worth, and knows who leaves",
          "[unit][pay_leaving]") {
  auto contract = leaving({fixed("salary", 10'000)});
  contract.partial.reset();
  CHECK(flaws_of(contract, months_of(12, 4)) == std::vector<std::string>{"partial: missing"});
  contract.partial = Partial::full;
  CHECK(flaws_of(contract, TypedLedger(12).add("visits_done", {1})) ==
        std::vector<std::string>{"ends: nobody leaves"});
  contract.ends_by_leaving = false;
  adjust(contract, "notice", AddMoney{amount("left * 1_000 + left_by_employer")});
  CHECK(flaws_of(contract, months_of(12, 4)) ==
        std::vector<std::string>{"adjust.notice.add_usd: reads left",
                                 "adjust.notice.add_usd: reads left_by_employer"});
}

}  // namespace
}  // namespace paystress::pay_leaving_test
