// Setup of a batch of paths for the fast sampler: traits, and what each regime makes of them. Plain loops
// over paths, which the compiler turns into vectors of each target; double precision.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_LANES_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_LANES_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/random/fast_counts-inl.h"
#include "sim/random/portable_math.h"
#include "sim/random/strata.h"
#include "sim/samplers/fast_workspace.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

// The vectors of this target and their draws: the words that this room is written in.
using namespace paystress::random::HWY_NAMESPACE;  // NOLINT(google-build-using-namespace)

using enum Parameter;

inline const DoubleRow& number(const RegimeRows& regime, Parameter p) {
  return regime.numbers[PracticePlan::number_of(p)];
}
inline DoubleRow& number(RegimeRows& regime, Parameter p) {
  return regime.numbers[PracticePlan::number_of(p)];
}

/// Traits of paths first_path ...: Gaussian copula, then each law's quantile.
inline void draw_traits(const FastPlan& fast, std::size_t practice, const random::PathStrata& strata,
                        std::uint64_t first_path, RegimeRows& regime) {
  const auto& drawn = fast.practices[practice];
  const auto& plan = fast.plans[drawn.scenario];
  std::vector<DoubleRow> z(plan.traits.size());
  for (std::size_t t = 0; t < plan.traits.size(); ++t)
    for (std::size_t i = 0; i < batch_paths; ++i)
      z[t][i] = random::portable::gaussian_quantile(strata.trait(t, first_path + i));
  for (std::size_t t = 0; t < plan.traits.size(); ++t) {
    const auto& trait = plan.traits[t];
    DoubleRow sum;
    for (std::size_t s = 0; s <= t; ++s) {
      const double weight = plan.trait_factor(static_cast<Eigen::Index>(t), static_cast<Eigen::Index>(s));
      if (weight == 0.0) continue;
      for (std::size_t i = 0; i < batch_paths; ++i) sum[i] += weight * z[s][i];
    }
    for (std::size_t i = 0; i < batch_paths; ++i)
      regime.numbers[trait.number][i] = std::clamp(drawn.tables[t](sum[i]), trait.low, trait.high);
  }
}

/// cut_back_rates of the plan, for a row.
inline void cut_back(RegimeRows& regime) {
  DoubleRow& late = number(regime, late_cancel_rate);
  DoubleRow& lost = number(regime, tech_failure_lost);
  DoubleRow& up = number(regime, audit_up);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const double left = 1 - number(regime, no_show_rate)[i];
    late[i] = std::min(late[i], left);
    const double most_lost = left - late[i];
    const double fails = number(regime, tech_failure_rate)[i];
    if (fails * lost[i] > most_lost) lost[i] = most_lost / fails;
    up[i] = std::min(up[i], 1 - number(regime, audit_down)[i]);
  }
}

inline void change_numbers(RegimeRows& regime, const std::vector<PracticePlan::NumberChange>& changes) {
  for (const auto& change : changes)
    for (auto& x : regime.numbers[change.number].x)
      x = std::clamp(change.change.apply(x), change.low, change.high);
  if (!changes.empty()) cut_back(regime);
}

/// sigma and sigma^2 / 2 of the logarithm of a factor with mean 1 and this coefficient of variation.
inline void log_spread(const DoubleRow& cv, FloatRow& sigma, FloatRow& half_variance) {
  double last = -1.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < batch_paths; ++i) {
    if (cv[i] != last) {
      last = cv[i];
      variance = random::portable::log(1 + last * last);
    }
    sigma[i] = static_cast<float>(std::sqrt(variance));
    half_variance[i] = static_cast<float>(variance / 2);
  }
}

/// Scale of a gamma time of this mean and standard deviation; 0 where it is always the mean.
inline double gamma_scale(double mean, double sd) { return mean > 0 && sd > 0 ? sd * sd / mean : 0.0; }

inline void copy_row(const DoubleRow& from, FloatRow& to) {
  for (std::size_t i = 0; i < batch_paths; ++i) to[i] = static_cast<float>(from[i]);
}

/// Paths on which one draw for the minutes of all kinds could be off by more than 0.005 in probability: an
/// item that varies by more than its mean beside another that varies too, or scales too far apart.
/// \test tests/unit/sim/samplers/inbox_minutes_test.cpp
inline void find_unlike_kinds(const FastPlan& fast, RegimeRows& r) {
  constexpr float most_apart = 1.45F;
  r.any_unlike = false;
  for (std::size_t i = 0; i < batch_paths; ++i) {
    float least = 0, most = 0, least_shape = 0;
    std::size_t varying = 0;
    for (std::size_t k = 0; k < inbox_kind_count; ++k) {
      const auto& kind = r.kinds[k];
      if (!fast.features.items[k] || kind.shape[i] <= 0) continue;
      least = varying == 0 ? kind.scale[i] : std::min(least, kind.scale[i]);
      least_shape = varying == 0 ? kind.shape[i] : std::min(least_shape, kind.shape[i]);
      most = std::max(most, kind.scale[i]);
      ++varying;
    }
    const bool unlike = varying > 1 && most > least && (most > most_apart * least || least_shape < 0.9999F);
    r.kinds_unlike[i] = unlike ? 1.0F : 0.0F;
    r.any_unlike = r.any_unlike || unlike;
  }
}

