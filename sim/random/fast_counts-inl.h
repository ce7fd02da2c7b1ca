// Vector draws of the fast sampler: counts by inversion, gamma times by Marsaglia and Tsang. Single precision
// decides where it can: each draw has a certified margin, and a lane whose uniform falls within it (one in
// some thousands) is inverted again in double precision with 32 more bits. Counts are therefore exact, and
// equal to those of "always exact", which the tests check draw by draw.
#if defined(PAYSTRESS_SIM_RANDOM_FAST_COUNTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_RANDOM_FAST_COUNTS_INL_H_
#undef PAYSTRESS_SIM_RANDOM_FAST_COUNTS_INL_H_
#else
#define PAYSTRESS_SIM_RANDOM_FAST_COUNTS_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sim/random/exact_counts.h"
#include "sim/random/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::random::HWY_NAMESPACE {

/// Where the further bits of a draw come from: those of lane i are at (first_path + i, time, variable).
struct Refinement {
  StreamKey key;
  std::uint64_t first_path;
  std::uint32_t time, variable;
  bool always;  ///< for tests: leave nothing to single precision

  [[nodiscard]] double uniform(std::size_t lane, std::uint32_t word) const {
    return refine_uniform(word, bits(lane)());
  }
  [[nodiscard]] Stream bits(std::size_t lane) const {
    // Blocks of a variable: 2^16 apart, so that no retry runs into the next one.
    return {key, first_path + lane, time, std::uint64_t{variable} << 16};
  }
};

constexpr float never_small = 1e-30F;  // least first probability that a sum of floats may start from
constexpr float sum_margin = 2e-5F;    // bound on the error of a sum of float probabilities, tested
constexpr int most_terms = 64;

HWY_INLINE std::uint64_t mask_bits(M mask) {
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(Floats(), mask, bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes, sizeof bits);
  return bits;
}

/// Replaces the lanes in doubt by exact(lane).
template <class Exact>
HWY_INLINE F settle_doubt(F value, M doubt, bool always, Exact exact) {
  const Floats d;
  if (always) doubt = hn::Eq(value, value);
  if (HWY_LIKELY(hn::AllFalse(d, doubt))) return value;
  HWY_ALIGN float lanes[hn::MaxLanes(Floats())];
  hn::Store(value, d, lanes);
  for (std::uint64_t bits = mask_bits(doubt); bits != 0; bits &= bits - 1) {
    const auto lane = static_cast<std::size_t>(std::countr_zero(bits));
    lanes[lane] = static_cast<float>(exact(lane));
  }
  return hn::Load(d, lanes);
}

HWY_INLINE void spill(F v, float* to) { hn::Store(v, Floats(), to); }
HWY_INLINE void spill(W v, std::uint32_t* to) { hn::Store(v, Words(), to); }

/// Inverts `count` vectors side by side: k is the first with u below the sum of probabilities from 0 to k,
/// where first[v] is the probability of 0 and ratio(v, k, k + 1) is p(k + 1) / p(k). Vectors go in step, so
/// that their chains of dependent operations overlap. doubt[v] gains the lanes whose u is within the margin
/// of a sum.
template <std::size_t count, class Ratio>
HWY_INLINE void invert_from_zero(F (&u)[count], const F (&first)[count], F (&k)[count], M (&doubt)[count],
                                 Ratio ratio) {
  const Floats d;
  const F margin = constant(sum_margin);
  const F one = constant(1.0F);
  F p[count];
  F sum[count];
  F passed[count];  // last sum that u has reached
  for (std::size_t v = 0; v < count; ++v) {
    // Lanes in doubt from the start are made to end at once.
    doubt[v] =
        hn::Or(doubt[v], hn::Or(hn::Lt(first[v], constant(never_small)), hn::Gt(u[v], hn::Sub(one, margin))));
    u[v] = hn::IfThenZeroElse(doubt[v], u[v]);
    p[v] = first[v];
    sum[v] = hn::IfThenElse(doubt[v], one, first[v]);
    passed[v] = constant(-1.0F);
    k[v] = hn::Zero(d);
  }
  for (int n = 0; n < most_terms; ++n) {
    const auto at = static_cast<float>(n);
    M any = no_lanes();
    for (std::size_t v = 0; v < count; ++v) {
      const M beyond = hn::Ge(u[v], sum[v]);
      any = hn::Or(any, beyond);
      p[v] = hn::Mul(p[v], ratio(v, at, at + 1.0F));
      passed[v] = hn::IfThenElse(beyond, sum[v], passed[v]);
      k[v] = hn::IfThenElse(beyond, hn::Add(k[v], one), k[v]);
      sum[v] = hn::IfThenElse(beyond, hn::Add(sum[v], p[v]), sum[v]);
    }
    if (hn::AllFalse(d, any)) break;
  }
  for (std::size_t v = 0; v < count; ++v)
    doubt[v] = hn::Or(
        doubt[v], hn::Or(hn::Lt(hn::Sub(u[v], passed[v]), margin), hn::Lt(hn::Sub(sum[v], u[v]), margin)));
}

