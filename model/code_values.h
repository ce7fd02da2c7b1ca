#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "model/calendar.h"
#include "model/contract.h"
#include "model/ledger.h"
#include "model/practice.h"

namespace paystress {

/// Legal work RVUs and dollars of one visit.
inline constexpr double most_work_rvu = 1'000.0, most_usd_a_visit = 1e6;

/// What a visit of a code is worth in a month.
struct CodeValue {
  long work_rvu_hundredths = 0;
  std::optional<long> usd_cents;
  friend bool operator==(const CodeValue&, const CodeValue&) = default;
};

/// By month and code: the schedule year in force (the last that has begun; before the first, the first) where
/// the practice follows the calendar, else the one year that is meant; then as the stress revalues it.
/// \test tests/unit/model/code_values_test.cpp
[[nodiscard]] std::vector<std::vector<CodeValue>> code_values(const Practice& practice, const Stress& stress,
                                                              const Calendar& calendar);

/// The columns that a contract with work RVUs of its own counts from visits by code.
[[nodiscard]] bool is_counted_by_schedule(std::string_view column);
/// Does the contract say itself what a visit's work RVU is: by a year of the schedule, or by a list?
[[nodiscard]] bool has_own_work_rvus(const Contract& contract);
/// Does any amount or condition of its pay and adjustments read such a column?
[[nodiscard]] bool reads_work_rvus(const Contract& contract);
/// The work RVU by which a contract counts visits of a code of the layout, in hundredths; none where it has
/// no own or neither its list nor that year of the schedule knows the code.
[[nodiscard]] std::optional<long> own_work_rvu(const Contract& contract, const LedgerLayout& layout,
                                               std::size_t code);

/// Visits of one code among those from which a contract counts work RVUs itself.
struct CountedCode {
  std::size_t visits = 0;             ///< position of visits.CODE in the layout
  std::optional<std::size_t> change;  ///< of code_change.CODE
  double work_rvu_hundredths = 0.0;
};
/// The codes from which a contract counts this column; empty where the ledger's own column holds: of another
/// column, of a contract without work RVUs of its own, and of a typed ledger that brings the column.
[[nodiscard]] std::vector<CountedCode> counted_codes(const Contract& contract, const LedgerLayout& layout,
                                                     std::string_view column);

}  // namespace paystress
