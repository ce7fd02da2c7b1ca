#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/read_contract.h"
#include "tests/support/messages.h"

namespace paystress {

/// A contract that was read, and the faults found.
struct ReadOffer {
  std::optional<Contract> contract;
  std::vector<std::string> faults;
  bool is_toml = false;
};

/// Reads the offer `x` of a file, from January 2026; a study's reader goes through the same calls.
inline ReadOffer read_offer_x(const std::string& toml) {
  constexpr std::chrono::year_month_day start{std::chrono::year(2026) / 1 / 1};
  Faults faults;
  ReadOffer result;
  if (const auto file = parse_toml(toml, "c.toml", faults)) {
    result.is_toml = true;
    TableReader root(*file, "", faults);
    std::vector<ColumnInfo> columns;
    if (auto* ledger = root.sub("ledger")) columns = read_user_columns(*ledger);
    result.contract = read_contract(*root.sub("offers")->sub("x"), "x", columns, {}, start);
    root.finish();
  }
  result.faults = messages(faults);
  return result;
}

}  // namespace paystress