/// Rows of each kind of shift.
inline void derive_shifts(const FastPlan& fast, RegimeRows& r) {
  r.shifts.resize(fast.plan().shifts.size());
  for (std::size_t k = 0; k < r.shifts.size(); ++k) {
    auto& shift = r.shifts[k];
    const auto of = [&](ShiftNumber n) -> const DoubleRow& {
      return r.numbers[fast.plan().shifts[k].number_of(n)];
    };
    copy_row(of(ShiftNumber::demand), shift.visits);
    copy_row(of(ShiftNumber::no_show), shift.no_show);
    for (std::size_t i = 0; i < batch_paths; ++i) {
      const double hours = of(ShiftNumber::hours)[i];
      const double pace = of(ShiftNumber::slots_per_hour)[i];
      shift.session_minutes[i] = static_cast<float>(60 * hours);
      shift.slots[i] = static_cast<float>(hours * pace);
      shift.slot_minutes[i] = static_cast<float>(60 / pace);
    }
  }
}

/// Rows of a regime whose numbers are set.
inline void derive_rows(const FastPlan& fast, RegimeRows& r) {
  const double w = fast.plan().workdays_per_year;
  copy_row(number(r, visits_per_day), r.visits);
  log_spread(number(r, demand_monthly_cv), r.demand_sigma, r.demand_half_variance);
  log_spread(number(r, demand_daily_cv), r.daily_sigma, r.daily_half_variance);
  log_spread(number(r, no_show_monthly_cv), r.no_show_sigma, r.no_show_half_variance);
  copy_row(number(r, no_show_rate), r.no_show);
  copy_row(number(r, no_show_daily_rho), r.rho);
  copy_row(number(r, late_cancel_rate), r.late_cancel);
  copy_row(number(r, Parameter::holidays_open), r.holidays_open);
  copy_row(number(r, Parameter::overbooked), r.overbooked);
  copy_row(number(r, demand_returning), r.returning);
  copy_row(number(r, late_cancel_refilled), r.refilled);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const double hours = number(r, session_hours)[i];
    const double lost = number(r, tech_failure_rate)[i] * number(r, tech_failure_lost)[i];
    const double left = std::max(0.0, 1 - number(r, late_cancel_rate)[i] - lost);
    const double kept = std::max(0.0, left - number(r, no_show_rate)[i]);
    const double present = std::max(0.0, 1 - number(r, days_off_per_year)[i] / w);
    const double reviewed = number(r, audit_reviewed)[i];
    const double down = reviewed * number(r, audit_down)[i];
    r.session_minutes[i] = static_cast<float>(60 * hours);
    r.slots[i] = static_cast<float>(hours * number(r, slots_per_hour)[i]);
    r.slot_minutes[i] = static_cast<float>(60 / number(r, slots_per_hour)[i]);
    r.lost_call[i] = static_cast<float>(lost);
    r.most_no_show[i] = static_cast<float>(left);
    r.kept[i] = static_cast<float>(kept * present);
    r.review_down[i] = static_cast<float>(down);
    r.review_up[i] = static_cast<float>(reviewed * number(r, audit_up)[i]);
  }
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    auto& kind = r.kinds[k];
    const auto of_kind = [&](InboxNumber n) -> const DoubleRow& {
      return number(r, parameter_of(static_cast<InboxKind>(k), n));
    };
    copy_row(of_kind(InboxNumber::per_visit), kind.per_visit);
    for (std::size_t i = 0; i < batch_paths; ++i)
      kind.per_member[i] = static_cast<float>(of_kind(InboxNumber::per_member)[i] * 12 / w);
    log_spread(of_kind(InboxNumber::monthly_cv), kind.sigma, kind.half_variance);
    for (std::size_t i = 0; i < batch_paths; ++i) {
      const double mean = of_kind(InboxNumber::minutes)[i];
      const double scale = gamma_scale(mean, of_kind(InboxNumber::minutes_sd)[i]);
      kind.minutes[i] = static_cast<float>(mean);
      kind.variance[i] = static_cast<float>(mean * scale);
      kind.third[i] = static_cast<float>(mean * scale * scale);
      kind.scale[i] = static_cast<float>(scale);
      kind.shape[i] = scale > 0 ? static_cast<float>(mean / scale) : 0.0F;
    }
  }
  find_unlike_kinds(fast, r);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const double mean = number(r, visit_minutes)[i];
    const double scale = gamma_scale(mean, number(r, visit_minutes_sd)[i]);
    r.visit_minutes[i] = static_cast<float>(mean);
    r.visit_scale[i] = static_cast<float>(scale);
    r.visit_shape[i] = scale > 0 ? static_cast<float>(mean / scale) : 0.0F;
  }
  copy_row(number(r, charting_minutes), r.charting);
  derive_shifts(fast, r);
}

