#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "scenarios/read_offer.h"

namespace paystress::commands {

/// The arguments with which price, curve and explain name one contract.
struct OfferOptions {
  std::string study;
  OfferChoice choice;
};

/// When the clinician leaves, of price and curve.
struct LeavingOptions {
  std::optional<int> month;
  bool by_employer = false;
};
/// Adds --leaves and --by-employer. `options` must outlive the subcommand.
void add_leaving_options(CLI::App& command, LeavingOptions& options);

/// Adds STUDY, --offer and --reading to a subcommand. `options` must outlive it.
void add_offer_options(CLI::App& command, OfferOptions& options);
/// The contract that they name; shipped files are found too.
[[nodiscard]] std::optional<OfferText> load_offer(const OfferOptions& options, Faults& faults);

}  // namespace paystress::commands
