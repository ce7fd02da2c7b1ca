// Who leaves when: a monthly hazard, in every sampler, and what an offer that ends by it pays.

#include <catch2/catch.hpp>
#include <cmath>

#include "model/settle.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/simple_practice.h"

namespace leaving_test {

using namespace paystress;
using namespace paystress::test;
using enum Parameter;

namespace {

constexpr double per_year = 0.3, by_employer = 0.4;

Case clinic_of(double leaving_a_year, int months = 12, std::size_t paths = 20'000) {
  Case c;
  c.practice = simple_practice();
  c.practice.works = {true, false, false, false, false, false, false};  // leaving is drawn by the month
  c.practice.has_leaving = true;
  c.practice[leaving_per_year] = Known{leaving_a_year};
  c.practice[leaving_by_employer] = Known{by_employer};
  c.months = months;
  c.paths = paths;
  return c;
}

double hazard_of(double a_year) { return 1 - std::pow(1 - a_year, 1.0 / 12); }
LawMoments coin(double p) { return {p, p * (1 - p)}; }

/// Every month's leavings against a hazard, and the months employed.
void check_hazard(Deviations& d, const std::string& name, const LedgerSample& s,
                  const std::vector<double>& hazards) {
  double employed = 1;  // probability before the month
  double months = 0;
  for (std::size_t m = 0; m < hazards.size(); ++m) {
    const auto at = name + " month " + std::to_string(m + 1);
    const int month = static_cast<int>(m) + 1;
    d.mean(at + " left", s.of(month, "left"), coin(employed * hazards[m]));
    d.mean(at + " by employer", s.of(month, "left_by_employer"), coin(employed * hazards[m] * by_employer));
    months += employed;
    employed *= 1 - hazards[m];
    d.mean(at + " employed", s.of(month, "months_employed"), months);
  }
}

/// Settles every path of a case.
std::vector<double> incomes(samplers::SamplerKind kind, const Case& c, const Contract& contract) {
  const Stress none{"base", {}};
  const auto sampler = samplers::make_sampler(kind, {&c.practice, &none, c.calendar(), c.seed});
  PeriodGrid grid;
  for (int m = 1; m <= c.months; ++m) grid.push_back({m, 2026 + (m - 1) / 12, (m - 1) % 12 + 1, true, ""});
  const PayPlan plan(contract, sampler->layout(), grid);
  std::vector<double> all;
  Settlement pay;
  for (std::size_t first = 0; first < c.paths; first += samplers::block_paths) {
    LedgerBlock block(grid.size(), sampler->layout().size(),
                      std::min(samplers::block_paths, c.paths - first));
    sampler->sample(first, block);
    plan.settle(block, pay);
    for (std::size_t i = 0; i < block.paths(); ++i) {
      double usd = 0;
      for (std::size_t m = 0; m < grid.size(); ++m) usd += pay.paid(m)[i];
      all.push_back(usd);
    }
  }
  return all;
}

Amount amount(const char* text) { return std::get<Amount>(parse_amount(text)); }

/// A salary; of a sign-on bonus a 24th is kept for each month, the rest repaid on leaving.
Contract salary_with_sign_on() {
  Contract contract;
  contract.name = "salary";
  contract.ends_by_leaving = true;
  contract.partial = Partial::prorate;
  PayLine line;
  line.name = "salary";
  line.pays = FixedPay{120'000, Span::year, PaidWhen::running};
  contract.pay.push_back(line);
  Adjustment repaid;
  repaid.name = "repaid";
  repaid.does = AddMoney{amount("-24_000 * max(0, 24 - months_employed) / 24 * left")};
  contract.adjust.push_back(repaid);
  return contract;
}

}  // namespace

// 108 checks share one false alarm in 10,000 seeds. A hazard of 0.33 a year instead of 0.3 leaves 2.3 % fewer
// paths in month 12, 8 standard errors of the months employed.
TEST_CASE("a month's leavings are a hazard of those employed", "[statistical][leaving]") {
  Deviations d, off;
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, clinic_of(per_year));
    check_hazard(d, name_of(kind), s, std::vector<double>(12, hazard_of(per_year)));
    check_hazard(off, name_of(kind), s, std::vector<double>(12, hazard_of(per_year * 1.1)));
  }
  INFO(d.report());
  CHECK(d.pass());
  CHECK_FALSE(off.pass());
}

