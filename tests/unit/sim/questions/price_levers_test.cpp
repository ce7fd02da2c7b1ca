#include "sim/questions/price_levers.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <sstream>

#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"
#include "tests/support/visit_law.h"

namespace price_levers_test {

namespace {

using namespace paystress;
namespace pay = paystress::testing;

constexpr double usd_per_visit = 60.0;
constexpr std::size_t paths = 2048;

struct Cells {
  double mean = 0.0, std_error = 0.0, median = 0.0, unchanged = 0.0, paths = 0.0;
};
using Rows = std::map<std::string, Cells>;  // by measure/lever

// The cells by their place in the table; what is empty stays 0.
Rows read_levers(const std::string& csv) {
  Rows rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        cells.emplace_back();
      else
        cells.back() += c;
    }
    const auto number = [&](std::size_t i) { return cells.at(i).empty() ? 0.0 : std::stod(cells.at(i)); };
    rows[cells.at(4) + "/" + cells.at(5)] = {number(8), number(11), number(12), number(15), number(19)};
  }
  return rows;
}

struct Run {
  Rows levers;
  std::map<std::string, double> waterfall;
};

Run run(const Contract& offer) {
  const auto study = test::one_offer_study(offer, paths);
  const auto inputs = engine::scenario_inputs(study);
  const engine::RunRequest request{.study = &study,
                                   .inputs = inputs,
                                   .draws = {samplers::SamplerKind::fast, 20260107, {}},
                                   .paths = paths};
  const engine::Execution how;
  Run both{read_levers(questions::price_levers(
               request, questions::price_as_described(request, engine::row_scenarios(inputs, {}), how), how)),
           {}};
  std::istringstream lines(engine::run_scenarios(request, how).front().waterfall);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    std::vector<std::string> all;
    for (std::string cell; std::getline(cells, cell, ',');) all.push_back(cell);
    if (all.at(4) == "usd") both.waterfall[all.at(6)] = std::stod(all.at(8));
  }
  return both;
}

}  // namespace

TEST_CASE("a lever of a plain rate is worth what it takes away", "[unit][levers]") {
  // 60 $ a completed visit: without late cancels, 4 % more of what is booked is completed. Booked: 236
  // workdays of 12 patients for 16.25 slots, without their daily shock.
  const auto levers =
      run(pay::contract_of({pay::measured("visits", "completed_visits", SingleRate{usd_per_visit})})).levers;
  const auto& late = levers.at("income_usd/late_cancels");
  CHECK(late.paths == 512);
  const double worked = 261 - 25;
  // Demand mixed over its daily shock, lognormal with a coefficient of variation of 0.1, by 41 steps.
  double booked = 0.0, weight = 0.0;
  const double sigma = std::sqrt(std::log1p(0.01));
  for (int step = -20; step <= 20; ++step) {
    const double z = step / 5.0, p = std::exp(-z * z / 2);
    test::SlotDay day{12 * std::exp(sigma * z - sigma * sigma / 2), 16.25};
    booked += p * day.expect([](double demand, double slots) { return std::min(demand, slots); });
    weight += p;
  }
  const double worth = worked * booked / weight * 0.04 * usd_per_visit;
  CAPTURE(worth, late.mean, late.std_error);
  CHECK(late.std_error < worth / 50);
  CHECK(std::abs(late.mean - worth) < 4.4 * late.std_error);
  CHECK(std::abs(late.mean - 1.1 * worth) > 4.4 * late.std_error);
  // No-shows share a day's rate, but their mean is as plain.
  const auto& missed = levers.at("income_usd/no_shows");
  CHECK(std::abs(missed.mean - 3 * worth) < 4.4 * missed.std_error);
  // Minutes are paid nothing: pay stays on every path, and an hour's pay does not.
  CHECK(levers.at("income_usd/inbox.messages").unchanged == 1.0);
  CHECK(levers.at("income_usd/inbox.messages").mean == 0.0);
  CHECK(levers.at("effective_hourly_usd/inbox.messages").mean > 0.0);
  // All together are more than their sum: a day that is worked again is a full one.
  double sum = 0.0;
  for (const auto& [name, cells] : levers)
    if (name.starts_with("income_usd/") && !name.ends_with("all_together") && !name.ends_with("interaction"))
      sum += cells.mean;
  CHECK(levers.at("income_usd/interaction").mean ==
        Approx(levers.at("income_usd/all_together").mean - sum).margin(0.01));
  CHECK(levers.at("income_usd/interaction").mean > 0.0);
}

TEST_CASE(
    "under a cap a lever is worth less than its line of the waterfall, at a line that re-rates far more",
    "[unit][levers]") {
  auto capped = pay::contract_of({pay::measured("visits", "completed_visits", SingleRate{usd_per_visit})});
  // 200 visits a month without losses, of which 158 are left: the cap binds at 165.
  pay::adjust(capped, "cap", Cap{165 * usd_per_visit}, Span::month, {"visits"});
  const auto under_cap = run(capped);
  const double line = -under_cap.waterfall.at("no_shows");
  const double lever = under_cap.levers.at("income_usd/no_shows").mean;
  CAPTURE(line, lever);
  CHECK(lever > 0.0);
  CHECK(lever < 0.7 * line);

  // Every visit of a month is paid double from 185 on, which is just out of reach.
  const auto cliff = run(pay::contract_of({pay::measured(
      "visits", "completed_visits",
      pay::tiers(TierMode::retroactive, {pay::at_least(0, usd_per_visit), pay::at_least(185, 120)}))}));
  const double cliff_line = -cliff.waterfall.at("no_shows");
  const double cliff_lever = cliff.levers.at("income_usd/no_shows").mean;
  CAPTURE(cliff_line, cliff_lever);
  CHECK(cliff_lever > 1.5 * cliff_line);
}

}  // namespace price_levers_test
