#include "sim/results/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "sim/errors.h"
#include "sim/results/manifest.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t check_digits = 16;

// Fields are separated by tabs; what a user wrote may hold any byte but ends no line.
std::string field(std::string text) {
  for (char& c : text)
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return text;
}

std::string check_of(std::string_view bytes) { return sha256(bytes).substr(0, check_digits); }

std::string line_of(const std::string& payload) { return check_of(payload) + "\t" + payload + "\n"; }

std::string fact_line(const std::pair<std::string, std::string>& fact) {
  return line_of("fact\t" + field(fact.first) + "\t" + field(fact.second));
}
std::string plan_line(const PlannedRow& row) {
  return line_of("plan\t" + field(row.key) + "\t" + field(row.id));
}
std::string done_line(const std::string& key, std::span<const Journal::Piece> pieces) {
  auto payload = "done\t" + field(key);
  for (const auto& p : pieces) payload += fmt::format("\t{}\t{}\t{}", p.offset, p.size, p.check);
  return line_of(payload);
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string f; std::getline(in, f, '\t');) fields.push_back(f);
  return fields;
}

std::string failed_line(const Journal::FailedRow& row) {
  return line_of(fmt::format("failed\t{}\t{}\t{}\t{}\t{}", row.line, field(row.key), row.piece.offset,
                             row.piece.size, row.piece.check));
}

}  // namespace

Journal::Piece Journal::piece_of(std::uint64_t offset, std::string_view bytes) {
  return {offset, bytes.size(), check_of(bytes)};
}

Journal Journal::read(const fs::path& file) {
  Journal journal;
  std::ifstream in(file, std::ios::binary);
  std::string line;
  while (std::getline(in, line)) {
    const auto tab = line.find('\t');
    // A line without its end is found out by its check sum, like any other damage; nothing after it counts.
    if (tab != check_digits || check_of(line.substr(tab + 1)) != line.substr(0, tab)) break;
    if (in.eof()) break;
    const auto f = split(line.substr(tab + 1));
    if (f.at(0) == "fact") journal.facts.emplace_back(f.at(1), f.size() > 2 ? f[2] : "");
    if (f.at(0) == "plan") journal.planned.push_back({f.size() > 2 ? f[2] : "", f.at(1)});
    if (f.at(0) == "done") {
      auto& pieces = journal.done[f.at(1)];
      pieces.clear();
      for (std::size_t i = 2; i + 2 < f.size(); i += 3)
        pieces.push_back({std::stoull(f[i]), std::stoull(f[i + 1]), f[i + 2]});
    }
    if (f.at(0) == "failed" && f.size() == 6)
      journal.failed.push_back({std::stoi(f[1]), f[2], {std::stoull(f[3]), std::stoull(f[4]), f[5]}});
  }
  return journal;
}

std::string Journal::text() const {
  std::string text;
  for (const auto& f : facts) text += fact_line(f);
  for (const auto& row : planned) text += plan_line(row);
  for (const auto& [key, pieces] : done) text += done_line(key, pieces);
  for (const auto& row : failed) text += failed_line(row);
  return text;
}

std::string Journal::obstacle(const Facts& now, std::span<const PlannedRow> rows) const {
  for (const auto& [name, value] : now) {
    const auto was = std::ranges::find(facts, name, &std::pair<std::string, std::string>::first);
    if (was == facts.end()) return name + " was not part of it";
    if (was->second != field(value))
      return fmt::format("{} changed (it was {}, and is {})", name, was->second, value);
  }
  for (const auto& [name, value] : facts)
    if (std::ranges::find(now, name, &std::pair<std::string, std::string>::first) == now.end())
      return name + " is gone";
  std::set<std::string> keys;
  for (const auto& row : rows) keys.insert(row.key);
  for (const auto& row : planned) {
    if (keys.contains(row.key)) continue;
    const bool renamed =
        std::ranges::none_of(rows, [&](const PlannedRow& r) { return field(r.id) == row.id; });
    return fmt::format("row {} {}", row.id, renamed ? "is gone" : "changed");
  }
  return {};
}

