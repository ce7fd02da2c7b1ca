#include "sim/results/run_manifest.h"

#include <fmt/format.h>

#include "model/replicates.h"
#include "sim/engine/for_blocks.h"
#include "sim/results/table_choice.h"

namespace paystress::results {
namespace {

// What every run of a study says of it.
Manifest study_manifest(const StudyText& text, std::string_view study_bytes, std::size_t scenarios) {
  Manifest m;
  m.command = "run";
  m.title = text.study.title;
  m.months = text.study.months;
  m.start = text.study.grid().front().label + "-01";
  m.scenarios = scenarios;
  m.study = study_facts(text.study);
  for (const auto& file : text.input_files) {
    // The study comes first, and may have been a pipe.
    m.inputs.push_back(
        {file.generic_string(), m.inputs.empty() ? sha256(study_bytes) : sha256_of_file(file)});
  }
  return m;
}

}  // namespace

std::string sampler_name(samplers::SamplerKind kind) {
  return kind == samplers::SamplerKind::fast ? "fast" : "reference";
}

Manifest run_manifest(const StudyText& text, std::string_view study_bytes, const engine::RunRequest& request,
                      PathCount paths, int threads) {
  auto m = study_manifest(text, study_bytes, request.inputs.size());
  m.seed = request.draws.seed;
  m.paths = static_cast<std::int64_t>(request.paths);
  m.sampler = sampler_name(request.draws.sampler);
  m.traits = name_of(request.draws.traits);
  m.tables = table_names(TableWriter::study, request.tables);
  m.threads = threads;
  m.blocks_backend = engine::for_blocks_backend();
  const std::size_t replicates = request.paths / paths_of_replicate;
  if (has_replicates(request.draws.traits) && replicates < least_replicates && paths == PathCount::fixed)
    m.warnings.push_back(
        fmt::format("{} paths hold {} whole replicates of {}; under {} errors and intervals need {} of them "
                    "({} paths) and "
                    "are left empty",
                    request.paths, replicates, paths_of_replicate, m.traits, least_replicates,
                    least_replicates * paths_of_replicate));
  return m;
}

Manifest exact_manifest(const StudyText& text, std::string_view study_bytes, std::size_t scenarios) {
  auto m = study_manifest(text, study_bytes, scenarios);
  m.sampler = "exact";
  m.traits = "none";
  m.tables = table_names(TableWriter::study, {Table::income_distribution, Table::tier_miss});
  return m;
}

}  // namespace paystress::results
