#pragma once

#include <filesystem>
#include <optional>

#include "sim/results/place_lock.h"
#include "sim/results/working_directory.h"

namespace paystress::results {

/// Results on their way: written aside, into a working directory, and put in the target's place whole. Only
/// one run at a time may write to a target. What an earlier run left half-way is set right first.
/// Unless committed or kept, what was written aside is removed again and the target is as it was.
/// \test tests/unit/sim/results/result_directory_test.cpp
class ResultDirectory {
 public:
  /// What to do with a target that holds anything but an earlier result: refuse, or replace the results in it
  /// and leave the rest where it is.
  enum class Foreign { refuse, leave };
  /// What an interrupted run left aside is removed, or continued.
  enum class Leftover { remove, resume };

  /// \throws InputError when the target is refused or in use by another run; OutputError when the disk fails
  ResultDirectory(const std::filesystem::path& target, Foreign foreign, Leftover leftover = Leftover::remove);
  ResultDirectory(const ResultDirectory&) = delete;
  ResultDirectory& operator=(const ResultDirectory&) = delete;
  ~ResultDirectory();

  /// Where the files of the result are written; empty at first. They bear the names of result files.
  [[nodiscard]] std::filesystem::path aside() const { return work_->fresh(); }
  /// Where a checkpoint is kept; may hold that of an interrupted run when resumed.
  [[nodiscard]] std::filesystem::path checkpoint() const { return work_->checkpoint(); }
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  /// The results take the place of the target.   \throws OutputError; the target is then as it was
  void commit();
  /// What was written aside stays there for a later resume.
  void keep_aside() { keep_ = true; }
  [[nodiscard]] bool is_kept() const { return keep_; }

 private:
  std::filesystem::path target_;
  std::optional<PlaceLock> lock_;
  std::optional<WorkingDirectory> work_;
  bool keep_ = false;
};

/// The target as it is really called: absolute, links followed, without a slash at its end.
[[nodiscard]] std::filesystem::path resolved_target(const std::filesystem::path& target);

}  // namespace paystress::results
