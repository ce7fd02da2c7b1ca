#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace paystress::results {

/// How a table lies on the disk. A packed one has no time and no name in its header.
enum class Packing { plain, gzip };
/// The name of a file: with `.gz` where it is packed.
[[nodiscard]] std::filesystem::path packed_name(std::filesystem::path file, Packing packing);

/// A file that is written in large pieces; every failure of the disk is an error, also at close. Links are
/// not followed. \test tests/unit/sim/results/output_file_test.cpp
class OutputFile {
 public:
  /// Makes the file, or empties it.   \throws OutputError
  explicit OutputFile(std::filesystem::path path, Packing packing = Packing::plain);
  /// Reopens a file that holds `size` good bytes and drops what follows them.   \throws OutputError
  OutputFile(std::filesystem::path path, std::uint64_t size);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  /// \throws OutputError "FILE: No space left on device"
  void write(std::string_view text);
  /// Everything written so far is on the disk when this returns.   \throws OutputError
  void flush_to_disk();
  /// flush_to_disk, then closes. A file that is not closed may be incomplete.   \throws OutputError
  void close();
  /// Bytes written so far, buffered ones included, as they were before they were packed.
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  class Deflater;
  void open(int flags);
  void drain();

  std::filesystem::path path_;
  std::string buffer_;
  std::uint64_t size_ = 0;
  int descriptor_ = -1;
  std::unique_ptr<Deflater> deflater_;  ///< null where the file is plain
};

/// \throws OutputError "FILE: cannot be DONE: No space left on device"
[[noreturn]] void fail_at(const std::filesystem::path& path, std::string_view done, int error);

/// Writes a whole file, where nobody reads it yet.   \throws OutputError
void write_file(const std::filesystem::path& path, std::string_view text);
/// Writes a whole file beside `path` and renames it into place: readers see the old text or the new.
/// \throws OutputError
void replace_file(const std::filesystem::path& path, std::string_view text);
/// Is this the name of what `replace_file` leaves beside `file` where it is killed?
[[nodiscard]] bool is_left_by_replacing(std::string_view name, std::string_view file);

}  // namespace paystress::results
