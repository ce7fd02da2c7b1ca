#include "analysis/tables.h"

namespace paystress {

ColumnEstimator::ColumnEstimator(const TableOptions& options, std::size_t paths)
    : options_(options), paths_(paths), ranks_(ranks_of(paths)) {}

ColumnEstimator::Ranks ColumnEstimator::ranks_of(std::size_t paths) const {
  Ranks ranks;
  for (const double p : options_.quantiles)
    ranks.quantiles.push_back(quantile_ranks(paths, p, options_.ci_level));
  for (std::size_t i = 0; i < fan_levels.size(); ++i)
    ranks.fan[i] = quantile_ranks(paths, fan_levels[i], options_.ci_level);
  return ranks;
}

ColumnEstimates ColumnEstimator::estimate(const Sample& sample) const {
  ColumnEstimates out;
  out.mean = mean_estimate(sample, options_.ci_level);
  out.sd = sd_estimate(sample, options_.ci_level);
  const bool all_defined = sample.size() == paths_;
  const Ranks own = all_defined ? Ranks{} : ranks_of(sample.size());
  const Ranks& ranks = all_defined ? ranks_ : own;
  for (const auto& r : ranks.quantiles) out.quantiles.push_back(quantile_estimate(sample, r));
  for (std::size_t i = 0; i < fan_levels.size(); ++i) out.fan[i] = quantile_estimate(sample, ranks.fan[i]);
  for (const double share : options_.tails)
    out.tails.push_back(tail_mean_estimate(sample, share, options_.ci_level));
  return out;
}

PracticeTables::PracticeTables(const PracticeColumns& practice, const TableOptions& options)
    : practice_(&practice), estimator_(options, practice.shape().paths) {
  const auto& periods = practice.periods();
  for (const Measure m : {Measure::after_hours_per_week, Measure::wrvu_per_hour, Measure::completed_visits}) {
    for (std::size_t p = 0; p < periods.size(); ++p) {
      // A study of one year: its year is its horizon.
      if (p == 1 && periods[1].last == periods[0].last) {
        if (const auto* horizon = find(m, 0)) entries_.emplace(std::pair(m, p), *horizon);
        continue;
      }
      auto values = measure_column(m, periods[p], practice, nullptr);
      if (!values.empty()) entries_.emplace(std::pair(m, p), estimator_.estimate(Sample(std::move(values))));
    }
  }
}

const ColumnEstimates* PracticeTables::find(Measure measure, std::size_t period) const {
  const auto it = entries_.find({measure, period});
  return it == entries_.end() ? nullptr : &it->second;
}

}  // namespace paystress
