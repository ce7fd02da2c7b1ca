// A path is a function of seed, practice and stress: not of the block, the first path, or what else is drawn.

#include <catch2/catch.hpp>
#include <cstring>

#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"

namespace sampler_paths_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr int months = 7;

LedgerBlock sampled(const samplers::Sampler& sampler, std::uint64_t first, std::size_t paths) {
  LedgerBlock block(months, sampler.layout().size(), paths);
  block.fill(-1.0);  // what is not written shows
  sampler.sample(first, block);
  return block;
}

}  // namespace

TEST_CASE("a path does not depend on the block that holds it", "[reproducibility]") {
  const Practice practice = full_practice();
  const Stress stress = everything_stressed();
  for (const auto kind : sampler_kinds()) {
    for (const auto& sampling : trait_samplings) {
      const auto sampler = samplers::make_sampler(
          kind, {&practice, &stress, Calendar(std::chrono::year(2026) / 1 / 1, months), 7, sampling.second});
      // Far paths too: path numbers have 64 bits, and a block may cross a replicate of 1,024.
      for (const std::uint64_t first :
           {std::uint64_t{0}, std::uint64_t{900}, (std::uint64_t{1} << 40) - 100}) {
        const auto whole = sampled(*sampler, first, 256);
        for (const auto& [offset, paths] :
             {std::pair<std::size_t, std::size_t>{0, 1}, {3, 13}, {99, 157}, {255, 1}}) {
          const auto part = sampled(*sampler, first + offset, paths);
          bool same = true;
          for (std::size_t m = 0; m < months; ++m)
            for (std::size_t c = 0; c < sampler->layout().size(); ++c)
              same = same && std::memcmp(whole.at(m, c) + offset, part.at(m, c), paths * sizeof(double)) == 0;
          INFO(name_of(kind) << " paths from " << first << " + " << offset << ", " << paths);
          CHECK(same);
        }
      }
    }
  }
}

TEST_CASE("seeds and paths differ", "[reproducibility]") {
  for (const auto kind : sampler_kinds()) {
    Case c;
    c.practice = full_practice();
    c.paths = 8;
    const LedgerSample one(kind, c);
    c.seed = 0;
    CHECK_FALSE(LedgerSample(kind, c) == one);
    const auto demand = one.of(1, "demand");
    CHECK(std::ranges::adjacent_find(demand) == demand.end());
  }
}

TEST_CASE("what else is drawn moves no other draw", "[reproducibility]") {
  for (const auto kind : sampler_kinds()) {
    Case c;
    c.practice = full_practice();
    c.practice.name = "other";
    c.months = 4;
    c.paths = 100;
    const LedgerSample base(kind, c);
    // An event without effect, another trait, no codes, another inbox: demand and fates are what they were.
    c.practice.events.push_back({"quiet", Known{6}, Known{3}, 1.0, 1.0});
    c.practice[meetings_hours_per_month] = GammaMeanSd{4, 1};
    c.practice[messages_per_visit] = Known{5};
    c.practice.codes.clear();
    const LedgerSample more(kind, c);
    for (int month = 1; month <= 4; ++month)
      for (const auto* column :
           {"demand", "slots", "booked_visits", "no_shows", "late_cancels", "tech_failures",
            "completed_visits", "visit_hours", "results", "quality_score"}) {
        INFO(name_of(kind) << ": " << column);
        CHECK(std::ranges::equal(base.of(month, column), more.of(month, column)));
      }
  }
}

}  // namespace sampler_paths_test
