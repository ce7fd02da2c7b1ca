// A day's words and their Gaussians, and counts under a stress.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_DAY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_DAY_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_DAY_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_DAY_INL_H_
#endif

#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

// The lowest bits of the word of a time decide whether it is accepted, the others make its Gaussian.
constexpr std::uint32_t chance_bits = 0xFFF;

/// Today's words for all scenarios.
inline void draw_words(const FastPlan& fast, std::uint64_t first_path, SharedRows& common) {
  const Words d;
  auto& own = common.words;
  for (std::uint32_t block = 0; block < fast.day_blocks; ++block)
    fill_words(first_path, fast.keys.day, common.day, block, own.words.data() + 4 * block);
  const auto workday = static_cast<std::uint32_t>(common.workday);
  if (workday % 4 == 0)
    fill_words(first_path, fast.keys.day, workday / 4, day::day_off.block, own.luck.data());
  // Gaussians apart from the words: a short loop without branches keeps both vector ports busy.
  const auto draw_normals = [&](DayVariable variable, bool is_time) HWY_ATTR {
    const WordRow& row = own.words[4 * variable.block + variable.word];
    FloatRow& to = own.normals[4 * variable.block + variable.word];
    for (std::size_t i = 0; i < batch_paths; i += in_step * hn::Lanes(d)) {
      W bits[in_step];
      F z[in_step];
      for (std::size_t v = 0; v < in_step; ++v) {
        bits[v] = load(row, i + v * hn::Lanes(d));
        if (is_time)
          bits[v] = hn::Or(hn::AndNot(hn::Set(d, chance_bits), bits[v]), hn::Set(d, (chance_bits + 1) / 2));
      }
      gaussian(bits, z);
      for (std::size_t v = 0; v < in_step; ++v) store(z[v], to, i + v * hn::Lanes(d));
    }
  };
  draw_normals(day::daily_shock, false);
  draw_normals(day::demand, false);
  for (std::size_t k = 0; k < inbox_kind_count; ++k)
    if (fast.features.items[k]) draw_normals(day::items[k], false);
  draw_normals(day::visit_time, true);
  draw_normals(day::inbox_time, true);
}

/// Words of one of today's blocks that not every day needs, made when a law first asks for them.
const WordRow& Walk::words_on_demand(DayVariable variable) {
  auto& own = common_.words;
  const std::size_t k = variable.block - day::first_block_on_demand;
  WordRow* const rows = own.on_demand.data() + 4 * k;
  if (own.filled_day[k] != common_.day) fill_words(first_, fast_.keys.day, common_.day, variable.block, rows);
  own.filled_day[k] = common_.day;
  return rows[variable.word];
}

/// A count under a stress: thinned below 1, raised by a stream of its own above.
inline void Walk::stress_count(StressedCount which, const F (&mean)[vectors], DayVariable variable,
                               F (&n)[vectors]) {
  const float times = count_factor(which);
  if (times == 1.0F) return;
  F share[vectors];
  F out[vectors];
  W bits[vectors];
  load_all(words_on_demand(variable), bits);
  for (std::size_t v = 0; v < vectors; ++v)
    share[v] = times < 1.0F ? constant(times) : hn::Mul(mean[v], constant(times - 1.0F));
  if (times < 1.0F) {
    binomial(n, share, bits, more_today(0, variable), out);
    for (std::size_t v = 0; v < vectors; ++v) n[v] = out[v];
    return;
  }
  F z[vectors];
  gaussian(bits, z);
  poisson(share, z, bits, more_today(0, variable), out);
  for (std::size_t v = 0; v < vectors; ++v) n[v] = hn::Add(n[v], out[v]);
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
