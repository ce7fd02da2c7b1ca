#include "analysis/fit/priors.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <stdexcept>

#include "model/lognormal.h"

namespace paystress::fit {
namespace {

using enum Parameter;

// Low and high of the published figures are taken as the 10th and 90th percentile between practices.
const std::array<Prior, 18>& all_priors() {
  static const std::array<Prior, 18> list{{
      {visits_per_day, lognormal_between(10, 40), "V4, P2, widened to practices of other sizes"},
      {demand_monthly_cv, lognormal_between(0.015, 0.08), "V8"},
      {demand_daily_cv, lognormal_between(0.03, 0.15), "V8"},
      {days_off_per_year, GammaMeanSd{25, 10}, "assumption"},
      {no_show_rate, BetaMeanSd{0.09, 0.045}, "N1, N2, N4, N5"},
      {no_show_daily_rho, lognormal_between(0.004, 0.02), "N8"},
      {no_show_monthly_cv, lognormal_between(0.03, 0.2), "assumption"},
      {late_cancel_rate, BetaMeanSd{0.03, 0.02}, "N1"},
      {tech_failure_rate, BetaMeanSd{0.10, 0.05}, "T1, T2"},
      {tech_failure_lost, BetaMeanSd{0.20, 0.15}, "assumption"},
      {messages_per_visit, lognormal_between(0.7, 2.0), "I3, I9"},
      {messages_monthly_cv, lognormal_between(0.2, 0.4), "I10"},
      {results_per_visit, lognormal_between(0.3, 1.25), "I1, I9"},
      {results_monthly_cv, lognormal_between(0.1, 0.4), "assumption"},
      {other_per_visit, lognormal_between(0.2, 2.0), "I8"},
      {other_monthly_cv, lognormal_between(0.1, 0.4), "assumption"},
      {visit_minutes, lognormal_between(9.3, 20), "V1, V3"},
      {visit_minutes_sd, lognormal_between(5, 13.5), "V1, V3"},
  }};
  return list;
}

// Published mix of established telehealth visits (E2; levels 2 and 5 are assumed).
constexpr std::array<std::pair<std::string_view, double>, 4> published_mix{
    {{"99212", 0.035}, {"99213", 0.537}, {"99214", 0.408}, {"99215", 0.02}}};

BetaShapes shapes_of(const BetaMeanSd& law) {
  const double n = law.mean * (1 - law.mean) / (law.sd * law.sd) - 1;
  return {law.mean * n, (1 - law.mean) * n};
}

}  // namespace

std::span<const Prior> priors() { return all_priors(); }

const Prior& prior_of(Parameter p) {
  const auto it = std::ranges::find(all_priors(), p, &Prior::parameter);
  if (it == all_priors().end()) throw std::invalid_argument("no prior of this number");
  return *it;
}

LogNormalPrior log_prior(Parameter p) {
  const auto& law = std::get<Lognormal>(prior_of(p).law);
  return {std::log(law.median), law.sigma};
}

BetaShapes beta_prior(Parameter p) { return shapes_of(std::get<BetaMeanSd>(prior_of(p).law)); }

MixPrior mix_prior(std::span<const std::string> codes_seen) {
  MixPrior prior;
  const auto published = [](std::string_view code) {
    return std::ranges::find(published_mix, code, [](const auto& line) { return line.first; });
  };
  const bool office = codes_seen.empty() || std::ranges::any_of(codes_seen, [&](const std::string& code) {
                        return published(code) != published_mix.end();
                      });
  if (office)
    for (const auto& [code, share] : published_mix)
      prior.visits.emplace_back(std::string(code), share * mix_concentration);
  for (const auto& code : codes_seen)
    if (published(code) == published_mix.end()) prior.visits.emplace_back(code, 1.0);
  std::ranges::sort(prior.visits);
  return prior;
}

double quantile_of(const Quantity& q, double u) {
  namespace bm = boost::math;
  if (const auto* known = std::get_if<Known>(&q)) return known->value;
  if (const auto* law = std::get_if<Lognormal>(&q))
    return law->median * std::exp(law->sigma * bm::quantile(bm::normal(), u));
  if (const auto* law = std::get_if<BetaMeanSd>(&q)) {
    const auto [a, b] = shapes_of(*law);
    return bm::quantile(bm::beta_distribution<>(a, b), u);
  }
  if (const auto* law = std::get_if<GammaMeanSd>(&q)) {
    const double shape = law->mean * law->mean / (law->sd * law->sd);
    return bm::quantile(bm::gamma_distribution<>(shape, law->mean / shape), u);
  }
  throw std::invalid_argument("fit writes no such law");
}

Interval interval90(const Quantity& q) { return {quantile_of(q, 0.05), quantile_of(q, 0.95)}; }

double mean_of(const Quantity& q) {
  if (const auto* known = std::get_if<Known>(&q)) return known->value;
  if (const auto* law = std::get_if<Lognormal>(&q))
    return law->median * std::exp(law->sigma * law->sigma / 2);
  if (const auto* law = std::get_if<BetaMeanSd>(&q)) return law->mean;
  if (const auto* law = std::get_if<GammaMeanSd>(&q)) return law->mean;
  throw std::invalid_argument("fit writes no such law");
}

}  // namespace paystress::fit
