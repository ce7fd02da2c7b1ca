#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "sim/engine/outcomes.h"

namespace paystress::engine {

/// What a run takes of a machine, estimated from all of its sizes before it starts.
struct RunNeeds {
  double memory_bytes = 0.0;
  double thread_seconds = 0.0;  ///< of all threads together
};

/// `rows_kept`: rows whose tables are held in memory at once; `more_paths`, sampled beside those of the
/// groups. \test tests/unit/sim/engine/run_needs_test.cpp
[[nodiscard]] RunNeeds run_needs(const RunRequest& request, std::span<const SampleGroup> groups,
                                 std::size_t rows_kept, int threads, double more_paths);

/// Refuses what cannot fit into this machine: a run that is killed half-way says nothing to its user.
/// \throws InputError
void check_needs(const RunNeeds& needs, const RunRequest& request, double machine_bytes);
/// Memory of this machine, or what is granted of it.
[[nodiscard]] double machine_memory_bytes();

/// "about 1.2 GB of memory and 14 minutes on 2 threads"; empty for what is over at once.
[[nodiscard]] std::string needs_text(const RunNeeds& needs, int threads);

}  // namespace paystress::engine
