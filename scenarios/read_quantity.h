#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/quantity.h"
#include "scenarios/input_files.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// Shares that are typed in decimals sum to 1 within this.
inline constexpr double share_tolerance = 1e-9;

/// What a practice number may be.
struct QuantityRule {
  NumberRange range;
  bool is_probability = false;  ///< {mean, sd} is a beta, otherwise a gamma
  bool is_whole = false;
  bool may_be_uncertain = true;
};

/// Reads `name`: a number, or a distribution {low, likely, high}, {median, cv}, {p10, p90}, {mean, sd},
/// {values = "file.csv:column"}. Nothing when absent or faulty.   \test
/// tests/unit/scenarios/read_study_test.cpp
[[nodiscard]] std::optional<Quantity> read_quantity(TableReader& table, std::string_view name,
                                                    const QuantityRule& rule, InputFiles& files);

/// As a person reads it: 0.08, PERT(0.033, 0.08, 0.18), lognormal(median 4, sigma 0.28), ...
[[nodiscard]] std::string text_of(const Quantity& quantity);
/// The largest value that can be drawn, nothing where there is none.
[[nodiscard]] std::optional<double> upper_end(const Quantity& quantity);
/// The middle of what is expected: the value, the mode of a PERT, medians and means of the others.
[[nodiscard]] double typical(const Quantity& quantity);

}  // namespace paystress
