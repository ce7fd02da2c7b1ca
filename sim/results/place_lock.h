#pragma once

#include <filesystem>

namespace paystress::results {

/// The right to write results to a target, held by one process at a time. It lies on PARENT/.NAME.lock, a
/// file that is never renamed, dies with its process, and is removed at the end where this program made it.
/// A file of that name that somebody else made is locked but neither changed nor removed; a link is refused.
/// \test tests/unit/sim/results/place_lock_test.cpp
class PlaceLock {
 public:
  /// \throws InputError when another process holds it or the name is taken by something else than a file;
  /// OutputError when the disk fails
  explicit PlaceLock(const std::filesystem::path& target);
  PlaceLock(const PlaceLock&) = delete;
  PlaceLock& operator=(const PlaceLock&) = delete;
  ~PlaceLock();

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace paystress::results
