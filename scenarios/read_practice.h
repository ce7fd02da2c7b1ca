#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/practice.h"
#include "scenarios/input_files.h"
#include "scenarios/read_study.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// Reads the table of one practice; faults go to the reader's collection and nothing is returned when there
/// is one. Unknown keys are left to `finish` of the outermost reader. `resolved` (may be null) receives every
/// number with its origin.   \test tests/unit/scenarios/read_practice_test.cpp
[[nodiscard]] std::optional<Practice> read_practice(TableReader& table, const std::string& name,
                                                    InputFiles& files, std::vector<ResolvedNumber>* resolved);

/// The practice as far as it can be read: what cannot is reported and left at its default, a code without a
/// price is worth nothing.
[[nodiscard]] Practice draft_practice(TableReader& table, const std::string& name, InputFiles& files,
                                      std::vector<ResolvedNumber>* resolved);

/// Are denials given by code, and not as one number?
[[nodiscard]] bool is_denied_by_code(const TomlValue& denied);
/// Reads what `collections` has beside one number, of a practice whose codes are read.
void read_collections(TableReader& table, InputFiles& files, std::vector<ResolvedNumber>* resolved,
                      Practice& practice);

/// Reads `shifts` and `columns` of a practice whose weekdays and codes are read.
void read_own_numbers(TableReader& table, InputFiles& files, std::vector<ResolvedNumber>* resolved,
                      Practice& practice);

/// Places among weekday_names of weekdays that are named so.
[[nodiscard]] std::vector<std::size_t> weekdays_of(TableReader& table, const std::vector<std::string>& names);

/// Keys of the numbers of a practice that are drawn per path.
[[nodiscard]] std::vector<std::string> uncertain_keys(const Practice& practice);

/// Reads `correlation` of a practice whose numbers are read, and refuses what no joint law has: at the level
/// of the uncertain numbers, and of the monthly states after conversion to innovations.
void read_correlation(TableReader& table, Practice& practice);

}  // namespace paystress
