// When the path of a typed ledger leaves.
#include <fmt/format.h>

#include "scenarios/typed_ledger.h"

namespace paystress {
namespace {

// What the columns that were typed say.
Leaving typed_leaving(const TypedLedger& ledger) {
  Leaving leaving;
  const auto left = ledger.layout.place_of(LeavingColumn::left);
  const auto sent = ledger.layout.place_of(LeavingColumn::left_by_employer);
  for (std::size_t p = 0; left && p < ledger.grid.size() && leaving.month == 0; ++p)
    if (ledger.block.at(p, *left)[0] != 0.0) leaving.month = ledger.grid[p].month;
  for (std::size_t p = 0; sent && p < ledger.grid.size(); ++p)
    leaving.by_employer = leaving.by_employer || ledger.block.at(p, *sent)[0] != 0.0;
  return leaving;
}

}  // namespace

std::vector<ColumnInfo> leaving_columns_beside(const LedgerLayout& layout) {
  std::vector<ColumnInfo> missing;
  for (std::size_t c = 0; c < leaving_column_count; ++c)
    if (const auto name = name_of(static_cast<LeavingColumn>(c)); !layout.find(name))
      missing.push_back(*find_ledger_column(name));
  return missing;
}

TypedLedger with_leaving(const TypedLedger& ledger, const std::optional<Leaving>& leaves) {
  const auto missing = leaving_columns_beside(ledger.layout);
  TypedLedger all{ledger.layout.followed_by(missing), ledger.grid,
                  LedgerBlock(ledger.grid.size(), ledger.layout.size() + missing.size(), 1)};
  for (std::size_t p = 0; p < ledger.grid.size(); ++p)
    for (std::size_t c = 0; c < ledger.layout.size(); ++c) all.block.at(p, c)[0] = ledger.block.at(p, c)[0];
  write_leaving(leaves.value_or(typed_leaving(ledger)), all.layout, all.grid, 0, all.block);
  return all;
}

std::optional<int> month_of_leaving(const TypedLedger& ledger) {
  const int month = typed_leaving(ledger).month;
  return month > 0 ? std::optional(month) : std::nullopt;
}

void check_left_once(const CsvText& csv, const TypedLedger& ledger, Faults& faults) {
  const auto left = ledger.layout.place_of(LeavingColumn::left);
  std::optional<std::size_t> first;
  for (std::size_t r = 0; left && r < ledger.grid.size(); ++r) {
    if (ledger.block.at(r, *left)[0] == 0.0) continue;
    if (first && ledger.grid[*first].month != ledger.grid[r].month) {
      const auto at = *csv.find_column(name_of(LeavingColumn::left));
      faults.error(csv.place(csv.rows[r], at), csv.header.cells[at].text,
                   fmt::format("is 1 in line {} too", csv.rows[*first].line), "who leaves does so once",
                   "Write 1 in the month at whose end the clinician leaves, else 0.");
      return;
    }
    first = r;
  }
}

std::optional<Leaving> checked_leaving(const std::optional<int>& month, bool by_employer,
                                       const Contract& contract, const PeriodGrid& grid, Faults& faults,
                                       std::optional<int> typed) {
  if (!month) return std::nullopt;
  if (!contract.ends_by_leaving) {
    faults.error({"--leaves"}, "offers." + contract.name + ".ends", "the offer does not end by leaving",
                 "it pays on whoever leaves", "Write ends = \"leaving\", or leave --leaves out.");
    return std::nullopt;
  }
  if (grid.empty() || *month < grid.front().month || *month > grid.back().month) {
    faults.error({"--leaves"}, "", fmt::format("{} is none of the months priced", *month),
                 grid.empty() ? "" : fmt::format("they are {} to {}", grid.front().month, grid.back().month));
    return std::nullopt;
  }
  if (typed) {
    faults.error({"--leaves"}, "", "the ledger says it already",
                 fmt::format("its column left is 1 in month {}", *typed), "Leave one of them out.");
    return std::nullopt;
  }
  return Leaving{*month, by_employer};
}

}  // namespace paystress
