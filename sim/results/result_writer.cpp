#include "sim/results/result_writer.h"

#include <algorithm>
#include <utility>

#include "sim/errors.h"
#include "sim/results/output_file.h"
#include "sim/results/result_tables.h"

namespace paystress::results {

ResultWriter::ResultWriter(const std::filesystem::path& target, ResultDirectory::Foreign foreign,
                           Manifest about, ResultDirectory::Leftover leftover)
    : about_(std::move(about)), directory_(target, foreign, leftover) {}

void ResultWriter::end_stage(std::string name) {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double> took = now - std::exchange(stage_began_, now);
  about_.timings_s.emplace_back(std::move(name), took.count());
}

void ResultWriter::add(Table table, std::string_view rows) const {
  write_table(aside(), table, rows, about_.packing);
}

void ResultWriter::warn(const std::string& warning) {
  if (std::ranges::find(about_.warnings, warning) == about_.warnings.end())
    about_.warnings.push_back(warning);
}

void ResultWriter::finish(const std::function<bool()>& stop, std::span<const std::string> batch_columns) {
  write_file(aside() / "datapackage.json", datapackage_json(aside(), about_.title, batch_columns));
  if (!about_.timings_s.empty()) end_stage("write");
  write_file(aside() / "manifest.json", manifest_json(about_));
  if (stop && stop()) throw Interrupted();
  directory_.commit();
}

}  // namespace paystress::results
