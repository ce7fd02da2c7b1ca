#include "model/counterfactual.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "model/settle.h"
#include "model/study.h"
#include "sim/engine/group_waterfall.h"
#include "sim/samplers/sampler.h"
#include "tests/support/contracts.h"

namespace counterfactual_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

Practice clinic() {
  Practice p;
  p.name = "clinic";
  p.codes = {{"99213", 0.6, 130, 9000}, {"99214", 0.4, 192, 13000}};
  p[Parameter::visits_per_day] = Known{22.0};
  return p;
}

Stress recoded() {
  StressPart part;
  part.first_month = 4;
  part.last_month = 6;
  part.recodes = {{"99214", "99213", 0.5}};
  return {"coding", {part}};
}

struct Sampled {
  Study study;
  Practice practice = clinic();
  Stress stress = recoded();
  std::unique_ptr<samplers::Sampler> sampler;
  LedgerBlock ledger;
  Sampled()
      : sampler(samplers::make_fast_sampler({&practice, &stress, study.calendar(), 5})),
        ledger(12, sampler->layout().size(), 64) {
    sampler->sample(0, ledger);
  }
};

double sum(const LedgerBlock& ledger, std::size_t month, std::size_t column) {
  double total = 0.0;
  for (std::size_t i = 0; i < ledger.paths(); ++i) total += ledger.at(month, column)[i];
  return total;
}

}  // namespace

TEST_CASE("months given everything back have no losses, and every visit has a code",
          "[unit][counterfactual]") {
  Sampled s;
  const auto before = [&] {
    LedgerBlock copy(12, s.sampler->layout().size(), 64);
    s.sampler->sample(0, copy);
    return copy;
  }();
  const LossReversal reversal(s.sampler->layout(), s.practice, s.stress, s.study.calendar());
  for (std::size_t c = loss_causes.size(); c-- > 0;) reversal.give_back(loss_causes.at(c), s.ledger);
  const auto& layout = s.sampler->layout();
  for (std::size_t m = 0; m < 12; ++m) {
    for (std::size_t i = 0; i < s.ledger.paths(); ++i) {
      const auto at = [&](LedgerColumn c) { return s.ledger.at(m, c)[i]; };
      const auto was = [&](LedgerColumn c) { return before.at(m, c)[i]; };
      // Every open slot is a completed visit; nothing else moved.
      CHECK(at(LedgerColumn::completed_visits) == was(LedgerColumn::slots));
      CHECK(at(LedgerColumn::booked_visits) == was(LedgerColumn::slots));
      CHECK(at(LedgerColumn::unfilled_slots) + at(LedgerColumn::no_shows) + at(LedgerColumn::late_cancels) +
                at(LedgerColumn::tech_failures) ==
            0.0);
      CHECK(at(LedgerColumn::idle_hours) == 0.0);
      CHECK(s.ledger.at(m, layout.visits_of(0))[i] + s.ledger.at(m, layout.visits_of(1))[i] ==
            at(LedgerColumn::completed_visits));
      CHECK(at(LedgerColumn::generated_wrvu) ==
            was(LedgerColumn::generated_wrvu) + was(LedgerColumn::wrvu_lost_unfilled) +
                was(LedgerColumn::wrvu_lost_no_show) + was(LedgerColumn::wrvu_lost_late_cancel) +
                was(LedgerColumn::wrvu_lost_tech_failure) + was(LedgerColumn::wrvu_lost_recode));
      CHECK(at(LedgerColumn::session_hours) == was(LedgerColumn::session_hours));
    }
  }
  CHECK(sum(before, 4, static_cast<std::size_t>(LedgerColumn::wrvu_lost_recode)) > 0.0);
}

