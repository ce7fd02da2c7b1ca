#include "analysis/comparisons.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

constexpr std::size_t volume_groups = 40;
constexpr std::size_t least_paths_in_group = 30;

Estimate paired(Estimate e) {
  if (e.method == IntervalMethod::t) e.method = IntervalMethod::paired_t;
  return e;
}

/// Mean difference and mean volume of the paths of one group, and which offer it clearly favours.
struct Group {
  double volume = 0.0, difference = 0.0;
  int favours = 0;  ///< 1: a, -1: b, 0: cannot be told
};

std::vector<Group> volume_groups_of(std::span<const double> difference, std::span<const double> volume,
                                    double ci_level) {
  const std::size_t n = volume.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Volumes are counts with many ties: the path decides, so that groups do not depend on the sort.
  std::ranges::sort(order, [&](std::size_t i, std::size_t j) {
    return volume[i] != volume[j] ? volume[i] < volume[j] : i < j;
  });
  const std::size_t groups = std::min(volume_groups, n / least_paths_in_group);
  std::vector<Group> out;
  for (std::size_t g = 0; g < groups; ++g) {
    Moments d, v;
    for (std::size_t k = g * n / groups; k < (g + 1) * n / groups; ++k) {
      d.add(difference[order[k]]);
      v.add(volume[order[k]]);
    }
    const auto mean = mean_estimate(d, ci_level);
    out.push_back({v.mean, d.mean, *mean.ci_low > 0.0 ? 1 : *mean.ci_high < 0.0 ? -1 : 0});
  }
  return out;
}

std::vector<double> differences(std::span<const double> a, std::span<const double> b) {
  if (a.size() != b.size()) throw std::invalid_argument("compare: different numbers of paths");
  std::vector<double> d(a.size());
  // Pay is whole cents: their difference is, too.
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = a[i] == b[i] ? 0.0 : a[i] - b[i];
  return d;
}

// Turn by turn of the orbits.
std::vector<double> differences(const ComparedScenario& a, const ComparedScenario& b,
                                const PathOrbits& orbits) {
  if (std::min(a.income_usd.size(), b.income_usd.size()) < orbits.paths())
    throw std::invalid_argument("compare_other_months: fewer paths than the orbits have");
  const auto j = orbits.number_of(a.scenario->practice), k = orbits.number_of(b.scenario->practice);
  std::vector<double> d;
  d.reserve(orbits.paths());
  for (std::size_t o = 0; o < orbits.orbits(); ++o) {
    for (std::size_t r = 0; r < orbits.turns(); ++r) {
      const double x = a.income_usd[orbits.path(o, r, j)];
      const double y = b.income_usd[orbits.path(o, r, k)];
      d.push_back(x == y ? 0.0 : x - y);
    }
  }
  return d;
}

/// What one loses by having chosen a, and by having chosen b.
struct Losses {
  std::vector<double> of_a, of_b;
};
Losses losses(std::span<const double> difference) {
  Losses lost{std::vector<double>(difference.size()), std::vector<double>(difference.size())};
  for (std::size_t i = 0; i < difference.size(); ++i) {
    lost.of_a[i] = std::max(0.0, -difference[i]);
    lost.of_b[i] = std::max(0.0, difference[i]);
  }
  return lost;
}

constexpr std::string_view pairing_name(Pairing pairing) {
  switch (pairing) {
    case Pairing::same_months:
      return "same_months";
    case Pairing::shared_luck:
      return "shared_luck";
    case Pairing::other_months:
      return "other_months";
  }
  return {};
}

struct PairRow {
  RowScenario a, b;
  const ComparedPair* pair;
  std::string_view statistic;
  std::optional<double> level;
  Estimate estimate;
  double ci_level;
};

