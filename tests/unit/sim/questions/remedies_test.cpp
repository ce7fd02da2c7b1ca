#include "sim/questions/remedies.h"

#include <catch2/catch.hpp>

#include "sim/questions/what_if.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace remedies_test {

namespace {

using namespace paystress;
namespace pay = paystress::testing;

constexpr std::size_t paths = 1024;

struct Offered {
  Study study;
  std::vector<engine::ScenarioInput> inputs;
  engine::RunRequest request;
  engine::Execution how;

  explicit Offered(Contract offer) : study(test::one_offer_study(std::move(offer), paths)) {
    inputs = engine::scenario_inputs(study);
    request = {.study = &study,
               .inputs = inputs,
               .draws = {samplers::SamplerKind::fast, 20260107, {}},
               .paths = paths};
  }
  Offered(const Offered&) = delete;
  Offered& operator=(const Offered&) = delete;

  /// What makes up for this share of the pay that the worse answer leaves away.
  [[nodiscard]] std::optional<Remedy> remedy(double times) const {
    auto better = questions::yearly_pay(request, inputs, how).front();
    for (double& usd : better) usd *= times;
    return questions::find_remedy(request, inputs.front(), better, engine::table_options(study), how);
  }
};

Contract by_the_visit(double usd) {
  return pay::contract_of({pay::measured("visits", "completed_visits", SingleRate{usd})});
}

}  // namespace

TEST_CASE("what makes up for a share of the visits is the rate that the share is of", "[unit][remedies]") {
  const auto found = Offered(by_the_visit(60)).remedy(1.25);
  REQUIRE(found);
  CHECK(found->key == "pay.visits.usd");
  CHECK(found->from == 60);
  // To a thousandth of what was offered, and paths alike give an interval as narrow.
  CHECK(*found->to.value == Approx(75).margin(0.06));
  CHECK(*found->to.value >= 75);
  REQUIRE(found->to.ci_low);
  REQUIRE(found->to.ci_high);
  CHECK(*found->to.ci_low <= *found->to.value);
  CHECK(*found->to.ci_high >= *found->to.value);
  CHECK(*found->to.ci_high - *found->to.ci_low < 0.5);
}

TEST_CASE("of several numbers the one that moves the median most makes up", "[unit][remedies]") {
  // A twentieth of the salary is more than a twentieth of what visits bring.
  auto contract = by_the_visit(5);
  contract.pay.push_back(pay::fixed("salary", 200'000, Span::year));
  const auto found = Offered(contract).remedy(1.1);
  REQUIRE(found);
  CHECK(found->key == "pay.salary.fixed_usd");
  CHECK(*found->to.value > 200'000);
}

TEST_CASE("nothing makes up where twice the number is not enough, or pay has a cap", "[unit][remedies]") {
  CHECK_FALSE(Offered(by_the_visit(60)).remedy(2.5));
  auto capped = by_the_visit(60);
  pay::adjust(capped, "cap", Cap{1'000.0}, Span::month, {"visits"});
  CHECK_FALSE(Offered(capped).remedy(1.1));
}

}  // namespace remedies_test
