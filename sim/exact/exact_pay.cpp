#include "sim/exact/exact_pay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "analysis/tier_misses.h"
#include "model/code_values.h"
#include "model/settle.h"
#include "sim/exact/exact_practice.h"
#include "sim/exact/exact_refusals.h"
#include "sim/samplers/sampler.h"

namespace paystress::exact {
namespace {

using enum Parameter;

// Outcomes less probable than this are left out of the lattice's span, not of the probabilities.
constexpr double negligible = 1e-16;
constexpr std::size_t most_points = std::size_t{1} << 16;

/// Pay and tiers of every month at every (days off, value) of the random column.
struct PricedMonths {
  using Outcomes = std::vector<std::vector<std::vector<double>>>;  ///< [month][days off][value]
  Outcomes usd;                                                    ///< dollars
  struct Tier {
    Outcomes reached, lost_usd, bound, measure;
    [[nodiscard]] auto all() { return std::array{&reached, &lost_usd, &bound, &measure}; }
  };
  std::vector<Tier> tiers;
};

class MonthPricer {
 public:
  MonthPricer(const samplers::PracticePlan& plan, const Contract& contract, const PeriodGrid& grid,
              const ExactMonths& months, std::string_view column)
      : plan_(plan),
        months_(months),
        column_(plan.layout.find(column)),
        pay_(unrounded(contract), plan.layout, grid) {
    for (std::size_t index = 0; index < plan.months.size(); ++index) {
      numbers_.push_back(plan.numbers);
      samplers::cut_back_rates(numbers_.back());
      samplers::apply_changes(plan.months[index], numbers_.back());
    }
  }

  [[nodiscard]] const PayPlan& pay() const { return pay_; }

  [[nodiscard]] PricedMonths price() {
    const auto& tiered = pay_.tiered();
    PricedMonths priced;
    const std::size_t n = months_.months().size();
    priced.usd.resize(n);
    for (const auto& line : tiered)
      for (std::size_t k = 0; k < line.bounds.size(); ++k)
        for (auto* outcomes : priced.tiers.emplace_back().all()) outcomes->resize(n);
    std::size_t most_off = 0;
    for (const auto& month : months_.months()) most_off = std::max(most_off, month.given.size());
    for (std::size_t m = 0; m < n; ++m) priced.usd[m].resize(months_.months()[m].given.size());
    for (auto& tier : priced.tiers)
      for (auto* outcomes : tier.all())
        for (std::size_t m = 0; m < n; ++m) (*outcomes)[m].resize(priced.usd[m].size());
    const auto as_it_is = [](std::size_t, std::size_t i) { return i; };
    for (std::size_t off = 0; off < most_off; ++off)
      settle(off, as_it_is, [&](std::size_t m, std::size_t, std::size_t count, const Settlement& settled) {
        const auto append = [&](std::vector<double>& to, const double* run) {
          to.insert(to.end(), run, run + count);
        };
        append(priced.usd[m][off], settled.paid(m));
        std::size_t at = 0;
        for (std::size_t t = 0; t < tiered.size(); ++t)
          for (std::size_t k = 0; k < tiered[t].bounds.size(); ++k, ++at) {
            append(priced.tiers[at].reached[m][off], settled.tier_reached(t, k, m));
            append(priced.tiers[at].lost_usd[m][off], settled.tier_lost(t, k, m));
            append(priced.tiers[at].bound[m][off], settled.tier_bound(t, k, m));
            append(priced.tiers[at].measure[m][off], settled.tier_measure(t, m));
          }
      });
    check_apart(priced);
    return priced;
  }

 private:
  /// Pay to the fraction of a cent: a rounded running total would tie a month to those before it.
  static Contract unrounded(Contract contract) {
    contract.round.unit_usd.reset();
    return contract;
  }

  /// Settles all values of the months' laws given their off-th number of days off, a block at a time: month m
  /// of path i holds value which(m, i). take(m, first, count, pay) gets the paths first .. first + count - 1.
  template <class Which, class Take>
  void settle(std::size_t off, Which which, Take take) {
    const auto& months = months_.months();
    std::size_t paths = 0;
    for (const auto& month : months)
      if (off < month.given.size()) paths = std::max(paths, month.given[off].size());
    LedgerBlock block(months.size(), plan_.layout.size(), samplers::block_paths);
    Settlement settled;
    for (std::size_t first = 0; first < paths; first += samplers::block_paths) {
      for (std::size_t m = 0; m < months.size(); ++m) fill(block, m, off, first, which);
      pay_.settle(block, settled);
      for (std::size_t m = 0; m < months.size(); ++m)
        if (off < months[m].given.size() && first < months[m].given[off].size())
          take(m, first, std::min(samplers::block_paths, months[m].given[off].size() - first), settled);
    }
  }

