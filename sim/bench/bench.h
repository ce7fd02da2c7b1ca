#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/study.h"
#include "sim/bench/bench_peer.h"
#include "sim/samplers/sampler.h"

namespace paystress::bench {

/// One line of bench/results/compare.csv. `ratio` is peer_seconds / seconds, medians over the repetitions;
/// for the floor and for scaling, where less is better, seconds / peer_seconds. Its range is that of the
/// repetitions, each taken with the peer's neighbour in time.
struct Comparison {
  std::string what, peer;
  std::int64_t paths = 0, path_days = 0;
  double seconds = 0.0, peer_seconds = 0.0, ratio = 0.0, ratio_min = 0.0, ratio_max = 0.0;
  std::optional<bool> agree;  ///< nothing where there is no answer to compare
};

/// Income over the horizon by path and the horizon's column summaries, as one simulation gives them.
struct Simulation {
  double seconds = 0.0;
  std::vector<double> income_usd;  ///< by path
  std::vector<std::string> names;  ///< of the ledger columns
  std::vector<ColumnSummary> columns;
};

/// Samples and prices groups, walked together as a run walks them, in blocks on `threads` threads; of each
/// group's offers the first one's income is kept. Timed are sampling and pay, of all groups together.
[[nodiscard]] std::vector<Simulation> simulate(samplers::SamplerKind kind, const Study& study,
                                               std::span<const engine::SampleGroup> groups,
                                               std::int64_t paths, int threads, std::uint64_t seed);
/// The same of one practice, unstressed.
[[nodiscard]] Simulation simulate(samplers::SamplerKind kind, const Study& study, const Practice& practice,
                                  const std::vector<Contract>& offers, std::int64_t paths, int threads,
                                  std::uint64_t seed);

/// Seconds of sampling alone, of all groups.
[[nodiscard]] double sampling_seconds(const Study& study, std::span<const engine::SampleGroup> groups,
                                      std::int64_t paths, int threads, std::uint64_t seed);
/// A group of one practice and contracts that outlive it.
[[nodiscard]] engine::SampleGroup group_of(const Practice& practice, const Stress& stress,
                                           std::span<const Contract> offers);

/// How a peer's answer differs from ours beyond Monte Carlo error; empty when it agrees.
///
/// Compared: mean, sd and 5, 50, 95 % quantiles of income, mean and sd of every ledger column. Each in
/// standard errors of both samples (of an sd: from the fourth moment of ours); a quantile by its rank among
/// our incomes. Limit 5.0: about 100 comparisons raise a false alarm once in 17,000 runs (of a study of 25
/// rows: in 700); a mean of income that is off by half a per cent of its value is 5 errors away at 8,192
/// paths (sd 10 % of the mean).
[[nodiscard]] std::string disagreement(const Simulation& ours, const PeerAnswer& peer);
/// The answer that a peer would give of this simulation.
[[nodiscard]] PeerAnswer answer_of(const Simulation& simulation);

struct BenchOptions {
  std::filesystem::path study = "scenarios/telemedicine_offers.toml";
  /// Whose rows are run as a study, and whose first practice as a sweep.
  std::filesystem::path rows = "tests/regression/studies/telemedicine_offers.toml";
  std::filesystem::path peers = "bench/peers";
  std::filesystem::path output = "bench/results";
  std::string python = "/usr/bin/python3";
  int threads = 1;
  int repetitions = 5;
  std::int64_t paths = 65'536;
  bool scaling = true;
  std::vector<std::string> cases{"offers", "study", "sweep"};
};

/// Runs the comparison, says on stderr what it does, and writes compare.csv and context.json.
/// Does every peer agree?   \throws InputError when a study cannot be read
[[nodiscard]] bool run_bench(const BenchOptions& options);

}  // namespace paystress::bench
