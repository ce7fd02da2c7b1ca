#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace paystress {

/// The index from 0 of the item of a list that a part of a dotted key enters by its place, "1" to "size".
/// Only where no item has the part as its name: a name comes first (scenarios/dotted_key.h).
[[nodiscard]] inline std::optional<std::size_t> place_in_list(std::string_view part, std::size_t size) {
  std::size_t place = 0;
  const char* const end = part.data() + part.size();
  const auto [stop, failed] = std::from_chars(part.data(), end, place);
  if (failed != std::errc() || stop != end || part.front() == '0' || place < 1 || place > size)
    return std::nullopt;
  return place - 1;
}

}  // namespace paystress
