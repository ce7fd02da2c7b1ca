// Fee schedules of several years, offers pinned to one of them, and stresses that revalue codes.
#include <catch2/catch.hpp>

#include "scenarios/override.h"
#include "scenarios/read_study.h"
#include "sim/words/explain_contract.h"
#include "tests/support/messages.h"
#include "tests/support/offer_x.h"
#include "tests/support/program.h"
#include "tests/support/study_text.h"

namespace paystress::schedule_years_test {
namespace {

using Lines = std::vector<std::string>;

constexpr std::string_view two_years =
    "code,work_rvu,usd,year\n99213,0.97,76.15,2020\n99213,1.30,92.52,2021\n"
    "99214,1.50,110.43,2020\n99214,1.92,,2021\n";

struct Read {
  std::optional<StudyText> text;
  Lines said;
};

class Folder {
 public:
  explicit Folder(std::string_view schedule = two_years) {
    testing::write_text(place_.path() / "fees.csv", std::string(schedule));
  }
  [[nodiscard]] Read read(std::string_view more, std::string_view old = "title",
                          std::string_view by = "title", const char* start = "2020-07-01") const {
    auto study = with(with(small_study, "fee_schedules/cms_2026.csv", "fees.csv"), "title = \"Small\"",
                      std::string("title = \"Small\"\nstart = ") + start);
    study = with(study, old, by);
    Faults faults;
    Read result;
    result.text = parse_study(study + std::string(more), "s.toml", place_.path(), faults);
    result.said = messages(faults);
    return result;
  }
  [[nodiscard]] std::string file() const { return (place_.path() / "fees.csv").string(); }

