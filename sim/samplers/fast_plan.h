#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "model/ledger.h"
#include "sim/random/strata.h"
#include "sim/random/streams.h"
#include "sim/random/trait_table.h"
#include "sim/samplers/fast_stages.h"
#include "sim/samplers/practice_plan.h"
#include "sim/samplers/sampler.h"

namespace paystress::samplers {

/// Paths that walk through the days together: their state stays in the first-level cache, 256 bytes a number.
inline constexpr std::size_t batch_paths = 64;
/// Days with more bookings than rows of the no-show table leave it and are drawn exactly.
inline constexpr std::size_t most_table_rows = 97;
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

/// What a practice can do at all under its stress; what it cannot do costs nothing.
struct FastFeatures {
  std::array<bool, inbox_kind_count> items{};  ///< of a kind
  bool spells = false;                         ///< days off together
  bool overbooking = false;                    ///< places beyond the slots
  bool waiting_list = false;
  bool extrapolation = false;  ///< of a review's sample
  explicit FastFeatures(const PracticePlan& plan);
  FastFeatures() = default;
  friend bool operator==(const FastFeatures&, const FastFeatures&) = default;
};

/// What `fast` prepares once for all paths of the scenarios that it walks together: plans, stream keys, trait
/// tables, and the regimes, which are the distinct sets of parameter changes that months are under.
struct FastPlan {
  /// The streams of the sampler's variables; within one, a variable is a fixed word at each (path, time).
  struct Keys {
    std::vector<random::StreamKey> events;
    random::StreamKey path, year, month, day, refine_path, refine_month, refine_day;
    random::StreamKey shifts, leaving, points;
    std::vector<random::StreamKey> states_strata;  ///< of the innovations of monthly states
    /// Of a column drawn with the practice: its words, what refines them, and its days.
    struct Column {
      random::StreamKey words, refine, days;
    };
    std::vector<Column> columns;
    std::vector<random::StreamKey> settling, refine_settling;  ///< by code, where charges are settled later
    // Of what is drawn by the month and dealt to its days.
    random::StreamKey late_cancel_days;
    std::vector<random::StreamKey> code_days, recode_days;
  };
  /// A practice as drawn: the first of its scenarios, and its traits.
  struct Drawn {
    std::size_t scenario = 0;
    std::vector<random::TraitStreams> traits;
    std::vector<random::TraitTable> tables;
  };
  /// Changes of the numbers of a practice.
  struct Regime {
    std::size_t practice = 0;
    std::vector<PracticePlan::NumberChange> changes;
  };
  /// \pre plans are of the inputs, and walk_together
  FastPlan(std::span<const SamplerInput> inputs, std::vector<PracticePlan> plans, bool always_exact);

  std::vector<PracticePlan> plans;  ///< by scenario
  /// Of all scenarios, but for their numbers, traits and the stresses in their months.
  [[nodiscard]] const PracticePlan& plan() const { return plans.front(); }
  [[nodiscard]] std::size_t scenarios() const { return plans.size(); }
  Keys keys;
  std::vector<Drawn> practices;
  std::vector<std::size_t> practice_of;  ///< by scenario
  std::vector<Regime> regimes;           ///< the first are the practices as drawn, in their order
  std::vector<std::optional<random::TraitTable>> quality_tables;  ///< of each regime, where its law is known
  std::vector<std::vector<std::optional<random::TraitTable>>> score_tables;  ///< [regime][column], likewise
  std::vector<std::vector<std::size_t>> regime_of_month;                     ///< [scenario][month]
  /// Regimes with the same numbers of days off take the same ones: the first regime of each, and by regime.
  std::vector<std::size_t> regime_of_leave, leave_of_regime;
  /// [month][stage][scenario]: the first scenario in which what the stage reads of practice and stress is the
  /// same.
  std::vector<std::array<std::vector<std::size_t>, stage_count>> alike;
  std::array<StageBits, stage_count> reads{};  ///< by stage: the earlier ones whose rows it reads
  FastFeatures features;
  std::uint32_t day_blocks = 0;   ///< of the words that every day makes
  bool no_show_by_month = false;  ///< does the no-show rate change from month to month
  TraitSampling traits = TraitSampling::independent;
  bool always_exact = false;  ///< for tests: draw every count in double precision

 private:
  void find_practices(std::span<const SamplerInput> inputs);
  void register_streams(std::uint64_t seed);
  void find_regimes();
  void find_alike();
  void find_reads();
};

struct FastWorkspace;
/// Samples paths first_path ... of every scenario, lanes = paths, with the best instruction set of this
/// machine.   \pre a target for each scenario of the plan, of which `space` is made
void sample_fast(const FastPlan& plan, FastWorkspace& space, std::uint64_t first_path,
                 std::span<const SampleTarget> out);

/// The fast sampler with every count drawn by the exact inversions: the same ledgers, slowly. For tests.
[[nodiscard]] std::unique_ptr<Sampler> make_exact_fast_sampler(const SamplerInput& input);

}  // namespace paystress::samplers
