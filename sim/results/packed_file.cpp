#include "sim/results/packed_file.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdio>

#include "sim/errors.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20;
// What a table may hold that was packed, as of a plain one: a small file can unpack to a disk full.
constexpr std::size_t most_packed_bytes = std::size_t{64} << 20U;

// Plain files are not looked at by zlib, which would take one for packed that begins like one.
class Source {
 public:
  explicit Source(const fs::path& file) {
    if (packing_of(file) == Packing::gzip)
      packed_ = ::gzopen(file.c_str(), "rbe");
    else
      plain_ = std::fopen(file.c_str(), "rbe");
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() {
    if (packed_ != nullptr) ::gzclose(packed_);
    if (plain_ != nullptr) std::fclose(plain_);
  }
  bool seek(std::uint64_t offset) {
    if (plain_ != nullptr) return ::fseeko(plain_, static_cast<off_t>(offset), SEEK_SET) == 0;
    return packed_ != nullptr && ::gzseek(packed_, static_cast<z_off_t>(offset), SEEK_SET) >= 0;
  }
  std::size_t read(char* text, std::size_t size) {
    if (plain_ != nullptr) return std::fread(text, 1, size, plain_);
    return static_cast<std::size_t>(std::max(0, ::gzread(packed_, text, static_cast<unsigned>(size))));
  }

 private:
  gzFile packed_ = nullptr;
  std::FILE* plain_ = nullptr;
};

}  // namespace

fs::path result_file(const fs::path& directory, std::string_view name) {
  const auto plain = directory / name;
  const auto packed = packed_name(plain, Packing::gzip);
  std::error_code ignored;
  return !fs::exists(plain, ignored) && fs::exists(packed, ignored) ? packed : plain;
}

Packing packing_of(const fs::path& file) {
  return file.extension() == ".gz" ? Packing::gzip : Packing::plain;
}

void PackedFile::Close::operator()(void* file) const { delete static_cast<Source*>(file); }

PackedFile::PackedFile(const fs::path& file) : file_(new Source(file)) {}

std::string PackedFile::read(std::uint64_t offset, std::size_t size) {
  auto& source = *static_cast<Source*>(file_.get());
  std::string text;
  if (!source.seek(offset)) return text;
  while (text.size() < size) {
    const auto had = text.size();
    text.resize(had + std::min(size - had, piece_bytes));
    const auto got = source.read(text.data() + had, text.size() - had);
    text.resize(had + got);
    if (got == 0) break;
  }
  return text;
}

std::string unpacked_text(const fs::path& file, std::size_t most) {
  auto text = PackedFile(file).read(0, most + 1);
  if (text.empty()) throw InputError(fmt::format("{}: cannot be read", file.string()));
  if (text.size() > most)
    throw InputError(fmt::format("{}: holds more than {} MB", file.string(), most / 1'000'000));
  return text;
}

std::optional<CsvText> read_table(const fs::path& file, Faults& faults) {
  if (packing_of(file) == Packing::plain) return read_csv_text(file, faults);
  return parse_csv_text(unpacked_text(file, most_packed_bytes), file.string(), faults);
}

// The reader of tables takes a text; a piece of one with the header above it is one.
bool read_rows(const fs::path& file, Faults& faults,
               const std::function<void(const CsvText&, const CsvText::Row&, std::size_t)>& take) {
  PackedFile in(file);
  std::string header, text;
  std::uint64_t offset = 0;
  std::size_t place = 0;
  std::ptrdiff_t lines = 0;  // before the piece, below the header
  for (bool more = true; more;) {
    const auto piece = in.read(offset, piece_bytes);
    offset += piece.size();
    more = !piece.empty();
    text += piece;
    // Up to its last line end; a line that is longer than a piece is refused by the reader.
    auto end = text.rfind('\n') + 1;
    if (!more || text.size() > 2 * piece_bytes) end = text.size();
    if (end == 0 && (more || !header.empty())) continue;
    if (header.empty()) {
      header = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
      text.erase(0, header.size());
      end -= std::min(end, header.size());
    }
    Faults found;
    const auto csv = parse_csv_text(header + text.substr(0, end), file.string(), found);
    for (auto fault : found.sorted()) {
      if (fault.place.line > 1) fault.place.line += static_cast<int>(lines);
      faults.add(std::move(fault));
    }
    if (!csv) return false;
    for (const auto& row : csv->rows) take(*csv, row, ++place);
    lines += std::ranges::count(std::string_view(text).substr(0, end), '\n');
    text.erase(0, end);
  }
  return true;
}

void unpack(const fs::path& from, const fs::path& to) {
  PackedFile in(from);
  OutputFile out(to);
  std::uint64_t offset = 0;
  for (auto piece = in.read(0, piece_bytes); !piece.empty(); piece = in.read(offset, piece_bytes)) {
    out.write(piece);
    offset += piece.size();
  }
  out.close();
}

}  // namespace paystress::results