constexpr float least_expanded_mean = 5.0F;

/// Poisson by the expansion of the quantile in powers of mean^(-1/2) at the Gaussian z of the word; its error
/// stays below the margin for |z| < 4.2.   \pre mean >= least_expanded_mean
/// \source Giles, Algorithm 955: approximation of the inverse Poisson cumulative distribution function,
///         ACM TOMS 42 (2016); the last term and the margin are fitted to the exact quantile, and tested
template <std::size_t count>
HWY_INLINE void expand_poisson(const F (&mean)[count], const F (&z)[count], F (&k)[count],
                               M (&doubt)[count]) {
  constexpr float c2[] = {-8.0F / 405, 7.0F / 810, 1.0F / 270};
  constexpr float c3[] = {0.0175576F, -0.0036656F, -0.00131842F};
  const F one = constant(1.0F);
  F r[count];
  F z2[count];
  F t[count];
  F x[count];
  for (std::size_t v = 0; v < count; ++v) r[v] = hn::Div(one, hn::Sqrt(mean[v]));
  for (std::size_t v = 0; v < count; ++v) {
    z2[v] = hn::Mul(z[v], z[v]);
    t[v] = hn::Mul(hn::Mul(r[v], z[v]), polynomial(c3, z2[v]));
  }
  for (std::size_t v = 0; v < count; ++v) t[v] = hn::Mul(r[v], hn::Add(polynomial(c2, z2[v]), t[v]));
  for (std::size_t v = 0; v < count; ++v)
    t[v] = hn::Mul(
        r[v],
        hn::Add(hn::Mul(z[v], hn::Sub(constant(-1.0F / 36), hn::Mul(z2[v], constant(1.0F / 72)))), t[v]));
  for (std::size_t v = 0; v < count; ++v)
    t[v] = hn::Add(hn::Add(constant(1.0F / 3), hn::Mul(z2[v], constant(1.0F / 6))), t[v]);
  for (std::size_t v = 0; v < count; ++v) {
    // mean x r is the standard deviation.
    x[v] = hn::Add(mean[v], hn::Add(hn::Mul(hn::Mul(mean[v], r[v]), z[v]), t[v]));
    k[v] = hn::Floor(x[v]);
  }
  for (std::size_t v = 0; v < count; ++v) {
    const F r2 = hn::Mul(r[v], r[v]);
    const F z4 = hn::Mul(z2[v], z2[v]);
    const F z8 = hn::Mul(z4, z4);
    const F margin =
        hn::Add(hn::Mul(mean[v], constant(1e-6F)),
                hn::Mul(hn::Mul(r2, r2), hn::Add(constant(0.04F), hn::Mul(z8, constant(0.00014F)))));
    const F over = hn::Sub(x[v], k[v]);
    doubt[v] = hn::Or(hn::Lt(hn::Min(over, hn::Sub(one, over)), margin),
                      hn::Or(hn::Lt(x[v], one), hn::Gt(z2[v], constant(17.6F))));
  }
}