TEST_CASE("a path leaves once, and its months employed stop there", "[statistical][leaving]") {
  for (const auto kind : sampler_kinds()) {
    const LedgerSample s(kind, clinic_of(0.5, 18, 2'000));
    std::size_t broken = 0;
    for (std::size_t path = 0; path < s.paths(); ++path) {
      int leaves = 0;
      for (int m = 1; m <= 18; ++m) {
        const bool left = s.of(m, "left")[path] != 0;
        broken += left && leaves > 0;
        broken += s.of(m, "left_by_employer")[path] > s.of(m, "left")[path];
        if (left) leaves = m;
        broken += s.of(m, "months_employed")[path] != (leaves > 0 ? leaves : m);
      }
    }
    CHECK(broken == 0);
  }
}

TEST_CASE("certain leaving leaves in month 1, none never", "[statistical][leaving]") {
  for (const auto kind : sampler_kinds()) {
    const LedgerSample all(kind, clinic_of(1.0, 3, 500)), none(kind, clinic_of(0.0, 3, 500));
    CHECK(std::ranges::all_of(all.of(1, "left"), [](double x) { return x == 1; }));
    CHECK(std::ranges::all_of(all.of(3, "months_employed"), [](double x) { return x == 1; }));
    for (int m = 1; m <= 3; ++m)
      CHECK(std::ranges::all_of(none.of(m, "left"), [](double x) { return x == 0; }));
    CHECK(std::ranges::all_of(none.of(3, "months_employed"), [](double x) { return x == 3; }));
  }
}

TEST_CASE("leaving moves no other number by a bit", "[statistical][leaving]") {
  for (const auto kind : sampler_kinds()) {
    Case c;
    c.practice = full_practice();
    add_own_numbers(c.practice);
    c.stress = everything_stressed();
    c.months = 13;
    c.paths = 300;
    const LedgerSample before(kind, c);
    c.practice.has_leaving = true;
    c.practice[leaving_per_year] = BetaMeanSd{0.2, 0.05};
    const LedgerSample after(kind, c);
    CHECK(before.layout().size() + leaving_column_count == after.layout().size());
    std::size_t moved = 0;
    for (int m = 1; m <= 13; ++m)
      for (std::size_t k = 0; k < before.layout().size(); ++k) {
        const auto& name = before.layout()[k].name;
        moved += !std::ranges::equal(before.of(m, name), after.of(m, name));
      }
    CHECK(moved == 0);
  }
}

// 36 checks a sampler share one false alarm in 10,000 seeds.
TEST_CASE("a stress changes the hazard of its months, a range is drawn once a path",
          "[statistical][leaving]") {
  Deviations d;
  for (const auto kind : sampler_kinds()) {
    auto c = clinic_of(0.2, 6);
    StressPart part;
    part.first_month = 3;
    part.last_month = 4;
    part.parameters.push_back({leaving_per_year, Change{2.0, 0.0, std::nullopt}});
    c.stress = {"restless", {part}};
    std::vector<double> hazards(6, hazard_of(0.2));
    hazards[2] = hazards[3] = hazard_of(0.4);
    check_hazard(d, name_of(kind) + " stressed", LedgerSample(kind, c), hazards);

    auto unknown = clinic_of(0.0);
    unknown.practice[leaving_per_year] = BetaMeanSd{0.25, 0.1};
    const LedgerSample s(kind, unknown);
    std::vector<double> left(s.paths(), 0.0);
    for (int m = 1; m <= 12; ++m)
      for (std::size_t i = 0; i < left.size(); ++i) left[i] += s.of(m, "left")[i];
    d.mean(name_of(kind) + " left within the year", left, coin(0.25));
  }
  INFO(d.report());
  CHECK(d.pass());
}

// A salary p.a. is paid for 1 + (1 - h) + ... + (1 - h)^(n - 1) months. Three checks a sampler; a month paid
// too much or too little on every leaving moves the mean by 10,000 x 0.3, 30 standard errors.
TEST_CASE("a salary that ends by leaving is a geometric sum", "[statistical][leaving]") {
  Deviations d, off;
  const double h = hazard_of(per_year);
  for (const auto kind : sampler_kinds()) {
    auto salary = salary_with_sign_on();
    const auto c = clinic_of(per_year, 24);
    const double months = (1 - std::pow(1 - h, 24)) / h;
    double repaid = 0;
    double repays = 0;
    for (int m = 1; m <= 24; ++m) {
      repaid += std::pow(1 - h, m - 1) * h * 1'000 * (24 - m);
      if (m < 24) repays += std::pow(1 - h, m - 1) * h;
    }
    const auto usd = incomes(kind, c, salary);
    d.mean(name_of(kind) + " income", usd, 10'000 * months - repaid);
    off.mean(name_of(kind) + " income", usd, 10'000 * months - repaid - 10'000 * repays);
    salary.pay.clear();
    auto owed = incomes(kind, c, salary);
    for (double& x : owed) x = x < 0 ? 1.0 : 0.0;
    d.mean(name_of(kind) + " repays", owed, coin(repays));
  }
  INFO(d.report());
  CHECK(d.pass());
  CHECK_FALSE(off.pass());
}

}  // namespace leaving_test
