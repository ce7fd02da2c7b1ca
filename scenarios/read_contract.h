#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "model/settle.h"
#include "scenarios/fault.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// Reads the table of one offer. Faults go to the reader's collection, each at its own place; nothing is
/// returned when this offer has one. Unknown keys are left to `finish` of the outermost reader.
/// `columns` are the user's own ([ledger.*]): how their months join decides whether `reset` may be left out.
/// Of the span columns that offers share, the contract gets those that it uses. `start` of the study: for
/// days. \source model/README.md   \test tests/unit/scenarios/read_contract_test.cpp
[[nodiscard]] std::optional<Contract> read_contract(TableReader& offer, const std::string& name,
                                                    std::span<const ColumnInfo> columns,
                                                    std::span<const SpanColumn> shared,
                                                    std::optional<std::chrono::year_month_day> start);

/// A contract as far as it can be read, so that one go shows all its faults.
struct ContractDraft {
  Contract contract;          ///< what could not be read is left at nothing
  std::vector<Fault> faults;  ///< empty: the contract is whole
};
/// The same as read_contract, which returns the contract of a draft without faults.
[[nodiscard]] ContractDraft draft_contract(TableReader& offer, const std::string& name,
                                           std::span<const ColumnInfo> columns,
                                           std::span<const SpanColumn> shared,
                                           std::optional<std::chrono::year_month_day> start);
/// Of the flaws of a draft with these faults, those that hold whatever stands where it could not be read.
/// `offer` is the table of the offer, `key` its dotted key.
[[nodiscard]] std::vector<ContractFlaw> certain_flaws(std::vector<ContractFlaw> flaws,
                                                      std::span<const Fault> faults, const TomlValue& offer,
                                                      const std::string& key);

/// Reads those of [ledger.*] that a ledger brings: columns of the user's own.   \test
/// tests/unit/scenarios/read_contract_test.cpp
[[nodiscard]] std::vector<ColumnInfo> read_user_columns(TableReader& ledger);

/// Reports flaws of a whole contract at the values that their keys name. `offer` is the table of the offer,
/// `key` its dotted key ("offers.hybrid").
void report_flaws(std::span<const ContractFlaw> flaws, Fault::Severity severity, const TomlValue& offer,
                  const std::string& key, Faults& faults);

}  // namespace paystress
