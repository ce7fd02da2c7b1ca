#pragma once

#include <span>
#include <string_view>

#include "model/practice.h"

namespace paystress {

/// Between which values practices were seen: what a number that is given without a range may turn out to be.
struct PublishedRange {
  Parameter parameter;
  double low, high;
  std::string_view source;  ///< ids of scenarios/SOURCES.md
};

/// Of numbers that an employer can be asked for and that change what pay counts.
/// \test tests/unit/scenarios/published_ranges_test.cpp
[[nodiscard]] std::span<const PublishedRange> published_ranges();

}  // namespace paystress