/// Poisson(mean) for `count` vectors whose words have the Gaussians z: by expansion, or by summation for
/// small means.
template <std::size_t count>
HWY_INLINE void poisson(const F (&mean)[count], const F (&z)[count], const W (&word)[count],
                        const Refinement& more, F (&k)[count]) {
  const Floats d;
  const F least = constant(least_expanded_mean);
  M doubt[count];
  F large[count];
  M any_low = no_lanes();
  for (std::size_t v = 0; v < count; ++v) {
    large[v] = hn::Max(mean[v], least);
    any_low = hn::Or(any_low, hn::Lt(mean[v], least));
  }
  expand_poisson(large, z, k, doubt);
  if (!hn::AllFalse(d, any_low)) {
    F m[count];
    F u[count];
    F first[count];
    F n[count];
    M low_doubt[count];
    for (std::size_t v = 0; v < count; ++v) {
      m[v] = hn::IfThenElseZero(hn::Lt(mean[v], least), mean[v]);
      u[v] = uniform(word[v]);
      first[v] = exp(hn::Neg(m[v]));
      low_doubt[v] = no_lanes();
    }
    invert_from_zero(u, first, n, low_doubt, [&](std::size_t v, float, float next) HWY_ATTR {
      return hn::Mul(m[v], constant(1.0F / next));
    });
    for (std::size_t v = 0; v < count; ++v) {
      const M low = hn::Lt(mean[v], least);
      k[v] = hn::IfThenElse(low, n[v], k[v]);
      doubt[v] = hn::Or(hn::AndNot(low, doubt[v]), hn::And(low, low_doubt[v]));
    }
  }
  for (std::size_t v = 0; v < count; ++v)
    k[v] = settle_doubt(k[v], doubt[v], more.always, [&](std::size_t lane) {
      HWY_ALIGN float means[hn::MaxLanes(Floats())];
      HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
      spill(mean[v], means);
      spill(word[v], words);
      return exact_poisson(more.uniform(v * hn::Lanes(d) + lane, words[lane]),
                           static_cast<double>(means[lane]));
    });
}

/// Vectors of binomial draws in which the rarer outcome is counted, with the word turned round where that is
/// the other one, so that the count rises with the word.
template <std::size_t count>
struct RarerOutcome {
  M flip[count];
  F n[count], q[count], rest[count], mean[count];  ///< trials, P(rarer outcome), 1 - q, n q
  W word[count];

  HWY_INLINE RarerOutcome(const F (&trials)[count], const F (&p)[count], const W (&words)[count]) {
    const F one = constant(1.0F);
    for (std::size_t v = 0; v < count; ++v) {
      flip[v] = hn::Gt(p[v], constant(0.5F));
      n[v] = trials[v];
      q[v] = hn::IfThenElse(flip[v], hn::Sub(one, p[v]), p[v]);
      word[v] = hn::IfThenElse(hn::RebindMask(Words(), flip[v]), hn::Not(words[v]), words[v]);
      rest[v] = hn::Sub(one, q[v]);
      mean[v] = hn::Mul(n[v], q[v]);
    }
  }
};

