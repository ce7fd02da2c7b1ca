#include "sim/samplers/fast_workspace.h"

#include <algorithm>

namespace paystress::samplers {

void RowsOf<Stage::losses>::size_for(const FastPlan& fast) {
  for (const auto& month : fast.plan().months) classes = std::max(classes, month.no_show_factors.size());
  laws.resize(classes * (fast.plan().shifts.size() + 1));
  for (auto& law : laws) law.none_missed.resize(most_table_rows);
}

FastWorkspace::FastWorkspace(const FastPlan& fast)
    : scenarios(fast.scenarios()),
      states(fast.traits, fast.keys.points, {}, fast.keys.states_strata, fast.plan().months.size()) {
  for (const auto& drawn : fast.practices)
    traits.emplace_back(fast.traits, fast.keys.points, drawn.traits, std::vector<random::StreamKey>(), 0);
  shared.regimes.resize(fast.regimes.size());
  shared.leaves.resize(fast.regime_of_leave.size());
  for (auto& regime : shared.regimes) {
    regime.numbers.resize(fast.plan().numbers.size());
    regime.mix.resize(fast.plan().codes.size());
  }
  for (std::size_t p = 0; p < fast.practices.size(); ++p)
    for (std::size_t n = 0; n < fast.plan().numbers.size(); ++n)
      shared.regimes[p].numbers[n].x.fill(fast.plans[fast.practices[p].scenario].numbers[n]);
  for (auto& scenario : scenarios)
    for_each_stage([&]<Stage stage>() {
      auto& rows = std::get<place_of(stage)>(scenario.own);
      if constexpr (requires { rows.size_for(fast); }) rows.size_for(fast);
    });
}

namespace {

template <Stage stage>
using View = const RowsOf<stage>*;

template <Stage stage>
concept Carries = requires(const RowsOf<stage>& rows) {
  rows.carries_same(rows);
};

/// Finds, for every stage, the first scenario whose rows this one may read.
class MonthShares {
 public:
  MonthShares(const FastPlan& fast, FastWorkspace& space)
      : fast_(fast),
        space_(space),
        alike_(fast.alike[space.shared.month]),
        scenarios_(space.scenarios.size()),
        apart_(scenarios_ * scenarios_) {}

  template <Stage stage>
  void find_makers() {
    for (std::size_t s = 0; s < scenarios_; ++s) {
      auto& scenario = space_.scenarios[s];
      const std::size_t maker = maker_for<stage>(s);
      scenario.maker[place_of(stage)] = maker;
      for (std::size_t before = 0; before < s; ++before)
        if (space_.scenarios[before].maker[place_of(stage)] != maker) apart(before, s) |= bit_of(stage);
      auto& own = std::get<place_of(stage)>(scenario.own);
      auto& view = std::get<place_of(stage)>(scenario.view);
      if constexpr (Carries<stage>) {
        if (maker == s && view != &own) own = *view;
      }
      if constexpr (requires { own.skip_month(); }) {
        if (maker != s) own.skip_month();
      }
      view = &std::get<place_of(stage)>(space_.scenarios[maker].own);
    }
  }

 private:
  template <Stage stage>
  [[nodiscard]] std::size_t maker_for(std::size_t scenario) const {
    const auto& own = space_.scenarios[scenario];
    for (std::size_t s = 0; s < scenario; ++s) {
      const auto& other = space_.scenarios[s];
      if (other.maker[place_of(stage)] != s || !reads_same<stage>(s, scenario)) continue;
      if (carries_same<stage>(own, other)) return s;
    }
    return scenario;
  }
  template <Stage stage>
  [[nodiscard]] bool reads_same(std::size_t before, std::size_t scenario) const {
    const auto& alike = alike_[place_of(stage)];
    const auto apart = apart_[before * scenarios_ + scenario];
    return alike[before] == alike[scenario] && (fast_.reads[place_of(stage)] & apart) == 0;
  }
  [[nodiscard]] StageBits& apart(std::size_t before, std::size_t scenario) {
    return apart_[before * scenarios_ + scenario];
  }
  template <Stage stage>
  [[nodiscard]] static bool carries_same(const ScenarioRows& a, const ScenarioRows& b) {
    if constexpr (Carries<stage>) {
      const View<stage> of_a = std::get<place_of(stage)>(a.view), of_b = std::get<place_of(stage)>(b.view);
      return of_a == of_b || of_a->carries_same(*of_b);
    }
    return true;
  }

  const FastPlan& fast_;
  FastWorkspace& space_;
  const std::array<std::vector<std::size_t>, stage_count>& alike_;
  std::size_t scenarios_;
  std::vector<StageBits> apart_;  // [scenario][later one]: stages so far whose rows the two do not share
};

}  // namespace

void start_together(FastWorkspace& space) {
  for_each_stage([&]<Stage stage>() {
    for (auto& scenario : space.scenarios)
      std::get<place_of(stage)>(scenario.view) = &std::get<place_of(stage)>(space.scenarios.front().own);
  });
}

void share_month(const FastPlan& fast, FastWorkspace& space) {
  MonthShares shares(fast, space);
  for_each_stage([&]<Stage stage>() { shares.find_makers<stage>(); });
}

}  // namespace paystress::samplers
