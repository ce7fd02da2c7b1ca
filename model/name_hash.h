#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace paystress {

/// 64-bit FNV-1a of the bytes of a name. \source Fowler, Noll and Vo
[[nodiscard]] constexpr std::uint64_t name_hash(std::string_view name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

/// Rows of the table of Sobol dimensions: as many as have a leading digit of their own over 1,024 points.
inline constexpr std::size_t sobol_dimension_count = 512;
/// Row of the variable with this name: the leading nine bits of its hash times a constant, for which no two
/// numbers of a practice meet and nets of any two of them are good. Two names of one row cannot be drawn
/// together.   \test tests/unit/sim/random/strata_test.cpp
[[nodiscard]] constexpr std::size_t sobol_dimension(std::string_view name) {
  return static_cast<std::size_t>((name_hash(name) * 0x9E3779B97F502A4FU) >> 55U);
}

}  // namespace paystress
