#include "sim/results/run_report.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/support/program.h"

namespace run_report_test {

using namespace paystress;
using words::Screen;

namespace {

Estimate estimate(double value, double reach = 1000) {
  Estimate e;
  e.value = value;
  e.ci_low = value - reach / 2;
  e.ci_high = value + reach;
  return e;
}

/// Two offers, the second without an advertised figure, one of them under a stress too.
struct Run {
  Study study;
  std::vector<engine::ScenarioInput> inputs;
  std::vector<engine::ScenarioOutcome> outcomes{3};

  Run() {
    study.offers.resize(2);
    study.offers[0].name = "wrvu";
    study.offers[0].title = "wRVU + small base";
    study.offers[0].advertised_usd_per_year = 300'000;
    study.offers[1].name = "b";
    study.need_usd_per_month = 11'000;
    study.target_usd_per_year = 210'000;
    study.scenarios = {{"p/wrvu/base", "p", "wrvu", "base", {}},
                       {"p/wrvu/a_long_name", "p", "wrvu", "fewer_patients_and_more_messages", {}},
                       {"p/b/base", "p", "b", "base", {}}};
    for (const auto& s : study.scenarios) inputs.push_back({&s, nullptr, nullptr, nullptr});
    for (auto& o : outcomes) {
      auto& k = o.tables.key_figures;
      k.p50_usd = estimate(230'773, 90);
      k.p05_usd = estimate(214'753);
      k.p95_usd = estimate(1'246'800);
      k.tail_mean_05_usd = estimate(210'001);
      k.target_shortfall_prob = estimate(0.017);
      k.need_shortfall_share = estimate(0.9999);
      k.paid_hourly_p50_usd = estimate(129);
      k.effective_hourly_p50_usd = estimate(108);
    }
    outcomes[0].tables.key_figures.below_advertised_prob = estimate(1);
    outcomes[1].tables.key_figures.below_advertised_prob = estimate(1);
    outcomes[0].tier = engine::TierHeadline{"production", 2, Span::quarter, 0.988};
  }
  [[nodiscard]] std::string at(std::size_t columns) const {
    return results::run_report(study, inputs, outcomes, {columns, false});
  }
};

std::size_t widest(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the summary at 80, 100 and 120 columns, as text", "[unit][run_report]") {
  const Run run;
  CHECK(run.at(80) ==
        "                                median  +-  bad year   P(below  P(below   months\n"
        "                                     $   $         $  advert.)  target)   < need\n"
        "wRVU + small base, advertised at 300,000 a year\n"
        "  tier line that costs most: production tier 2, missed in 98.8 % of quarters\n"
        "  as described                 230,773  90   214,753   100.0 %    1.7 %  >99.9 %\n"
        "  fewer patients and more      230,773  90   214,753   100.0 %    1.7 %  >99.9 %\n"
        "  messages\n"
        "b\n"
        "  as described                 230,773  90   214,753         -    1.7 %  >99.9 %\n"
        "\n"
        "Median: half of the paths pay less; +-: simulation error, the reach of its 95 %\n"
        "interval; bad year: 5th percentile, one path in twenty pays less; P(below\n"
        "advert.): probability of less than was advertised; P(below target): of less than\n"
        "210,000 a year; months < need: share of months that pay less than 11,000. Left\n"
        "out at 80 columns, in summary.csv: good year $, mean of worst 5 %, paid $/h,\n"
        "effect. $/h.\n");
  CHECK(
      run.at(100) ==
      "                                median  +-  bad year  good year   P(below  P(below   months  effect.\n"
      "                                     $   $         $          $  advert.)  target)   < need      $/h\n"
      "wRVU + small base, advertised at 300,000 a year\n"
      "  tier line that costs most: production tier 2, missed in 98.8 % of quarters\n"
      "  as described                 230,773  90   214,753  1,246,800   100.0 %    1.7 %  >99.9 %      108\n"
      "  fewer patients and more      230,773  90   214,753  1,246,800   100.0 %    1.7 %  >99.9 %      108\n"
      "  messages\n"
      "b\n"
      "  as described                 230,773  90   214,753  1,246,800         -    1.7 %  >99.9 %      108\n"
      "\n"
      "Median: half of the paths pay less; +-: simulation error, the reach of its 95 % interval; bad year:\n"
      "5th percentile, one path in twenty pays less; good year: 95th percentile; P(below advert.):\n"
      "probability of less than was advertised; P(below target): of less than 210,000 a year; months <\n"
      "need: share of months that pay less than 11,000; effect. $/h: for an hour of session and of unpaid\n"
      "work. Left out at 100 columns, in summary.csv: mean of worst 5 %, paid $/h.\n");
  CHECK(run.at(120) ==
        "                                   median  +-  bad year  good year    mean of   P(below  P(below   "
        "months  paid  effect.\n"
        "                                        $   $         $          $  worst 5 %  advert.)  target)   "
        "< need   $/h      $/h\n"
        "wRVU + small base, advertised at 300,000 a year\n"
        "  tier line that costs most: production tier 2, missed in 98.8 % of quarters\n"
        "  as described                    230,773  90   214,753  1,246,800    210,001   100.0 %    1.7 %  "
        ">99.9 %   129      108\n"
        "  fewer patients and more         230,773  90   214,753  1,246,800    210,001   100.0 %    1.7 %  "
        ">99.9 %   129      108\n"
        "  messages\n"
        "b\n"
        "  as described                    230,773  90   214,753  1,246,800    210,001         -    1.7 %  "
        ">99.9 %   129      108\n"
        "\n"
        "Median: half of the paths pay less; +-: simulation error, the reach of its 95 % interval; bad year: "
        "5th percentile, one\n"
        "path in twenty pays less; good year: 95th percentile; mean of worst 5 %: over the worst twentieth "
        "of the paths; P(below\n"
        "advert.): probability of less than was advertised; P(below target): of less than 210,000 a year; "
        "months < need: share of\n"
        "months that pay less than 11,000; paid $/h: median pay for an hour of session; effect. $/h: for an "
        "hour of session and\n"
        "of unpaid work.\n");
}

TEST_CASE("the summary fits every screen, and says what it leaves out", "[unit][run_report]") {
  const Run run;
  for (std::size_t columns = 60; columns <= 200; ++columns) {
    auto text = run.at(columns);
    INFO(text);
    CHECK(widest(text) <= columns);
    std::ranges::replace(text, '\n', ' ');
    for (const std::string heading : {"good year", "worst 5 %", "$/h"})
      CHECK(has(text, heading));  // among the headings or among what was left out
    CHECK(has(text, "Left out") == (columns < 114));
  }
}

TEST_CASE("figures that a study does not ask for have no column", "[unit][run_report]") {
  Run run;
  run.study.need_usd_per_month.reset();
  run.study.target_usd_per_year.reset();
  run.study.offers[0].advertised_usd_per_year.reset();
  const auto text = run.at(120);
  INFO(text);
  for (const std::string heading : {"P(below", "need", "advert"}) CHECK_FALSE(has(text, heading));
  run.study.months = 24;
  CHECK(has(run.at(120), "bad 2 years"));
  CHECK_FALSE(has(run.at(120), "bad year"));
}

TEST_CASE("the ranking is that of the base case", "[unit][run_report]") {
  const Run run;
  engine::Comparisons comparisons;
  CHECK(results::ranking_report(run.study, run.inputs, run.outcomes, comparisons, {}).empty());
  comparisons.ranks = {{"dip", {{0, estimate(1), {estimate(0.5), estimate(2)}, {}}}},
                       {"base", {{2, estimate(200'000), {estimate(0.75), estimate(500)}, {}}}}};
  for (const std::size_t columns : {60U, 80U, 100U, 120U}) {
    const auto text =
        results::ranking_report(run.study, run.inputs, run.outcomes, comparisons, {columns, false});
    INFO(text);
    CHECK(widest(text) <= columns);
    CHECK(has(text, "200,000  75.0 %       500\n"));
    CHECK_FALSE(has(text, "wRVU"));
  }
}

TEST_CASE("what is owed at the end stands beside the median and the ranking", "[unit][run_report]") {
  Run run;
  auto& k = run.outcomes[0].tables.key_figures;
  k.owing_prob = estimate(0.999);
  k.owed_p50_usd = estimate(22'303);
  k.owed_p95_usd = estimate(1'138'120);
  engine::Comparisons comparisons;
  comparisons.ranks = {{"base",
                        {{0, estimate(230'773), {estimate(1), estimate(0)}, {}},
                         {2, estimate(200'000), {estimate(0), estimate(500)}, {}}}}};
  const auto ranked = [&](std::size_t columns) {
    return results::ranking_report(run.study, run.inputs, run.outcomes, comparisons, {columns, false});
  };
  for (const std::size_t columns : {60U, 80U, 100U, 120U}) {
    CHECK(widest(run.at(columns)) <= columns);
    CHECK(widest(ranked(columns)) <= columns);
  }
  CHECK(has(run.at(80),
            "  tier line that costs most: production tier 2, missed in 98.8 % of quarters\n"
            "  owed at the end, not taken off: in 99.9 % of paths; median 22,303, one in\n"
            "  twenty above 1,138,120\n"
            "  as described"));
  CHECK(has(ranked(80), "What is owed at\nthe end is not taken off the pay of wRVU + small base.\n"));
  k.owing_prob = k.owed_p50_usd = k.owed_p95_usd = estimate(0);
  CHECK(has(run.at(80), "  nothing of the draw is owed at the end\n"));
  CHECK_FALSE(has(ranked(80), "owed"));
  k.owing_prob = k.owed_p50_usd = k.owed_p95_usd = {};
  CHECK_FALSE(has(run.at(80), "owed"));
}

TEST_CASE("a study of several years tells the median of each", "[unit][run_report]") {
  Run run;
  run.study.months = 18;
  run.outcomes[0].tables.key_figures.year_p50_usd = {estimate(206'601), estimate(88'204)};
  CHECK(has(run.at(80), "  median year by year: 206,601; 88,204 (6 months)\n  as described"));
  run.study.months = 24;
  CHECK(has(run.at(80), "  median year by year: 206,601; 88,204\n"));
}

TEST_CASE("a batch ends with its best, median and worst row", "[unit][run_report]") {
  const testing::TemporaryDirectory dir;
  const auto file = dir.path() / "summary.csv";
  const std::vector<std::string> columns{"practices.p.no_show.rate"};
  const auto report = [&](const std::string& rows) {
    testing::write_text(file,
                        "scenario,income_usd_p50,income_usd_p50_ci_low,income_usd_p50_ci_high,income_usd_p05,"
                        "practices.p.no_show.rate\n" +
                            rows);
    return results::batch_report({}, file, columns, {80, false});
  };
  CHECK(report("a,100,90,130,50,0.1\nb,200,190,205,60,0.2\n").empty());
  CHECK(report(
            "a,100,90,130,50,0.1\nb,200,190,205,60,0.2\nc,,,,,\nd,150,140,151,70,0.3\ne,120,110,121,80,\n") ==

        "                  median  +-  bad year  good year    mean of  paid  effect.\n"
        "                       $   $         $          $  worst 5 %   $/h      $/h\n"
        "b: practices.p.no_show.rate = 0.2\n"
        "  best               200  10        60          -          -     -        -\n"
        "d: practices.p.no_show.rate = 0.3\n"
        "  median             150  10        70          -          -     -        -\n"
        "a: practices.p.no_show.rate = 0.1\n"
        "  worst              100  30        50          -          -     -        -\n"
        "\n"
        "Median: half of the paths pay less; +-: simulation error, the reach of its 95 %\n"
        "interval; bad year: 5th percentile, one path in twenty pays less; good year:\n"
        "95th percentile; mean of worst 5 %: over the worst twentieth of the paths; paid\n"
        "$/h: median pay for an hour of session; effect. $/h: for an hour of session and\n"
        "of unpaid work.\n"
        "\n");
}

TEST_CASE("of targets that are missed the worst is named with the paths that it would take",
          "[unit][run_report]") {
  Study study;
  study.precision =
      Precision{{{.measure = Measure::income_usd, .statistic = Statistic{}, .half_width = 100.0}}, 0, 0, 0};
  TargetStatus met{0, "p/a/base", 50.0, 100.0, true, std::nullopt};
  TargetStatus missed{0, "p/b/base", 250.0, 100.0, false, 6250.0};
  CHECK(results::precision_report(study, std::vector{met}, 1000).empty());
  const auto text = results::precision_report(study, std::vector{met, missed}, 1000);
  INFO(text);
  CHECK(has(text, "1 of 2 precision targets not met after 1000 paths"));
  CHECK(has(text, "p/b/base"));
  CHECK(has(text, "about 6250 paths would do"));
}

TEST_CASE("the ranking says what each pairing of luck makes of it", "[unit][run_report]") {
  Run run;
  run.study.scenarios[2].practice = "q";
  RankedOffer first{
      0, estimate(230'773), {estimate(0.014), estimate(19'560)}, {estimate(0.122), estimate(20'460)}};
  RankedOffer second{2, estimate(211'000), {estimate(0.986), estimate(41)}, {estimate(0.878), estimate(940)}};
  engine::Comparisons comparisons;
  comparisons.ranks = {{"base", {first, second}}};
  const auto at = [&](std::size_t columns) {
    return results::ranking_report(run.study, run.inputs, run.outcomes, comparisons, {columns, false});
  };
  CHECK(at(80) ==
        "Ranking, as described\n"
        "                      median            pays          given up\n"
        "                           $            most                 $\n"
        "  wRVU + small base  230,773   1.4 to 12.2 %  19,560 to 20,460\n"
        "  b                  211,000  87.8 to 98.6 %         41 to 940\n"
        "\n"
        "Pays most: probability that no other offer pays more on the same path; given up:\n"
        "average given up if chosen, against the best offer of each path. Of two figures,\n"
        "one is for employers that have the same luck, the other for employers with luck\n"
        "of their own.\n"
        "\n");
  for (const std::size_t columns : {80U, 100U, 120U}) CHECK(widest(at(columns)) <= columns);
  CHECK(
      at(100) ==
      "Ranking, as described\n"
      "                      median            pays          given up\n"
      "                           $            most                 $\n"
      "  wRVU + small base  230,773   1.4 to 12.2 %  19,560 to 20,460\n"
      "  b                  211,000  87.8 to 98.6 %         41 to 940\n"
      "\n"
      "Pays most: probability that no other offer pays more on the same path; given up: average given up if\n"
      "chosen, against the best offer of each path. Of two figures, one is for employers that have the same\n"
      "luck, the other for employers with luck of their own.\n"
      "\n");
  CHECK(at(120) ==
        "Ranking, as described\n"
        "                      median            pays          given up\n"
        "                           $            most                 $\n"
        "  wRVU + small base  230,773   1.4 to 12.2 %  19,560 to 20,460\n"
        "  b                  211,000  87.8 to 98.6 %         41 to 940\n"
        "\n"
        "Pays most: probability that no other offer pays more on the same path; given up: average given up "
        "if chosen, against the\n"
        "best offer of each path. Of two figures, one is for employers that have the same luck, the other "
        "for employers with luck\n"
        "of their own.\n"
        "\n");

  // All on one practice, or without a figure for luck of their own: one figure, and no word about two.
  run.study.scenarios[2].practice = "p";
  comparisons.ranks[0].second[0].other_months = first.shared_luck;
  comparisons.ranks[0].second[1].other_months = {};
  CHECK(at(80) ==
        "Ranking, as described\n"
        "                      median    pays  given up\n"
        "                           $    most         $\n"
        "  wRVU + small base  230,773   1.4 %    19,560\n"
        "  b                  211,000  98.6 %        41\n"
        "\n"
        "Pays most: probability that no other offer pays more on the same path; given up:\n"
        "average given up if chosen, against the best offer of each path.\n"
        "\n");
}

}  // namespace run_report_test
