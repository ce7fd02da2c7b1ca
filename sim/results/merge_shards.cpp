#include "sim/results/merge_shards.h"

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/column_schema.h"
#include "scenarios/csv_text.h"
#include "sim/errors.h"
#include "sim/results/manifest.h"
#include "sim/results/packed_file.h"
#include "sim/results/result_tables.h"
#include "sim/results/resume.h"
#include "sim/results/shard_results.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

// The header line of a file, whose rows begin behind it.
std::string header_of(const fs::path& file, std::uint64_t first_row) {
  auto header = PackedFile(file).read(0, first_row);
  if (header.size() != first_row) throw OutputError(file.string() + ": cannot be read back");
  return header;
}

// All of a table without rows.
std::string whole_header(const fs::path& file) {
  auto header = PackedFile(file).read(0, most_csv_line_bytes);
  if (header.empty()) throw OutputError(file.string() + ": cannot be read back");
  return header;
}

class Merge {
 public:
  Merge(const ShardedBatch& batch, const fs::path& aside)
      : batch_(batch), aside_(aside), paths_(first().manifest["settings"].value("paths", std::size_t{0})) {
    for (const auto& fact : first().journal.facts)
      if (fact.first != shard_fact) journal_.facts.push_back(fact);
    journal_.planned = first().journal.planned;
  }

  void write() {
    // The pieces of a journal are in the order of the tables that a batch writes.
    std::size_t piece = 0;
    for (const auto table : scenario_table_kinds()) {
      const auto file = result_file(first().directory, table_schema(table).file);
      if (fs::exists(file)) write_table(file.filename(), piece++);
    }
    write_errors();
    write_file(Checkpoint::journal_file(aside_), journal_.text());
    write_file(aside_ / "datapackage.json",
               datapackage_json(aside_, first().manifest.value("title", ""), batch_columns()));
    write_file(aside_ / "manifest.json", json_text(manifest()));
  }

  [[nodiscard]] Json manifest() const {
    auto merged = first().manifest;
    std::size_t scenarios = 0, failed = 0;
    std::set<std::string> warnings;
    Json runs = Json::array();
    for (const auto& shard : batch_.shards) {
      const auto& settings = shard.manifest["settings"];
      scenarios += settings.value("scenarios", std::size_t{0});
      failed += settings.value("failed_rows", std::size_t{0});
      for (const auto& warning : shard.manifest.value("warnings", Json::array()))
        warnings.insert(warning.get<std::string>());
      runs.push_back(shard.manifest["run"]);
    }
    merged["settings"]["scenarios"] = scenarios;
    merged["settings"]["failed_rows"] = failed;
    merged["warnings"] = warnings;
    merged["run"] = {{"shards", runs}};
    return merged;
  }

 private:
  [[nodiscard]] const ShardResult& first() const { return batch_.shards.front(); }

  [[nodiscard]] std::vector<std::string> batch_columns() const {
    std::vector<std::string> columns;
    const auto& resources = first().package["resources"];
    if (resources.empty()) return columns;
    for (const auto& field : resources[0]["schema"]["fields"])
      if (field.contains("batch")) columns.push_back(field.value("name", ""));
    return columns;
  }

  void write_table(const fs::path& name, std::size_t table) {
    std::vector<PieceReader> readers;
    for (const auto& shard : batch_.shards) readers.emplace_back(shard.directory / name);
    OutputFile out(aside_ / name, packing_of(name));
    for (const auto& row : journal_.planned) {
      const auto place = batch_.done.find(row.key);
      if (place == batch_.done.end()) continue;
      const auto key = done_key(row, paths_);
      const auto& piece = batch_.shards[place->second].journal.done.at(key).at(table);
      // Of every shard the first row of the batch lies behind the header.
      if (out.size() == 0) out.write(header_of(batch_.shards[place->second].directory / name, piece.offset));
      const auto text = readers[place->second].read(piece);
      journal_.done[key].push_back({out.size(), piece.size, piece.check});
      out.write(text);
    }
    if (out.size() == 0) out.write(whole_header(first().directory / name));
    out.close();
  }

  void write_errors() {
    struct Found {
      const ShardResult* shard;
      const Journal::FailedRow* row;
    };
    std::vector<Found> found;
    for (const auto& shard : batch_.shards)
      for (const auto& row : shard.journal.failed) found.push_back({&shard, &row});
    if (found.empty()) return;
    std::ranges::stable_sort(found, {}, [](const Found& f) { return f.row->line; });
    OutputFile out(aside_ / "errors.csv");
    const auto& begin = *std::ranges::min_element(found.front().shard->journal.failed, {},
                                                  [](const auto& row) { return row.piece.offset; });
    out.write(header_of(found.front().shard->directory / "errors.csv", begin.piece.offset));
    for (const auto& [shard, row] : found) {
      const auto text = PieceReader(shard->directory / "errors.csv").read(row->piece);
      journal_.failed.push_back({row->line, row->key, {out.size(), row->piece.size, row->piece.check}});
      out.write(text);
    }
    out.close();
  }

  const ShardedBatch& batch_;
  fs::path aside_;
  std::size_t paths_;
  Journal journal_;
};

}  // namespace

MergedBatch merge_shards(std::span<const fs::path> shards, const fs::path& target,
                         ResultDirectory::Foreign foreign) {
  const auto batch = read_shards(shards);
  for (const auto& shard : batch.shards)
    if (resolved_target(shard.directory) == resolved_target(target))
      throw InputError(target.generic_string() +
                       ": is one of the shards (it would be replaced). Give another place with -o DIR");
  ResultDirectory directory(target, foreign);
  Merge merge(batch, directory.aside());
  merge.write();
  directory.commit();
  return {merge.manifest().value("title", ""), batch.shards.size(), batch.done.size(),
          merge.manifest()["settings"].value("failed_rows", std::size_t{0})};
}

}  // namespace paystress::results
