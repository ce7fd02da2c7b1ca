#include <catch2/catch.hpp>

#include "model/practice.h"

namespace paystress::review_steps_test {
namespace {

using Steps = std::vector<std::size_t>;

TEST_CASE("a new-patient 99203 never becomes an established 99213", "[unit][review_steps]") {
  const std::vector<VisitCode> codes{{"99213", 0.4, 130, {}, "established"},
                                     {"99203", 0.2, 160, {}, "new"},
                                     {"99214", 0.3, 192, {}, "established"},
                                     {"99204", 0.1, 260, {}, "new"}};
  const auto steps = review_steps(codes);
  CHECK(steps.down == Steps{0, 1, 0, 1});
  CHECK(steps.up == Steps{2, 3, 2, 3});
}

TEST_CASE("codes without a family are one family, in their order", "[unit][review_steps]") {
  const std::vector<VisitCode> codes{{"a", 0.5, 100, {}}, {"b", 0.25, 100, {}}, {"c", 0.25, 120, {}}};
  const auto steps = review_steps(codes);
  CHECK(steps.down == Steps{0, 0, 1});
  CHECK(steps.up == Steps{1, 2, 2});
  CHECK(review_steps({}).down.empty());
}

}  // namespace
}  // namespace paystress::review_steps_test
