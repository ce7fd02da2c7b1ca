#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/fault.h"
#include "scenarios/read_contract.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// A clause that the paper leaves open: a key of an offer and the ways in which it can be read.
struct VagueClause {
  std::string offer;                ///< name
  std::string key;                  ///< dotted below the offer: "pay.visit_bonus.mode", "adjust_order"
  std::vector<TomlValue> readings;  ///< two or more; the first is the one that the other tables use
  Place place;
  [[nodiscard]] std::string reading_text(std::size_t i) const;
};

/// Finds every `{ readings = [first, second, ...] }` below an offer and puts the first reading in its place,
/// so that whatever reads the offer afterwards meets a plain contract. Any value may have readings. `name` is
/// the offer's, `offer` its table.   \test tests/unit/scenarios/readings_test.cpp
[[nodiscard]] std::vector<VagueClause> take_readings(const std::string& name, TomlValue& offer,
                                                     Faults& faults);

/// At most this many combinations of an offer's readings are priced.
inline constexpr std::size_t most_combinations = 256;
/// Every combination of readings, one for each clause, the first readings first and the first clause changing
/// fastest; nothing where they are more than most_combinations.
[[nodiscard]] std::optional<std::vector<std::vector<std::size_t>>> combinations_of(
    std::span<const VagueClause> clauses);

/// The contract of an offer with a given reading of each clause. `offer` is its table after take_readings.
/// Nothing when such a contract is faulty.   \pre one reading per clause
[[nodiscard]] std::optional<Contract> read_with(const std::string& name, const TomlValue& offer,
                                                std::span<const ColumnInfo> user_columns,
                                                std::span<const SpanColumn> shared,
                                                std::optional<std::chrono::year_month_day> start,
                                                std::span<const VagueClause> clauses,
                                                std::span<const std::size_t> reading, Faults& faults);
/// The same as far as it can be read; nothing where a clause has no place any more.
[[nodiscard]] std::optional<ContractDraft> draft_with(const std::string& name, const TomlValue& offer,
                                                      std::span<const ColumnInfo> user_columns,
                                                      std::span<const SpanColumn> shared,
                                                      std::optional<std::chrono::year_month_day> start,
                                                      std::span<const VagueClause> clauses,
                                                      std::span<const std::size_t> reading, Faults& faults);

}  // namespace paystress
