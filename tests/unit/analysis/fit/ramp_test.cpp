// A young practice: its filling is told from the log, and a study goes on from where it stands.

#include "analysis/fit/ramp.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/fit/demand.h"
#include "analysis/fit/fit_check.h"
#include "analysis/fit/fit_practice.h"
#include "analysis/fit/priors.h"
#include "analysis/fit/write_practice.h"
#include "tests/support/fit_truths.h"

namespace paystress::fit::ramp_test {
namespace {

using namespace std::chrono;
using enum Parameter;
const sys_days january(2023y / January / 1);

TEST_CASE("a filling goes on from any month as it began", "[fit][ramp]") {
  const Ramp opened{0.5, 18};
  // The law of the study: 1 - (1 - start) exp(-k (m - 1/2)), k = log((1 - start) / 0.05) / months_to_95.
  const double k = std::log(0.5 / 0.05) / 18;
  for (const int m : {1, 7, 18}) CHECK(opened.share(m - 1) == Approx(1 - 0.5 * std::exp(-k * (m - 0.5))));
  const auto later = opened.after(6);
  for (const double m : {0.0, 3.0, 9.0}) CHECK(later.share(m) == Approx(opened.share(m + 6)));
  CHECK(later.months_to_95 == Approx(12));
  CHECK(opened.after(18.5).share(0) == 1);
  CHECK(Ramp{}.share(0) == 1);
  CHECK(Ramp{0.95, 3}.after(2).start == 0.95);
}

DrawnPractice young(std::uint64_t seed) {
  auto truth = test::draw_truth(seed, 2.0);
  test::draw_ramp(seed, truth);
  return truth;
}

}  // namespace

// 24 logs of nine months from the opening on: right intervals hold fewer than 17 truths with probability
// 0.0025 a number; those of a fit that takes the practice for mature hold its demand hardly ever.
TEST_CASE("the filling of a young practice is told from its log", "[fit][recovery]") {
  int demand = 0, start = 0, months = 0, as_mature = 0;
  constexpr int logs = 24;
  for (std::uint64_t seed = 1; seed <= logs; ++seed) {
    const auto truth = young(seed);
    const auto log = simulate_days(truth, january, 9, seed);
    const auto fitted = fit_demand(log, month_number(january));
    const auto holds = [](const Quantity& law, double x) {
      const auto [low, high] = interval90(law);
      return low <= x && x <= high ? 1 : 0;
    };
    const auto now = Ramp{truth[ramp_start], truth[ramp_months_to_95]}.after(9);
    demand += holds(fitted.visits_per_day, truth[visits_per_day]);
    as_mature += holds(fit_demand(log).visits_per_day, truth[visits_per_day]);
    REQUIRE(fitted.ramp_at_start);
    start += holds(fitted.ramp_at_start->start, truth[ramp_start]);
    if (!fitted.ramp_after) continue;
    months += holds(fitted.ramp_after->months_to_95, now.months_to_95);
  }
  INFO("demand " << demand << ", start " << start << ", months " << months << ", as mature " << as_mature);
  CHECK(demand >= 17);
  CHECK(start >= 17);
  CHECK(months >= 15);
  CHECK(as_mature <= 12);
}

TEST_CASE("a young practice is written as the month after its log finds it", "[fit][practice]") {
  auto truth = test::draw_truth(3, 2.0);
  truth[visits_per_day] = 20;
  truth[slots_per_hour] = 5;
  truth[ramp_start] = 0.4;
  truth[ramp_months_to_95] = 24;
  truth[visit_minutes_sd] = 6;
  FitOptions options;
  options.known_codes = {"99212", "99213", "99214", "99215"};
  options.opened = month_number(january);
  const auto log = simulate_days(truth, january, 12, 5);
  const auto fitted = fit_practice(log, options);
  const auto now = Ramp{0.4, 24}.after(12);
  const auto [low, high] = interval90(fitted.practice[ramp_start]);
  CHECK(low < now.start);
  CHECK(high > now.start);
  CHECK(mean_of(fitted.as_logged[ramp_start]) < mean_of(fitted.practice[ramp_start]));
  const auto pair = std::ranges::find_if(fitted.practice.correlation, [](const RankCorrelation& c) {
    return c.a == "demand.visits_per_day" && c.b == "ramp.start";
  });
  REQUIRE(pair != fitted.practice.correlation.end());
  CHECK(pair->rho < 0);  // the fuller it is taken to be, the less demand is to come
  const auto text = practice_toml(fitted, "builtin:cms", "");
  CHECK(text.find("\nramp.start = { mean = ") != std::string::npos);
  CHECK(text.find("[\"demand.visits_per_day\", \"ramp.start\", -") != std::string::npos);
  // Its filling is no trend that the fitted practice would not show.
  for (const auto& warning : check_fit(log, fitted, 200).warnings())
    CHECK(warning.find("booked: a trend") == std::string::npos);
}

}  // namespace paystress::fit::ramp_test
