// Vector draws of the fast sampler: counts by inversion, gamma times by Marsaglia and Tsang. Single precision
// decides where it can: each draw has a certified margin, and a lane whose uniform falls within it (one in
// some thousands) is inverted again in double precision with 32 more bits. Counts are therefore exact, and
// equal to those of "always exact", which the tests check draw by draw.
#if defined(PAYSTRESS_SIM_FAST_COUNTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_FAST_COUNTS_INL_H_
#undef PAYSTRESS_SIM_FAST_COUNTS_INL_H_
#else
#define PAYSTRESS_SIM_FAST_COUNTS_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "sim/exact_counts.h"
#include "sim/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::HWY_NAMESPACE {

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

template <class V>
struct Lanes {
  HWY_ALIGN float x[hn::MaxLanes(Floats())];
};
HWY_INLINE void spill(F v, float* to) { hn::Store(v, Floats(), to); }
HWY_INLINE void spill(W v, std::uint32_t* to) { hn::Store(v, Words(), to); }

/// Sum of probabilities from k = 0 until every lane's u is passed; ratio(k, k + 1) is p(k + 1) / p(k).
template <class Ratio>
HWY_INLINE F invert_from_zero(F u, F first, M used, M& doubt, Ratio ratio) {
  const Floats d;
  const F margin = constant(sum_margin);
  F sum = first;
  F p = first;
  F k = hn::Zero(d);
  doubt = hn::Or(doubt, hn::Lt(first, constant(never_small)));
  for (int n = 0; n < most_terms; ++n) {
    doubt = hn::Or(doubt, hn::Lt(hn::Abs(hn::Sub(u, sum)), margin));
    const M beyond = hn::AndNot(doubt, hn::And(used, hn::Ge(u, sum)));
    if (hn::AllFalse(d, beyond)) return k;
    const float kf = static_cast<float>(n);
    p = hn::Mul(p, ratio(kf, kf + 1.0F));
    k = hn::Add(k, hn::IfThenElseZero(beyond, constant(1.0F)));
    sum = hn::Add(sum, p);
  }
  doubt = hn::Or(doubt, hn::And(used, hn::Ge(u, sum)));
  return k;
}

/// Poisson(mean). Means of 8 and more: the expansion of the quantile in powers of mean^(-1/2) at the Gaussian
/// of the word, whose error stays below the margin for |z| < 4.2; less: summation.
/// \source Giles, Algorithm 955: approximation of the inverse Poisson cumulative distribution function,
///         ACM TOMS 42 (2016); the last term and the margin are fitted to the exact quantile, and tested
HWY_INLINE F poisson(F mean, W word, const Refinement& more) {
  const Floats d;
  const F eight = constant(8.0F);
  const M low = hn::Lt(mean, eight);
  M doubt = no_lanes();
  F k = hn::Zero(d);
  if (!hn::AllTrue(d, low)) {
    const F m = hn::Max(mean, eight);
    const F s = hn::Sqrt(m);
    const F r = hn::Div(constant(1.0F), s);
    const F z = gaussian(word);
    const F z2 = hn::Mul(z, z);
    constexpr float c2[] = {-8.0F / 405, 7.0F / 810, 1.0F / 270};
    constexpr float c3[] = {0.0175576F, -0.0036656F, -0.00131842F};
    const F t3 = hn::Mul(z, polynomial(c3, z2));
    const F t2 = hn::Add(polynomial(c2, z2), hn::Mul(r, t3));
    const F t1 =
        hn::Add(hn::Mul(z, hn::Sub(constant(-1.0F / 36), hn::Mul(z2, constant(1.0F / 72)))), hn::Mul(r, t2));
    const F t0 = hn::Add(hn::Add(constant(1.0F / 3), hn::Mul(z2, constant(1.0F / 6))), hn::Mul(r, t1));
    const F x = hn::Add(m, hn::Add(hn::Mul(s, z), t0));
    k = hn::Floor(x);
    const F r2 = hn::Mul(r, r);
    const F z6 = hn::Mul(hn::Mul(z2, z2), z2);
    const F margin =
        hn::Add(hn::Mul(m, constant(1e-6F)),
                hn::Mul(hn::Mul(r2, r2), hn::Add(constant(0.04F), hn::Mul(z6, constant(0.002F)))));
    const F over = hn::Sub(x, k);
    doubt = hn::Or(hn::Lt(hn::Min(over, hn::Sub(constant(1.0F), over)), margin),
                   hn::Or(hn::Lt(x, constant(1.0F)), hn::Gt(z2, constant(17.6F))));
    doubt = hn::AndNot(low, doubt);
  }
  if (!hn::AllFalse(d, low)) {
    const F m = hn::IfThenElseZero(low, mean);
    M low_doubt = no_lanes();
    const F n =
        invert_from_zero(uniform(word), exp(hn::Neg(m)), low, low_doubt,
                         [m](float, float next) HWY_ATTR { return hn::Mul(m, constant(1.0F / next)); });
    k = hn::IfThenElse(low, n, k);
    doubt = hn::Or(doubt, hn::And(low, low_doubt));
  }
  return settle_doubt(k, doubt, more.always, [&](std::size_t lane) {
    HWY_ALIGN float means[hn::MaxLanes(Floats())];
    HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
    spill(mean, means);
    spill(word, words);
    return exact_poisson(more.uniform(lane, words[lane]), static_cast<double>(means[lane]));
  });
}

