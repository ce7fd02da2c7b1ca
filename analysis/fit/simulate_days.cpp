#include "analysis/fit/simulate_days.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/random/beta_distribution.hpp>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <cmath>
#include <numeric>

#include "analysis/fit/priors.h"
#include "analysis/fit/ramp.h"
#include "model/correlation.h"

namespace paystress::fit {
namespace {

using enum Parameter;
using Bits = boost::random::mt19937_64;

double gaussian(Bits& bits) { return boost::random::normal_distribution<double>()(bits); }
double uniform(Bits& bits) { return boost::random::uniform_01<double>()(bits); }
double gamma(double shape, double scale, Bits& bits) {
  return boost::random::gamma_distribution<double>(shape, scale)(bits);
}
long poisson(double mean, Bits& bits) {
  return mean > 0 ? boost::random::poisson_distribution<long>(mean)(bits) : 0;
}
long binomial(long n, double p, Bits& bits) {
  return n > 0 ? boost::random::binomial_distribution<long>(n, std::clamp(p, 0.0, 1.0))(bits) : 0;
}

/// A stationary Gaussian AR(1) of unit variance, seen as a factor of mean 1.
class Factor {
 public:
  Factor(double cv, double ar1) : variance_(std::log1p(cv * cv)), ar1_(ar1) {}
  double next(Bits& bits) {
    const double fresh = gaussian(bits);
    state_ = begun_ ? ar1_ * state_ + std::sqrt(1 - ar1_ * ar1_) * fresh : fresh;
    begun_ = true;
    return std::exp(std::sqrt(variance_) * state_ - variance_ / 2);
  }

 private:
  double variance_, ar1_, state_ = 0;
  bool begun_ = false;
};

class Days {
 public:
  Days(const DrawnPractice& practice, std::uint64_t seed)
      : p_(practice),
        bits_(seed),
        demand_month_(p_[demand_monthly_cv], p_[demand_monthly_ar1]),
        demand_day_(p_[demand_daily_cv], p_[demand_daily_ar1]),
        no_show_month_(p_[no_show_monthly_cv], p_[no_show_monthly_ar1]) {
    constexpr std::array<std::array<Parameter, 2>, 3> states{{{messages_monthly_cv, messages_monthly_ar1},
                                                              {results_monthly_cv, results_monthly_ar1},
                                                              {other_monthly_cv, other_monthly_ar1}}};
    for (const auto& [cv, ar1] : states) items_month_.emplace_back(p_[cv], p_[ar1]);
  }

  Log walk(std::chrono::sys_days first, int months) {
    log_.grain = Grain::day;
    log_.works = p_.works;
    log_.missing = MissingDays::off;
    const std::chrono::year_month_day start(first);
    for (int m = 0; m < months; ++m) {
      const auto month = start.year() / start.month() + std::chrono::months(m);
      if (m % 12 == 0) begin_year(month, std::min(12, months - m));
      ramp_ = Ramp{p_[ramp_start], p_[ramp_months_to_95]}.share(m);
      live(month);
    }
    const auto last = start.year() / start.month() + std::chrono::months(months - 1);
    log_.first = first;
    log_.last = std::chrono::sys_days(last / std::chrono::last);
    return std::move(log_);
  }

 private:
  void begin_year(std::chrono::year_month month, int months) {
    long days = 0;
    for (int i = 0; i < months; ++i)
      days += scheduled_days(std::chrono::sys_days((month + std::chrono::months(i)) / 1), p_.works);
    const double off = p_[days_off_per_year] * months / 12.0;
    const auto count = std::min(static_cast<long>(std::floor(off + uniform(bits_))), days);
    const double spell = p_[days_off_spell];
    off_ = spell > 1 ? in_spells(days, count, spell) : chosen(days, count);
    day_of_year_ = 0;
  }

