// Days off that are taken together, laid out by the study year; plain loops in double precision.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_SPELLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_SPELLS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_SPELLS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_SPELLS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/samplers/fast_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// A whole number of 0 ... below - 1.
inline std::size_t whole_below(std::size_t below, random::Stream& bits) {
  return std::min(below - 1, static_cast<std::size_t>(random::uniform52(bits) * static_cast<double>(below)));
}

/// `count` different whole numbers below `all`, rising.
/// \source Floyd's algorithm: Bentley, Floyd, A sample of brilliance, CACM 30 (1987) 754
inline std::vector<std::size_t> choose(std::size_t count, std::size_t all, random::Stream& bits) {
  std::vector<std::size_t> chosen;
  for (std::size_t last = all - count; last < all; ++last) {
    const std::size_t x = whole_below(last + 1, bits);
    const auto at = std::ranges::lower_bound(chosen, x);
    if (at != chosen.end() && *at == x)
      chosen.push_back(last);  // above all chosen before
    else
      chosen.insert(at, x);
  }
  return chosen;
}

/// The days off of one path: `taken` of the `laid` days that fall in spells of about `length` days, which
/// lie in different gaps between the days that are not off. Spells are taken in a random order.
inline void lay_out_spells(std::size_t laid, std::size_t taken, double length, std::size_t path,
                           random::Stream& bits, std::vector<std::uint64_t>& days) {
  if (laid == 0) return;
  const std::size_t gaps = days.size() - laid + 1;
  const auto wanted = static_cast<std::size_t>(std::floor(static_cast<double>(laid) / length + 0.5));
  const std::size_t spells = std::min({std::max(std::size_t{1}, wanted), laid, gaps});
  const auto gap = choose(spells, gaps, bits);
  const auto longer = choose(laid % spells, spells, bits);
  std::vector<std::size_t> length_of(spells, laid / spells);
  for (const std::size_t s : longer) ++length_of[s];
  std::vector<std::size_t> first(spells);
  std::vector<std::size_t> order(spells);
  std::size_t before = 0;
  for (std::size_t s = 0; s < spells; ++s) {
    first[s] = gap[s] + before;
    before += length_of[s];
    order[s] = s;
  }
  for (std::size_t s = 0; s < spells && taken > 0; ++s) {
    std::swap(order[s], order[s + whole_below(spells - s, bits)]);
    const std::size_t here = std::min(taken, length_of[order[s]]);
    for (std::size_t day = 0; day < here; ++day) days[first[order[s]] + day] |= std::uint64_t{1} << path;
    taken -= here;
  }
}

/// Marks the days off of the study year that begins, where they fall in spells. Where a regime has fewer
/// than the practice as drawn, it drops some of the same spells.   \pre begin_days_off
inline void draw_spells(const FastPlan& fast, std::uint64_t first_path, std::uint32_t year,
                        SharedRows& common, std::size_t leave) {
  constexpr std::uint64_t first_block = 16;
  static_assert(batch_paths == 64, "a bit a path");
  const std::size_t regime = fast.regime_of_leave[leave], drawn_regime = fast.regimes[regime].practice;
  const DoubleRow& spell = number(common.regimes[regime], days_off_spell);
  const DoubleRow& drawn_spell = number(common.regimes[drawn_regime], days_off_spell);
  const LeaveRows& drawn = common.leaves[fast.leave_of_regime[drawn_regime]];
  auto& r = common.leaves[leave];
  r.spell_days.assign(fast.plan().years[year].workdays, 0);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const double length = spell[i];
    r.in_spells[i] = length > 1 ? 1.0F : 0.0F;
    if (length <= 1) continue;
    const float laid = length == drawn_spell[i] ? std::max(r.left[i], drawn.left[i]) : r.left[i];
    random::Stream bits(fast.keys.year, first_path + i, year, first_block);
    lay_out_spells(static_cast<std::size_t>(laid), static_cast<std::size_t>(r.left[i]), length, i, bits,
                   r.spell_days);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
