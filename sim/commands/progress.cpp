#include "sim/commands/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace paystress::commands {
namespace {

constexpr auto redraw = std::chrono::milliseconds(100);
constexpr std::size_t bar_width = 30;

std::string clock_text(double seconds) {
  const auto s = static_cast<long>(seconds + 0.5);
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02}", s / 60, s % 60);
}

}  // namespace

std::string progress_line(std::string_view label, double done, double total, double elapsed_s) {
  const double share = std::clamp(done / total, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(bar_width));
  std::string bar(filled, '=');
  if (filled < bar_width) bar += '>';
  bar.resize(bar_width, ' ');
  auto line = fmt::format("{} [{}] {:3.0f} %  {} elapsed", label, bar, 100.0 * share, clock_text(elapsed_s));
  // Before anything is done there is nothing to extrapolate from.
  if (share > 0) line += fmt::format(", {} left", clock_text(elapsed_s * (1.0 - share) / share));
  return line;
}

Progress::Progress(std::FILE* out, Show show, std::string label, double total)
    : out_(out),
      shown_(show == Show::always || (show == Show::on_terminal && ::isatty(::fileno(out)) == 1)),
      label_(std::move(label)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      next_(start_) {}

Progress::~Progress() {
  if (width_ == 0) return;
  fmt::print(out_, "\r{:{}}\r", "", width_);
  std::fflush(out_);
}

void Progress::advance(std::int64_t units) {
  done_.fetch_add(units, std::memory_order_relaxed);
  if (!shown_) return;
  const std::unique_lock lock(guard_, std::try_to_lock);
  if (lock) draw();
}

void Progress::set_label(std::string label) {
  const std::scoped_lock lock(guard_);
  label_ = std::move(label);
}

void Progress::set_total(double total) {
  const std::scoped_lock lock(guard_);
  total_ = total;
}

void Progress::draw() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + redraw;
  const auto line = progress_line(label_, static_cast<double>(done_.load(std::memory_order_relaxed)), total_,
                                  std::chrono::duration<double>(now - start_).count());
  const auto old_width = std::exchange(width_, line.size());
  fmt::print(out_, "\r{:{}}", line, std::max(old_width, width_));
  std::fflush(out_);
}

}  // namespace paystress::commands
