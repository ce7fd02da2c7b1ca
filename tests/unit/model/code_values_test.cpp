// What visits are worth: by the year of the fee schedule, as a stress revalues them, as a contract pins them.
#include "model/code_values.h"

#include <catch2/catch.hpp>

#include "model/settle.h"
#include "tests/support/contracts.h"
#include "tests/support/pay_support.h"

namespace paystress::code_values_test {
namespace {

using Numbers = std::vector<double>;

// The work RVUs of two visit codes before and after 2021 (CMS, physician fee schedules of 2020 and 2021).
Practice of_two_years() {
  Practice practice;
  practice.name = "clinic";
  practice.codes = {{"99213", 0.6, 130, 9'252, {}, {}, {{2020, 97, 7'615}, {2021, 130, 9'252}}},
                    {"99214", 0.4, 192, 13'086, {}, {}, {{2020, 150, 11'043}, {2021, 192, 13'086}}}};
  practice.follows_schedule_years = true;
  return practice;
}
Calendar from(int year, int months) { return {std::chrono::year(year) / 1 / 1, months}; }

long rvu(const std::vector<std::vector<CodeValue>>& values, std::size_t month, std::size_t code) {
  return values.at(month).at(code).work_rvu_hundredths;
}

TEST_CASE("each month takes the schedule year in force in it", "[unit][code_values]") {
  auto practice = of_two_years();
  const auto values = code_values(practice, {"base", {}}, from(2020, 30));
  CHECK(rvu(values, 0, 1) == 150);
  CHECK(rvu(values, 11, 1) == 150);
  CHECK(rvu(values, 12, 1) == 192);
  CHECK(rvu(values, 29, 1) == 192);  // 2022 has no rows of its own: those of 2021 stay in force
  CHECK(values[11][0].usd_cents == 7'615);
  CHECK(values[12][0].usd_cents == 9'252);
  practice.follows_schedule_years = false;
  CHECK(rvu(code_values(practice, {"base", {}}, from(2020, 12)), 0, 1) == 192);
}

TEST_CASE("a stress revalues codes in its months, one change after the other", "[unit][code_values]") {
  const auto practice = of_two_years();
  StressPart part;
  part.first_month = 3;
  part.last_month = 40;
  part.revaluations = {{"99214", Revaluation::Of::work_rvu, testing::multiply_by(1.28)},
                       {"99213", Revaluation::Of::usd, {1.0, 0.0, 100.005}}};
  StressPart again = part;
  again.first_month = again.last_month = 4;
  again.revaluations = {{"99214", Revaluation::Of::work_rvu, {1.0, -500.0, {}}}};
  const auto values = code_values(practice, {"revalued", {part, again}}, from(2020, 14));
  CHECK(rvu(values, 1, 1) == 150);
  CHECK(rvu(values, 2, 1) == 192);   // 1.50 x 1.28
  CHECK(rvu(values, 3, 1) == 0);     // never below nothing
  CHECK(rvu(values, 12, 1) == 246);  // 1.92 x 1.28 = 2.4576
  CHECK(rvu(values, 2, 0) == 97);
  CHECK(values[2][0].usd_cents == 10'001);
}

// 100 visits of 99213 and 50 of 99214 a month; in the third month review moves 4 visits of the first one
// down.
struct Ledger {
  Practice practice = of_two_years();
  LedgerLayout layout;
  LedgerBlock block;
  PeriodGrid grid;
  Ledger() : layout(LedgerLayout::sampled(with_lag(practice))), block(3, layout.size(), 1) {
    for (int m = 1; m <= 3; ++m) grid.push_back({m, 2021, m, true, "2021"});
    for (std::size_t m = 0; m < 3; ++m) {
      block.at(m, layout.visits_of(0))[0] = 100;
      block.at(m, layout.visits_of(1))[0] = 50;
      block.at(m, LedgerColumn::generated_wrvu)[0] = 100 * 130 + 50 * 192;
      block.at(m, LedgerColumn::credited_wrvu)[0] = 100 * 130 + 50 * 192;
    }
    block.at(2, layout.change_of(0))[0] = 4;
    block.at(2, layout.change_of(1))[0] = -4;
    block.at(2, LedgerColumn::credited_wrvu)[0] += 4 * (130 - 192);
  }
  static const Practice& with_lag(Practice& practice) {
    practice[Parameter::audit_lag_months] = Known{2};
    return practice;
  }
  [[nodiscard]] Numbers paid(const Contract& contract) const {
    Settlement out;
    PayPlan(contract, layout, grid).settle(block, out);
    return {out.paid(0)[0], out.paid(1)[0], out.paid(2)[0]};
  }
};

Contract per_wrvu(const char* column, std::optional<Restate> restate, Span reset = Span::month) {
  auto contract = testing::contract_of({testing::measured("work", column, SingleRate{50.0}, reset)});
  testing::pay_of(contract.pay[0]).restate = restate;
  return contract;
}

TEST_CASE("a contract pinned to a year counts by that year's work RVUs", "[unit][code_values]") {
  const Ledger ledger;
  auto contract = per_wrvu("credited_wrvu", Restate::net_units);
  // $50 x (100 x 1.30 + 50 x 1.92); the third month 104 and 46.
  CHECK(ledger.paid(contract) == Numbers{11'300, 11'300, 11'176});
  contract.schedule_year = 2021;
  CHECK(ledger.paid(contract) == Numbers{11'300, 11'300, 11'176});
  contract.schedule_year = 2020;
  // $50 x (100 x 0.97 + 50 x 1.50) = 8,600; less 4 x 0.53 x $50.
  CHECK(ledger.paid(contract) == Numbers{8'600, 8'600, 8'494});
  // What is found in the third month was worked in the first: booked when found, or where it was worked.
  testing::pay_of(contract.pay[0]).restate = Restate::when_found;
  CHECK(ledger.paid(contract) == Numbers{8'600, 8'600, 8'494});
  testing::pay_of(contract.pay[0]).restate = Restate::worked_month;
  CHECK(ledger.paid(contract) == Numbers{8'494, 8'600, 8'600});
  auto generated = per_wrvu("generated_wrvu", {});
  generated.schedule_year = 2020;
  CHECK(ledger.paid(generated) == Numbers{8'600, 8'600, 8'600});
}

TEST_CASE("a contract may list its work RVUs, and open with some", "[unit][code_values]") {
  const Ledger ledger;
  auto contract = testing::contract_of({testing::measured(
      "work", "to_date(credited_wrvu)", testing::tiers(TierMode::marginal, {testing::above(900, 10)}))});
  testing::pay_of(contract.pay[0]).reset = Span::year;
  testing::pay_of(contract.pay[0]).restate = Restate::net_units;
  contract.work_rvu_hundredths = {{"99214", 300}, {"99213", 200}};
  contract.opening.to_date = {{"credited_wrvu", 700}};
  contract.partial = Partial::full;
  // 350 a month from 700 on: 150 above 900 in the first, 350 then, 4 visits a wRVU less in the third.
  CHECK(ledger.paid(contract) == Numbers{1'500, 3'500, 3'460});
}

TEST_CASE("a typed ledger brings work RVUs, or visits of the codes that the contract lists",
          "[unit][code_values]") {
  auto contract = per_wrvu("generated_wrvu", {});
  contract.work_rvu_hundredths = {{"99213", 97}, {"99214", 150}};
  const auto visits = testing::TypedLedger(2).add("visits.99213", {10, 20}).add("visits.99214", {10, 0});
  CHECK(testing::paid(contract, visits) == Numbers{1'235, 970});
  const auto typed = testing::TypedLedger(1)
                         .add("visits.99213", {10})
                         .add("visits.99214", {10})
                         .add("generated_wrvu", {32.2}, ColumnUnit::points, 100.0);
  CHECK(testing::paid(contract, typed) == Numbers{1'610});
}

std::vector<std::string> problems(const Contract& contract, const LedgerLayout& layout) {
  std::vector<std::string> all;
  const PeriodGrid grid{{1, 2021, 1, true, "2021-01"}};
  for (const auto& flaw : find_flaws(contract, layout, grid)) all.push_back(flaw.key + ": " + flaw.problem);
  for (const auto& flaw : find_oddities(contract, layout, grid))
    all.push_back(flaw.key + "? " + flaw.problem);
  return all;
}
using Lines = std::vector<std::string>;

TEST_CASE("what a pinned schedule cannot mean is told", "[unit][code_values]") {
  const Ledger ledger;
  auto contract = per_wrvu("generated_wrvu", {});
  contract.schedule_year = 2019;
  CHECK(problems(contract, ledger.layout) ==
        Lines{"schedule_year: the practice's fee schedule has no 99213 in 2019",
              "schedule_year: the practice's fee schedule has no 99214 in 2019"});
  contract.work_rvu_hundredths = {{"99213", 97}};
  CHECK(problems(contract, ledger.layout) == Lines{"schedule_year: stands beside work_rvu"});
  contract.schedule_year.reset();
  CHECK(problems(contract, ledger.layout) == Lines{"work_rvu: does not list 99214"});
  contract.schedule_year = 2020;
  contract.work_rvu_hundredths.clear();
  SpanColumn column;
  column.info = {"daily", ColumnUnit::usd, ColumnJoin::sum, 100.0, ""};
  column.value = testing::amount("2 * generated_wrvu");
  contract.ledger = {column};
  const auto found = problems(contract, ledger.layout);
  REQUIRE(!found.empty());
  CHECK(found[0] ==
        "ledger.daily.value: generated_wrvu is the practice's, and the contract has work RVUs of "
        "its own");
  auto visits = testing::contract_of({testing::measured("visits", "completed_visits", SingleRate{50.0})});
  visits.schedule_year = 2020;
  CHECK(problems(visits, ledger.layout) == Lines{"schedule_year? changes nothing"});
}

}  // namespace
}  // namespace paystress::code_values_test
