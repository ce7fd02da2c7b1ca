#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "sim/commands/progress.h"
#include "sim/commands/ticker.h"

namespace paystress::commands {

/// How far a run is.
struct RunPosition {
  std::size_t rows_done = 0, rows = 0;
  double paths_done = 0.0, paths = 0.0;  ///< sampled; `paths` 0: not known yet
  double elapsed_s = 0.0;
};
/// One line of JSON without its end: rows_done, rows, paths_done, paths, paths_per_second, elapsed_seconds,
/// remaining_seconds. What is not known is null.
[[nodiscard]] std::string progress_json(const RunPosition& position);

/// --progress and --progress-file.
struct ProgressOptions {
  std::string form = "bar";                   ///< bar, json, none
  std::optional<std::filesystem::path> file;  ///< lines of JSON are appended to it
};

/// Shows a person or a program how far a run is: a bar on a terminal, or a line of JSON a second and one at
/// the end. Any thread may tell it what is done.   \test tests/unit/sim/commands/run_progress_test.cpp
class RunProgress {
 public:
  enum class Bar { rows, paths };
  /// `finished`: rows of `rows` that are done already.   \throws OutputError where the file cannot be opened
  RunProgress(const ProgressOptions& options, Bar bar, std::string label, std::size_t rows,
              std::size_t finished = 0);
  RunProgress(const RunProgress&) = delete;
  RunProgress& operator=(const RunProgress&) = delete;
  ~RunProgress();

  /// How many paths will be sampled in all.
  void set_paths(double paths);
  void paths_done(std::size_t paths);
  void rows_done(std::size_t rows);

 private:
  void write_line();

  struct CloseFile {
    void operator()(std::FILE* file) const {
      if (file != nullptr && file != stderr) std::fclose(file);
    }
  };
  Bar counts_;
  std::size_t rows_;
  std::atomic<std::size_t> rows_done_, paths_done_{0};
  std::atomic<double> paths_{0.0};
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::optional<Progress> bar_;
  std::unique_ptr<std::FILE, CloseFile> out_;
  Ticker every_second_;
};

}  // namespace paystress::commands
