#pragma once

#include <string>
#include <vector>

#include "model/contract.h"
#include "model/practice.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// Reads [stresses.*] in the order of the file, "base" (no parts) first; `combine` joins the parts of others
/// in the order listed, a stress's own changes after them. A faulty stress is left out. `offers` is the table
/// [offers] of the file (may be null): keys of contract numbers are checked against it. \pre months >= 1
/// \test tests/unit/scenarios/read_study_faults_test.cpp
[[nodiscard]] std::vector<Stress> read_stresses(TableReader* stresses, int months);

/// Reports what a stress changes in `contract` and that the contract does not have. `stresses` is the table
/// [stresses] of the file.
void check_stressed_amounts(const Stress& stress, const Contract& contract, const TomlValue& stresses,
                            Faults& faults);

/// The stresses that one stress takes its parts from, by `combine`, directly or not; itself included.
[[nodiscard]] std::vector<std::string> stresses_behind(const TomlValue& stresses, const std::string& name);

}  // namespace paystress
