// A review whose error rates are priced on the claims that it did not look at: by every outcome of a month of
// four claims, in every sampler.

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <utility>

#include "tests/support/ledger_stats.h"
#include "tests/support/simple_practice.h"

namespace extrapolated_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr int claims = 4;
constexpr double reviewed = 0.6, down = 0.4, up = 0.35;

/// The four Mondays of January 2026, each with one visit coded 99214.
Case four_claims(double extrapolated) {
  Case c;
  auto& p = c.practice;
  p = simple_practice();
  p.works = {true, false, false, false, false, false, false};
  p[session_hours] = p[slots_per_hour] = Known{1};
  p[visits_per_day] = Known{1000};
  for (const auto none :
       {days_off_per_year, no_show_rate, no_show_daily_rho, late_cancel_rate, tech_failure_rate})
    p[none] = Known{0};
  p.codes = {{"99213", 0.0, 130, 9000}, {"99214", 1.0, 192, 12900}, {"99215", 0.0, 280, 18000}};
  p[audit_reviewed] = Known{reviewed};
  p[audit_down] = Known{down};
  p[audit_up] = Known{up};
  p[audit_extrapolated] = Known{extrapolated};
  c.paths = 20'000;
  return c;
}

double choose(int n, int k) {
  return std::round(std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)));
}

/// Probability of each number moved down and up.
std::map<std::pair<int, int>, double> law(double extrapolated) {
  std::map<std::pair<int, int>, double> all;
  for (int d = 0; d <= claims; ++d)
    for (int u = 0; d + u <= claims; ++u)
      for (int same = 0; d + u + same <= claims; ++same) {
        const int r = d + u + same;
        const double p = choose(claims, d) * choose(claims - d, u) * choose(claims - d - u, same) *
                         std::pow(reviewed * down, d) * std::pow(reviewed * up, u) *
                         std::pow(reviewed * (1 - down - up), same) * std::pow(1 - reviewed, claims - r);
        const int others = claims - r;
        const auto priced = [&](int found) {
          return r == 0 ? 0 : static_cast<int>(std::floor(found * extrapolated * others / r + 0.5));
        };
        const int more_down = priced(d);
        const int more_up = std::min(priced(u), others - more_down);
        all[{d + more_down, u + more_up}] += p;
      }
  return all;
}

void check(Deviations& d, const std::string& name, const LedgerSample& s,
           const std::map<std::pair<int, int>, double>& expected) {
  const auto lower = s.of(1, "code_change.99213"), higher = s.of(1, "code_change.99215");
  const auto credited = s.of(1, "credited_wrvu");
  std::size_t broken = 0;
  for (std::size_t i = 0; i < s.paths(); ++i)
    broken += credited[i] != claims * 192 - lower[i] * (192 - 130) + higher[i] * (280 - 192);
  CHECK(broken == 0);
  for (const auto& [moved, p] : expected) {
    std::vector<double> is_it;
    for (std::size_t i = 0; i < s.paths(); ++i)
      is_it.push_back(lower[i] == moved.first && higher[i] == moved.second ? 1.0 : 0.0);
    d.mean(name + " " + std::to_string(moved.first) + " down " + std::to_string(moved.second) + " up", is_it,
           LawMoments{p, p * (1 - p)});
  }
}

}  // namespace

// 15 outcomes, three shares and the samplers share one false alarm in 10,000 seeds. The law of a sample that
// is priced on half of the others is rejected where it is priced on all of them.
TEST_CASE("error rates of a sample are priced on the claims not reviewed", "[statistical][extrapolated]") {
  Deviations d, off;
  for (const auto kind : sampler_kinds()) {
    for (const double share : {0.0, 0.5, 1.0})
      check(d, name_of(kind) + " " + std::to_string(share), LedgerSample(kind, four_claims(share)),
            law(share));
    check(off, name_of(kind), LedgerSample(kind, four_claims(1.0)), law(0.5));
  }
  INFO(d.report());
  CHECK(d.pass());
  CHECK_FALSE(off.pass());
}

TEST_CASE("a sample that is not extrapolated is found as before, to the bit", "[statistical][extrapolated]") {
  for (const auto kind : sampler_kinds()) {
    auto c = four_claims(0.0);
    c.paths = 500;
    const LedgerSample off(kind, c);
    c.practice[audit_extrapolated] = Known{1.0};
    const LedgerSample on(kind, c);
    std::size_t moved = 0;
    for (std::size_t k = 0; k < off.layout().size(); ++k) {
      const auto& name = off.layout()[k].name;
      const bool of_review =
          name.starts_with("code_change.") || name == "credited_wrvu" || name == "wrvu_lost_audit";
      moved += !of_review && !std::ranges::equal(off.of(1, name), on.of(1, name));
    }
    CHECK(moved == 0);
    // What the sample itself showed is part of what is found.
    const auto before = off.of(1, "code_change.99213"), after = on.of(1, "code_change.99213");
    CHECK(std::ranges::equal(before, after, [](double a, double b) { return a <= b; }));
  }
}

}  // namespace extrapolated_test
