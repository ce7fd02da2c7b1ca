#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "scenarios/read_study.h"
#include "sim/questions/price_readings.h"
#include "sim/questions/what_if.h"

namespace paystress::questions {

/// What to ask before signing each offer as described, and what the better answer is worth.
struct AskReport {
  std::string rows;  ///< of ask_before_signing.csv
  std::string text;  ///< for people: the dearest questions of each offer, and what was taken as certain
};

/// Prices both answers of every question on the paths of what_if_paths. `readings`: what the readings of
/// clauses are worth on all paths, which the text then tells.   \throws Interrupted
/// \test tests/unit/sim/questions/ask_before_signing_test.cpp
[[nodiscard]] AskReport ask_before_signing(const StudyText& text, const engine::RunRequest& request,
                                           const std::vector<DescribedOffer>& described,
                                           const engine::Execution& how,
                                           std::span<const ToldWorth> readings = {});
/// How often it samples the practice as described: with both answers of each number, and as it is.
[[nodiscard]] std::size_t samplings_of_answers(const Practice& practice);
/// And for what makes up for the dearest of them, again for every offer.
[[nodiscard]] std::size_t samplings_of_remedies();

}  // namespace paystress::questions
