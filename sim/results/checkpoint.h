#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/results/output_file.h"
#include "sim/results/packed_file.h"

namespace paystress::results {

/// What decides the numbers of a batch, by name: version, seed, hashes of the inputs, ...
using Facts = std::vector<std::pair<std::string, std::string>>;

/// A row of a batch: its name, and a key that is equal exactly when the row says the same.
struct PlannedRow {
  std::string id, key;
};

/// Journal of a batch: its facts, the rows that were planned, and where in the table files the rows lie that
/// are done. Every line carries a check sum, so a line that was cut by a crash is not read.
struct Journal {
  Facts facts;
  std::vector<PlannedRow> planned;
  struct Piece {
    std::uint64_t offset = 0, size = 0;
    std::string check;  ///< sum of its bytes
  };
  std::map<std::string, std::vector<Piece>> done;  ///< key of a row at a path count -> a piece in each file
  struct FailedRow {
    int line = 0;     ///< of the batch file
    std::string key;  ///< of its planned row; empty where it could not be read
    Piece piece;      ///< in errors.csv
  };
  std::vector<FailedRow> failed;  ///< of a finished result, by line

  /// These bytes at `offset`.
  [[nodiscard]] static Piece piece_of(std::uint64_t offset, std::string_view bytes);
  /// Nothing but good lines, in order; an absent file is an empty journal.
  [[nodiscard]] static Journal read(const std::filesystem::path& file);
  [[nodiscard]] std::string text() const;
  /// Why a run with these facts and rows cannot go on from here, naming what changed; empty when it can.
  /// Rows may have been added.
  [[nodiscard]] std::string obstacle(const Facts& now, std::span<const PlannedRow> rows) const;
};

/// Bytes of the pieces of one file.
class PieceReader {
 public:
  explicit PieceReader(std::filesystem::path file);
  /// Nothing where they are not those that were written.
  [[nodiscard]] std::optional<std::string> find(const Journal::Piece& piece);
  /// \throws OutputError when they are not those that were written
  [[nodiscard]] std::string read(const Journal::Piece& piece);

 private:
  std::filesystem::path path_;
  PackedFile file_;
};

/// Writes pieces, in this order, behind `header` into a file, and returns where each lies.
/// \throws OutputError
[[nodiscard]] std::vector<Journal::Piece> join_pieces(PieceReader& from, const std::string& header,
                                                      std::span<const Journal::Piece> pieces,
                                                      const std::filesystem::path& file, Packing packing);

/// The rows that a batch has finished, safe against kill -9, full disks and lost machines: table rows go to
/// files, are brought to the disk, and only then entered in the journal.
/// \test tests/unit/sim/results/checkpoint_test.cpp
class Checkpoint {
 public:
  /// Opens the checkpoint in `directory`, or starts one. `files`: names of the tables. Rows whose bytes are
  /// not those that were written are forgotten, so that they are made again.
  /// \pre a checkpoint that is there has no obstacle   \throws OutputError
  Checkpoint(std::filesystem::path directory, std::vector<std::string> files, const Facts& facts,
             std::span<const PlannedRow> planned);

  [[nodiscard]] bool has(const std::string& key) const { return journal_.done.contains(key); }
  /// Rows that the journal names and whose bytes were damaged.
  [[nodiscard]] std::size_t damaged() const { return damaged_; }
  /// The text of a row in a table.   \throws OutputError when it cannot be read back as it was written
  [[nodiscard]] std::string text(const std::string& key, std::size_t table) const;
  /// Adds the rows of one scenario, a text for each table.   \throws OutputError
  void add(const std::string& key, std::span<const std::string> texts);
  /// What was added so far survives.   \throws OutputError
  void commit();
  /// Writes the rows `keys`, in this order, behind `header` into a file, and returns where each lies.
  /// \throws OutputError
  [[nodiscard]] std::vector<Journal::Piece> assemble(std::size_t table, const std::string& header,
                                                     std::span<const std::string> keys,
                                                     const std::filesystem::path& file,
                                                     Packing packing = Packing::plain) const;
  [[nodiscard]] static std::filesystem::path journal_file(const std::filesystem::path& directory);

 private:
  std::filesystem::path directory_;
  std::vector<std::string> files_;
  Journal journal_;
  std::vector<OutputFile> tables_;
  std::vector<OutputFile> log_;  ///< one: the journal
  std::string pending_;
  std::size_t damaged_ = 0;
};

}  // namespace paystress::results
