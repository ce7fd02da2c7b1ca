#include "sim/questions/solve.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "scenarios/read_study.h"
#include "sim/errors.h"

namespace solve_test {

namespace {

using namespace paystress;

// Demand far below the slots, so that mean pay has a closed form: 64 scheduled workdays from January to March
// 2026 (Monday to Friday: 22 + 20 + 22), 12 visits a day, 10 % lost.
const char* const linear = R"(
[study]
start = 2026-01-01
months = 3
[practices.p]
sessions = { weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri"], hours = 10, slots_per_hour = 10, days_off_per_year = 0 }
demand = { visits_per_day = 12, monthly_cv = 0, daily_cv = 0 }
no_show = { rate = 0.06, daily_rho = 0 }
late_cancel.rate = 0.04
tech_failure.rate = 0
codes = { schedule = "cms.csv", mix = { "99213" = 1.0 } }
[offers.visits]
[[offers.visits.pay]]
name = "per_visit"
measure = "completed_visits"
usd = 50
reset = "month"
[offers.cliff]
[[offers.cliff.pay]]
name = "lump"
measure = "completed_visits"
mode = "lump_sum"
lump = "replace"
reset = "horizon"
paid = "period_end"
tiers = [ { above = 100, usd = 1000 } ]
)";
constexpr double mean_visits = 64 * 12 * 0.9;

StudyText study() {
  static const auto folder = std::filesystem::temp_directory_path() / "paystress-solve-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "cms.csv") << "code,work_rvu,usd,year\n99213,1.3,92,2026\n";
  Faults faults;
  auto text = parse_study(linear, "linear.toml", folder, faults);
  for (const auto& f : faults.sorted()) UNSCOPED_INFO(to_string(f));
  REQUIRE(text);
  return *text;
}

RootSearchResult ask(const StudyText& text, const std::string& offer, const std::string& key,
                     const std::string& statement, double from, double to, std::uint64_t seed,
                     std::size_t paths, TraitSampling traits = TraitSampling::independent) {
  const auto read = parse_statement(statement);
  REQUIRE(std::holds_alternative<Statement>(read));
  questions::ReverseEvaluator evaluate(text, {std::get<Statement>(read), "p", offer, "base", key, paths},
                                       {samplers::SamplerKind::fast, seed, traits}, engine::Execution{});
  RootSearchSettings settings;
  settings.from = from;
  settings.to = to;
  settings.grid = 5;
  settings.tolerance = (to - from) * 1e-5;
  return find_crossings([&](std::span<const double> xs) { return evaluate(xs); }, settings);
}

}  // namespace

TEST_CASE("solve finds the rate of a linear contract within its interval", "[statistical][solve]") {
  // Mean pay = rate x mean visits, so the rate at which it reaches 40,000 is known. The nominal 95 % interval
  // covers it in 92 or more of 100 seeds with probability 0.94 when it is honest (the seeds are fixed, so a
  // failure is a change), and with probability 0.04 when it is a quarter too narrow (86 % coverage).
  const auto text = study();
  const double truth = 40000 / mean_visits;
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto r = ask(text, "visits", "offers.visits.pay.per_visit.usd", "mean(income_usd) >= 40000", 40, 75,
                       seed, 256);
    REQUIRE(r.crossings.size() == 1);
    REQUIRE(r.crossings[0].starts);
    covered += r.crossings[0].ci_low <= truth && truth <= r.crossings[0].ci_high ? 1 : 0;
  }
  CHECK(covered >= 92);
  CHECK(covered < 100);  // an interval that always covers is too wide to be a 95 % one
}

