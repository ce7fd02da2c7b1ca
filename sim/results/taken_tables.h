#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/results/checkpoint.h"
#include "sim/results/result_writer.h"
#include "sim/results/resume.h"
#include "sim/results/run_manifest.h"

namespace paystress::results {

/// The fact of a checkpoint which tables are not made but taken over from the finished result in the target.
inline constexpr std::string_view taken_fact = "tables taken over";

/// A finished result of a study with some of the tables that are wanted.
struct FinishedTables {
  bool all = false;    ///< none is missing or changed
  TableSet unchanged;  ///< those whose bytes are still what the data package says
  std::vector<std::string> warnings;
};
/// Refuses to go on from a finished result in the target that is not of this run or batch, or has tables that
/// are not asked for. No result may be there.   \throws InputError that names what changed
void refuse_other_result(const std::filesystem::path& target, const Manifest& about, PathCount paths,
                         engine::KeepPaths keep_paths);

/// Is every table that the data package of a result names there, as it was written?
[[nodiscard]] bool is_whole(const std::filesystem::path& target);

/// The finished result in the target where it is that of a run with this manifest but for tables that it
/// lacks; nothing where it differs in anything else.
[[nodiscard]] std::optional<FinishedTables> finished_tables(const std::filesystem::path& target,
                                                            const Manifest& about, PathCount paths,
                                                            engine::KeepPaths keep_paths);

/// May these tables be taken over by what goes on in this directory? An interrupted run goes on with those
/// with which it was begun.
[[nodiscard]] bool may_take(const std::filesystem::path& checkpoint, std::string_view names);

/// Copies tables of the finished result in the target, and its paths.csv where it has one, and enters its
/// warnings.   \throws OutputError
void take_tables(ResultWriter& result, const FinishedTables& there);

/// The rows of a finished batch in some of its tables, for one that is gone on with for more of them.
class TakenRows {
 public:
  struct Row {
    std::string planned, done;  ///< its keys in the plan of a journal and among its finished rows
  };
  /// Those in the target: a result of these facts but for tables that it lacks, of the same plan, that knows
  /// what became of each of these rows, and without a damaged byte. Nothing where it is not so.
  [[nodiscard]] static std::optional<TakenRows> find(const std::filesystem::path& target, const Facts& facts,
                                                     std::span<const PlannedRow> planned,
                                                     std::span<const Row> rows);
  [[nodiscard]] const std::string& names() const { return names_; }
  [[nodiscard]] TableSet tables() const { return tables_; }
  /// Writes the rows of a table that there is, as Checkpoint::assemble does.   \throws OutputError
  [[nodiscard]] std::vector<Journal::Piece> write(Table table, const std::string& header,
                                                  std::span<const std::string> done,
                                                  const std::filesystem::path& file, Packing packing) const;

 private:
  std::filesystem::path target_;
  Journal journal_;
  std::string names_;
  std::vector<Table> order_;  ///< of the pieces
  TableSet tables_;
};

/// The warnings of the manifest in a directory; none where it cannot be read.
[[nodiscard]] std::vector<std::string> warnings_of(const std::filesystem::path& directory);

}  // namespace paystress::results
