#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/study.h"

namespace paystress::results {

/// What tables name without explaining: titles, lines and months, so that a result directory explains itself.
struct StudyFacts {
  struct Offer {
    std::string name, title;  ///< title: name where the study gives none
    std::optional<double> advertised_usd_per_year;
    std::vector<std::string> components;  ///< names of `pay`, in order
  };
  struct Stress {
    std::string name;
    std::vector<std::pair<int, int>> months;  ///< first and last of each part, from 1
  };
  std::optional<double> need_usd_per_month, target_usd_per_year;
  std::vector<Offer> offers;
  std::vector<Stress> stresses;  ///< without base
};

/// \test tests/unit/sim/results/manifest_test.cpp
[[nodiscard]] StudyFacts study_facts(const Study& study);

}  // namespace paystress::results
