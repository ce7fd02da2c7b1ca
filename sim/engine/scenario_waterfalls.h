#pragma once

#include <cstddef>
#include <string>

#include "analysis/tables.h"
#include "model/study.h"
#include "sim/engine/group_run.h"

namespace paystress::engine {

/// Rows of waterfall.csv of one offer of a group, dollars and then dollars an hour: the kept levels as
/// causes. \test tests/regression/shipped_waterfalls_test.cpp
[[nodiscard]] std::string waterfalls_of(const GroupRun& run, std::size_t offer, const RowScenario& scenario,
                                        const TableOptions& options);

}  // namespace paystress::engine
