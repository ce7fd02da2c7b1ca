// Vector arithmetic of the fast sampler, compiled once per instruction set (Highway); include from a .cpp
// that sets HWY_TARGET_INCLUDE and foreach_target.h. Every lane does the same operations in the same order on
// every target: no fused operations, no approximate reciprocals, no libm but sqrt, so the bytes do not depend
// on the machine. \test tests/unit/simd_math_test.cpp states and checks the errors.
#if defined(PAYSTRESS_SIM_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SIMD_MATH_INL_H_
#undef PAYSTRESS_SIM_SIMD_MATH_INL_H_
#else
#define PAYSTRESS_SIM_SIMD_MATH_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "sim/philox.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Ints = hn::RebindToSigned<Floats>;
using Words = hn::RebindToUnsigned<Floats>;
using F = hn::Vec<Floats>;
using I = hn::Vec<Ints>;
using W = hn::Vec<Words>;
using M = hn::Mask<Floats>;

HWY_INLINE F constant(float x) { return hn::Set(Floats(), x); }
HWY_INLINE M no_lanes() { return hn::MaskFromVec(hn::Zero(Floats())); }

/// c[0] + c[1] x + ...
template <std::size_t n>
HWY_INLINE F polynomial(const float (&c)[n], F x) {
  F sum = constant(c[n - 1]);
  for (std::size_t i = n - 1; i-- > 0;) sum = hn::Add(hn::Mul(sum, x), constant(c[i]));
  return sum;
}

/// Four words for each lane's path.
struct PhiloxWords {
  W word[4];
};

#if HWY_TARGET == HWY_SCALAR

/// The paths of a vector, in the form that `philox` wants.
struct PhiloxPaths {
  std::uint64_t path;
};
HWY_INLINE PhiloxPaths philox_paths(std::uint64_t first) { return {first}; }
HWY_INLINE PhiloxWords philox(const PhiloxPaths& p, std::uint32_t time, std::uint32_t block, PhiloxKey key) {
  const auto r = philox4x32_10(
      {static_cast<std::uint32_t>(p.path), static_cast<std::uint32_t>(p.path >> 32), time, block}, key);
  const Words d;
  return {{hn::Set(d, r[0]), hn::Set(d, r[1]), hn::Set(d, r[2]), hn::Set(d, r[3])}};
}

#else

using Longs = hn::Repartition<std::uint64_t, Words>;
using L = hn::Vec<Longs>;
/// The paths of a vector, in the form that `philox` wants: 32-bit words in the low halves of 64-bit lanes,
/// even and odd lanes apart, since the widening multiplication takes them so.
struct PhiloxPaths {
  L even, odd;
};
HWY_INLINE PhiloxPaths philox_paths(std::uint64_t first) {
  const Longs d;
  const L even = hn::Add(hn::Set(d, first), hn::Add(hn::Iota(d, 0), hn::Iota(d, 0)));
  return {even, hn::Add(even, hn::Set(d, std::uint64_t{1}))};
}

/// Ten rounds on words held in the low halves of 64-bit lanes; high halves may hold anything.
HWY_INLINE void philox_rounds(L& c0, L& c1, L& c2, L& c3, PhiloxKey key) {
  const Longs d;
  const Words dw;
  const auto m0 = hn::Set(dw, 0xD2511F53U);
  const auto m1 = hn::Set(dw, 0xCD9E8D57U);
  for (int round = 0; round < 10; ++round) {
    const L a = hn::MulEven(hn::BitCast(dw, c0), m0);
    const L b = hn::MulEven(hn::BitCast(dw, c2), m1);
    c0 = hn::Xor3(hn::ShiftRight<32>(b), c1, hn::Set(d, std::uint64_t{key[0]}));
    c2 = hn::Xor3(hn::ShiftRight<32>(a), c3, hn::Set(d, std::uint64_t{key[1]}));
    c1 = b;
    c3 = a;
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
}

HWY_INLINE PhiloxWords philox(const PhiloxPaths& p, std::uint32_t time, std::uint32_t block, PhiloxKey key) {
  const Longs d;
  const Words dw;
  L even[4] = {p.even, hn::ShiftRight<32>(p.even), hn::Set(d, std::uint64_t{time}),
               hn::Set(d, std::uint64_t{block})};
  L odd[4] = {p.odd, hn::ShiftRight<32>(p.odd), even[2], even[3]};
  philox_rounds(even[0], even[1], even[2], even[3], key);
  philox_rounds(odd[0], odd[1], odd[2], odd[3], key);
  PhiloxWords out;
  for (int i = 0; i < 4; ++i)
    out.word[i] = hn::OddEven(hn::BitCast(dw, hn::ShiftLeft<32>(odd[i])), hn::BitCast(dw, even[i]));
  return out;
}

#endif

/// Natural logarithm, error below 1e-7 + 1.2e-7 |log x|.   \pre x positive and normal
/// \source Moshier, Cephes, logf.c
HWY_INLINE F log(F x) {
  constexpr float c[] = {3.3333331174e-1F,  -2.4999993993e-1F, 2.0000714765e-1F,
                         -1.6668057665e-1F, 1.4249322787e-1F,  -1.2420140846e-1F,
                         1.1676998740e-1F,  -1.1514610310e-1F, 7.0376836292e-2F};
  const Floats d;
  const Ints di;
  // 2^k m with m in [sqrt(1/2), sqrt(2)): subtract the bits of sqrt(1/2) to find k.
  const I bits = hn::BitCast(di, x);
  const I k = hn::ShiftRight<23>(hn::Sub(bits, hn::Set(di, 0x3F3504F3)));
  const F f = hn::Sub(hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(k))), constant(1.0F));
  const F e = hn::ConvertTo(d, k);
  const F z = hn::Mul(f, f);
  F y = hn::Mul(hn::Mul(f, z), polynomial(c, f));
  y = hn::Add(y, hn::Mul(e, constant(-2.12194440e-4F)));
  y = hn::Sub(y, hn::Mul(z, constant(0.5F)));
  return hn::Add(hn::Add(f, y), hn::Mul(e, constant(0.693359375F)));
}