  template <class Which>
  void fill(LedgerBlock& block, std::size_t m, std::size_t off, std::size_t first, Which which) const {
    const auto& month = months_.months()[m];
    const std::size_t own = std::min(off, month.given.size() - 1);
    const LatticeLaw& law = month.given[own];
    const double days = month.closed ? 0 : month.workdays - month.days_off[own].days;
    const auto number = [&](Parameter p) { return numbers_[m][samplers::PracticePlan::number_of(p)]; };
    const double ramp =
        samplers::ramp_share(number(ramp_start), number(ramp_months_to_95), static_cast<int>(m) + 1);
    const auto set = [&](LedgerColumn column, double value) {
      std::fill_n(block.at(m, column), samplers::block_paths, value);
    };
    set(LedgerColumn::workdays, days);
    set(LedgerColumn::session_hours, days * number(session_hours));
    set(LedgerColumn::meeting_hours,
        number(meetings_hours_per_month) + (m == 0 ? number(training_hours) : 0.0));
    set(LedgerColumn::panel_members, std::floor(number(panel_mature) * ramp + 0.5));
    set(LedgerColumn::quality_score, number(quality_mean));
    if (!column_) return;
    for (std::size_t i = 0; i < samplers::block_paths; ++i)
      block.at(m, *column_)[i] =
          static_cast<double>(law.value(which(m, std::min(first + i, law.size() - 1))));
  }

  /// The reading of the contract said that months stand apart; here they are seen to: a month's pay must not
  /// move when every other month does.
  void check_apart(const PricedMonths& priced) {
    for (const std::size_t kept : {0U, 1U}) {
      const auto move_others = [&](std::size_t m, std::size_t i) {
        return m % 2 == kept ? i : months_.months()[m].given.front().size() - 1 - i;
      };
      settle(0, move_others,
             [&](std::size_t m, std::size_t first, std::size_t count, const Settlement& moved) {
               if (m % 2 != kept) return;
               for (std::size_t i = 0; i < count; ++i) {
                 const double usd = priced.usd[m].front()[first + i];
                 if (std::abs(moved.paid(m)[i] - usd) > 1e-6 * std::max(1.0, std::abs(usd)))
                   throw std::invalid_argument(
                       fmt::format("the pay of month {} depends on other months", m + 1));
               }
             });
    }
  }

