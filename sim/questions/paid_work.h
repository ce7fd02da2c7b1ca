#pragma once

#include <optional>
#include <string_view>

#include "model/contract.h"
#include "model/practice.h"

namespace paystress::questions {

/// Work beside visits that came, which one offer pays and another does not.
enum class Work { no_shows, messages, late_charting, count_ };

/// The ledger column that counts it.
[[nodiscard]] std::string_view column_of(Work work);

inline constexpr std::string_view unpaid_work = "unpaid";
/// What becomes of the work as offered: `unpaid_work`, or the pay that covers it already. Nothing where the
/// offer reads a column that counts the work or contains it: it has a price then. \test
/// tests/unit/sim/questions/paid_work_test.cpp
[[nodiscard]] std::optional<std::string_view> paid_as_offered(Work work, const Contract& offer,
                                                              const Practice& practice);

/// Visits that can be booked in an hour of session, at the middle of each number: with kinds of shift the
/// slots of all shifts worked by their hours.
[[nodiscard]] double slots_per_hour_worked(const Practice& practice);

}  // namespace paystress::questions
