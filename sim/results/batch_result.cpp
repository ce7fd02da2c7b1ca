#include "sim/results/batch_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/csv_rows.h"
#include "analysis/scenario_cells.h"
#include "scenarios/dotted_key.h"
#include "sim/engine/identity.h"
#include "sim/errors.h"
#include "sim/results/result_tables.h"
#include "sim/results/shard_results.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

// Equal exactly when a row means the same and is called the same.
std::string row_key(const BatchRow& row) {
  const auto& s = row.scenario;
  std::string text;
  for (const auto* part : {&s.id, &s.practice, &s.offer, &s.stress})
    text += fmt::format("{}:{} ", part->size(), *part);
  // A spreadsheet saves 0.10 as 0.1.
  for (const auto& [column, value] : s.columns)
    text += fmt::format("{}:{} {} ", column.size(), column, canonical_text(value_of_cell(value, {})));
  text += engine::sampling_identity(*row.what.practice) + "|" + engine::sampling_identity(*row.what.stress) +
          "|" + engine::pay_identity(*row.what.contract);
  return sha256(text);
}

}  // namespace

BatchResult::BatchResult(const StudyText& text, const Batch& batch, const engine::RunRequest& request,
                         Manifest about, std::optional<Shard> shard)
    : batch_(batch),
      request_(request),
      about_(std::move(about)),
      facts_(run_facts(text, request, about_)),
      rows_(rows_of_shard(request, shard.value_or(Shard{}))) {
  if (shard) {
    facts_.emplace_back(shard_fact, shard_text(*shard));
    about_.shard = shard;
    about_.scenarios = rows_.size();
  }
  for (const auto& row : batch.rows) planned_.push_back({row.scenario.id, row_key(row)});
  if (shard.value_or(Shard{}).number == 1)
    for (const auto& bad : batch.bad_rows)
      for (const auto& fault : bad.faults) failed_.push_back({bad.line, {}, &bad.scenario, to_string(fault)});
  wanted_ = request.tables;
  make(wanted_);
}

void BatchResult::make(TableSet tables) {
  missing_ = tables;
  places_ = wanted_places(tables);
  files_.clear();
  for (const auto place : places_) files_.emplace_back(table_schema(scenario_table_kinds()[place]).file);
}

// What a finished result has of the tables is not made again.
void BatchResult::take_over(const ResultDirectory& directory) {
  std::vector<TakenRows::Row> rows;
  for (const auto row : rows_) rows.push_back({planned_[row].key, done_key(row)});
  taken_ = TakenRows::find(directory.target(), facts_, planned_, rows);
  if (taken_ && !may_take(directory.checkpoint(), taken_->names())) taken_.reset();
  if (!taken_) return;
  make(wanted_ - taken_->tables());
  for (const auto& warning : warnings_of(directory.target())) result_->warn(warning);
}

std::string BatchResult::done_key(std::size_t row) const {
  return results::done_key(planned_[row], request_.paths);
}

bool BatchResult::is_finished(const fs::path& target) const {
  // What a run left half-way is set right by the next one.
  if (!WorkingDirectory::left_behind(resolved_target(target)).empty()) return false;
  const auto journal = Journal::read(Checkpoint::journal_file(target));
  if (journal.planned.empty() && journal.facts.empty()) {
    refuse_other_result(target, about_, PathCount::fixed, engine::KeepPaths::no);
    return false;
  }
  if (has_more_tables(facts_, journal.facts)) return false;
  if (const auto obstacle = journal.obstacle(facts_, planned_); !obstacle.empty())
    refuse_resume(obstacle, target);
  if (!std::ranges::equal(journal.planned, planned_, {}, &PlannedRow::key, &PlannedRow::key)) return false;
  // Rows that failed have no piece; they would fail again.
  if (!std::ranges::all_of(rows_, [&](std::size_t row) { return journal.done.contains(done_key(row)); }))
    return false;
  PieceReader errors(target / "errors.csv");
  return is_whole(target) && std::ranges::all_of(journal.failed, [&](const auto& row) {
           return errors.find(row.piece).has_value();
         });
}