  /// Days off in spells of floor or ceiling length, in different gaps between the other days.
  std::vector<bool> in_spells(long days, long count, double length) {
    std::vector<bool> off(static_cast<std::size_t>(days), false);
    if (count == 0) return off;
    const long gaps = days - count + 1;
    const auto wanted = static_cast<long>(std::floor(static_cast<double>(count) / length + 0.5));
    const long spells = std::min({std::max(1L, wanted), count, gaps});
    const auto starts = chosen(gaps, spells), longer = chosen(spells, count % spells);
    long before = 0;
    std::size_t spell = 0;
    for (std::size_t gap = 0; gap < starts.size(); ++gap) {
      if (!starts[gap]) continue;
      const long here = count / spells + (longer[spell++] ? 1 : 0);
      std::fill_n(off.begin() + static_cast<std::ptrdiff_t>(gap) + before, here, true);
      before += here;
    }
    return off;
  }

  /// `count` marks among so many places, at random.
  std::vector<bool> chosen(long places, long count) {
    std::vector<bool> marks(static_cast<std::size_t>(places), false);
    std::fill_n(marks.begin(), count, true);
    for (std::size_t i = 0; i + 1 < marks.size(); ++i) {
      const auto j = boost::random::uniform_int_distribution<std::size_t>(i, marks.size() - 1)(bits_);
      const bool swapped = marks[i];
      marks[i] = marks[j];
      marks[j] = swapped;
    }
    return marks;
  }

  void live(std::chrono::year_month month) {
    month_factor_ = ramp_ * demand_month_.next(bits_) * p_.season[static_cast<unsigned>(month.month()) - 1];
    const double late = p_[late_cancel_rate], lost = p_[tech_failure_rate] * p_[tech_failure_lost];
    no_show_ = std::min(p_[no_show_rate] * no_show_month_.next(bits_), std::max(0.0, 1 - late - lost));
    for (std::size_t k = 0; k < item_factor_.size(); ++k) item_factor_[k] = items_month_[k].next(bits_);
    const std::chrono::sys_days end(month / std::chrono::last);
    for (std::chrono::sys_days day(month / 1); day <= end; day += std::chrono::days(1)) {
      if (!p_.works[weekday_of(day)]) continue;
      const double factor = demand_day_.next(bits_);
      if (off_[day_of_year_++])
        log_.absent.push_back(day);
      else
        log_.records.push_back(worked(day, factor));
    }
  }

  Record worked(std::chrono::sys_days day, double factor) {
    Record r;
    r.date = day;
    r.session_hours = p_[session_hours];
    const auto slots = static_cast<long>(std::floor(p_[session_hours] * p_[slots_per_hour] + uniform(bits_)));
    const long demand =
        poisson(p_[visits_per_day] * p_.weekday[weekday_of(day)] * month_factor_ * factor, bits_);
    const long booked = std::min(demand, slots);
    const double rho = p_[no_show_daily_rho];
    double q = no_show_;
    if (rho > 0 && q > 0 && q < 1) {
      const double a = gamma(q * (1 - rho) / rho, 1, bits_), b = gamma((1 - q) * (1 - rho) / rho, 1, bits_);
      if (a + b > 0) q = a / (a + b);
    }
    const long absent = binomial(booked, q, bits_);
    const double left = 1 - no_show_;
    const double late = p_[late_cancel_rate] / left;
    const double lost = p_[tech_failure_rate] * p_[tech_failure_lost] / left;
    const long cancelled = binomial(booked - absent, late, bits_);
    const long failed = binomial(booked - absent - cancelled, lost / (1 - late), bits_);
    const long completed = booked - absent - cancelled - failed;
    r[Count::slots] = slots;
    r[Count::booked] = booked;
    r[Count::no_shows] = absent;
    r[Count::late_cancels] = cancelled;
    r[Count::lost_calls] = failed;
    r[Count::completed] = completed;
    see(completed);
    constexpr std::array<Count, 3> kinds{Count::messages, Count::results, Count::other_items};
    constexpr std::array<Parameter, 3> rates{messages_per_visit, results_per_visit, other_per_visit};
    for (std::size_t k = 0; k < kinds.size(); ++k)
      r[kinds[k]] = poisson(item_factor_[k] * p_[rates[k]] * expected_visits(), bits_);
    return r;
  }