/// Quantiles by their expansion in powers of the standard deviation (Cornish-Fisher with the lattice terms;
/// the last one fitted to the exact quantile), and where they may be another whole number than the exact one.
template <std::size_t count>
HWY_INLINE void expand_binomial(const RarerOutcome<count>& law, F (&k)[count], M (&doubt)[count]) {
  const F one = constant(1.0F);
  F z[count];
  gaussian(law.word, z);
  for (std::size_t v = 0; v < count; ++v) {
    const F mean = law.mean[v];
    const F s = hn::Sqrt(hn::Max(hn::Mul(mean, law.rest[v]), constant(6.0F)));
    const F r = hn::Div(one, s);
    const F z2 = hn::Mul(z[v], z[v]);
    const F g = hn::Sub(law.rest[v], law.q[v]);
    const F pq = hn::Mul(law.q[v], law.rest[v]);
    const F g2 = hn::Mul(g, g);
    constexpr float a2[] = {-8.0F / 405, 7.0F / 810, 1.0F / 270};
    constexpr float b2[] = {-0.0098986F, 0.0043529F, 0.0018471F};
    const F t2 = hn::Mul(g, hn::Add(polynomial(a2, z2), hn::Mul(pq, polynomial(b2, z2))));
    const F kurtosis = hn::Mul(hn::Sub(one, hn::Mul(pq, constant(6.0F))),
                               hn::Mul(hn::Sub(z2, constant(3.0F)), constant(1.0F / 24)));
    const F skew2 =
        hn::Mul(g2, hn::Mul(hn::Sub(hn::Mul(z2, constant(2.0F)), constant(5.0F)), constant(1.0F / 36)));
    const F t1 =
        hn::Add(hn::Mul(z[v], hn::Sub(hn::Sub(kurtosis, skew2), constant(1.0F / 24))), hn::Mul(r, t2));
    const F t0 = hn::Add(hn::Add(constant(0.5F), hn::Mul(g, hn::Mul(hn::Sub(z2, one), constant(1.0F / 6)))),
                         hn::Mul(r, t1));
    const F x = hn::Add(mean, hn::Add(hn::Mul(s, z[v]), t0));
    k[v] = hn::Floor(x);
    const F z6 = hn::Mul(hn::Mul(z2, z2), z2);
    const F margin =
        hn::Add(hn::Mul(hn::Add(mean, hn::Mul(s, constant(4.0F))), constant(1e-6F)),
                hn::Mul(hn::Mul(hn::Mul(r, r), r), hn::Add(constant(0.05F), hn::Mul(z6, constant(0.002F)))));
    const F over = hn::Sub(x, k[v]);
    doubt[v] = hn::Or(hn::Lt(hn::Min(over, hn::Sub(one, over)), margin),
                      hn::Or(hn::Or(hn::Lt(x, one), hn::Gt(x, law.n[v])), hn::Gt(z2, constant(17.6F))));
  }
}

/// Where `low`, quantiles by summation from 0; other lanes keep what they have.
template <std::size_t count>
HWY_INLINE void sum_binomial(const RarerOutcome<count>& law, const M (&low)[count], F (&k)[count],
                             M (&doubt)[count]) {
  const F one = constant(1.0F);
  F u[count];
  F first[count];
  F many[count];
  F odds[count];
  F low_k[count];
  M low_doubt[count];
  M used[count];
  for (std::size_t v = 0; v < count; ++v) {
    used[v] = hn::And(low[v], hn::Gt(law.mean[v], hn::Zero(Floats())));
    const F safe_rest = hn::IfThenElse(used[v], law.rest[v], one);
    many[v] = hn::IfThenElseZero(used[v], law.n[v]);
    odds[v] = hn::Div(law.q[v], safe_rest);
    u[v] = uniform(law.word[v]);
    first[v] = exp(hn::Mul(many[v], log(safe_rest)));
    low_doubt[v] = no_lanes();
  }
  invert_from_zero(u, first, low_k, low_doubt, [&](std::size_t v, float at, float next) HWY_ATTR {
    return hn::Mul(hn::Mul(hn::Sub(many[v], constant(at)), constant(1.0F / next)), odds[v]);
  });
  for (std::size_t v = 0; v < count; ++v) {
    k[v] = hn::IfThenElse(low[v], hn::IfThenElseZero(used[v], low_k[v]), k[v]);
    doubt[v] = hn::Or(hn::AndNot(low[v], doubt[v]), hn::And(used[v], low_doubt[v]));
  }
}

