#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/csv_text.h"
#include "scenarios/fault.h"

namespace paystress {

/// A ledger that a person typed: one path, one row per month or per shorter pay period.
struct TypedLedger {
  LedgerLayout layout;
  PeriodGrid grid;
  LedgerBlock block;  ///< paths() == 1
};

/// Rows of a ledger that are read: every day of 1,200 months, and some more.
inline constexpr std::size_t most_ledger_rows = 40'000;

/// Reads what `contract` needs out of a CSV; other columns are left alone, as notes may stand there.
///
/// Column `period`: 1, 2, ... (months of the contract), YYYY-MM, or YYYY-MM-DD (several rows may share a
/// month); in order, no month left out. Each column is stored in units of its last typed decimal, so that
/// sums are exact. A column that the contract names and nobody declares joins by sum, with a warning.
/// `start` is the month that counts as 1 (the first row's where absent); `audit_lag_months` lies between the
/// month worked and the month in which a code change is found.
/// \test tests/unit/scenarios/typed_ledger_test.cpp
[[nodiscard]] std::optional<TypedLedger> read_typed_ledger(const CsvText& csv, const Contract& contract,
                                                           std::span<const ColumnInfo> user_columns,
                                                           std::optional<std::chrono::year_month_day> start,
                                                           int audit_lag_months, Faults& faults);

/// The same for a ledger with a row for every day worked, from whose days the contract's span columns are
/// made: it brings what they read instead of them. Every period is a date.
[[nodiscard]] std::optional<TypedLedger> read_typed_days(const CsvText& csv, const Contract& contract,
                                                         std::span<const ColumnInfo> user_columns,
                                                         std::optional<std::chrono::year_month_day> start,
                                                         int audit_lag_months, Faults& faults);

/// The columns of leaving that a layout does not have.
[[nodiscard]] std::vector<ColumnInfo> leaving_columns_beside(const LedgerLayout& layout);
/// The ledger with the columns that an offer which ends by leaving reads. `leaves`: when its path leaves;
/// absent: as typed, or never.
[[nodiscard]] TypedLedger with_leaving(const TypedLedger& ledger, const std::optional<Leaving>& leaves);
/// The month in which the path of a ledger with those columns leaves; nothing where it stays.
[[nodiscard]] std::optional<int> month_of_leaving(const TypedLedger& ledger);
/// Refuses a second month in which the path of a ledger leaves: nobody leaves twice.
void check_left_once(const CsvText& csv, const TypedLedger& ledger, Faults& faults);
/// The month of --leaves, as the months of a ledger or curve allow; nothing where it is not given, or at
/// fault. `typed`: the month that the ledger says already, with which --leaves is refused.
[[nodiscard]] std::optional<Leaving> checked_leaving(const std::optional<int>& month, bool by_employer,
                                                     const Contract& contract, const PeriodGrid& grid,
                                                     Faults& faults, std::optional<int> typed = {});

/// Months of the contract before the first row that fall into a period with it would count as months without
/// work: a fault at that row. For a contract without an opening.   \test
/// tests/unit/scenarios/typed_ledger_test.cpp
void check_first_months(const CsvText& csv, const TypedLedger& ledger, const Contract& contract,
                        Faults& faults);
/// Warns of code changes that concern months before the ledger, where the contract reprices the month worked.
void warn_early_changes(const CsvText& csv, const TypedLedger& ledger, const Contract& contract,
                        Faults& faults);

/// What is known of a ledger column by its name: one that every ledger has, visits.CODE, code_change.CODE,
/// one of the user's; nothing for another name.
[[nodiscard]] std::optional<ColumnInfo> known_column(std::string_view name,
                                                     std::span<const ColumnInfo> user_columns);
/// A column that nobody described: points, months add up.
[[nodiscard]] ColumnInfo undeclared_column(const std::string& name);
/// The columns that a contract reads, and no more.
[[nodiscard]] LedgerLayout layout_of(const Contract& contract, std::span<const ColumnInfo> user_columns);
/// What can be said of the contract without a ledger: those columns, those of its opening, and one code where
/// it speaks of codes without naming any.
[[nodiscard]] LedgerLayout layout_told(const Contract& contract, std::span<const ColumnInfo> user_columns);

}  // namespace paystress
