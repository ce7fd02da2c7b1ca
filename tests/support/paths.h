#pragma once

#include <string>
#include <string_view>

namespace paystress::test {

/// A file or folder of this checkout: one place knows where it lies, so that tests compile to the same object
/// wherever it does.
[[nodiscard]] std::string source_path(std::string_view inside = {});
/// The program that is tested.
[[nodiscard]] std::string program_path();

}  // namespace paystress::test
