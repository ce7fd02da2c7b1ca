#include "analysis/fit/correlations.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "analysis/fit/fit_practice.h"
#include "analysis/fit/inbox.h"
#include "analysis/fit/write_practice.h"
#include "model/correlation.h"
#include "tests/support/fit_truths.h"

namespace paystress::fit::correlations_test {
namespace {

using namespace std::chrono;
using enum Parameter;

Practice of_distributions() {
  Practice practice;
  for (const auto p : {visits_per_day, demand_monthly_cv, demand_daily_cv}) practice[p] = Lognormal{1, 0.5};
  return practice;
}

TEST_CASE("a correlation is written by ranks, a little smaller than it is", "[fit][correlations]") {
  const auto written = correlations_of({{visits_per_day, demand_monthly_cv, 0.6}}, of_distributions());
  REQUIRE(written.size() == 1);
  CHECK(written[0].a == "demand.visits_per_day");
  CHECK(written[0].b == "demand.monthly_cv");
  // Spearman of a Gaussian pair: 6 / pi asin(r / 2).
  CHECK(written[0].rho == Approx(0.95 * 6 / std::numbers::pi * std::asin(0.3)));
  CHECK(gaussian_from_rank(written[0].rho) == Approx(0.95 * 0.6).margin(0.01));
}

TEST_CASE("small correlations and those of known numbers are left out", "[fit][correlations]") {
  auto practice = of_distributions();
  CHECK(correlations_of({{visits_per_day, demand_monthly_cv, 0.04}}, practice).empty());
  practice[demand_monthly_cv] = Known{0.03};
  CHECK(correlations_of({{visits_per_day, demand_monthly_cv, 0.6}}, practice).empty());
}

TEST_CASE("correlations that no joint law has are shrunk until one has them", "[fit][correlations]") {
  const auto written = correlations_of({{visits_per_day, demand_monthly_cv, 0.9},
                                        {visits_per_day, demand_daily_cv, 0.9},
                                        {demand_monthly_cv, demand_daily_cv, -0.9}},
                                       of_distributions());
  REQUIRE(written.size() == 3);
  // Three equal ones of these signs have a joint law below 1/2.
  for (const auto& pair : written) CHECK(std::abs(gaussian_from_rank(pair.rho)) < 0.5);
  CHECK(std::abs(written[0].rho) > 0.4);
}

// The two halves of one observation: items are counted, so that a larger demand leaves fewer items a visit; a
// rate and how it varies by day are told by the same days.
TEST_CASE("a fitted practice carries what its numbers have in common", "[fit][correlations]") {
  const auto truth = test::draw_truth(8, 2.0);
  FitOptions options;
  options.known_codes = {"99212", "99213", "99214", "99215"};
  const auto fitted = fit_practice(simulate_days(truth, 2023y / January / 1, 3, 8), options);
  const auto rho = [&](std::string_view a, std::string_view b) {
    for (const auto& pair : fitted.practice.correlation)
      if (pair.a == a && pair.b == b) return pair.rho;
    return 0.0;
  };
  CHECK(rho("demand.visits_per_day", "inbox.messages.per_visit") < -0.1);
  CHECK(rho("demand.monthly_cv", "demand.daily_cv") < 0.05);
  const auto text = practice_toml(fitted, "builtin:cms", "");
  CHECK(text.find("[\"demand.visits_per_day\", \"inbox.messages.per_visit\", -") != std::string::npos);
  // Draws have it: the product of the two varies less than either would have it by itself.
  double sum = 0, square = 0;
  constexpr int draws = 4000;
  for (std::uint64_t seed = 0; seed < draws; ++seed) {
    const auto drawn = draw_practice(fitted.practice, seed);
    const double items = std::log(drawn[visits_per_day] * drawn[messages_per_visit]);
    sum += items;
    square += items * items;
  }
  const double spread = std::sqrt(square / draws - sum / draws * sum / draws);
  const auto sigma = [&](Parameter p) { return std::get<Lognormal>(fitted.practice[p]).sigma; };
  CHECK(spread < 0.97 * std::hypot(sigma(visits_per_day), sigma(messages_per_visit)));
}

}  // namespace
}  // namespace paystress::fit::correlations_test
