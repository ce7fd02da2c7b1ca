#include "sim/engine/run_plan.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "sim/engine/identity.h"
#include "tests/support/contracts.h"

namespace run_plan_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

Contract flat(const std::string& name, double usd) {
  return contract_of(name, {pay_line("base", fixed_pay(usd))});
}

StressPart whole_year() {
  StressPart part;
  part.first_month = 1;
  part.last_month = 12;
  return part;
}

Study two_by_two() {
  Study study;
  Practice a, b, other;
  a.name = "a";
  b.name = "b";  // the same numbers under another name
  other.name = "other";
  other[Parameter::no_show_rate] = Known{0.2};
  study.practices = {a, b, other};
  study.offers = {flat("x", 100), flat("y", 100), flat("z", 200)};
  auto volume = whole_year(), rate = whole_year();
  volume.counts = {{StressedCount::booked_visits, 0.8}};
  rate.offers = {{"x.pay.base.fixed_usd", multiply_by(0.5)}};
  study.stresses = {{"base", {}}, {"volume", {volume}}, {"rate_cut", {rate}}, {"both", {rate, volume}}};
  return study;
}

Scenario row(const std::string& practice, const std::string& offer, const std::string& stress) {
  return {practice + "/" + offer + "/" + stress, practice, offer, stress, {}};
}

}  // namespace

TEST_CASE("rows that touch the practice alike share its sampling, rows that pay alike their pricing",
          "[unit][run_plan]") {
  auto study = two_by_two();
  study.scenarios = {row("a", "x", "base"),     row("a", "x", "volume"), row("b", "y", "base"),
                     row("a", "x", "rate_cut"), row("a", "x", "both"),   row("other", "z", "base"),
                     row("a", "z", "rate_cut")};
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, study.months);
  REQUIRE(groups.size() == 3);
  // Unstressed, or stressed in the contract only: one sampling. x and y pay alike; x after the cut does not.
  REQUIRE(groups[0].prices.size() == 3);
  CHECK(groups[0].prices[0].scenarios == std::vector<std::size_t>{0, 2});
  CHECK(groups[0].prices[1].scenarios == std::vector<std::size_t>{3});
  CHECK(groups[0].prices[2].scenarios == std::vector<std::size_t>{6});
  REQUIRE(groups[1].prices.size() == 2);
  CHECK(groups[1].prices[0].scenarios == std::vector<std::size_t>{1});
  CHECK(groups[1].prices[1].scenarios == std::vector<std::size_t>{4});
  REQUIRE(groups[2].prices.size() == 1);
  CHECK(groups[2].prices[0].scenarios == std::vector<std::size_t>{5});
}

TEST_CASE("an unknown name is refused", "[unit][run_plan]") {
  auto study = two_by_two();
  study.scenarios = {row("nobody", "x", "base")};
  CHECK_THROWS_AS(engine::scenario_inputs(study), std::invalid_argument);
}

TEST_CASE("identities differ in the last digit and not in names", "[unit][identity]") {
  Practice a, b;
  a.name = "a";
  CHECK(engine::sampling_identity(a) == engine::sampling_identity(b));
  b[Parameter::visit_minutes] = Known{15.000000000000002};
  CHECK(engine::sampling_identity(a) != engine::sampling_identity(b));
  b[Parameter::visit_minutes] = Pert{15, 15, 15};
  CHECK(engine::sampling_identity(a) != engine::sampling_identity(b));
  // A text cannot run into its neighbour.
  Practice c, d;
  c.correlation = {{"ab", "c", 0.1}};
  d.correlation = {{"a", "bc", 0.1}};
  CHECK(engine::sampling_identity(c) != engine::sampling_identity(d));
  auto x = flat("x", 100), y = x;
  y.title = "The same in better words";
  CHECK(engine::pay_identity(x) == engine::pay_identity(y));
  y.pay[0].counts = false;
  CHECK(engine::pay_identity(x) != engine::pay_identity(y));
}

TEST_CASE("stresses of a practice are walked together, as many as the budget holds", "[unit][run_plan]") {
  auto study = two_by_two();
  study.practices[2].works[5] = true;  // Saturdays: another kind of practice
  study.scenarios = {row("a", "x", "base"), row("other", "z", "base"), row("a", "x", "volume"),
                     row("other", "z", "volume")};
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, 12);
  using Walks = std::vector<std::vector<std::size_t>>;
  CHECK(engine::plan_walks(groups, 1000, 12, 2) == Walks{{0, 2}, {1, 3}});
  // Two groups of two thirds of the budget each do not fit; nor does one of more than it, which walks alone.
  const double one = engine::column_bytes(groups[0], 1000, 12) / 1000.0;
  const auto two_thirds = static_cast<std::size_t>(engine::walk_budget_bytes / one / 1.5);
  const Walks alone{{0}, {1}, {2}, {3}};
  CHECK(engine::plan_walks(groups, two_thirds, 12, 2) == alone);
  CHECK(engine::plan_walks(groups, 10 * two_thirds, 12, 2) == alone);
  // The ledgers of the blocks at work count, too: many threads leave room for fewer.
  CHECK(engine::plan_walks(groups, 1000, 12, 1000) == alone);
  const std::vector<engine::SampleGroup> many(40, groups[0]);
  const auto walks = engine::plan_walks(many, 10, 12, 1);
  REQUIRE(walks.size() == 5);
  CHECK(walks.front().size() == engine::most_groups_in_a_walk);
}

TEST_CASE("practices that differ in numbers are walked together, each with its stresses",
          "[unit][run_plan]") {
  auto study = two_by_two();  // `other` has another no-show rate
  study.scenarios = {row("a", "x", "base"), row("other", "z", "base"), row("a", "x", "volume"),
                     row("other", "z", "volume")};
  const auto inputs = engine::scenario_inputs(study);
  const auto groups = engine::plan_run(inputs, 12);
  using Walks = std::vector<std::vector<std::size_t>>;
  CHECK(engine::plan_walks(groups, 1000, 12, 2) == Walks{{0, 2, 1, 3}});
  const double one = engine::column_bytes(groups[0], 1000, 12) / 1000.0;
  const auto a_third = static_cast<std::size_t>(engine::walk_budget_bytes / one / 3.2);
  CHECK(engine::plan_walks(groups, a_third, 12, 2) == Walks{{0, 2}, {1, 3}});
}

}  // namespace run_plan_test
