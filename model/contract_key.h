#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/contract.h"
#include "model/practice.h"

namespace paystress {

/// The amount of a contract at a dotted key below the offer, as the study file spells it: `terms.rate`,
/// `pay.base.fixed_usd`, `pay.bonus.usd`, `pay.bonus.usd.99214`, `pay.bonus.tiers.2.above` (from 1),
/// `adjust.floor.guarantee_usd`, `adjust.advance.usd`; a part by its name or, where none has it, by 1-based
/// place. Null when there is none. \test tests/unit/model/contract_key_test.cpp
[[nodiscard]] Amount* find_amount(Contract& contract, std::string_view key);

/// Every key for which find_amount finds something, in the order of the contract.
[[nodiscard]] std::vector<std::string> amount_keys(const Contract& contract);

/// A number of `push`, by its key below the offer: no amount, it is one for all months.
struct PushNumber {
  std::string_view key;
  double low, high;  ///< range: low itself only where `whole`
  bool whole;
  std::string_view meaning;
};
[[nodiscard]] std::span<const PushNumber> push_numbers();
[[nodiscard]] const PushNumber* find_push_number(std::string_view key);
[[nodiscard]] double value_of(const PushNumber& number, const Push& push);

/// The contract under a stress: amounts that the stress names (as `OFFER.key`) change in the months of its
/// parts, numbers of its push in all months (whole ones are rounded); what it says of other offers is left
/// out. Nothing when the stress does not touch this offer.
/// \throws std::invalid_argument when a key of this offer names neither
[[nodiscard]] std::optional<Contract> stressed(const Contract& contract, const Stress& stress, int months);

}  // namespace paystress
