#include "sim/results/study_facts.h"

namespace paystress::results {

StudyFacts study_facts(const Study& study) {
  StudyFacts facts{study.need_usd_per_month, study.target_usd_per_year, {}, {}};
  for (const auto& offer : study.offers) {
    StudyFacts::Offer told{
        offer.name, offer.title.empty() ? offer.name : offer.title, offer.advertised_usd_per_year, {}};
    for (const auto& line : offer.pay) told.components.push_back(line.name);
    facts.offers.push_back(std::move(told));
  }
  for (const auto& stress : study.stresses) {
    if (stress.parts.empty()) continue;
    StudyFacts::Stress told{stress.name, {}};
    for (const auto& part : stress.parts) told.months.emplace_back(part.first_month, part.last_month);
    facts.stresses.push_back(std::move(told));
  }
  return facts;
}

}  // namespace paystress::results
