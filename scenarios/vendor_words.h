#pragma once

#include <span>
#include <string>
#include <string_view>

namespace paystress {

/// What to write for a word of billing systems ("graduated", "volume", "package"); empty when it is none, or
/// when none of `known` is its answer.   \source Stripe, Chargebee and Zuora: tiered pricing models
/// \test tests/unit/scenarios/vendor_words_test.cpp
[[nodiscard]] std::string answer_to_vendor_word(std::string_view word, std::span<const std::string> known);

}  // namespace paystress
