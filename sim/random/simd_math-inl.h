// Vector arithmetic of the fast sampler, compiled once per instruction set (Highway); include from a .cpp
// that sets HWY_TARGET_INCLUDE and foreach_target.h. Every lane does the same operations in the same order on
// every target: no fused operations, no approximate reciprocals, no libm but sqrt, so the bytes do not depend
// on the machine. \test tests/unit/sim/random/simd_math_test.cpp states and checks the errors.
#if defined(PAYSTRESS_SIM_RANDOM_SIMD_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_RANDOM_SIMD_MATH_INL_H_
#undef PAYSTRESS_SIM_RANDOM_SIMD_MATH_INL_H_
#else
#define PAYSTRESS_SIM_RANDOM_SIMD_MATH_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "sim/random/philox.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::random::HWY_NAMESPACE {
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

/// Vectors that go through random words and Gaussians in step, so that chains of dependent operations
/// overlap: as many as the registers hold (32 with AVX-512, else 16).
constexpr std::size_t in_step = hn::MaxLanes(Floats()) == 16 ? 2 : 1;

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
template <std::size_t count>
HWY_INLINE void philox(const PhiloxPaths (&paths)[count], std::uint32_t time, std::uint32_t block,
                       PhiloxKey key, PhiloxWords (&out)[count]) {
  for (std::size_t v = 0; v < count; ++v) out[v] = philox(paths[v], time, block, key);
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

/// Words of `count` vectors: ten rounds on words held in the low halves of 64-bit lanes, whose high halves
/// may hold anything; even and odd lanes of every vector in step.
template <std::size_t count>
HWY_INLINE void philox(const PhiloxPaths (&paths)[count], std::uint32_t time, std::uint32_t block,
                       PhiloxKey key, PhiloxWords (&out)[count]) {
  const Longs d;
  const Words dw;
  const auto m0 = hn::Set(dw, 0xD2511F53U);
  const auto m1 = hn::Set(dw, 0xCD9E8D57U);
  constexpr std::size_t halves = 2 * count;
  L c0[halves];
  L c1[halves];
  L c2[halves];
  L c3[halves];
  for (std::size_t h = 0; h < halves; ++h) {
    c0[h] = h % 2 == 0 ? paths[h / 2].even : paths[h / 2].odd;
    c1[h] = hn::ShiftRight<32>(c0[h]);
    c2[h] = hn::Set(d, std::uint64_t{time});
    c3[h] = hn::Set(d, std::uint64_t{block});
  }
  for (int round = 0; round < 10; ++round) {
    const L k0 = hn::Set(d, std::uint64_t{key[0]});
    const L k1 = hn::Set(d, std::uint64_t{key[1]});
    for (std::size_t h = 0; h < halves; ++h) {
      const L a = hn::MulEven(hn::BitCast(dw, c0[h]), m0);
      const L b = hn::MulEven(hn::BitCast(dw, c2[h]), m1);
      c0[h] = hn::Xor3(hn::ShiftRight<32>(b), c1[h], k0);
      c2[h] = hn::Xor3(hn::ShiftRight<32>(a), c3[h], k1);
      c1[h] = b;
      c3[h] = a;
    }
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  const auto join = [&](L even, L odd) HWY_ATTR {
    return hn::OddEven(hn::BitCast(dw, hn::ShiftLeft<32>(odd)), hn::BitCast(dw, even));
  };
  for (std::size_t v = 0; v < count; ++v) {
    const std::size_t h = 2 * v;
    out[v] = {
        {join(c0[h], c0[h + 1]), join(c1[h], c1[h + 1]), join(c2[h], c2[h + 1]), join(c3[h], c3[h + 1])}};
  }
}

HWY_INLINE PhiloxWords philox(const PhiloxPaths& p, std::uint32_t time, std::uint32_t block, PhiloxKey key) {
  const PhiloxPaths paths[1] = {p};
  PhiloxWords out[1];
  philox(paths, time, block, key, out);
  return out[0];
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

/// Values of a table of 16 at the low four bits of the index.
HWY_INLINE F look_up(const float* HWY_RESTRICT table, I index) {
  const Floats d;
  index = hn::And(index, hn::Set(Ints(), 15));
  if constexpr (hn::MaxLanes(Floats()) == 16) {
    return hn::TableLookupLanes(hn::Load(d, table), hn::IndicesFromVec(d, index));
#if HWY_TARGET == HWY_AVX2
  } else if constexpr (hn::MaxLanes(Floats()) == 8) {
    const auto place = hn::IndicesFromVec(d, hn::And(index, hn::Set(Ints(), 7)));
    const M upper = hn::RebindMask(d, hn::Gt(index, hn::Set(Ints(), 7)));
    return hn::IfThenElse(upper, hn::TableLookupLanes(hn::Load(d, table + 8), place),
                          hn::TableLookupLanes(hn::Load(d, table), place));
#endif
  } else {
    return hn::GatherIndex(d, table, index);
  }
}

#if HWY_TARGET <= HWY_AVX3
/// Values of a table of 32 at the low five bits of the index: one permutation, which Highway does not offer.
HWY_INLINE F look_up_32(const float* HWY_RESTRICT table, I index) {
  F value;
  value.raw = _mm512_permutex2var_ps(_mm512_load_ps(table), index.raw, _mm512_load_ps(table + 16));
  return value;
}
#endif

/// Polynomials of degree 5 in t whose coefficients stand in columns `segment`: the upper half of the columns
/// where p2 >= 2^-8. Any value where the segment is none of 0 .. 31.
template <std::size_t count>
HWY_INLINE void in_half_octaves(const float (&c)[6][32], const I (&segment)[count], const F (&t)[count],
                                const F (&p2)[count], F (&z)[count]) {
#if HWY_TARGET <= HWY_AVX3
  (void)p2;
  for (std::size_t v = 0; v < count; ++v) z[v] = look_up_32(c[5], segment[v]);
  for (std::size_t degree = 5; degree-- > 0;)
    for (std::size_t v = 0; v < count; ++v)
      z[v] = hn::Add(hn::Mul(z[v], t[v]), look_up_32(c[degree], segment[v]));
#else
  const auto from_half = [&](std::size_t v, std::size_t half) HWY_ATTR {
    F sum = look_up(c[5] + half, segment[v]);
    for (std::size_t degree = 5; degree-- > 0;)
      sum = hn::Add(hn::Mul(sum, t[v]), look_up(c[degree] + half, segment[v]));
    return sum;
  };
  for (std::size_t v = 0; v < count; ++v) {
    z[v] = from_half(v, 16);
    const M low = hn::Lt(p2[v], constant(0x1p-8F));
    if (!hn::AllFalse(Floats(), low)) z[v] = hn::IfThenElse(low, from_half(v, 0), z[v]);
  }
#endif
}

/// |z| of tail probabilities p below 2^-17, where sqrt w > 3.2 with w = -log(4 p (1 - p)).
/// \source form: Giles, Approximating the erfinv function, GPU Computing Gems 2 (2011); coefficients: own fit
HWY_INLINE F gaussian_tail(F p2, I fold) {
  // Least relative error over sqrt(w) from sqrt 5 to 4.85, the last cell: 5e-7.
  constexpr float tail[] = {4.71708822F,     1.42462468F,      0.00465602335F,
                            -0.00284330617F, 0.0014520426F,    -0.00110314752F,
                            0.000759969698F, -0.000237777975F, 1.14351296e-05F};
  const Floats d;
  const F other = hn::ConvertTo(d, hn::Xor(fold, hn::Set(Ints(), 0x7FFFFFFF)));
  const F x = hn::Mul(hn::Add(other, constant(0.5F)), constant(0x1p-31F));
  const F w = hn::Neg(log(hn::Mul(p2, hn::Add(constant(1.0F), x))));
  const F root = hn::Sqrt(hn::Max(w, constant(0.0F)));
  return hn::Mul(polynomial(tail, hn::Sub(root, constant(3.5F))), x);
}

/// Standard Gaussian quantiles at the middle of the cells `word` of 2^32; absolute error below 1e-6 (1 +
/// |z|), which moves no probability by more than 3e-7. Tail probabilities above 2^-17 use a polynomial of
/// degree 5 in each half octave (own fit, error 5e-7), the others gaussian_tail. Vectors go in step, so
/// that their chains of dependent operations overlap.
template <std::size_t count>
HWY_INLINE void gaussian(const W (&word)[count], F (&z)[count]) {
  // Coefficients by half octave of twice the tail probability, from 2^-16 up; the upper half from 2^-8 up.
  alignas(64) static constexpr float c[6][32] = {
      {4.27546978F, 4.19990349F,  4.11842585F,  4.04019928F, 3.95575309F, 3.87457371F, 3.78681946F,
       3.70233655F, 3.61086655F,  3.52265573F,  3.42697239F, 3.334512F,   3.23399806F, 3.13663554F,
       3.03051066F, 2.92741108F,  2.81466484F,  2.70473266F, 2.58401966F, 2.46577096F, 2.33523321F,
       2.20657516F, 2.06352806F,  1.92135084F,  1.76167047F, 1.60100865F, 1.41779721F, 1.22985876F,
       1.00999033F, 0.776421785F, 0.488776565F, 0.157310694F},
      {-0.178219035F, -0.129384235F, -0.184390381F, -0.1340141F,   -0.191230357F, -0.139163136F,
       -0.198866874F, -0.144934386F, -0.207464516F, -0.151461586F, -0.217239067F, -0.158921912F,
       -0.228479818F, -0.167555764F, -0.241584852F, -0.177698761F, -0.25711906F,  -0.189835653F,
       -0.275915831F, -0.20469673F,  -0.299262464F, -0.22344175F,  -0.32927236F,  -0.248043776F,
       -0.369702995F, -0.28218767F,  -0.428024381F, -0.333746403F, -0.521804452F, -0.423548371F,
       -0.706166565F, -0.634459138F},
      {0.0678783283F, 0.0351511016F, 0.069991827F,  0.0362777896F, 0.0723074153F, 0.0375153981F,
       0.0748583153F, 0.0388826728F, 0.0776855424F, 0.0404029116F, 0.0808403566F, 0.0421053693F,
       0.0843874738F, 0.0440271571F, 0.0884094313F, 0.0462158136F, 0.093012251F,  0.0487324633F,
       0.0983320475F, 0.0516551062F, 0.104539916F,  0.0550790504F, 0.111832932F,  0.0591020808F,
       0.120359667F,  0.0637396351F, 0.129838184F,  0.0684901699F, 0.137461782F,  0.0696372539F,
       0.121828236F,  0.0316574462F},
      {-0.0354050025F, -0.0130933002F, -0.0364594795F, -0.0134942196F, -0.0376101919F, -0.0139327589F,
       -0.0388721935F, -0.0144149689F, -0.0402639434F, -0.0149483001F, -0.0418082625F, -0.015542021F,
       -0.0435337275F, -0.0162077919F, -0.0454764776F, -0.0169604421F, -0.0476930998F, -0.0178200137F,
       -0.0502231494F, -0.0188093707F, -0.0531543829F, -0.0199617539F, -0.0565886535F, -0.0213195812F,
       -0.0606609955F, -0.0229408368F, -0.0655746683F, -0.0249352418F, -0.0719491839F, -0.0279277954F,
       -0.0866897479F, -0.0446674563F},
      {0.0218221787F, 0.00564632472F, 0.0224532895F, 0.00581420539F, 0.0231402814F, 0.00599736907F,
       0.0238916297F, 0.006198199F,   0.0247176662F, 0.00641961349F, 0.0256310944F, 0.00666522142F,
       0.0266477186F, 0.0069395341F,  0.0277873985F, 0.00724825496F, 0.0290753599F, 0.00759867579F,
       0.0305441357F, 0.0080002211F,  0.0322358236F, 0.00846516062F, 0.0342054181F, 0.00900950935F,
       0.0365244634F, 0.00965390727F, 0.0392825939F, 0.0104219094F,  0.0425397642F, 0.0112715224F,
       0.0444396771F, 0.00777640473F},
      {-0.0140683614F, -0.00257714046F, -0.0144669926F, -0.00265218387F, -0.0149001935F, -0.00273391465F,
       -0.0153730912F, -0.00282335398F, -0.015891917F,  -0.00292174565F, -0.0164643079F, -0.00303062377F,
       -0.0170997195F, -0.00315189408F, -0.0178099722F, -0.00328795984F, -0.0184776429F, -0.00342952134F,
       -0.0193805378F, -0.00360462442F, -0.020416351F,  -0.00380653748F, -0.0216172021F, -0.00404191809F,
       -0.0230250806F, -0.00431945128F, -0.0246945303F, -0.00465042284F, -0.0267006513F, -0.00505811162F,
       -0.0297100637F, -0.00714189094F}};
  const Floats d;
  const Ints di;
  I fold[count];  // distance to the nearer end, in cells
  F p2[count];    // twice the tail probability
  I segment[count];
  F t[count];
  for (std::size_t v = 0; v < count; ++v) {
    const I m = hn::BitCast(di, word[v]);
    fold[v] = hn::Xor(m, hn::ShiftRight<31>(m));
    p2[v] = hn::Min(hn::Mul(hn::Add(hn::ConvertTo(d, fold[v]), constant(0.5F)), constant(0x1p-31F)),
                    constant(0x1.fffffep-1F));
    // Half octaves by exponent and leading bit; t is the place within, from -1/4 to 1/4.
    const I bits = hn::BitCast(di, p2[v]);
    segment[v] = hn::ShiftRight<22>(hn::Sub(bits, hn::Set(di, 111 << 23)));
    t[v] = hn::Sub(hn::BitCast(d, hn::Or(hn::And(bits, hn::Set(di, 0x003FFFFF)), hn::Set(di, 0x3F800000))),
                   constant(1.25F));
  }
  in_half_octaves(c, segment, t, p2, z);
  for (std::size_t v = 0; v < count; ++v) {
    const M far = hn::Lt(p2[v], constant(0x1p-16F));
    if (HWY_UNLIKELY(!hn::AllFalse(d, far))) z[v] = hn::IfThenElse(far, gaussian_tail(p2[v], fold[v]), z[v]);
    // The lower half of the words is below the median.
    const I sign = hn::AndNot(hn::BitCast(di, word[v]), hn::Set(di, static_cast<std::int32_t>(0x80000000U)));
    z[v] = hn::BitCast(d, hn::Xor(hn::BitCast(di, z[v]), sign));
  }
}

HWY_INLINE F gaussian(W word) {
  const W words[1] = {word};
  F z[1];
  gaussian(words, z);
  return z[0];
}

}  // namespace paystress::random::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