  const samplers::PracticePlan& plan_;
  const ExactMonths& months_;
  std::optional<std::size_t> column_;
  PayPlan pay_;
  std::vector<std::vector<double>> numbers_;  // [month], stressed
};

/// Calls visit(month, days off, value, probability given the days off) for all that can happen.
template <class Visit>
void for_each_outcome(const ExactMonths& months, Visit visit) {
  for (std::size_t m = 0; m < months.months().size(); ++m) {
    const auto& month = months.months()[m];
    for (std::size_t off = 0; off < month.given.size(); ++off)
      for (std::size_t i = 0; i < month.given[off].size(); ++i)
        if (const double p = month.given[off].probability(i); p > 0) visit(m, off, i, p);
  }
}

long cents_of(double usd) { return std::lround(usd * 100); }

/// The lattice of the horizon's income: for each month the least pay that can happen, and a common step.
struct PayLattice {
  std::vector<long> base_cents;  // by month
  long step = 1;
  std::size_t points = 2;
  bool is_exact = true;  // every pay lies on it, to the cent
};

PayLattice lattice_of(const ExactMonths& months, const PricedMonths& priced) {
  const std::size_t n = months.months().size();
  PayLattice lattice;
  std::vector<long> low(n, std::numeric_limits<long>::max());
  std::vector<long> high(n, std::numeric_limits<long>::min());
  const auto real = [&](std::size_t m, std::size_t off, double p) {
    return p * months.months()[m].days_off[off].probability > negligible;
  };
  for_each_outcome(months, [&](std::size_t m, std::size_t off, std::size_t i, double p) {
    if (!real(m, off, p)) return;
    low[m] = std::min(low[m], cents_of(priced.usd[m][off][i]));
    high[m] = std::max(high[m], cents_of(priced.usd[m][off][i]));
  });
  long step = 0;
  for_each_outcome(months, [&](std::size_t m, std::size_t off, std::size_t i, double p) {
    if (real(m, off, p)) step = std::gcd(step, cents_of(priced.usd[m][off][i]) - low[m]);
  });
  long span = 0;
  for (std::size_t m = 0; m < n; ++m) span += high[m] - low[m];
  lattice.base_cents = low;
  lattice.step = std::max(step, 1L);
  if (span / lattice.step + 2 > static_cast<long>(most_points)) {
    lattice.step = span / (static_cast<long>(most_points) - 2 - static_cast<long>(n)) + 1;
    lattice.is_exact = false;
  }
  // A split outcome may reach one point beyond in each month.
  const long most = span / lattice.step + 2 + static_cast<long>(n);
  while (static_cast<long>(lattice.points) < most) lattice.points *= 2;
  return lattice;
}

/// Law of a month's pay given its days off, as places of the lattice above the month's base.
Spectrum pay_spectrum(const LatticeLaw& law, const std::vector<double>& usd, long base_cents,
                      const PayLattice& lattice) {
  std::vector<long> places;
  std::vector<double> probability;
  const auto add = [&](long place, double p) {
    places.push_back(place);
    probability.push_back(p);
  };
  for (std::size_t i = 0; i < law.size(); ++i) {
    const double p = law.probability(i);
    if (p <= 0) continue;
    if (lattice.is_exact) {
      add((cents_of(usd[i]) - base_cents) / lattice.step, p);
    } else {
      const double place =
          (usd[i] * 100 - static_cast<double>(base_cents)) / static_cast<double>(lattice.step);
      const double below = std::floor(place);
      add(static_cast<long>(below), p * (1 - (place - below)));
      add(static_cast<long>(below) + 1, p * (place - below));
    }
  }
  return spectrum(places, probability, {0, 1, lattice.points});
}

LatticeLaw in_cents(const Spectrum& sum, const PayLattice& lattice, long base_cents) {
  const LatticeLaw places = law_of(sum, {0, 1, lattice.points});
  std::vector<double> probability;
  for (std::size_t i = 0; i < places.size(); ++i) probability.push_back(places.probability(i));
  while (probability.size() > 1 && probability.back() < negligible) probability.pop_back();
  return {base_cents, lattice.step, std::move(probability)};
}

/// State of a year month by month, for 0, 1, ... days off among its workdays so far; T is a spectrum or the
/// chance of something. Starts with `one`.
template <class T>
class YearSum {
 public:
  YearSum(const samplers::PracticePlan& plan, const samplers::PracticePlan::Year& year, const T& one)
      : year_(year) {
    days_off_ = std::min(year.share * plan.numbers[samplers::PracticePlan::number_of(days_off_per_year)],
                         static_cast<double>(year.workdays));
    by_off_.assign(static_cast<std::size_t>(std::ceil(days_off_)) + 1, one);
  }

  /// Joins a month: add(sum, weight, before, off) adds weight x before x what the month gives at its off-th
  /// number of days off.
  template <class Add>
  void join(const ExactMonths::Month& month, const T& zero, Add add) {
    workdays_ += month.workdays;
    for (std::size_t j = by_off_.size(); j-- > 0;) {
      T sum = zero;
      for (std::size_t off = 0; off < month.days_off.size(); ++off) {
        const int k = month.days_off[off].days;
        const int total = static_cast<int>(j);
        if (k > total || total > workdays_) continue;
        const double weight = hypergeometric(k, month.workdays, total, workdays_);
        if (weight > 0) add(sum, weight, by_off_[j - static_cast<std::size_t>(k)], off);
      }
      by_off_[j] = std::move(sum);
    }
  }

  /// The year's days off are floor or one more.
  template <class Add>
  [[nodiscard]] T finish(T sum, Add add) const {
    const double low = std::floor(days_off_);
    add(sum, 1 - (days_off_ - low), by_off_[static_cast<std::size_t>(low)]);
    if (days_off_ > low) add(sum, days_off_ - low, by_off_.back());
    return sum;
  }

