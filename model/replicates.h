#pragma once

#include <cstddef>

namespace paystress {

/// Paths of one Latin hypercube: path i lies in replicate i / paths_of_replicate. Replicates are independent
/// of each other, so errors come from their means.
inline constexpr std::size_t paths_of_replicate = 1024;
/// Replicates below which no error is told.
inline constexpr std::size_t least_replicates = 30;

}  // namespace paystress
