#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/engine/outcomes.h"

namespace paystress::results {

/// What of an outcome is in no table and a run goes on from: pay and visits by path, what the screen shows,
/// columns of paths.csv where they were kept. Bytes of this machine, for a checkpoint; exact.
/// \test tests/unit/sim/results/outcome_bytes_test.cpp
[[nodiscard]] std::string outcome_bytes(const engine::ScenarioOutcome& outcome);

/// The outcome of the texts of its tables, in the order of table_rows, and these bytes. The methods of
/// estimates, which no screen shows, are not kept.   \throws OutputError when the bytes are not complete
[[nodiscard]] engine::ScenarioOutcome outcome_of(std::span<const std::string> tables, std::string_view bytes);

}  // namespace paystress::results