 private:
  const samplers::PracticePlan::Year& year_;
  double days_off_ = 0;
  int workdays_ = 0;
  std::vector<T> by_off_;
};

void sum_income(ExactPay& result, const samplers::PracticePlan& plan, const ExactMonths& months,
                const PricedMonths& priced) {
  const PayLattice lattice = lattice_of(months, priced);
  const std::size_t bins = lattice.points / 2 + 1;
  const Spectrum zero(bins, 0.0);
  const Spectrum one(bins, 1.0);
  Spectrum horizon = one;
  long horizon_base = 0;
  std::size_t m = 0;
  for (const auto& year : plan.years) {
    YearSum<Spectrum> sum(plan, year, one);
    long year_base = 0;
    for (; m < plan.months.size() && plan.years[plan.months[m].year].first_month == year.first_month; ++m) {
      const auto& month = months.months()[m];
      std::vector<Spectrum> given;
      for (std::size_t off = 0; off < month.given.size(); ++off)
        given.push_back(pay_spectrum(month.given[off], priced.usd[m][off], lattice.base_cents[m], lattice));
      Spectrum any = zero;
      for (std::size_t off = 0; off < given.size(); ++off)
        for (std::size_t i = 0; i < bins; ++i) any[i] += month.days_off[off].probability * given[off][i];
      result.months.push_back(in_cents(any, lattice, lattice.base_cents[m]));
      sum.join(month, zero, [&](Spectrum& total, double weight, const Spectrum& before, std::size_t off) {
        for (std::size_t i = 0; i < bins; ++i) total[i] += weight * times(before[i], given[off][i]);
      });
      year_base += lattice.base_cents[m];
    }
    const Spectrum whole = sum.finish(zero, [&](Spectrum& total, double weight, const Spectrum& by_off) {
      for (std::size_t i = 0; i < bins; ++i) total[i] += weight * by_off[i];
    });
    result.years.push_back(in_cents(whole, lattice, year_base));
    for (std::size_t i = 0; i < bins; ++i) horizon[i] = times(horizon[i], whole[i]);
    horizon_base += year_base;
  }
  result.horizon = in_cents(horizon, lattice, horizon_base);
  // To the nearest cent each month, or to a neighbouring point.
  const double each = lattice.is_exact ? 0.005 : static_cast<double>(lattice.step) / 100;
  result.largest_rounding_usd = each * static_cast<double>(plan.months.size());
}

/// Chances by month and days off, each given the days off.
using ByDaysOff = std::vector<std::vector<double>>;

/// What happens to one tier in the months in which it is judged.
struct TierEvents {
  ByDaysOff missed, near_share, near_units;
  std::vector<double> lost_usd, short_units,
      judged;  ///< by month: means times the chance; P(missed, defined)
};

TierEvents tier_events(const ExactMonths& months, const PricedMonths::Tier& tier, const NearMiss& near,
                       const std::vector<std::string>& label) {
  const std::size_t n = months.months().size();
  TierEvents e;
  for (auto* chances : {&e.missed, &e.near_share, &e.near_units})
    for (std::size_t m = 0; m < n; ++m) chances->emplace_back(months.months()[m].given.size(), 0.0);
  for (auto* means : {&e.lost_usd, &e.short_units, &e.judged}) means->assign(n, 0.0);
  for_each_outcome(months, [&](std::size_t m, std::size_t off, std::size_t i, double p) {
    if (tier.reached[m][off][i] != 0.0 || label[m].empty()) return;
    const double in_all = p * months.months()[m].days_off[off].probability;
    const double bound = tier.bound[m][off][i], measure = tier.measure[m][off][i];
    e.missed[m][off] += p;
    e.lost_usd[m] += in_all * tier.lost_usd[m][off][i];
    if (std::isnan(bound) || std::isnan(measure)) return;
    const double short_of = std::max(0.0, bound - measure);
    e.judged[m] += in_all;
    e.short_units[m] += in_all * short_of;
    if (short_of <= near.share * std::abs(bound)) e.near_share[m][off] += p;
    if (near.units && short_of <= *near.units) e.near_units[m][off] += p;
  });
  return e;
}

double chance(const ExactMonths& months, const ByDaysOff& event, std::size_t m) {
  double sum = 0.0;
  for (std::size_t off = 0; off < event[m].size(); ++off)
    sum += months.months()[m].days_off[off].probability * event[m][off];
  return sum;
}

/// P(the event happens in at least one month): over the days off that the months of a year share.
double chance_of_any(const samplers::PracticePlan& plan, const ExactMonths& months, const ByDaysOff& event) {
  double never = 1;
  std::size_t m = 0;
  for (const auto& year : plan.years) {
    YearSum<double> sum(plan, year, 1.0);
    for (; m < plan.months.size() && plan.years[plan.months[m].year].first_month == year.first_month; ++m)
      sum.join(months.months()[m], 0.0, [&](double& total, double weight, double before, std::size_t off) {
        total += weight * before * (1 - event[m][off]);
      });
    never *= sum.finish(0.0, [](double& total, double weight, double by_off) { total += weight * by_off; });
  }
  return std::max(0.0, 1 - never);
}

std::optional<double> ratio(double sum, double chance) {
  return chance > 0 ? std::optional(sum / chance) : std::nullopt;
}

void count_misses(ExactPay& result, const samplers::PracticePlan& plan, const PeriodGrid& grid,
                  const ExactMonths& months, const PricedMonths& priced, const PayPlan& pay) {
  std::size_t at = 0;
  for (const auto& line : pay.tiered()) {
    const auto windows = tier_windows(line, pay.contract(), grid);
    std::vector<std::string> label(months.months().size());  // empty: not in force
    for (const auto& window : windows) label[window.period] = window.label;
    for (std::size_t k = 0; k < line.bounds.size(); ++k, ++at) {
      const auto e = tier_events(months, priced.tiers[at], result.near, label);
      ExactTier exact{line.name, k + 1, line.bounds[k].at.constant(), line.bounds[k].included, {}, {}, {}};
      double missed = 0, judged = 0, lost = 0, short_units = 0;
      for (std::size_t m = 0; m < label.size(); ++m) {
        if (label[m].empty()) continue;
        const double miss = chance(months, e.missed, m);
        exact.windows.push_back({label[m],
                                 {miss, chance(months, e.near_share, m), chance(months, e.near_units, m),
                                  ratio(e.short_units[m], e.judged[m]), ratio(e.lost_usd[m], miss)}});
        missed += miss;
        judged += e.judged[m];
        lost += e.lost_usd[m];
        short_units += e.short_units[m];
        exact.share.near_share +=
            exact.windows.back().chances.near_share / static_cast<double>(windows.size());
        exact.share.near_units +=
            exact.windows.back().chances.near_units / static_cast<double>(windows.size());
      }
      exact.share.miss = missed / static_cast<double>(windows.size());
      exact.share.shortfall_units = ratio(short_units, judged);
      exact.share.lost_usd = ratio(lost, missed);
      exact.any = {chance_of_any(plan, months, e.missed), chance_of_any(plan, months, e.near_share),
                   chance_of_any(plan, months, e.near_units), std::nullopt, std::nullopt};
      exact.any.lost_usd = ratio(lost, exact.any.miss);
      result.tiers.push_back(std::move(exact));
    }
  }
}

/// A contract with work RVUs of its own is one that counts by the ledger's, on months worth just that.
std::pair<samplers::PracticePlan, Contract> counted_by_ledger(samplers::PracticePlan plan,
                                                              Contract contract) {
  for (auto& month : plan.months)
    for (std::size_t c = 0; c < plan.codes.size(); ++c)
      month.values[c].work_rvu_hundredths = own_work_rvu(contract, plan.layout, c).value_or(0);
  contract.schedule_year.reset();
  contract.work_rvu_hundredths.clear();
  return {std::move(plan), std::move(contract)};
}

}  // namespace

ExactPay settle_exactly(const samplers::PracticePlan& plan, const Contract& contract, const PeriodGrid& grid,
                        const NearMiss& near) {
  if (has_own_work_rvus(contract)) {
    const auto [as_counted, floating] = counted_by_ledger(plan, contract);
    return settle_exactly(as_counted, floating, grid, near);
  }
  if (const auto reasons = why_not_exact(plan, contract, grid); !reasons.empty())
    throw std::invalid_argument(reasons.front());
  const auto random = random_columns(contract, plan);
  ExactPay result;
  result.near = near;
  result.ends = contract.ends;
  if (!random.empty()) result.column = random.front();
  // Pay that depends on nothing random still depends on the days worked.
  const ExactMonths months(plan, random.empty() ? "completed_visits" : random.front());
  MonthPricer pricer(plan, contract, grid, months, result.column);
  const PricedMonths priced = pricer.price();
  sum_income(result, plan, months, priced);
  count_misses(result, plan, grid, months, priced, pricer.pay());
  return result;
}

}  // namespace paystress::exact
