#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/fault.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// One contract of a file, read alone: the file may be a whole study or hold nothing but offers.
struct OfferText {
  Contract contract;
  std::vector<ColumnInfo> user_columns;
  std::optional<std::chrono::year_month_day> start;  ///< of the study, where the file states one
  TomlValue table;                                   ///< as written, to place flaws
  std::string key;                                   ///< "offers.hybrid"

  /// Reports what is wrong or odd with the whole contract, at its keys. True when nothing is wrong.
  bool check(const LedgerLayout& layout, const PeriodGrid& grid, Faults& faults) const;
};

/// Reads offer `name` of a file, or the only offer there is when `name` is empty. The rest of a study is not
/// looked at, except for its start and [ledger.*].   \test tests/unit/typed_ledger_test.cpp
[[nodiscard]] std::optional<OfferText> read_offer(const std::filesystem::path& file, const std::string& name,
                                                  Faults& faults);
[[nodiscard]] std::optional<OfferText> read_offer(const TomlValue& file, const std::string& name,
                                                  Faults& faults);

}  // namespace paystress
