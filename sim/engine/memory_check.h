#pragma once

#include "sim/engine/outcomes.h"

namespace paystress::engine {

/// Refuses a run that cannot fit into this machine before memory is taken. `largest_group`: contracts priced
/// on the same months at once.   \throws InputError
void check_memory(const RunRequest& request, std::size_t largest_group);

}  // namespace paystress::engine
