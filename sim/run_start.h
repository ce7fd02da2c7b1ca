#pragma once

#include <chrono>

#include "scenarios/read_study.h"
#include "sim/manifest.h"
#include "sim/run.h"
#include "sim/run_options.h"

namespace paystress {

/// Reads the study and puts in the seed and paths that the user gave.   \throws InputError
[[nodiscard]] StudyText load_for_run(const RunOptions& options);

/// Refuses a run that cannot fit into this machine before memory is taken.   \throws InputError
void check_memory(const RunRequest& request, std::size_t largest_group);

/// The manifest of a run that is about to begin.
[[nodiscard]] Manifest manifest_of(const StudyText& text, const RunRequest& request,
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

}  // namespace paystress
