#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace paystress {

/// A file that is part of the program, so that it is found from anywhere.
struct BuiltIn {
  std::string_view name, text;
};

/// Studies to start from (scenarios/templates), in order of name.
/// \test tests/unit/scenarios/built_in_test.cpp
[[nodiscard]] std::span<const BuiltIn> built_in_templates();
/// Fee schedules, named "builtin:NAME" in a study.
[[nodiscard]] std::span<const BuiltIn> built_in_schedules();
/// The text of one; nothing where there is none of this name.
[[nodiscard]] std::optional<std::string_view> find_built_in(std::span<const BuiltIn> all,
                                                            std::string_view name);

}  // namespace paystress
