#include "sim/questions/question_paths.h"

#include <algorithm>
#include <map>
#include <string>

#include "sim/engine/identity.h"
#include "sim/questions/ask_before_signing.h"
#include "sim/questions/price_levers.h"
#include "sim/questions/price_productivity.h"
#include "sim/questions/price_readings.h"
#include "sim/questions/what_if.h"

namespace paystress::questions {
namespace {

double paths_of_readings(const StudyText& text, const engine::RunRequest& request) {
  double passes = 0.0;
  for (const auto& input : request.inputs)
    if (std::ranges::count(text.vague, input.scenario->offer, &VagueClause::offer) > 0)
      passes += static_cast<double>(passes_of_readings(vague_offer(text, input.scenario->offer)));
  return passes * static_cast<double>(request.paths);
}

}  // namespace

double question_paths(const StudyText& text, const engine::RunRequest& request) {
  const auto& tables = request.tables;
  const double of_readings = tables.contains(Table::readings) ? paths_of_readings(text, request) : 0.0;
  if (!tables.contains_any({Table::levers, Table::productivity, Table::ask_before_signing}))
    return of_readings;
  std::map<std::string, std::size_t> of_practices, of_paces;  // by what is sampled
  std::size_t samplings = 0;
  for (const auto& input : request.inputs) {
    if (input.scenario->stress != "base") continue;
    const auto practice = engine::sampling_identity(*input.practice);
    if (tables.contains(Table::productivity)) {
      const auto& told = input.offer->advertised_practice;
      of_paces[practice + told] = samplings_of_paces(!told.empty() && told != input.scenario->practice);
      ++samplings;  // for tiers
    }
    if (tables.contains(Table::ask_before_signing)) samplings += samplings_of_remedies();
    auto& of_practice = of_practices[practice];
    if (of_practice > 0) continue;
    of_practice = 1;
    if (tables.contains(Table::levers)) of_practice += samplings_of_levers(request, *input.practice);
    if (tables.contains(Table::ask_before_signing)) of_practice += samplings_of_answers(*input.practice);
  }
  for (const auto* counts : {&of_practices, &of_paces})
    for (const auto& [key, count] : *counts) samplings += count;
  return of_readings + static_cast<double>(samplings) * static_cast<double>(what_if_paths(request));
}

}  // namespace paystress::questions
