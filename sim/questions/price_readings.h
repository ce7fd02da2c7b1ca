#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "scenarios/read_study.h"
#include "scenarios/readings.h"
#include "sim/engine/outcomes.h"

namespace paystress::questions {

/// The vague clauses of one offer and a contract for every combination of their readings.
struct VagueOffer {
  std::string name;
  std::vector<VagueClause> clauses;
  std::vector<std::size_t> counts;  ///< readings by clause
  std::vector<std::vector<std::size_t>> readings;
  std::deque<Contract> contracts;  ///< by combination
};
/// Without clauses, one contract.   \pre as for price_readings
[[nodiscard]] VagueOffer vague_offer(const StudyText& text, const std::string& name);

/// What the text tells of a clause: dollars a year in the median.
struct ToldWorth {
  std::string scenario, clause;  ///< id of the scenario, key of the clause
  double usd = 0.0;
};
/// What the vague clauses of a study are worth, every combination priced on the same months.
struct ReadingsReport {
  std::string rows;  ///< of readings.csv; empty when no clause is vague
  std::string text;  ///< for people: the sentences to get in writing, dearest first
  std::vector<ToldWorth> told;
};

/// Prices every combination of readings under every scenario whose offer has a vague clause.
/// `named`: by input, as rows name it.
/// \pre the study was read: it has no more combinations than are priced, all of them legal (check_readings)
/// \throws Interrupted
[[nodiscard]] ReadingsReport price_readings(const StudyText& text, const engine::RunRequest& request,
                                            std::span<const RowScenario> named, const engine::Execution& how);

/// How often it samples a practice for one scenario of an offer.
[[nodiscard]] std::size_t passes_of_readings(const VagueOffer& offer);

/// The sentences of a contract under one reading that are not, or stand elsewhere, under another: what is
/// left of the longest common sequence of lines, so that a line that another component shares hides nothing.
/// \test tests/unit/sim/questions/price_readings_test.cpp
[[nodiscard]] std::vector<std::string> own_sentences(const std::string& text, const std::string& other);

}  // namespace paystress::questions
