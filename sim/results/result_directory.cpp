#include "sim/results/result_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include "sim/errors.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view manifest = "manifest.json";
constexpr std::array<std::string_view, 16> result_names{
    manifest,        "datapackage.json", "income_distribution.csv",
    "tier_miss.csv", "summary.csv",      "months.csv",
    "histogram.csv", "comparisons.csv",  "waterfall.csv",
    "paths.csv",     "sensitivity.csv",  "readings.csv",
    "debt.csv",      "errors.csv",       "ranking.csv",
    "resume.txt"};

[[noreturn]] void fail(const fs::path& path, std::string_view doing, int error) {
  throw OutputError(fmt::format("{}: cannot be {}: {}", path.string(), doing, std::strerror(error)));
}

// A result is known by its manifest; an empty directory may be filled.
std::string foreign_entry(const fs::path& target) {
  std::string foreign;
  bool has_manifest = false, empty = true;
  for (const auto& entry : fs::directory_iterator(target)) {
    const auto name = entry.path().filename().string();
    empty = false;
    has_manifest = has_manifest || name == manifest;
    if (!is_result_name(name) && (foreign.empty() || name < foreign)) foreign = name;
  }
  if (foreign.empty() && !empty && !has_manifest) return "files of other origin, without a manifest.json";
  return foreign;
}

fs::path resolved(const fs::path& target) {
  auto path = fs::weakly_canonical(fs::absolute(target));
  if (!path.has_filename()) path = path.parent_path();  // "results/" names the same place as "results"
  return path;
}

// Swaps two directories in one step, so that at no moment there is no result; 0, or the error.
int exchange(const fs::path& aside, const fs::path& target) {
  if (::renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // Network file systems cannot swap: three steps then, undone when the second fails.
  auto old = aside;
  old += ".old";
  if (std::rename(target.c_str(), old.c_str()) != 0) return errno;
  if (std::rename(aside.c_str(), target.c_str()) != 0) {
    const int error = errno;
    return std::rename(old.c_str(), target.c_str()) == 0 ? error : errno;
  }
  return std::rename(old.c_str(), aside.c_str()) == 0 ? 0 : errno;
}

bool holds_current_directory(const fs::path& target) {
  const auto here = fs::current_path();
  return std::mismatch(target.begin(), target.end(), here.begin(), here.end()).first == target.end();
}

}  // namespace

bool is_result_name(std::string_view name) {
  return std::ranges::find(result_names, name) != result_names.end();
}

fs::path partial_directory(const fs::path& target) {
  const auto path = resolved(target);
  return path.parent_path() / fmt::format(".{}.partial", path.filename().string());
}

ResultDirectory::ResultDirectory(const fs::path& target, Foreign foreign, Leftover leftover)
    : target_(resolved(target)), aside_(partial_directory(target)) {
  try {
    if (holds_current_directory(target_))
      throw InputError(
          fmt::format("{}: is the current directory or holds it (results replace a directory "
                      "whole). Give another one with -o DIR",
                      target.string()));
    if (fs::exists(target_)) {
      if (!fs::is_directory(target_))
        throw InputError(
            fmt::format("{}: is not a directory. Give another place with -o DIR", target.string()));
      const auto entry = foreign == Foreign::refuse ? foreign_entry(target_) : std::string();
      if (!entry.empty())
        throw InputError(
            fmt::format("{}: holds something else than results: {} (results replace a directory "
                        "whole). Give another place with -o DIR, or --force",
                        target.string(), entry));
    }
    fs::create_directories(aside_.parent_path());
    lock();
    resumed_ = leftover == Leftover::resume && !fs::is_empty(aside_);
    if (leftover == Leftover::remove)
      for (const auto& entry : fs::directory_iterator(aside_)) fs::remove_all(entry.path());
  } catch (const fs::filesystem_error& e) {
    if (lock_ >= 0) ::close(lock_);
    fail(e.path1().empty() ? target_ : e.path1(), "prepared for results", e.code().value());
  } catch (...) {
    if (lock_ >= 0) ::close(lock_);
    throw;
  }
}

void ResultDirectory::lock() {
  // The lock lies on the directory itself, so that it dies with its process and leaves no file behind.
  for (;;) {
    if (::mkdir(aside_.c_str(), 0777) != 0 && errno != EEXIST) fail(aside_, "made", errno);
    lock_ = ::open(aside_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0 && errno == ENOENT) continue;
    if (lock_ < 0) fail(aside_, "opened", errno);
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) fail(aside_, "locked", errno);
      throw InputError(
          fmt::format("{}: another run is writing there. Wait for it, or give another place with "
                      "-o DIR",
                      target_.string()));
    }
    // Another run may have renamed the directory away between open and lock.
    struct stat held {
    }, named{};
    if (::fstat(lock_, &held) == 0 && ::stat(aside_.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
        held.st_dev == named.st_dev)
      return;
    ::close(lock_);
    lock_ = -1;
  }
}

ResultDirectory::~ResultDirectory() {
  std::error_code ignored;  // nothing more can be done about a directory that cannot be removed
  if (!keep_) fs::remove_all(aside_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

void ResultDirectory::commit() {
  if (::fsync(lock_) != 0 && errno != EINVAL) fail(aside_, "written", errno);
  if (!fs::exists(target_)) {
    if (std::rename(aside_.c_str(), target_.c_str()) != 0) fail(target_, "made", errno);
    keep_ = true;
    return;
  }
  if (const int error = exchange(aside_, target_); error != 0) fail(target_, "replaced", error);
  // The earlier result now lies aside. What is not ours goes back; the destructor removes the rest.
  for (const auto& entry : fs::directory_iterator(aside_)) {
    const auto name = entry.path().filename();
    if (is_result_name(name.string())) continue;
    std::error_code error;
    fs::rename(entry.path(), target_ / name, error);
    if (error) {
      keep_ = true;
      fail(entry.path(), "moved back into " + target_.string(), error.value());
    }
  }
}

}  // namespace paystress::results
