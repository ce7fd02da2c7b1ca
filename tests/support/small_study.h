#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace paystress::testing {

/// A study that uses every level of the model and runs in a moment: two practices, three offers (a ladder
/// with a floor, a plain rate on wRVU, a cap), stresses of volume, coding and pay. 600 paths: the last block
/// is cut.
[[nodiscard]] std::string small_study_text();

/// Writes small.toml and its fee schedule into a directory and links the program there.
void write_small_study(const std::filesystem::path& directory, const std::string& text = small_study_text());

/// Every CSV of a results directory, by file name.
[[nodiscard]] std::map<std::string, std::string> csv_files(const std::filesystem::path& directory);
/// Lines of a CSV text without its header, sorted: rows compared by key, whatever their order.
[[nodiscard]] std::vector<std::string> sorted_rows(const std::string& csv);

/// Replaces the first occurrence.   \throws std::invalid_argument when there is none
[[nodiscard]] std::string replaced(std::string text, const std::string& what, const std::string& with);

}  // namespace paystress::testing
