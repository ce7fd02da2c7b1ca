#include "sim/commands/notice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/commands/command_support.h"

namespace paystress::commands {
namespace {

constexpr Ticker::Interval patience(500);

}  // namespace

std::string notice_line(const std::string& doing, double elapsed_s, std::size_t columns) {
  const auto time = fmt::format("  {} elapsed", clock_text(elapsed_s));
  const auto room = columns - std::min(columns, time.size() + 1);
  return (doing.substr(0, room) + time).substr(0, columns - 1);
}

Notice::Notice(std::string doing, const std::string& progress)
    : out_(stderr), redraws_(is_bar(stderr, Progress::Show::as_stream)), doing_(std::move(doing)) {
  if (progress == "bar") start();
}

Notice::Notice(std::FILE* out, Progress::Show show, std::string doing)
    : out_(out), redraws_(is_bar(out, show)), doing_(std::move(doing)) {
  start();
}

void Notice::start() {
  teller_.start(redraws_ ? patience : between_lines, redraws_ ? between_redraws : between_lines,
                [this] { tell(); });
}

void Notice::done() {
  teller_.stop();
  if (width_ == 0) return;
  fmt::print(out_, "\r{:{}}\r", "", std::exchange(width_, 0));
  std::fflush(out_);
}

void Notice::tell() {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const auto line = notice_line(doing_, elapsed.count(), screen_of(out_).columns);
  if (redraws_) {
    fmt::print(out_, "\r{:{}}", line, width_);
    width_ = std::max(width_, line.size());
  } else {
    fmt::print(out_, "{}\n", line);
  }
  std::fflush(out_);
}

}  // namespace paystress::commands
