// Cost of pricing one month of one path under one offer, on one core. Every answer is checked against a plain
// loop before it is timed. The target: 3 ns for a tiered offer of two components and a guarantee, ten times
// that for a contract of expressions.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <vector>

#include "model/settle.h"

namespace paystress {
namespace {

constexpr std::size_t months = 12;
constexpr std::size_t block_paths = 256;
constexpr std::size_t blocks = 391;  // 100,096 paths

struct Ledgers {
  LedgerLayout layout;
  PeriodGrid grid;
  std::vector<LedgerBlock> blocks;
};

Ledgers make_ledgers() {
  Ledgers out;
  out.layout = LedgerLayout::typed({{"done", ColumnUnit::count, ColumnJoin::sum, 1.0, ""},
                                    {"wrvu", ColumnUnit::points, ColumnJoin::sum, 100.0, ""},
                                    {"hours", ColumnUnit::hours, ColumnJoin::sum, 0.0, ""}},
                                   0);
  for (int m = 1; m <= static_cast<int>(months); ++m)
    out.grid.push_back({m, 2026, m, true, std::to_string(m)});
  std::mt19937_64 engine(20260107);
  for (std::size_t b = 0; b < blocks; ++b) {
    out.blocks.emplace_back(months, out.layout.size(), block_paths);
    for (std::size_t p = 0; p < months; ++p) {
      for (std::size_t i = 0; i < block_paths; ++i) {
        out.blocks.back().at(p, 0)[i] = static_cast<double>(engine() % 240);
        out.blocks.back().at(p, 1)[i] = static_cast<double>(engine() % 60'000);
        out.blocks.back().at(p, 2)[i] = static_cast<double>(100 + engine() % 80);
      }
    }
  }
  return out;
}

const Ledgers& ledgers() {
  static const Ledgers all = make_ledgers();
  return all;
}

Amount column(const char* name) { return Amount::name(Amount::Op::column, name); }

// Base + marginal visit bonus, guaranteed: base 12,500, 20 above 120 visits, 30 above 160, at least 13,000.
Contract tiered_offer() {
  Contract c;
  PayLine base;
  base.name = "base";
  base.pays = FixedPay{150'000.0, Span::year, PaidWhen::running};
  MeasuredPay pay;
  pay.measure = column("done");
  pay.schedule =
      TierLadder{TierMode::marginal,
                 LumpRule::replace,
                 {{{120.0, false}, 20.0, 0.0, std::nullopt}, {{160.0, false}, 30.0, 0.0, std::nullopt}}};
  PayLine bonus;
  bonus.name = "bonus";
  bonus.pays = pay;
  c.pay = {base, bonus};
  Adjustment floor;
  floor.name = "floor";
  floor.does = Guarantee{13'000.0};
  c.adjust = {floor};
  return c;
}

double tiered_usd(double done) {
  const double bonus = 20.0 * std::clamp(done - 120.0, 0.0, 40.0) + 30.0 * std::max(0.0, done - 160.0);
  return std::max(13'000.0, 12'500.0 + bonus);
}

// wRVU an hour decide the rate of the year to date, bounds and guarantee are amounts.
Contract expression_offer() {
  using Op = Amount::Op;
  Contract c;
  PayLine base;
  base.name = "base";
  base.pays = FixedPay{120'000.0, Span::year, PaidWhen::running};
  MeasuredPay pay;
  pay.measure = Amount::apply(Op::divide, {column("wrvu"), column("hours")});
  pay.pay_per = column("wrvu");
  pay.reset = Span::year;
  const Amount target = Amount::apply(Op::divide, {column("done"), column("hours")});
  TierLadder ladder;
  ladder.mode = TierMode::retroactive;
  ladder.tiers = {{{0.0, true}, 10.0, 0.0, std::nullopt},
                  {{Amount::apply(Op::multiply, {2.0, target}), true}, 14.0, 0.0, std::nullopt}};
  pay.schedule = ladder;
  PayLine bonus;
  bonus.name = "bonus";
  bonus.pays = pay;
  c.pay = {base, bonus};
  Adjustment floor;
  floor.name = "floor";
  floor.does = Guarantee{Amount::apply(Op::multiply, {90.0, column("hours")})};
  c.adjust = {floor};
  return c;
}

void check(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void check_tiered(const PayPlan& plan) {
  Settlement pay;
  for (const auto& ledger : ledgers().blocks) {
    plan.settle(ledger, pay, SettleDetail::pay);
    for (std::size_t p = 0; p < months; ++p) {
      for (std::size_t i = 0; i < block_paths; ++i) {
        check(pay.paid(p)[i] == tiered_usd(ledger.at(p, 0)[i]), "the tiered offer is priced wrongly");
      }
    }
  }
}

void check_expression(const PayPlan& plan) {
  Settlement pay;
  const auto& ledger = ledgers().blocks.front();
  plan.settle(ledger, pay, SettleDetail::pay);
  for (std::size_t i = 0; i < block_paths; ++i) {
    double done = 0.0;
    double wrvu = 0.0;
    double hours = 0.0;
    double before = 0.0;
    double total = 0.0;
    double paid_cents = 0.0;
    for (std::size_t p = 0; p < months; ++p) {
      done += ledger.at(p, 0)[i];
      wrvu += ledger.at(p, 1)[i];
      hours += ledger.at(p, 2)[i];
      const double rate = wrvu / 100.0 / hours >= 2.0 * (done / hours) ? 14.0 : 10.0;
      const double bonus = wrvu / 100.0 * rate - before;
      before = wrvu / 100.0 * rate;
      total += std::max(10'000.0 + bonus, 90.0 * ledger.at(p, 2)[i]);
      const double cents = std::round(total * 100.0);
      check(std::fabs(pay.paid(p)[i] * 100.0 - (cents - paid_cents)) < 1e-6,
            "the expressions are priced wrongly");
      paid_cents = cents;
    }
  }
}

void price(benchmark::State& state, const Contract& contract, void (*check_answer)(const PayPlan&),
           SettleDetail detail) {
  const PayPlan plan(contract, ledgers().layout, ledgers().grid);
  check_answer(plan);
  Settlement pay;
  for (auto _ : state) {
    for (const auto& ledger : ledgers().blocks) {
      plan.settle(ledger, pay, detail);
      benchmark::DoNotOptimize(pay.paid_.data());
    }
  }
  const double path_months = static_cast<double>(blocks * block_paths * months);
  state.counters["ns_per_path_month"] = benchmark::Counter(
      path_months * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void tiered(benchmark::State& state) { price(state, tiered_offer(), check_tiered, SettleDetail::pay); }
void tiered_with_tiers(benchmark::State& state) {
  price(state, tiered_offer(), check_tiered, SettleDetail::tiers);
}
void expressions(benchmark::State& state) {
  price(state, expression_offer(), check_expression, SettleDetail::pay);
}

BENCHMARK(tiered)->Repetitions(5)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);
BENCHMARK(tiered_with_tiers)->Repetitions(5)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);
BENCHMARK(expressions)->Repetitions(5)->ReportAggregatesOnly()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace paystress

BENCHMARK_MAIN();
