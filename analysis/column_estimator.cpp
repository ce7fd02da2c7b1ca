#include "analysis/tables.h"

namespace paystress {

ColumnEstimator::ColumnEstimator(const TableOptions& options, std::size_t paths)
    : options_(options), paths_(paths), ranks_(ranks_of(paths)) {}

ColumnEstimator::Ranks ColumnEstimator::ranks_of(std::size_t paths) const {
  Ranks ranks;
  for (const double p : options_.levels.quantiles)
    ranks.quantiles.push_back(quantile_ranks(paths, p, options_.ci_level));
  for (std::size_t i = 0; i < fan_levels.size(); ++i)
    ranks.fan[i] = quantile_ranks(paths, fan_levels[i], options_.ci_level);
  return ranks;
}

ColumnEstimates ColumnEstimator::estimate(const PathSample& sample) const {
  ColumnEstimates out;
  const double ci = options_.ci_level;
  out.mean = sample.mean(ci);
  out.sd = sample.sd(ci);
  const bool all_defined = sample.all().size() == paths_;
  const Ranks own = all_defined ? Ranks{} : ranks_of(sample.all().size());
  const Ranks& ranks = all_defined ? ranks_ : own;
  for (std::size_t i = 0; i < ranks.quantiles.size(); ++i)
    out.quantiles.push_back(sample.quantile(options_.levels.quantiles[i], ranks.quantiles[i], ci));
  for (std::size_t i = 0; i < fan_levels.size(); ++i)
    out.fan[i] = sample.quantile(fan_levels[i], ranks.fan[i], ci);
  for (const double share : options_.levels.tails) out.tails.push_back(sample.tail_mean(share, ci));
  return out;
}

void one_after_the_other(std::size_t n, const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < n; ++i) work(i);
}

PracticeTables::PracticeTables(const PracticeColumns& practice, const TableOptions& options,
                               const WorkRunner& run)
    : practice_(&practice), estimator_(options, practice.shape().paths) {
  const auto& periods = practice.periods();
  // A study of one year: its year is its horizon.
  const bool one_year = periods.size() > 1 && periods[1].last == periods[0].last;
  constexpr std::array measures{Measure::after_hours_per_week, Measure::wrvu_per_hour,
                                Measure::completed_visits};
  std::vector<std::optional<ColumnEstimates>> made(measures.size() * periods.size());
  run(made.size(), [&](std::size_t i) {
    const std::size_t p = i % periods.size();
    if (p == 1 && one_year) return;
    auto values = measure_column(measures.at(i / periods.size()), periods[p], practice, nullptr);
    if (!values.empty()) made[i] = estimator_.estimate(estimator_.sample(std::move(values)));
  });
  for (std::size_t i = 0; i < made.size(); ++i) {
    const std::size_t p = i % periods.size();
    auto& own = p == 1 && one_year ? made[i - 1] : made[i];
    if (own) entries_.emplace(std::pair(measures.at(i / periods.size()), p), *own);
  }
}

const ColumnEstimates* PracticeTables::find(Measure measure, std::size_t period) const {
  const auto it = entries_.find({measure, period});
  return it == entries_.end() ? nullptr : &it->second;
}

}  // namespace paystress
