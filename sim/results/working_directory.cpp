#include "sim/results/working_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>  // mkdtemp is POSIX, not standard C++
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "analysis/column_schema.h"
#include "sim/errors.h"
#include "sim/results/output_file.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view mark_name = "paystress-working-directory";
constexpr std::size_t random_letters = 6;

std::string prefix_of(const fs::path& target) {
  return fmt::format(".{}.partial-", target.filename().string());
}

bool is_real_directory(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() == fs::file_type::directory;
}

// Removes the result files of a directory, then the directory where nothing else is in it.
void remove_results(const fs::path& directory) {
  if (!is_real_directory(directory)) {
    if (::unlink(directory.c_str()) != 0 && errno != ENOENT) fail_at(directory, "removed", errno);
    return;
  }
  std::string other;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (is_result_file(entry))
      fs::remove(entry.path());
    else
      other = entry.path().string();
  }
  if (!other.empty())
    throw OutputError(
        fmt::format("{}: lies among the files of a run that was ended, and is not one of them. Move it to "
                    "where it belongs",
                    other));
  fs::remove(directory);
}

}  // namespace

bool is_result_file(const fs::directory_entry& entry) {
  static constexpr std::array<std::string_view, 6> others{
      "manifest.json", "datapackage.json", "errors.csv", "resume.txt", "report.html", "results.xlsx"};
  auto name = entry.path().filename().string();
  const bool packed = name.ends_with(".csv.gz");
  if (packed) name = entry.path().stem().string();
  const auto schemas = table_schemas();
  const bool known =
      (!packed && std::ranges::any_of(others,
                                      [&](std::string_view other) {
                                        return name == other || is_left_by_replacing(name, other);
                                      })) ||
      std::ranges::any_of(schemas, [&](const TableSchema& schema) { return schema.file == name; });
  return known && entry.symlink_status().type() == fs::file_type::regular;
}

WorkingDirectory::WorkingDirectory(const fs::path& target) {
  auto name = (target.parent_path() / prefix_of(target)).string() + std::string(random_letters, 'X');
  if (::mkdtemp(name.data()) == nullptr) fail_at(target, "prepared for results", errno);
  path_ = name;
  const auto mark = path_ / mark_name;
  const int made = ::open(mark.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (made < 0) {
    const int error = errno;
    ::rmdir(path_.c_str());
    fail_at(mark, "made", error);
  }
  ::close(made);
}

std::vector<WorkingDirectory::Left> WorkingDirectory::left_behind(const fs::path& target) {
  std::vector<Left> found;
  const auto prefix = prefix_of(target);
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(target.parent_path(), absent)) {
    const auto name = entry.path().filename().string();
    std::error_code ignored;
    if (name.size() != prefix.size() + random_letters || !name.starts_with(prefix)) continue;
    if (!is_real_directory(entry.path())) continue;
    if (fs::symlink_status(entry.path() / mark_name, ignored).type() != fs::file_type::regular) continue;
    found.push_back({entry.path()});
  }
  std::ranges::sort(found, {}, &Left::path);
  return found;
}

void WorkingDirectory::start_fresh() const {
  try {
    remove_results(fresh());
  } catch (const fs::filesystem_error& e) {
    fail_at(e.path1(), "removed", e.code().value());
  }
  if (::mkdir(fresh().c_str(), 0777) != 0) fail_at(fresh(), "made", errno);
}

void WorkingDirectory::remove() const {
  try {
    remove_results(fresh());
    remove_results(replaced());
    fs::remove_all(checkpoint());  // does not follow links
    fs::remove(moving());
    std::string other;
    for (const auto& entry : fs::directory_iterator(path_))
      if (entry.path().filename() != mark_name) other = entry.path().string();
    if (!other.empty())
      throw OutputError(
          fmt::format("{}: is not of this program, so its folder stays. Move it to where it belongs", other));
    fs::remove(path_ / mark_name);
    fs::remove(path_);
  } catch (const fs::filesystem_error& e) {
    fail_at(e.path1(), "removed", e.code().value());
  }
}

}  // namespace paystress::results
