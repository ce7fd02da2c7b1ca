#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/estimate.h"
#include "model/study.h"

namespace paystress {

/// From the advertised figure to the realistic one: what is left after each cause, path by path.
/// levels[0] is advertised, levels[k] what a path is paid (dollars, or dollars an hour) once causes 1 ... k
/// are in force, the last the realistic pay. causes.size() + 1 == levels.size(); every level has a number per
/// path.
struct Waterfall {
  const Scenario* scenario = nullptr;
  std::string_view view = "usd";  ///< "usd" or "hourly"
  std::vector<std::string> causes;
  std::vector<std::vector<double>> levels;
};

/// Changes by cause in whole cents, [cause][path]: levels are rounded half up to the cent first, so that on
/// every path the changes sum exactly to realistic less advertised.
/// \throws std::invalid_argument when levels do not fit the causes   \test tests/unit/waterfall_test.cpp
[[nodiscard]] std::vector<std::vector<std::int64_t>> changes_in_cents(const Waterfall& waterfall);

/// Rows of waterfall.csv: advertised, each cause in order, realistic. The printed means are rounded to the
/// cent as levels, so that they, too, add up exactly.
[[nodiscard]] std::string waterfall_rows(const Waterfall& waterfall, double ci_level,
                                         PathDesign design = PathDesign::independent);

}  // namespace paystress
