#include "sim/commands/run_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/errors.h"

namespace paystress::commands {

std::string progress_json(const RunPosition& p) {
  const auto or_null = [](bool known, double value) {
    return known ? fmt::format("{:.1f}", value) : std::string("null");
  };
  const double rate = p.elapsed_s > 0.0 ? p.paths_done / p.elapsed_s : 0.0;
  const bool known = rate > 0.0 && p.paths > 0.0;
  return fmt::format(
      R"({{"rows_done":{},"rows":{},"paths_done":{:.0f},"paths":{},"paths_per_second":{},"elapsed_seconds":{:.1f},"remaining_seconds":{}}})",
      p.rows_done, p.rows, p.paths_done, p.paths > 0.0 ? fmt::format("{:.0f}", p.paths) : "null",
      or_null(rate > 0.0, rate), p.elapsed_s,
      or_null(known, known ? std::max(0.0, p.paths - p.paths_done) / rate : 0.0));
}

RunProgress::RunProgress(const ProgressOptions& options, Bar bar, std::string label, std::size_t rows,
                         std::size_t finished)
    : counts_(bar), rows_(rows), rows_done_(finished) {
  if (options.file) {
    // Appended to, so that what somebody else wrote there is not lost.
    out_.reset(std::fopen(options.file->c_str(), "ae"));
    if (!out_)
      throw OutputError(fmt::format("--progress-file {}: cannot be opened for writing: {}",
                                    options.file->string(), std::strerror(errno)));
  } else if (options.form == "json") {
    out_.reset(stderr);
  }
  if (options.form == "bar")
    bar_.emplace(stderr, Progress::Show::as_stream, std::move(label),
                 static_cast<double>(std::max<std::size_t>(1, rows - finished)));
  constexpr Ticker::Interval second(1'000);
  if (out_) every_second_.start(second, second, [this] { write_line(); });
}

RunProgress::~RunProgress() {
  if (!out_) return;
  every_second_.stop();
  write_line();
}

void RunProgress::set_paths(double paths) {
  paths_ = paths;
  if (bar_ && counts_ == Bar::paths) bar_->set_total(std::max(1.0, paths));
}

void RunProgress::paths_done(std::size_t paths) {
  paths_done_ += paths;
  if (bar_) bar_->advance(counts_ == Bar::paths ? static_cast<std::int64_t>(paths) : 0);
}

void RunProgress::rows_done(std::size_t rows) {
  rows_done_ += rows;
  if (bar_ && counts_ == Bar::rows) bar_->advance(static_cast<std::int64_t>(rows));
}

void RunProgress::write_line() {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const auto line =
      progress_json({rows_done_, rows_, static_cast<double>(paths_done_), paths_, elapsed.count()}) + "\n";
  // Nobody can be told that nobody listens.
  if (std::fputs(line.c_str(), out_.get()) >= 0) std::fflush(out_.get());
}

}  // namespace paystress::commands
