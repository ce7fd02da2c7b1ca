#include "sim/results/study_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "sim/errors.h"
#include "sim/results/outcome_bytes.h"
#include "sim/results/packed_file.h"
#include "sim/results/result_tables.h"
#include "sim/results/taken_tables.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> checkpoint_files() {
  std::vector<std::string> files;
  for (const auto table : scenario_table_kinds()) files.emplace_back(table_schema(table).file);
  files.emplace_back("outcomes.bin");
  return files;
}

class StudyRows {
 public:
  StudyRows(ResultWriter& result, Start start, const StudyText& text, const engine::RunRequest& request,
            const fs::path& target, const std::string& taken, std::chrono::milliseconds kept_every)
      : kept_every_(kept_every),
        directory_(result.directory()),
        request_(request),
        target_(target),
        outcomes_(request.inputs.size()) {
    facts_ = run_facts(text, request, result.about());
    facts_.emplace_back("paths.csv", request.keep_paths == engine::KeepPaths::yes ? "yes" : "no");
    if (!taken.empty()) facts_.emplace_back(taken_fact, taken);
    for (const auto& input : request.inputs) planned_.push_back({input.scenario->id, input.scenario->id});
    if (start == Start::resume && fs::exists(Checkpoint::journal_file(directory_.checkpoint()))) open(start);
  }

  std::vector<engine::ScenarioOutcome> run(const engine::Execution& how, const RowHooks& hooks) {
    const auto groups = engine::plan_run(request_.inputs, request_.study->months);
    const auto told = engine::make_told_rates(request_);
    for (const auto& walk : engine::plan_walks(groups, request_.paths, request_.study->months, how.threads)) {
      std::vector<std::size_t> missing;
      for (const std::size_t g : walk)
        if (!restore(engine::rows_of(groups[g]), how, hooks)) missing.push_back(g);
      if (!missing.empty()) run(groups, missing, told, how, hooks);
    }
    return std::move(outcomes_);
  }

 private:
  void run(std::span<const engine::SampleGroup> groups, std::span<const std::size_t> walk,
           const std::shared_ptr<engine::ToldRateStore>& told, const engine::Execution& how,
           const RowHooks& hooks) {
    const auto runs = engine::run_walk(request_, groups, walk, told, how);
    ColumnMemo memo;
    for (std::size_t i = 0; i < walk.size(); ++i) {
      const auto rows = engine::rows_of(groups[walk[i]]);
      engine::make_outcomes(request_, groups[walk[i]], runs[i], how, &memo, outcomes_);
      for (const auto& row : rows) waiting_.push_back(row.scenario);
      if (hooks.done) hooks.done(rows.size());
      const bool stops = hooks.stop && hooks.stop();
      if (stops || std::chrono::steady_clock::now() - kept_at_ >= kept_every_) keep();
      if (stops) throw Interrupted();
    }
  }
  /// The rows of a group, where the checkpoint has them all.
  [[nodiscard]] bool restore(const std::vector<engine::GroupRow>& rows, const engine::Execution& how,
                             const RowHooks& hooks) {
    const bool kept = checkpoint_ && std::ranges::all_of(rows, [&](const engine::GroupRow& row) {
                        return checkpoint_->has(key_of(row.scenario));
                      });
    if (!kept) return false;
    for (const auto& row : rows) restore(row.scenario);
    if (how.done) how.done(request_.paths);
    if (hooks.done) hooks.done(rows.size());
    return true;
  }
  [[nodiscard]] std::string key_of(std::size_t row) const {
    return fmt::format("{}.{}", request_.inputs[row].scenario->id, request_.paths);
  }
  void open(Start start) {
    checkpoint_.emplace(
        open_checkpoint(directory_, start, Finished::ignored, checkpoint_files(), facts_, planned_, target_));
  }
  void keep() {
    if (!checkpoint_) open(Start::anew);
    for (const auto row : waiting_) {
      auto texts = table_rows(outcomes_[row]);
      texts.push_back(outcome_bytes(outcomes_[row]));
      checkpoint_->add(key_of(row), texts);
    }
    checkpoint_->commit();
    directory_.keep_aside();
    waiting_.clear();
    kept_at_ = std::chrono::steady_clock::now();
  }
  void restore(std::size_t row) {
    std::vector<std::string> texts;
    for (std::size_t t = 0; t < scenario_table_kinds().size(); ++t)
      texts.push_back(checkpoint_->text(key_of(row), t));
    outcomes_[row] = outcome_of(texts, checkpoint_->text(key_of(row), texts.size()));
  }

  std::chrono::milliseconds kept_every_;
  ResultDirectory& directory_;
  const engine::RunRequest& request_;
  const fs::path& target_;
  Facts facts_;
  std::vector<PlannedRow> planned_;
  std::optional<Checkpoint> checkpoint_;
  std::vector<engine::ScenarioOutcome> outcomes_;
  std::vector<std::size_t> waiting_;
  std::chrono::steady_clock::time_point kept_at_ = std::chrono::steady_clock::now();
};

}  // namespace

std::vector<engine::ScenarioOutcome> run_study_rows(ResultWriter& result, Start start, const StudyText& text,
                                                    const engine::RunRequest& request,
                                                    const engine::Execution& how, const fs::path& target,
                                                    const RowHooks& hooks,
                                                    std::chrono::milliseconds kept_every,
                                                    const std::string& taken) {
  return StudyRows(result, start, text, request, target, taken, kept_every).run(how, hooks);
}

bool is_finished(const fs::path& target, const Manifest& about, PathCount paths,
                 engine::KeepPaths keep_paths) {
  if (!WorkingDirectory::left_behind(resolved_target(target)).empty()) return false;
  refuse_other_result(target, about, paths, keep_paths);
  const auto there = finished_tables(target, about, paths, keep_paths);
  return there && there->all;
}

}  // namespace paystress::results
