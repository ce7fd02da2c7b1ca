#include "sim/samplers/deal_days.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "sim/random/exact_counts.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/samplers/deal_days.cpp"
#include <hwy/foreach_target.h>  // NOLINT: must come before highway.h
#include <hwy/highway.h>

#include "sim/random/fast_counts-inl.h"
#include "sim/samplers/fast_words-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

// Of the smaller of a day's items and the marked ones. The logarithm of the first probability is wrong by
// less than 5e-6 then, that of the last by 1e-5 more: within sum_margin.
constexpr float most_factors = 32.0F;

/// The probability that none of a day's `n` items is among the `marked` of `all`: by symmetry a product over
/// the smaller of the two. Where the larger does not fit into the rest, or the product is too long, not above
/// 0, so that it is in doubt.
inline void none_is_marked(const F (&all)[vectors], const F (&marked)[vectors], const F (&n)[vectors],
                           F (&none)[vectors]) {
  const F one = constant(1.0F);
  F factors[vectors];
  F most = hn::Zero(Floats());
  for (std::size_t v = 0; v < vectors; ++v) {
    factors[v] = hn::Min(n[v], marked[v]);
    none[v] = one;
    most = hn::Max(most, factors[v]);
  }
  const auto last = static_cast<int>(std::min(most_factors, hn::GetLane(hn::MaxOfLanes(Floats(), most))));
  for (std::size_t v = 0; v < vectors; ++v) {
    const F rest = hn::Sub(all[v], hn::Max(n[v], marked[v]));
    for (int j = 0; j < last; j += 4) {  // four at once for one division
      F up = one;
      F down = one;
      for (int k = j; k < j + 4; ++k) {
        const F at = constant(static_cast<float>(k));
        const M used = hn::Lt(at, factors[v]);
        up = hn::Mul(up, hn::IfThenElse(used, hn::Sub(rest, at), one));
        down = hn::Mul(down, hn::IfThenElse(used, hn::Sub(all[v], at), one));
      }
      none[v] = hn::Div(hn::Mul(none[v], up), down);
    }
    const M told = hn::And(hn::Le(factors[v], constant(most_factors)), hn::Ge(rest, factors[v]));
    none[v] = hn::IfThenElseZero(told, none[v]);
  }
}

/// One day: how many of its `n` items are among the `marked` of `all`. `uniform(lane)` is the full uniform of
/// a lane, `word` its upper half.
template <class Uniform>
HWY_INLINE void hypergeometric(const F (&all)[vectors], const F (&marked)[vectors], const F (&n)[vectors],
                               const W (&word)[vectors], Uniform uniform_of, bool always_exact,
                               F (&k)[vectors]) {
  const F zero = hn::Zero(Floats());
  const F one = constant(1.0F);
  F u[vectors];
  F first[vectors];
  M doubt[vectors];
  M certain[vectors];  // nothing is left to luck
  none_is_marked(all, marked, n, first);
  for (std::size_t v = 0; v < vectors; ++v) {
    certain[v] = hn::Or(hn::Eq(hn::Min(n[v], marked[v]), zero), hn::Eq(marked[v], all[v]));
    first[v] = hn::IfThenElse(certain[v], one, first[v]);
    u[v] = hn::IfThenZeroElse(certain[v], uniform(word[v]));
    doubt[v] = no_lanes();
  }
  invert_from_zero(u, first, k, doubt, [&](std::size_t v, float at, float next) HWY_ATTR {
    const F up = hn::Mul(hn::Max(hn::Sub(marked[v], constant(at)), zero), hn::Sub(n[v], constant(at)));
    const F down = hn::Add(hn::Sub(hn::Sub(all[v], marked[v]), n[v]), constant(next));
    return hn::Div(up, hn::Mul(hn::Max(down, one), constant(next)));
  });
  for (std::size_t v = 0; v < vectors; ++v)
    k[v] = settle_doubt(hn::IfThenElse(certain[v], hn::Min(n[v], marked[v]), k[v]),
                        hn::AndNot(certain[v], doubt[v]), always_exact, [&](std::size_t lane) {
                          HWY_ALIGN float x[3][hn::MaxLanes(Floats())];
                          spill(all[v], x[0]);
                          spill(marked[v], x[1]);
                          spill(n[v], x[2]);
                          return random::exact_hypergeometric(
                              uniform_of(v * hn::Lanes(Floats()) + lane), static_cast<double>(x[0][lane]),
                              static_cast<double>(x[1][lane]), static_cast<double>(x[2][lane]));
                        });
}

/// The words of a stream that were made before.
struct TwoWords {
  std::uint32_t words[2];
  std::size_t used = 0;
  std::uint32_t operator()() { return words[used++]; }
};

void deal_batch(const random::StreamKey& key, std::uint64_t first_path, std::uint32_t month,
                const FloatRow& marked_row, std::span<FloatRow> of_day, std::span<FloatRow> dealt,
                bool always_exact) {
  F all[vectors];
  F marked[vectors];
  load_all(marked_row, marked);
  for (std::size_t v = 0; v < vectors; ++v) all[v] = hn::Zero(Floats());
  for (const auto& day : of_day)
    for (std::size_t v = 0; v < vectors; ++v) all[v] = hn::Add(all[v], load(day, v * hn::Lanes(Floats())));
  std::array<WordRow, 4> rows;  // of a block: the lower and the upper word of a day, and of the next
  for (std::size_t d = 0; d < of_day.size(); ++d) {
    if (d % 2 == 0) fill_words(first_path, key, month, static_cast<std::uint32_t>(d / 2), rows.data());
    const WordRow& lower = rows[2 * (d % 2)];
    const WordRow& upper = rows[2 * (d % 2) + 1];
    F n[vectors];
    F k[vectors];
    W word[vectors];
    load_all(of_day[d], n);
    load_all(upper, word);
    const auto uniform_of = [&](std::size_t lane) {
      TwoWords bits{{lower.x[lane], upper.x[lane]}};
      return random::uniform52(bits);
    };
    hypergeometric(all, marked, n, word, uniform_of, always_exact, k);
    for (std::size_t v = 0; v < vectors; ++v) {
      all[v] = hn::Sub(all[v], n[v]);
      marked[v] = hn::Sub(marked[v], k[v]);
    }
    take_all(k, of_day[d]);
    add_all(k, dealt[d]);
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace paystress::samplers {

HWY_EXPORT(deal_batch);

void deal_to_days(const random::StreamKey& key, std::uint64_t first_path, std::uint32_t month,
                  const FloatRow& marked, std::span<FloatRow> of_day, std::span<FloatRow> dealt,
                  bool always_exact) {
  HWY_DYNAMIC_DISPATCH(deal_batch)(key, first_path, month, marked, of_day, dealt, always_exact);
}

void spread_over_days(const random::StreamKey& key, std::uint64_t path, std::uint32_t month, double events,
                      std::span<const double> weights, std::span<double> spread) {
  std::size_t last = 0;  // the last day that may have any
  for (std::size_t d = 0; d < weights.size(); ++d)
    if (weights[d] > 0.0) last = d;
  double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  random::Stream bits(key, path, month);
  for (std::size_t d = 0; d < weights.size(); ++d) {
    const double u = random::uniform52(bits);
    const double share = all > 0.0 ? std::min(1.0, weights[d] / all) : 0.0;
    spread[d] = d == last ? events : random::exact_binomial(u, events, share);
    events -= spread[d];
    all -= weights[d];
  }
}

}  // namespace paystress::samplers
#endif
