#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

namespace paystress::commands {

/// The page that results are put into: named by PAYSTRESS_REPORT_PAGE, or of the installation.
/// \throws InputError where there is none
[[nodiscard]] std::filesystem::path report_page();

/// Writes the results of a directory into one HTML page and says where it is. `check`: a fit_check.csv; where
/// it is not given, the one in `results`, if there is one.
/// \throws InputError: no results, no page to put them into; OutputError
void report_results(const std::filesystem::path& results, const std::filesystem::path& output,
                    const std::optional<std::filesystem::path>& check = {});

/// Adds `report`; its callback stores the exit code in `exit_code`.
void add_report_command(CLI::App& app, int& exit_code);

}  // namespace paystress::commands