void BatchResult::open(const fs::path& target, ResultDirectory::Foreign foreign, Start start) {
  result_.emplace(
      target, foreign, about_,
      start == Start::resume ? ResultDirectory::Leftover::resume : ResultDirectory::Leftover::remove);
  auto& directory = result_->directory();
  if (start == Start::resume) take_over(directory);
  auto facts = facts_;
  if (taken_) facts.emplace_back(taken_fact, taken_->names());
  checkpoint_.emplace(open_checkpoint(directory, start, taken_ ? Finished::ignored : Finished::taken_up,
                                      files_, facts, planned_, target));
  directory.keep_aside();
}

void BatchResult::add(std::size_t row, engine::ScenarioOutcome outcome) {
  for (const auto& warning : outcome.tables.warnings) result_->warn(warning);
  auto rows = table_rows(std::move(outcome));
  std::vector<std::string> wanted;
  for (const auto place : places_) wanted.push_back(std::move(rows[place]));
  checkpoint_->add(done_key(row), wanted);
}

void BatchResult::fail(std::size_t row, std::string why) {
  failed_.push_back({batch_.rows[row].line, planned_[row].key, &batch_.rows[row].scenario, std::move(why)});
}

std::vector<std::string> BatchResult::finish() {
  const auto aside = result_->aside();
  std::vector<std::string> keys;
  for (const auto row : rows_)
    if (has(row)) keys.push_back(done_key(row));
  Journal journal{.facts = facts_, .planned = planned_, .done = {}, .failed = {}};
  std::size_t made = 0;
  for (const auto place : wanted_places(wanted_)) {
    const auto table = scenario_table_kinds()[place];
    const auto header = header_line(table, batch_.columns);
    const auto file = aside / table_schema(table).file;
    const auto placed = missing_.contains(table)
                            ? checkpoint_->assemble(made++, header, keys, file, about_.packing)
                            : taken_->write(table, header, keys, file, about_.packing);
    for (std::size_t i = 0; i < keys.size(); ++i) journal.done[keys[i]].push_back(placed[i]);
  }
  result_->about().failed_rows = failed_rows();
  std::ranges::sort(result_->about().warnings);
  if (!failed_.empty()) write_file(aside / "errors.csv", errors_csv(journal.failed));
  write_file(Checkpoint::journal_file(aside), journal.text());
  result_->finish({}, batch_.columns);
  return result_->about().warnings;
}

std::string BatchResult::errors_csv(std::vector<Journal::FailedRow>& placed) const {
  auto failed = failed_;
  std::ranges::stable_sort(failed, {}, &FailedRow::line);
  CsvRows header;
  for (const auto* name : {"line", "scenario", "practice", "offer", "stress", "error"}) header.text(name);
  for (const auto& column : batch_.columns) header.text(column);
  auto text = header.end().take();
  for (const auto& f : failed) {
    CsvRows csv;
    csv.count(static_cast<std::size_t>(f.line));
    scenario_cells(csv, *f.scenario);
    const auto row = csv.text(f.message).end(batch_cells(*f.scenario)).take();
    placed.push_back({f.line, f.key, Journal::piece_of(text.size(), row)});
    text += row;
  }
  return text;
}

std::size_t BatchResult::finished_rows() const {
  std::size_t rows = 0;
  for (const auto row : rows_) rows += has(row) ? 1U : 0U;
  return rows;
}

std::size_t BatchResult::failed_rows() const {
  std::set<int> lines;
  for (const auto& f : failed_) lines.insert(f.line);
  return lines.size();
}

std::vector<std::string> BatchResult::failures() const {
  std::vector<std::string> messages;
  for (const auto& f : failed_) messages.push_back(f.message);
  return messages;
}

}  // namespace paystress::results
