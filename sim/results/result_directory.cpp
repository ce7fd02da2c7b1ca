#include "sim/results/result_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>

#include "sim/errors.h"
#include "sim/results/place_results.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

// A result is known by its manifest; an empty directory may be filled.
std::string foreign_entry(const fs::path& target) {
  std::string foreign;
  bool has_manifest = false, empty = true;
  for (const auto& entry : fs::directory_iterator(target)) {
    const auto name = entry.path().filename().string();
    empty = false;
    has_manifest = has_manifest || name == "manifest.json";
    if (!is_result_file(entry) && (foreign.empty() || name < foreign)) foreign = name;
  }
  if (foreign.empty() && !empty && !has_manifest) return "files of other origin, without a manifest.json";
  return foreign;
}

bool holds_current_directory(const fs::path& target) {
  const auto here = fs::current_path();
  return std::mismatch(target.begin(), target.end(), here.begin(), here.end()).first == target.end();
}

bool is_mount_point(const fs::path& directory) {
  struct statx about {};
  if (::statx(AT_FDCWD, directory.c_str(), 0, STATX_TYPE, &about) == 0 &&
      (about.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0)
    return (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  struct stat here {
  }, above{};
  return ::stat(directory.c_str(), &here) == 0 && ::stat(directory.parent_path().c_str(), &above) == 0 &&
         here.st_dev != above.st_dev;
}

// What is wrong with a target is said before the work and not after it.
void check_target(const fs::path& asked, const fs::path& target, ResultDirectory::Foreign foreign) {
  const auto name = asked.string();
  if (holds_current_directory(target))
    throw InputError(
        fmt::format("{}: is the current directory or holds it (results replace a directory "
                    "whole). Give another one with -o DIR",
                    name));
  if (!fs::exists(target)) {
    if (fs::is_symlink(fs::symlink_status(target)))
      throw InputError(
          fmt::format("{}: is a link to a place that is not there. Give another place with -o DIR", name));
    return;
  }
  if (!fs::is_directory(target))
    throw InputError(fmt::format("{}: is not a directory. Give another place with -o DIR", name));
  if (is_mount_point(target))
    throw InputError(
        fmt::format("{}: is a mount point (results replace a directory whole). Give a directory "
                    "in it with -o {}",
                    name, (asked / "results").generic_string()));
  const auto entry = foreign == ResultDirectory::Foreign::refuse ? foreign_entry(target) : std::string();
  if (!entry.empty())
    throw InputError(
        fmt::format("{}: holds something else than results: {} (results replace a directory "
                    "whole). Give another place with -o DIR, or --force",
                    name, entry));
}

}  // namespace

fs::path resolved_target(const fs::path& target) {
  auto path = fs::weakly_canonical(fs::absolute(target));
  if (!path.has_filename()) path = path.parent_path();  // "results/" names the same place as "results"
  return path;
}

ResultDirectory::ResultDirectory(const fs::path& target, Foreign foreign, Leftover leftover)
    : target_(resolved_target(target)) {
  try {
    fs::create_directories(target_.parent_path());
    lock_.emplace(target_);
    const auto left = WorkingDirectory::left_behind(target_);
    for (const auto& l : left) recover_results(WorkingDirectory(l), target_);
    check_target(target, target_, foreign);
    for (const auto& l : left) {
      const WorkingDirectory earlier(l);
      if (leftover == Leftover::resume && !work_ && fs::exists(earlier.checkpoint()))
        work_.emplace(earlier);
      else
        earlier.remove();
    }
    if (!work_) work_.emplace(target_);
    work_->start_fresh();
  } catch (const fs::filesystem_error& e) {
    throw OutputError(fmt::format("{}: cannot be prepared for results: {}",
                                  (e.path1().empty() ? target_ : e.path1()).string(), e.code().message()));
  }
}

ResultDirectory::~ResultDirectory() {
  if (keep_ || !work_) return;
  try {
    if (is_halfway(*work_, target_)) recover_results(*work_, target_);
    work_->remove();
  } catch (const std::exception&) {
    // What cannot be removed now is removed by the next run to this target.
  }
}

void ResultDirectory::commit() {
  try {
    place_results(*work_, target_);
    work_->remove();
    keep_ = true;  // nothing is left to remove
  } catch (const fs::filesystem_error& e) {
    throw OutputError(fmt::format("{}: cannot be put in place: {}", e.path1().string(), e.code().message()));
  }
}

}  // namespace paystress::results
