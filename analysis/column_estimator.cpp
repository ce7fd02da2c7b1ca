#include <algorithm>
#include <stdexcept>

#include "analysis/column_memo.h"
#include "analysis/tables.h"

namespace paystress {

namespace {

std::vector<double> levels_of(const std::vector<Statistic>& reported) {
  std::vector<double> levels(fan_levels.begin(), fan_levels.end());
  for (const auto& s : reported)
    if (s.kind == StatisticKind::quantile) levels.push_back(s.argument);
  return levels;
}

// Where hardly a path differs from the others, what was not seen may move mean and spread by more than what
// was; where none does, the sample cannot tell pay that never varies from pay that seldom does.

}  // namespace

std::vector<Statistic> reported_statistics(const ReportedLevels& levels) {
  std::vector<Statistic> reported;
  for (const auto kind : statistic_kinds) {
    const auto info = statistic_info(kind);
    if (info.argument == StatisticArgument::none) reported.push_back({kind});
    if (info.levels != nullptr)
      for (const double level : levels.*info.levels) reported.push_back({kind, level});
  }
  return reported;
}

const Estimate& ColumnEstimates::of(StatisticKind kind) const {
  const auto it = std::ranges::find(told, kind, [](const Told& t) { return t.statistic.kind; });
  if (it == told.end()) throw std::invalid_argument("ColumnEstimates: no such statistic");
  return it->estimate;
}

ColumnEstimator::ColumnEstimator(const TableOptions& options, std::size_t paths, ColumnMemo* memo)
    : options_(options),
      reported_(reported_statistics(options.levels)),
      ranks_(paths, levels_of(reported_), options.ci_level),
      memo_(memo) {}

void ColumnEstimates::leave_open(StatisticKind kind) {
  for (auto& t : told)
    if (t.statistic.kind == kind) t.estimate.ci_low = t.estimate.ci_high = std::nullopt;
}

ColumnEstimates ColumnEstimator::estimate(const PathSample& sample) const {
  ColumnEstimates out;
  const auto estimate = [&](const Statistic& s) { return sample.estimate(s, options_.ci_level, &ranks_); };
  for (const auto& s : reported_) out.told.push_back({s, estimate(s)});
  for (std::size_t i = 0; i < fan_levels.size(); ++i)
    out.fan[i] = estimate({StatisticKind::quantile, fan_levels[i]});
  if (sample.all().size() > 0 && sample.all().count_unlike_median() < least_unlike_others) {
    out.leave_open(StatisticKind::mean);
    out.leave_open(StatisticKind::sd);
  }
  return out;
}

ColumnFigures ColumnEstimator::figures(const PathSample& sample, std::span<const double> lines) const {
  ColumnFigures figures{estimate(sample), {}};
  for (const double line : lines) figures.below.push_back(sample.below(line, options_.ci_level));
  return figures;
}

ColumnFigures ColumnEstimator::figures(std::vector<double> values, std::span<const double> lines) const {
  if (memo_ == nullptr) return figures(sample(std::move(values)), lines);
  const auto key = ColumnMemo::key_of(values, lines);
  if (const auto known = memo_->find(key)) return *known;
  auto made = std::make_shared<const ColumnFigures>(figures(sample(std::move(values)), lines));
  memo_->keep(key, made);
  return *made;
}

void one_after_the_other(std::size_t n, const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < n; ++i) work(i);
}

PracticeTables::PracticeTables(const PracticeColumns& practice, const TableOptions& options,
                               const WorkRunner& run, ColumnMemo* memo)
    : practice_(&practice), estimator_(options, practice.shape().paths, memo) {
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
    if (!values.empty()) made[i] = estimator_.figures(std::move(values)).estimates;
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
