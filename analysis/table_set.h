#pragma once

#include <cstdint>
#include <initializer_list>

#include "analysis/column_schema.h"

namespace paystress {

/// Tables that are wanted.
class TableSet {
 public:
  constexpr TableSet() = default;
  constexpr TableSet(std::initializer_list<Table> tables) {
    for (const auto t : tables) insert(t);
  }
  /// Every table there is.
  [[nodiscard]] static constexpr TableSet all() {
    TableSet set;
    set.bits_ = ~std::uint32_t{0};
    return set;
  }
  constexpr void insert(Table table) { bits_ |= bit(table); }
  [[nodiscard]] constexpr bool contains(Table table) const { return (bits_ & bit(table)) != 0; }
  [[nodiscard]] constexpr bool contains_any(TableSet other) const { return (bits_ & other.bits_) != 0; }
  [[nodiscard]] constexpr TableSet operator|(TableSet other) const { return TableSet(bits_ | other.bits_); }
  /// Those that the other does not have.
  [[nodiscard]] constexpr TableSet operator-(TableSet other) const { return TableSet(bits_ & ~other.bits_); }

 private:
  constexpr explicit TableSet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Table table) {
    return std::uint32_t{1} << static_cast<std::uint32_t>(table);
  }
  std::uint32_t bits_ = 0;
};

}  // namespace paystress
