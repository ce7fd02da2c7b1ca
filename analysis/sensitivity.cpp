#include "analysis/sensitivity.h"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

constexpr std::size_t jackknife_groups = 20;
constexpr std::size_t paths_per_term = 20;  // a regression needs so many, or its adjusted R2 is noise
constexpr std::size_t most_products = 45;   // products of ten numbers; above, their share counts as luck
constexpr std::size_t least_window_paths = 30;

/// A term of the regression: z of i, the square of z of i, or the product of two.
struct Term {
  enum class Kind { one, linear, square, product } kind = Kind::one;
  std::size_t i = 0, j = 0;
  [[nodiscard]] bool holds(std::size_t trait) const {
    return kind != Kind::one && (i == trait || (kind == Kind::product && j == trait));
  }
};

double term_value(const Term& t, std::span<const double> z) {
  switch (t.kind) {
    case Term::Kind::one:
      return 1.0;
    case Term::Kind::linear:
      return z[t.i];
    case Term::Kind::square:
      return (z[t.i] * z[t.i] - 1.0) / std::sqrt(2.0);  // Hermite: nearly orthogonal columns
    case Term::Kind::product:
      return z[t.i] * z[t.j];
  }
  return 0.0;
}

/// What least squares needs of some paths.
struct Products {
  Eigen::MatrixXd xx;
  Eigen::VectorXd xy;
  double yy = 0.0, n = 0.0;
  Products& operator-=(const Products& o) {
    xx -= o.xx;
    xy -= o.xy;
    yy -= o.yy;
    n -= o.n;
    return *this;
  }
};

/// Adjusted R2 of the regression on `columns`, of which column 0 is the constant.
double adjusted_r2(const Products& p, const std::vector<Eigen::Index>& columns) {
  const Eigen::MatrixXd xx = p.xx(columns, columns);
  const Eigen::VectorXd xy = p.xy(columns);
  const double total = p.yy - p.xy(0) * p.xy(0) / p.n;
  const double residual = p.yy - xx.ldlt().solve(xy).dot(xy);
  const auto terms = static_cast<double>(columns.size());
  if (!(total > 0.0) || p.n <= terms) return 0.0;
  return 1.0 - std::clamp(residual / total, 0.0, 1.0) * (p.n - 1.0) / (p.n - terms);
}

class Regression {
 public:
  Regression(std::span<const double> y, const std::vector<std::size_t>& paths,
             std::span<const TraitScores> traits, bool products) {
    terms_.push_back({});
    for (std::size_t i = 0; i < traits.size(); ++i) {
      terms_.push_back({Term::Kind::linear, i, i});
      terms_.push_back({Term::Kind::square, i, i});
    }
    for (std::size_t i = 0; products && i < traits.size(); ++i)
      for (std::size_t j = i + 1; j < traits.size(); ++j) terms_.push_back({Term::Kind::product, i, j});
    double mean = 0.0;
    for (const std::size_t path : paths) mean += y[path] / static_cast<double>(paths.size());
    const auto columns = static_cast<Eigen::Index>(terms_.size());
    std::vector<double> z(traits.size());
    Eigen::VectorXd x(columns);
    for (std::size_t g = 0; g < jackknife_groups; ++g) {
      const std::size_t first = g * paths.size() / jackknife_groups;
      const std::size_t last = (g + 1) * paths.size() / jackknife_groups;
      Products p{Eigen::MatrixXd::Zero(columns, columns), Eigen::VectorXd::Zero(columns), 0.0,
                 static_cast<double>(last - first)};
      // Plain sums path by path: a matrix product of Eigen's sums in an order that depends on the machine's
      // caches.
      for (std::size_t k = first; k < last; ++k) {
        for (std::size_t i = 0; i < z.size(); ++i) z[i] = traits[i].z[paths[k]];
        for (Eigen::Index c = 0; c < columns; ++c) x(c) = term_value(terms_[static_cast<std::size_t>(c)], z);
        const double target = y[paths[k]] - mean;
        for (Eigen::Index c = 0; c < columns; ++c) {
          const double factor = x(c);
          double* column = &p.xx(0, c);
          for (Eigen::Index d = 0; d <= c; ++d) column[d] += factor * x(d);
          p.xy(c) += factor * target;
        }
        p.yy += target * target;
      }
      p.xx = p.xx.selfadjointView<Eigen::Upper>();
      groups_.push_back(std::move(p));
    }
    whole_ = groups_.front();
    for (std::size_t g = 1; g < groups_.size(); ++g) {
      whole_.xx += groups_[g].xx;
      whole_.xy += groups_[g].xy;
      whole_.yy += groups_[g].yy;
      whole_.n += groups_[g].n;
    }
  }

