#pragma once

#include "sim/commands/commands.h"
#include "sim/commands/offer_options.h"

namespace paystress::commands {

/// Prints a contract in sentences, and what it leaves open; its faults go to stderr.
[[nodiscard]] ExitCode explain_offer(const OfferOptions& options);

}  // namespace paystress::commands
