// The engine against exact fractions on random contracts and ledgers.
#include "tests/support/pay_brute_force.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "model/rounding.h"
#include "model/settle.h"
#include "tests/support/pay_random.h"

namespace paystress::pay_brute_force_test {
namespace {

using testing::BruteForce;
using testing::random_case;

// Whether the engine's running total is the exact one to the cent in every month. A double cannot tell a
// total that lies within the slack of rounding.h from a tie; where the totals differ there, `near_ties`
// counts.
bool agrees(const Contract& contract, const Settlement& pay, const BruteForce& exact, int& near_ties) {
  const double unit = std::max(1.0, contract.round.unit_usd.value_or(0.01) * 100.0);
  double engine = 0.0;
  testing::Exact truth = 0;
  for (std::size_t p = 0; p < exact.paid_cents.size(); ++p) {
    engine += std::round(pay.paid(p)[0] * 100.0);
    truth += exact.paid_cents[p];
    const double difference = engine - truth.convert_to<double>();
    if (difference == 0.0) continue;
    if (std::fabs(difference) > unit || exact.from_tie[p] > tie_slack + std::fabs(engine) * relative_slack)
      return false;
    ++near_ties;
  }
  for (std::size_t l = 0; l < exact.not_due.size(); ++l) {
    const auto usd = exact.not_due[l].convert_to<double>();
    if (std::fabs(pay.not_due(l)[0] - usd) > 1e-6 + std::fabs(usd) * 1e-12) return false;
  }
  return true;
}

// Numbers of the cases that the engine prices to another cent than the brute force in any month; at most ten.
// Random contracts that are refused (a cap below a guarantee, a draw on fixed pay) are left out and counted.
struct Comparison {
  std::vector<std::uint64_t> wrong;
  int priced = 0, near_ties = 0;
};
Comparison compare(std::uint64_t first, std::uint64_t count) {
  Comparison out;
  Settlement pay;
  for (std::uint64_t i = first; i < first + count && out.wrong.size() < 10; ++i) {
    const auto c = random_case(i);
    if (!find_flaws(c.contract, c.ledger.layout(), c.ledger.grid).empty()) continue;
    ++out.priced;
    const PayPlan plan(c.contract, c.ledger.layout(), c.ledger.grid);
    plan.settle(c.ledger.block(), pay);
    const BruteForce exact(c.contract, c.ledger);
    if (!agrees(c.contract, pay, exact, out.near_ties)) out.wrong.push_back(i);
  }
  return out;
}

std::string described(const std::vector<std::uint64_t>& wrong) {
  if (wrong.empty()) return {};
  const auto c = random_case(wrong.front());
  const PayPlan plan(c.contract, c.ledger.layout(), c.ledger.grid);
  Settlement pay;
  plan.settle(c.ledger.block(), pay);
  const BruteForce exact(c.contract, c.ledger);
  std::string out = "case " + std::to_string(wrong.front()) + "\n" + testing::summary(c.contract);
  for (std::size_t i = 0; i < c.ledger.columns.size(); ++i) {
    out += c.ledger.columns[i].name + ":";
    for (const double v : c.ledger.values[i]) out += " " + Catch::Detail::stringify(v);
    out += "\n";
  }
  out += "lag " + std::to_string(c.ledger.lag_months) + "\n";
  const auto row = [&](const std::string& name, const std::vector<testing::Exact>& is, auto at) {
    out += name + ":";
    for (std::size_t p = 0; p < is.size(); ++p) {
      out += " " + Catch::Detail::stringify(at(p)) + "/" +
             Catch::Detail::stringify(is[p].template convert_to<double>());
    }
    out += "\n";
  };
  for (std::size_t l = 0; l < exact.earned.size(); ++l) {
    row(c.contract.pay[l].name, exact.earned[l], [&](std::size_t p) { return pay.earned(l, p)[0]; });
  }
  for (std::size_t a = 0; a < exact.adjusted.size(); ++a) {
    row(c.contract.adjust[a].name, exact.adjusted[a], [&](std::size_t p) { return pay.adjusted(a, p)[0]; });
  }
  for (std::size_t l = 0; l < exact.not_due.size(); ++l) {
    out += "not due " + Catch::Detail::stringify(pay.not_due(l)[0]) + "/" +
           Catch::Detail::stringify(exact.not_due[l].convert_to<double>()) + "\n";
  }
  row("cents", exact.paid_cents, [&](std::size_t p) { return pay.paid(p)[0] * 100.0; });
  return out;
}

TEST_CASE("the engine agrees with exact fractions to the cent", "[pay_brute_force]") {
  const auto result = compare(0, 4000);
  INFO(described(result.wrong));
  CHECK(result.wrong.empty());
  CHECK(result.near_ties == 0);
  CHECK(result.priced > 3000);
}

// About two minutes: ./unit_model_tests "[pay_brute_force][long]"
TEST_CASE("the engine agrees with exact fractions on 100,000 contracts and ledgers",
          "[.][long][pay_brute_force]") {
  const auto result = compare(4000, 130'000);
  INFO(described(result.wrong));
  CHECK(result.wrong.empty());
  CHECK(result.near_ties <= 20);  // 12 seen: totals of millions multiplied by ratios, 2^-48 from a half cent
  CHECK(result.priced >= 100'000);
}

/// A random contract that ends by leaving, on a path that leaves in a random month, or never; now and then
/// its amounts name who left.
testing::RandomCase leaver(std::uint64_t number) {
  auto c = random_case(number);
  const int months = c.ledger.grid.back().month;
  const int month =
      static_cast<int>(number * 2654435761U % static_cast<std::uint64_t>(months + 2));  // months + 1: never
  const bool sent = number % 5 == 0;
  std::vector<double> left, by_employer, employed;
  for (int m = 1; m <= months; ++m) {
    left.push_back(m == month ? 1 : 0);
    by_employer.push_back(m == month && sent ? 1 : 0);
    employed.push_back(month >= 1 && month <= months ? std::min(m, month) : m);
  }
  c.ledger.add("left", left).add("left_by_employer", by_employer);
  c.ledger.add("months_employed", employed, ColumnUnit::count, 1.0, ColumnJoin::last);
  c.contract.ends.reset();
  c.contract.ends_by_leaving = true;
  if (!c.contract.partial)
    c.contract.partial = std::array{Partial::prorate, Partial::full, Partial::none}[number % 3];
  if (number % 4 == 0) {
    const auto per = std::array{Span::month, Span::quarter, Span::year, Span::horizon}[number / 4 % 4];
    testing::adjust(c.contract, "repaid",
                    AddMoney{testing::amount("-3_000 * max(0, 24 - months_employed) * left / 8")}, per);
    testing::adjust(c.contract, "notice", AddMoney{testing::amount("left_by_employer * 900")}, per);
  }
  return c;
}

TEST_CASE("the engine settles leavers to the cent as exact fractions do", "[pay_brute_force]") {
  std::vector<std::uint64_t> wrong;
  int priced = 0;
  int near_ties = 0;
  Settlement pay;
  for (std::uint64_t i = 0; i < 3000 && wrong.size() < 10; ++i) {
    const auto c = leaver(i);
    if (!find_flaws(c.contract, c.ledger.layout(), c.ledger.grid).empty()) continue;
    ++priced;
    const PayPlan plan(c.contract, c.ledger.layout(), c.ledger.grid);
    plan.settle(c.ledger.block(), pay);
    if (!agrees(c.contract, pay, BruteForce::of_leaver(c.contract, c.ledger), near_ties)) wrong.push_back(i);
  }
  INFO((wrong.empty() ? std::string() : testing::summary(leaver(wrong.front()).contract)));
  CHECK(wrong == std::vector<std::uint64_t>{});
  CHECK(near_ties <= 2);
  CHECK(priced > 2000);
}

TEST_CASE("the comparison sees a contract that pays one cent more", "[pay_brute_force]") {
  int seen = 0;
  int tried = 0;
  Settlement pay;
  for (std::uint64_t i = 0; i < 300; ++i) {
    auto c = random_case(i);
    if (!find_flaws(c.contract, c.ledger.layout(), c.ledger.grid).empty()) continue;
    const BruteForce exact(c.contract, c.ledger);
    c.contract.pay.push_back(testing::fixed("cent", 0.01, Span::horizon));
    c.contract.ends.reset();
    const PayPlan plan(c.contract, c.ledger.layout(), c.ledger.grid);
    plan.settle(c.ledger.block(), pay);
    ++tried;
    int near_ties = 0;
    if (!agrees(c.contract, pay, exact, near_ties)) ++seen;
  }
  // A cap, gate or factor can swallow the cent; most contracts show it.
  CHECK(tried > 200);
  CHECK(seen > tried * 2 / 3);
}

}  // namespace
}  // namespace paystress::pay_brute_force_test