const RowTable<PairRow>& comparison_table() {
  using C = Columns<PairRow>;
  static const RowTable<PairRow> table{
      C::text("comparison",
              "offers: two offers under one stress; stress: a stress against base for one offer",
              [](const PairRow& r) { return r.pair->of_stresses ? "stress" : "offers"; }),
      C::text("a", "scenario a", [](const PairRow& r) -> const std::string& { return r.a->id; }),
      C::text("b", "scenario b", [](const PairRow& r) -> const std::string& { return r.b->id; }),
      C::text("stress", "stress of both, or the stress compared with base",
              [](const PairRow& r) -> const std::string& { return r.a->stress; }),
      C::text("measure", "what is compared on each path, over the horizon",
              [](const PairRow&) { return measure_name(Measure::income_usd); }),
      C::text("statistic",
              "a_pays_more_prob, equal_prob, difference_mean, difference_quantile, regret_of_a, regret_of_b, "
              "break_even_visits",
              [](const PairRow& r) { return r.statistic; }),
      C::exact("level", "", "share for difference_quantile", [](const PairRow& r) { return r.level; }),
      C::computed("value", unit_of_measured, "the estimate, of a minus b by path",
                  [](const PairRow& r) { return r.estimate.value; }),
      C::error("std_error", unit_of_measured, "standard error of the paired difference",
               [](const PairRow& r) { return r.estimate.std_error; }),
      C::interval("", unit_of_measured, [](const PairRow& r) { return r.estimate; }),
      C::ci_level([](const PairRow& r) { return r.ci_level; }),
      C::n_paths([](const PairRow& r) { return r.estimate.paths; }),
      C::method([](const PairRow& r) { return method_name(r.estimate.method); }),
      C::text("pairing",
              "same_months: both offers on one ledger; shared_luck: same draws, other practice or stress; "
              "other_months: other practices, each with draws of its own",
              [](const PairRow& r) { return pairing_name(r.pair->pairing); })};
  return table;
}

struct RankRow {
  RowScenario scenario;
  std::size_t place;
  const RankedOffer* offer;
  double ci_level;
};

