#include "analysis/format_number.h"

#include <array>
#include <charconv>
#include <cmath>

namespace paystress {

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) return;
  if (value == 0.0) value = 0.0;  // no "-0" in a table
  std::array<char, 32> buffer{};
  // The shortest form of 300,000 is 3e+05, which nobody expects in a column of dollars.
  constexpr double most_in_full = 1e15;
  const bool in_full = std::abs(value) < most_in_full && value == std::trunc(value);
  const auto end =
      (in_full ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed)
               : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value))
          .ptr;
  out.append(buffer.data(), end);
}

}  // namespace paystress
