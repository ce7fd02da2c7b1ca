#pragma once

#include <filesystem>
#include <string_view>

namespace paystress::results {

/// Is this the name of a file or folder that a run writes into its result directory?
[[nodiscard]] bool is_result_name(std::string_view name);

/// Results on their way: written aside, into a hidden sibling of the target, and then renamed, so that they
/// replace an earlier result whole. Only one run at a time may write to a target.
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

  /// Where to write: PARENT/.NAME.partial
  [[nodiscard]] const std::filesystem::path& aside() const { return aside_; }
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }
  /// Was there anything to resume?
  [[nodiscard]] bool resumed() const { return resumed_; }
  /// The results take the place of the target.   \throws OutputError; the target is then as it was
  void commit();
  /// What was written aside stays there for a later resume.
  void keep_aside() { keep_ = true; }

 private:
  void lock();
  std::filesystem::path target_, aside_;
  int lock_ = -1;
  bool keep_ = false, resumed_ = false;
};

/// PARENT/.NAME.partial of a target, where an interrupted run leaves its checkpoint.
[[nodiscard]] std::filesystem::path partial_directory(const std::filesystem::path& target);

}  // namespace paystress::results
