#include "sim/results/taken_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "analysis/read_json.h"
#include "sim/errors.h"
#include "sim/results/packed_file.h"
#include "sim/results/result_tables.h"
#include "sim/results/table_choice.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

nlohmann::json json_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return read_json<nlohmann::json>(in);
}
nlohmann::json manifest_in(const fs::path& directory) { return json_in(directory / "manifest.json"); }

// What must be equal for one to be a part of the other. Tables may be fewer.
DecidingFacts identity_of(const nlohmann::json& manifest, PathCount paths) {
  auto same = deciding_facts(manifest);
  same.erase("tables");
  // Their number is what targets found; a run of a given number has none.
  if (paths == PathCount::found) same.erase("paths");
  return same;
}

bool has_targets(const nlohmann::json& manifest) {
  const auto targets = nlohmann::json::json_pointer("/convergence/targets");
  return manifest.contains(targets) && !manifest.at(targets).empty();
}

// A file that somebody wrote anew may hold anything.
std::vector<std::string> texts_in(const nlohmann::json& list) {
  std::vector<std::string> texts;
  if (!list.is_array()) return texts;
  for (const auto& text : list)
    if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

nlohmann::json package_in(const fs::path& directory) {
  auto package = json_in(directory / "datapackage.json");
  if (!package.is_object() || !package.value("resources", nlohmann::json()).is_array()) return {};
  return package;
}

// Is a file that the data package names still the one that was written?
bool is_unchanged(const fs::path& file, const nlohmann::json& package) {
  std::error_code error;
  if (!package.is_object() || !fs::is_regular_file(file, error)) return false;
  for (const auto& resource : package.value("resources", nlohmann::json::array()))
    if (resource.is_object() && resource.value("path", nlohmann::json()) == file.filename().string())
      return resource.value("hash", nlohmann::json()) == "sha256:" + sha256_of_file(file);
  return false;
}

void copy_table(const fs::path& from, const fs::path& directory) {
  std::error_code error;
  fs::copy_file(from, directory / from.filename(), error);
  if (error) throw OutputError(fmt::format("{}: cannot be copied: {}", from.string(), error.message()));
}

}  // namespace

void refuse_other_result(const fs::path& target, const Manifest& about, PathCount paths,
                         engine::KeepPaths keep_paths) {
  const auto there = manifest_in(target);
  if (!there.is_object()) return;
  const auto was = identity_of(there, paths),
             is = identity_of(nlohmann::json::parse(manifest_json(about)), paths);
  for (const auto& [name, values] : is) {
    if (!was.contains(name)) refuse_resume(name + " was not part of it", target);
    if (was.at(name) != values)
      refuse_resume(
          fmt::format("{} changed (it was {}, and is {})", name, was.at(name).back(), values.back()), target);
  }
  for (const auto& [name, values] : was)
    if (!is.contains(name)) refuse_resume(name + " is no part of it any more", target);
  const auto names = texts_in(there.at("settings").value("tables", nlohmann::json()));
  for (const auto& name : names)
    if (std::ranges::find(about.tables, name) == about.tables.end())
      refuse_resume(fmt::format("tables changed (it was {}, and is {})", fmt::join(names, ","),
                                fmt::join(about.tables, ",")),
                    target);
  if (keep_paths == engine::KeepPaths::no && fs::exists(result_file(target, "paths.csv")))
    refuse_resume("paths.csv is no part of it any more", target);
}

bool is_whole(const fs::path& target) {
  const auto package = package_in(target);
  if (!package.is_object()) return false;
  return std::ranges::all_of(package.at("resources"), [&](const nlohmann::json& resource) {
    const auto path = resource.is_object() ? resource.value("path", nlohmann::json()) : nlohmann::json();
    return path.is_string() && is_unchanged(target / fs::path(path.get<std::string>()).filename(), package);
  });
}

