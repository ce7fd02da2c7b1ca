#include "scenarios/input_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/built_in.h"

namespace paystress {
namespace {

constexpr std::string_view built_in_prefix = "builtin:";

// Reads the schedule that the program carries under this name into `schedule`; false, and a fault, without
// one.
bool read_built_in(const std::string& name, const Place& place, const std::string& key, Faults& faults,
                   std::optional<FeeSchedule>& schedule) {
  if (schedule) return true;
  const auto text =
      find_built_in(built_in_schedules(), std::string_view(name).substr(built_in_prefix.size()));
  if (text) schedule = parse_fee_schedule(*text, name, faults);
  if (schedule) return true;
  std::string known;
  for (const auto& one : built_in_schedules())
    known += fmt::format("{}{}{}", known.empty() ? "" : ", ", built_in_prefix, one.name);
  faults.error(place, key, fmt::format("there is no \"{}\"", name), "the program carries " + known,
               "Write one of these, or the name of a file.");
  return false;
}

}  // namespace

namespace {

// Does a file lie in a directory or below, with all links followed?
bool lies_in(const std::filesystem::path& file, const std::filesystem::path& directory) {
  std::error_code why;
  const auto inside = std::filesystem::weakly_canonical(file, why);
  if (why) return false;
  const auto outside = std::filesystem::canonical(directory.empty() ? "." : directory, why);
  if (why) return false;
  return std::mismatch(outside.begin(), outside.end(), inside.begin(), inside.end()).first == outside.end();
}

}  // namespace

bool InputFiles::may_read(const std::filesystem::path& file) const {
  return lies_in(file, folder_) || std::ranges::any_of(allowed_, [&](const std::filesystem::path& directory) {
           return lies_in(file, directory);
         });
}

template <class T, class Read>
const T* InputFiles::keep(std::map<std::string, Kept<T>>& kept, Read read, const std::string& name,
                          const Place& place, const std::string& key, Faults& faults) {
  const auto path = folder_ / name;
  std::error_code why;
  if (!may_read(path)) {
    faults.error(place, key, fmt::format("\"{}\" lies outside the folder of the study", name),
                 "a study reads the files beside it and no others",
                 "Put the file there, or allow its directory with --allow DIR.");
    return nullptr;
  }
  if (!std::filesystem::is_regular_file(path, why)) {
    faults.error(place, key, fmt::format("there is no file \"{}\"", name),
                 "names are relative to the folder of the study", "Correct the name, or put the file there.");
    return nullptr;
  }
  auto [it, is_new] = kept.try_emplace(name);
  if (is_new) it->second.content = read(path, it->second.faults);
  for (auto& f : it->second.faults.sorted()) faults.add(std::move(f));
  return it->second.content ? &*it->second.content : nullptr;
}

const FeeSchedule* InputFiles::fee_schedule(const std::string& name, const Place& place,
                                            const std::string& key, Faults& faults) {
  if (name.starts_with(built_in_prefix)) {
    auto& schedule = schedules_[name].content;
    return read_built_in(name, place, key, faults, schedule) ? &*schedule : nullptr;
  }
  return keep(schedules_, read_fee_schedule, name, place, key, faults);
}

const CsvText* InputFiles::csv(const std::string& name, const Place& place, const std::string& key,
                               Faults& faults) {
  return keep(
      csvs_, [](const std::filesystem::path& file, Faults& f) { return read_csv_text(file, f); }, name, place,
      key, faults);
}

std::vector<std::filesystem::path> InputFiles::files() const {
  std::vector<std::filesystem::path> all;
  for (const auto& [name, kept] : schedules_)
    if (!name.starts_with(built_in_prefix)) all.push_back(folder_ / name);
  for (const auto& [name, kept] : csvs_) all.push_back(folder_ / name);
  std::ranges::sort(all);
  return all;
}

}  // namespace paystress
