#include "sim/random/trait_table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <mutex>
#include <utility>
#include <variant>

#include "sim/random/portable_math.h"

namespace paystress::random {
namespace {

/// Root of an increasing function on (low, high) with f(low) < 0 < f(high): bisection kept within regula
/// falsi (Illinois), which needs no derivative.
template <class Function>
double root(Function f, double low, double high) {
  double f_low = f(low);
  double f_high = f(high);
  for (int i = 0; i < 200 && high - low > 4e-16 * std::abs(high); ++i) {
    double x = i % 3 == 2 ? 0.5 * (low + high) : (low * f_high - high * f_low) / (f_high - f_low);
    if (!(x > low && x < high)) x = 0.5 * (low + high);
    const double fx = f(x);
    if (fx == 0.0) return x;
    if (fx < 0) {
      low = x;
      f_low = fx;
      f_high *= 0.5;
    } else {
      high = x;
      f_high = fx;
      f_low *= 0.5;
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

namespace portable {
namespace {

// From here on the cube root of a gamma variate is as good as Gaussian.
constexpr double shape_of_cube_roots = 1e3;

// Logarithm of a point near the one where a tail of Gamma(shape) has this logarithm: by the cube root, or by
// the power law of its lower end.   \source Abramowitz and Stegun 26.2.23
double log_near_gamma_quantile(double shape, double log_tail, bool upper) {
  const double t = std::sqrt(std::max(0.0, -2.0 * log_tail));
  const double z =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  const double root = 1.0 - 1.0 / (9.0 * shape) + (upper ? z : -z) / (3.0 * std::sqrt(shape));
  if (shape >= 0.5 && root > 0.3) return log(shape) + 3.0 * log(root);
  if (upper && log_tail < -2.0) return log(-log_tail);  // beyond it: Q(shape, y) < exp(-y) below shape 1
  const double log_below = upper ? log(1.0 - exp(log_tail)) : log_tail;
  return (log_below + log_gamma(shape + 1.0)) / shape;
}

}  // namespace

double log_gamma(double x) {
  constexpr double c[] = {57.1562356658629235,     -59.5979603554754912,    14.1360979747417471,
                          -0.491913816097620199,   .339946499848118887e-4,  .465236289270485756e-4,
                          -.983744753048795646e-4, .158088703224912494e-3,  -.210264441724104883e-3,
                          .217439618115212643e-3,  -.164318106536763890e-3, .844182239838527433e-4,
                          -.261908384015814087e-4, .368991826595316234e-5};
  const double t = x + 5.2421875;
  double series = 0.999999999999997092;
  double y = x;
  for (const double coefficient : c) series += coefficient / (y += 1.0);
  return (x + 0.5) * log(t) - t + log(2.5066282746310005 * series / x);
}

double gamma_probability(double shape, double x, bool upper) {
  if (x <= 0.0) return upper ? 1.0 : 0.0;
  const double front = exp(shape * log(x) - x - log_gamma(shape));
  if (x < shape + 1.0) {  // series for the lower side
    double term = 1.0 / shape;
    double sum = term;
    for (double n = shape + 1.0; term > sum * 1e-17; n += 1.0) sum += term *= x / n;
    return upper ? 1.0 - front * sum : front * sum;
  }
  // Continued fraction for the upper side, by Lentz's method.
  double b = x + 1.0 - shape;
  double c = 1e300;
  double d = 1.0 / b;
  double h = d;
  for (int i = 1; i < 100'000; ++i) {
    const double n = i;
    const double a = -n * (n - shape);
    b += 2.0;
    d = 1.0 / (a * d + b);
    c = b + a / c;
    h *= d * c;
    if (std::abs(d * c - 1.0) < 1e-16) break;
  }
  return upper ? front * h : 1.0 - front * h;
}

double moved_gamma(double from, double to, double x) {
  if (x <= 0.0 || from == to) return x;
  if (std::min(from, to) >= shape_of_cube_roots) {
    const auto middle = [](double shape) { return 1.0 - 1.0 / (9.0 * shape); };
    const auto spread = [](double shape) { return 1.0 / (3.0 * std::sqrt(shape)); };
    const double root = exp(log(x / from) / 3.0);
    const double moved = middle(to) + (root - middle(from)) * spread(to) / spread(from);
    return moved > 0.0 ? to * moved * moved * moved : 0.0;
  }
  // The logarithm of either tail is a concave function of log x, so that Newton's steps come from one side.
  // The smaller tail keeps its digits.
  const bool upper = gamma_probability(from, x, false) > 0.5;
  const double wanted = gamma_probability(from, x, upper);
  if (wanted <= 0.0) return upper ? x * to / from : 0.0;
  const double log_wanted = log(wanted);
  double s = log_near_gamma_quantile(to, log_wanted, upper);
  for (int i = 0; i < 100; ++i) {
    const double y = exp(s);
    const double tail = gamma_probability(to, y, upper);
    if (tail <= 0.0) break;
    const double slope = exp(to * s - y - log_gamma(to)) / tail * (upper ? -1.0 : 1.0);
    const double step = (log_wanted - log(tail)) / slope;
    if (!(std::abs(step) < 700.0)) break;
    s += step;
    if (std::abs(step) < 1e-13) break;
  }
  return exp(s);
}

double gaussian_lower_tail(double z) { return 0.5 * gamma_probability(0.5, 0.5 * z * z, true); }

namespace {

/// log of the beta function's reciprocal.
double log_beta_constant(double a, double b) { return log_gamma(a + b) - log_gamma(a) - log_gamma(b); }

/// beta_probability, its constant known.
double beta_probability_of(double a, double b, double x, double y, double log_constant) {
  if (x <= 0.0) return 0.0;
  if (y <= 0.0) return 1.0;
  if (x > (a + 1.0) / (a + b + 2.0)) return 1.0 - beta_probability_of(b, a, y, x, log_constant);
  const double front = exp(log_constant + a * log(x) + b * log(y)) / a;
  double c = 1.0;
  double d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
  double h = d;
  for (int i = 1; i < 100'000; ++i) {
    const double m = i;
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / (1.0 + even * d);
    c = 1.0 + even / c;
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / (1.0 + odd * d);
    c = 1.0 + odd / c;
    h *= d * c;
    if (std::abs(d * c - 1.0) < 1e-16) break;
  }
  return front * h;
}

/// A point near the quantile: by a normal law for the logarithm of the odds where no end of the density is
/// infinite, else by the power law of the nearer end.   \source Abramowitz and Stegun 26.5.22
double near_beta_quantile(double a, double b, double u) {
  if (a < 1.0 || b < 1.0) {
    const double lower = exp(a * log(a / (a + b))) / a;
    const double upper = exp(b * log(b / (a + b))) / b;
    const double all = lower + upper;
    return u < lower / all ? exp(log(a * all * u) / a) : 1.0 - exp(log(b * all * (1.0 - u)) / b);
  }
  const double z = -gaussian_quantile(u);
  const double p = 1.0 / (2.0 * a - 1.0);
  const double q = 1.0 / (2.0 * b - 1.0);
  const double h = 2.0 / (p + q);
  const double l = (z * z - 3.0) / 6.0;
  const double w = z * std::sqrt(h + l) / h - (q - p) * (l + 5.0 / 6.0 - 2.0 / (3.0 * h));
  return a / (a + b * exp(2.0 * w));
}

}  // namespace

double beta_probability(double a, double b, double x, double y) {
  return beta_probability_of(a, b, x, y, log_beta_constant(a, b));
}

double beta_quantile(double a, double b, double u) {
  const double log_constant = log_beta_constant(a, b);
  const auto excess = [&](double x) { return beta_probability_of(a, b, x, 1.0 - x, log_constant) - u; };
  double x = near_beta_quantile(a, b, u);
  // Halley's steps triple the digits; they are left where one would not stay inside.
  for (int i = 0; i < 10 && x > 0.0 && x < 1.0; ++i) {
    const double density = exp(log_constant + (a - 1.0) * log(x) + (b - 1.0) * log(1.0 - x));
    const double newton = excess(x) / density;
    const double bend = newton * ((a - 1.0) / x - (b - 1.0) / (1.0 - x));
    const double step = newton / (1.0 - 0.5 * std::min(1.0, bend));
    x -= step;
    if (std::abs(step) < 1e-6 * std::min(x, 1.0 - x)) return x;
  }
  return root(excess, 0.0, 1.0);
}

}  // namespace portable

namespace {

constexpr double first_knot = -8.5;
constexpr double knots_per_unit = 32.0;
constexpr std::size_t knots = 545;

/// Quantiles at the knots of a law on (0, top), solved for the logarithm of x so that small shapes keep their
/// lower tail. `tail(x, upper)` is a tail probability with full relative precision. As many as are asked for,
/// and none after the first that is not below `enough`.
template <class Tail>
std::vector<double> tabulate(double least, double top, Tail tail, std::size_t most = knots,
                             double enough = std::numeric_limits<double>::infinity()) {
  std::vector<double> values;
  values.reserve(most);
  double low = least;
  while (values.size() < most && (values.empty() || values.back() < enough)) {
    const std::size_t i = values.size();
    const double z = first_knot + static_cast<double>(i) / knots_per_unit;
    const double wanted = portable::log(portable::gaussian_lower_tail(-std::abs(z)));
    const auto excess = [&](double log_x) {
      const double p = tail(portable::exp(log_x), z > 0);
      const double log_p = p > 0 ? portable::log(p) : -750.0;
      return z > 0 ? wanted - log_p : log_p - wanted;
    };
    if (excess(low) >= 0) {
      values.push_back(portable::exp(low));
      continue;
    }
    // Step up from the last quantile until the next one is between.
    double step = 0.05;
    double high = std::min(top, low + step);
    while (high < top && excess(high) < 0) {
      low = high;
      step *= 2;
      high = std::min(top, high + step);
    }
    low = excess(high) <= 0 ? high : root(excess, low, high);
    values.push_back(portable::exp(low));
  }
  return values;
}

// Beyond this shape, series take too long and a law is so nearly normal that its first moments tell it.
constexpr double largest_shape = 1e6;

/// Quantiles at the knots of a law close to a normal one, to 1e-5 of its standard deviation for shapes above
/// largest_shape.   \source Cornish & Fisher, Rev. Inst. Int. Statist. 5 (1938) 307
std::vector<double> narrow_table(double mean, double sd, double skewness, double excess_kurtosis) {
  std::vector<double> values(knots);
  for (std::size_t i = 0; i < knots; ++i) {
    const double z = first_knot + static_cast<double>(i) / knots_per_unit;
    const double w = z + (z * z - 1.0) * skewness / 6.0 + z * (z * z - 3.0) * excess_kurtosis / 24.0 -
                     z * (2.0 * z * z - 5.0) * skewness * skewness / 36.0;
    values[i] = mean + sd * w;
  }
  return values;
}

std::vector<double> gamma_table(double mean, double sd) {
  const double shape = mean * mean / (sd * sd);
  if (shape > largest_shape) return narrow_table(mean, sd, 2.0 / std::sqrt(shape), 6.0 / shape);
  const double scale = sd * sd / mean;
  auto values = tabulate(-700.0, portable::log(shape + 40.0 * std::sqrt(shape) + 400.0),
                         [=](double x, bool upper) { return portable::gamma_probability(shape, x, upper); });
  for (auto& value : values) value *= scale;
  return values;
}

/// Shares of Beta(a, b) at the knots.
std::vector<double> beta_shares(double a, double b) {
  // Near 1 it is 1 - x that has a logarithm to solve for: tabulate the half below the middle of each.
  const double log_constant = portable::log_beta_constant(a, b);
  const auto tails_of = [=](double first, double second) {
    return [=](double x, bool upper) {
      return upper ? portable::beta_probability_of(second, first, 1.0 - x, x, log_constant)
                   : portable::beta_probability_of(first, second, x, 1.0 - x, log_constant);
    };
  };
  constexpr double middle = 0.5;
  auto values = tabulate(-700.0, 0.0, tails_of(a, b), knots, middle);
  if (values.back() >= middle) values.pop_back();
  const auto above = tabulate(-700.0, 0.0, tails_of(b, a), knots - values.size());
  for (std::size_t i = above.size(); i-- > 0;) values.push_back(1.0 - above[i]);
  return values;
}

/// Tables take a millisecond each to make, and the practices of a batch differ in few of their laws: those
/// made last are kept. What is kept follows from its key alone, so no number depends on the order of the
/// rows.
class BetaTables {
 public:
  std::vector<double> shares(double a, double b) {
    const std::scoped_lock lock(guard_);
    if (const auto found = kept_.find({a, b}); found != kept_.end()) return found->second;
    if (kept_.size() >= most_kept) kept_.clear();
    return kept_[{a, b}] = beta_shares(a, b);
  }

 private:
  static constexpr std::size_t most_kept = 256;  // 4.4 kB each
  std::mutex guard_;
  std::map<std::pair<double, double>, std::vector<double>> kept_;
};

/// Beta(a, b) stretched to [low, high].
std::vector<double> beta_table(double a, double b, double low, double high) {
  static BetaTables tables;
  if (std::min(a, b) > largest_shape) {
    const double n = a + b;
    const double width = high - low;
    const double skewness = 2.0 * (b - a) * std::sqrt(n + 1.0) / ((n + 2.0) * std::sqrt(a * b));
    const double excess =
        6.0 * ((a - b) * (a - b) * (n + 1.0) / (a * b) - (n + 2.0)) / ((n + 2.0) * (n + 3.0));
    return narrow_table(low + width * a / n, width * std::sqrt(a * b / (n + 1.0)) / n, skewness, excess);
  }
  auto values = tables.shares(a, b);
  for (double& v : values) v = low + (high - low) * v;
  return values;
}

}  // namespace

TraitTable::TraitTable(const Quantity& quantity) {
  if (const auto* known = std::get_if<Known>(&quantity)) {
    scale_ = known->value;
  } else if (const auto* lognormal = std::get_if<Lognormal>(&quantity)) {
    form_ = Form::lognormal;
    scale_ = lognormal->median;
    sigma_ = lognormal->sigma;
  } else if (const auto* pert = std::get_if<Pert>(&quantity)) {
    scale_ = pert->likely;
    const double width = pert->high - pert->low;
    if (!(width > 0)) return;
    form_ = Form::table;
    values_ = beta_table(1.0 + 4.0 * (pert->likely - pert->low) / width,
                         1.0 + 4.0 * (pert->high - pert->likely) / width, pert->low, pert->high);
  } else if (const auto* beta = std::get_if<BetaMeanSd>(&quantity)) {
    scale_ = beta->mean;
    if (!(beta->sd > 0)) return;
    form_ = Form::table;
    const double weight = beta->mean * (1.0 - beta->mean) / (beta->sd * beta->sd) - 1.0;
    values_ = beta_table(beta->mean * weight, (1.0 - beta->mean) * weight, 0.0, 1.0);
  } else if (const auto* gamma = std::get_if<GammaMeanSd>(&quantity)) {
    scale_ = gamma->mean;
    if (!(gamma->sd > 0)) return;
    form_ = Form::table;
    values_ = gamma_table(gamma->mean, gamma->sd);
  } else if (const auto* empirical = std::get_if<Empirical>(&quantity)) {
    form_ = Form::observed;
    values_ = empirical->sorted;
    const auto n = static_cast<double>(values_.size());
    for (std::size_t i = 1; i < values_.size(); ++i)
      bounds_.push_back(portable::gaussian_quantile(static_cast<double>(i) / n));
  }
}

double TraitTable::operator()(double z) const {
  switch (form_) {
    case Form::value:
      return scale_;
    case Form::lognormal:
      return scale_ * portable::exp(sigma_ * z);
    case Form::observed:
      return values_[static_cast<std::size_t>(std::ranges::lower_bound(bounds_, z) - bounds_.begin())];
    case Form::table:
      break;
  }
  const double place = std::clamp((z - first_knot) * knots_per_unit, 1.0, static_cast<double>(knots) - 3.0);
  const auto i = static_cast<std::size_t>(place);
  const double t = place - static_cast<double>(i);
  const double* v = &values_[i - 1];
  // Lagrange through the knots at -1, 0, 1 and 2.
  return v[0] * (-t * (t - 1.0) * (t - 2.0) / 6.0) + v[1] * ((t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0) +
         v[2] * (-(t + 1.0) * t * (t - 2.0) / 2.0) + v[3] * ((t + 1.0) * t * (t - 1.0) / 6.0);
}

}  // namespace paystress::random
