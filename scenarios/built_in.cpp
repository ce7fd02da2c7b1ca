#include "scenarios/built_in.h"

#include <algorithm>

namespace paystress {

std::optional<std::string_view> find_built_in(std::span<const BuiltIn> all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &BuiltIn::name);
  if (found == all.end()) return std::nullopt;
  return found->text;
}

}  // namespace paystress
