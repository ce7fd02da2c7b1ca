#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "analysis/csv_rows.h"
#include "analysis/scenario_cells.h"
#include "scenarios/read_batch.h"
#include "sim/commands/interrupt.h"
#include "sim/commands/load_study.h"
#include "sim/commands/progress.h"
#include "sim/commands/run_start.h"
#include "sim/engine/identity.h"
#include "sim/errors.h"
#include "sim/results/checkpoint.h"
#include "sim/results/result_directory.h"
#include "sim/results/result_tables.h"
#include "sim/results/version.h"

namespace paystress::commands {
namespace fs = std::filesystem;
namespace {

// Columns of so many contracts are held at once, and tables of so many rows.
constexpr double group_bytes = 150e6;
constexpr std::size_t rows_at_once = 32;

struct FailedRow {
  int line = 0;
  const Scenario* scenario = nullptr;
  std::string message;
};

std::string errors_csv(std::vector<FailedRow> failed, std::span<const std::string> columns) {
  std::ranges::stable_sort(failed, {}, &FailedRow::line);
  CsvRows csv;
  for (const auto* name : {"line", "scenario", "practice", "offer", "stress", "error"}) csv.text(name);
  for (const auto& column : columns) csv.text(column);
  csv.end();
  for (const auto& f : failed) {
    csv.count(static_cast<std::size_t>(f.line));
    scenario_cells(csv, *f.scenario);
    csv.text(f.message).end(batch_cells(*f.scenario));
  }
  return csv.take();
}

// Equal exactly when a row means the same and is called the same.
std::string row_key(const BatchRow& row) {
  const auto& s = row.scenario;
  std::string text;
  for (const auto* part : {&s.id, &s.practice, &s.offer, &s.stress})
    text += fmt::format("{}:{} ", part->size(), *part);
  for (const auto& [column, value] : s.columns)
    text += fmt::format("{}:{} {}:{} ", column.size(), column, value.size(), value);
  text += engine::sampling_identity(*row.what.practice) + "|" + engine::sampling_identity(*row.what.stress) +
          "|" + engine::pay_identity(*row.what.contract);
  return results::sha256(text);
}

class BatchRun {
 public:
  BatchRun(const RunOptions& options, const StudyText& text, const Batch& batch)
      : options_(options), text_(text), batch_(batch) {
    for (const auto& row : batch.rows) {
      inputs_.push_back(
          {&row.scenario, row.what.practice.get(), row.what.contract.get(), row.what.stress.get(), true});
      planned_.push_back({row.scenario.id, row_key(row)});
    }
    request_ = {.study = &text.study,
                .inputs = inputs_,
                .draws = {options.sampler, text.study.seed, text.study.traits},
                .paths = static_cast<std::size_t>(text.study.paths)};
    manifest_ = manifest_of(text, request_, options);
    manifest_.inputs.push_back(
        {options.batch->generic_string(), results::sha256_of_file(find_input(*options.batch))});
    for (const auto& bad : batch.bad_rows)
      for (const auto& fault : bad.faults) failed_.push_back({bad.line, &bad.scenario, to_string(fault)});
    for (const auto table : results::scenario_table_kinds()) files_.emplace_back(table_schema(table).file);
  }

  ExitCode run() {
    const results::ResultDirectory::Foreign foreign =
        options_.force ? results::ResultDirectory::Foreign::leave : results::ResultDirectory::Foreign::refuse;
    if (options_.resume && already_finished()) return outcome();
    results::ResultDirectory results(options_.target(), foreign,
                                     options_.resume ? results::ResultDirectory::Leftover::resume
                                                     : results::ResultDirectory::Leftover::remove);
    const auto directory = results.aside() / "checkpoint";
    if (options_.resume) take_up(results, directory);
    results.keep_aside();
    results::Checkpoint checkpoint(directory, files_, facts(), planned_);
    const InterruptGuard interrupt;
    try {
      run_rows(checkpoint);
    } catch (...) {
      // A disk that is full may have room again later; what is entered in the journal is safe either way.
      fmt::print(stderr,
                 "paystress: finished rows are kept: the same command with --resume goes on from them\n");
      throw;
    }
    finish(results, checkpoint, directory);
    return outcome();
  }

 private:
  [[nodiscard]] results::Facts facts() const {
    results::Facts facts{{"version", std::string(results::program_version())},
                         {"the program's sources", std::string(results::source_digest())},
                         {"seed", std::to_string(request_.draws.seed)},
                         {"sampler", sampler_name(request_.draws.sampler)}};
    for (const auto& file : text_.input_files)
      facts.emplace_back(file.filename().string(), results::sha256_of_file(file));
    return facts;
  }
  [[nodiscard]] std::string done_key(std::size_t row) const {
    return fmt::format("{}.{}", planned_[row].key, request_.paths);
  }
  void refuse(const std::string& obstacle) const {
    throw InputError(fmt::format("--resume: {} since {} was begun. Run without --resume to start anew",
                                 obstacle, options_.target().generic_string()));
  }

