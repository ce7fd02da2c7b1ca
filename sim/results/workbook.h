#pragma once

#include <filesystem>

namespace paystress::results {

/// The tables of a result directory that people read in a spreadsheet, a sheet each: numbers as numbers, so
/// that no locale reads 112.415 as 112415, with formats by unit, the columns' meaning, and two charts. The
/// same tables give the same bytes. \throws InputError, OutputError      \test tests/workbook/check.py
void write_workbook(const std::filesystem::path& results, const std::filesystem::path& file);

}  // namespace paystress::results
