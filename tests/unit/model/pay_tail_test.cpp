// What is collected after a contract's end, for visits up to then.
#include <catch2/catch.hpp>
#include <vector>

#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::pay_tail_test {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

TypedLedger collections(std::vector<double> collected, std::vector<double> tail) {
  TypedLedger ledger(static_cast<int>(collected.size()));
  ledger.add("collected_usd", std::move(collected), ColumnUnit::usd, 100.0)
      .add("tail_usd", std::move(tail), ColumnUnit::usd, 100.0, ColumnJoin::last);
  return ledger;
}

Contract share_until(int month, std::optional<Tail> tail, Schedule schedule = SingleRate{0.4},
                     Span reset = Span::month) {
  auto contract = contract_of({measured("share", "collected_usd", std::move(schedule), reset)});
  contract.ends = month;
  contract.partial = Partial::full;
  contract.tail = tail;
  return contract;
}

TEST_CASE("a tail that is paid counts in the last month, a lost one never", "[unit][pay_tail]") {
  const auto ledger = collections({1'000, 2'000, 3'000, 3'000}, {2'500, 3'500, 3'500, 3'500});
  CHECK(paid(share_until(2, Tail::lost), ledger) == std::vector<double>{400, 800, 0, 0});
  CHECK(paid(share_until(2, Tail::paid), ledger) == std::vector<double>{400, 2'200, 0, 0});
  // Through the tiers of a year, as if it were collected then.
  const auto ladder = tiers(TierMode::marginal, {above(0, 0.4), above(4'000, 0.5)});
  CHECK(paid(share_until(2, Tail::lost, ladder, Span::year), ledger) == std::vector<double>{400, 800, 0, 0});
  CHECK(paid(share_until(2, Tail::paid, ladder, Span::year), ledger) ==
        std::vector<double>{400, 1'200 + 1'250, 0, 0});
}

TEST_CASE("a contract that ends and reads collections says what becomes of the tail", "[unit][pay_tail]") {
  const auto ledger = collections({1, 1, 1}, {1, 1, 1});
  const auto said = [&](const Contract& contract, const LedgerLayout& layout) {
    const auto flaws = find_flaws(contract, layout, ledger.grid);
    return flaws.empty() ? std::string() : flaws.front().key + ": " + flaws.front().problem;
  };
  CHECK(said(share_until(2, {}), ledger.layout()) == "tail: missing");
  CHECK(said(share_until(2, Tail::lost), ledger.layout()).empty());
  CHECK(said(share_until(2, Tail::paid), ledger.layout()).empty());
  const auto without = TypedLedger(3).add("collected_usd", {1, 1, 1}, ColumnUnit::usd, 100.0).layout();
  CHECK(said(share_until(2, Tail::paid), without) == "tail: needs the column tail_usd");
  auto lasting = share_until(2, {});
  lasting.ends.reset();
  CHECK(said(lasting, ledger.layout()).empty());
}

}  // namespace
}  // namespace paystress::pay_tail_test
