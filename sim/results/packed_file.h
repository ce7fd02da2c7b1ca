#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/csv_text.h"
#include "scenarios/fault.h"
#include "sim/results/output_file.h"

namespace paystress::results {

/// The file of a result of this name, packed or plain: DIRECTORY/NAME.gz where that alone is there.
[[nodiscard]] std::filesystem::path result_file(const std::filesystem::path& directory,
                                                std::string_view name);
[[nodiscard]] Packing packing_of(const std::filesystem::path& file);

/// Reads a file, as it was before it was packed.   \test tests/unit/sim/results/packed_file_test.cpp
class PackedFile {
 public:
  explicit PackedFile(const std::filesystem::path& file);
  /// Up to `size` bytes from `offset`; fewer at the end of the file, of one that is damaged or cannot be
  /// read. Quick where offsets ascend.
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t size);

 private:
  struct Close {
    void operator()(void* file) const;
  };
  std::unique_ptr<void, Close> file_;
};

/// \throws InputError where it cannot be read or holds more than `most` bytes
[[nodiscard]] std::string unpacked_text(const std::filesystem::path& file, std::size_t most);
/// Reads a table, packed or plain, as read_csv_text does.   \throws InputError where it unpacks to too much
[[nodiscard]] std::optional<CsvText> read_table(const std::filesystem::path& file, Faults& faults);
/// Reads a table of any length row by row: `take` gets each row with its place below the header, from 1, and
/// the header and names of columns beside it. Memory is that of a piece. False where it is not well formed;
/// rows before the fault were taken.
bool read_rows(const std::filesystem::path& file, Faults& faults,
               const std::function<void(const CsvText&, const CsvText::Row&, std::size_t)>& take);
/// Copies a file, unpacked.   \throws OutputError
void unpack(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace paystress::results
