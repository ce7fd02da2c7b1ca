#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/contract.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// Is a period (`per` of an adjustment, `reset` of a component) a day, a week or a number of days?
[[nodiscard]] bool is_span_of_days(const TableReader& table, std::string_view key);
/// Such a period, with the day `from` which periods of some days are counted.
void read_span_length(TableReader& table, const char* key, SpanColumn& column);
/// A guarantee or a cap of such a period: the column that it counts and the money that pays it.
/// \pre  the components and what the adjustment does are read   \test
/// tests/unit/scenarios/read_span_rule_test.cpp
void read_span_rule(TableReader& table, Adjustment& adjustment, Contract& contract);
/// A component that starts again each such period: the columns of what its spans earn, and the money that
/// pays them. `columns`: the user's own; `is_whole`: the component was read without a fault.   \test
/// tests/unit/scenarios/read_span_reset_test.cpp
void read_span_reset(TableReader& table, std::span<const ColumnInfo> columns, bool is_whole, PayLine& line,
                     Contract& contract);

/// Is `[ledger.NAME]` a column that is counted by spans (it says `each`), or one that a ledger brings?
[[nodiscard]] bool is_span_column(const TableReader& table);

/// Reads `[offers.OFFER.ledger.NAME]` or, for all offers, `[ledger.NAME]` with `each`, `unit` and `value`,
/// and where wanted `when`, `from` and `decimals`. Faults go to the reader's collection; nothing is returned
/// when there is one.   \test tests/cli/span_commands_test.cpp
[[nodiscard]] std::optional<SpanColumn> read_span_column(TableReader& table, const std::string& name);

/// Those of [ledger], which every offer may use.
[[nodiscard]] std::vector<SpanColumn> read_shared_spans(TableReader& ledger);
/// Those of [offers.OFFER.ledger]; a name of [ledger] is a fault.
[[nodiscard]] std::vector<SpanColumn> read_own_spans(TableReader& ledger, std::span<const ColumnInfo> columns,
                                                     std::span<const SpanColumn> shared);
/// Copies the shared columns that the contract uses, directly or through others, into its ledger, and puts
/// the columns of the days first.
void take_shared_spans(std::span<const SpanColumn> shared, Contract& contract);

/// Reports a name that is no name for a column of one's own.
void check_column_name(TableReader& table, const std::string& name);
/// The same of a column that is made or drawn, which expressions must be able to name.
void check_made_name(TableReader& table, const std::string& name);

}  // namespace paystress