  template <class Wanted>
  [[nodiscard]] std::vector<Eigen::Index> columns(const Wanted& wanted) const {
    std::vector<Eigen::Index> out{0};
    for (std::size_t c = 1; c < terms_.size(); ++c)
      if (wanted(terms_[c])) out.push_back(static_cast<Eigen::Index>(c));
    return out;
  }

  [[nodiscard]] double share(const std::vector<Eigen::Index>& columns) const {
    return std::max(0.0, adjusted_r2(whole_, columns));
  }

  /// The share and its error by leaving out one group of paths at a time.
  [[nodiscard]] Estimate estimate(const std::vector<Eigen::Index>& columns, double ci_level) const {
    const double value = share(columns);
    Moments left_out;
    for (const auto& g : groups_) {
      Products rest = whole_;
      rest -= g;
      left_out.add(std::max(0.0, adjusted_r2(rest, columns)));
    }
    const double groups = static_cast<double>(jackknife_groups);
    const double error = std::sqrt((groups - 1.0) / groups * left_out.m2);
    const double t = boost::math::quantile(
        boost::math::complement(boost::math::students_t(groups - 1.0), (1.0 - ci_level) / 2.0));
    return {value,
            error,
            std::max(0.0, value - t * error),
            std::min(1.0, value + t * error),
            static_cast<std::size_t>(whole_.n),
            IntervalMethod::jackknife};
  }

 private:
  std::vector<Term> terms_;
  std::vector<Products> groups_;
  Products whole_;
};

/// Median of the measure over paths whose score lies between two probabilities of the normal law.
Estimate median_between(std::span<const double> y, std::span<const double> z, double from, double to,
                        double ci_level) {
  const boost::math::normal normal;
  const double low = boost::math::quantile(normal, from), high = boost::math::quantile(normal, to);
  std::vector<double> inside;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (z[i] >= low && z[i] <= high) inside.push_back(y[i]);
  const Sample sample(std::move(inside));
  if (sample.size() < least_window_paths)
    return {{}, {}, {}, {}, sample.size(), IntervalMethod::order_statistic};
  return quantile_estimate(sample, 0.5, ci_level);
}

/// Difference of two independent estimates with intervals.   \source Donner & Zou 2002, MOVER
Estimate mover_difference(const Estimate& a, const Estimate& b) {
  Estimate e{{}, {}, {}, {}, a.paths + b.paths, IntervalMethod::mover};
  if (!a.value || !b.value) return e;
  e.value = *a.value - *b.value;
  if (!a.ci_low || !a.ci_high || !b.ci_low || !b.ci_high) return e;
  e.ci_low = *e.value - std::hypot(*a.value - *a.ci_low, *b.ci_high - *b.value);
  e.ci_high = *e.value + std::hypot(*a.ci_high - *a.value, *b.value - *b.ci_low);
  return e;
}

}  // namespace

std::vector<double> normal_scores(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> scores(values.size());
  const boost::math::normal normal;
  const auto n = static_cast<double>(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    const double z = boost::math::quantile(normal, static_cast<double>(first + last) / 2.0 / n);
    for (; first < last; ++first) scores[order[first]] = z;
  }
  return scores;
}

