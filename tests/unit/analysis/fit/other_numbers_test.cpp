// The numbers with closed forms, by closed forms or by their coverage under the prior.

#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/fit/days_off.h"
#include "analysis/fit/fates.h"
#include "analysis/fit/inbox.h"
#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"
#include "analysis/fit/visit_times.h"
#include "tests/support/fit_truths.h"

namespace paystress::fit::other_numbers_test {
namespace {

using namespace std::chrono;
const sys_days january(2024y / January / 1);

TEST_CASE("quadrature has the moments of a Gaussian and of a gamma law", "[fit][posterior]") {
  // A Gaussian with a correlation: three points a coordinate are exact for mean and variance.
  const LogDensity gauss = [](const Eigen::VectorXd& x) {
    const double a = x[0] - 1, b = (x[1] + 2) / 3;
    return -(a * a - 2 * 0.5 * a * b + b * b) / (2 * 0.75);
  };
  const auto posterior = integrate(gauss, Eigen::Vector2d(0, 0), Eigen::Vector2d(2, 2), 3);
  const auto first = posterior.moments([](const Eigen::VectorXd& x) { return x[0]; });
  const auto second = posterior.moments([](const Eigen::VectorXd& x) { return x[1]; });
  CHECK(first.mean == Approx(1).margin(0.01));
  CHECK(first.sd == Approx(1).epsilon(0.01));
  CHECK(second.mean == Approx(-2).margin(0.03));
  CHECK(second.sd == Approx(3).epsilon(0.01));
  // Six coordinates of five thinned points: 3,645 of 15,625, the variance 1.7 % low.
  std::size_t told = 0;
  const auto thinned =
      integrate([](const Eigen::VectorXd& x) { return -x.squaredNorm() / 2; }, Eigen::VectorXd::Zero(6),
                Eigen::VectorXd::Ones(6), 5, [&](std::size_t at, double) { told += at == told ? 1 : 0; });
  CHECK(thinned.points.size() == 3645);
  CHECK(told == 3645);
  const auto of_six = thinned.moments([](const Eigen::VectorXd& x) { return x[4]; });
  CHECK(of_six.mean == Approx(0).margin(0.01));
  CHECK(of_six.sd * of_six.sd == Approx(0.983).margin(0.01));
  CHECK(thinned.correlation(0, 3) == Approx(0).margin(0.01));
  CHECK(posterior.correlation(0, 1) == Approx(0.5).margin(0.01));
  // log of a gamma variable of shape 3: mean digamma(3), sd sqrt(trigamma(3)).
  const LogDensity gamma = [](const Eigen::VectorXd& x) { return 3 * x[0] - std::exp(x[0]); };
  const auto log_gamma = integrate(gamma, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Ones(1), 9);
  const auto m = log_gamma.moments([](const Eigen::VectorXd& x) { return x[0]; });
  // Nine points of a skewed law err by half a per cent.
  CHECK(m.mean == Approx(0.9227843351).margin(2e-3));
  CHECK(m.sd == Approx(0.6284).epsilon(0.005));
}

Log fates_log(int days, long booked, long no_shows, long late) {
  Log log;
  log.works = {true, true, true, true, true, true, true};
  for (int d = 0; d < days; ++d) {
    Record r;
    r.date = january + std::chrono::days(d);
    r[Count::booked] = booked;
    r[Count::no_shows] = no_shows;
    r[Count::late_cancels] = late;
    log.records.push_back(r);
  }
  return log;
}

TEST_CASE("a share of visits has its beta posterior where no-shows take none", "[fit][fates]") {
  // 400 days of 10 visits, none a no-show, one a late cancel: 400 of 4,000.
  const auto fates = fit_fates(fates_log(400, 10, 0, 1));
  const auto late = std::get<BetaMeanSd>(fates.late_cancel_rate);
  CHECK(late.mean == Approx(0.0988).margin(0.001));
  CHECK(late.sd == Approx(std::sqrt(0.0988 * 0.9012 / 4070)).epsilon(0.03));
  CHECK(mean_of(fates.no_show_rate) < 0.002);
}

TEST_CASE("days that vary less than a coin pull the correlation of a day down, blocks of days pull it up",
          "[fit][fates]") {
  const auto even = fit_fates(fates_log(300, 20, 2, 0));
  auto log = fates_log(300, 20, 2, 0);
  for (std::size_t i = 0; i < log.records.size(); ++i) log.records[i][Count::no_shows] = i % 2 == 0 ? 0 : 4;
  const auto uneven = fit_fates(log);
  CHECK(std::get<Lognormal>(even.daily_rho).median < 0.006);
  CHECK(std::get<Lognormal>(uneven.daily_rho).median > 0.02);
  CHECK(mean_of(even.no_show_rate) == Approx(0.1).margin(0.004));
  CHECK(mean_of(uneven.no_show_rate) == Approx(0.1).margin(0.01));
}

TEST_CASE("visit minutes have the mean and spread of the times; sums of ten tell the same", "[fit][times]") {
  std::map<long, TimedVisits> single, sums;
  // Quantiles of a gamma law of mean 12 and sd 6.
  const Quantity law = GammaMeanSd{12, 6};
  const Quantity ten = GammaMeanSd{120, 6 * std::sqrt(10.0)};
  for (int i = 0; i < 2000; ++i) {
    const double u = (i + 0.5) / 2000, x = quantile_of(law, u), y = quantile_of(ten, u);
    single[1] = {single[1].times + 1, single[1].minutes + x, single[1].log_minutes + std::log(x)};
    sums[10] = {sums[10].times + 1, sums[10].minutes + y, sums[10].log_minutes + std::log(y)};
  }
  for (const auto& timed : {single, sums}) {
    const auto times = fit_visit_times(timed);
    CHECK(std::get<Lognormal>(times.minutes).median == Approx(12).epsilon(0.005));
    CHECK(std::get<Lognormal>(times.minutes_sd).median == Approx(6).epsilon(0.02));
  }
  // The error of a mean of 2,000 of sd 6 is 0.134.
  CHECK(std::get<Lognormal>(fit_visit_times(single).minutes).sigma * 12 == Approx(0.134).epsilon(0.03));
}

TEST_CASE("without a log every law is its prior", "[fit]") {
  const auto times = fit_visit_times({});
  const auto prior = log_prior(Parameter::visit_minutes);
  CHECK(std::get<Lognormal>(times.minutes).median == Approx(std::exp(prior.mean)).epsilon(1e-3));
  CHECK(std::get<Lognormal>(times.minutes).sigma == Approx(prior.sd).epsilon(1e-2));
  const auto off = fit_days_off({});
  CHECK(off.mean == Approx(25).margin(0.05));
  CHECK(off.sd == Approx(10).margin(0.1));
  const auto fates = fit_fates(fates_log(0, 0, 0, 0));
  CHECK(mean_of(fates.no_show_rate) == Approx(0.09).margin(0.002));
}

TEST_CASE("a whole year tells its days off to a day, a month hardly", "[fit][days_off]") {
  const auto year = fit_days_off({{261, 261, 30}});
  CHECK(year.mean == Approx(30).margin(0.05));
  CHECK(year.sd == Approx(std::sqrt(1.0 / 6)).epsilon(0.02));  // floor or ceiling: a triangle of two days
  const auto month = fit_days_off({{261, 21, 2}});
  CHECK(month.sd > 6);
  CHECK(fit_days_off({{261, 261, 20}, {261, 261, 21}}).mean == Approx(20.5).margin(0.03));
}

TEST_CASE("days off taken together are told by their runs", "[fit][days_off]") {
  // 25 of 260 days in 5 runs: by themselves they would stand in 22.7 runs, with a spread of 1.4.
  const auto weeks = fit_days_off_spell({{260, 260, 25, 5}});
  CHECK(weeks.value == 5);
  CHECK(weeks.low == Approx(25 / 5.45));
  CHECK(weeks.high == Approx(25 / 4.55));
  CHECK(fit_days_off_spell({{260, 260, 25, 23}}).value == 1);
  CHECK(fit_days_off_spell({{260, 260, 25, 21}}).value == 1);
  CHECK(fit_days_off_spell({{260, 260, 25, 18}}).value == Approx(25.0 / 18));
  // Two days next to each other in a quarter: 3 % of pairs are; in a week they say nothing.
  CHECK(fit_days_off_spell({{260, 65, 2, 1}}).value == 2);
  CHECK(fit_days_off_spell({{260, 5, 2, 1}}).value == 1);
  // Runs of a log: a weekend does not end one, a new year of the log does.
  auto truth = test::draw_truth(1, 1.5);
  truth[Parameter::days_off_per_year] = 24;
  truth[Parameter::days_off_spell] = 6;
  const auto years = years_of(simulate_days(truth, january, 36, 4));
  REQUIRE(years.size() == 3);
  for (const auto& y : years) {
    CHECK(y.off == 24);
    CHECK(y.runs == 4);
  }
}

// 200 logs of each, of one year and of three: days by themselves are taken for spells in at most a twentieth
// of them (by the law of the runs; more than 19 of 200 has probability 0.003), and a spell of 2 to 8 days
// lies in its interval in nine tenths (fewer than 166 of 200: 0.001; what rounding leaves open, averaged over
// three years, holds 150).
TEST_CASE("spells of years of days off are found", "[fit][recovery]") {
  for (const int months : {12, 36}) {
    int false_alarms = 0, inside = 0;
    double width = 0;
    constexpr int logs = 200;
    for (int i = 0; i < logs; ++i) {
      auto truth = test::draw_truth(static_cast<std::uint64_t>(i), 1.5);
      const auto spell_of = [&](double m) {
        truth[Parameter::days_off_spell] = m;
        const auto log = simulate_days(truth, january, months, static_cast<std::uint64_t>(i));
        return fit_days_off_spell(years_of(log));
      };
      truth[Parameter::days_off_per_year] = 20.4 + i % 11;
      false_alarms += spell_of(1).value > 1 ? 1 : 0;
      const double m = 2 + 6.0 * i / logs;
      const auto found = spell_of(m);
      inside += found.low <= m && m <= found.high ? 1 : 0;
      width += found.high - found.low;
    }
    INFO(months << " months: " << false_alarms << " false alarms, " << inside << " inside, width "
                << width / logs);
    CHECK(false_alarms <= 19);
    CHECK(inside >= 166);
  }
  // Whole years allow together what each of them allows: 4.5 / 25 to 4.5 / 24 spells a day off.
  const auto years = fit_days_off_spell({{260, 260, 24, 4}, {260, 260, 25, 5}});
  CHECK(years.low == Approx(1 / 0.187125));
  CHECK(years.high == Approx(1 / 0.180375));
}

// 1,000 truths each: the share inside has an error of 0.0095; 0.90 +- 0.035 fails for right intervals with
// probability 2e-4, and intervals that hold 84 % are seen with probability 0.99.
TEST_CASE("intervals of codes and of days off hold the truth", "[fit][recovery]") {
  for (const int months : {3, 12, 36}) {
    int mix = 0, off = 0;
    constexpr int logs = 1000;
    for (int i = 0; i < logs; ++i) {
      auto truth = test::draw_truth(static_cast<std::uint64_t>(5000 + i), 2);
      truth[Parameter::visit_minutes_sd] = 0;
      const auto log = simulate_days(truth, january, months, static_cast<std::uint64_t>(i));
      const auto days = fit_days_off(years_of(log));
      const auto [low, high] = interval90(days);
      const double real = truth[Parameter::days_off_per_year];
      off += low <= real && real <= high ? 1 : 0;
      double seen = 0, coded = mix_concentration;
      for (const auto& prior : mix_prior({}).visits)
        if (prior.first == "99213") seen = prior.second;
      for (const auto& [code, n] : log.codes) {
        coded += static_cast<double>(n);
        if (code == "99213") seen += static_cast<double>(n);
      }
      const double mean = seen / coded;
      const auto range = interval90(BetaMeanSd{mean, std::sqrt(mean * (1 - mean) / (coded + 1))});
      mix += range.low <= truth.mix[1].second && truth.mix[1].second <= range.high ? 1 : 0;
    }
    INFO(months << " months: mix " << mix << ", days off " << off << " of " << logs);
    CHECK(std::abs(mix / static_cast<double>(logs) - 0.9) <= 0.035);
    CHECK(off / static_cast<double>(logs) >= 0.865);
  }
}

}  // namespace
}  // namespace paystress::fit::other_numbers_test
