#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/csv_text.h"
#include "scenarios/fault.h"
#include "scenarios/fee_schedule.h"

namespace paystress {

/// The files that a study names, each read once; names are relative to the folder of the study.
///
/// A study of a stranger's must not read what it likes: a file outside that folder, also through a link, is
/// refused unless it lies in one of the allowed directories. Pipes and devices are refused everywhere.
/// \test tests/unit/scenarios/input_files_test.cpp
class InputFiles {
 public:
  explicit InputFiles(std::filesystem::path folder, std::vector<std::filesystem::path> allowed = {})
      : folder_(std::move(folder)), allowed_(std::move(allowed)) {}

  /// The schedule of this name; nullptr, and a fault at `place` or in the file, when it cannot be used.
  const FeeSchedule* fee_schedule(const std::string& name, const Place& place, const std::string& key,
                                  Faults& faults);
  /// A CSV of this name, likewise.
  const CsvText* csv(const std::string& name, const Place& place, const std::string& key, Faults& faults);
  /// Every file that was read, in order of name.
  [[nodiscard]] std::vector<std::filesystem::path> files() const;

 private:
  template <class T>
  struct Kept {
    std::optional<T> content;
    Faults faults;
  };
  template <class T, class Read>
  const T* keep(std::map<std::string, Kept<T>>& kept, Read read, const std::string& name, const Place& place,
                const std::string& key, Faults& faults);

  [[nodiscard]] bool may_read(const std::filesystem::path& file) const;

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> allowed_;
  std::map<std::string, Kept<FeeSchedule>> schedules_;
  std::map<std::string, Kept<CsvText>> csvs_;
};

}  // namespace paystress
