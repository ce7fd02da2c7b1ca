#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "sim/commands/progress.h"
#include "sim/commands/ticker.h"

namespace paystress::commands {

/// "reading rows.csv  0:12 elapsed", shorter than `columns`.
[[nodiscard]] std::string notice_line(const std::string& doing, double elapsed_s, std::size_t columns);

/// Tells what is done while it lives, for work whose end is not known before: on a terminal a line that comes
/// after half a second, is drawn anew as long as it lives and wiped at the end; elsewhere a line every ten
/// seconds. Nothing else may write to the stream meanwhile. Without a thread to be had it tells nothing.
/// \test tests/unit/sim/commands/notice_test.cpp
class Notice {
 public:
  /// On standard error. `progress`: a form of --progress; only that for people, `bar`, tells anything.
  explicit Notice(std::string doing, const std::string& progress = "bar");
  Notice(std::FILE* out, Progress::Show show, std::string doing);
  Notice(const Notice&) = delete;
  Notice& operator=(const Notice&) = delete;
  ~Notice() { done(); }
  void done();  ///< nothing more is told, and the line is wiped

 private:
  void start();
  void tell();
  std::FILE* out_;
  bool redraws_;
  std::string doing_;
  std::size_t width_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Ticker teller_;
};

}  // namespace paystress::commands
