#include "sim/commands/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "sim/commands/command_support.h"

namespace paystress::commands {
namespace {

constexpr std::chrono::milliseconds between_bars(100);
constexpr std::size_t widest_bar = 30, narrowest_bar = 5;

std::string progress_figures(double share, double elapsed_s) {
  auto figures = fmt::format("{:3.0f} %  {} elapsed", 100.0 * share, clock_text(elapsed_s));
  // Before anything is done there is nothing to extrapolate from.
  if (share > 0) figures += fmt::format(", {} left", clock_text(elapsed_s * (1.0 - share) / share));
  return figures;
}

}  // namespace

std::string clock_text(double seconds) {
  const auto s = static_cast<long>(seconds + 0.5);
  if (s >= 3600) return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
  return fmt::format("{}:{:02}", s / 60, s % 60);
}

bool is_bar(std::FILE* out, Progress::Show show) {
  return show == Progress::Show::as_stream ? ::isatty(::fileno(out)) == 1 : show == Progress::Show::bar;
}

std::string progress_line(std::string_view label, double done, double total, double elapsed_s,
                          std::size_t columns) {
  const double share = std::clamp(done / total, 0.0, 1.0);
  const auto figures = progress_figures(share, elapsed_s);
  const auto used = label.size() + figures.size() + 5;  // brackets, blanks, and one column to spare
  if (used + narrowest_bar > columns) return fmt::format("{} {}", label, figures).substr(0, columns - 1);
  const auto width = std::min(widest_bar, columns - used);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string bar(filled, '=');
  if (filled < width) bar += '>';
  bar.resize(width, ' ');
  return fmt::format("{} [{}] {}", label, bar, figures);
}

Progress::Progress(std::FILE* out, Show show, std::string label, double total)
    : out_(out),
      show_(is_bar(out, show) ? Show::bar : Show::lines),
      label_(std::move(label)),
      total_(total),
      start_(std::chrono::steady_clock::now()),
      next_(show_ == Show::bar ? start_ : start_ + between_lines) {
  redrawer_.start(between_redraws, between_redraws, [this] { advance(0); });
}

Progress::~Progress() {
  redrawer_.stop();
  if (width_ == 0) return;
  fmt::print(out_, "\r{:{}}\r", "", width_);
  std::fflush(out_);
}

void Progress::advance(std::int64_t units) {
  done_.fetch_add(units, std::memory_order_relaxed);
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
  next_ = now + (show_ == Show::bar ? between_bars : between_lines);
  const auto done = static_cast<double>(done_.load(std::memory_order_relaxed));
  const auto elapsed_s = std::chrono::duration<double>(now - start_).count();
  if (show_ == Show::lines) {
    fmt::print(out_, "{} {}\n", label_, progress_figures(std::clamp(done / total_, 0.0, 1.0), elapsed_s));
    std::fflush(out_);
    return;
  }
  const auto line = progress_line(label_, done, total_, elapsed_s, screen_of(out_).columns);
  const auto old_width = std::exchange(width_, line.size());
  fmt::print(out_, "\r{:{}}", line, std::max(old_width, width_));
  std::fflush(out_);
}

}  // namespace paystress::commands
