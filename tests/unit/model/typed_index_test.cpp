#include "model/typed_index.h"

#include <catch2/catch.hpp>
#include <concepts>
#include <string>

namespace paystress::typed_index_test {
namespace {

using Apple = TypedIndex<struct AppleKind>;
using Pear = TypedIndex<struct PearKind>;

// What must not compile.
template <class List, class At>
concept EntersBy = requires(List list, At at) {
  list[at];
};
static_assert(EntersBy<IndexedList<Apple, int>, Apple>);
static_assert(!EntersBy<IndexedList<Apple, int>, Pear>);
static_assert(!EntersBy<IndexedList<Apple, int>, std::size_t>);
static_assert(!std::convertible_to<std::size_t, Apple>);
static_assert(!std::convertible_to<Apple, std::size_t>);
static_assert(!std::equality_comparable_with<Apple, Pear>);

TEST_CASE("an index is absent until it is set, and enters its own list") {
  CHECK_FALSE(Apple().present());
  IndexedList<Apple, std::string> list;
  const Apple first = list.add("a");
  const Apple second = list.add("b");
  REQUIRE(first.present());
  CHECK(list[first] == "a");
  CHECK(list[second] == "b");
  CHECK(first.after(1) == second);
  CHECK(list.size() == 2);
}

}  // namespace
}  // namespace paystress::typed_index_test
