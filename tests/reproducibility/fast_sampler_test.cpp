// The bytes of the fast sampler depend on (seed, path) and on nothing of the machine.

#include <catch2/catch.hpp>
#include <cmath>

#include "sim/random/vector_math.h"
#include "sim/samplers/fast_plan.h"
#include "tests/support/full_practice.h"

namespace fast_sampler_test {

using namespace paystress;
using namespace paystress::test;

namespace {

using Cells = std::vector<double>;

Cells sample(const samplers::Sampler& sampler, std::size_t months, std::uint64_t first_path,
             std::size_t paths, std::size_t block) {
  Cells cells;
  for (std::size_t done = 0; done < paths; done += block) {
    LedgerBlock out(months, sampler.layout().size(), std::min(block, paths - done));
    sampler.sample(first_path + done, out);
    for (std::size_t i = 0; i < out.paths(); ++i)
      for (std::size_t m = 0; m < months; ++m)
        for (std::size_t c = 0; c < out.columns(); ++c) cells.push_back(out.at(m, c)[i]);
  }
  return cells;
}

samplers::SamplerInput input(const Practice& practice, const Stress& stress, int months,
                             TraitSampling traits) {
  return {&practice, &stress, Calendar(std::chrono::year(2026) / 1 / 1, months), 20260107, traits};
}

/// Practices at the ends of what is legal, where every special case of the kernels is met.
std::vector<Practice> extreme_practices() {
  using enum Parameter;
  std::vector<Practice> all;
  const auto add = [&](std::string name, auto change) {
    Practice p = full_practice();
    p.name = std::move(name);
    p.correlation.clear();
    change(p);
    all.push_back(p);
  };
  add("one slot", [](Practice& p) {
    p[session_hours] = Known{1};
    p[slots_per_hour] = Known{1};
  });
  add("200 slots, 500 visits", [](Practice& p) {
    p[session_hours] = Known{10};
    p[slots_per_hour] = Known{20};
    p[visits_per_day] = Known{500};
  });
  add("a visit in ten days", [](Practice& p) { p[visits_per_day] = Known{0.1}; });
  add("nobody comes", [](Practice& p) { p[no_show_rate] = Known{1}; });
  add("everybody comes", [](Practice& p) {
    p[no_show_rate] = Known{0};
    p[late_cancel_rate] = Known{0};
    p[tech_failure_rate] = Known{0};
  });
  add("every call fails", [](Practice& p) {
    p[tech_failure_rate] = Known{1};
    p[tech_failure_lost] = Known{1};
  });
  add("no-shows of a day all or none", [](Practice& p) { p[no_show_daily_rho] = Known{0.99}; });
  add("always off", [](Practice& p) { p[days_off_per_year] = Known{366}; });
  add("no demand", [](Practice& p) { p[visits_per_day] = Known{0}; });
  add("every visit reviewed down", [](Practice& p) {
    p[audit_reviewed] = Known{1};
    p[audit_down] = Known{1};
    p[audit_lag_months] = Known{0};
  });
  add("no codes", [](Practice& p) { p.codes.clear(); });
  add("times without and with much spread", [](Practice& p) {
    p[visit_minutes_sd] = Known{0};
    p[messages_minutes_sd] = Known{20};
  });
  return all;
}

}  // namespace

TEST_CASE("fast gives the same bytes on every instruction set", "[reproducibility][fast]") {
  const Practice practice = full_practice();
  const Stress stress = everything_stressed();
  const auto sampler = samplers::make_fast_sampler(input(practice, stress, 14, TraitSampling::sobol));
  const Cells best = sample(*sampler, 14, 1000, 300, 256);
  for (const auto& target : random::simd_targets()) {
    INFO(target);
    random::use_simd_target(target);
    CHECK((sample(*sampler, 14, 1000, 300, 256) == best));
  }
  random::use_simd_target("");
}

TEST_CASE("a path of fast does not depend on its block", "[reproducibility][fast]") {
  const Practice practice = full_practice();
  const Stress stress = everything_stressed();
  const auto sampler = samplers::make_fast_sampler(input(practice, stress, 6, TraitSampling::sobol));
  const Cells all = sample(*sampler, 6, 4'294'967'200, 200, 200);  // over the border of 32 bits
  CHECK((sample(*sampler, 6, 4'294'967'200, 200, 7) == all));
  CHECK((sample(*sampler, 6, 4'294'967'200, 200, 64) == all));
}

TEST_CASE("more months do not change the first ones", "[reproducibility][fast]") {
  const Practice practice = full_practice();
  const Stress base{"base", {}};
  const auto longer = samplers::make_fast_sampler(input(practice, base, 24, TraitSampling::sobol));
  const auto shorter = samplers::make_fast_sampler(input(practice, base, 12, TraitSampling::sobol));
  LedgerBlock a(24, longer->layout().size(), 64);
  LedgerBlock b(12, shorter->layout().size(), 64);
  longer->sample(0, a);
  shorter->sample(0, b);
  for (std::size_t m = 0; m < 12; ++m)
    for (std::size_t c = 0; c < a.columns(); ++c) CHECK(std::equal(a.at(m, c), a.at(m, c) + 64, b.at(m, c)));
}

// Single precision must never decide a count wrongly: the draw-by-draw comparison with double-precision
// inversions of the same uniforms. A margin half as wide as needed shows here within some 10,000 draws.
TEST_CASE("fast draws exactly the counts of the exact inversions", "[reproducibility][fast]") {
  const Stress stress = everything_stressed();
  auto practices = extreme_practices();
  practices.push_back(full_practice());
  for (const auto& practice : practices) {
    INFO(practice.name);
    const Stress base{"base", {}};
    const auto made = input(practice, practice.codes.empty() ? base : stress, 8, TraitSampling::independent);
    const Cells fast = sample(*samplers::make_fast_sampler(made), 8, 0, 64, 64);
    CHECK((fast == sample(*samplers::make_exact_fast_sampler(made), 8, 0, 64, 64)));
    CHECK(std::ranges::all_of(fast, [](double x) { return std::isfinite(x); }));
  }
}

TEST_CASE("fast draws exactly the counts of the exact inversions, many paths", "[.][long][fast]") {
  const Practice practice = full_practice();
  const Stress stress = everything_stressed();
  const auto made = input(practice, stress, 12, TraitSampling::independent);
  CHECK((sample(*samplers::make_fast_sampler(made), 12, 0, 20'000, 256) ==
         sample(*samplers::make_exact_fast_sampler(made), 12, 0, 20'000, 256)));
}

}  // namespace fast_sampler_test
