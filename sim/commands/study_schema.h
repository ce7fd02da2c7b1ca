#pragma once

#include <string>

namespace paystress::commands {

/// The JSON schema of a study file (draft 7), for editors: its tables and keys, forms, ranges and choices.
/// Made by asking the readers themselves: studies that hold one key each are read until no reader asks for a
/// key that is not known yet. A table is closed where a reader of it was heard; a table of names (practices,
/// offers, terms) is open.   \test tests/unit/sim/commands/study_schema_test.cpp
[[nodiscard]] std::string study_schema();

}  // namespace paystress::commands