/// Binomial(n, p): by summation where n min(p, 1 - p) < 14, else by expansion.
/// \pre n whole, 0 <= p <= 1
template <std::size_t count>
HWY_INLINE void binomial(const F (&n)[count], const F (&p)[count], const W (&word)[count],
                         const Refinement& more, F (&k)[count]) {
  const Floats d;
  const RarerOutcome<count> law(n, p, word);
  M low[count];
  M doubt[count];
  M any_low = no_lanes();
  M any_high = no_lanes();
  for (std::size_t v = 0; v < count; ++v) {
    low[v] = hn::Lt(law.mean[v], constant(14.0F));
    any_low = hn::Or(any_low, low[v]);
    any_high = hn::Or(any_high, hn::Ge(law.mean[v], constant(14.0F)));
    doubt[v] = no_lanes();
    k[v] = hn::Zero(d);
  }
  if (!hn::AllFalse(d, any_high)) expand_binomial(law, k, doubt);
  if (!hn::AllFalse(d, any_low)) sum_binomial(law, low, k, doubt);
  for (std::size_t v = 0; v < count; ++v) {
    k[v] = settle_doubt(k[v], doubt[v], more.always, [&](std::size_t lane) {
      HWY_ALIGN float x[2][hn::MaxLanes(Floats())];
      HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
      spill(n[v], x[0]);
      spill(law.q[v], x[1]);
      spill(law.word[v], words);
      return exact_binomial(more.uniform(v * hn::Lanes(d) + lane, words[lane]),
                            static_cast<double>(x[0][lane]), static_cast<double>(x[1][lane]));
    });
    k[v] = hn::IfThenElse(law.flip[v], hn::Sub(n[v], k[v]), k[v]);
  }
}

/// Parameters of vectors of binomial or beta-binomial draws.
template <std::size_t count>
struct BetaBinomial {
  F n[count], a[count], b[count], rho[count];
  F none[count];     ///< P(X = 0)
  M certain[count];  ///< where `none` is to be trusted
};

/// Beta-binomial as exact_beta_binomial.
template <std::size_t count>
HWY_INLINE void beta_binomial(const BetaBinomial<count>& law, const W (&word)[count], const Refinement& more,
                              F (&k)[count]) {
  const Floats d;
  const F zero = hn::Zero(d);
  const F one = constant(1.0F);
  F u[count];
  F first[count];
  M used[count];
  M doubt[count];
  for (std::size_t v = 0; v < count; ++v) {
    used[v] = hn::And(hn::Gt(law.n[v], zero), hn::Gt(law.a[v], zero));
    doubt[v] = hn::AndNot(law.certain[v], used[v]);
    u[v] = uniform(word[v]);
    first[v] = hn::IfThenElse(hn::And(used[v], law.certain[v]), law.none[v], one);
  }
  invert_from_zero(u, first, k, doubt, [&](std::size_t v, float at, float next) HWY_ATTR {
    const F up =
        hn::Mul(hn::Sub(law.n[v], constant(at)), hn::Add(law.a[v], hn::Mul(law.rho[v], constant(at))));
    const F left = hn::Max(hn::Sub(law.n[v], constant(next)), zero);
    const F down = hn::Mul(hn::Add(law.b[v], hn::Mul(left, law.rho[v])), constant(next));
    return hn::Div(up, hn::Max(down, constant(1e-9F)));
  });
  for (std::size_t v = 0; v < count; ++v)
    k[v] = settle_doubt(
        hn::IfThenElseZero(used[v], k[v]), hn::And(used[v], doubt[v]), more.always, [&](std::size_t lane) {
          HWY_ALIGN float x[4][hn::MaxLanes(Floats())];
          HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
          spill(law.n[v], x[0]);
          spill(law.a[v], x[1]);
          spill(law.b[v], x[2]);
          spill(law.rho[v], x[3]);
          spill(word[v], words);
          return exact_beta_binomial(more.uniform(v * hn::Lanes(d) + lane, words[lane]),
                                     static_cast<double>(x[0][lane]), static_cast<double>(x[1][lane]),
                                     static_cast<double>(x[2][lane]), static_cast<double>(x[3][lane]));
        });
}

