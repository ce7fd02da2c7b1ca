#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/fault.h"
#include "scenarios/readings.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// One contract of a file, read alone: the file may be a whole study or hold nothing but offers.
struct OfferText {
  Contract contract;          ///< what could not be read is left at nothing
  std::vector<Fault> faults;  ///< of the contract; empty: it is whole
  std::vector<ColumnInfo> user_columns;
  std::vector<SpanColumn> shared_spans;
  TomlValue calendar;  ///< [calendar] as written, a table; nothing in it where the file has none
  std::optional<std::chrono::year_month_day> start;  ///< of the study, else the choice's first month
  TomlValue table;                                   ///< as written, to place flaws
  std::vector<VagueClause> vague;                    ///< clauses that the paper leaves open
  std::vector<std::size_t> reading;                  ///< which of its readings each of them has here
  std::string key;                                   ///< "offers.hybrid"

  /// Reports what is wrong or odd with the whole contract, at its keys; of one that could not be read whole,
  /// what is wrong in any case. `leaves`: the month in which the clinician leaves, where it is known.
  /// True when nothing is wrong.
  bool check(const LedgerLayout& layout, const PeriodGrid& grid, Faults& faults,
             std::optional<int> leaves = {}) const;
  /// Reports what is wrong with the contract whatever ledger it is priced on.
  void check_alone(Faults& faults) const;
  /// Says that `push` is left aside where quantities that somebody typed are priced.
  void warn_typed(Faults& faults) const;
};

/// Which contract of a file is meant.
struct OfferChoice {
  std::string name;  ///< empty: the only one there is
  std::vector<std::string>
      readings;  ///< "pay.bonus.mode=2": which reading of a vague clause; the first where absent
  /// Month 1 where the file states no study.start.
  std::optional<std::chrono::year_month_day> first_month{};
};

/// Reads one offer of a file. The rest of a study is not looked at, except for its start and [ledger.*]. A
/// vague clause whose reading is not chosen brings a warning.   \test
/// tests/unit/scenarios/read_offer_test.cpp
[[nodiscard]] std::optional<OfferText> read_offer(const std::filesystem::path& file,
                                                  const OfferChoice& choice, Faults& faults);
[[nodiscard]] std::optional<OfferText> read_offer(const TomlValue& file, const OfferChoice& choice,
                                                  Faults& faults);
/// The same as far as it can be read, so that what it is priced on can be checked in the same go; nothing
/// where no offer is found.
[[nodiscard]] std::optional<OfferText> draft_offer(const std::filesystem::path& file,
                                                   const OfferChoice& choice, Faults& faults);

}  // namespace paystress
