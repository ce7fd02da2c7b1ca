#include "tests/support/fit_truths.h"

#include <algorithm>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>

#include "analysis/fit/priors.h"
#include "analysis/fit/ramp.h"

namespace paystress::test {

using namespace fit;

DrawnPractice draw_truth(std::uint64_t seed, double slots_per_visit) {
  Practice practice;
  for (const auto& prior : priors()) practice[prior.parameter] = prior.law;
  for (const auto& [code, visits] : mix_prior({}).visits)
    practice.codes.push_back({code, visits / mix_concentration, 0, {}});
  practice[Parameter::codes_concentration] = Known{mix_concentration};
  auto truth = draw_practice(practice, 2 * seed);

  boost::random::mt19937_64 bits(2 * seed + 1);
  const auto gaussian = [&](double mean, double sd) {
    return boost::random::normal_distribution<double>(mean, sd)(bits);
  };
  truth[Parameter::demand_daily_ar1] = std::tanh(gaussian(daily_ar1_prior.mean, daily_ar1_prior.sd));
  truth[Parameter::demand_monthly_ar1] = std::tanh(gaussian(monthly_ar1_prior.mean, monthly_ar1_prior.sd));
  double week = 0, year = 0;
  for (std::size_t d = 0; d < 5; ++d) week += truth.weekday[d] = std::exp(gaussian(0, weekday_sd));
  for (auto& factor : truth.season) year += factor = std::exp(gaussian(0, season_sd));
  for (std::size_t d = 0; d < 5; ++d) truth.weekday[d] *= 5 / week;
  for (auto& factor : truth.season) factor *= 12 / year;
  truth[Parameter::slots_per_hour] =
      truth[Parameter::visits_per_day] * slots_per_visit / truth[Parameter::session_hours];
  return truth;
}

void draw_ramp(std::uint64_t seed, DrawnPractice& truth) {
  boost::random::mt19937_64 bits(seed ^ 0x52414D50ULL);
  boost::random::normal_distribution<double> gauss;
  truth[Parameter::ramp_start] =
      Ramp::mature / (1 + std::exp(-(ramp_start_prior.mean + ramp_start_prior.sd * gauss(bits))));
  truth[Parameter::ramp_months_to_95] = std::exp(ramp_months_prior.mean + ramp_months_prior.sd * gauss(bits));
}

}  // namespace paystress::test
