#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/results/output_file.h"
#include "sim/results/shard.h"
#include "sim/results/study_facts.h"

namespace paystress::results {

/// SHA-256 in lower-case hexadecimal.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// \throws InputError when the file cannot be read
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& file);

struct InputFile {
  std::string path;  ///< as the user gave it, so that no place of this machine is told
  std::string sha256;
};

/// One precision target at the end of a run.
struct TargetOutcome {
  std::string scenario, target;        ///< target: "quantile(income_usd, 0.05) +- 500"
  std::optional<double> half_width;    ///< reached; nothing where undefined
  std::optional<double> wanted;        ///< half-width wanted, absolute
  std::optional<double> paths_needed;  ///< estimate for targets that were missed
  bool met = false;
};

/// What a run was, for whoever finds its results later. Everything but the object `run` (host, shard,
/// threads, timings) is the same for the same inputs, whatever the machine and its threads.
struct Manifest {
  std::string command;  ///< "run"
  std::string title;
  std::uint64_t seed = 0;
  std::int64_t paths = 0;  ///< per scenario, as run
  int months = 0;
  std::string start;  ///< "2026-01-01"
  std::string sampler, traits;
  std::size_t scenarios = 0;
  std::size_t failed_rows = 0;
  std::vector<std::string> tables;  ///< names of those that were asked for
  Packing packing = Packing::plain;
  StudyFacts study;
  std::vector<InputFile> inputs;
  std::vector<TargetOutcome> convergence;
  bool converged = true;  ///< true without targets
  std::vector<std::string> warnings;
  std::optional<Shard> shard;  ///< the part of a batch that this is
  int threads = 1;
  std::string blocks_backend;
  std::vector<std::pair<std::string, double>> timings_s;  ///< "sample_and_pay" -> wall-clock seconds
  /// "sampling" -> seconds of all threads together
  std::vector<std::pair<std::string, double>> thread_seconds;
};

/// A file of JSON: indented, with a line feed.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);
/// JSON text, keys in a fixed order.   \test tests/unit/sim/results/manifest_test.cpp
[[nodiscard]] std::string manifest_json(const Manifest& manifest);

/// What decides the numbers of a result: settings, version, sources and the digests of its inputs, each by
/// the name that a person is told. Two inputs, or an input and a setting, may have the same. Not among them:
/// what grows with the rows of a batch.
using DecidingFacts = std::map<std::string, std::vector<std::string>>;
/// Of a manifest, which may be of any kind: what it lacks is "null".
[[nodiscard]] DecidingFacts deciding_facts(const nlohmann::json& manifest);

}  // namespace paystress::results
