// Rows of a batch as vectors, and the words of its random streams.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_WORDS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_WORDS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_WORDS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_WORDS_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>

#include "sim/random/fast_counts-inl.h"
#include "sim/samplers/fast_variables.h"
#include "sim/samplers/fast_workspace.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

using namespace paystress::random::HWY_NAMESPACE;  // NOLINT(google-build-using-namespace)

HWY_INLINE F load(const FloatRow& row, std::size_t i) { return hn::Load(Floats(), row.data() + i); }
HWY_INLINE W load(const WordRow& row, std::size_t i) { return hn::Load(Words(), row.data() + i); }
HWY_INLINE void store(F v, FloatRow& row, std::size_t i) { hn::Store(v, Floats(), row.data() + i); }
HWY_INLINE void add(F v, FloatRow& row, std::size_t i) { store(hn::Add(load(row, i), v), row, i); }

/// Vectors that hold one number of every path of a batch.
constexpr std::size_t vectors = batch_paths / hn::MaxLanes(Floats());
HWY_INLINE void load_all(const FloatRow& row, F (&to)[vectors]) {
  for (std::size_t v = 0; v < vectors; ++v) to[v] = load(row, v * hn::Lanes(Floats()));
}
HWY_INLINE void load_all(const WordRow& row, W (&to)[vectors]) {
  for (std::size_t v = 0; v < vectors; ++v) to[v] = load(row, v * hn::Lanes(Floats()));
}
HWY_INLINE void store_all(const F (&from)[vectors], FloatRow& row) {
  for (std::size_t v = 0; v < vectors; ++v) store(from[v], row, v * hn::Lanes(Floats()));
}
HWY_INLINE void add_all(const F (&x)[vectors], FloatRow& row) {
  for (std::size_t v = 0; v < vectors; ++v) add(x[v], row, v * hn::Lanes(Floats()));
}
HWY_INLINE void take_all(const F (&x)[vectors], FloatRow& row) {
  for (std::size_t v = 0; v < vectors; ++v) add(hn::Neg(x[v]), row, v * hn::Lanes(Floats()));
}

/// The four words of a block of a stream for every path, a row each.
inline void fill_words(std::uint64_t first_path, const random::StreamKey& key, std::uint32_t time,
                       std::uint32_t block, WordRow* rows) {
  const Words d;
  for (std::size_t i = 0; i < batch_paths; i += in_step * hn::Lanes(d)) {
    PhiloxPaths paths[in_step];
    PhiloxWords words[in_step];
    for (std::size_t v = 0; v < in_step; ++v) paths[v] = philox_paths(first_path + i + v * hn::Lanes(d));
    philox(paths, time, block, key.words, words);
    for (std::size_t w = 0; w < 4; ++w)
      for (std::size_t v = 0; v < in_step; ++v)
        hn::Store(words[v].word[w], d, rows[w].data() + i + v * hn::Lanes(d));
  }
}

/// The words of a batch's month: a block is made when a law of any scenario first asks for one of its
/// variables, and kept for the others until so many more blocks are.
class MonthWords {
 public:
  MonthWords(const FastPlan& fast, std::uint64_t first_path) : fast_(fast), first_(first_path) {}

  void begin_month(std::size_t month) {
    time_ = static_cast<std::uint32_t>(month + 1);
    made_ = 0;
  }
  /// k ~ Binomial(n, p) from the word of the variable.
  HWY_INLINE void binomial(MonthVariable variable, const F (&n)[vectors], const F (&p)[vectors],
                           F (&k)[vectors]) {
    W words[vectors];
    load_all(rows_of(variable.block)[variable.word], words);
    paystress::random::HWY_NAMESPACE::binomial(
        n, p, words, {fast_.keys.refine_month, first_, time_, variable.more(), fast_.always_exact}, k);
  }

 private:
  static constexpr std::size_t kept = 8;
  using Rows = std::array<WordRow, 4>;
  [[nodiscard]] const Rows& rows_of(std::uint32_t block) {
    for (std::size_t k = 0; k < std::min(made_, kept); ++k)
      if (blocks_[k] == block) return rows_[k];
    const std::size_t place = made_++ % kept;
    blocks_[place] = block;
    fill_words(first_, fast_.keys.month, time_, block, rows_[place].data());
    return rows_[place];
  }

  const FastPlan& fast_;
  std::uint64_t first_;
  std::uint32_t time_ = 0;
  std::size_t made_ = 0;  // blocks of this month
  std::array<std::uint32_t, kept> blocks_{};
  std::array<Rows, kept> rows_;
};

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
