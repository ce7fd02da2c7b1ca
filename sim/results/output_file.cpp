#include "sim/results/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>  // mkostemp is POSIX, not standard C++
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "sim/errors.h"

namespace paystress::results {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20;
constexpr std::size_t random_letters = 6;  // mkostemp asks for so many

}  // namespace

void fail_at(const std::filesystem::path& path, std::string_view done, int error) {
  throw OutputError(fmt::format("{}: cannot be {}: {}", path.string(), done, std::strerror(error)));
}

std::filesystem::path packed_name(std::filesystem::path file, Packing packing) {
  if (packing == Packing::gzip) file += ".gz";
  return file;
}

class OutputFile::Deflater {
 public:
  Deflater() {
    constexpr int gzip_window = 15 + 16, memory_level = 8;
    if (::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level,
                       Z_DEFAULT_STRATEGY) != Z_OK)
      throw OutputError("tables cannot be packed: zlib cannot be started");
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { ::deflateEnd(&stream_); }

  void add(std::string_view text, std::string& packed) { run(text, Z_NO_FLUSH, packed); }
  void end(std::string& packed) { run({}, Z_FINISH, packed); }

 private:
  void run(std::string_view text, int flush, std::string& packed) {
    // Pieces that fit into the counters of zlib.
    constexpr std::size_t most = std::size_t{1} << 30;
    std::string room(std::size_t{1} << 16, '\0');
    do {
      const auto piece = text.substr(0, most);
      text.remove_prefix(piece.size());
      // zlib reads what it is given, and takes it as what it may change.
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
      stream_.avail_in = static_cast<uInt>(piece.size());
      do {
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = static_cast<uInt>(room.size());
        ::deflate(&stream_, flush);
        packed.append(room.data(), room.size() - stream_.avail_out);
      } while (stream_.avail_out == 0);
    } while (!text.empty());
  }
  z_stream stream_{};
};

OutputFile::OutputFile(std::filesystem::path path, Packing packing) : path_(std::move(path)) {
  if (packing == Packing::gzip) deflater_ = std::make_unique<Deflater>();
  open(O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
}

OutputFile::OutputFile(std::filesystem::path path, std::uint64_t size) : path_(std::move(path)), size_(size) {
  open(O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC);
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0 ||
      ::lseek(descriptor_, static_cast<off_t>(size), SEEK_SET) < 0)
    fail_at(path_, "resized", errno);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_),
      descriptor_(std::exchange(other.descriptor_, -1)),
      deflater_(std::move(other.deflater_)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::open(int flags) {
  descriptor_ = ::open(path_.c_str(), flags, 0666);
  if (descriptor_ < 0 && errno == ELOOP)
    throw OutputError(fmt::format("{}: is a link, which nothing is written through", path_.string()));
  if (descriptor_ < 0) fail_at(path_, "opened for writing", errno);
}

void OutputFile::write(std::string_view text) {
  size_ += text.size();
  if (deflater_)
    deflater_->add(text, buffer_);
  else
    buffer_ += text;
  if (buffer_.size() >= buffer_bytes) drain();
}

void OutputFile::drain() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t n = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail_at(path_, "written", errno);
    done += static_cast<std::size_t>(n);
  }
  buffer_.clear();
}

void OutputFile::flush_to_disk() {
  drain();
  // Devices and pipes cannot be synchronised, and need not be.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail_at(path_, "written", errno);
}

void OutputFile::close() {
  if (deflater_) deflater_->end(buffer_);
  flush_to_disk();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail_at(path_, "closed", errno);
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.close();
}

bool is_left_by_replacing(std::string_view name, std::string_view file) {
  return name.size() == file.size() + 2 + random_letters && name.starts_with('.') &&
         name.substr(1).starts_with(file) && name[1 + file.size()] == '.';
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  // A name beside it that nobody can prepare, so that no file of another is emptied on the way.
  auto beside =
      (path.parent_path() / fmt::format(".{}.{}", path.filename().string(), std::string(random_letters, 'X')))
          .string();
  const int made = ::mkostemp(beside.data(), O_CLOEXEC);
  if (made < 0) throw OutputError(fmt::format("{}: cannot be made: {}", path.string(), std::strerror(errno)));
  struct stat was {};
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const mode_t mode = ::stat(path.c_str(), &was) == 0 ? was.st_mode & 0777U : 0666U & ~mask;
  const int mode_error = ::fchmod(made, mode) == 0 ? 0 : errno;
  ::close(made);
  try {
    if (mode_error != 0)
      throw OutputError(
          fmt::format("{}: cannot be given its mode: {}", path.string(), std::strerror(mode_error)));
    write_file(beside, text);
    if (std::rename(beside.c_str(), path.c_str()) != 0)
      throw OutputError(fmt::format("{}: cannot be replaced: {}", path.string(), std::strerror(errno)));
  } catch (const OutputError&) {
    ::unlink(beside.c_str());
    throw;
  }
}

}  // namespace paystress::results