/// A gamma variate for each path from words (word, chance) of one block of a stream; shapes of 0 give 0.
inline void gamma_row(const float* shape, const random::StreamKey& key, const Refinement& more,
                      std::uint32_t time, std::uint32_t block, float* out) {
  const Floats d;
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(d)) {
    Refinement here = more;
    here.first_path += i;
    const auto words = philox(philox_paths(here.first_path), time, block, key.words);
    const F chance = hn::ConvertTo(d, hn::BitCast(Ints(), hn::ShiftRight<20>(words.word[1])));
    hn::Store(gamma(hn::Load(d, shape + i), gaussian(words.word[0]), chance, here), d, out + i);
  }
}

/// The path's code mix: Dirichlet(concentration x shares), or the shares where the concentration is 0. Under
/// a stressed concentration the gamma variates are moved to their new shapes, so that months go together as
/// sim/LAW.md says; where the path's own is 0 they are drawn at shape 1.
inline void draw_mix(const FastPlan& fast, std::uint64_t first_path, const RegimeRows& base, RegimeRows& r) {
  const auto& codes = fast.plan().codes;
  const DoubleRow& concentration = number(r, codes_concentration);
  const DoubleRow& own = number(base, codes_concentration);
  const bool any = std::ranges::any_of(concentration.x, [](double c) { return c > 0; }) && codes.size() > 1;
  DoubleRow total;
  for (std::size_t c = 0; c < codes.size(); ++c) {
    FloatRow drawn, shape;
    if (any) {
      for (std::size_t i = 0; i < batch_paths; ++i)
        shape[i] = own[i] > 0           ? static_cast<float>(own[i] * codes[c].share)
                   : codes[c].share > 0 ? 1.0F
                                        : 0.0F;
      const auto block = static_cast<std::uint32_t>(c);
      gamma_row(shape.data(), fast.keys.path,
                {fast.keys.refine_path, first_path, 0, block, fast.always_exact}, 0, block, drawn.data());
    }
    for (std::size_t i = 0; i < batch_paths; ++i) {
      double& weight = r.mix[c][i];
      weight = any ? static_cast<double>(drawn[i]) : 0.0;
      if (weight > 0 && concentration[i] > 0 && concentration[i] != own[i])
        weight = random::portable::moved_gamma(static_cast<double>(shape[i]),
                                               concentration[i] * codes[c].share, weight);
      total[i] += weight;
    }
  }
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const bool spread = any && concentration[i] > 0;
    // Shapes so small that every gamma is 0: all weight falls on one code.
    double u = 0.0;
    if (spread && total[i] <= 0) {
      random::Stream bits(fast.keys.refine_path, first_path + i, 0, std::uint64_t{codes.size()} << 16);
      u = random::uniform52(bits);
    }
    for (std::size_t c = 0; c < codes.size(); ++c) {
      double& share = r.mix[c][i];
      if (!spread) {
        share = codes[c].share;
      } else if (total[i] > 0) {
        share /= total[i];
      } else {
        share = u >= 0 && u < codes[c].share ? 1.0 : 0.0;
        u -= codes[c].share;
      }
    }
  }
}

/// A score, Beta(mean c, (1 - mean) c), at a uniform: from its table, or the quantile of the path's own law
/// where mean or c are uncertain.
inline double score_at(double u, const std::optional<random::TraitTable>& table, double mean,
                       double concentration) {
  if (table) return (*table)(random::portable::gaussian_quantile(u));
  if (concentration > 0 && mean > 0 && mean < 1)
    return random::portable::beta_quantile(mean * concentration, (1 - mean) * concentration, u);
  return mean;
}

/// The quality score of a year.
inline void draw_quality(const FastPlan& fast, const std::optional<random::TraitTable>& table,
                         std::uint64_t first_path, std::uint32_t year, RegimeRows& r) {
  const DoubleRow& mean = number(r, quality_mean);
  const DoubleRow& concentration = number(r, quality_concentration);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    random::Stream bits(fast.keys.year, first_path + i, year, 3);
    r.quality[i] = score_at(random::uniform52(bits), table, mean[i], concentration[i]);
  }
}

/// Days off of the study year that begins: a share of a year's, one more with the probability of the
/// fraction.
inline void begin_days_off(const FastPlan& fast, std::uint64_t first_path, std::uint32_t year,
                           const RegimeRows& r, LeaveRows& leave) {
  const auto& study_year = fast.plan().years[year];
  for (std::size_t i = 0; i < batch_paths; ++i) {
    random::Stream bits(fast.keys.year, first_path + i, year, 2);
    const double days =
        std::floor(study_year.share * number(r, days_off_per_year)[i] + random::uniform52(bits));
    leave.left[i] = static_cast<float>(std::min(days, static_cast<double>(study_year.workdays)));
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
