#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

#include "sim/commands/ticker.h"

namespace paystress::commands {

/// One line: `label [=====>    ]  42 %  0:13 elapsed, 0:18 left`, shorter than `columns`: the bar takes what
/// is left, at most 30, and goes where that is under 5. `total` > 0.
[[nodiscard]] std::string progress_line(std::string_view label, double done, double total, double elapsed_s,
                                        std::size_t columns);

/// "0:42", "1:01:01".
[[nodiscard]] std::string clock_text(double seconds);

/// Progress on a stream: on a terminal a bar that is redrawn at most ten times a second, and also while
/// nothing advances; elsewhere a line of its own, without bar, every ten seconds.
/// `advance` may be called from many threads; it never waits for the terminal.
/// \test tests/unit/sim/commands/progress_test.cpp
class Progress {
 public:
  enum class Show { as_stream, bar, lines };  ///< as_stream: a bar on a terminal, else lines
  Progress(std::FILE* out, Show show, std::string label, double total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();  ///< wipes the bar

  void advance(std::int64_t units);
  /// "row 31 of 1,000"
  void set_label(std::string label);
  void set_total(double total);

 private:
  void draw();
  std::FILE* out_;
  Show show_;
  std::mutex guard_;
  std::string label_;
  double total_;
  std::size_t width_ = 0;
  std::atomic<std::int64_t> done_{0};
  std::chrono::steady_clock::time_point start_, next_;
  Ticker redrawer_;
};

/// Is a line redrawn on this stream, rather than one written below the other?
[[nodiscard]] bool is_bar(std::FILE* out, Progress::Show show);

}  // namespace paystress::commands
