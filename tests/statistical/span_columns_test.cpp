// What contracts count by day: against its law, and `fast`, which deals months to days, against `reference`,
// which draws every visit.

#include <boost/math/distributions/binomial.hpp>
#include <catch2/catch.hpp>
#include <cmath>

#include "model/settle.h"
#include "model/study.h"
#include "sim/engine/span_ledger.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/simple_practice.h"

namespace span_columns_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

Amount amount(const char* text) { return std::get<Amount>(parse_amount(text)); }

/// $60 a visit and at least $400 a shift.
Contract urgent_care() {
  Contract contract;
  contract.name = "urgent";
  SpanColumn top_up;
  top_up.info = {"top_up", ColumnUnit::usd, ColumnJoin::sum, 100.0, ""};
  top_up.value = amount("max(0, 400 - 60 * completed_visits)");
  contract.ledger = {top_up};
  const auto rate = [&](const char* column, double usd) {
    MeasuredPay pays;
    pays.measure = Amount::name(Amount::Op::column, column);
    pays.schedule = SingleRate{usd};
    PayLine line;
    line.name = column;
    line.pays = pays;
    contract.pay.push_back(line);
  };
  rate("completed_visits", 60);
  rate("top_up", 1);
  return contract;
}

/// Eight slots a day that are always booked; each visit is missed with probability 0.2.
Case full_shifts() {
  Case c;
  c.practice = simple_practice();
  c.practice[session_hours] = Known{8};
  c.practice[slots_per_hour] = Known{1};
  c.practice[days_off_per_year] = Known{0};
  c.practice[visits_per_day] = Known{500};
  c.practice[no_show_rate] = Known{0.2};
  c.practice[no_show_daily_rho] = Known{0};
  c.practice[late_cancel_rate] = Known{0};
  c.practice[tech_failure_rate] = Known{0};
  c.months = 2;
  return c;
}

struct Shifts {
  std::vector<double> top_up, paid;  // dollars of the first month, by path
};

Shifts priced(samplers::SamplerKind kind, const Case& c) {
  const auto contract = urgent_care();
  const auto sampler = samplers::make_sampler(kind, {&c.practice, &c.stress, c.calendar(), c.seed, c.traits});
  Study study;
  study.months = c.months;
  const std::vector<const Contract*> contracts{&contract};
  const engine::SpanLedger spans(contracts, sampler->layout(), sampler->days());
  const PayPlan plan(contract, sampler->layout(), study.grid());
  std::unique_ptr<DayLedger> kept;
  SpanColumns::Workspace work;
  Settlement pay;
  Shifts result;
  for (std::size_t first = 0; first < c.paths; first += samplers::block_paths) {
    const std::size_t n = std::min(samplers::block_paths, c.paths - first);
    LedgerBlock ledger(static_cast<std::size_t>(c.months), spans.columns(), n);
    auto* days = spans.days_in(kept, n);
    sampler->sample_days(first, ledger, days);
    spans.make(0, days, ledger, work);
    plan.settle(ledger, pay);
    for (std::size_t i = 0; i < n; ++i) {
      result.top_up.push_back(ledger.at(0, sampler->layout().size())[i] / 100);
      result.paid.push_back(pay.paid(0)[i]);
    }
  }
  return result;
}

/// Moments of a month's top-ups and pay: 22 weekdays of January 2026, each a truncated sum.
std::pair<LawMoments, LawMoments> law(double missed) {
  constexpr double shifts = 22;
  const boost::math::binomial visits(8, 1 - missed);
  LawMoments top_up, paid;
  double top_square = 0;
  double paid_square = 0;
  for (int k = 0; k <= 8; ++k) {
    const double p = pdf(visits, k);
    const double up = std::max(0.0, 400.0 - 60 * k);
    const double all = 60.0 * k + up;
    top_up.mean += p * up;
    top_square += p * up * up;
    paid.mean += p * all;
    paid_square += p * all * all;
  }
  top_up.variance = shifts * (top_square - top_up.mean * top_up.mean);
  paid.variance = shifts * (paid_square - paid.mean * paid.mean);
  top_up.mean *= shifts;
  paid.mean *= shifts;
  return {top_up, paid};
}

/// The days of a case: of two rows of the grid, every column of the days, and the months.
struct TwoDays {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;  // [name][path]
};

