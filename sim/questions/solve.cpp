#include "sim/questions/solve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "analysis/path_sample.h"
#include "scenarios/dotted_key.h"
#include "scenarios/fault.h"
#include "scenarios/override.h"
#include "sim/engine/run_plan.h"
#include "sim/errors.h"

namespace paystress::questions {
namespace {

// Which offer of the group.
std::optional<std::size_t> priced(const engine::SampleGroup& group, std::size_t scenario) {
  for (std::size_t p = 0; p < group.prices.size(); ++p)
    if (std::ranges::find(group.prices[p].scenarios, scenario) != group.prices[p].scenarios.end()) return p;
  return std::nullopt;
}

const ReportPeriod& find_period(const PracticeColumns& practice, const std::string& label) {
  const auto& periods = practice.periods();
  const auto it = std::ranges::find(periods, label, &ReportPeriod::label);
  if (it != periods.end()) return *it;
  std::vector<std::string> labels;
  for (const auto& p : periods) labels.push_back(p.label);
  const auto nearest = nearest_name(label, labels);
  throw InputError(
      fmt::format("--for: {}: no such period in the study. {}", label,
                  nearest.empty() ? "Write horizon, year_1 or month_01." : "Did you mean " + nearest + "?"));
}

Estimate estimate_of(const MissProb& miss, const TierMisses& misses) {
  const auto& components = misses.components();
  const auto c = std::ranges::find(components, miss.component, &TierMisses::Component::name);
  if (c == components.end())
    throw InputError(fmt::format("--for: {}: no tiered component of this name in the offer", miss.component));
  if (miss.tier > c->tiers.size())
    throw InputError(
        fmt::format("--for: {}: tier {}: it has {} tiers", miss.component, miss.tier, c->tiers.size()));
  const auto component = static_cast<std::size_t>(c - components.begin());
  for (const auto& row : tier_miss_estimates(misses, usual_ci_level))
    if (row.component == component && row.tier + 1 == miss.tier && row.period == miss.period)
      return row.figures.miss;
  throw InputError(fmt::format("--for: {}: no such period of {}. Write any, share{}.", miss.period,
                               miss.component, c->windows.empty() ? "" : " or " + c->windows.front().label));
}

std::vector<double> column_of(const MeasureStatistic& asked, const engine::GroupRun& run, std::size_t offer) {
  const auto& practice = run.practice(offer);
  auto column = statistic_column(asked.statistic.kind, asked.measure, find_period(practice, asked.period),
                                 practice, run.offers()[offer].income);
  if (column.empty())
    throw InputError(fmt::format("--for: {} is not kept for {}", measure_name(asked.measure), asked.period));
  return column;
}

/// One side of the statement at one value of the key.
constexpr double infinity = std::numeric_limits<double>::infinity();

struct SideValue {
  std::optional<double> value, low, high;
  std::vector<double> paths;  ///< the measure by path, kept for paired means
  [[nodiscard]] double least() const { return low.value_or(-infinity); }
  [[nodiscard]] double most() const { return high.value_or(infinity); }
};

SideValue side_value(const StatementSide& side, const engine::GroupRun& run, std::size_t offer,
                     PathDesign design) {
  SideValue v;
  Estimate e;
  if (const auto* miss = std::get_if<MissProb>(&side.what)) {
    e = estimate_of(*miss, run.offers()[offer].tiers);
  } else if (const auto* asked = std::get_if<MeasureStatistic>(&side.what)) {
    auto column = column_of(*asked, run, offer);
    if (asked->statistic.kind == StatisticKind::mean) v.paths = column;
    e = PathSample(std::move(column), design).estimate(asked->statistic, usual_ci_level);
  }
  v.value = e.value;
  v.low = e.ci_low;
  v.high = e.ci_high;
  return v;
}

MarginPoint margin_of(double x, const SideValue& left, const SideValue& right, bool at_least,
                      PathDesign design) {
  const double undefined = std::nan("");
  MarginPoint p{x, undefined, undefined, undefined};
  if (!left.value || !right.value) return p;
  p.margin = *left.value - *right.value;
  if (!left.paths.empty() && left.paths.size() == right.paths.size()) {
    auto difference = left.paths;
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= right.paths[i];
    const auto paired = PathSample(std::move(difference), design).mean(usual_ci_level);
    p.low = paired.ci_low.value_or(-infinity);
    p.high = paired.ci_high.value_or(infinity);
  } else {
    // An end that is missing (a tail of too few paths, a rank that the sample lacks) may lie anywhere.
    p.low = left.least() - right.most();
    p.high = left.most() - right.least();
  }
  if (!at_least) p = {x, -p.margin, -p.high, -p.low};
  return p;
}

}  // namespace

ReverseEvaluator::ReverseEvaluator(const StudyText& study, ReverseQuestion question,
                                   const engine::Draws& draws, const engine::Execution& how)
    : text_(study), question_(std::move(question)), draws_(draws), how_(how) {
  for (const auto* side : {&question_.statement.left, &question_.statement.right}) {
    if (side->offer.empty() || side->offer == question_.offer) continue;
    if (text_.study.find_offer(side->offer) == nullptr)
      throw InputError(fmt::format("--for: of {}: no such offer in the study", side->offer));
    // The other offer keeps the practice that the study pairs it with.
    other_offer_ = side->offer;
    other_practice_ = question_.practice;
    for (const auto& s : text_.study.scenarios) {
      if (s.offer == other_offer_) {
        other_practice_ = s.practice;
        break;
      }
    }
  }
}

std::optional<double> ReverseEvaluator::current() const {
  const auto* value = find_dotted(text_.source->document, question_.key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->number();
}

std::vector<MarginPoint> ReverseEvaluator::operator()(std::span<const double> xs) {
  const auto& q = question_;
  ScenarioResolver resolver(text_);
  Faults faults;
  std::vector<ResolvedScenario> resolved;
  const auto resolve = [&](const std::string& practice, const std::string& offer, double x) {
    std::vector<Override> overrides;
    if (concerns(text_, q.key, practice, offer, q.stress))
      overrides.push_back({q.key, fmt::format("{}", x), {"--vary"}});
    if (auto r = resolver.resolve(practice, offer, q.stress, overrides, {"--vary"}, faults))
      resolved.push_back(*r);
  };
  if (!concerns(text_, q.key, q.practice, q.offer, q.stress))
    throw InputError(fmt::format("--vary {}: concerns neither practices.{} nor offers.{} nor stresses.{}",
                                 q.key, q.practice, q.offer, q.stress));
  const bool two = !other_offer_.empty();
  for (const double x : xs) {
    resolve(q.practice, q.offer, x);
    if (two) resolve(other_practice_, other_offer_, x);
  }
  if (faults.has_errors()) {
    std::string all;
    for (const auto& f : faults.sorted()) all += (all.empty() ? "" : "\n") + to_string(f);
    throw InputError(all);
  }

  const Scenario nameless;
  std::vector<engine::ScenarioInput> inputs;
  for (const auto& r : resolved)
    inputs.push_back({&nameless, r.practice.get(), r.contract.get(), r.stress.get(), true});
  const auto design = engine::path_design(draws_.traits);
  const auto per_x = two ? 2U : 1U;
  std::vector<std::array<SideValue, 2>> values(xs.size());
  const std::array<const StatementSide*, 2> sides{&q.statement.left, &q.statement.right};
  const auto read = [&](const engine::GroupRun& run, const engine::SampleGroup& group) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto offer = priced(group, i);
      if (!offer) continue;
      const bool is_other = two && i % 2 == 1;
      for (std::size_t s = 0; s < 2; ++s) {
        if (sides[s]->is_number()) continue;
        const bool wants_other = !sides[s]->offer.empty() && sides[s]->offer != q.offer;
        if (wants_other == is_other) values[i / per_x][s] = side_value(*sides[s], run, *offer, design);
      }
    }
  };
  const auto groups = engine::plan_run(inputs, text_.study.months);
  for (const auto& walk : engine::plan_walks(groups, q.paths, text_.study.months, how_.threads)) {
    std::vector<engine::GroupRun> runs;
    std::vector<engine::GroupRun*> together;
    runs.reserve(walk.size());
    for (const std::size_t g : walk) together.push_back(&runs.emplace_back(groups[g], text_.study, draws_));
    engine::GroupRun::extend_together(together, q.paths, how_);
    for (std::size_t r = 0; r < walk.size(); ++r) read(runs[r], groups[walk[r]]);
  }
  std::vector<MarginPoint> points;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    for (std::size_t s = 0; s < 2; ++s)
      if (const auto* number = std::get_if<double>(&sides[s]->what))
        values[i][s] = {*number, *number, *number, {}};
    points.push_back(margin_of(xs[i], values[i][0], values[i][1], q.statement.at_least, design));
  }
  return points;
}

}  // namespace paystress::questions