/// Binomial(n, p): summation where n min(p, 1 - p) < 14, else the expansion of the quantile in powers of the
/// standard deviation (Cornish-Fisher with the lattice terms; the last one fitted to the exact quantile).
/// \pre n whole, 0 <= p <= 1
HWY_INLINE F binomial(F n, F p, W word, const Refinement& more) {
  const Floats d;
  const F one = constant(1.0F);
  const F zero = hn::Zero(d);
  // The rarer outcome is counted, with the word turned round, so that the count rises with the word.
  const M flip = hn::Gt(p, constant(0.5F));
  const F q = hn::IfThenElse(flip, hn::Sub(one, p), p);
  const W turned = hn::IfThenElse(hn::RebindMask(Words(), flip), hn::Not(word), word);
  const F mean = hn::Mul(n, q);
  const M low = hn::Lt(mean, constant(14.0F));
  const F rest = hn::Sub(one, q);
  M doubt = no_lanes();
  F k = zero;
  if (!hn::AllTrue(d, low)) {
    const F variance = hn::Max(hn::Mul(mean, rest), constant(6.0F));
    const F s = hn::Sqrt(variance);
    const F r = hn::Div(one, s);
    const F z = gaussian(turned);
    const F z2 = hn::Mul(z, z);
    const F g = hn::Sub(rest, q);
    const F pq = hn::Mul(q, rest);
    const F g2 = hn::Mul(g, g);
    constexpr float a2[] = {-8.0F / 405, 7.0F / 810, 1.0F / 270};
    constexpr float b2[] = {-0.0098986F, 0.0043529F, 0.0018471F};
    const F t2 = hn::Mul(g, hn::Add(polynomial(a2, z2), hn::Mul(pq, polynomial(b2, z2))));
    const F kurtosis = hn::Mul(hn::Sub(one, hn::Mul(pq, constant(6.0F))),
                               hn::Mul(hn::Sub(z2, constant(3.0F)), constant(1.0F / 24)));
    const F skew2 =
        hn::Mul(g2, hn::Mul(hn::Sub(hn::Mul(z2, constant(2.0F)), constant(5.0F)), constant(1.0F / 36)));
    const F t1 = hn::Add(hn::Mul(z, hn::Sub(hn::Sub(kurtosis, skew2), constant(1.0F / 24))), hn::Mul(r, t2));
    const F t0 = hn::Add(hn::Add(constant(0.5F), hn::Mul(g, hn::Mul(hn::Sub(z2, one), constant(1.0F / 6)))),
                         hn::Mul(r, t1));
    const F x = hn::Add(mean, hn::Add(hn::Mul(s, z), t0));
    k = hn::Floor(x);
    const F z6 = hn::Mul(hn::Mul(z2, z2), z2);
    const F margin =
        hn::Add(hn::Mul(hn::Add(mean, hn::Mul(s, constant(4.0F))), constant(1e-6F)),
                hn::Mul(hn::Mul(hn::Mul(r, r), r), hn::Add(constant(0.05F), hn::Mul(z6, constant(0.002F)))));
    const F over = hn::Sub(x, k);
    doubt = hn::Or(hn::Lt(hn::Min(over, hn::Sub(one, over)), margin),
                   hn::Or(hn::Or(hn::Lt(x, one), hn::Gt(x, n)), hn::Gt(z2, constant(17.6F))));
    doubt = hn::AndNot(low, doubt);
  }
  if (!hn::AllFalse(d, low)) {
    const M used = hn::And(low, hn::Gt(mean, zero));
    const F safe_rest = hn::IfThenElse(used, rest, one);
    const F many = hn::IfThenElseZero(used, n);
    const F odds = hn::Div(q, safe_rest);
    M low_doubt = no_lanes();
    const F count = invert_from_zero(
        uniform(turned), exp(hn::Mul(many, log(safe_rest))), used, low_doubt,
        [&](float at, float next)
            HWY_ATTR { return hn::Mul(hn::Mul(hn::Sub(many, constant(at)), constant(1.0F / next)), odds); });
    k = hn::IfThenElse(low, hn::IfThenElseZero(used, count), k);
    doubt = hn::Or(doubt, hn::And(used, low_doubt));
  }
  k = settle_doubt(k, doubt, more.always, [&](std::size_t lane) {
    HWY_ALIGN float ns[hn::MaxLanes(Floats())];
    HWY_ALIGN float qs[hn::MaxLanes(Floats())];
    HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
    spill(n, ns);
    spill(q, qs);
    spill(turned, words);
    return exact_binomial(more.uniform(lane, words[lane]), static_cast<double>(ns[lane]),
                          static_cast<double>(qs[lane]));
  });
  return hn::IfThenElse(flip, hn::Sub(n, k), k);
}

