#pragma once

#include <chrono>

#include "scenarios/read_study.h"
#include "sim/commands/run_options.h"
#include "sim/engine/outcomes.h"
#include "sim/results/manifest.h"

namespace paystress::commands {

/// Reads the study and puts in the seed and paths that the user gave.   \throws InputError
[[nodiscard]] StudyText load_for_run(const RunOptions& options);

/// Refuses a run that cannot fit into this machine before memory is taken.   \throws InputError
void check_memory(const engine::RunRequest& request, std::size_t largest_group);

/// The manifest of a run that is about to begin.
[[nodiscard]] results::Manifest manifest_of(const StudyText& text, const engine::RunRequest& request,
                                            const RunOptions& options);

class Stopwatch {
 public:
  /// Seconds since it was made or last read.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace paystress::commands
