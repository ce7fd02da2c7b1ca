#include "sim/words/scenario_titles.h"

#include <algorithm>

namespace paystress::words {
namespace {

std::string in_words(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

}  // namespace

std::string offer_title(const Study& study, const Scenario& scenario) {
  const auto* offer = study.find_offer(scenario.offer);
  auto title = offer == nullptr || offer->title.empty() ? in_words(scenario.offer) : offer->title;
  const bool elsewhere = std::ranges::any_of(study.scenarios, [&](const Scenario& other) {
    return other.offer == scenario.offer && other.practice != scenario.practice;
  });
  if (elsewhere) title += " at " + in_words(scenario.practice);
  return title;
}

std::string stress_title(std::string_view stress) {
  return stress == "base" ? "as described" : in_words(stress);
}

}  // namespace paystress::words