Sensitivity sensitivity(std::span<const double> values, std::span<const TraitScores> traits,
                        double ci_level) {
  for (const auto& t : traits)
    if (t.z.size() != values.size())
      throw std::invalid_argument("sensitivity: a score for every path is needed");
  Sensitivity out;
  std::vector<std::size_t> paths;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i])) paths.push_back(i);
  for (const auto& t : traits) {
    Sensitivity::Parameter p;
    p.key = t.key;
    p.variance_share.method = IntervalMethod::jackknife;
    p.at_p10 = median_between(values, t.z, 0.05, 0.15, ci_level);
    p.at_p90 = median_between(values, t.z, 0.85, 0.95, ci_level);
    p.swing = mover_difference(p.at_p90, p.at_p10);
    out.parameters.push_back(std::move(p));
  }
  out.all.method = out.luck.method = IntervalMethod::jackknife;
  out.all.paths = out.luck.paths = paths.size();
  const std::size_t k = traits.size(), linear_terms = 2 * k + 1,
                    product_terms = k * (k - (k > 0 ? 1 : 0)) / 2;
  const auto [low, high] = paths.empty() ? std::pair(0.0, 0.0) : [&] {
    const auto by_value = [&](std::size_t i) { return values[i]; };
    return std::pair(values[*std::ranges::min_element(paths, {}, by_value)],
                     values[*std::ranges::max_element(paths, {}, by_value)]);
  }();
  if (k == 0 || paths.size() < paths_per_term * linear_terms || low == high) return out;
  out.products =
      product_terms <= most_products && paths.size() >= paths_per_term * (linear_terms + product_terms);
  const Regression fit(values, paths, traits, out.products);
  const auto everything = fit.columns([](const Term&) { return true; });
  out.all = fit.estimate(everything, ci_level);
  out.luck = out.all;
  out.luck.value = 1.0 - *out.all.value;
  // A regression explains at most what the numbers do: its luck bounds the true one from above.
  out.all.ci_high = 1.0;
  out.luck.ci_low = 0.0;
  out.luck.ci_high = 1.0 - *out.all.ci_low;
  for (std::size_t i = 0; i < k; ++i) {
    auto& p = out.parameters[i];
    p.variance_share = fit.estimate(
        fit.columns([&](const Term& t) { return t.holds(i) && t.kind != Term::Kind::product; }), ci_level);
    p.last_share =
        std::max(0.0, *out.all.value - fit.share(fit.columns([&](const Term& t) { return !t.holds(i); })));
  }
  return out;
}

namespace {

struct TraitRow {
  RowScenario scenario;
  std::string_view parameter, measure;
  Estimate share;
  Sensitivity::Parameter own;  ///< of one parameter; empty for all and luck
  const Sensitivity* whole;
  double ci_level;
};

const RowTable<TraitRow>& sensitivity_table() {
  using C = Columns<TraitRow>;
  constexpr auto share = [](const TraitRow& r) { return r.share; };
  constexpr auto swing = [](const TraitRow& r) { return r.own.swing; };
  static const RowTable<TraitRow> table{
      C::scenario(),
      C::text(
          "parameter",
          "uncertain practice number; all: every one together; luck: what a quadratic regression on all of "
          "them does not explain, so with cliffs an upper bound",
          [](const TraitRow& r) { return r.parameter; }),
      C::text("measure", "whose variance is shared out, over the horizon",
              [](const TraitRow& r) { return r.measure; }),
      C::computed("variance_share", "1",
                  "share of variance explained by this parameter alone (value and square)",
                  [](const TraitRow& r) { return r.share.value; }),
      C::std_error("variance_share", "1", C::its_error, share),
      C::interval("variance_share", "1", share),
      C::computed("last_share", "1",
                  "share lost when this parameter alone is left out of the full regression",
                  [](const TraitRow& r) { return r.own.last_share; }),
      C::computed("p50_at_p10", unit_of_measured,
                  "median of the measure at the 10th percentile of the parameter",
                  [](const TraitRow& r) { return r.own.at_p10.value; }),
      C::computed("p50_at_p90", unit_of_measured,
                  "median of the measure at the 90th percentile of the parameter",
                  [](const TraitRow& r) { return r.own.at_p90.value; }),
      C::computed("swing", unit_of_measured, "p50_at_p90 less p50_at_p10",
                  [](const TraitRow& r) { return r.own.swing.value; }),
      C::interval("swing", unit_of_measured, swing),
      C::computed("r2", "1", "R2 of the full regression, adjusted",
                  [](const TraitRow& r) { return r.whole->all.value; }),
      C::ci_level([](const TraitRow& r) { return r.ci_level; }),
      C::n_paths([](const TraitRow& r) { return r.whole->all.paths; }),
      C::method([](const TraitRow& r) {
        return r.whole->products ? "quadratic_regression" : "additive_regression";
      })};
  return table;
}

}  // namespace

std::string sensitivity_rows(const RowScenario& scenario, std::string_view measure, const Sensitivity& s,
                             double ci_level) {
  CsvRows out;
  if (s.parameters.empty()) return {};
  const std::string tail = batch_cells(*scenario);
  const auto row = [&](std::string_view key, const Estimate& share, const Sensitivity::Parameter& own) {
    sensitivity_table().write(out, {scenario, key, measure, share, own, &s, ci_level}, tail);
  };
  for (const auto& p : s.parameters) row(p.key, p.variance_share, p);
  row("all", s.all, {});
  row("luck", s.luck, {});
  return out.take();
}

const std::vector<TableColumn>& sensitivity_columns() { return sensitivity_table().heads(); }

}  // namespace paystress
