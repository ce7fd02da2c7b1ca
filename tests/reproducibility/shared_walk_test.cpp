// Stresses that are walked together have the bytes that each has alone: months and days, whatever a stress
// changes, in which months, and whatever it leaves behind.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>
#include <utility>

#include "sim/random/vector_math.h"
#include "sim/samplers/fast_plan.h"
#include "tests/support/full_practice.h"

namespace shared_walk_test {

using namespace paystress;
using namespace paystress::test;

namespace {

constexpr std::size_t paths = 70;  // a whole batch and a part of one
constexpr std::uint64_t first_path = 1000;

struct Ledgers {
  LedgerBlock months;
  DayLedger days;
};

std::vector<std::size_t> columns_of_days(const LedgerLayout& layout) {
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < layout.size(); ++c)
    if (layout[c].finest == ColumnFinest::day) all.push_back(c);
  return all;
}

Ledgers ledgers_for(const samplers::Sampler& sampler, std::size_t months) {
  const auto& layout = sampler.layout();
  return {LedgerBlock(months, layout.size(), paths),
          DayLedger(layout, columns_of_days(layout), sampler.days(), paths)};
}

bool same(const LedgerBlock& a, const LedgerBlock& b) {
  for (std::size_t p = 0; p < a.periods(); ++p)
    for (std::size_t c = 0; c < a.columns(); ++c)
      if (std::memcmp(a.at(p, c), b.at(p, c), a.paths() * sizeof(double)) != 0) return false;
  return true;
}

struct Row {
  const Practice* practice;
  const Stress* stress;
};

/// Names of the scenarios whose months or days differ from those that they have alone.
std::string differing(samplers::SamplerKind kind, const std::vector<Row>& rows, const Calendar& calendar,
                      bool with_days = true, TraitSampling traits = TraitSampling::sobol) {
  std::vector<samplers::SamplerInput> inputs;
  for (const auto& row : rows) inputs.push_back({row.practice, row.stress, calendar, 20260107, traits});
  const auto together = samplers::make_sampler(kind, inputs);
  const auto months = static_cast<std::size_t>(calendar.months());
  std::vector<std::unique_ptr<samplers::Sampler>> alone;
  std::vector<Ledgers> shared;
  shared.reserve(rows.size());
  std::vector<samplers::SampleTarget> targets;
  for (const auto& input : inputs) {
    alone.push_back(samplers::make_sampler(kind, input));
    auto& own = shared.emplace_back(ledgers_for(*alone.back(), months));
    own.months.fill(std::numeric_limits<double>::quiet_NaN());  // a sampler writes every column
    targets.push_back({&own.months, with_days ? &own.days : nullptr});
  }
  together->sample(first_path, targets);
  std::string names;
  for (std::size_t s = 0; s < rows.size(); ++s) {
    auto own = ledgers_for(*alone[s], months);
    alone[s]->sample_days(first_path, own.months, with_days ? &own.days : nullptr);
    const bool as_alone =
        same(shared[s].months, own.months) && (!with_days || same(shared[s].days.block(), own.days.block()));
    if (!as_alone) names += rows[s].practice->name + " " + rows[s].stress->name + ", ";
  }
  return names;
}

std::string differing(samplers::SamplerKind kind, const Practice& practice,
                      const std::vector<Stress>& stresses, const Calendar& calendar, bool with_days = true) {
  std::vector<Row> rows;
  for (const auto& stress : stresses) rows.push_back({&practice, &stress});
  return differing(kind, rows, calendar, with_days);
}

StressPart months(int first, int last) {
  StressPart part;
  part.first_month = first;
  part.last_month = last;
  return part;
}

Stress of_parameter(Parameter p, Change change, int first, int last) {
  auto part = months(first, last);
  part.parameters = {{p, change}};
  return {std::string(parameter_info(p).key) + " " + std::to_string(first), {part}};
}

Calendar a_year_and_two_months() {
  return Calendar(std::chrono::year(2026) / 1 / 1, 14, {std::chrono::year(2026) / 1 / 19});
}

/// The practice that uses every part of the model, with what is off in it.
Practice fullest_practice(InboxFollows follows) {
  using enum Parameter;
  Practice p = full_practice();
  p.inbox_follows = follows;
  p[days_off_spell] = Known{4};
  p[demand_returning] = Known{0.6};
  p[late_cancel_refilled] = Known{0.5};
  p[Parameter::overbooked] = Known{0.7};
  p[demand_daily_ar1] = Known{0.5};
  p.no_show_weekday = {1.2, 1, 1, 1, 0.9, 1, 1};
  add_own_numbers(p);
  p.collections = Collections{{0.3, 0.0, 0.7}};
  p.codes[0].denied = Known{0.2};
  p[audit_extrapolated] = Known{0.8};
  p.has_leaving = true;
  p[leaving_per_year] = Known{0.3};
  p[leaving_by_employer] = Known{0.4};
  return p;
}

/// A stress of every number that may change, for some months and anew later, of every count, of slots and of
/// codes.
std::vector<Stress> one_of_each(const Practice& practice) {
  std::vector<Stress> all{{"base", {}}};
  for (const auto& number : own_numbers(practice)) {
    if (!number.value->has_value()) continue;
    auto part = months(3, 5);
    part.own_numbers = {{number.key, {1, 0, std::clamp(0.37, number.info->low, number.info->high)}}};
    all.push_back({number.key, {part}});
  }
  for (const auto& info : parameter_infos()) {
    if (!info.may_be_uncertain) continue;
    const double middle = info.kind == ParameterKind::probability ? 0.37 : 1.0 + info.default_value * 1.3;
    all.push_back(of_parameter(info.parameter, {1, 0, std::clamp(middle, info.low, info.high)}, 3, 5));
  }
  for (std::size_t c = 0; c < stressed_count_count; ++c)
    for (const double factor : {0.6, 1.7}) {
      const auto count = static_cast<StressedCount>(c);
      if (count == StressedCount::booked_visits && factor > 1) continue;
      auto part = months(2, 4);
      part.counts = {{count, factor}};
      all.push_back({std::string(key_of(count)), {part}});
    }
  auto slots = months(4, 4);
  slots.slots = {{0.5}};
  all.push_back({"slots", {slots}});
  auto closed = months(2, 3);
  closed.slots = {{0.0}};
  all.push_back({"closed", {closed}});
  auto recode = months(3, 6);
  recode.recodes = {{"99214", "99213", 0.7}, {"99215", "99214", 1.0}};
  all.push_back({"recode", {recode}});
  all.push_back(everything_stressed());
  all.push_back(nothing_stressed());
  return all;
}

}  // namespace

