#include "model/scaled_practice.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/support/simple_practice.h"

namespace scaled_practice_test {

using namespace paystress;

TEST_CASE("a scaled number is as uncertain in proportion", "[unit][scaled_practice]") {
  CHECK(std::get<Known>(scaled(Known{4.0}, 1.5)).value == 6.0);
  CHECK(std::get<Pert>(scaled(Pert{1, 2, 4}, 1.5)).high == 6.0);
  const auto median = std::get<Lognormal>(scaled(Lognormal{10, 0.3}, 2));
  CHECK(median.median == 20.0);
  CHECK(median.sigma == 0.3);
  CHECK(std::get<GammaMeanSd>(scaled(GammaMeanSd{10, 3}, 2)).sd == 6.0);
  CHECK(std::get<Empirical>(scaled(Empirical{{1, 2, 3}, "log.csv:n"}, 2)).sorted ==
        std::vector<double>{2, 4, 6});
  CHECK_THROWS_AS(scaled(BetaMeanSd{0.1, 0.02}, 2), std::invalid_argument);
}

TEST_CASE("a practice at another pace has more places and more patients, and no more hours",
          "[unit][scaled_practice]") {
  const auto practice = test::simple_practice();
  const auto faster = at_pace(practice, 1.1);
  CHECK(std::get<Known>(faster[Parameter::visits_per_day]).value == Approx(13.2));
  CHECK(std::get<Known>(faster[Parameter::slots_per_hour]).value == Approx(2.75));
  CHECK(std::get<Known>(faster[Parameter::session_hours]).value == 6.5);
  // No more than there may be.
  CHECK(std::get<Known>(at_pace(practice, 1000)[Parameter::slots_per_hour]).value == 60.0);
}

TEST_CASE("every kind of shift is at the other pace", "[unit][scaled_practice]") {
  auto practice = test::simple_practice();
  const auto at = [](ShiftNumber n) { return static_cast<std::size_t>(n); };
  practice.shifts = {{"night", {}, {}}};
  auto& night = practice.shifts.front().numbers;
  night[at(ShiftNumber::demand)] = Pert{8, 9, 12};
  night[at(ShiftNumber::slots_per_hour)] = Known{2.0};
  night[at(ShiftNumber::hours)] = Known{10.0};
  const auto faster = at_pace(practice, 1.5).shifts.front().numbers;
  CHECK(std::get<Pert>(*faster[at(ShiftNumber::demand)]).likely == 13.5);
  CHECK(std::get<Known>(*faster[at(ShiftNumber::slots_per_hour)]).value == 3.0);
  CHECK(std::get<Known>(*faster[at(ShiftNumber::hours)]).value == 10.0);
  CHECK_FALSE(faster[at(ShiftNumber::no_show)]);
}

}  // namespace scaled_practice_test
