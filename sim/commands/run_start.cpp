#include "sim/commands/run_start.h"

#include <fmt/format.h>
#include <unistd.h>

#include "sim/commands/load_study.h"
#include "sim/engine/for_blocks.h"
#include "sim/errors.h"

namespace paystress::commands {

std::string sampler_name(samplers::SamplerKind kind) {
  return kind == samplers::SamplerKind::fast ? "fast" : "reference";
}

StudyText load_for_run(const RunOptions& options) {
  // A batch names the scenarios itself.
  auto text = options.batch ? load_study(options.study) : load_scenarios(options.study);
  if (options.seed) text.study.seed = *options.seed;
  if (options.paths) text.study.paths = *options.paths;
  return text;
}

// Refused before memory is taken: a run that is killed half-way says nothing to its user.
void check_memory(const engine::RunRequest& request, std::size_t largest_group) {
  constexpr double bytes_a_month = 20.0, bytes_an_offer_month = 8.0, bytes_a_scenario = 16.0;
  const auto months = static_cast<double>(request.study->months);
  const double needed =
      static_cast<double>(request.paths) *
      (months * (bytes_a_month + bytes_an_offer_month * static_cast<double>(largest_group)) +
       bytes_a_scenario * static_cast<double>(request.inputs.size()));
  const double present =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (needed > present)
    throw InputError(
        fmt::format("{} paths of {} months need about {:.0f} GB of memory, and this machine has "
                    "{:.0f}. Ask for fewer with --paths N",
                    request.paths, request.study->months, needed / 1e9, present / 1e9));
}

results::Manifest manifest_of(const StudyText& text, const engine::RunRequest& request,
                              const RunOptions& options) {
  results::Manifest m;
  m.command = "run";
  m.title = text.study.title;
  m.seed = request.draws.seed;
  m.paths = static_cast<std::int64_t>(request.paths);
  m.months = text.study.months;
  m.start = text.study.grid().front().label + "-01";
  m.sampler = sampler_name(request.draws.sampler);
  m.traits = request.draws.traits == TraitSampling::latin_hypercube ? "latin_hypercube" : "independent";
  m.scenarios = request.inputs.size();
  for (const auto& file : text.input_files)
    m.inputs.push_back({file.generic_string(), results::sha256_of_file(file)});
  m.threads = options.threads;
  m.blocks_backend = engine::for_blocks_backend();
  const std::size_t replicates = request.paths / paths_of_replicate;
  const bool goes_on = request.study->precision && !options.paths && !options.batch;
  if (request.draws.traits == TraitSampling::latin_hypercube && replicates < least_replicates && !goes_on)
    m.warnings.push_back(fmt::format(
        "{} paths hold {} whole replicates of {}; under latin_hypercube errors and intervals need {} of them "
        "({} paths) and are left empty",
        request.paths, replicates, paths_of_replicate, least_replicates,
        least_replicates * paths_of_replicate));
  return m;
}

}  // namespace paystress::commands
