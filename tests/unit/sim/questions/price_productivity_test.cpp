#include "sim/questions/price_productivity.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <sstream>

#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace price_productivity_test {

namespace {

using namespace paystress;
namespace pay = paystress::testing;

struct Cells {
  double n = 0.0, low = 0.0, high = 0.0, mean = 0.0, value = 0.0;
};
using Rows = std::map<std::string, Cells>;  // by pace/group/statistic/tier

Rows read_rows(const std::string& csv) {
  Rows rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream in(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    const auto number = [&](std::size_t i) { return cells.at(i).empty() ? 0.0 : std::stod(cells.at(i)); };
    rows[cells.at(4) + "/" + cells.at(5) + "/" + cells.at(10) + "/" + cells.at(12)] = {
        number(6), number(7), number(8), number(9), number(13)};
  }
  return rows;
}

Rows rows_of(const Study& study) {
  const auto inputs = engine::scenario_inputs(study);
  const engine::RunRequest request{
      .study = &study, .inputs = inputs, .draws = {samplers::SamplerKind::fast, 20260107, {}}, .paths = 2048};
  const engine::Execution how;
  return read_rows(questions::price_productivity(
      request, questions::price_as_described(request, engine::row_scenarios(inputs, {}), how), how));
}

// 60 $ a visit, and from 160 visits in a month on 10 $ more; the recruiter's practice fills every slot.
Study paced_study() {
  Study study;
  auto clinic = test::simple_practice(), brochure = clinic;
  clinic.name = "clinic";
  clinic[Parameter::visits_per_day] = Pert{9, 12, 15};
  brochure.name = "brochure";
  brochure[Parameter::visits_per_day] = Known{40};
  for (const auto p : {Parameter::no_show_rate, Parameter::late_cancel_rate, Parameter::tech_failure_rate})
    brochure[p] = Known{0.0};
  study.practices = {clinic, brochure};
  auto offer = pay::contract_of(
      {pay::measured("visits", "completed_visits", SingleRate{60.0}),
       pay::measured("bonus", "completed_visits", pay::tiers(TierMode::marginal, {pay::above(160, 10)}))});
  offer.name = "offer";
  offer.advertised_practice = "brochure";
  study.offers = {std::move(offer)};
  study.stresses = {{"base", {}}};
  study.scenarios = {{"clinic/offer/base", "clinic", "offer", "base", {}}};
  return study;
}

}  // namespace

TEST_CASE("a faster pace pays more and reaches tiers more often", "[unit][productivity]") {
  const auto rows = rows_of(paced_study());
  const auto of = [&](const std::string& group, const std::string& statistic) {
    return rows.at("visits_per_hour/" + group + "/" + statistic);
  };
  for (const auto* statistic : {"income_usd_p50/", "paid_hourly_usd_p50/", "tier_reached_prob/1"}) {
    CAPTURE(statistic);
    CHECK(of("bottom_quarter", statistic).value < of("median", statistic).value);
    CHECK(of("median", statistic).value < of("top_tenth", statistic).value);
    CHECK(of("top_tenth", statistic).value < of("claim", statistic).value);
    CHECK(of("median", statistic).value < of("plus_10_percent", statistic).value);
  }
  CHECK(of("bottom_quarter", "income_usd_p50/").high < of("median", "income_usd_p50/").low);
  // A slow path is paid 60 $ a visit: that times its pace is the hour, but for the bonus.
  const auto slow = of("bottom_quarter", "paid_hourly_usd_p50/");
  CHECK(slow.value > 60 * slow.low);
  CHECK(slow.value < 60 * slow.high + 10 * slow.high);
}

TEST_CASE("a claim is the pace of the practice that is described", "[unit][productivity]") {
  auto study = paced_study();
  const auto rows = rows_of(study);
  // 2.5 places an hour, all of them filled and kept.
  const auto claim = rows.at("visits_per_hour/claim/income_usd_p50/");
  CHECK(claim.low == Approx(2.5).epsilon(0.002));
  CHECK(claim.mean == Approx(claim.low).epsilon(0.002));
  CHECK(rows.at("visits_per_hour/claim/as_described_prob/").value == 0.0);
  CHECK(rows.at("visits_per_hour/claim/after_hours_per_week_p50/").value >
        rows.at("visits_per_hour/top_tenth/after_hours_per_week_p50/").value);
  const auto more = rows.at("wrvu_per_hour/plus_10_percent/income_usd_p50/");
  CHECK(more.mean == Approx(more.low).epsilon(0.002));
  CHECK(rows.at("wrvu_per_hour/plus_10_percent/as_described_prob/").value > 0.0);
  // Who describes the practice itself, or none, claims no other pace.
  study.offers.front().advertised_practice = "";
  CHECK_FALSE(rows_of(study).contains("visits_per_hour/claim/income_usd_p50/"));
}

}  // namespace price_productivity_test