TEST_CASE("whatever a stress changes, it has the same bytes alone and beside all others",
          "[reproducibility][shared_walk]") {
  for (const auto follows : {InboxFollows::expected, InboxFollows::completed})
    for (const bool with_days : {false, true}) {
      INFO("days: " << with_days << ", follows completed: " << (follows == InboxFollows::completed));
      const auto practice = fullest_practice(follows);
      CHECK(differing(samplers::SamplerKind::fast, practice, one_of_each(practice), a_year_and_two_months(),
                      with_days) == "");
    }
  CHECK(differing(samplers::SamplerKind::fast, full_practice(), one_of_each(full_practice()),
                  a_year_and_two_months()) == "");
}

// Every number in turn, known where it is known or drawn; under a stress of its own, too.
TEST_CASE("a practice with another number has the same bytes alone and beside all others",
          "[reproducibility][shared_walk]") {
  const Stress base{"base", {}};
  const auto stress = everything_stressed();
  for (const auto follows : {InboxFollows::expected, InboxFollows::completed}) {
    std::vector<Practice> practices{fullest_practice(follows)};
    for (const auto& info : parameter_infos()) {
      auto other = practices.front();
      const double moved = info.kind == ParameterKind::probability ? 0.43 : 2.0 + info.default_value * 0.7;
      other[info.parameter] = Known{std::clamp(moved, info.low, info.high)};
      other.name = info.key;
      // A known number has no correlation, nor may every memory of months have that of the states.
      const bool is_memory = other.name.ends_with("monthly_ar1");
      std::erase_if(other.correlation, [&](const RankCorrelation& r) {
        return is_memory || r.a == other.name || r.b == other.name;
      });
      practices.push_back(other);
    }
    auto renamed = practices.front();
    renamed.events.front().per_year = Known{9};
    practices.push_back(renamed);
    std::vector<Row> rows;
    for (const auto& practice : practices) rows.push_back({&practice, &base});
    rows.push_back({&practices[3], &stress});
    rows.push_back({&practices[0], &stress});
    for (const auto& sampling : trait_samplings)
      CHECK(differing(samplers::SamplerKind::fast, rows, a_year_and_two_months(), true, sampling.second) ==
            "");
  }
}

