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
// What is told of the paths of a pace: its median, by this name.
struct ToldMeasure {
  Measure measure;
  std::string_view name;
  std::vector<double> DescribedOffer::*column;
};
constexpr std::array told_measures{
    ToldMeasure{Measure::income_usd, "income_usd_p50", &DescribedOffer::income_usd},
    ToldMeasure{Measure::paid_hourly_usd, "paid_hourly_usd_p50", &DescribedOffer::paid_hourly_usd},
    ToldMeasure{Measure::effective_hourly_usd, "effective_hourly_usd_p50",
                &DescribedOffer::effective_hourly_usd},
    ToldMeasure{Measure::after_hours_per_week, "after_hours_per_week_p50",
                &DescribedOffer::after_hours_per_week}};
// Slots and demand at f times their number do not fill in proportion: once more brings the pace within 0.1 %.
constexpr int steps_to_pace = 2;
constexpr double a_tenth_more = 1.1;
// Factors are whole parts of a millionth or so, in binary: times a number of few digits they are exact, and
// the law of a demand keeps its shape to the last bit, whose table of quantiles takes longer to make than the
// paths.
constexpr double factor_parts = 1 << 20;
double in_parts(double factor) { return std::round(factor * factor_parts) / factor_parts; }

const std::vector<double>& pace_of(const DescribedOffer& offer, Pace pace) {
  return pace == Pace::visits_per_hour ? offer.visits_per_hour : offer.wrvu_per_hour;
}
std::vector<double> pace_of(const engine::GroupRun& run, std::size_t offer, Pace pace) {
  return pace == Pace::visits_per_hour ? visits_per_hour(run, offer)
                                       : over_horizon(Measure::wrvu_per_hour, run, offer);
}

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

// NaN outside the group, so that replicates keep their places.
std::vector<double> within(std::vector<double> values, const std::vector<bool>& holds) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!holds[i]) values[i] = std::numeric_limits<double>::quiet_NaN();
  return values;
}

/// A pace that an offer's practice is brought to.
struct Aim {
  std::size_t offer;
  Pace pace;
  std::string_view name;
  double target, factor;  ///< pace aimed at; of slots and demand
  Practice practice;      ///< at that factor
};

class OffersAtPaces {
 public:
  OffersAtPaces(const engine::RunRequest& request, const std::vector<DescribedOffer>& described,
                const engine::Execution& how)
      : request_(request),
        described_(described),
        how_(how),
        paths_(what_if_paths(request)),
        options_(engine::table_options(*request.study)) {
    // Pay does not matter where a pace is looked for, and offers may name codes that a practice lacks.
    unpaid_.pay.push_back({"fixed", true, {}, {}, FixedPay{Amount(1.0)}, {}});
    for (const auto& offer : described) reach_.push_back(tier_reach(request, *offer.input, paths_, how));
  }

  [[nodiscard]] std::string rows() const {
    auto aims = made_aims();
    for (int step = 1; step < steps_to_pace; ++step) step_closer(aims);
    const auto reached = price(aims);
    std::string text;
    for (std::size_t o = 0; o < described_.size(); ++o)
      for (const auto pace : paces) {
        auto results = of_groups(o, pace);
        for (std::size_t a = 0; a < aims.size(); ++a)
          if (aims[a].offer == o && aims[a].pace == pace) results.push_back(reached[a]);
        text += productivity_rows(described_[o].scenario, name_of(pace), results, options_.ci_level);
      }
    return text;
  }

 private:
  [[nodiscard]] engine::ScenarioInput on(std::size_t offer, const Practice& practice,
                                         const Contract& contract) const {
    auto input = *described_[offer].input;
    input.practice = &practice;
    input.offer = &contract;
    return input;
  }

  void tell_pay(PacedResult& result, const ToldMeasure& measure, std::vector<double> values) const {
    const PathSample sample(std::move(values), options_.design);
    if (sample.all().size() > 0)
      result.told.push_back({measure.name, {}, 0, sample.quantile(0.5, options_.ci_level)});
  }

  [[nodiscard]] std::vector<PacedResult> of_groups(std::size_t offer, Pace pace) const {
    std::vector<PacedResult> results;
    const auto& described = described_[offer];
    for (const auto& group : pace_groups(pace_of(described, pace))) {
      auto& result =
          results.emplace_back(PacedResult{group.name, group.paths, group.low, group.high, group.mean, {}});
      for (const auto& told : told_measures)
        tell_pay(result, told, within(described.*told.column, group.holds));
      for (const auto& tier : reach_[offer]) {
        const PathSample sample(within(tier.share, group.holds), options_.design);
        if (sample.all().size() > 0)
          result.told.push_back(
              {"tier_reached_prob", tier.component, tier.tier, sample.pooled_share(options_.ci_level)});
      }
    }
    return results;
  }

