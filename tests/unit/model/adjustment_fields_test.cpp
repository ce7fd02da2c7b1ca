// What follows from the fields of an adjustment, named once for each kind.
#include "model/adjustment_fields.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

namespace paystress::adjustment_fields_test {
namespace {

std::vector<std::string> fields_of(AdjustmentRule rule) {
  std::vector<std::string> keys;
  visit_fields(rule, [&](const std::string& key, const auto&) { keys.push_back(key); });
  return keys;
}
std::vector<std::string> expressions_of(AdjustmentRule rule) {
  std::vector<std::string> keys;
  visit_expressions(rule, [&](const std::string& key, const auto&) { keys.push_back(key); });
  return keys;
}

TEST_CASE("the one field of a kind goes by the kind's key", "[unit][adjustment_fields]") {
  CHECK(fields_of(Guarantee{}) == std::vector<std::string>{"guarantee_usd"});
  CHECK(fields_of(Gate{}) == std::vector<std::string>{"gate"});
}

TEST_CASE("fields of a table go by their keys below it, in the order of the struct",
          "[unit][adjustment_fields]") {
  CHECK(fields_of(Withhold{}) ==
        std::vector<std::string>{"withhold.share", "withhold.release", "withhold.in", "withhold.released"});
  CHECK(fields_of(Draw{}) == std::vector<std::string>{"draw.usd", "draw.form", "draw.months",
                                                      "draw.recover_from", "draw.recover_share",
                                                      "draw.at_end", "draw.forgive", "draw.forgive_from",
                                                      "draw.interest_per_year"});
}

TEST_CASE("expressions are the amounts and conditions that are there", "[unit][adjustment_fields]") {
  CHECK(expressions_of(Carry{}) == std::vector<std::string>{"carry.amount"});
  CHECK(expressions_of(Carry{1.0, Span::year, Amount{2.0}}) ==
        std::vector<std::string>{"carry.amount", "carry.limit"});
  CHECK(expressions_of(Withhold{}) ==
        std::vector<std::string>{"withhold.share", "withhold.release", "withhold.released"});
}

template <class... Kind>
std::set<std::string_view> keys_of(const std::variant<Kind...>*) {
  return {Kind::traits.key...};
}

TEST_CASE("every kind has a key of its own", "[unit][adjustment_fields]") {
  CHECK(keys_of(static_cast<const AdjustmentRule*>(nullptr)).size() == std::variant_size_v<AdjustmentRule>);
}

}  // namespace
}  // namespace paystress::adjustment_fields_test
