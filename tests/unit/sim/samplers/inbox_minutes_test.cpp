// The shifted gamma that `fast` puts in place of a sum of gamma times of several laws: how far is it off?

#include <boost/math/distributions/gamma.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace inbox_minutes_test {

namespace {

/// `items` times, each gamma of this mean and standard deviation.
struct Times {
  double items, mean, sd;
  [[nodiscard]] double scale() const { return sd * sd / mean; }
  [[nodiscard]] boost::math::gamma_distribution<> law() const {
    return boost::math::gamma_distribution<>(items * mean / scale(), scale());
  }
};

/// Greatest difference of the distribution functions of a + b and of the shifted gamma with the same mean,
/// variance and third cumulant, at 60 of its quantiles; a + b by 2,000 quantiles of b.
double distance(const Times& a, const Times& b) {
  const double mean = a.items * a.mean + b.items * b.mean;
  const double variance = a.items * a.mean * a.scale() + b.items * b.mean * b.scale();
  const double third =  // half of it
      a.items * a.mean * a.scale() * a.scale() + b.items * b.mean * b.scale() * b.scale();
  const double scale = third / variance;
  const double shift = mean - variance / scale;
  CHECK(shift > -1e-9 * mean);
  const boost::math::gamma_distribution<> shifted(variance / (scale * scale), scale);

  constexpr int cells = 2'000;
  std::vector<double> of_b;
  for (int i = 0; i < cells; ++i) of_b.push_back(quantile(b.law(), (i + 0.5) / cells));
  double worst = 0.0;
  for (int i = 1; i < 60; ++i) {
    const double level = i / 60.0;
    const double x = shift + quantile(shifted, level);
    double sum = 0.0;
    for (const double y : of_b)
      if (x > y) sum += cdf(a.law(), x - y);
    worst = std::max(worst, std::abs(sum / cells - level));
  }
  return worst;
}

}  // namespace

TEST_CASE("a day's inbox time is within 0.005 in probability of the sum of its kinds") {
  // The default laws, from one item of each kind up.
  for (const double messages : {1.0, 3.0, 10.0, 30.0})
    for (const double results : {1.0, 3.0, 10.0}) {
      INFO(messages << " messages, " << results << " results");
      CHECK(distance({messages, 2, 2}, {results, 1.4, 1.4}) < 0.005);
    }
  CHECK(distance({10, 2, 2}, {6, 1.4, 1.4}) < 0.0003);
}

TEST_CASE("kinds that share one draw are within 0.0055 in probability of the sum of their times") {
  // `fast` takes one draw where no item varies by more than its mean and the scales of gamma times are at
  // most 1.45 apart; beyond that each kind is drawn by itself.
  double worst = 0.0;
  for (const double a : {1.0, 2.0, 5.0, 20.0})
    for (const double b : {1.0, 2.0, 5.0, 20.0})
      worst = std::max(worst, distance({a, 1, 1}, {b, 1.45, 1.45}));
  CHECK(worst < 0.0055);
  CHECK(distance({1, 1, 1}, {1, 15, 15}) > 0.01);  // why scales may not lie far apart
  CHECK(distance({1, 1, 10}, {1, 5, 5}) > 0.3);    // nor an item vary by far more than its mean
}

TEST_CASE("one law alone is no approximation") {
  CHECK(distance({1, 2, 2}, {3, 2, 2}) < 1e-3);  // the error of 2,000 quantiles
}

}  // namespace inbox_minutes_test