/// Binomial(n, p) for vectors whose counts are small, by summation: `none` is P(X = 0), `odds` p / (1 - p).
template <std::size_t count>
HWY_INLINE void small_binomial(const F (&n)[count], const F (&p)[count], const F (&none)[count],
                               const F (&odds)[count], const W (&word)[count], const Refinement& more,
                               F (&k)[count]) {
  const Floats d;
  F u[count];
  M doubt[count];
  for (std::size_t v = 0; v < count; ++v) {
    u[v] = uniform(word[v]);
    doubt[v] = no_lanes();
  }
  invert_from_zero(u, none, k, doubt, [&](std::size_t v, float at, float next) HWY_ATTR {
    return hn::Mul(hn::Mul(hn::Sub(n[v], constant(at)), constant(1.0F / next)), odds[v]);
  });
  for (std::size_t v = 0; v < count; ++v)
    k[v] = settle_doubt(k[v], doubt[v], more.always, [&](std::size_t lane) {
      HWY_ALIGN float x[2][hn::MaxLanes(Floats())];
      HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
      spill(n[v], x[0]);
      spill(p[v], x[1]);
      spill(word[v], words);
      return exact_binomial(more.uniform(v * hn::Lanes(d) + lane, words[lane]),
                            static_cast<double>(x[0][lane]), static_cast<double>(x[1][lane]));
    });
}

/// A unit-scale gamma variate; 0 at shape 0. The proposal is accepted at once where the acceptance bits clear
/// a bound on its rejection; else (one in some hundred) the exact test decides with more bits.
/// `chance`: an integer of 0 .. 4095 that is nowhere else used.
/// \source Marsaglia and Tsang (2000). With w = c z, log of the acceptance is d (-3/4 w^4 + 3/5 w^5 - ...):
///         at least -0.75 d w^4 for w > 0, and -1.3 d w^4 for -1/2 < w < 0
HWY_INLINE F gamma(F shape, F z, F chance, const Refinement& more) {
  const Floats d;
  const F one = constant(1.0F);
  const M used = hn::Gt(shape, hn::Zero(d));
  const F depth = hn::Max(hn::Sub(shape, constant(1.0F / 3)), constant(2.0F / 3));
  const F w = hn::Div(hn::Mul(constant(1.0F / 3), z), hn::Sqrt(depth));
  const F t = hn::Add(one, w);
  const F v = hn::Mul(hn::Mul(t, t), t);
  const F w2 = hn::Mul(w, w);
  const F steep = hn::IfThenElse(hn::Lt(w, hn::Zero(d)), constant(1.3F), constant(0.75F));
  const F rejected = hn::Mul(hn::Mul(hn::Mul(w2, w2), depth), steep);
  const M sure = hn::And(hn::Le(hn::Add(chance, one), hn::Mul(constant(4095.9F), hn::Sub(one, rejected))),
                         hn::And(hn::Gt(w, constant(-0.5F)), hn::Ge(shape, one)));
  const F value = hn::IfThenElseZero(used, hn::Mul(depth, v));
  return settle_doubt(value, hn::AndNot(sure, used), false, [&](std::size_t lane) {
    HWY_ALIGN float shapes[hn::MaxLanes(Floats())];
    HWY_ALIGN float zs[hn::MaxLanes(Floats())];
    HWY_ALIGN float chances[hn::MaxLanes(Floats())];
    spill(shape, shapes);
    spill(z, zs);
    spill(chance, chances);
    Stream bits = more.bits(lane);
    const auto exact_shape = static_cast<double>(shapes[lane]);
    if (exact_shape < 1.0) return exact_gamma(exact_shape, bits);
    const double u = (static_cast<double>(chances[lane]) + uniform52(bits)) / 4096;
    return exact_gamma_from(exact_shape, static_cast<double>(zs[lane]), u, bits);
  });
}

}  // namespace paystress::random::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