const RowTable<RankRow>& ranking_table() {
  using C = Columns<RankRow>;
  static const RowTable<RankRow> table{
      C::scenario(),
      C::whole("place", "", "place among the offers under this stress by median income, from 1",
               [](const RankRow& r) { return r.place; }),
      C::estimate("income_usd_p50", "usd", "median income over the horizon",
                  [](const RankRow& r) { return r.offer->median_usd; }),
      C::estimate("best_prob", "1",
                  "P(no offer that is compared with it (comparisons.csv) pays more on the same path)",
                  [](const RankRow& r) { return r.offer->shared_luck.best_prob; }),
      C::estimate("regret_usd_mean", "usd", "mean of the best of their pay on the path less this offer's",
                  [](const RankRow& r) { return r.offer->shared_luck.regret_usd; }),
      C::estimate("best_prob_other_months", "1",
                  "the same probability where each practice has draws of its own",
                  [](const RankRow& r) { return r.offer->other_months.best_prob; }),
      C::estimate("regret_usd_mean_other_months", "usd",
                  "the same mean where each practice has draws of its own",
                  [](const RankRow& r) { return r.offer->other_months.regret_usd; }),
      C::ci_level([](const RankRow& r) { return r.ci_level; }),
      C::n_paths([](const RankRow& r) { return r.offer->median_usd.paths; })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& comparison_columns() { return comparison_table().heads(); }
const std::vector<TableColumn>& ranking_columns() { return ranking_table().heads(); }

Estimate break_even(std::span<const double> difference, std::span<const double> volume, double ci_level) {
  Estimate e{{}, {}, {}, {}, volume.size(), IntervalMethod::grouped};
  if (volume.size() != difference.size())
    throw std::invalid_argument("break_even: different numbers of paths");
  const auto groups = volume_groups_of(difference, volume, ci_level);
  const Group* last_clear = nullptr;
  for (const auto& g : groups) {
    if (g.favours == 0) continue;
    if (last_clear != nullptr && last_clear->favours != g.favours) {
      if (e.value) return {{}, {}, {}, {}, volume.size(), IntervalMethod::grouped};  // crosses more than once
      const double share = last_clear->difference / (last_clear->difference - g.difference);
      e.value = last_clear->volume + share * (g.volume - last_clear->volume);
      e.ci_low = last_clear->volume;
      e.ci_high = g.volume;
    }
    last_clear = &g;
  }
  return e;
}

std::vector<std::string> practices_of(std::span<const Scenario* const> scenarios) {
  std::vector<std::string> names;
  for (const auto* s : scenarios)
    if (std::ranges::find(names, s->practice) == names.end()) names.push_back(s->practice);
  return names;
}

namespace {

/// All that differences tell, as paths or orbits (`how`) are drawn; `equal_in` counts those that are 0.
template <class Sample>
Comparison compare_differences(std::vector<double> d, double ci_level, const auto& how, auto equal_in) {
  auto lost = losses(d);
  const Sample sample(std::move(d), how);
  Comparison c;
  c.equal = equal_in(sample);
  c.a_pays_more = sample.above(0.0, ci_level);
  c.mean = paired(sample.mean(ci_level));
  for (const double p : fan_levels) {
    c.quantile_levels.push_back(p);
    c.quantiles.push_back(sample.quantile(p, ci_level));
  }
  c.regret_of_a = Sample(std::move(lost.of_a), how).skewed_mean(ci_level);
  c.regret_of_b = Sample(std::move(lost.of_b), how).skewed_mean(ci_level);
  return c;
}

}  // namespace

Comparison compare(const ComparedScenario& a, const ComparedScenario& b, double ci_level, PathDesign design) {
  auto d = differences(a.income_usd, b.income_usd);
  std::vector<double> same(d.size());
  for (std::size_t i = 0; i < d.size(); ++i) same[i] = d[i] == 0.0 ? 1.0 : 0.0;
  Estimate volume;
  if (a.completed_visits.size() == d.size()) volume = break_even(d, a.completed_visits, ci_level);
  auto c = compare_differences<PathSample>(std::move(d), ci_level, design, [&](const PathSample&) {
    return PathSample(std::move(same), design).at_least(1.0, ci_level);
  });
  c.break_even_visits = volume;
  return c;
}

Comparison compare_other_months(const ComparedScenario& a, const ComparedScenario& b, double ci_level,
                                const PathOrbits& orbits) {
  return compare_differences<OrbitSample>(
      differences(a, b, orbits), ci_level, orbits,
      [&](const OrbitSample& sample) { return sample.equal_to(0.0, ci_level); });
}

std::vector<ComparedPair> compared_pairs(std::span<const Scenario* const> scenarios) {
  const auto offers_of = [&](const std::string& offer, const std::string& practice) {
    return std::ranges::any_of(
        scenarios, [&](const Scenario* s) { return s->offer == offer && s->practice == practice; });
  };
  const auto share_a_practice = [&](const std::string& a, const std::string& b) {
    return std::ranges::any_of(scenarios,
                               [&](const Scenario* s) { return s->offer == a && offers_of(b, s->practice); });
  };
  std::vector<ComparedPair> pairs;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    for (std::size_t j = i + 1; j < scenarios.size(); ++j) {
      const Scenario &a = *scenarios[i], &b = *scenarios[j];
      if (a.stress != b.stress || a.offer == b.offer || a.columns != b.columns) continue;
      if (a.practice == b.practice) {
        pairs.push_back({i, j, Pairing::same_months, false});
      } else if (!share_a_practice(a.offer, b.offer)) {
        pairs.push_back({i, j, Pairing::shared_luck, false});
        pairs.push_back({i, j, Pairing::other_months, false});
      }
    }
  }
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (scenarios[i]->stress == "base") continue;
    for (std::size_t j = 0; j < scenarios.size(); ++j) {
      const Scenario &a = *scenarios[i], &b = *scenarios[j];
      if (b.stress == "base" && a.practice == b.practice && a.offer == b.offer && a.columns == b.columns)
        pairs.push_back({i, j, Pairing::shared_luck, true});
    }
  }
  return pairs;
}

std::string comparison_rows(const ComparedScenario& a, const ComparedScenario& b, const ComparedPair& pair,
                            double ci_level, const PathOrbits& orbits) {
  ComparedScenario first = a;
  // Break-even needs one volume for both: that of the months on which both are priced.
  if (pair.pairing != Pairing::same_months || pair.of_stresses) first.completed_visits = {};
  const Comparison c = pair.pairing == Pairing::other_months ? compare_other_months(a, b, ci_level, orbits)
                                                             : compare(first, b, ci_level, orbits.design());
  CsvRows out;
  const std::string tail = batch_cells(*a.scenario);
  const auto row = [&](std::string_view statistic, std::optional<double> level, const Estimate& e) {
    comparison_table().write(out, {a.scenario, b.scenario, &pair, statistic, level, e, ci_level}, tail);
  };
  row("a_pays_more_prob", {}, c.a_pays_more);
  row("equal_prob", {}, c.equal);
  row("difference_mean", {}, c.mean);
  for (std::size_t i = 0; i < c.quantiles.size(); ++i)
    row("difference_quantile", c.quantile_levels[i], c.quantiles[i]);
  row("regret_of_a", {}, c.regret_of_a);
  row("regret_of_b", {}, c.regret_of_b);
  if (c.break_even_visits.value) row("break_even_visits", {}, c.break_even_visits);
  return out.take();
}