TEST_CASE("a late cancel whose place was taken has lost nothing", "[unit][counterfactual]") {
  Sampled s;
  s.practice[Parameter::late_cancel_rate] = Known{0.2};
  s.practice[Parameter::late_cancel_refilled] = Known{0.8};
  s.practice[Parameter::visits_per_day] = Known{26.0};
  const auto sampler = samplers::make_fast_sampler({&s.practice, &s.stress, s.study.calendar(), 5});
  const auto& layout = sampler->layout();
  LedgerBlock ledger(12, layout.size(), 64);
  LedgerBlock before(12, layout.size(), 64);
  sampler->sample(0, ledger);
  sampler->sample(0, before);
  const LossReversal reversal(layout, s.practice, s.stress, s.study.calendar());
  for (const auto cause : {LossCause::no_shows, LossCause::late_cancels, LossCause::failed_calls})
    reversal.give_back(cause, ledger);
  const std::size_t refilled = layout.place_of_refilled().value();
  CHECK(sum(before, 4, refilled) > 64.0);
  for (std::size_t m = 0; m < 12; ++m)
    for (std::size_t i = 0; i < ledger.paths(); ++i) {
      const auto at = [&](LedgerColumn c) { return ledger.at(m, c)[i]; };
      const double taken = before.at(m, refilled)[i];
      // Each place that was booked is one completed visit, however often it was booked.
      REQUIRE(at(LedgerColumn::completed_visits) == before.at(m, LedgerColumn::booked_visits)[i] - taken);
      REQUIRE(at(LedgerColumn::late_cancels) == taken);
      REQUIRE(at(LedgerColumn::wrvu_lost_late_cancel) == 0.0);
      REQUIRE(ledger.at(m, layout.visits_of(0))[i] + ledger.at(m, layout.visits_of(1))[i] ==
              at(LedgerColumn::completed_visits));
    }
}

TEST_CASE("drawn shares come back with the visits that they are of", "[unit][counterfactual]") {
  Sampled s;
  DrawnColumn intakes{"intakes", DrawnColumn::Law::share, "completed_visits", {}};
  intakes.numbers[static_cast<std::size_t>(ColumnNumber::share)] = Known{0.25};
  DrawnColumn calls{"calls", DrawnColumn::Law::share, "no_shows", {}};
  calls.numbers[static_cast<std::size_t>(ColumnNumber::share)] = Known{0.5};
  s.practice.columns = {calls, intakes};
  const auto sampler = samplers::make_fast_sampler({&s.practice, &s.stress, s.study.calendar(), 5});
  const auto& layout = sampler->layout();
  LedgerBlock ledger(12, layout.size(), 64);
  LedgerBlock before(12, layout.size(), 64);
  sampler->sample(0, ledger);
  sampler->sample(0, before);
  LossReversal(layout, s.practice, s.stress, s.study.calendar()).give_back(LossCause::no_shows, ledger);
  const auto at = layout.find("intakes").value();
  double visits = 0;
  double share = 0;
  for (std::size_t m = 0; m < 12; ++m) {
    visits += before.at(m, LedgerColumn::completed_visits)[7];
    share += before.at(m, at)[7];
  }
  for (std::size_t m = 0; m < 12; ++m) {
    CHECK(ledger.at(m, at)[7] ==
          before.at(m, at)[7] + std::floor(before.at(m, LedgerColumn::no_shows)[7] * share / visits + 0.5));
    CHECK(ledger.at(m, layout.find("calls").value())[7] == 0.0);
  }
}

TEST_CASE("charges given back are settled like the others", "[unit][counterfactual]") {
  Sampled s;
  s.practice.collections = Collections{{0.2, 0.5, 0.3}};
  s.practice[Parameter::collections_denied] = Known{0.1};
  const auto sampler = samplers::make_fast_sampler({&s.practice, &s.stress, s.study.calendar(), 5});
  const auto& layout = sampler->layout();
  LedgerBlock ledger(12, layout.size(), 64);
  sampler->sample(0, ledger);
  const auto at = [&](CollectionColumn c) { return layout.place_of(c).value(); };
  using enum CollectionColumn;
  const double collected = sum(ledger, 6, at(collected_usd));
  const LossReversal reversal(layout, s.practice, s.stress, s.study.calendar());
  for (const auto cause : loss_causes) reversal.give_back(cause, ledger);
  CHECK(sum(ledger, 6, at(collected_usd)) > collected);
  for (std::size_t i = 0; i < 64; ++i) {
    double outstanding = 0;
    for (std::size_t m = 0; m < 12; ++m) {
      outstanding += ledger.at(m, LedgerColumn::collections_usd)[i] - ledger.at(m, at(collected_usd))[i] -
                     ledger.at(m, at(denied_usd))[i];
      CHECK(ledger.at(m, at(outstanding_usd))[i] == outstanding);
      CHECK(ledger.at(m, at(tail_usd))[i] <= outstanding);
      CHECK(ledger.at(m, at(denied_usd))[i] >= 0);
    }
  }
}