std::optional<FinishedTables> finished_tables(const fs::path& target, const Manifest& about, PathCount paths,
                                              engine::KeepPaths keep_paths) {
  const auto there = manifest_in(target);
  if (!there.is_object() || has_targets(there) != (paths == PathCount::found)) return std::nullopt;
  if (identity_of(there, paths) != identity_of(nlohmann::json::parse(manifest_json(about)), paths))
    return std::nullopt;
  const auto package = package_in(target);
  const auto drawn = result_file(target, "paths.csv");
  const bool keeps = keep_paths == engine::KeepPaths::yes;
  if (keeps ? !is_unchanged(drawn, package) : fs::exists(drawn)) return std::nullopt;
  const auto names = texts_in(there.at("settings").value("tables", nlohmann::json()));
  FinishedTables finished{
      .all = names == about.tables && is_whole(target), .unchanged = {}, .warnings = warnings_of(target)};
  for (const auto& name : names) {
    if (std::ranges::find(about.tables, name) == about.tables.end()) return std::nullopt;
    const std::vector<std::string> one{name};
    if (is_unchanged(result_file(target, name + ".csv"), package))
      finished.unchanged = finished.unchanged | chosen_tables(TableWriter::study, one);
  }
  return finished;
}

bool may_take(const fs::path& checkpoint, std::string_view names) {
  const auto facts = Journal::read(Checkpoint::journal_file(checkpoint)).facts;
  if (facts.empty()) return true;
  const auto taken = std::ranges::find(facts, taken_fact, &Facts::value_type::first);
  return taken != facts.end() && taken->second == names;
}

void take_tables(ResultWriter& result, const FinishedTables& there) {
  const auto& target = result.directory().target();
  for (const auto& name : table_names(TableWriter::study, there.unchanged))
    copy_table(result_file(target, name + ".csv"), result.aside());
  if (const auto paths = result_file(target, "paths.csv"); fs::exists(paths))
    copy_table(paths, result.aside());
  for (const auto& warning : there.warnings) result.warn(warning);
}

std::optional<TakenRows> TakenRows::find(const fs::path& target, const Facts& facts,
                                         std::span<const PlannedRow> planned, std::span<const Row> rows) {
  TakenRows taken;
  taken.target_ = target;
  taken.journal_ = Journal::read(Checkpoint::journal_file(target));
  auto& journal = taken.journal_;
  if (!has_more_tables(facts, journal.facts) ||
      !std::ranges::equal(journal.planned, planned, {}, &PlannedRow::key, &PlannedRow::key))
    return std::nullopt;
  std::set<std::string> failed;
  for (const auto& row : journal.failed) failed.insert(row.key);
  for (const auto& row : rows)
    if (!journal.done.contains(row.done) && !failed.contains(row.planned)) return std::nullopt;
  taken.names_ = std::ranges::find(journal.facts, tables_fact, &Facts::value_type::first)->second;
  const auto names = split_names(taken.names_);
  taken.tables_ = chosen_tables(TableWriter::batch, names);
  for (const auto kind : scenario_table_kinds())
    if (taken.tables_.contains(kind)) taken.order_.push_back(kind);
  for (std::size_t t = 0; t < taken.order_.size(); ++t) {
    PieceReader table(result_file(target, table_schema(taken.order_[t]).file));
    for (const auto& [key, pieces] : journal.done)
      if (pieces.size() != taken.order_.size() || !table.find(pieces[t])) return std::nullopt;
  }
  return taken;
}

std::vector<Journal::Piece> TakenRows::write(Table table, const std::string& header,
                                             std::span<const std::string> done, const fs::path& file,
                                             Packing packing) const {
  const auto at = static_cast<std::size_t>(std::ranges::find(order_, table) - order_.begin());
  std::vector<Journal::Piece> pieces;
  for (const auto& key : done) pieces.push_back(journal_.done.at(key).at(at));
  PieceReader from(result_file(target_, table_schema(table).file));
  return join_pieces(from, header, pieces, file, packing);
}

std::vector<std::string> warnings_of(const fs::path& directory) {
  const auto manifest = manifest_in(directory);
  if (!manifest.is_object()) return {};
  return texts_in(manifest.value("warnings", nlohmann::json()));
}

}  // namespace paystress::results
