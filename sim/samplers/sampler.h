#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "model/calendar.h"
#include "model/day_ledger.h"
#include "model/ledger.h"
#include "model/practice.h"
#include "model/replicates.h"

namespace paystress::samplers {

/// Paths of one block: a block is sampled, settled and reduced in cache; results merge in block order.
inline constexpr std::size_t block_paths = 256;

/// Where the ledgers of one scenario go: periods = months, columns of layout() and perhaps others behind
/// them.
struct SampleTarget {
  LedgerBlock* months = nullptr;
  /// Where given, gets the days behind the months. What is drawn by the month is dealt to its days by draws
  /// of their own, so that the months are the same bytes.
  DayLedger* days = nullptr;
};

/// Samples ledgers of a practice under a stress, or of several such scenarios; the law is in sim/LAW.md.
/// Immutable; `sample` may run on many threads. A draw depends on (seed, path, time, variable name) only, so
/// that a scenario has the same bytes alone and beside others.
class Sampler {
 public:
  virtual ~Sampler() = default;
  Sampler() = default;
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;

  /// Fills the target of each scenario with paths first_path, first_path + 1, ... A row of months that is
  /// that of an earlier scenario may be borrowed from its ledger.
  virtual void sample(std::uint64_t first_path, std::span<const SampleTarget> out) const = 0;
  /// The same for one scenario.
  void sample(std::uint64_t first_path, LedgerBlock& out) const { sample_days(first_path, out, nullptr); }
  void sample_days(std::uint64_t first_path, LedgerBlock& out, DayLedger* days) const {
    const SampleTarget one{&out, days};
    sample(first_path, {&one, 1});
  }
  /// The scheduled workdays of the first scenario, in order.
  [[nodiscard]] virtual const DayGrid& days() const = 0;
  [[nodiscard]] virtual const LedgerLayout& layout() const = 0;
};

enum class SamplerKind { reference, fast };

/// What a sampler is made from; the pointees outlive the sampler's construction only.
struct SamplerInput {
  const Practice* practice = nullptr;
  const Stress* stress = nullptr;
  Calendar calendar;
  std::uint64_t seed = 0;
  TraitSampling traits = TraitSampling::independent;
};

[[nodiscard]] std::unique_ptr<Sampler> make_reference_sampler(const SamplerInput& input);
[[nodiscard]] std::unique_ptr<Sampler> make_fast_sampler(const SamplerInput& input);
[[nodiscard]] std::unique_ptr<Sampler> make_fast_sampler(std::span<const SamplerInput> inputs);
[[nodiscard]] std::unique_ptr<Sampler> make_sampler(SamplerKind kind, const SamplerInput& input);
/// Of several scenarios, which share what they have in common.
/// \pre inputs differ in practice and stress only
[[nodiscard]] std::unique_ptr<Sampler> make_sampler(SamplerKind kind, std::span<const SamplerInput> inputs);

}  // namespace paystress::samplers
