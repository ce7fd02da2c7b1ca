// Visits added to reach a tier line: their law where months are Poisson, and what holds on every path.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "model/visit_push.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace visit_push_test {

using namespace paystress;
using namespace paystress::test;
namespace pay = paystress::testing;
using enum Parameter;

namespace {

PeriodGrid grid_of(int months) {
  PeriodGrid grid;
  for (int m = 1; m <= months; ++m) grid.push_back({m, 2026 + (m - 1) / 12, (m - 1) % 12 + 1, true, ""});
  return grid;
}

/// Every workday sees Poisson(5) patients, for whom there is always room, and all of them are seen.
Case poisson_months(int months, std::size_t paths) {
  Case c;
  c.practice = simple_practice();
  for (const auto p : {days_off_per_year, demand_daily_cv, no_show_rate, no_show_daily_rho, late_cancel_rate,
                       tech_failure_rate, audit_reviewed})
    c.practice[p] = Known{0};
  c.practice[visits_per_day] = Known{5};
  c.practice[slots_per_hour] = Known{10};
  c.months = months;
  c.paths = paths;
  return c;
}

struct Block {
  const LedgerLayout& layout;
  const LedgerBlock &before, &after;
  const Settlement &without, &with;
};
/// Shows every block of a case before and after its pushes.
template <class See>
void push_all(samplers::SamplerKind kind, const Case& c, const Contract& contract, See see,
              std::size_t block_paths = samplers::block_paths) {
  const auto sampler = samplers::make_sampler(kind, {&c.practice, &c.stress, c.calendar(), c.seed});
  const auto grid = grid_of(c.months);
  const PayPlan plan(contract, sampler->layout(), grid);
  const auto push = VisitPush::of(plan, sampler->layout(), grid);
  REQUIRE(push);
  VisitPush::Workspace work;
  Settlement without, with;
  for (std::size_t first = 0; first < c.paths; first += block_paths) {
    LedgerBlock block(grid.size(), sampler->layout().size(), std::min(block_paths, c.paths - first));
    sampler->sample(first, block);
    plan.settle(block, without);
    plan.settle(block, with);
    const auto& after = push->add(plan, block, with, work);
    see(Block{sampler->layout(), block, after, without, with});
  }
}

struct Law {
  double miss = 0, added = 0, added_square = 0;
};
// Months of Poisson(mean) visits pushed over `line` from `lowest` on.
Law law_of(double mean, double line, double lowest) {
  Law law;
  for (double x = 0; x <= line; ++x) {
    const double p = std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
    const double needed = line + 1 - x;
    law.miss += x < lowest ? p : 0;
    law.added += x < lowest ? 0 : p * needed;
    law.added_square += x < lowest ? 0 : p * needed * needed;
  }
  return law;
}

LawMoments coin(double p) { return {p, p * (1 - p)}; }

// Within 5 per cent of 120 lie 114 to 120, of which 115 on need six visits or fewer.
constexpr double line = 120;
void check_months(Deviations& d, samplers::SamplerKind kind, int most, double lowest) {
  const auto c = poisson_months(12, 20'000);
  auto contract = pay::contract_of({pay::measured(
      "bonus", "completed_visits", pay::tiers(TierMode::retroactive, {pay::above(line, 10)}))});
  contract.push = Push{0.05, most};
  std::vector<std::vector<double>> missed(12), added(12), workdays(12);
  push_all(kind, c, contract, [&](const Block& b) {
    for (std::size_t m = 0; m < 12; ++m)
      for (std::size_t i = 0; i < b.after.paths(); ++i) {
        missed[m].push_back(b.with.tier_reached(0, 0, m)[i] == 0.0 ? 1.0 : 0.0);
        added[m].push_back(b.after.at(m, LedgerColumn::completed_visits)[i] -
                           b.before.at(m, LedgerColumn::completed_visits)[i]);
        workdays[m].push_back(b.after.at(m, LedgerColumn::workdays)[i]);
      }
  });
  for (std::size_t m = 0; m < 12; ++m) {
    const auto law = law_of(5 * workdays[m].front(), line, lowest);
    const auto at = name_of(kind) + " month " + std::to_string(m + 1);
    d.mean(at + " missed", missed[m], coin(law.miss));
    d.mean(at + " added", added[m], {law.added, law.added_square - law.added * law.added});
  }
}

}  // namespace

// 96 checks share one false alarm in 10,000 seeds. A visit more or less that is within reach moves P(miss) of
// a month of 110 visits by 0.03, nine standard errors at 20,000 paths.
TEST_CASE("misses and added visits of Poisson months are an enumeration", "[statistical][visit_push]") {
  Deviations d, off, other;
  for (const auto kind : sampler_kinds()) {
    check_months(d, kind, 12, 114);
    check_months(d, kind, 6, 115);
    check_months(off, kind, 12, 115);
    check_months(other, kind, 6, 114);
  }
  INFO(d.report());
  CHECK(d.pass());
  CHECK_FALSE(off.pass());
  CHECK_FALSE(other.pass());
}

namespace {

// Everything that a practice can have, a ladder by month and two that span several.
Case everything() {
  Case c;
  c.practice = full_practice();
  add_own_numbers(c.practice);
  c.practice.collections = Collections{};
  c.practice.collections->lag_shares = {0.2, 0.5, 0.3};
  c.practice[demand_returning] = Known{0.5};
  c.stress = everything_stressed();
  c.months = 14;
  c.paths = 600;
  return c;
}
Contract three_ladders() {
  const auto ladder = [](const char* name, const char* measure, std::vector<Tier> rows, Span reset) {
    return pay::measured(name, measure, pay::tiers(TierMode::retroactive, std::move(rows)), reset);
  };
  auto contract = pay::contract_of({
      ladder("month", "completed_visits", {pay::above(250, 5), pay::above(300, 10), pay::at_least(350, 12)},
             Span::month),
      ladder("quarter", "generated_wrvu", {pay::above(1'000, 5), pay::above(1'500, 10)}, Span::quarter),
      ladder("year", "collected_usd", {pay::above(300'000, 0.1), pay::above(400'000, 0.2)}, Span::year),
  });
  contract.push = Push{0.1, 25};
  return contract;
}

// Which months end a window of each ladder; the second year is not over.
bool ends(std::size_t ladder, std::size_t m) {
  return ladder == 0 || (ladder == 1 && m % 3 == 2) || (ladder == 2 && m == 11);
}

struct Broken {
  std::size_t counts = 0, hours = 0, charges = 0, others = 0, reached = 0, vain = 0, pushes = 0;
};
void check_path(const Block& b, std::size_t i, Broken& broken) {
  using enum LedgerColumn;
  double outstanding = 0;
  bool any = false;
  for (std::size_t m = 0; m < b.after.periods(); ++m) {
    const auto gained = [&](auto c) { return b.after.at(m, c)[i] - b.before.at(m, c)[i]; };
    const double n = gained(completed_visits);
    any = any || n > 0;
    broken.pushes += n > 0;
    double coded = 0;
    for (std::size_t c = 0; c < b.layout.codes().size(); ++c) coded += gained(b.layout.visits_of(c));
    broken.counts += n < 0 || n > 25 || n != std::floor(n) || coded != n || gained(booked_visits) != n ||
                     gained(demand) != n || gained(generated_wrvu) != gained(credited_wrvu) ||
                     gained(generated_wrvu) < 0;
    const double intakes = gained(*b.layout.find("intakes"));  // a share of completed visits
    broken.counts += intakes < 0 || intakes > n;
    const auto minutes = [&](LedgerColumn c) {
      const double visits = b.before.at(m, completed_visits)[i];
      return visits > 0 ? n * b.before.at(m, c)[i] / visits : 0.0;
    };
    const auto is = [](double x, double expected) {
      return std::abs(x - expected) <= 1e-9 * std::max(1.0, std::abs(expected));
    };
    broken.hours += !is(gained(visit_hours), minutes(visit_hours)) ||
                    !is(gained(charting_hours), minutes(charting_hours)) ||
                    !is(gained(session_hours), minutes(visit_hours) + minutes(charting_hours)) ||
                    !is(gained(late_charting_hours), minutes(late_charting_hours)) ||
                    !is(gained(after_hours), minutes(late_charting_hours));
    const auto settled = [&](CollectionColumn c) { return b.after.at(m, *b.layout.place_of(c))[i]; };
    const double charged = b.after.at(m, collections_usd)[i];
    const double now_outstanding = settled(CollectionColumn::outstanding_usd);
    broken.charges += charged + outstanding != settled(CollectionColumn::collected_usd) +
                                                   settled(CollectionColumn::denied_usd) + now_outstanding;
    outstanding = now_outstanding;
    for (const auto c : {workdays, meeting_hours, slots, unfilled_slots, idle_hours, no_shows, late_cancels,
                         messages, inbox_hours, wrvu_lost_audit, panel_members, turned_away})
      broken.others += gained(c) != 0;
    bool due = false;
    for (std::size_t t = 0; t < 3; ++t) due = due || ends(t, m);
    broken.vain += n > 0 && !due;
    bool more = false;
    for (std::size_t t = 0; t < 3; ++t)
      for (std::size_t k = 0; k < (t == 0 ? 3U : 2U); ++k) {
        const double was = b.without.tier_reached(t, k, m)[i], is_now = b.with.tier_reached(t, k, m)[i];
        broken.reached += is_now < was;
        more = more || (ends(t, m) && is_now > was);
      }
    broken.vain += n > 0 && !more;
  }
  for (std::size_t m = 0; !any && m < b.after.periods(); ++m)
    for (std::size_t c = 0; c < b.layout.size(); ++c)
      broken.others += b.after.at(m, c)[i] != b.before.at(m, c)[i];
}

}  // namespace

TEST_CASE("on every path pushes add what they say and nothing else", "[statistical][visit_push]") {
  for (const auto kind : sampler_kinds()) {
    Broken broken;
    push_all(kind, everything(), three_ladders(), [&](const Block& b) {
      for (std::size_t i = 0; i < b.after.paths(); ++i) check_path(b, i, broken);
    });
    CHECK(broken.pushes > 500);
    CHECK(broken.counts == 0);
    CHECK(broken.hours == 0);
    CHECK(broken.charges == 0);
    CHECK(broken.others == 0);
    CHECK(broken.reached == 0);
    CHECK(broken.vain == 0);
  }
}

TEST_CASE("a path pushes alone as it does beside others", "[statistical][visit_push]") {
  const auto pushed_in_blocks_of = [](std::size_t paths) {
    std::vector<double> all;
    auto c = everything();
    c.paths = 64;
    push_all(
        samplers::SamplerKind::reference, c, three_ladders(),
        [&](const Block& b) {
          for (std::size_t i = 0; i < b.after.paths(); ++i)
            for (std::size_t m = 0; m < b.after.periods(); ++m) {
              for (std::size_t k = 0; k < b.layout.size(); ++k) all.push_back(b.after.at(m, k)[i]);
              all.push_back(b.with.paid(m)[i]);
            }
        },
        paths);
    return all;
  };
  const auto together = pushed_in_blocks_of(64);
  CHECK(pushed_in_blocks_of(1) == together);
  CHECK(pushed_in_blocks_of(13) == together);
}

}  // namespace visit_push_test