  /// The expected completed visits a scheduled workday, which items follow.
  [[nodiscard]] double expected_visits() const {
    double a_week = 0;
    for (const bool works : p_.works) a_week += works ? 1 : 0;
    return std::min(p_[visits_per_day] * ramp_, p_[session_hours] * p_[slots_per_hour]) *
           (1 - p_[no_show_rate] - p_[late_cancel_rate] - p_[tech_failure_rate] * p_[tech_failure_lost]) *
           (1 - p_[days_off_per_year] / (a_week * 365.25 / 7));
  }

  void see(long completed) {
    long left = completed;
    double rest = 1;
    for (const auto& [code, share] : p_.mix) {
      const long n = rest > share ? binomial(left, share / rest, bits_) : left;
      if (n > 0) log_.codes[code] += n;
      left -= n;
      rest -= share;
    }
    const double mean = p_[visit_minutes], sd = p_[visit_minutes_sd];
    if (mean <= 0 || sd <= 0) return;
    auto& timed = log_.timed[1];
    for (long i = 0; i < completed; ++i) {
      const double minutes = gamma(mean * mean / (sd * sd), sd * sd / mean, bits_);
      if (minutes <= 0) continue;
      ++timed.times;
      timed.minutes += minutes;
      timed.log_minutes += std::log(minutes);
    }
  }

  const DrawnPractice& p_;
  Bits bits_;
  Factor demand_month_, demand_day_, no_show_month_;
  std::vector<Factor> items_month_;
  std::array<double, 3> item_factor_{};
  Log log_;
  std::vector<bool> off_;
  std::size_t day_of_year_ = 0;
  double month_factor_ = 1, no_show_ = 0, ramp_ = 1;
};

/// Places of numbers in their laws, joined by the Gaussian copula of the practice's correlations.
void correlate(const Practice& practice, std::vector<double>& places) {
  if (practice.correlation.empty()) return;
  const auto n = static_cast<Eigen::Index>(places.size());
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(n, n);
  for (const auto& c : practice.correlation) {
    const auto a = static_cast<Eigen::Index>(find_parameter(c.a).value());
    const auto b = static_cast<Eigen::Index>(find_parameter(c.b).value());
    matrix(a, b) = matrix(b, a) = gaussian_from_rank(c.rho);
  }
  const boost::math::normal gauss;
  Eigen::VectorXd scores(n);
  for (Eigen::Index i = 0; i < n; ++i)
    scores[i] = boost::math::quantile(gauss, places[static_cast<std::size_t>(i)]);
  const Eigen::VectorXd joined = matrix.llt().matrixL() * scores;
  for (Eigen::Index i = 0; i < n; ++i)
    if (joined[i] != scores[i]) places[static_cast<std::size_t>(i)] = boost::math::cdf(gauss, joined[i]);
}

}  // namespace

DrawnPractice draw_practice(const Practice& practice, std::uint64_t seed) {
  Bits bits(seed);
  DrawnPractice drawn;
  std::vector<double> places;
  // This number came later than the others: it has bits of its own, so that it moves none of them.
  Bits of_refilled(seed ^ 0x52454649ULL);
  for (std::size_t i = 0; i < parameter_count; ++i)
    places.push_back(
        std::max(uniform(static_cast<Parameter>(i) == late_cancel_refilled ? of_refilled : bits), 1e-12));
  correlate(practice, places);
  for (std::size_t i = 0; i < parameter_count; ++i) {
    const auto& info = parameter_infos()[i];
    drawn[info.parameter] = std::clamp(quantile_of(practice[info.parameter], places[i]), info.low, info.high);
  }
  drawn.works = practice.works;
  drawn.weekday = practice.weekday_factor;
  drawn.season = practice.season;
  double total = 0;
  const double concentration = drawn[codes_concentration];
  for (const auto& code : practice.codes) {
    const double share =
        concentration > 0 && code.share > 0 ? gamma(concentration * code.share, 1, bits) : code.share;
    drawn.mix.emplace_back(code.code, share);
    total += share;
  }
  for (auto& [code, share] : drawn.mix) share /= total;
  return drawn;
}

Log simulate_days(const DrawnPractice& practice, std::chrono::sys_days first, int months,
                  std::uint64_t seed) {
  return Days(practice, seed).walk(first, months);
}

}  // namespace paystress::fit
