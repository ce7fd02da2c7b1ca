#include "scenarios/resolved_number.h"

#include <fmt/format.h>

namespace paystress {

std::string to_string(const NumberOrigin& origin) {
  if (const auto* place = std::get_if<Place>(&origin))
    return fmt::format("{}:{}:{}", place->file, place->line, place->column);
  const auto& source = std::get<DefaultNumber>(origin).source;
  return source.empty() ? "default" : fmt::format("default ({})", source);
}

}  // namespace paystress
