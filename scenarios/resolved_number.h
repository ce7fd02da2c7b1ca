#pragma once

#include <string>
#include <variant>

#include "scenarios/fault.h"

namespace paystress {

/// A number that the study leaves out, and what its default rests on; the source may be empty.
struct DefaultNumber {
  std::string source;
};

/// Where a number comes from: the place in the study that gives it, or a default.
using NumberOrigin = std::variant<Place, DefaultNumber>;
/// "study.toml:12:3", or "default (V5)".
[[nodiscard]] std::string to_string(const NumberOrigin& origin);

/// A number of the resolved study and where it comes from, for `paystress check`.
struct ResolvedNumber {
  std::string key, value, unit;
  NumberOrigin origin;
};

}  // namespace paystress
