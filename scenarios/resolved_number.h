#pragma once

#include <string>

namespace paystress {

/// A number of the resolved study and where it comes from, for `paystress check`.
struct ResolvedNumber {
  std::string key, value, unit, origin;  ///< origin: "study.toml:12:3", or "default (V5)"
};

}  // namespace paystress
