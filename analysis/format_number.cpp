#include "analysis/format_number.h"

#include <array>
#include <charconv>
#include <cmath>

namespace paystress {

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) return;
  if (value == 0.0) value = 0.0;  // no "-0" in a table
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

}  // namespace paystress
