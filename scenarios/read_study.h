#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/study.h"
#include "scenarios/fault.h"

namespace paystress {

/// A number of the resolved study and where it comes from, for `paystress check`.
struct ResolvedNumber {
  std::string key, value, unit, origin;  ///< origin: "study.toml:12:3", or "default (V5)"
};

struct StudyText {
  Study study;
  std::vector<ResolvedNumber> resolved;            ///< in the order of the file, defaults after
  std::vector<std::filesystem::path> input_files;  ///< every file read, the study first
};

/// Reads a study file and every file that it names. Errors and warnings go to `faults`; nothing is returned
/// when there is an error. Never prints.
[[nodiscard]] std::optional<StudyText> read_study(const std::filesystem::path& file, Faults& faults);

}  // namespace paystress
