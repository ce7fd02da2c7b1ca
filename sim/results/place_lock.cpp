#include "sim/results/place_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "sim/errors.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view mark = "a run of paystress writes to the place of this name\n";

// Opens the file or makes it; -1 when it vanished between the two.
int open_lock(const fs::path& file) {
  int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (descriptor >= 0) {
    if (::write(descriptor, mark.data(), mark.size()) != static_cast<ssize_t>(mark.size())) {
      const int error = errno;
      ::unlink(file.c_str());
      ::close(descriptor);
      throw OutputError(fmt::format("{}: cannot be written: {}", file.string(), std::strerror(error)));
    }
    return descriptor;
  }
  const bool was_there = errno == EEXIST;
  if (was_there) descriptor = ::open(file.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    // Some file systems refuse a new file as one that is not there: that stays so however often it is tried.
    if (errno == ENOENT && was_there) return -1;
    if (errno == ELOOP)
      throw InputError(
          fmt::format("{}: is a link, and a run locks a file of that name. Remove it", file.string()));
    throw OutputError(fmt::format("{}: cannot be opened: {}", file.string(), std::strerror(errno)));
  }
  return descriptor;
}

bool is_own(int descriptor) {
  std::array<char, mark.size() + 1> text{};
  const auto n = ::pread(descriptor, text.data(), text.size(), 0);
  return n == static_cast<ssize_t>(mark.size()) && std::string_view(text.data(), mark.size()) == mark;
}

}  // namespace

PlaceLock::PlaceLock(const fs::path& target)
    : file_(target.parent_path() / fmt::format(".{}.lock", target.filename().string())) {
  for (;;) {
    descriptor_ = open_lock(file_);
    if (descriptor_ < 0) continue;
    struct stat held {
    }, named{};
    if (::fstat(descriptor_, &held) != 0 || !S_ISREG(held.st_mode)) {
      ::close(descriptor_);
      throw InputError(fmt::format("{}: is not a file, and a run locks a file of that name. Move it away",
                                   file_.string()));
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      ::close(descriptor_);
      if (error != EWOULDBLOCK)
        throw OutputError(fmt::format("{}: cannot be locked: {}", file_.string(), std::strerror(error)));
      throw InputError(
          fmt::format("{}: another run is writing there. Wait for it, or give another place with -o DIR",
                      target.string()));
    }
    // Its last holder may have removed it between open and lock; then this is a lock on nothing.
    if (::lstat(file_.c_str(), &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev)
      return;
    ::close(descriptor_);
  }
}

PlaceLock::~PlaceLock() {
  if (is_own(descriptor_)) ::unlink(file_.c_str());
  ::close(descriptor_);
}

}  // namespace paystress::results
