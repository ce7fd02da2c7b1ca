#pragma once

#include <string_view>

#include "model/contract.h"

namespace paystress {

/// As a study writes it: "month", "quarter", "year", "horizon".
[[nodiscard]] constexpr std::string_view span_name(Span span) {
  switch (span) {
    case Span::month:
      return "month";
    case Span::quarter:
      return "quarter";
    case Span::year:
      return "year";
    case Span::horizon:
      break;
  }
  return "horizon";
}

}  // namespace paystress
