#pragma once

#include <nlohmann/json.hpp>
#include <utility>

namespace paystress {

/// A JSON text that somebody may have written anew: no value (`is_discarded`) where it is no JSON. What is
/// nested deeper than anything in the files of this program is left out; it might not fit onto a stack.
/// \test tests/unit/analysis/report/results_json_test.cpp
template <class Json, class Text>
[[nodiscard]] Json read_json(Text&& text) {
  constexpr int deepest = 32;
  return Json::parse(
      std::forward<Text>(text),
      [](int depth, typename Json::parse_event_t, const Json&) { return depth <= deepest; }, false);
}

}  // namespace paystress