PieceReader::PieceReader(fs::path file) : path_(std::move(file)), file_(path_) {}

std::optional<std::string> PieceReader::find(const Journal::Piece& piece) {
  auto text = file_.read(piece.offset, piece.size);
  if (text.size() != piece.size || check_of(text) != piece.check) return std::nullopt;
  return text;
}

std::string PieceReader::read(const Journal::Piece& piece) {
  auto text = find(piece);
  if (!text) throw OutputError(fmt::format("{}: cannot be read back", path_.string()));
  return std::move(*text);
}

std::vector<Journal::Piece> join_pieces(PieceReader& from, const std::string& header,
                                        std::span<const Journal::Piece> pieces, const fs::path& file,
                                        Packing packing) {
  OutputFile out(packed_name(file, packing), packing);
  out.write(header);
  std::vector<Journal::Piece> placed;
  for (const auto& piece : pieces) {
    const auto text = from.read(piece);
    placed.push_back({out.size(), piece.size, piece.check});
    out.write(text);
  }
  out.close();
  return placed;
}

Checkpoint::Checkpoint(fs::path directory, std::vector<std::string> files, const Facts& facts,
                       std::span<const PlannedRow> planned)
    : directory_(std::move(directory)), files_(std::move(files)) {
  const auto file = journal_file(directory_);
  journal_ = Journal::read(file);
  for (std::size_t t = 0; t < files_.size(); ++t) {
    PieceReader table(directory_ / files_[t]);
    damaged_ += std::erase_if(journal_.done, [&](const auto& row) {
      return row.second.size() != files_.size() || !table.find(row.second[t]);
    });
  }
  std::vector<std::uint64_t> ends(files_.size(), 0);
  for (const auto& [key, pieces] : journal_.done)
    for (std::size_t t = 0; t < pieces.size(); ++t)
      ends[t] = std::max(ends[t], pieces[t].offset + pieces[t].size);
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) throw OutputError(fmt::format("{}: cannot be made: {}", directory_.string(), error.message()));
  // Rows that were written and not entered are dropped: they are made again.
  for (std::size_t t = 0; t < files_.size(); ++t) tables_.emplace_back(directory_ / files_[t], ends[t]);
  journal_.facts = facts;
  journal_.planned.assign(planned.begin(), planned.end());
  journal_.failed.clear();  // they are tried again
  const auto text = journal_.text();
  replace_file(file, text);
  log_.emplace_back(file, text.size());
}

fs::path Checkpoint::journal_file(const fs::path& directory) { return directory / "resume.txt"; }

void Checkpoint::add(const std::string& key, std::span<const std::string> texts) {
  std::vector<Journal::Piece> pieces;
  for (std::size_t t = 0; t < tables_.size(); ++t) {
    pieces.push_back(Journal::piece_of(tables_[t].size(), texts[t]));
    tables_[t].write(texts[t]);
  }
  pending_ += done_line(key, pieces);
  journal_.done[key] = std::move(pieces);
}

void Checkpoint::commit() {
  if (pending_.empty()) return;
  for (auto& t : tables_) t.flush_to_disk();
  log_.front().write(pending_);
  log_.front().flush_to_disk();
  pending_.clear();
}

std::string Checkpoint::text(const std::string& key, std::size_t table) const {
  return PieceReader(directory_ / files_[table]).read(journal_.done.at(key).at(table));
}

std::vector<Journal::Piece> Checkpoint::assemble(std::size_t table, const std::string& header,
                                                 std::span<const std::string> keys, const fs::path& file,
                                                 Packing packing) const {
  std::vector<Journal::Piece> pieces;
  for (const auto& key : keys) pieces.push_back(journal_.done.at(key).at(table));
  PieceReader from(directory_ / files_[table]);
  return join_pieces(from, header, pieces, file, packing);
}

}  // namespace paystress::results