/// Beta-binomial as exact_beta_binomial; `none` is P(X = 0), `certain` where that is a number to trust.
HWY_INLINE F beta_binomial(F n, F a, F b, F rho, F none, M certain, W word, const Refinement& more) {
  const Floats d;
  const M used = hn::And(hn::Gt(n, hn::Zero(d)), hn::Gt(a, hn::Zero(d)));
  M doubt = hn::AndNot(certain, used);
  const F first = hn::IfThenElse(hn::And(used, certain), none, constant(1.0F));
  const F k = invert_from_zero(uniform(word), first, used, doubt, [&](float at, float next) HWY_ATTR {
    const F up = hn::Mul(hn::Sub(n, constant(at)), hn::Add(a, hn::Mul(rho, constant(at))));
    const F left = hn::Max(hn::Sub(n, constant(next)), hn::Zero(d));
    const F down = hn::Mul(hn::Add(b, hn::Mul(left, rho)), constant(next));
    return hn::Div(up, hn::Max(down, constant(1e-30F)));
  });
  return settle_doubt(hn::IfThenElseZero(used, k), hn::And(used, doubt), more.always, [&](std::size_t lane) {
    HWY_ALIGN float ns[hn::MaxLanes(Floats())];
    HWY_ALIGN float as[hn::MaxLanes(Floats())];
    HWY_ALIGN float bs[hn::MaxLanes(Floats())];
    HWY_ALIGN float rhos[hn::MaxLanes(Floats())];
    HWY_ALIGN std::uint32_t words[hn::MaxLanes(Floats())];
    spill(n, ns);
    spill(a, as);
    spill(b, bs);
    spill(rho, rhos);
    spill(word, words);
    return exact_beta_binomial(more.uniform(lane, words[lane]), static_cast<double>(ns[lane]),
                               static_cast<double>(as[lane]), static_cast<double>(bs[lane]),
                               static_cast<double>(rhos[lane]));
  });
}

/// A unit-scale gamma variate; 0 at shape 0. The proposal is accepted at once where the acceptance bits clear
/// a bound on its rejection; else (one in some hundred) the exact test decides with more bits.
/// `chance`: an integer of 0 .. 2047 that is nowhere else used.
/// \source Marsaglia and Tsang (2000). With w = c z, log of the acceptance is d (-3/4 w^4 + 3/5 w^5 - ...):
///         at least -0.75 d w^4 for w > 0, and -1.3 d w^4 for -1/2 < w < 0
HWY_INLINE F gamma(F shape, W word, F chance, const Refinement& more) {
  const Floats d;
  const F one = constant(1.0F);
  const M used = hn::Gt(shape, hn::Zero(d));
  const F depth = hn::Max(hn::Sub(shape, constant(1.0F / 3)), constant(2.0F / 3));
  const F c = hn::Div(constant(1.0F / 3), hn::Sqrt(depth));
  const F z = gaussian(word);
  const F w = hn::Mul(c, z);
  const F t = hn::Add(one, w);
  const F v = hn::Mul(hn::Mul(t, t), t);
  const F w2 = hn::Mul(w, w);
  const F steep = hn::IfThenElse(hn::Lt(w, hn::Zero(d)), constant(1.3F), constant(0.75F));
  const F rejected = hn::Mul(hn::Mul(hn::Mul(w2, w2), depth), steep);
  const M sure = hn::And(hn::Le(hn::Add(chance, one), hn::Mul(constant(2047.9F), hn::Sub(one, rejected))),
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
    const double u = (static_cast<double>(chances[lane]) + uniform52(bits)) / 2048;
    return exact_gamma_from(exact_shape, static_cast<double>(zs[lane]), u, bits);
  });
}

}  // namespace paystress::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
