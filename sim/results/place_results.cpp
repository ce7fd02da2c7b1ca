#include "sim/results/place_results.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/errors.h"
#include "sim/results/output_file.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view manifest_name = "manifest.json";
constexpr std::string_view list_end = "end of the list";

void flush_directory(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail_at(directory, "opened", errno);
  const int failed = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (failed != 0 && error != EINVAL && error != EROFS) fail_at(directory, "written", error);
}

std::vector<std::string> result_files(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    if (is_result_file(entry)) names.push_back(entry.path().filename().string());
  // The manifest says that a result is there: it goes first and comes last.
  std::ranges::sort(names, [](const std::string& a, const std::string& b) {
    return std::pair(a != manifest_name, a) < std::pair(b != manifest_name, b);
  });
  return names;
}

bool holds_other_files(const fs::path& directory) {
  return std::ranges::any_of(fs::directory_iterator(directory),
                             [](const fs::directory_entry& entry) { return !is_result_file(entry); });
}

void move(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) fail_at(to, "put in place", errno);
}

// The names that were being put in place; nothing where the list was not finished.
std::vector<std::string> read_list(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) {
    if (line == list_end) return names;
    names.push_back(line);
  }
  return {};
}

void make_directory(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) fail_at(directory, "made", errno);
}

// First the earlier result leaves, then the new one comes; the list tells a later run which of the two it
// was.
void exchange_files(const WorkingDirectory& work, const fs::path& target,
                    const std::vector<std::string>& coming) {
  const bool all_wait =
      std::ranges::all_of(coming, [&](const auto& name) { return fs::exists(work.fresh() / name); });
  make_directory(work.replaced());
  if (all_wait)
    for (const auto& name : result_files(target)) move(target / name, work.replaced() / name);
  for (const auto& name : coming)
    if (fs::exists(work.fresh() / name)) move(work.fresh() / name, target / name);
  flush_directory(target);
  fs::remove(work.moving());
}

void place_among_others(const WorkingDirectory& work, const fs::path& target) {
  auto coming = result_files(work.fresh());
  std::ranges::reverse(coming);
  for (const auto& entry : fs::directory_iterator(target))
    if (!is_result_file(entry) && std::ranges::count(coming, entry.path().filename().string()) > 0)
      throw OutputError(
          fmt::format("{}: is in the way of a table of this name, and is no file of a result. "
                      "Move it away",
                      entry.path().string()));
  std::string list;
  for (const auto& name : coming) list += name + "\n";
  list += std::string(list_end) + "\n";
  OutputFile file(work.moving());
  file.write(list);
  file.close();
  flush_directory(work.path());
  exchange_files(work, target, coming);
}

// Swaps two directories in one step, so that at no moment there is no result.
void exchange_directories(const WorkingDirectory& work, const fs::path& target) {
  struct stat was {};
  if (::stat(target.c_str(), &was) != 0) fail_at(target, "examined", errno);
  // A group that this user is not in cannot be kept; the mode can.
  if (::chown(work.fresh().c_str(), static_cast<uid_t>(-1), was.st_gid) != 0 && errno != EPERM)
    fail_at(work.fresh(), "given the group", errno);
  if (::chmod(work.fresh().c_str(), was.st_mode & 07777U) != 0)
    fail_at(work.fresh(), "given the mode", errno);
  if (::renameat2(AT_FDCWD, work.fresh().c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS) fail_at(target, "replaced", errno);
  // Network file systems cannot swap.
  move(target, work.replaced());
  move(work.fresh(), target);
}

// What is not of this program and came along goes back to the target.
void return_others(const fs::path& from, const fs::path& target) {
  std::error_code absent;
  if (fs::symlink_status(from, absent).type() != fs::file_type::directory) return;
  for (const auto& entry : fs::directory_iterator(from)) {
    if (is_result_file(entry)) continue;
    const auto to = target / entry.path().filename();
    if (::renameat2(AT_FDCWD, entry.path().c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) continue;
    if (errno == EINVAL && !fs::exists(fs::symlink_status(to)) &&
        std::rename(entry.path().c_str(), to.c_str()) == 0)
      continue;
    throw OutputError(fmt::format("{}: belongs in {} and cannot be moved there: {}. Move it",
                                  entry.path().string(), target.string(), std::strerror(errno)));
  }
}

}  // namespace

void place_results(const WorkingDirectory& work, const fs::path& target) {
  flush_directory(work.fresh());
  if (!fs::exists(target)) {
    if (std::rename(work.fresh().c_str(), target.c_str()) != 0) fail_at(target, "made", errno);
  } else if (holds_other_files(target)) {
    place_among_others(work, target);
  } else {
    exchange_directories(work, target);
    return_others(work.fresh(), target);  // whoever put a file there since is not to lose it
  }
  flush_directory(target.parent_path());
}

bool is_halfway(const WorkingDirectory& work, const fs::path& target) {
  return fs::exists(work.moving()) || (!fs::exists(target) && fs::exists(work.replaced()));
}

void recover_results(const WorkingDirectory& work, const fs::path& target) {
  const auto coming = read_list(work.moving());
  if (!coming.empty() && fs::exists(target)) {
    exchange_files(work, target, coming);
  } else if (!fs::exists(target) && fs::exists(work.replaced()) && coming.empty()) {
    if (std::rename(work.replaced().c_str(), target.c_str()) != 0) fail_at(target, "put back", errno);
  }
  if (!fs::exists(target)) return;
  return_others(work.fresh(), target);
  return_others(work.replaced(), target);
}

}  // namespace paystress::results
