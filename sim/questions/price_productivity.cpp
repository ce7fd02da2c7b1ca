#include "sim/questions/price_productivity.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/productivity_table.h"
#include "model/scaled_practice.h"
#include "sim/questions/tier_reach.h"
#include "sim/questions/what_if.h"

namespace paystress::questions {
namespace {

enum class Pace { visits_per_hour, wrvu_per_hour };
constexpr std::array paces{Pace::visits_per_hour, Pace::wrvu_per_hour};
constexpr std::string_view name_of(Pace pace) {
  return pace == Pace::visits_per_hour ? "visits_per_hour" : "wrvu_per_hour";
}
constexpr std::array told_measures{Measure::income_usd, Measure::paid_hourly_usd,
                                   Measure::effective_hourly_usd, Measure::after_hours_per_week};
constexpr std::array<std::string_view, told_measures.size()> told_names{
    "income_usd_p50", "paid_hourly_usd_p50", "effective_hourly_usd_p50", "after_hours_per_week_p50"};
// Slots and demand at f times their number do not fill in proportion: once more brings the pace within 0.1 %.
constexpr int steps_to_pace = 2;
constexpr double a_tenth_more = 1.1;

/// An offer on a practice, by path over the horizon.
struct Priced {
  std::array<std::vector<double>, paces.size()> pace;
  std::array<std::vector<double>, told_measures.size()> measures;
  std::vector<PacedResult::Told> reached;  ///< of each tier, over all paths
};

/// Of the opposite event.
Estimate complement(Estimate e) {
  const auto low = e.ci_low;
  if (e.value) e.value = 1.0 - *e.value;
  e.ci_low = e.ci_high ? std::optional(1.0 - *e.ci_high) : std::nullopt;
  e.ci_high = low ? std::optional(1.0 - *low) : std::nullopt;
  return e;
}

std::vector<PacedResult::Told> reached_of(const TierMisses& tiers, double ci_level) {
  std::vector<PacedResult::Told> reached;
  for (const auto& row : tier_miss_estimates(tiers, ci_level)) {
    if (row.period != "share") continue;
    const auto& component = tiers.components()[row.component];
    reached.push_back(
        {"tier_reached_prob", component.name, component.tiers[row.tier].tier, complement(row.figures.miss)});
  }
  return reached;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0, n = 0.0;
  for (const double x : values)
    if (!std::isnan(x)) sum += x, ++n;
  return n > 0.0 ? sum / n : std::numeric_limits<double>::quiet_NaN();
}

// NaN outside the group, so that replicates of a Latin hypercube keep their places.
std::vector<double> within(std::vector<double> values, const std::vector<bool>& holds) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!holds[i]) values[i] = std::numeric_limits<double>::quiet_NaN();
  return values;
}

class OfferAtPaces {
 public:
  OfferAtPaces(const engine::RunRequest& request, const engine::ScenarioInput& input,
               const engine::Execution& how)
      : request_(request),
        input_(input),
        how_(how),
        paths_(what_if_paths(request)),
        options_(engine::table_options(*request.study)),
        own_(price(*input.practice)),
        reach_(tier_reach(request, input, paths_, how)) {}

  [[nodiscard]] std::string rows() const {
    std::string text;
    for (std::size_t p = 0; p < paces.size(); ++p) {
      auto results = of_groups(p);
      if (const auto claim = claimed_pace(p)) results.push_back(at_pace_of("claim", p, *claim));
      const double own = mean_of(own_.pace.at(p));
      if (own > 0.0) results.push_back(at_pace_of("plus_10_percent", p, a_tenth_more * own));
      text += productivity_rows(*input_.scenario, name_of(paces.at(p)), results, options_.ci_level);
    }
    return text;
  }

 private:
  [[nodiscard]] engine::ScenarioInput on(const Practice& practice) const {
    auto input = input_;
    input.practice = &practice;
    return input;
  }
  [[nodiscard]] Priced price(const Practice& practice) const {
    Priced priced;
    const std::array inputs{on(practice)};
    for_each_what_if(
        request_, inputs, paths_, how_, [&](std::size_t, const engine::GroupRun& run, std::size_t offer) {
          priced.pace[0] = over_horizon(Measure::completed_visits, run, offer);
          const auto hours = run.practice().session_hours(run.practice().periods().front());
          for (std::size_t i = 0; i < hours.size(); ++i)
            priced.pace[0][i] =
                hours[i] > 0.0 ? priced.pace[0][i] / hours[i] : std::numeric_limits<double>::quiet_NaN();
          priced.pace[1] = over_horizon(Measure::wrvu_per_hour, run, offer);
          for (std::size_t m = 0; m < told_measures.size(); ++m)
            priced.measures.at(m) = over_horizon(told_measures.at(m), run, offer);
          priced.reached = reached_of(run.offers()[offer].tiers, options_.ci_level);
        });
    return priced;
  }

