#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/column_schema.h"
#include "sim/results/manifest.h"
#include "sim/results/result_directory.h"

namespace paystress::results {

/// A result from its first file to its last. Every run makes one: it takes the target and locks it, tables go
/// aside, and `finish` adds the data package and the manifest and puts all of it in the target's place.
/// Nothing is left behind by one that is not finished, unless its directory is kept.
/// \test tests/unit/sim/results/result_writer_test.cpp
class ResultWriter {
 public:
  /// \throws InputError when the target is refused or in use, OutputError when the disk fails
  ResultWriter(const std::filesystem::path& target, ResultDirectory::Foreign foreign, Manifest about,
               ResultDirectory::Leftover leftover = ResultDirectory::Leftover::remove);

  [[nodiscard]] ResultDirectory& directory() { return directory_; }
  /// Where tables are written.
  [[nodiscard]] std::filesystem::path aside() const { return directory_.aside(); }
  [[nodiscard]] Manifest& about() { return about_; }
  /// Enters into the manifest the wall-clock time since the last call.
  void end_stage(std::string name);
  /// Writes a table of the columns that it always has, packed as the manifest says.   \throws OutputError
  void add(Table table, std::string_view rows) const;
  /// A warning that is there already is not entered again.
  void warn(const std::string& warning);
  /// The result takes the place of the target.   \throws OutputError; Interrupted when `stop` says so
  void finish(const std::function<bool()>& stop, std::span<const std::string> batch_columns = {});

 private:
  std::chrono::steady_clock::time_point stage_began_ = std::chrono::steady_clock::now();
  Manifest about_;
  ResultDirectory directory_;
};

}  // namespace paystress::results
