#include "analysis/tier_miss_table.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "analysis/tables.h"
#include "model/study.h"

namespace tier_misses_test {

namespace {

using namespace paystress;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

PeriodGrid grid_from(int months, std::chrono::month first = std::chrono::January) {
  Study study;
  study.months = months;
  study.start = std::chrono::year(2026) / first / 1;
  return study.grid();
}

Contract contract_of(std::optional<MonthRange> months = {}) {
  Contract c;
  c.pay.resize(1);
  c.pay[0].name = "bonus";
  c.pay[0].months = months;
  return c;
}

/// Settlement of one component with one tier at 120; measure[month][path].
Settlement settled(const std::vector<std::vector<double>>& measure, double usd_lost = 100.0) {
  Settlement s;
  s.periods = measure.size();
  s.paths = measure.front().size();
  s.stride = s.paths;
  s.bound_offset = {0};
  for (const auto& month : measure) {
    for (const double m : month) {
      const bool reached = m > 120.0;
      s.measure_.push_back(m);
      s.bound_.push_back(120.0);
      s.reached_.push_back(reached ? 1.0 : 0.0);
      s.lost_.push_back(reached ? 0.0 : usd_lost);
    }
  }
  return s;
}

TieredLine monthly() { return {0, "bonus", Span::month, {{Amount(120.0), false}}}; }

}  // namespace

TEST_CASE("tier windows follow the reset, the contract's year, its phase and its end",
          "[unit][tier_misses]") {
  const auto labels = [](Span reset, const Contract& c, const PeriodGrid& grid) {
    std::vector<std::string> out;
    TieredLine line{0, "bonus", reset, {}};
    for (const auto& w : tier_windows(line, c, grid)) out.push_back(w.label + "@" + std::to_string(w.period));
    return out;
  };
  using Labels = std::vector<std::string>;
  Contract c = contract_of();
  CHECK(labels(Span::quarter, c, grid_from(7)) == Labels{"quarter_1@2", "quarter_2@5"});
  CHECK(labels(Span::year, c, grid_from(14)) == Labels{"year_1@11"});
  CHECK(labels(Span::year, c, grid_from(6)) == Labels{"year_1@5"});  // never over: judged at the end
  CHECK(labels(Span::horizon, c, grid_from(14)) == Labels{"horizon@13"});
  CHECK(labels(Span::month, c, grid_from(2)) == Labels{"month_01@0", "month_02@1"});
  c.year = YearKind::calendar;
  CHECK(labels(Span::year, c, grid_from(18, std::chrono::July)) == Labels{"year_1@5", "year_2@17"});
  CHECK(labels(Span::quarter, c, grid_from(5, std::chrono::August)) == Labels{"quarter_1@1", "quarter_2@4"});
  Contract phase = contract_of(MonthRange{3, 4});
  CHECK(labels(Span::month, phase, grid_from(12)) == Labels{"month_03@2", "month_04@3"});
  phase.ends = 3;
  CHECK(labels(Span::horizon, phase, grid_from(12)) == Labels{"horizon@2"});
}

TEST_CASE("misses, near misses, shortfalls and dollars lost are counted by path", "[unit][tier_misses]") {
  // Four paths, three months. Bound 120: 5 % is 6 units; near_units is 2.
  const auto pay = settled({{121, 120, 114, 90}, {130, 121, 113, 121}, {121, 119, nan_value, 140}});
  const auto line = monthly();
  TierMisses misses({&line, 1}, contract_of(), grid_from(3), {.share = 0.05, .units = 2.0});
  misses.add(pay);
  CHECK(misses.paths() == 4);
  const auto& tier = misses.components().at(0).tiers.at(0);
  CHECK(tier.windows[0].missed == 3);
  CHECK(tier.windows[0].near_share == 2);  // 120 (the bound itself is outside) and 114, 6 short
  CHECK(tier.windows[0].near_units == 1);
  CHECK(tier.windows[0].shortfall_units.mean == (0.0 + 6.0 + 30.0) / 3.0);
  CHECK(tier.windows[0].lost_usd.mean == 100.0);
  CHECK(tier.windows[1].missed == 1);
  CHECK(tier.windows[1].near_share == 0);  // 113 is 7 short
  // An undefined measure reaches no tier, and is short of nothing.
  CHECK(tier.windows[2].missed == 2);
  CHECK(tier.windows[2].shortfall_units.n == 1);
  CHECK(tier.windows[2].shortfall_units.mean == 1.0);
  CHECK(tier.paths_by_misses == std::vector<std::size_t>{1, 1, 1, 1});
  CHECK(tier.first_reached == std::vector<std::size_t>{1, 2, 0, 1});  // month 1, 2, 3, never
  CHECK(tier.missed_share.mean == Approx((0 + 2 + 3 + 1) / 12.0));
  CHECK(tier.any_near_share == 2);
  CHECK(*ratio_estimate(tier.shortfall_units, 0.95).value == Approx((0 + 6 + 30 + 7 + 1) / 5.0));
  CHECK(*ratio_estimate(tier.lost_usd, 0.95).value == Approx(100.0));
  CHECK(tier.lost_total_usd.n == 3);
  CHECK(tier.lost_total_usd.mean == Approx(200.0));
}

TEST_CASE("near misses in units are reported where the study says how many are near", "[unit][tier_misses]") {
  const auto pay = settled({{121, 120, 114, 90}});
  const auto line = monthly();
  const Scenario scenario{"a/b/base", "a", "b", "base", {}};
  const auto first_row = [&](const NearMiss& near) {
    TierMisses misses({&line, 1}, contract_of(), grid_from(1), near);
    misses.add(pay);
    const auto rows = tier_miss_rows({scenario, {}}, misses, nullptr, 0.95);
    return rows.substr(0, rows.find('\n'));
  };
  // near_share, then near_units_miss_prob, its interval, near_units.
  CHECK(first_row({}).find(",0.05,,,,,") != std::string::npos);
  CHECK(first_row({.share = 0.25, .units = 6.0}).find(",0.25,0.5,") != std::string::npos);
}

TEST_CASE("blocks of misses join to the whole", "[unit][tier_misses]") {
  const auto line = monthly();
  const auto grid = grid_from(2);
  TierMisses whole({&line, 1}, contract_of(), grid), left = whole, right = whole;
  std::vector<std::vector<double>> a(2), b(2), both(2);
  for (std::size_t m = 0; m < 2; ++m)
    for (int i = 0; i < 40; ++i) {
      const double v = 100.0 + std::fmod(37.0 * i + 11.0 * static_cast<double>(m), 45.0);
      (i < 25 ? a : b)[m].push_back(v);
      both[m].push_back(v);
    }
  whole.add(settled(both));
  left.add(settled(a));
  right.add(settled(b));
  left.merge(right);
  const auto &x = whole.components()[0].tiers[0], &y = left.components()[0].tiers[0];
  CHECK(left.paths() == whole.paths());
  CHECK(x.paths_by_misses == y.paths_by_misses);
  CHECK(x.first_reached == y.first_reached);
  CHECK(x.windows[1].missed == y.windows[1].missed);
  CHECK(x.windows[1].shortfall_units.mean == Approx(y.windows[1].shortfall_units.mean).epsilon(1e-13));
  CHECK(x.windows[1].shortfall_units.m2 == Approx(y.windows[1].shortfall_units.m2).epsilon(1e-12));
  CHECK(x.missed_share.m2 == Approx(y.missed_share.m2).epsilon(1e-12));
}

TEST_CASE("tier_miss.csv has a row for each window, any, at_least, share and by_month",
          "[unit][tier_misses]") {
  const auto line = monthly();
  TierMisses misses({&line, 1}, contract_of(), grid_from(2));
  misses.add(settled({{121, 100}, {121, 100}}));
  Scenario scenario{"p/o/base", "p", "o", "base", {{"key", "a,b"}}};
  const std::string rows = tier_miss_rows({scenario, {}}, misses, nullptr, 0.95);
  std::vector<std::string> periods;
  std::size_t at = 0, lines = 0;
  for (std::size_t end = 0; (end = rows.find('\n', at)) != std::string::npos; at = end + 1, ++lines) {
    const auto row = rows.substr(at, end - at);
    CHECK(row.starts_with("p/o/base,p,o,base,bonus,1,120,above,month,"));
    CHECK(row.ends_with(",\"a,b\""));
    const auto from = std::string("p/o/base,p,o,base,bonus,1,120,above,month,").size();
    periods.push_back(row.substr(from, row.find(',', from + row.substr(from).find(',') + 1) - from));
  }
  CHECK(periods == std::vector<std::string>{"month_01,0.5", "month_02,0.5", "any,0.5", "at_least_2,0.5",
                                            "share,0.5", "by_month_01,0.5", "by_month_02,0.5"});
  CHECK(rows.find("nan") == std::string::npos);
  CHECK(rows.find("inf") == std::string::npos);
}

}  // namespace tier_misses_test