TEST_CASE("undoing a recode restores the codes that its wRVU betray", "[unit][counterfactual]") {
  Sampled s;
  const Stress none{"base", {}};
  const auto base_sampler = samplers::make_fast_sampler({&s.practice, &none, s.study.calendar(), 5});
  LedgerBlock base(12, base_sampler->layout().size(), 64);
  base_sampler->sample(0, base);
  const LossReversal reversal(s.sampler->layout(), s.practice, s.stress, s.study.calendar());
  CHECK(reversal.may_give_back(LossCause::recoding));
  reversal.give_back(LossCause::recoding, s.ledger);
  // Without a recoding stress there is nothing to give back, and the months say the same.
  const LossReversal without(s.sampler->layout(), s.practice, none, s.study.calendar());
  CHECK_FALSE(without.may_give_back(LossCause::recoding));
  CHECK(without.may_give_back(LossCause::review));
  for (std::size_t m = 0; m < 12; ++m)
    for (std::size_t i = 0; i < 64; ++i) CHECK(base.at(m, LedgerColumn::wrvu_lost_recode)[i] == 0.0);
  const auto& layout = s.sampler->layout();
  for (std::size_t m = 0; m < 12; ++m)
    for (std::size_t i = 0; i < 64; ++i)
      for (const auto column :
           {layout.visits_of(0), layout.visits_of(1), static_cast<std::size_t>(LedgerColumn::generated_wrvu),
            static_cast<std::size_t>(LedgerColumn::collections_usd)})
        CHECK(s.ledger.at(m, column)[i] == base.at(m, column)[i]);
}

TEST_CASE("the contract as told pays the same on the told months and falls in proportion",
          "[unit][counterfactual]") {
  Sampled s;
  TierLadder ladder;
  ladder.tiers = {tier_above(250, 20), tier_above(300, 35)};
  auto contract = contract_of(
      "x", {pay_line("base", fixed_pay(10000)), pay_line("bonus", measured_pay("completed_visits", ladder))});
  contract.adjust = {adjustment("ceiling", Cap{12'000.0})};
  contract.adjust[0].on = {"bonus"};
  const auto grid = s.study.grid();
  const auto& layout = s.sampler->layout();
  const auto told = told_contract(contract, layout, grid, s.ledger);
  CHECK(told.adjust.empty());
  CHECK(uncapped(contract).adjust.empty());
  const auto mean_paid = [&](const Contract& c, const LedgerBlock& ledger) {
    Settlement pay;
    PayPlan(c, layout, grid).settle(ledger, pay, SettleDetail::pay);
    std::vector<double> income;
    engine::horizon_income(pay, income);
    double total = 0.0;
    for (const double usd : income) total += usd;
    return total / 64.0;
  };
  // The blended rate is the mean over paths, so the means agree to the rounding of each month's cents.
  CHECK(mean_paid(told, s.ledger) == Approx(mean_paid(uncapped(contract), s.ledger)).margin(12 * 0.005));
  // Half the visits halve the told bonus, and take away more than half of the real one.
  LedgerBlock half(12, layout.size(), 64);
  for (std::size_t m = 0; m < 12; ++m)
    for (std::size_t i = 0; i < 64; ++i)
      half.at(m, LedgerColumn::completed_visits)[i] = s.ledger.at(m, LedgerColumn::completed_visits)[i] / 2;
  const double bonus = mean_paid(told, s.ledger) - 120'000.0;
  CHECK(mean_paid(told, half) - 120'000.0 == Approx(bonus / 2).margin(12 * 0.005));
  CHECK(mean_paid(contract, half) - 120'000.0 < bonus / 4);
}

}  // namespace counterfactual_test