  // A finished run of the same rows; nothing is locked or written to find out.
  [[nodiscard]] bool already_finished() const {
    if (fs::exists(
            results::Checkpoint::journal_file(results::partial_directory(options_.target()) / "checkpoint")))
      return false;
    const auto journal = results::Journal::read(results::Checkpoint::journal_file(options_.target()));
    if (journal.planned.empty() && journal.facts.empty()) return false;
    if (const auto obstacle = journal.obstacle(facts(), planned_); !obstacle.empty()) refuse(obstacle);
    if (!std::ranges::equal(journal.planned, planned_, {}, &results::PlannedRow::key,
                            &results::PlannedRow::key))
      return false;
    // Rows that failed have no piece; they would fail again.
    for (std::size_t i = 0; i < planned_.size(); ++i)
      if (!journal.done.contains(done_key(i))) return false;
    fmt::print("{}: already finished, nothing to do\n", options_.target().generic_string());
    return true;
  }

  // Takes the checkpoint of an interrupted run, or the rows of a finished one to which rows were added.
  void take_up(results::ResultDirectory& results, const fs::path& directory) {
    const auto earlier = results::Checkpoint::journal_file(directory);
    const auto finished = results::Checkpoint::journal_file(results.target());
    const auto& noted = fs::exists(earlier) ? earlier : finished;
    if (!fs::exists(noted)) return;
    const auto journal = results::Journal::read(noted);
    if (journal.facts.empty()) {
      // Starting anew would cut off the rows that the tables may still hold.
      results.keep_aside();
      throw InputError(
          fmt::format("--resume: {}: its first line cannot be read, so what is finished is not "
                      "known. Put the file back, or run without --resume to start anew",
                      noted.generic_string()));
    }
    if (const auto obstacle = journal.obstacle(facts(), planned_); !obstacle.empty()) {
      results.keep_aside();
      refuse(obstacle);
    }
    if (fs::exists(earlier)) return;
    fs::create_directories(directory);
    for (const auto& file : files_) fs::copy_file(results.target() / file, directory / file);
    fs::copy_file(finished, earlier);
  }

  void run_rows(results::Checkpoint& checkpoint) {
    std::vector<std::size_t> pending;
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (!checkpoint.has(done_key(i))) pending.push_back(i);
    std::vector<engine::ScenarioInput> waiting;
    for (const auto i : pending) waiting.push_back(inputs_[i]);
    Progress progress(stderr, Progress::Show::on_terminal, fmt::format("{} rows", pending.size()),
                      static_cast<double>(std::max<std::size_t>(1, pending.size())));
    const engine::Execution how{.threads = options_.threads, .stop = InterruptGuard::requested, .done = {}};
    // Sampling again for more contracts than fit costs little beside pricing that many.
    const double bytes_an_offer = static_cast<double>(request_.paths) * (60.0 + 8.0 * text_.study.months);
    const auto offers_at_once = static_cast<std::size_t>(std::max(1.0, group_bytes / bytes_an_offer));
    check_memory(request_, std::min(offers_at_once, pending.size()));
    for (auto& group : engine::plan_run(waiting, text_.study.months)) {
      for (std::size_t first = 0; first < group.prices.size(); first += offers_at_once) {
        const auto last = std::min(group.prices.size(), first + offers_at_once);
        engine::SampleGroup part{group.practice,
                                 group.stress,
                                 {group.prices.begin() + static_cast<std::ptrdiff_t>(first),
                                  group.prices.begin() + static_cast<std::ptrdiff_t>(last)}};
        for (auto& price : part.prices)
          for (auto& s : price.scenarios) s = pending[s];
        run_group(part, how, checkpoint, progress);
      }
    }
  }