  void tell_pay(PacedResult& result, const Priced& priced, const std::vector<bool>& holds) const {
    for (std::size_t m = 0; m < told_measures.size(); ++m) {
      const PathSample sample(within(priced.measures.at(m), holds), options_.design);
      if (sample.all().size() > 0)
        result.told.push_back({told_names.at(m), {}, 0, sample.quantile(0.5, options_.ci_level)});
    }
  }

  [[nodiscard]] std::vector<PacedResult> of_groups(std::size_t pace) const {
    std::vector<PacedResult> results;
    for (const auto& group : pace_groups(own_.pace.at(pace))) {
      results.push_back({group.name, group.paths, group.low, group.high, group.mean, {}});
      tell_pay(results.back(), own_, group.holds);
      for (const auto& tier : reach_) {
        const PathSample sample(within(tier.share, group.holds), options_.design);
        if (sample.all().size() > 0)
          results.back().told.push_back(
              {"tier_reached_prob", tier.component, tier.tier, sample.pooled_share(options_.ci_level)});
      }
    }
    return results;
  }

  // That of the practice which the recruiter describes; none where he describes the practice itself.
  [[nodiscard]] std::optional<double> claimed_pace(std::size_t pace) const {
    const auto* told = request_.study->find_practice(input_.offer->advertised_practice);
    if (told == nullptr || told == input_.practice) return std::nullopt;
    if (!claim_) {
      auto& claim = claim_.emplace();
      // Pay does not matter, and the offer may name codes that this practice lacks.
      Contract fixed;
      fixed.pay.push_back({"fixed", true, {}, {}, FixedPay{Amount(1.0)}, {}});
      auto input = on(*told);
      input.offer = &fixed;
      const std::array inputs{input};
      for_each_what_if(
          request_, inputs, paths_, how_, [&](std::size_t, const engine::GroupRun& run, std::size_t offer) {
            const auto hours = run.practice().session_hours(run.practice().periods().front());
            claim[0] = mean_of(over_horizon(Measure::completed_visits, run, offer)) / mean_of(hours);
            claim[1] = mean_of(over_horizon(Measure::wrvu_per_hour, run, offer));
          });
    }
    const double claimed = claim_->at(pace);
    return claimed > 0.0 ? std::optional(claimed) : std::nullopt;
  }

  [[nodiscard]] PacedResult at_pace_of(std::string_view name, std::size_t pace, double target) const {
    double factor = target / mean_of(own_.pace.at(pace));
    Practice scaled = at_pace(*input_.practice, factor);
    for (int step = 1; step < steps_to_pace; ++step) {
      factor *= target / mean_of(price(scaled).pace.at(pace));
      scaled = at_pace(*input_.practice, factor);
    }
    const auto priced = price(scaled);
    PacedResult result{name, paths_, target, target, mean_of(priced.pace.at(pace)), {}};
    tell_pay(result, priced, std::vector<bool>(paths_, true));
    for (const auto& tier : priced.reached) result.told.push_back(tier);
    result.told.push_back(
        {"as_described_prob",
         {},
         0,
         PathSample(own_.pace.at(pace), options_.design).at_least(target, options_.ci_level)});
    return result;
  }

  const engine::RunRequest& request_;
  const engine::ScenarioInput& input_;
  const engine::Execution& how_;
  std::size_t paths_;
  TableOptions options_;
  Priced own_;
  std::vector<TierReach> reach_;
  mutable std::optional<std::array<double, paces.size()>> claim_;
};

}  // namespace

std::string price_productivity(const engine::RunRequest& request, const engine::Execution& how) {
  auto quiet = how;
  quiet.done = {};
  std::string rows;
  for (const auto& input : request.inputs)
    if (input.scenario->stress == "base") rows += OfferAtPaces(request, input, quiet).rows();
  return rows;
}

}  // namespace paystress::questions
