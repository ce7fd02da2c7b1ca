#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/path_sample.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// From the advertised figure to the realistic one: what is left after each cause, path by path.
/// levels[0] is advertised, levels[k] what a path is paid (dollars, or dollars an hour) once causes 1 ... k
/// are in force, the last the realistic pay. causes.size() + 1 == levels.size(); every level has a number per
/// path. Levels are made when asked for, in order: ten million paths have no room for all of them at once.
struct Waterfall {
  using Level = std::function<std::vector<double>()>;
  RowScenario scenario;
  std::string_view view = "usd";  ///< "usd" or "hourly"
  std::vector<std::string> causes;
  std::vector<Level> levels;
  /// By level, as levels: what each path moves its mean by through rates that are themselves estimates from
  /// the paths, times the paths. Empty, or an empty column: by nothing.
  std::vector<Level> influence{};
};

struct WaterfallLine {
  std::string_view cause;  ///< "advertised", a cause, or "realistic"
  bool is_change = false;
  std::vector<double> units;          ///< by path, whole; NaN where a level of the path is undefined
  std::vector<double> influence_usd;  ///< by path, on the mean; empty: none
  std::int64_t mean = 0;              ///< of the paths that are defined; changes add up to the totals
};

/// Each line in order, in units of a cent or, in the view "hourly", of a thousandth of one: of a dollar 1 /
/// 100 and 1 / 100,000. Levels are rounded half up to the unit first, so that on every path the changes sum
/// exactly to realistic less advertised. No line where no path is defined.
/// \throws std::invalid_argument when levels do not fit the causes   \test
/// tests/unit/analysis/waterfall_test.cpp
[[nodiscard]] double units_per_usd(const Waterfall& waterfall);
void for_each_line(const Waterfall& waterfall, const std::function<void(WaterfallLine)>& see);

/// Rows of waterfall.csv: advertised, each cause in order, realistic. The printed means are rounded to the
/// unit as levels, so that they, too, add up exactly.
[[nodiscard]] std::string waterfall_rows(const Waterfall& waterfall, double ci_level,
                                         PathDesign design = PathDesign::independent);

}  // namespace paystress
