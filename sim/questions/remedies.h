#pragma once

#include <optional>
#include <span>

#include "analysis/ask_table.h"
#include "analysis/tables.h"
#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// The number of an offer that makes up for the worse answer to a question: of the amounts of its pay and
/// terms that one whose rise moves the median most, raised until the median is that of the better answer, to
/// within a thousandth of what it was; on the same paths. \param worse the offer on the practice that follows
/// from the worse answer \param better_usd yearly pay by path under the better one \return nothing where
/// twice that number is not enough, or where no rise of one pays more \throws Interrupted   \test
/// tests/unit/sim/questions/remedies_test.cpp
[[nodiscard]] std::optional<Remedy> find_remedy(const engine::RunRequest& request,
                                                const engine::ScenarioInput& worse,
                                                std::span<const double> better_usd,
                                                const TableOptions& options, const engine::Execution& how);
/// How often it samples the practice; about.
inline constexpr std::size_t samplings_of_a_remedy = 6;

}  // namespace paystress::questions
