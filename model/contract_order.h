#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/contract.h"

// In which order the parts of a contract act, and what each of them sees: facts of the contract, whoever
// prices, checks or explains it.   \test tests/unit/model/contract_order_test.cpp
namespace paystress {

/// Order in which the components can be computed; those whose amounts wait for each other are left over.
struct ComponentOrder {
  std::vector<std::size_t> order, circle;
};
[[nodiscard]] ComponentOrder order_of_components(const Contract& contract);
/// Components that an adjustment sees, in order: those named, else all that count.
[[nodiscard]] std::vector<std::size_t> lines_seen(const Contract& contract, const Adjustment& adjustment);
/// Earlier adjustments whose own components lie within those of adjustment `i`, in order.
[[nodiscard]] std::vector<std::size_t> earlier_within(const Contract& contract, std::size_t i);

/// Phase of the windows in which money runs up. An opening that brings quantities of the running year and not
/// its pay: a year of money starts with the contract even then.
[[nodiscard]] std::optional<MonthRange> money_phase(const Contract& contract, Span span,
                                                    const std::optional<MonthRange>& months);

}  // namespace paystress
