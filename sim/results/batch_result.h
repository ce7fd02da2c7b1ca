#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/read_batch.h"
#include "sim/engine/outcomes.h"
#include "sim/results/checkpoint.h"
#include "sim/results/resume.h"
#include "sim/results/shard.h"
#include "sim/results/taken_tables.h"

namespace paystress::results {

/// The result of a batch while its rows are run. A row that is finished is safe from then on; rows that an
/// earlier run of the same batch finished are there already where it is resumed.
/// \test tests/reproducibility/batch_test.cpp
class BatchResult {
 public:
  /// Nothing is opened yet. The batch, the study and the request outlive it. `shard`: the part of the batch
  /// that is run; all of it without.   \throws InputError
  BatchResult(const StudyText& text, const Batch& batch, const engine::RunRequest& request, Manifest about,
              std::optional<Shard> shard = std::nullopt);

  /// The rows that are run here, ascending.
  [[nodiscard]] const std::vector<std::size_t>& rows() const { return rows_; }

  /// Was every row of this batch finished before? Nothing is locked or written to find out.
  /// \throws InputError that names what changed since
  [[nodiscard]] bool is_finished(const std::filesystem::path& target) const;
  /// Takes the target.   \throws InputError where it is refused, or what is there cannot be resumed
  void open(const std::filesystem::path& target, ResultDirectory::Foreign foreign, Start start);

  /// Tables that are made; those that a finished result in the target has are taken over.   \pre open
  [[nodiscard]] TableSet missing() const { return missing_; }
  /// Rows that were finished and damaged since; they are run again.
  [[nodiscard]] std::size_t damaged_rows() const { return checkpoint_->damaged(); }
  [[nodiscard]] bool has(std::size_t row) const { return checkpoint_->has(done_key(row)); }
  /// The tables of a row; safe after the next `commit`.   \throws OutputError
  void add(std::size_t row, engine::ScenarioOutcome outcome);
  void commit() { checkpoint_->commit(); }
  /// A row that cannot be run.
  void fail(std::size_t row, std::string why);
  /// Rows in the order of the batch, errors.csv, data package, manifest, journal. Returns the warnings.
  /// \throws OutputError
  std::vector<std::string> finish();

  [[nodiscard]] std::size_t finished_rows() const;
  [[nodiscard]] std::size_t failed_rows() const;  ///< rows that the batch names and that were not run
  /// What is wrong with rows that failed, in the order in which it was found.
  [[nodiscard]] std::vector<std::string> failures() const;

 private:
  struct FailedRow {
    int line = 0;
    std::string key;  ///< of its planned row; empty where it could not be read
    const Scenario* scenario = nullptr;
    std::string message;
  };
  [[nodiscard]] std::string done_key(std::size_t row) const;
  void make(TableSet tables);
  void take_over(const ResultDirectory& directory);
  [[nodiscard]] std::string errors_csv(std::vector<Journal::FailedRow>& placed) const;

  const Batch& batch_;
  const engine::RunRequest& request_;
  Manifest about_;
  Facts facts_;
  std::vector<std::size_t> rows_;
  std::vector<PlannedRow> planned_;
  TableSet wanted_, missing_;
  std::vector<std::size_t> places_;  ///< of the tables that are made among those of a scenario
  std::vector<std::string> files_;   ///< of those
  std::optional<TakenRows> taken_;
  std::vector<FailedRow> failed_;
  std::optional<ResultWriter> result_;
  std::optional<Checkpoint> checkpoint_;
};

}  // namespace paystress::results
