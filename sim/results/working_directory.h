#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace paystress::results {

/// Where a run keeps what is not finished: a hidden sibling of its target, PARENT/.NAME.partial-XXXXXX, made
/// under a name that nobody can prepare, with a mark of this program in it. What carries no mark is not
/// touched; links are not followed. Whoever uses one holds the PlaceLock of the target.
/// \test tests/unit/sim/results/working_directory_test.cpp
class WorkingDirectory {
 public:
  /// Makes one.   \throws OutputError
  explicit WorkingDirectory(const std::filesystem::path& target);
  /// Takes up one that was left behind.
  struct Left {
    std::filesystem::path path;
  };
  explicit WorkingDirectory(Left left) : path_(std::move(left.path)) {}

  /// Those that earlier runs to this target left behind, by name.
  [[nodiscard]] static std::vector<Left> left_behind(const std::filesystem::path& target);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The result on its way; holds result files alone, until it changes places with an earlier result.
  [[nodiscard]] std::filesystem::path fresh() const { return path_ / "new"; }
  /// An earlier result, where it could not change places in one step.
  [[nodiscard]] std::filesystem::path replaced() const { return path_ / "old"; }
  [[nodiscard]] std::filesystem::path checkpoint() const { return path_ / "checkpoint"; }
  /// Names of the files of a result that is being put into a directory that holds other files too.
  [[nodiscard]] std::filesystem::path moving() const { return path_ / "moving"; }

  /// Empties fresh() of result files, or makes it.   \throws OutputError
  void start_fresh() const;
  /// Removes it with the result files and checkpoint in it. What else lies there is not removed.
  /// \throws OutputError that names what stays
  void remove() const;

 private:
  std::filesystem::path path_;
};

/// Is this the name of a file that a run writes into its result directory, and is it a file?
[[nodiscard]] bool is_result_file(const std::filesystem::directory_entry& entry);

}  // namespace paystress::results
