#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/override.h"

namespace paystress {

/// One row of a batch file, resolved. Rows with the same practice and stress (equal pointers) can share their
/// sampling, rows with the same contract too its pricing.
struct BatchRow {
  int line = 0;       ///< in the batch file
  Scenario scenario;  ///< id: the cell `scenario`, or practice/offer/stress#line where that is absent or
                      ///< empty; columns: the row's dotted columns as written
  ResolvedScenario what;
};
struct BadRow {
  int line = 0;
  Scenario scenario;  ///< as above; its names may be empty, and its columns of a line with too few cells
  std::vector<Fault> faults;
};
struct Batch {
  std::vector<std::string> columns;  ///< dotted columns, in the order of the file
  std::vector<BatchRow> rows;
  std::vector<BadRow> bad_rows;
};

/// Limits of a batch: what they hold stays below 500 MB of memory.
inline constexpr std::size_t most_batch_rows = 200'000, most_batch_parts = 40'000;

/// Reads a batch file: the columns scenario, practice, offer, stress (practice and offer may be left out
/// where the study has one; stress is `base` where left out) and any dotted key of a practice, an offer or a
/// stress. An empty cell keeps the study's value. A column that the study cannot have is a fault of the file,
/// and nothing is returned; what is wrong with a row keeps only that row out. \test
/// tests/unit/scenarios/read_batch_test.cpp
[[nodiscard]] std::optional<Batch> read_batch(const StudyText& study, const std::filesystem::path& file,
                                              Faults& faults);
/// The same of text in memory; `file` is its name in faults.
[[nodiscard]] std::optional<Batch> parse_batch(const StudyText& study, std::string_view text,
                                               const std::string& file, Faults& faults);

}  // namespace paystress