namespace {

// Path by path: the best pay of an offer and its rivals less its own.
RankedOffer::Standing standing(const ComparedScenario& own, std::span<const ComparedScenario* const> rivals,
                               double ci_level, PathDesign design) {
  const auto pay = own.income_usd;
  std::vector<double> regret(pay.begin(), pay.end());
  for (const auto* other : rivals)
    for (std::size_t i = 0; i < regret.size(); ++i) regret[i] = std::max(regret[i], other->income_usd[i]);
  for (std::size_t i = 0; i < regret.size(); ++i) regret[i] -= pay[i];
  const PathSample lost(std::move(regret), design);
  // No regret: nothing on the path pays more.
  return {lost.at_most(0.0, ci_level), lost.skewed_mean(ci_level)};
}

// The same turn by turn.
RankedOffer::Standing standing(const ComparedScenario& own, std::span<const ComparedScenario* const> rivals,
                               double ci_level, const PathOrbits& orbits) {
  const auto j = orbits.number_of(own.scenario->practice);
  std::vector<std::size_t> numbers;
  for (const auto* other : rivals) numbers.push_back(orbits.number_of(other->scenario->practice));
  std::vector<double> regret;
  regret.reserve(orbits.paths());
  for (std::size_t o = 0; o < orbits.orbits(); ++o) {
    for (std::size_t r = 0; r < orbits.turns(); ++r) {
      const double pay = own.income_usd[orbits.path(o, r, j)];
      double best = pay;
      for (std::size_t k = 0; k < rivals.size(); ++k)
        best = std::max(best, rivals[k]->income_usd[orbits.path(o, r, numbers[k])]);
      regret.push_back(best - pay);
    }
  }
  const OrbitSample lost(std::move(regret), orbits);
  return {lost.equal_to(0.0, ci_level), lost.skewed_mean(ci_level)};
}

}  // namespace

std::vector<RankedOffer> rank_offers(std::span<const ComparedScenario> offers, double ci_level,
                                     const PathOrbits& orbits) {
  std::vector<RankedOffer> ranks(offers.size());
  if (offers.empty()) return ranks;
  const std::size_t n = offers.front().income_usd.size();
  std::vector<const Scenario*> scenarios;
  for (const auto& o : offers) {
    if (o.income_usd.size() != n) throw std::invalid_argument("rank_offers: different numbers of paths");
    scenarios.push_back(&*o.scenario);
  }
  if (n < orbits.paths()) throw std::invalid_argument("rank_offers: fewer paths than the orbits have");
  const auto pairs = compared_pairs(scenarios);
  for (std::size_t k = 0; k < offers.size(); ++k) {
    const auto& own = offers[k];
    std::vector<const ComparedScenario*> rivals;
    bool elsewhere = false;
    for (const auto& pair : pairs) {
      if (pair.of_stresses || (pair.a != k && pair.b != k)) continue;
      if (pair.pairing == Pairing::other_months)
        elsewhere = true;  // the rival is there already, with shared luck
      else
        rivals.push_back(&offers[pair.a == k ? pair.b : pair.a]);
    }
    ranks[k] = {
        k,
        PathSample({own.income_usd.begin(), own.income_usd.end()}, orbits.design()).quantile(0.5, ci_level),
        standing(own, rivals, ci_level, orbits.design()),
        {}};
    ranks[k].other_months = elsewhere ? standing(own, rivals, ci_level, orbits) : ranks[k].shared_luck;
  }
  std::ranges::stable_sort(ranks, [](const RankedOffer& a, const RankedOffer& b) {
    return a.median_usd.value.value_or(0.0) > b.median_usd.value.value_or(0.0);
  });
  return ranks;
}

std::string ranking_rows(std::span<const ComparedScenario> offers, std::span<const RankedOffer> ranks,
                         double ci_level) {
  CsvRows out;
  for (std::size_t place = 0; place < ranks.size(); ++place) {
    const RankedOffer& r = ranks[place];
    const auto& scenario = offers[r.scenario].scenario;
    ranking_table().write(out, {scenario, place + 1, &r, ci_level}, batch_cells(*scenario));
  }
  return out.take();
}

}  // namespace paystress