TEST_CASE("solve finds the line of a cliff contract at which the lump becomes an even chance",
          "[statistical][solve]") {
  // The lump is missed when the quarter has no more visits than the line. Completed visits are Poisson with a
  // mean of 691.2, whose median is 691: P(X <= 690) < 1/2 <= P(X <= 691).
  const auto text = study();
  const auto r = ask(text, "cliff", "offers.cliff.pay.lump.tiers.1.above",
                     "miss_prob(lump, 1, horizon) <= 0.5", 600, 800, 7, 20'000);
  REQUIRE(r.crossings.size() == 1);
  CHECK_FALSE(r.crossings[0].starts);
  CHECK(r.crossings[0].ci_low <= 691);
  CHECK(r.crossings[0].ci_high >= 691);
  CHECK(r.crossings[0].ci_high - r.crossings[0].ci_low <= 3);  // 20,000 paths know the median to one visit

  // The median pay itself falls off a cliff there: 1,000 dollars below the median volume, nothing above it.
  const auto fall = ask(text, "cliff", "offers.cliff.pay.lump.tiers.1.above", "median(income_usd) >= 500",
                        600, 800, 7, 20'000);
  REQUIRE(fall.crossings.size() == 1);
  CHECK_FALSE(fall.crossings[0].starts);
  CHECK(fall.crossings[0].jump);
  CHECK(fall.crossings[0].ci_low <= 691);
  CHECK(fall.crossings[0].ci_high >= 690);
}

TEST_CASE("an interval that the sample cannot give is open, not narrow", "[statistical][solve]") {
  const auto text = study();
  const auto rate = [&](const std::string& statement, std::size_t paths) {
    const auto r = ask(text, "visits", "offers.visits.pay.per_visit.usd", statement, 40, 80, 1, paths);
    REQUIRE(r.crossings.size() == 1);
    return r.crossings[0];
  };
  const auto tail = rate("tail_mean(income_usd, 0.05) >= 40000", 512);  // 25 paths in the tail
  CHECK(tail.open_low);
  CHECK(tail.open_high);
  const auto rank = rate("quantile(income_usd, 0.01) >= 38000", 256);  // no rank below the first
  CHECK_FALSE(rank.open_low);
  CHECK(rank.open_high);
  const auto one = rate("mean(income_usd) >= 40000", 1);
  CHECK(one.open_low);
  CHECK(one.open_high);
}

TEST_CASE("solve knows the design of its paths", "[statistical][solve]") {
  // Replicates of a Latin hypercube tell the error from 30 on; below, run leaves the interval empty and so
  // does solve: of a mean, a paired difference, a quantile, a probability and a missed tier.
  const auto text = study();
  const auto crossing = [&](const std::string& offer, const std::string& key, const std::string& statement,
                            double from, double to, std::size_t paths) {
    const auto r = ask(text, offer, key, statement, from, to, 5, paths, TraitSampling::latin_hypercube);
    REQUIRE(r.crossings.size() == 1);
    return r.crossings[0];
  };
  const std::string rate = "offers.visits.pay.per_visit.usd";
  for (const char* statement : {"mean(income_usd) >= 40000", "median(income_usd) >= 40000",
                                "shortfall_prob(income_usd, 40000) <= 0.5"}) {
    INFO(statement);
    const auto few = crossing("visits", rate, statement, 40, 80, 4 * 1024);
    CHECK(few.open_low);
    CHECK(few.open_high);
    const auto enough = crossing("visits", rate, statement, 40, 80, 32 * 1024);
    CHECK_FALSE(enough.open_low);
    CHECK_FALSE(enough.open_high);
  }
  CHECK(crossing("visits", rate, "mean(income_usd) >= mean(income_usd) of cliff", 0.5, 5, 4 * 1024).open_low);
  CHECK(crossing("cliff", "offers.cliff.pay.lump.tiers.1.above", "miss_prob(lump, 1, horizon) <= 0.5", 600,
                 800, 4 * 1024)
            .open_low);
}

TEST_CASE("solve compares offers on the same paths, and refuses what means nothing", "[statistical][solve]") {
  const auto text = study();
  // The lump is certain at a line of 100: 1,000 dollars against 50 a visit. The paired margin of the means is
  // rate x visits - 1,000, which is 0 at 1,000 / 691.2.
  const auto r = ask(text, "visits", "offers.visits.pay.per_visit.usd",
                     "mean(income_usd) >= mean(income_usd) of cliff", 0.5, 5, 3, 1024);
  REQUIRE(r.crossings.size() == 1);
  CHECK(r.crossings[0].ci_low <= 1000 / mean_visits);
  CHECK(r.crossings[0].ci_high >= 1000 / mean_visits);

  CHECK_THROWS_AS(
      ask(text, "visits", "offers.cliff.pay.lump.tiers.1.above", "mean(income_usd) >= 1", 0, 1, 1, 256),
      InputError);
  CHECK_THROWS_AS(
      ask(text, "visits", "offers.visits.pay.per_visit.usd", "miss_prob(lump, 1) <= 0.5", 0, 1, 1, 256),
      InputError);
  CHECK_THROWS_AS(
      ask(text, "visits", "offers.visits.pay.per_visit.usd", "mean(income_usd.month_09) >= 1", 0, 1, 1, 256),
      InputError);
}

}  // namespace solve_test
