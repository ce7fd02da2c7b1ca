#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenarios/read_study.h"

namespace paystress::questions {

/// What a swept key takes: texts as they would stand in a cell, or a stretch of numbers, ends included.
struct SweepRange {
  double low = 0.0, high = 0.0;
  std::size_t points = 0;  ///< of a grid: evenly spaced, both ends among them; 0 where none were given
};
struct SweptKey {
  std::string key;  ///< dotted, as a batch column
  std::variant<std::vector<std::string>, SweepRange> values;
};
/// Reads `key=a,b,c`, `key=x..y` or `key=x..y/n`.   \throws InputError that says what is wrong
[[nodiscard]] SweptKey parse_swept_key(std::string_view text);

enum class Design { grid, latin_hypercube, sobol };

/// A design: rows of cells, one for each key.
///
/// Grid: every combination, the last key changing fastest; a range needs its number of points. The others
/// spread `rows` points over the unit cube and map them to the keys, a list in equal shares. Latin hypercube:
/// each key hits each of `rows` equal strata once, at a random place in it. Sobol: the sequence without its
/// first point, 0. Whole numbers of practices are rounded.   \source McKay, Beckman & Conover 1979; Joe & Kuo
/// 2008 (boost::random::sobol) \throws InputError   \test tests/unit/sim/questions/sweep_test.cpp
[[nodiscard]] std::vector<std::vector<std::string>> make_design(const std::vector<SweptKey>& keys,
                                                                Design design, std::size_t rows,
                                                                std::uint64_t seed);

/// The batch file of a design: its rows for each scenario of the study that uses every key (a key of practice
/// P needs P, of offer O needs O, of stress S needs S or one that combines it), scenarios outside.
/// \throws InputError when no scenario does
[[nodiscard]] std::string sweep_csv(const StudyText& study, const std::vector<SweptKey>& keys,
                                    const std::vector<std::vector<std::string>>& design);

}  // namespace paystress::questions
