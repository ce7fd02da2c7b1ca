// The figures that the shipped studies are calibrated to. Medians of n paths have a standard error of about
// 1.25 sd / sqrt(n); with 4,096 paths and the spreads seen here (at most 7 % of the median) that is 0.14 % of
// the median, so a limit of 5 % is exceeded by a change of the study or the model, not by luck. Means on the
// brochures, where nothing but days off and codes is random, are known to 0.02 %. The seed is the study's
// own.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <set>

#include "model/settle.h"
#include "scenarios/read_batch.h"
#include "scenarios/read_study.h"
#include "sim/engine/span_ledger.h"
#include "sim/samplers/sampler.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"

namespace paystress::shipped_studies_test {
namespace {

constexpr std::size_t many = 4096;

StudyText shipped(const std::string& name) {
  Faults faults;
  auto text = read_study(test::source_path("scenarios/") + name + ".toml", faults);
  CHECK(messages(faults) == std::vector<std::string>{});
  REQUIRE(text);
  return std::move(*text);
}

// Totals of the horizon by path.
struct Totals {
  std::vector<double> income_usd, session_hours, after_hours, meeting_hours, workdays, completed, wrvu;

  [[nodiscard]] std::vector<double> each(const std::function<double(std::size_t)>& of) const {
    std::vector<double> values(session_hours.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = of(i);
    return values;
  }
  [[nodiscard]] std::vector<double> paid_hourly() const {
    return each([&](std::size_t i) { return income_usd[i] / session_hours[i]; });
  }
  [[nodiscard]] std::vector<double> effective_hourly() const {
    return each([&](std::size_t i) {
      return income_usd[i] / (session_hours[i] + after_hours[i] + meeting_hours[i]);
    });
  }
  [[nodiscard]] std::vector<double> after_minutes_a_day() const {
    return each([&](std::size_t i) { return 60 * after_hours[i] / workdays[i]; });
  }
  [[nodiscard]] std::vector<double> wrvu_an_hour() const {
    return each([&](std::size_t i) { return wrvu[i] / session_hours[i]; });
  }
};

// The lower inverse of the sample distribution, as in the tables.
double quantile(std::vector<double> x, double p) {
  std::ranges::sort(x);
  return x[static_cast<std::size_t>(std::ceil(p * static_cast<double>(x.size()))) - 1];
}
double median(const std::vector<double>& x) { return quantile(x, 0.5); }
double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

void add_column(const LedgerBlock& block, LedgerColumn column, double scale, std::vector<double>& totals) {
  const auto at = totals.size();
  totals.resize(at + block.paths(), 0.0);
  for (std::size_t m = 0; m < block.periods(); ++m)
    for (std::size_t i = 0; i < block.paths(); ++i) totals[at + i] += block.at(m, column)[i] / scale;
}

Totals simulate(const Study& study, std::string_view practice, std::string_view offer,
                std::size_t paths = many) {
  const auto sampler = samplers::make_sampler(
      samplers::SamplerKind::fast,
      {study.find_practice(practice), study.find_stress("base"), study.calendar(), study.seed});
  const auto grid = study.grid();
  const std::vector<const Contract*> contracts{study.find_offer(offer)};
  const engine::SpanLedger spans(contracts, sampler->layout(), sampler->days());
  const PayPlan plan(*contracts.front(), sampler->layout(), grid);
  Totals totals;
  Settlement pay;
  std::unique_ptr<DayLedger> kept;
  SpanColumns::Workspace work;
  for (std::size_t first = 0; first < paths; first += samplers::block_paths) {
    LedgerBlock block(grid.size(), spans.columns(), samplers::block_paths);
    auto* days = spans.days_in(kept, samplers::block_paths);
    sampler->sample_days(first, block, days);
    spans.make(0, days, block, work);
    plan.settle(block, pay);
    for (std::size_t i = 0; i < samplers::block_paths; ++i) {
      double usd = 0.0;
      for (std::size_t m = 0; m < grid.size(); ++m) usd += pay.paid(m)[i];
      totals.income_usd.push_back(usd);
    }
    using enum LedgerColumn;
    add_column(block, session_hours, 1, totals.session_hours);
    add_column(block, after_hours, 1, totals.after_hours);
    add_column(block, meeting_hours, 1, totals.meeting_hours);
    add_column(block, workdays, 1, totals.workdays);
    add_column(block, completed_visits, 1, totals.completed);
    add_column(block, credited_wrvu, 100, totals.wrvu);
  }
  return totals;
}

struct OfferFigures {
  std::string_view practice, offer;
  double advertised_usd, median_usd, effective_hourly_usd;  // 0: no figure
};
// Advertised and realistic pay, and the hourly comparison, that the studies are calibrated to.
constexpr std::array<OfferFigures, 5> figures{{{"on_demand_platform", "per_visit", 320'000, 210'000, 95},
                                               {"wrvu_group", "wrvu_base", 300'000, 230'000, 110},
                                               {"hourly_clinic", "hourly_bonus", 260'000, 240'000, 105},
                                               {"panel_startup", "salary_panel", 280'000, 250'000, 0},
                                               {"current_clinic", "current_job", 0, 0, 100}}};

TEST_CASE("each offer pays what it advertises on its brochure, and its realistic median",
          "[regression][shipped]") {
  const auto text = shipped("telemedicine_offers");
  const auto& study = text.study;
  for (const auto& f : figures) {
    CAPTURE(f.offer);
    const auto real = simulate(study, f.practice, f.offer);
    if (f.advertised_usd > 0) {
      const auto* offer = study.find_offer(f.offer);
      REQUIRE(offer != nullptr);
      CHECK(offer->advertised_usd_per_year == f.advertised_usd);
      const auto brochure = simulate(study, offer->advertised_practice, f.offer, 1024);
      CHECK(mean(brochure.income_usd) == Approx(f.advertised_usd).epsilon(0.01));
      CHECK(median(real.income_usd) == Approx(f.median_usd).epsilon(0.05));
      if (f.offer == "per_visit") {
        const double below = 1 - median(real.paid_hourly()) / mean(brochure.paid_hourly());
        CHECK(below > 0.20);
        CHECK(below < 0.40);
      }
    }
    // The issue gives these as a comparison to come near, not to meet: 5 %.
    if (f.effective_hourly_usd > 0)
      CHECK(median(real.effective_hourly()) == Approx(f.effective_hourly_usd).epsilon(0.05));
  }
}

TEST_CASE("after-hours work lies in 60 to 90 minutes a day", "[regression][shipped]") {
  const auto text = shipped("telemedicine_offers");
  int within = 0;
  for (const auto& f : figures) {
    const double minutes = mean(simulate(text.study, f.practice, f.offer, 1024).after_minutes_a_day());
    CAPTURE(f.practice, minutes);
    // Low to high of the evidence for every practice.
    CHECK(minutes > 19);
    CHECK(minutes < 100);
    within += minutes >= 60 && minutes <= 90 ? 1 : 0;
  }
  CHECK(within >= 2);
}

TEST_CASE("telemedicine_offers has 25 rows, each offer on its own practice", "[regression][shipped]") {
  const auto text = shipped("telemedicine_offers");
  const auto& study = text.study;
  CHECK(study.paths == 100'000);
  CHECK(study.months == 12);
  REQUIRE(study.scenarios.size() == 25);
  std::map<std::string, std::string> practice_of;
  for (const auto& s : study.scenarios) {
    practice_of.try_emplace(s.offer, s.practice);
    CHECK(practice_of[s.offer] == s.practice);
    CHECK_FALSE(s.practice.starts_with("brochure"));
  }
  CHECK(practice_of.size() == 5);
}

TEST_CASE("the shipped batch sweeps the no-show rate over three offers", "[regression][shipped]") {
  const auto text = shipped("telemedicine_offers");
  Faults faults;
  const auto batch = read_batch(text, test::source_path("scenarios/batches/no_show_sweep.csv"), faults);
  CHECK(messages(faults) == std::vector<std::string>{});
  REQUIRE(batch);
  CHECK(batch->bad_rows.empty());
  REQUIRE(batch->rows.size() == 30);
  // Ten practices, each sampled once for three offers.
  std::set<const Practice*> practices;
  for (const auto& row : batch->rows) practices.insert(row.what.practice.get());
  CHECK(practices.size() == 10);
}

struct EvidenceRange {
  Parameter parameter;
  double low, high;
};
// Low and high of EVIDENCE's section 2 (V4, N1, ... of scenarios/SOURCES.md).
constexpr std::array<EvidenceRange, 20> ranges{
    {{Parameter::slots_per_hour, 2.5, 4.0},      {Parameter::visits_per_day, 16, 24},
     {Parameter::demand_monthly_cv, 0.02, 0.08}, {Parameter::demand_daily_cv, 0.03, 0.15},
     {Parameter::no_show_rate, 0.033, 0.18},     {Parameter::no_show_daily_rho, 0.004, 0.02},
     {Parameter::late_cancel_rate, 0.01, 0.06},  {Parameter::tech_failure_rate, 0.03, 0.20},
     {Parameter::tech_failure_lost, 0.05, 0.50}, {Parameter::audit_reviewed, 0.02, 1.00},
     {Parameter::audit_down, 0.03, 0.26},        {Parameter::audit_up, 0.0, 0.15},
     {Parameter::messages_per_visit, 0.7, 2.0},  {Parameter::messages_monthly_cv, 0.2, 0.4},
     {Parameter::messages_minutes, 1.1, 3.1},    {Parameter::results_per_visit, 0.3, 1.25},
     {Parameter::results_minutes, 0.8, 2.0},     {Parameter::visit_minutes, 9.3, 20},
     {Parameter::charting_minutes, 4, 8},        {Parameter::late_charting_minutes, 1, 7}}};

// Smallest and largest of a number that is known or a PERT.
std::pair<double, double> ends(const Quantity& q) {
  if (const auto* pert = std::get_if<Pert>(&q)) return {pert->low, pert->high};
  REQUIRE(is_known(q));
  return {std::get<Known>(q).value, std::get<Known>(q).value};
}

TEST_CASE("every number of the practices lies within the evidence", "[regression][shipped]") {
  for (const auto* name : {"telemedicine_offers", "slow_ramp"}) {
    const auto text = shipped(name);
    for (const auto& practice : text.study.practices) {
      if (practice.name.starts_with("brochure")) continue;
      for (const auto& range : ranges) {
        CAPTURE(practice.name, parameter_info(range.parameter).key);
        const auto [low, high] = ends(practice[range.parameter]);
        CHECK(low >= range.low);
        CHECK(high <= range.high);
      }
      const auto [low, high] = ends(practice[Parameter::panel_mature]);
      if (high == 0) continue;
      CHECK(low >= 1000);
      CHECK(high <= 1900);
      CHECK(ends(practice[Parameter::ramp_start]).first >= 0.2);
      CHECK(ends(practice[Parameter::ramp_start]).second <= 0.5);
      CHECK(ends(practice[Parameter::ramp_months_to_95]).first >= 12);
      CHECK(ends(practice[Parameter::ramp_months_to_95]).second <= 30);
    }
  }
}

TEST_CASE("the random clinician has the pace of telemedicine primary care", "[regression][shipped]") {
  const auto text = shipped("random_clinician");
  const auto pace = simulate(text.study, "clinician", "per_wrvu", 16384).wrvu_an_hour();
  // Standard errors at 16,384 paths: median 0.28 %, 90th percentile 0.38 %, 12.5th percentile 0.36 %.
  CHECK(median(pace) == Approx(4.3).epsilon(0.03));
  CHECK(quantile(pace, 0.90) == Approx(6.2).epsilon(0.03));
  CHECK(quantile(pace, 0.125) == Approx(3.1).epsilon(0.05));
}

TEST_CASE("the lines of the tier tables bind", "[regression][shipped]") {
  const auto text = shipped("tier_cliffs");
  const auto marginal = simulate(text.study, "part_time", "visits_marginal");
  const auto retroactive = simulate(text.study, "part_time", "visits_retroactive");
  const double visits_a_month = median(marginal.completed) / 12;
  CHECK(visits_a_month > 140);
  CHECK(visits_a_month < 160);
  const auto pace = marginal.wrvu_an_hour();
  CHECK(quantile(pace, 0.2) > 2.4);
  CHECK(quantile(pace, 0.2) < 3.4);  // near the line at 3
  CHECK(quantile(pace, 0.5) > 3.0);
  // Re-rating every unit pays more on each path, and for the visits much more.
  for (std::size_t i = 0; i < marginal.income_usd.size(); ++i)
    REQUIRE(retroactive.income_usd[i] >= marginal.income_usd[i]);
  CHECK(median(retroactive.income_usd) > 1.2 * median(marginal.income_usd));
}

TEST_CASE("a slow ramp pays the salary sooner than the wRVUs", "[regression][shipped]") {
  const auto text = shipped("slow_ramp");
  CHECK(text.study.months == 24);
  const auto salary = simulate(text.study, "new_panel", "salary_panel", 1024);
  const auto wrvu = simulate(text.study, "new_panel", "wrvu_base", 1024);
  CHECK(quantile(salary.income_usd, 0.05) > quantile(wrvu.income_usd, 0.5));
}

TEST_CASE("urgent care pays a minimum a shift, paid leave and overtime", "[regression][shipped]") {
  const auto text = shipped("urgent_care_shifts");
  const auto visit = simulate(text.study, "virtual_urgent_care", "by_visit", 1024);
  const auto hour = simulate(text.study, "virtual_urgent_care", "by_hour", 1024);
  // Standard errors of the medians at 1,024 paths: 0.3 % and 0.1 %.
  CHECK(median(visit.income_usd) == Approx(254'700).epsilon(0.03));
  CHECK(median(hour.income_usd) == Approx(279'200).epsilon(0.03));
  for (std::size_t i = 0; i < visit.income_usd.size(); ++i) {
    REQUIRE(visit.income_usd[i] >= 800 * visit.workdays[i]);
    // Hours and 25 days of leave at the rate; then 15 and half the rate at most, and four bonuses.
    const double plain = 118 * (hour.session_hours[i] + 8 * 25);
    REQUIRE(hour.income_usd[i] > plain);
    REQUIRE(hour.income_usd[i] < plain + (15 + 59) * hour.session_hours[i] + 6'000);
  }
}

TEST_CASE("an employed clinic pays a score later, and collections months after the visit",
          "[regression][shipped]") {
  const auto text = shipped("employed_clinic");
  const auto salary = simulate(text.study, "clinic", "salary", 1024);
  // Salary at the mean score 0.7 and benefits of the months employed, the bonus less what is owed on leaving,
  // 75 days of notice where the employer decides it (0.225 of leavings). A standard error is 0.5 %.
  const double stays = std::pow(1 - 0.076, 1.0 / 12);
  double expected = 30'000;
  for (int m = 1; m <= 24; ++m) {
    const double employed = std::pow(stays, m - 1);
    expected += employed * (235'000 * (0.92 + 0.08 * 0.7) + 30'000) / 12;
    expected += employed * (1 - stays) * (0.225 * 235'000 * 75 / 365 - 30'000.0 * (24 - m) / 24);
  }
  CHECK(mean(salary.income_usd) == Approx(expected).epsilon(0.02));
  const auto share = simulate(text.study, "clinic", "collections_share", 1024);
  const auto wrvu = simulate(text.study, "clinic", "base_and_wrvu", 1024);
  // Standard errors of the medians at 1,024 paths: 0.25 %.
  CHECK(median(share.income_usd) == Approx(546'500).epsilon(0.02));
  CHECK(median(wrvu.income_usd) == Approx(546'000).epsilon(0.02));
}

}  // namespace
}  // namespace paystress::shipped_studies_test
