#pragma once

#include <string>
#include <string_view>

#include "model/study.h"

namespace paystress::words {

/// What people call the offer of a scenario: its title, or its name in words; with its practice where the
/// study has it on several.   \test tests/unit/sim/words/scenario_titles_test.cpp
[[nodiscard]] std::string offer_title(const Study& study, const Scenario& scenario);
/// "as described" for base, else the name of the stress in words.
[[nodiscard]] std::string stress_title(std::string_view stress);

}  // namespace paystress::words