  // By offer: paces of the practice that its recruiter describes; none where that is the practice itself.
  using Claims = std::vector<std::optional<std::array<double, paces.size()>>>;
  [[nodiscard]] Claims claims() const {
    Claims found(described_.size());
    std::vector<engine::ScenarioInput> inputs;
    std::vector<std::size_t> offers;
    for (std::size_t o = 0; o < described_.size(); ++o) {
      const auto& input = *described_[o].input;
      const auto* told = request_.study->find_practice(input.offer->advertised_practice);
      if (told == nullptr || told == input.practice) continue;
      inputs.push_back(on(o, *told, unpaid_));
      offers.push_back(o);
    }
    for_each_what_if(
        request_, inputs, paths_, how_, [&](std::size_t i, const engine::GroupRun& run, std::size_t offer) {
          const auto& practice = run.practice(offer);
          const auto hours = practice.session_hours(practice.periods().front());
          found[offers[i]] = {mean_of(over_horizon(Measure::completed_visits, run, offer)) / mean_of(hours),
                              mean_of(over_horizon(Measure::wrvu_per_hour, run, offer))};
        });
    return found;
  }

  [[nodiscard]] std::vector<Aim> made_aims() const {
    std::vector<Aim> aims;
    const auto claimed = claims();
    for (std::size_t o = 0; o < described_.size(); ++o)
      for (std::size_t p = 0; p < paces.size(); ++p) {
        const double own = mean_of(pace_of(described_[o], paces.at(p)));
        if (!(own > 0.0)) continue;
        const auto add = [&](std::string_view name, double target, double exact) {
          const double factor = in_parts(exact);
          aims.push_back(
              {o, paces.at(p), name, target, factor, at_pace(*described_[o].input->practice, factor)});
        };
        if (claimed[o] && claimed[o]->at(p) > 0.0) add("claim", claimed[o]->at(p), claimed[o]->at(p) / own);
        add("plus_10_percent", a_tenth_more * own, a_tenth_more);
      }
    return aims;
  }

  void step_closer(std::vector<Aim>& aims) const {
    std::vector<engine::ScenarioInput> inputs;
    for (const auto& aim : aims) inputs.push_back(on(aim.offer, aim.practice, unpaid_));
    std::vector<double> kept(aims.size());
    for_each_what_if(request_, inputs, paths_, how_,
                     [&](std::size_t a, const engine::GroupRun& run, std::size_t offer) {
                       kept[a] = mean_of(pace_of(run, offer, aims[a].pace));
                     });
    for (std::size_t a = 0; a < aims.size(); ++a) {
      aims[a].factor = in_parts(aims[a].factor * aims[a].target / kept[a]);
      aims[a].practice = at_pace(*described_[aims[a].offer].input->practice, aims[a].factor);
    }
  }

  [[nodiscard]] std::vector<PacedResult> price(const std::vector<Aim>& aims) const {
    std::vector<PacedResult> results(aims.size());
    std::vector<engine::ScenarioInput> inputs;
    for (const auto& aim : aims)
      inputs.push_back(on(aim.offer, aim.practice, *described_[aim.offer].input->offer));
    for_each_what_if(
        request_, inputs, paths_, how_, [&](std::size_t a, const engine::GroupRun& run, std::size_t offer) {
          const auto& aim = aims[a];
          auto& result = results[a];
          result = {aim.name, paths_, aim.target, aim.target, mean_of(pace_of(run, offer, aim.pace)), {}};
          for (const auto& told : told_measures)
            tell_pay(result, told, over_horizon(told.measure, run, offer));
          for (auto& tier : reached_of(run.offers()[offer].tiers, options_.ci_level))
            result.told.push_back(std::move(tier));
          result.told.push_back({"as_described_prob",
                                 {},
                                 0,
                                 PathSample(pace_of(described_[aim.offer], aim.pace), options_.design)
                                     .at_least(aim.target, options_.ci_level)});
        });
    return results;
  }

  const engine::RunRequest& request_;
  const std::vector<DescribedOffer>& described_;
  const engine::Execution& how_;
  std::size_t paths_;
  TableOptions options_;
  Contract unpaid_;
  std::vector<std::vector<TierReach>> reach_;  ///< by offer
};

}  // namespace

std::size_t samplings_of_paces(bool has_claim) {
  // A tenth more is the same first step on every pace.
  const std::size_t tenth_more = 1 + (steps_to_pace - 1) * paces.size();
  return tenth_more + (has_claim ? 1 + steps_to_pace * paces.size() : 0);
}

std::string price_productivity(const engine::RunRequest& request,
                               const std::vector<DescribedOffer>& described, const engine::Execution& how) {
  return OffersAtPaces(request, described, how).rows();
}

}  // namespace paystress::questions
