#include "sim/samplers/reference_draws.h"

#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>

#include "sim/random/trait_quantile.h"

namespace paystress::samplers::reference {

double uniform(random::Stream& bits) { return boost::random::uniform_01<double>()(bits); }
bool happens(double probability, random::Stream& bits) { return uniform(bits) < probability; }
long whole(double x, double u) { return static_cast<long>(std::floor(x + u)); }

long poisson(double mean, random::Stream& bits) {
  return mean > 0 ? boost::random::poisson_distribution<long>(mean)(bits) : 0;
}

long binomial(long n, double p, random::Stream& bits) {
  return n > 0 ? boost::random::binomial_distribution<long>(n, p)(bits) : 0;
}

double total_minutes(long n, double mean, double sd, random::Stream& bits) {
  if (n == 0 || mean <= 0) return 0.0;
  if (sd <= 0) return static_cast<double>(n) * mean;
  return boost::random::gamma_distribution<double>(static_cast<double>(n) * mean * mean / (sd * sd),
                                                   sd * sd / mean)(bits);
}

double beta_rate(double mean, double rho, random::Stream& bits) {
  if (rho <= 0 || mean <= 0 || mean >= 1) return mean;
  const double weight = (1 - rho) / rho;
  const double a = boost::random::gamma_distribution<double>(mean * weight)(bits);
  const double b = boost::random::gamma_distribution<double>((1 - mean) * weight)(bits);
  // Shapes so small that both underflow: the law is then all but a coin.
  return a + b > 0 ? a / (a + b) : (happens(mean, bits) ? 1.0 : 0.0);
}

std::vector<double> dirichlet(const std::vector<VisitCode>& codes, double own, double concentration,
                              random::Stream bits) {
  std::vector<double> mix;
  for (const auto& code : codes) mix.push_back(code.share);
  if (concentration <= 0 || codes.size() < 2) return mix;
  double total = 0;
  for (auto& share : mix) {
    if (share > 0) {
      const double from = own > 0 ? own * share : 1.0;
      const double drawn = boost::random::gamma_distribution<double>(from)(bits);
      share = own == concentration ? drawn : random::moved_gamma(from, concentration * share, drawn);
    }
    total += share;
  }
  if (total > 0) {
    for (auto& share : mix) share /= total;
  } else {  // as for beta_rate: all weight on one code
    double u = uniform(bits);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      mix[i] = u >= 0 && u < codes[i].share ? 1.0 : 0.0;
      u -= codes[i].share;
    }
  }
  return mix;
}

double quality_score(double mean, double concentration, double u) {
  if (concentration <= 0 || mean <= 0 || mean >= 1) return mean;
  return random::beta_quantile(mean * concentration, (1 - mean) * concentration, u);
}

double lognormal_factor(double cv, double gaussian) {
  const double variance = std::log1p(cv * cv);
  return std::exp(std::sqrt(variance) * gaussian - variance / 2);
}

std::size_t draw_code(const std::vector<double>& mix, random::Stream& bits) {
  double u = uniform(bits);
  std::size_t code = 0;
  while (code + 1 < mix.size() && u >= mix[code]) u -= mix[code++];
  return code;
}

}  // namespace paystress::samplers::reference