TEST_CASE("the reference has the same bytes alone and beside others", "[reproducibility][shared_walk]") {
  const std::vector<Stress> stresses{{"base", {}}, everything_stressed(), nothing_stressed()};
  CHECK(differing(samplers::SamplerKind::reference, full_practice(), stresses, a_year_and_two_months()) ==
        "");
}

TEST_CASE("combined stresses that part and meet again have their own bytes",
          "[reproducibility][shared_walk]") {
  auto dip = months(2, 3), again = months(6, 6), mail = months(1, 14), codes = months(5, 9);
  dip.counts = {{StressedCount::booked_visits, 0.8}};
  again.counts = {{StressedCount::booked_visits, 0.8}};
  mail.counts = {{StressedCount::messages, 2.0}};
  codes.recodes = {{"99214", "99213", 1.0}};
  // Three, four and two of them are alike in turn; a closed month empties what a list carried.
  auto closed = months(4, 4);
  closed.slots = {{0.0}};
  auto busy = months(2, 2);
  busy.counts = {{StressedCount::demand, 1.5}};
  const std::vector<Stress> stresses{{"mail", {mail}},
                                     {"base", {}},
                                     {"dip", {dip, again}},
                                     {"codes", {codes}},
                                     {"bad", {dip, mail, codes}},
                                     {"busy", {busy}},
                                     {"both", {busy, closed}},
                                     {"closed", {closed}},
                                     {"bad again", {dip, mail, codes}},
                                     {"later", {again, codes}}};
  for (const auto& [returning, refilled] : {std::pair{0.0, 0.0}, {0.3, 0.0}, {0.3, 0.7}, {0.0, 0.7}}) {
    auto practice = full_practice();
    practice[Parameter::demand_returning] = Known{returning};
    practice[Parameter::late_cancel_refilled] = Known{refilled};
    CHECK(differing(samplers::SamplerKind::fast, practice, stresses, a_year_and_two_months()) == "");
    CHECK(differing(samplers::SamplerKind::fast, practice, stresses, a_year_and_two_months(), false) == "");
  }
}

// A list that empties on every path is the base's list again; so are, after the lag, the corrections.
TEST_CASE("a stress whose carried values come back has its own bytes", "[reproducibility][shared_walk]") {
  using enum Parameter;
  auto practice = full_practice();
  practice.correlation.clear();
  practice[demand_returning] = Known{0.5};
  practice[visits_per_day] = Known{2};
  practice[audit_lag_months] = Known{1};
  auto busy = months(2, 2);
  busy.counts = {{StressedCount::demand, 14.0}};
  const std::vector<Stress> stresses{{"base", {}}, {"busy", {busy}}};
  CHECK(differing(samplers::SamplerKind::fast, practice, stresses, a_year_and_two_months(), false) == "");
  const std::vector<samplers::SamplerInput> inputs{
      {&practice, &stresses[0], a_year_and_two_months(), 20260107},
      {&practice, &stresses[1], a_year_and_two_months(), 20260107}};
  const auto sampler = samplers::make_sampler(samplers::SamplerKind::fast, inputs);
  LedgerBlock base(14, sampler->layout().size(), paths), stressed(14, sampler->layout().size(), paths);
  const std::vector<samplers::SampleTarget> targets{{&base, nullptr}, {&stressed, nullptr}};
  sampler->sample(first_path, targets);
  const auto month_differs = [&](std::size_t m, LedgerColumn column) {
    return std::memcmp(std::as_const(base).at(m, column), std::as_const(stressed).at(m, column),
                       paths * sizeof(double)) != 0;
  };
  CHECK(month_differs(1, LedgerColumn::booked_visits));
  CHECK(month_differs(2, LedgerColumn::wrvu_lost_audit));
  CHECK_FALSE(month_differs(8, LedgerColumn::booked_visits));
  CHECK_FALSE(month_differs(8, LedgerColumn::wrvu_lost_audit));
}