TwoDays two_days(samplers::SamplerKind kind, const Case& c, std::array<std::size_t, 2> rows) {
  const auto sampler = samplers::make_sampler(kind, {&c.practice, &c.stress, c.calendar(), c.seed, c.traits});
  const auto& layout = sampler->layout();
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < layout.size(); ++i)
    if (layout[i].finest == ColumnFinest::day) columns.push_back(i);
  TwoDays result;
  const auto month = static_cast<std::size_t>(sampler->days().days[rows[0]].month - 1);
  for (const auto& where : {std::string("first "), std::string("second "), std::string("month ")})
    for (const std::size_t i : columns) result.names.push_back(where + layout[i].name);
  result.values.resize(result.names.size());
  for (std::size_t first = 0; first < c.paths; first += samplers::block_paths) {
    const std::size_t n = std::min(samplers::block_paths, c.paths - first);
    LedgerBlock ledger(static_cast<std::size_t>(c.months), layout.size(), n);
    DayLedger days(layout, columns, sampler->days(), n);
    sampler->sample_days(first, ledger, &days);
    for (std::size_t k = 0; k < columns.size(); ++k)
      for (std::size_t i = 0; i < n; ++i) {
        result.values[k].push_back(days.block().at(rows[0], k)[i]);
        result.values[columns.size() + k].push_back(days.block().at(rows[1], k)[i]);
        result.values[2 * columns.size() + k].push_back(ledger.at(month, columns[k])[i]);
      }
  }
  return result;
}

/// Every column of the two days by itself, and the products of those of visits with each other and the month.
void compare(Deviations& d, const Case& one, const Case& other, std::array<std::size_t, 2> rows) {
  const auto a = two_days(samplers::SamplerKind::reference, one, rows);
  const auto b = two_days(samplers::SamplerKind::fast, other, rows);
  const auto varies = [](const std::vector<double>& x) {
    return std::ranges::count_if(x, [&](double v) { return v != x[0]; }) >= 50;
  };
  std::vector<std::size_t> joint;
  for (std::size_t k = 0; k < a.names.size(); ++k) {
    if (!varies(a.values[k]) || !varies(b.values[k])) continue;
    d.same_moments(a.names[k], a.values[k], b.values[k]);
    for (const auto* of : {"visits.", "completed", "late_", "tech_", "generated"})
      if (a.names[k].find(of) != std::string::npos) joint.push_back(k);
  }
  const auto centred = [](const TwoDays& s, std::size_t x, std::size_t y) {
    const auto n = static_cast<double>(s.values[x].size());
    double mx = 0;
    double my = 0;
    for (std::size_t i = 0; i < s.values[x].size(); ++i) {
      mx += s.values[x][i] / n;
      my += s.values[y][i] / n;
    }
    std::vector<double> p;
    for (std::size_t i = 0; i < s.values[x].size(); ++i)
      p.push_back((s.values[x][i] - mx) * (s.values[y][i] - my));
    return p;
  };
  for (std::size_t j = 0; j < joint.size(); ++j)
    for (std::size_t k = 0; k < j; ++k) {
      auto p = centred(a, joint[j], joint[k]);
      const auto q = centred(b, joint[j], joint[k]);
      for (std::size_t i = 0; i < p.size(); ++i) p[i] -= q[i];
      d.mean(a.names[joint[j]] + " with " + a.names[joint[k]], p, 0.0);
    }
}

Case everything(std::uint64_t seed, Stress stress) {
  Case c;
  c.practice = full_practice();
  c.stress = std::move(stress);
  c.months = 5;
  c.paths = 6'000;
  c.seed = seed;
  return c;
}

}  // namespace

TEST_CASE("a minimum of $400 a shift is a truncated sum", "[statistical][spans]") {
  // 20,000 paths: the mean of a month's top-ups is known to 0.5 %, so a no-show rate off by a twentieth is
  // seen.
  const auto [top_up, paid] = law(0.2);
  const auto [wrong, wrong_paid] = law(0.21);
  for (const auto kind : sampler_kinds()) {
    const auto shifts = priced(kind, full_shifts());
    Deviations d;
    d.moments("top-ups " + name_of(kind), shifts.top_up, top_up);
    d.moments("paid " + name_of(kind), shifts.paid, paid);
    INFO(d.report());
    CHECK(d.pass());
    Deviations off;
    off.mean("top-ups", shifts.top_up, wrong);
    CHECK_FALSE(off.pass());
  }
}

TEST_CASE("months dealt to days have the law of days that are drawn, jointly over two days and the month",
          "[statistical][spans]") {
  // The third and the ninth workday of month 4, under every stress at once and under none.
  for (const auto& stress : {everything_stressed(), Stress{"base", {}}}) {
    Deviations d;
    compare(d, everything(1, stress), everything(2, stress), {66, 72});
    INFO(d.report());
    CHECK(d.pass());
  }
  // Another concentration of the codes' Dirichlet must be seen.
  Deviations off;
  auto other = everything(2, Stress{"base", {}});
  other.practice[codes_concentration] = Known{5};
  compare(off, everything(1, Stress{"base", {}}), other, {66, 72});
  CHECK_FALSE(off.pass());
}

}  // namespace span_columns_test
