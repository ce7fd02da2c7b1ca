#pragma once

#include <string_view>

namespace paystress::results {

/// As in CMakeLists.txt: "0.1.0".
[[nodiscard]] std::string_view program_version();
/// SHA-256 of the program's own sources. Builds with the same digest compute the same numbers.
[[nodiscard]] std::string_view source_digest();

}  // namespace paystress::results
