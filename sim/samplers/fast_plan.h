#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "model/ledger.h"
#include "sim/random/streams.h"
#include "sim/random/trait_table.h"
#include "sim/samplers/practice_plan.h"
#include "sim/samplers/sampler.h"

namespace paystress::samplers {

/// Paths that walk through the days together: their state stays in the first-level cache, 256 bytes a number.
inline constexpr std::size_t batch_paths = 64;
struct alignas(64) FloatRow {
  std::array<float, batch_paths> x{};
  [[nodiscard]] float* data() { return x.data(); }
  [[nodiscard]] const float* data() const { return x.data(); }
  float& operator[](std::size_t i) { return x[i]; }
  float operator[](std::size_t i) const { return x[i]; }
};
struct alignas(64) WordRow {
  std::array<std::uint32_t, batch_paths> x{};
  [[nodiscard]] std::uint32_t* data() { return x.data(); }
  [[nodiscard]] const std::uint32_t* data() const { return x.data(); }
};
struct alignas(64) DoubleRow {
  std::array<double, batch_paths> x{};
  [[nodiscard]] double* data() { return x.data(); }
  [[nodiscard]] const double* data() const { return x.data(); }
  double& operator[](std::size_t i) { return x[i]; }
  double operator[](std::size_t i) const { return x[i]; }
};

/// What `fast` prepares once for all paths: the plan, stream keys, trait tables, and the regimes, which are
/// the distinct sets of parameter changes that months are under. Regime 0 is the practice as drawn.
struct FastPlan {
  /// The streams of the sampler's variables; within one, a variable is a fixed word at each (path, time).
  struct Keys {
    std::vector<random::StreamKey> traits, strata, events;
    random::StreamKey path, year, month, day, refine_path, refine_month, refine_day;
    // Of what is drawn by the month and dealt to its days.
    random::StreamKey late_cancel_days;
    std::vector<random::StreamKey> code_days, recode_days;
  };
  FastPlan(const SamplerInput& input, bool always_exact);

  PracticePlan plan;
  Keys keys;
  std::vector<random::TraitTable> tables;                         ///< of plan.traits
  std::vector<std::vector<ParameterStress>> regimes;              ///< changes of each; the first is empty
  std::vector<std::optional<random::TraitTable>> quality_tables;  ///< of each regime, where its law is known
  std::vector<std::size_t> regime_of_month;
  std::array<bool, inbox_kind_count> kind_used{};  ///< can the kind have items at all
  std::uint32_t day_blocks = 0;                    ///< of the words that every day makes
  bool has_spells = false;                         ///< may days off be taken together
  bool has_overbooking = false;                    ///< may there be places beyond the slots
  bool no_show_by_month = false;                   ///< does the no-show rate change from month to month
  bool latin_hypercube = false;
  bool always_exact = false;  ///< for tests: draw every count in double precision
};

/// Samples paths first_path ... of `out`, lanes = paths, with the best instruction set of this machine.
/// `days`: the days behind the months, or null.
void sample_fast(const FastPlan& plan, std::uint64_t first_path, LedgerBlock& out, DayLedger* days);

/// The fast sampler with every count drawn by the exact inversions: the same ledgers, slowly. For tests.
[[nodiscard]] std::unique_ptr<Sampler> make_exact_fast_sampler(const SamplerInput& input);

}  // namespace paystress::samplers