/// Exponential, relative error below 2e-7; arguments are clamped to [-87, 88].   \source Cephes, expf.c
HWY_INLINE F exp(F x) {
  constexpr float c[] = {5.0000001201e-1F, 1.6666665459e-1F, 4.1665795894e-2F,
                         8.3334519073e-3F, 1.3981999507e-3F, 1.9875691500e-4F};
  const Floats d;
  const Ints di;
  x = hn::Min(hn::Max(x, constant(-87.0F)), constant(88.0F));
  const F n = hn::Floor(hn::Add(hn::Mul(x, constant(1.44269504F)), constant(0.5F)));
  const F r = hn::Sub(hn::Sub(x, hn::Mul(n, constant(0.693359375F))), hn::Mul(n, constant(-2.12194440e-4F)));
  const F y = hn::Add(hn::Add(hn::Mul(hn::Mul(r, r), polynomial(c, r)), r), constant(1.0F));
  const I power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 127)));
  return hn::Mul(y, hn::BitCast(d, power));
}

/// The middle of cell `word` of 2^32 on (0, 1), rounded to 24 bits; may round to 1.
HWY_INLINE F uniform(W word) {
  const Floats d;
  const Ints di;
  // High and low half apart: only signed integers convert on every target.
  const F high = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<8>(word)));
  const F low = hn::ConvertTo(d, hn::BitCast(di, hn::And(word, hn::Set(Words(), 255U))));
  return hn::Add(hn::Mul(high, constant(0x1p-24F)),
                 hn::Mul(hn::Add(low, constant(0.5F)), constant(0x1p-32F)));
}

/// Uniform on [0, 1) from the top 24 bits, exact.
HWY_INLINE F uniform24(W word) {
  return hn::Mul(hn::ConvertTo(Floats(), hn::BitCast(Ints(), hn::ShiftRight<8>(word))), constant(0x1p-24F));
}

/// Standard Gaussian quantile at the middle of cell `word` of 2^32; absolute error below 1e-6 (1 + |z|),
/// which moves no probability by more than 3e-7. Both tails are exact to the width of a cell. \source form:
/// Giles, Approximating the erfinv function, GPU Computing Gems 2 (2011); coefficients: own fit
HWY_INLINE F gaussian(W word) {
  // Least relative error over w in (0, 5) and sqrt(w) in (sqrt 5, 4.85), the last cell: 2e-7 and 5e-7.
  constexpr float centre[] = {2.12331367F,      0.348802686F,    -0.00590812974F,
                              -0.00177304179F,  0.000309115101F, -6.20788023e-06F,
                              -4.98119471e-06F, 4.851791e-07F,   3.95832096e-08F};
  constexpr float tail[] = {4.71708822F,     1.42462468F,      0.00465602335F,
                            -0.00284330617F, 0.0014520426F,    -0.00110314752F,
                            0.000759969698F, -0.000237777975F, 1.14351296e-05F};
  const Floats d;
  const Ints di;
  const I m = hn::BitCast(di, word);
  const I fold = hn::Xor(m, hn::ShiftRight<31>(m));  // distance to the nearer end, in cells
  const F half = constant(0.5F);
  const F scale = constant(0x1p-31F);
  const F p2 = hn::Mul(hn::Add(hn::ConvertTo(d, fold), half), scale);  // twice the tail probability
  const F x = hn::Mul(hn::Add(hn::ConvertTo(d, hn::Xor(fold, hn::Set(di, 0x7FFFFFFF))), half), scale);
  const F w = hn::Neg(log(hn::Mul(p2, hn::Add(constant(1.0F), x))));
  F p = polynomial(centre, hn::Sub(w, constant(2.5F)));
  const M far = hn::Ge(w, constant(5.0F));
  if (HWY_UNLIKELY(!hn::AllFalse(d, far)))
    p = hn::IfThenElse(far, polynomial(tail, hn::Sub(hn::Sqrt(hn::Max(w, constant(0.0F))), constant(3.5F))),
                       p);
  const F z = hn::Mul(p, x);
  // The lower half of the words is below the median.
  const I sign = hn::AndNot(m, hn::Set(di, static_cast<std::int32_t>(0x80000000U)));
  return hn::BitCast(d, hn::Xor(hn::BitCast(di, z), sign));
}

}  // namespace paystress::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
