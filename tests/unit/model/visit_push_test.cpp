// Visits added to reach a tier line: every edge of the rule on months typed by hand.
#include "model/visit_push.h"

#include <catch2/catch.hpp>

#include "model/study.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace paystress::visit_push_test {
namespace {

using namespace paystress::testing;
using enum LedgerColumn;
using Visits = std::vector<double>;

constexpr double wrvu_13 = 130, wrvu_14 = 192;  // hundredths, of the codes of the simple practice

/// Months of sampled columns in which path i has visits[i][m], all coded 99213, of 18 minutes with the
/// patient, 6 of charting and 4 of it late.
struct Months {
  LedgerLayout layout = LedgerLayout::sampled(test::simple_practice());
  PeriodGrid grid;
  LedgerBlock block;
  explicit Months(const std::vector<Visits>& visits)
      : block(visits.front().size(), layout.size(), visits.size()) {
    Study study;
    study.months = static_cast<int>(visits.front().size());
    grid = study.grid();
    for (std::size_t m = 0; m < block.periods(); ++m)
      for (std::size_t i = 0; i < block.paths(); ++i) {
        const double n = visits[i][m];
        for (const auto c : {demand, booked_visits, completed_visits}) block.at(m, c)[i] = n;
        block.at(m, layout.visits_of(0))[i] = n;
        for (const auto c : {generated_wrvu, credited_wrvu}) block.at(m, c)[i] = wrvu_13 * n;
        block.at(m, collections_usd)[i] = 9000 * n;
        block.at(m, workdays)[i] = 20;
        block.at(m, session_hours)[i] = 130;
        block.at(m, visit_hours)[i] = 0.3 * n;
        block.at(m, charting_hours)[i] = 0.1 * n;
        block.at(m, late_charting_hours)[i] = n / 15;
        block.at(m, after_hours)[i] = 5 + n / 15;
        block.at(m, meeting_hours)[i] = 4;
      }
  }
};

std::vector<Visits> one_path(Visits visits) { return std::vector<Visits>(1, std::move(visits)); }

Contract pushed(std::vector<PayLine> lines, double within, int max_per_month) {
  auto contract = contract_of(std::move(lines));
  contract.push = Push{within, max_per_month};
  return contract;
}

PayLine ladder(const std::string& name, const std::string& measure, std::vector<Tier> rows,
               Span reset = Span::month) {
  return measured(name, measure, tiers(TierMode::retroactive, std::move(rows)), reset);
}

/// Visits added by path and month; what is paid and the months with them stay behind.
struct Pushing {
  Settlement pay, before;
  VisitPush::Workspace work;
  std::vector<Visits> added;
  Pushing(const Contract& contract, const Months& months) : added(months.block.paths()) {
    const PayPlan plan(contract, months.layout, months.grid);
    const auto push = VisitPush::of(plan, months.layout, months.grid);
    REQUIRE(push);
    plan.settle(months.block, pay);
    before = pay;
    const auto& with = push->add(plan, months.block, pay, work);
    for (std::size_t i = 0; i < added.size(); ++i)
      for (std::size_t m = 0; m < with.periods(); ++m)
        added[i].push_back(with.at(m, completed_visits)[i] - months.block.at(m, completed_visits)[i]);
    Settlement again;
    plan.settle(with, again);
    for (std::size_t m = 0; m < with.periods(); ++m)
      for (std::size_t i = 0; i < added.size(); ++i) CHECK(pay.paid(m)[i] == again.paid(m)[i]);
  }
  [[nodiscard]] std::vector<double> in_month(std::size_t m) const {
    std::vector<double> all;
    for (const auto& path : added) all.push_back(path[m]);
    return all;
  }
};

TEST_CASE("a path within reach of a line adds as few visits as reach it", "[unit][visit_push]") {
  const Months months({{113}, {114}, {115}, {120}, {121}, {0}});
  const auto line = [](Tier tier) {
    return std::vector{ladder("bonus", "completed_visits", {std::move(tier)})};
  };
  // 120 itself is below the tier: 114 lies 6 below it, five per cent, and needs 7; 113 is too far away.
  CHECK(Pushing(pushed(line(above(120, 10)), 0.05, 12), months).in_month(0) == Visits{0, 7, 6, 1, 0, 0});
  // Where at most 6 can be worked, 7 are not tried in part.
  CHECK(Pushing(pushed(line(above(120, 10)), 0.05, 6), months).in_month(0) == Visits{0, 0, 6, 1, 0, 0});
  CHECK(Pushing(pushed(line(at_least(120, 10)), 0.05, 6), months).in_month(0) == Visits{0, 6, 5, 0, 0, 0});
  CHECK(Pushing(pushed(line(above(120, 10)), 0.06, 12), months).in_month(0) == Visits{8, 7, 6, 1, 0, 0});
  CHECK(Pushing(pushed(line(above(120, 10)), 1.0, 1000), months).in_month(0) == Visits{8, 7, 6, 1, 0, 0});
}

TEST_CASE("only the lowest line that is not reached is aimed at", "[unit][visit_push]") {
  const Months months({{95}, {100}, {101}, {106}, {108}});
  const auto contract =
      pushed({ladder("bonus", "completed_visits", {above(100, 5), above(110, 10)})}, 0.03, 12);
  // 101 is 9 below 110, beyond 3 per cent of it; 95 is beyond 3 per cent of 100.
  CHECK(Pushing(contract, months).in_month(0) == Visits{0, 1, 0, 0, 3});
}

TEST_CASE("an added visit has the codes, money and minutes of the path's own", "[unit][visit_push]") {
  Months months({{115, 100}, {60, 100}});
  // Of the first path's 215 visits 86 are coded higher, all of them in month 2: four of ten.
  const auto& layout = months.layout;
  months.block.at(1, layout.visits_of(0))[0] = 14;
  months.block.at(1, layout.visits_of(1))[0] = 86;
  for (const auto c : {generated_wrvu, credited_wrvu}) months.block.at(1, c)[0] = 14 * wrvu_13 + 86 * wrvu_14;
  const auto contract = pushed({ladder("bonus", "completed_visits", {at_least(120, 10)}),
                                measured("hours", "session_hours", SingleRate{100.0})},
                               0.05, 12);
  const Pushing with(contract, months);
  REQUIRE(with.added[0] == Visits{5, 0});
  REQUIRE(with.added[1] == Visits{0, 0});
  const auto gained = [&](auto column, std::size_t m = 0) {
    return with.work.months->at(m, column)[0] - months.block.at(m, column)[0];
  };
  for (const auto c : {demand, booked_visits, completed_visits}) CHECK(gained(c) == 5);
  CHECK(gained(layout.visits_of(0)) == 3);
  CHECK(gained(layout.visits_of(1)) == 2);
  CHECK(gained(generated_wrvu) == 774);  // 5 x (129 x 1.30 + 86 x 1.92) / 215 = 7.74
  CHECK(gained(credited_wrvu) == 774);
  CHECK(gained(collections_usd) == 45'000);
  CHECK(gained(visit_hours) == Approx(1.5).epsilon(1e-12));
  CHECK(gained(charting_hours) == Approx(0.5).epsilon(1e-12));
  CHECK(gained(late_charting_hours) == Approx(1.0 / 3).epsilon(1e-12));
  CHECK(gained(session_hours) == Approx(2.0).epsilon(1e-12));
  CHECK(gained(after_hours) == Approx(1.0 / 3).epsilon(1e-12));
  for (const auto c : {meeting_hours, slots, unfilled_slots, idle_hours, no_shows, messages, workdays})
    CHECK(gained(c) == 0);
  for (std::size_t c = 0; c < layout.size(); ++c) {
    CHECK(gained(c, 1) == 0);
    for (std::size_t m = 0; m < 2; ++m)
      CHECK(with.work.months->at(m, c)[1] == months.block.at(m, c)[1]);  // a path that adds nothing
  }
  // 120 visits at 10 dollars instead of 115 at nothing, and two hours at 100.
  CHECK(with.pay.paid(0)[0] - with.before.paid(0)[0] == Approx(1200 + 200));
  CHECK(with.pay.paid(1)[0] == with.before.paid(1)[0]);
}

// Two bonuses, worked out by hand. Path 1 adds 4 in March for 121 visits; its quarter then has 329 and lacks
// 2 of 331, which are added too. Path 2 adds 7 and would need 8 more for the quarter: 15 in a month are too
// many, so that only the first line is reached. Path 3 needs nothing in the month and 5 for the quarter.
TEST_CASE("components share the visits of a month, in their order", "[unit][visit_push]") {
  const Months months({{104, 104, 117}, {103, 99, 114}, {104, 99, 123}});
  const auto month = ladder("month", "completed_visits", {above(120, 10)});
  const auto quarter = ladder("quarter", "completed_visits", {above(330, 2)}, Span::quarter);
  CHECK(Pushing(pushed({month, quarter}, 0.05, 12), months).in_month(2) == Visits{6, 7, 5});
  // Written the other way round the quarter comes first: path 2 needs 15 for it, and then 7 for the month.
  CHECK(Pushing(pushed({quarter, month}, 0.05, 12), months).in_month(2) == Visits{6, 7, 5});
  // Path 1 is at 121 with 4, and has 1 left, which does not reach the quarter.
  CHECK(Pushing(pushed({month, quarter}, 0.05, 5), months).in_month(2) == Visits{4, 0, 5});
  const Pushing with(pushed({month, quarter}, 0.05, 12), months);
  CHECK(with.in_month(0) == Visits{0, 0, 0});  // 104 lies 16 below 120
  CHECK(with.in_month(1) == Visits{0, 0, 0});
}

TEST_CASE("visits are added in the last month of a window, and months before count", "[unit][visit_push]") {
  const auto year = one_path({98, 98, 98, 100, 100, 100, 98, 98, 98, 99, 99, 99});
  const auto quarterly =
      pushed({ladder("bonus", "completed_visits", {at_least(300, 5)}, Span::quarter)}, 0.03, 12);
  CHECK(Pushing(quarterly, Months(year)).added[0] == Visits{0, 0, 6, 0, 0, 0, 0, 0, 6, 0, 0, 3});
  // The visits of the quarters count towards the year: 1,185 and 15, so that two more reach its line.
  auto both = quarterly;
  both.pay.push_back(ladder("year", "completed_visits", {at_least(1'202, 5)}, Span::year));
  CHECK(Pushing(both, Months(year)).added[0] == Visits{0, 0, 6, 0, 0, 0, 0, 0, 6, 0, 0, 5});
  // A window that the months stop inside is not near its end.
  const auto yearly = pushed({ladder("year", "completed_visits", {at_least(500, 5)}, Span::year)}, 0.5, 300);
  CHECK(Pushing(yearly, Months(one_path({98, 98, 98, 100, 100}))).added[0] == Visits(5, 0.0));
  // A phase ends the window that it cuts.
  auto phase = yearly;
  phase.partial = Partial::full;
  phase.pay[0].months = MonthRange{1, 4};
  CHECK(Pushing(phase, Months(one_path({98, 98, 98, 100, 100}))).added[0] == Visits{0, 0, 0, 106, 0});
}

TEST_CASE("nothing is added in vain", "[unit][visit_push]") {
  const Months months({{100, 100}, {100, 0}});
  const auto none = std::vector<Visits>{{0, 0}, {0, 0}};
  // What visits do not move.
  CHECK(Pushing(pushed({ladder("p", "meeting_hours", {at_least(4.1, 10)})}, 0.1, 50), months).added == none);
  // A tier that its condition shuts.
  auto shut = ladder("p", "completed_visits", {at_least(101, 10)});
  std::get<TierLadder>(pay_of(shut).schedule).tiers[0].when = condition("meeting_hours > 5");
  CHECK(Pushing(pushed({shut}, 0.5, 50), months).added == none);
  // A component that does not count in the month.
  auto later = ladder("p", "completed_visits", {at_least(101, 10)});
  later.months = MonthRange{2, 2};
  CHECK(Pushing(pushed({later}, 0.1, 50), months).added == std::vector<Visits>{{0, 1}, {0, 0}});
  // A ratio that falls with visits.
  auto falling = ladder("p", "meeting_hours / completed_visits", {at_least(0.041, 10)});
  pay_of(falling).pay_per = amount("completed_visits");
  CHECK(Pushing(pushed({falling}, 0.1, 50), months).added == none);
}

TEST_CASE("what visits bring to a measure is found by pricing them", "[unit][visit_push]") {
  const Months months({{100}, {95}});
  // 130 wRVU, 1.30 a visit, to a line of 140: eight of them are 10.4.
  CHECK(Pushing(pushed({ladder("p", "generated_wrvu", {above(140, 10)})}, 0.08, 50), months).in_month(0) ==
        Visits{8, 0});
  // wRVU an hour of session, which each visit prolongs by 0.4: (130 + 1.3 n) / (130 + 0.4 n) reaches 1.05
  // from n = 7.4 on; of 95 visits (123.5 + 1.3 n) / (130 + 0.4 n) does from 14.8 on.
  auto ratio = ladder("p", "generated_wrvu / session_hours", {at_least(1.05, 10)});
  pay_of(ratio).pay_per = amount("generated_wrvu");
  CHECK(Pushing(pushed({ratio}, 0.1, 50), months).in_month(0) == Visits{8, 15});
  CHECK(Pushing(pushed({ratio}, 0.1, 14), months).in_month(0) == Visits{8, 0});
}

TEST_CASE("a contract without push adds nothing, one without a line or with days is refused",
          "[unit][visit_push]") {
  const Months months(one_path({119}));
  const auto contract = contract_of({ladder("p", "completed_visits", {at_least(120, 10)})});
  const PayPlan plan(contract, months.layout, months.grid);
  CHECK_FALSE(VisitPush::of(plan, months.layout, months.grid));
  const auto flaws = [&](const Contract& c) {
    std::vector<std::string> all;
    for (const auto& f : find_flaws(c, months.layout, months.grid))
      all.push_back(f.key + ": " + f.problem + " (" + f.why + "). " + f.fix);
    return all;
  };
  CHECK(flaws(pushed({measured("p", "completed_visits", SingleRate{40.0})}, 0.1, 5)) ==
        std::vector<std::string>{
            "push: no component has tiers (there is no line that added visits could reach). Leave it out"});
  auto by_day = pushed(contract.pay, 0.1, 5);
  by_day.pay.push_back(measured("top_up", "busy", SingleRate{40.0}));
  SpanColumn busy;
  busy.info = {"busy", ColumnUnit::count, ColumnJoin::sum, 1.0, ""};
  busy.value = amount("completed_visits");
  by_day.ledger = {busy};
  CHECK(flaws(by_day) ==
        std::vector<std::string>{
            "push: stands beside ledger.busy, which counts by spans of days (on which day an "
            "added visit falls is not known). Leave one of them out"});
}

}  // namespace
}  // namespace paystress::visit_push_test
