#include "scenarios/read_study.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::read_study_test {
namespace {

StudyText whole(const std::string& text) {
  Faults faults;
  auto study = parse_study(text, "s.toml", test::source_path("scenarios"), faults);
  CHECK(messages(faults) == std::vector<std::string>{});
  REQUIRE(study);
  return std::move(*study);
}

const ResolvedNumber& number(const StudyText& text, std::string_view key) {
  for (const auto& n : text.resolved)
    if (n.key == key) return n;
  throw std::out_of_range(std::string(key));
}

TEST_CASE("a study resolves with its defaults and every origin", "[unit][study]") {
  const auto text = whole(std::string(small_study));
  const auto& study = text.study;
  CHECK(study.title == "Small");
  CHECK(study.months == 12);
  CHECK(study.paths == 1000);
  CHECK(study.seed == 20260107);
  REQUIRE(study.practices.size() == 1);
  const auto& p = study.practices[0];
  CHECK(p.works == std::array<bool, 7>{true, false, true, false, false, false, false});
  CHECK(std::get<Known>(p[Parameter::visits_per_day]).value == 20.0);
  REQUIRE(p.codes.size() == 2);
  CHECK(p.codes[1].code == "99214");
  CHECK(p.codes[1].work_rvu_hundredths == 192);
  CHECK(p.codes[1].usd_cents == 13561);
  CHECK(to_string(number(text, "practices.clinic.no_show.rate").origin) == "s.toml:9:20");
  CHECK(number(text, "practices.clinic.no_show.rate").value == "0.08");
  CHECK(to_string(number(text, "practices.clinic.demand.daily_cv").origin) == "default (V8)");
  CHECK(number(text, "practices.clinic.sessions.weekdays").value == "Mon Wed");
  CHECK(to_string(number(text, "practices.clinic.demand.weekday").origin) == "default (assumption)");
  CHECK(number(text, "practices.clinic.season").value == "1 in each");
  CHECK(number(text, "offers.visit.pay.1.usd").value == "40");
  CHECK(to_string(number(text, "study.seed").origin) == "default");
  REQUIRE(text.input_files.size() == 2);
  CHECK(text.input_files[0] == "s.toml");
}

TEST_CASE("without [[scenarios]] every practice meets every offer and stress", "[unit][study]") {
  const auto study =
      whole(std::string(small_study) + "[stresses.calm]\nno_show.rate = { set = 0.02 }\n").study;
  std::vector<std::string> ids;
  for (const auto& s : study.scenarios) ids.push_back(s.id);
  CHECK(ids == std::vector<std::string>{"clinic/visit/base", "clinic/visit/dip", "clinic/visit/calm"});
}

TEST_CASE("[[scenarios]] choose rows in their order", "[unit][study]") {
  const auto study =
      whole(std::string(small_study) +
            "[[scenarios]]\npractice = 'clinic'\noffer = ['visit']\nstresses = ['dip', 'base']\n")
          .study;
  REQUIRE(study.scenarios.size() == 2);
  CHECK(study.scenarios[0].id == "clinic/visit/dip");
  CHECK(study.scenarios[1].stress == "base");
}

TEST_CASE("weekday factors follow the order of the weekdays", "[unit][study]") {
  const auto study = whole(with(with(small_study, "[\"Mon\", \"Wed\"]", "[\"Wed\", \"Mon\"]"),
                                "monthly_cv = 0.03", "weekday = [1.1, 0.9]"))
                         .study;
  CHECK(study.practices[0].weekday_factor[0] == 0.9);
  CHECK(study.practices[0].weekday_factor[2] == 1.1);
}

TEST_CASE("codes are ordered by work", "[unit][study]") {
  const auto study =
      whole(with(small_study, "\"99213\" = 0.6, \"99214\" = 0.4", "\"99214\" = 0.4, \"99213\" = 0.6")).study;
  CHECK(study.practices[0].codes[0].code == "99213");
}

TEST_CASE("distributions are read in each of their forms", "[unit][study]") {
  const auto rate = [](const std::string& form) {
    return whole(with(small_study, "rate = 0.08", "rate = " + form))
        .study.practices[0][Parameter::no_show_rate];
  };
  const auto demand = [](const std::string& form) {
    return whole(with(small_study, "visits_per_day = 20.0", "visits_per_day = " + form))
        .study.practices[0][Parameter::visits_per_day];
  };
  const auto pert = std::get<Pert>(rate("{ low = 0.03, likely = 0.08, high = 0.18 }"));
  CHECK(pert.low == 0.03);
  CHECK(pert.likely == 0.08);
  CHECK(pert.high == 0.18);
  CHECK(std::get<BetaMeanSd>(rate("{ mean = 0.1, sd = 0.05 }")).sd == 0.05);
  CHECK(std::get<GammaMeanSd>(demand("{ mean = 20, sd = 3 }")).mean == 20);
  const auto cv = std::get<Lognormal>(demand("{ median = 20, cv = 0.3 }"));
  CHECK(cv.median == 20);
  CHECK(std::expm1(cv.sigma * cv.sigma) == Approx(0.09).epsilon(1e-12));
  // DESIGN's figures: median 4.3 and log-sd 0.285 has 6.2 as its 90th percentile.
  const auto p = std::get<Lognormal>(demand("{ p10 = 2.982, p90 = 6.2 }"));
  CHECK(p.median == Approx(4.3).epsilon(1e-4));
  CHECK(p.median * std::exp(1.2815515655446004 * p.sigma) == Approx(6.2).epsilon(1e-12));
  const auto seen = std::get<Empirical>(demand("{ values = 'fee_schedules/cms_2026.csv:work_rvu' }"));
  CHECK(seen.sorted.front() == 0.18);
  CHECK(seen.sorted.back() == 3.5);
}

TEST_CASE("stresses change counts, numbers, slots, codes and contracts", "[unit][study]") {
  const auto study = whole(std::string(small_study) + R"([stresses.many]
demand = { multiply = 1.2 }
inbox.messages = { multiply = 2, minutes = { add = 1 } }
no_show.rate = { multiply = 1.5, add = 0.01 }
slots = { multiply = 0.5 }
recode = [ { from = "99214", to = "99213", share = 0.5 } ]
offers.visit.pay.visits.usd = { multiply = 0.9 }
[stresses.all]
combine = ["dip", "many"]
months = [1, 2]
late_cancel.rate = { set = 0.1 }
)")
                         .study;
  REQUIRE(study.stresses.size() == 4);
  CHECK(study.stresses[0].name == "base");
  CHECK(study.stresses[0].parts.empty());
  const auto& dip = study.stresses[1].parts.at(0);
  CHECK(dip.first_month == 4);
  CHECK(dip.last_month == 6);
  CHECK(dip.counts.at(0).factor == 0.8);
  const auto& many = study.stresses[2].parts.at(0);
  CHECK(many.last_month == 12);
  REQUIRE(many.counts.size() == 2);
  CHECK(many.counts[0].count == StressedCount::demand);
  CHECK(many.counts[1].count == StressedCount::messages);
  REQUIRE(many.parameters.size() == 2);
  CHECK(many.parameters[0].parameter == Parameter::no_show_rate);
  CHECK(many.parameters[0].change.apply(0.08) == Approx(0.13).epsilon(1e-15));
  CHECK(many.parameters[1].parameter == Parameter::messages_minutes);
  CHECK(many.slots.at(0).factor == 0.5);
  CHECK(many.recodes.at(0).from == "99214");
  CHECK(study.stresses[3].parts.size() == 3);
  CHECK(study.stresses[3].parts[2].last_month == 2);
  REQUIRE(many.offers.size() == 1);
  CHECK(many.offers[0].key == "visit.pay.visits.usd");
  CHECK(many.offers[0].change.multiply == 0.9);
}

TEST_CASE("precision targets are read", "[unit][study]") {
  const auto study = whole(with(small_study, "[practices.clinic]", R"([study.precision]
min_paths = 2000
max_paths = 50_000
checkpoint = 1000
targets = [
  { measure = "income_usd", statistic = "quantile", level = 0.05, half_width = 500 },
  { measure = "income_usd", statistic = "mean", relative_half_width = 0.001 },
]
[practices.clinic])"))
                         .study;
  REQUIRE(study.precision);
  CHECK(study.precision->max_paths == 50'000);
  REQUIRE(study.precision->targets.size() == 2);
  CHECK(study.precision->targets[0].statistic == Statistic{StatisticKind::quantile, 0.05});
  CHECK(study.precision->targets[1].measure == Measure::income_usd);
  CHECK(study.precision->targets[1].relative);
}

TEST_CASE("levels and what a near miss is are read", "[unit][study]") {
  const auto plain = whole(std::string(small_study)).study;
  CHECK(plain.levels.tails == std::vector<double>{0.01, 0.05, 0.10});
  CHECK(plain.near_miss.share == 0.05);
  CHECK_FALSE(plain.near_miss.units);
  const auto text = whole(with(small_study, "paths = 1000", R"(quantiles = [0.2, 0.8]
tails = [0.25]
near_miss = { share = 0.1, units = 5 }
paths = 1000)"));
  CHECK(text.study.levels.quantiles == std::vector<double>{0.2, 0.8});
  CHECK(text.study.levels.tails == std::vector<double>{0.25});
  CHECK(text.study.near_miss.share == 0.1);
  CHECK(text.study.near_miss.units == 5.0);
  CHECK(number(text, "study.quantiles").value == "0.2 0.8");
  CHECK(to_string(number(text, "study.tails").origin) == "s.toml:5:9");
}

TEST_CASE("events are in order of name", "[unit][study]") {
  const auto study = whole(with(small_study, "late_cancel",
                                R"(events.outage = { per_year = 2, days = 1, slots = { multiply = 0.5 } }
events.illness = { per_year = { mean = 0.5, sd = 0.2 }, days = 5, slots = { multiply = 0 }, demand = { multiply = 0.9 } }
correlation = [ ["events.illness.per_year", "ramp.months_to_95", -0.4], ["demand", "inbox.messages", 0.3] ]
ramp = { start = 0.35, months_to_95 = { low = 12, likely = 20, high = 30 } }
late_cancel)"))
                         .study;
  const auto& p = study.practices[0];
  REQUIRE(p.events.size() == 2);
  CHECK(p.events[0].name == "illness");
  CHECK(p.events[0].slots_factor == 0.0);
  CHECK(p.events[0].demand_factor == 0.9);
  CHECK(std::get<Known>(p.events[1].days).value == 1);
  REQUIRE(p.correlation.size() == 2);
  CHECK(p.correlation[0].rho == -0.4);
}

}  // namespace
}  // namespace paystress::read_study_test