 private:
  testing::TemporaryDirectory place_;
};

const std::string work = R"toml([[offers.work.pay]]
name = "work"
measure = "credited_wrvu"
usd = 50
restate = "net_units"
[offers.work]
)toml";

TEST_CASE("a practice without codes.year follows the years of its schedule", "[unit][schedule_years]") {
  const Folder folder;
  const auto r = folder.read("");
  CHECK(r.said == Lines{});
  REQUIRE(r.text);
  const auto& practice = r.text->study.practices.front();
  CHECK(practice.follows_schedule_years);
  REQUIRE(practice.codes.size() == 2);
  CHECK(practice.codes[1].work_rvu_hundredths == 192);
  CHECK(practice.codes[0].usd_cents == 9'252);
  CHECK_FALSE(practice.codes[1].usd_cents);  // 2021 states none
  REQUIRE(practice.codes[1].years.size() == 2);
  CHECK(practice.codes[1].years[0].work_rvu_hundredths == 150);
  const auto fixed = folder.read("", "mix =", "year = 2020, mix =");
  REQUIRE(fixed.text);
  CHECK_FALSE(fixed.text->study.practices.front().follows_schedule_years);
  CHECK(fixed.text->study.practices.front().codes[1].work_rvu_hundredths == 150);
}

TEST_CASE("years that the months need must be there", "[unit][schedule_years]") {
  CHECK(
      Folder().read("", "title", "title", "2019-07-01").said ==
      Lines{"s.toml:12:9: practices.clinic.codes.year: missing (the schedule begins with 2020, the study in "
            "2019). Write year = 2020, or add earlier rows to the schedule."});
  const Folder gap("code,work_rvu,year\n99213,0.97,2020\n99213,1.30,2021\n99214,1.92,2021\n");
  CHECK(gap.read("").said ==
        Lines{"s.toml:12:67: practices.clinic.codes.mix.99214: " + gap.file() +
              " does not have it in 2020 (each month takes the schedule year in force in "
              "it). Add the row, or write codes.year."});
  CHECK(gap.read("", "mix =", "year = 2021, mix =").said == Lines{});
}

TEST_CASE("an offer is pinned to a year, floats, or lists its work RVUs", "[unit][schedule_years]") {
  const Folder folder;
  const auto pinned = folder.read(work + "schedule_year = 2020\n");
  CHECK(pinned.said == Lines{});
  REQUIRE(pinned.text);
  CHECK(pinned.text->study.find_offer("work")->schedule_year == 2020);
  const auto floating = folder.read(work + "schedule_year = \"current\"\n");
  CHECK(floating.said == Lines{});
  CHECK_FALSE(floating.text->study.find_offer("work")->schedule_year);
  const auto listed = folder.read(work + "work_rvu = { 99213 = 0.97, 99214 = 1.5 }\n");
  CHECK(listed.said == Lines{});
  CHECK(listed.text->study.find_offer("work")->work_rvu_hundredths ==
        std::vector<std::pair<std::string, long>>{{"99213", 97}, {"99214", 150}});
  const auto start = pinned.text->study.start;
  CHECK(words::explain_contract(*pinned.text->study.find_offer("work"), {}, start)
            .find("Its work RVUs are those of the 2020 fee schedule, whatever year it is.") !=
        std::string::npos);
  CHECK(words::explain_contract(*listed.text->study.find_offer("work"), {}, start)
            .find("A visit coded 99214 counts 1.5 work RVU, whatever the fee schedule says.") !=
        std::string::npos);
}

TEST_CASE("every fault of a pinned schedule is told", "[unit][schedule_years]") {
  const Folder folder;
  CHECK(folder.read(work + "schedule_year = \"frozen\"\n").said ==
        Lines{"s.toml:30:17: offers.work.schedule_year: \"frozen\" is not one of the choices. Known here: "
              "current."});
  CHECK(
      folder.read(work + "schedule_year = 1980\n").said ==
      Lines{"s.toml:30:17: offers.work.schedule_year: 1980 is below 1992 (a year of the fee schedule). Write "
            "a whole number from 1992 to 2100."});
  CHECK(
      folder.read(work + "schedule_year = 2026\n").said ==
      Lines{"s.toml:30:17: offers.work.schedule_year: the practice's fee schedule has no 99213 in 2026 (its "
            "visits would count nothing). Write a year that the schedule has, or the work RVUs as work_rvu = "
            "{ CODE = 1.5 }.",
            "s.toml:30:17: offers.work.schedule_year: the practice's fee schedule has no 99214 in 2026 (its "
            "visits would count nothing). Write a year that the schedule has, or the work RVUs as work_rvu = "
            "{ CODE = 1.5 }."});
  CHECK(folder.read(work + "work_rvu = { 99213 = 0.975, 99214 = -1 }\n").said ==
        Lines{"s.toml:30:22: offers.work.work_rvu.99213: has more than two decimals (work RVUs are "
              "hundredths). Write such as 1.92.",
              "s.toml:30:37: offers.work.work_rvu.99214: -1 is below 0 (work RVUs of one visit). Write a "
              "number from 0 to 1000."});
  CHECK(folder.read(work + "schedule_year = 2020\nwork_rvu = { 99213 = 0.97 }\n").said ==
        Lines{"s.toml:30:17: offers.work.schedule_year: stands beside work_rvu (both say what a visit's work "
              "RVU is). Leave one out."});
}

TEST_CASE("a pinned schedule is a vague clause like others", "[unit][schedule_years]") {
  const auto r = Folder().read(work + "schedule_year = { readings = [2020, \"current\"] }\n");
  CHECK(r.said == Lines{});
  REQUIRE(r.text);
  REQUIRE(r.text->vague.size() == 1);
  CHECK(r.text->vague[0].key == "schedule_year");
  CHECK(r.text->study.find_offer("work")->schedule_year == 2020);
}

TEST_CASE("a stress revalues codes, and says what it cannot", "[unit][schedule_years]") {
  const Folder folder;
  const auto r = folder.read(
      "[stresses.cms_2021]\nmonths = [3, 9]\ncodes.work_rvu = { 99214 = { set = 1.92 } }\n"
      "codes.usd = { 99213 = { multiply = 1.1 } }\n");
  CHECK(r.said == Lines{});
  REQUIRE(r.text);
  const auto& part = r.text->study.find_stress("cms_2021")->parts.at(0);
  CHECK(part.touches_practice());
  REQUIRE(part.revaluations.size() == 2);
  CHECK(part.revaluations[0].code == "99214");
  CHECK(part.revaluations[0].change.set == 1.92);
  CHECK(part.revaluations[1].of == Revaluation::Of::usd);
  const auto bad = folder.read(
      "[stresses.bad]\ncodes.work_rvu = { 99215 = { set = 2.8 }, 99214 = { set = 2000 }, 99213 = 1.3 }\n"
      "codes.usd = { 99214 = { add = 3 } }\n");
  CHECK(bad.said ==
        Lines{"s.toml:24:1: stresses.bad.codes.work_rvu.99215: practice clinic has no code 99215 (a code "
              "outside its mix is never visited). Did you mean 99213?",
              "s.toml:24:1: stresses.bad.codes.usd.99214: 99214 has no dollars on practice clinic (its fee "
              "schedule states none). Fill the usd column of the practice's schedule.",
              "s.toml:25:59: stresses.bad.codes.work_rvu.99214.set: 2000 is above 1000 (work RVUs of one "
              "visit). Write a number from 0 to 1000.",
              "s.toml:25:75: stresses.bad.codes.work_rvu.99213: 1.3 is a number, not a change. Write "
              "{ multiply = 0.8 }, { add = 0.05 } or { set = 0.2 }."});
}

TEST_CASE("rows of a batch change the year and the revaluation", "[unit][schedule_years]") {
  const Folder folder;
  const auto r = folder.read(work +
                             "schedule_year = 2020\n[stresses.cms_2021]\n"
                             "codes.work_rvu = { 99214 = { set = 1.92 } }\n");
  REQUIRE(r.text);
  ScenarioResolver resolver(*r.text);
  Faults faults;
  const Place row{"b.csv", 2, 1};
  const std::vector<Override> changes{{"practices.clinic.codes.year", "2021", row},
                                      {"offers.work.schedule_year", "2021", row},
                                      {"stresses.cms_2021.codes.work_rvu.99214.set", "1.75", row}};
  const auto resolved = resolver.resolve("clinic", "work", "cms_2021", changes, row, faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(resolved);
  CHECK(resolved->practice->codes[1].work_rvu_hundredths == 192);
  CHECK_FALSE(resolved->practice->follows_schedule_years);
  CHECK(resolved->contract->schedule_year == 2021);
  CHECK(resolved->stress->parts[0].revaluations[0].change.set == 1.75);
}

}  // namespace
}  // namespace paystress::schedule_years_test