// 70 paths: a row is borrowed where both batches have it from the same scenario.
TEST_CASE("what a stress leaves as it is stands in one ledger", "[reproducibility][shared_walk]") {
  auto codes = months(5, 9), mail = months(1, 14);
  codes.recodes = {{"99214", "99213", 1.0}};
  mail.counts = {{StressedCount::messages, 2.0}};
  const std::vector<Stress> stresses{{"base", {}}, {"codes", {codes}}, {"mail", {mail}}};
  const auto practice = full_practice();
  std::vector<samplers::SamplerInput> inputs;
  for (const auto& stress : stresses)
    inputs.push_back({&practice, &stress, a_year_and_two_months(), 20260107});
  const auto sampler = samplers::make_sampler(samplers::SamplerKind::fast, inputs);
  std::vector<LedgerBlock> ledgers;
  std::vector<samplers::SampleTarget> targets;
  // Span columns of the offers that are priced stand behind those of the practice.
  for (std::size_t s = 0; s < 3; ++s) ledgers.emplace_back(14, sampler->layout().size() + s, paths);
  for (auto& ledger : ledgers) targets.push_back({&ledger, nullptr});
  sampler->sample(first_path, targets);
  const auto borrows = [&](std::size_t s, std::size_t m, LedgerColumn column) {
    return ledgers[s].borrows(m, static_cast<std::size_t>(column), ledgers[0]);
  };
  using enum LedgerColumn;
  for (std::size_t m = 0; m < 14; ++m) {
    INFO("month " << m + 1);
    for (const auto column : {slots, completed_visits, late_cancels, visit_hours}) {
      CHECK(borrows(1, m, column));
      CHECK(borrows(2, m, column));
    }
    CHECK(borrows(1, m, messages));
    CHECK(borrows(1, m, after_hours));
    CHECK_FALSE(borrows(2, m, messages));
    CHECK_FALSE(borrows(2, m, after_hours));
    CHECK(borrows(2, m, generated_wrvu));
    // Corrections of the ninth month are under way until the thirteenth.
    CHECK(borrows(1, m, generated_wrvu) == (m < 4 || m > 12));
  }
  CHECK_THROWS_AS(ledgers[0].at(0, slots), std::logic_error);
  for (std::size_t s = 0; s < 3; ++s) {
    INFO(stresses[s].name);
    LedgerBlock alone(14, sampler->layout().size(), paths);
    samplers::make_sampler(samplers::SamplerKind::fast, inputs[s])->sample(first_path, alone);
    for (std::size_t m = 0; m < 14; ++m)
      for (std::size_t c = 0; c < sampler->layout().size(); ++c)
        CHECK(std::memcmp(std::as_const(ledgers[s]).at(m, c), std::as_const(alone).at(m, c),
                          paths * sizeof(double)) == 0);
  }
}

TEST_CASE("scenarios walked together are the same on every instruction set",
          "[reproducibility][shared_walk]") {
  for (const auto& target : random::simd_targets()) {
    INFO(target);
    random::use_simd_target(target);
    CHECK(differing(samplers::SamplerKind::fast, full_practice(),
                    {{"base", {}}, everything_stressed(), nothing_stressed()},
                    a_year_and_two_months()) == "");
  }
  random::use_simd_target("");
}

}  // namespace shared_walk_test