  void run_group(const engine::SampleGroup& group, const engine::Execution& how,
                 results::Checkpoint& checkpoint, Progress& progress) {
    const auto rows = engine::rows_of(group);
    std::optional<engine::GroupRun> run;
    try {
      run.emplace(engine::make_group_run(request_, group));
    } catch (const InputError& e) {
      if (options_.fail_fast) throw;
      for (const auto& row : rows)
        failed_.push_back({batch_.rows[row.scenario].line, &batch_.rows[row.scenario].scenario, e.what()});
      return;
    }
    run->extend_to(request_.paths, how);
    const engine::OutcomeMaker maker(request_, *run, how);
    for (std::size_t first = 0; first < rows.size(); first += rows_at_once) {
      std::vector<std::vector<std::string>> texts(std::min(rows_at_once, rows.size() - first));
      std::vector<std::vector<std::string>> warnings(texts.size());
      how.run_blocks(
          texts.size(), how.threads,
          [&](std::size_t i) {
            const auto& row = rows[first + i];
            auto made = maker.make(row.offer, *inputs_[row.scenario].scenario);
            warnings[i] = made.tables.warnings;
            texts[i] = results::table_rows(std::move(made));
          },
          how.stop);
      if (how.stop && how.stop()) throw Interrupted();
      for (std::size_t i = 0; i < texts.size(); ++i) {
        checkpoint.add(done_key(rows[first + i].scenario), texts[i]);
        manifest_.warnings.insert(manifest_.warnings.end(), warnings[i].begin(), warnings[i].end());
        progress.advance(1);
      }
      checkpoint.commit();
    }
  }

  void finish(results::ResultDirectory& results, results::Checkpoint& checkpoint, const fs::path& directory) {
    std::vector<std::string> keys;
    std::vector<results::PlannedRow> finished;
    for (std::size_t i = 0; i < planned_.size(); ++i) {
      if (!checkpoint.has(done_key(i))) continue;
      keys.push_back(done_key(i));
    }
    results::Journal journal{.facts = facts(), .planned = planned_, .done = {}};
    for (std::size_t t = 0; t < files_.size(); ++t) {
      const auto table = results::scenario_table_kinds()[t];
      const auto placed =
          checkpoint.assemble(t, header_line(table, batch_.columns), keys, results.aside() / files_[t]);
      for (std::size_t i = 0; i < keys.size(); ++i) journal.done[keys[i]].push_back(placed[i]);
    }
    manifest_.failed_rows = failed_line_count();
    std::ranges::sort(manifest_.warnings);
    manifest_.warnings.erase(std::unique(manifest_.warnings.begin(), manifest_.warnings.end()),
                             manifest_.warnings.end());
    if (failed_.empty())
      fs::remove(results.aside() / "errors.csv");
    else
      results::replace_file(results.aside() / "errors.csv", errors_csv(failed_, batch_.columns));
    results::replace_file(results.aside() / "datapackage.json",
                          results::datapackage_json(results.aside(), text_.study.title, batch_.columns));
    results::replace_file(results.aside() / "manifest.json", results::manifest_json(manifest_));
    results::replace_file(results::Checkpoint::journal_file(results.aside()), journal.text());
    fs::remove_all(directory);
    results.commit();
    for (const auto& w : manifest_.warnings) fmt::print(stderr, "warning: {}\n", w);
    fmt::print("{}: {} of {} rows, {} paths x {} months, seed {}\nTables: {}/\n", text_.study.title,
               keys.size(), keys.size() + manifest_.failed_rows, request_.paths, text_.study.months,
               request_.draws.seed, options_.target().generic_string());
  }

  [[nodiscard]] std::size_t failed_line_count() const {
    std::set<int> lines;
    for (const auto& f : failed_) lines.insert(f.line);
    return lines.size();
  }

  [[nodiscard]] ExitCode outcome() const {
    if (failed_.empty()) return ExitCode::done;
    constexpr std::size_t shown = 10;
    for (std::size_t i = 0; i < std::min(shown, failed_.size()); ++i)
      fmt::print(stderr, "{}\n", failed_[i].message);
    fmt::print(stderr, "paystress: {} rows failed; errors.csv has them all\n", failed_line_count());
    return ExitCode::some_rows_failed;
  }

  const RunOptions& options_;
  const StudyText& text_;
  const Batch& batch_;
  std::vector<engine::ScenarioInput> inputs_;
  std::vector<results::PlannedRow> planned_;
  std::vector<std::string> files_;
  std::vector<FailedRow> failed_;
  engine::RunRequest request_;
  results::Manifest manifest_;
};

}  // namespace

ExitCode run_batch(const RunOptions& options) {
  const auto text = load_for_run(options);
  Faults faults;
  const auto batch = read_batch(text, find_input(*options.batch), faults);
  print_faults(faults, stderr);
  if (text.study.precision)
    fmt::print(stderr, "warning: the targets of study.precision are not used: every row has {} paths\n",
               text.study.paths);
  if (!batch) throw InputError("");
  if (options.fail_fast && !batch->bad_rows.empty()) {
    for (const auto& fault : batch->bad_rows.front().faults) fmt::print(stderr, "{}\n", to_string(fault));
    throw InputError("--fail-fast: nothing was run");
  }
  return BatchRun(options, text, *batch).run();
}

}  // namespace paystress::commands
