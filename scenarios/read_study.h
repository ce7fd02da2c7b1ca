#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/study.h"
#include "scenarios/fault.h"
#include "scenarios/input_files.h"
#include "scenarios/readings.h"
#include "scenarios/resolved_number.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// A study file as parsed, first readings in the place of vague clauses, so that single values can be changed
/// and parts read again (scenarios/override.h).
struct StudySource {
  TomlValue document;
  std::shared_ptr<InputFiles> files;
};

struct StudyText {
  Study study;
  std::vector<ResolvedNumber> resolved;            ///< in the order of the file, defaults after
  std::vector<std::filesystem::path> input_files;  ///< every file read, the study first
  std::shared_ptr<const StudySource> source;
  std::vector<VagueClause> vague;  ///< clauses with readings, in the order of the file
};

/// Reads a study file and every file that it names. Errors and warnings go to `faults`; nothing is returned
/// when there is an error. Never prints. A study with offers alone is legal (`price`); it has no scenarios.
/// Files that it names lie in its folder or in `allowed` directories.
/// \test tests/unit/scenarios/read_study_test.cpp, tests/unit/scenarios/read_study_faults_test.cpp
[[nodiscard]] std::optional<StudyText> read_study(const std::filesystem::path& file, Faults& faults,
                                                  const std::vector<std::filesystem::path>& allowed = {});
/// The same of text in memory; files that it names are relative to `folder`.
[[nodiscard]] std::optional<StudyText> parse_study(std::string_view text, const std::string& file,
                                                   const std::filesystem::path& folder, Faults& faults,
                                                   const std::vector<std::filesystem::path>& allowed = {});

}  // namespace paystress
