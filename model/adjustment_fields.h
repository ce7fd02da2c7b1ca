#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "model/contract.h"

namespace paystress {

/// Calls visit(key, field) with every field of a rule (AdjustmentRule, const or not); keys are dotted below
/// the adjustment: "guarantee_usd", "draw.usd".   \test tests/unit/model/adjustment_fields_test.cpp
void visit_fields(auto& rule, auto&& visit) {
  std::visit(
      [&](auto& kind) {
        const std::string key(kind.traits.key);
        kind.fields(kind, [&](std::string_view below, auto& field) {
          visit(below.empty() ? key : key + "." + std::string(below), field);
        });
      },
      rule);
}

/// Fields in which no amount and no condition can hide; a field of another type must be sorted in.
template <class Field>
concept HoldsNoAmount = std::is_arithmetic_v<Field> || std::is_enum_v<Field> ||
    std::is_same_v<Field, std::optional<MonthRange>> ||
    std::is_same_v<Field, std::variant<Span, std::string>>;

/// Calls visit(key, x) with every Amount and Condition of a rule.
void visit_expressions(auto& rule, auto&& visit) {
  visit_fields(rule, [&]<class Field>(const std::string& key, Field& field) {
    using Plain = std::remove_const_t<Field>;
    if constexpr (std::is_same_v<Plain, Amount> || std::is_same_v<Plain, Condition>) {
      visit(key, field);
    } else if constexpr (std::is_same_v<Plain, std::optional<Amount>> ||
                         std::is_same_v<Plain, std::optional<Condition>>) {
      if (field) visit(key, *field);
    } else {
      static_assert(HoldsNoAmount<Plain>, "say whether a field of this type holds amounts");
    }
  });
}

}  // namespace paystress
