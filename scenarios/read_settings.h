#pragma once

#include <string>
#include <vector>

#include "model/study.h"
#include "scenarios/resolved_number.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// Reads [study], [study.precision] and [calendar] of the file into `study`; what is absent keeps its
/// default.
void read_settings(TableReader& root, Study& study, std::vector<ResolvedNumber>& resolved);

/// Refuses a study that no machine would finish, before memory is taken, with an estimate of what it needs.
void check_size(const Study& study, const std::string& file, Faults& faults);

}  // namespace paystress
