// In which order the parts of a contract act, and what each sees.
#include "model/contract_order.h"

#include <catch2/catch.hpp>

#include "tests/support/pay_support.h"

namespace paystress::contract_order_test {
namespace {

using testing::contract_of;
using Indices = std::vector<std::size_t>;

TEST_CASE("components wait for those whose pay they name", "[unit][contract_order]") {
  const auto c =
      contract_of({testing::measured("late", "earned.base / 2", SingleRate{}), testing::fixed("base", 10)});
  const auto order = order_of_components(c);
  CHECK(order.order == Indices{1, 0});
  CHECK(order.circle.empty());
}

TEST_CASE("components that wait for each other are left over", "[unit][contract_order]") {
  const auto c = contract_of({testing::measured("a", "earned.b", SingleRate{}),
                              testing::measured("b", "earned.a", SingleRate{}), testing::fixed("base", 10)});
  const auto order = order_of_components(c);
  CHECK(order.order == Indices{2});
  CHECK(order.circle == Indices{0, 1});
}

TEST_CASE("an adjustment sees what counts, or what it names, and earlier ones within that",
          "[unit][contract_order]") {
  auto c = contract_of({testing::fixed("base", 10), testing::fixed("note", 5), testing::fixed("bonus", 3)});
  c.pay[1].counts = false;
  testing::adjust(c, "of_bonus", Multiply{2.0}, Span::month, {"bonus"});
  testing::adjust(c, "of_all", Guarantee{20.0});
  testing::adjust(c, "of_base", Multiply{2.0}, Span::month, {"base"});
  CHECK(lines_seen(c, c.adjust[0]) == Indices{2});
  CHECK(lines_seen(c, c.adjust[1]) == Indices{0, 2});
  CHECK(earlier_within(c, 1) == Indices{0});
  CHECK(earlier_within(c, 2).empty());
}

}  // namespace
}  // namespace paystress::contract_order_test
