// Both samplers give months the worth of their schedule year; a revaluation moves nothing else by a bit.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <utility>

#include "model/code_values.h"
#include "model/counterfactual.h"
#include "model/settle.h"
#include "model/study.h"
#include "sim/exact/exact_pay.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/pay_support.h"
#include "tests/support/simple_practice.h"

namespace schedule_years_test {

using namespace paystress;
using namespace paystress::test;
namespace pay = paystress::testing;

namespace {

constexpr int months = 15;

Stress revalued() {
  StressPart part;
  part.first_month = 4;
  part.last_month = 6;
  part.revaluations = {{"99214", Revaluation::Of::work_rvu, {1.0, 0.0, 1.5}},
                       {"99213", Revaluation::Of::usd, {1.1, 0.0, {}}}};
  return {"revalued", {part}};
}

/// The full practice, whose schedule changes with January 2027, month 13.
Practice floating() {
  auto practice = full_practice();
  practice.follows_schedule_years = true;
  for (auto& code : practice.codes)
    code.years = {{2026, code.work_rvu_hundredths, code.usd_cents},
                  {2027, code.work_rvu_hundredths + 33, *code.usd_cents + 1'000}};
  return practice;
}

Case full(Practice practice, Stress stress) {
  Case c;
  c.practice = std::move(practice);
  c.stress = std::move(stress);
  c.months = months;
  c.paths = 300;
  return c;
}

bool is_of_worth(const std::string& column) {
  return column.find("wrvu") != std::string::npos || column.find("usd") != std::string::npos;
}

}  // namespace

TEST_CASE("months are worth what their year and their stress say, exactly", "[statistical]") {
  const auto c = full(floating(), revalued());
  const auto values = code_values(c.practice, c.stress, c.calendar());
  const auto lag = static_cast<int>(std::get<Known>(c.practice[Parameter::audit_lag_months]).value);
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, c);
    std::string broken;
    for (int m = 1; m <= months; ++m)
      for (std::size_t i = 0; i < s.paths(); ++i) {
        double generated = 0, charged = 0, found = 0;
        for (std::size_t k = 0; k < c.practice.codes.size(); ++k) {
          const auto& code = c.practice.codes[k].code;
          const auto& value = values[static_cast<std::size_t>(m - 1)][k];
          const double visits = s.of(m, "visits." + code)[i];
          generated += visits * static_cast<double>(value.work_rvu_hundredths);
          charged += visits * static_cast<double>(*value.usd_cents);
          // A correction is worth what its visit was worth in the month worked.
          if (m > lag)
            found +=
                s.of(m, "code_change." + code)[i] *
                static_cast<double>(values[static_cast<std::size_t>(m - 1 - lag)][k].work_rvu_hundredths);
        }
        if (s.of(m, "generated_wrvu")[i] != generated || s.of(m, "collections_usd")[i] != charged ||
            s.of(m, "credited_wrvu")[i] != generated + found || s.of(m, "wrvu_lost_audit")[i] != -found)
          broken = fmt::format("{}: path {}, month {}", name_of(kind), i, m);
      }
    CHECK(broken == "");
  }
}

TEST_CASE("a revaluation and the years of a schedule move no count by a bit", "[statistical]") {
  for (const auto kind : sampler_kinds()) {
    const LedgerSample plain(kind, full(full_practice(), {"base", {}}));
    const LedgerSample worth(kind, full(floating(), revalued()));
    for (int m = 1; m <= months; ++m)
      for (std::size_t column = 0; column < plain.layout().size(); ++column) {
        const auto& name = plain.layout()[column].name;
        if (is_of_worth(name)) continue;
        const auto a = plain.of(m, name), b = worth.of(m, name);
        INFO(name_of(kind) << " " << name << " in month " << m);
        CHECK(std::equal(a.begin(), a.end(), b.begin()));
      }
    // What the months before the first change are worth is the same, too.
    const auto a = plain.of(3, "credited_wrvu"), b = worth.of(3, "credited_wrvu");
    CHECK(std::equal(a.begin(), a.end(), b.begin()));
    CHECK(plain.of(5, "generated_wrvu")[0] != worth.of(5, "generated_wrvu")[0]);
  }
}

TEST_CASE("scenarios that are walked together keep their own worth", "[statistical]") {
  const auto practice = full_practice();
  const Stress base{"base", {}};
  const auto stress = revalued();
  const Calendar calendar(std::chrono::year(2026) / 1 / 1, months);
  const std::array<samplers::SamplerInput, 2> inputs{
      {{&practice, &base, calendar, 5}, {&practice, &stress, calendar, 5}}};
  const auto together = samplers::make_fast_sampler(inputs);
  std::vector<LedgerBlock> blocks;
  for (std::size_t k = 0; k < 2; ++k) blocks.emplace_back(months, together->layout().size(), 256);
  const std::array<samplers::SampleTarget, 2> targets{{{&blocks[0]}, {&blocks[1]}}};
  together->sample(0, targets);
  for (std::size_t k = 0; k < 2; ++k) {
    const auto alone = samplers::make_fast_sampler(inputs[k]);
    LedgerBlock own(months, alone->layout().size(), 256);
    alone->sample(0, own);
    std::size_t different = 0;
    for (std::size_t m = 0; m < own.periods(); ++m)
      for (std::size_t column = 0; column < own.columns(); ++column)
        for (std::size_t i = 0; i < own.paths(); ++i)
          different += own.at(m, column)[i] != std::as_const(blocks[k]).at(m, column)[i] ? 1U : 0U;
    CHECK(different == 0);
  }
}

TEST_CASE("a pinned contract is not moved by a revaluation, a floating one is by just that",
          "[statistical]") {
  auto contract = pay::contract_of({pay::measured("work", "credited_wrvu", SingleRate{50.0})});
  pay::pay_of(contract.pay[0]).restate = Restate::net_units;
  auto pinned = contract;
  pinned.schedule_year = 2026;
  Study study;
  study.months = months;
  for (const auto kind : sampler_kinds()) {
    const auto price = [&](const Contract& priced, const Practice& practice, const Stress& stress) {
      const auto sampler = samplers::make_sampler(kind, {&practice, &stress, study.calendar(), 5});
      LedgerBlock block(months, sampler->layout().size(), 64);
      sampler->sample(0, block);
      Settlement out;
      PayPlan(priced, sampler->layout(), study.grid()).settle(block, out);
      std::vector<double> all;
      for (std::size_t m = 0; m < months; ++m) all.insert(all.end(), out.paid(m), out.paid(m) + 64);
      return all;
    };
    auto of_2026 = floating();
    of_2026.follows_schedule_years = false;
    const Stress base{"base", {}};
    const auto plain = price(contract, of_2026, base);
    CHECK(price(pinned, floating(), revalued()) == plain);
    CHECK(price(pinned, of_2026, base) == plain);
    CHECK(price(contract, floating(), revalued()) != plain);
  }
}

TEST_CASE("a pinned contract is given back all visits that were lost", "[statistical]") {
  const auto practice = floating();
  const auto stress = revalued();
  const Calendar calendar(std::chrono::year(2026) / 1 / 1, months);
  const auto sampler = samplers::make_fast_sampler({&practice, &stress, calendar, 5});
  LedgerBlock block(months, sampler->layout().size(), 64);
  sampler->sample(0, block);
  const LossReversal reversal(sampler->layout(), practice, stress, calendar);
  for (const auto cause : loss_causes) reversal.give_back(cause, block);
  const auto& layout = sampler->layout();
  for (std::size_t m = 0; m < months; ++m)
    for (std::size_t i = 0; i < 64; ++i) {
      double visits = 0;
      for (std::size_t c = 0; c < practice.codes.size(); ++c) visits += block.at(m, layout.visits_of(c))[i];
      CHECK(visits == block.at(m, LedgerColumn::completed_visits)[i]);
    }
}

TEST_CASE("the exact law of a pinned contract is that of months worth its year", "[statistical]") {
  auto practice = simple_practice();
  for (auto& code : practice.codes)
    code.years = {{2020, code.work_rvu_hundredths - 40, code.usd_cents},
                  {2026, code.work_rvu_hundredths, code.usd_cents}};
  Study study;
  study.months = 3;
  auto contract = pay::contract_of({pay::measured("work", "generated_wrvu", SingleRate{50.0})});
  const auto plan = samplers::make_plan(practice, {"base", {}}, study.calendar());
  contract.schedule_year = 2026;
  auto plain = contract;
  plain.schedule_year.reset();
  const double now = exact::settle_exactly(plan, plain, study.grid()).horizon.mean();
  CHECK(exact::settle_exactly(plan, contract, study.grid()).horizon.mean() == Approx(now));
  contract.schedule_year = 2020;
  // Every visit is worth 0.40 less.
  const exact::ExactPay before = exact::settle_exactly(plan, contract, study.grid());
  auto visits = pay::contract_of({pay::measured("work", "completed_visits", SingleRate{20.0})});
  const double lost = exact::settle_exactly(plan, visits, study.grid()).horizon.mean();
  CHECK(before.horizon.mean() == Approx(now - lost).epsilon(1e-9));
}

}  // namespace schedule_years_test
