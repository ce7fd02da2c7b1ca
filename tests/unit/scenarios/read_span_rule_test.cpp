// Guarantees and caps of a day, a week or a number of days, and money beside pay.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "model/settle.h"
#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/offer_x.h"
#include "tests/support/paths.h"
#include "tests/support/pay_support.h"
#include "tests/support/study_text.h"

namespace paystress::read_span_rule_test {
namespace {

using Lines = std::vector<std::string>;
using Numbers = std::vector<double>;

ReadOffer read(const std::string& toml) {
  auto offer = read_offer_x(toml);
  REQUIRE(offer.is_toml);
  return offer;
}

const std::string three = R"toml([offers.x.terms]
per_visit = 60
per_hour = 20
[[offers.x.pay]]
name = "visits"
measure = "completed_visits"
usd = "per_visit"
[[offers.x.pay]]
name = "hours"
measure = "session_hours"
usd = "per_hour"
[[offers.x.pay]]
name = "messages"
measure = "2 * messages"
usd = 1
)toml";

TEST_CASE("a guarantee of a fortnight over three components is a column of what it lacks",
          "[unit][span_rule]") {
  const auto r = read(three + R"toml([[offers.x.adjust]]
name = "floor"
guarantee_usd = 2_000
per = "14 days"
from = 2026-01-05
on = ["visits", "hours", "messages"]
)toml");
  CHECK(r.faults == Lines{});
  REQUIRE(r.contract);
  REQUIRE(r.contract->ledger.size() == 1);
  const auto& column = r.contract->ledger[0];
  CHECK(column.info.name == "floor_usd");
  CHECK(column.days == 14);
  CHECK(column.value.text() ==
        "max(0, 2000 - (completed_visits * per_visit + session_hours * per_hour + 2 * messages * 1))");
  // What the days brought is in the column: here typed, as a ledger of months brings it.
  const auto ledger = testing::TypedLedger(2)
                          .add("completed_visits", {30, 40})
                          .add("session_hours", {10, 10}, ColumnUnit::hours)
                          .add("messages", {5, 5})
                          .add("floor_usd", {0, 350}, ColumnUnit::usd, 100.0);
  CHECK(testing::paid(*r.contract, ledger) == Numbers{1'800 + 200 + 10, 2'400 + 200 + 10 + 350});
}

TEST_CASE("a period of days says what it cannot see", "[unit][span_rule]") {
  const auto r = read(R"toml([[offers.x.pay]]
name = "base"
fixed_usd = 1
per = "month"
[[offers.x.pay]]
name = "visits"
measure = "completed_visits"
usd = 60
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 400
per = "week"
paid = "running"
on = ["base", "visits", "none"]
[[offers.x.adjust]]
name = "more"
add_usd = 5
per = "day"
on = ["visits"]
[[offers.x.adjust]]
name = "top"
cap_usd = 5
per = "14 days"
on = ["visits"]
)toml");
  CHECK(r.faults.size() == 7);
  const auto has = [&](const std::string& text) {
    return std::ranges::any_of(r.faults, [&](const auto& f) { return f.find(text) != std::string::npos; });
  };
  CHECK(has("adjust.1.on: base is money that no day earns"));
  CHECK(has("adjust.1.on: visits has a rate that is a number of its own"));
  CHECK(has("adjust.1.on: unknown component none"));
  CHECK(has("adjust.1.paid: is not used with a period of days"));
  CHECK(has("adjust.2.per: is a period of guarantees and caps only"));
  CHECK(has("adjust.3: from is missing (which 14 days belong together)"));
}

TEST_CASE("benefits and own costs are lines of their own that nothing else sees", "[unit][span_rule]") {
  const auto r = read(R"toml([offers.x]
employment = "1099"
benefits_usd_per_year = 12_000
own_costs_usd_per_year = 6_000.60
[[offers.x.pay]]
name = "base"
fixed_usd = 4_000
per = "month"
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 5_000
per = "month"
)toml");
  CHECK(r.faults == Lines{});
  REQUIRE(r.contract);
  CHECK(r.contract->employment == Employment::contractor);
  REQUIRE(r.contract->adjust.size() == 3);
  CHECK(r.contract->adjust[1].name == "benefits");
  CHECK(r.contract->adjust[2].name == "own_costs");
  // 5,000 + 1,000 - 500.05
  CHECK(testing::paid(*r.contract, testing::TypedLedger(2)) == Numbers{5'499.95, 5'499.95});
  const auto twice = read(R"toml([offers.x]
benefits_usd_per_year = 12_000
[[offers.x.pay]]
name = "benefits"
fixed_usd = 4_000
per = "month"
)toml");
  CHECK(twice.faults ==
        Lines{"c.toml:2:25: offers.x.benefits_usd_per_year: needs the name benefits, which another part has "
              "(its line in the tables is called so). Rename that part."});
}

TEST_CASE("offers that are compared and differ in employment bring a warning", "[unit][span_rule]") {
  const std::string other = R"toml([offers.agency]
employment = "1099"
[[offers.agency.pay]]
name = "visits"
measure = "completed_visits"
usd = 50
[offers.hospital]
employment = "w2"
[[offers.hospital.pay]]
name = "visits"
measure = "completed_visits"
usd = 45
)toml";
  Faults faults;
  const auto study =
      parse_study(std::string(small_study) + other, "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(study);
  const auto all = messages(faults);
  REQUIRE(all.size() == 1);
  CHECK(all[0].find("offers.hospital.employment: is w2, and agency is 1099") != std::string::npos);
}

TEST_CASE("months may begin and end on days", "[unit][span_rule]") {
  const auto phase = [](const std::string& months) {
    return read("[[offers.x.pay]]\nname = \"base\"\nfixed_usd = 1\nper = \"month\"\nmonths = " + months +
                "\n");
  };
  const auto r = phase("[2026-03-16, 2027-02-07]");
  CHECK(r.faults == Lines{});
  REQUIRE(r.contract);
  const auto& months = r.contract->pay[0].months;
  REQUIRE(months);
  CHECK(months->first == 3);
  CHECK(months->last == 14);
  CHECK(months->first_part == Approx(16.0 / 31.0));
  CHECK(months->last_part == 0.25);
  CHECK(phase("[2026-03-01, 18]").contract->pay[0].months->is_of_days() == false);
  CHECK(
      phase("[2025-12-31, 18]").faults ==
      Lines{"c.toml:5:10: offers.x.pay.1.months: [2025-12-31, 18] is no stretch of the study (its first day "
            "comes before its last, neither before the start). Correct the days."});
  CHECK(phase("[2026-03-16, \"end\"]").faults ==
        Lines{"c.toml:5:10: offers.x.pay.1.months: \"end\" is neither a day nor a month. Write for example "
              "[2026-03-16, 18]."});
}

}  // namespace
}  // namespace paystress::read_span_rule_test
