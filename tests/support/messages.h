#pragma once

#include <string>
#include <vector>

#include "scenarios/fault.h"

namespace paystress {

/// The faults as a person sees them, in order.
inline std::vector<std::string> messages(const Faults& faults) {
  std::vector<std::string> all;
  for (const auto& f : faults.sorted()) all.push_back(to_string(f));
  return all;
}

}  // namespace paystress
