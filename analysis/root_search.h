#pragma once

#include <functional>
#include <span>
#include <vector>

namespace paystress {

/// How far a statement is from holding at x: `margin` >= 0 where it holds, with the interval of its sampling
/// error. NaN where undefined.
struct MarginPoint {
  double x = 0.0, margin = 0.0, low = 0.0, high = 0.0;
};
/// Margins at several x in one go, in their order, on common random numbers: the same x gives the same
/// margin.
using MarginFunction = std::function<std::vector<MarginPoint>(std::span<const double> xs)>;

struct RootSearchSettings {
  double from = 0.0, to = 1.0;
  std::size_t grid = 17;     ///< points of the first scan, >= 2; roots closer than a cell may be missed
  double tolerance = 1e-6;   ///< final width of a bracket, > 0
  std::size_t sections = 8;  ///< points inside a bracket per round, >= 1
  bool whole_numbers = false;
};

/// Where the statement starts (or stops) to hold, going up in x.
struct Crossing {
  double before = 0.0, after = 0.0;  ///< neighbouring x on either side, at most `tolerance` apart
  bool starts = true;                ///< false: it stops to hold
  /// The margin jumps: over the bracket it moves by more than a fifth of what it does over the grid cell
  /// around it, and ten times as steeply. A bracket wider than a tenth of the cell tells of no jump.
  bool jump = false;
  /// x at which the interval of the margin leaves 0 on either side: the values that the sample cannot tell
  /// from the crossing. Open where the range ends first.
  double ci_low = 0.0, ci_high = 0.0;
  bool open_low = false, open_high = false;
  /// The x at which the statement holds, nearest to the crossing.
  [[nodiscard]] double holds_at() const { return starts ? after : before; }
};
/// Neighbouring grid points, three or more, between which the margin does not move at all.
struct FlatStretch {
  double from = 0.0, to = 0.0, margin = 0.0;
};
struct RootSearchResult {
  std::vector<MarginPoint> points;  ///< every x tried, ascending
  std::vector<Crossing> crossings;  ///< ascending
  std::vector<FlatStretch> flats;
  bool holds_everywhere = false, holds_nowhere = false;
  bool undefined_somewhere = false;
};

/// Finds where a margin changes sign: a scan of the range, then every change narrowed by sections.
/// \throws std::invalid_argument on settings that are out of range   \test
/// tests/unit/analysis/root_search_test.cpp
[[nodiscard]] RootSearchResult find_crossings(const MarginFunction& margin,
                                              const RootSearchSettings& settings);

}  // namespace paystress
