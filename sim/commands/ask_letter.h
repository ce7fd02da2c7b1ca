#pragma once

#include <iosfwd>

#include "scenarios/offer_letter.h"

namespace paystress::commands {

/// Asks for an offer in the words of its letter, one line an answer; an empty line takes what stands in
/// brackets, and what is no answer is asked again.   \throws InputError when the answers end
/// \test tests/unit/sim/commands/ask_letter_test.cpp
[[nodiscard]] OfferLetter ask_letter(std::istream& in, std::ostream& out);

}  // namespace paystress::commands
