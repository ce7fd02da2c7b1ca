#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
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

/// Samples and prices one practice and its offers, unstressed, in blocks on `threads` threads; of the offers
/// the first one's income is kept. What is timed is sampling and pay.
[[nodiscard]] Simulation simulate(samplers::SamplerKind kind, const Study& study, const Practice& practice,
                                  const std::vector<Contract>& offers, std::int64_t paths, int threads,
                                  std::uint64_t seed);

/// How a peer's answer differs from ours beyond Monte Carlo error; empty when it agrees.
///
/// Compared: mean, sd and 5, 50, 95 % quantiles of income, mean and sd of every ledger column. Each in
/// standard errors of both samples (of an sd: from the fourth moment of ours); a quantile by its rank among
/// our incomes. Limit 5.0: about 100 comparisons raise a false alarm once in 17,000 runs; a mean of income
/// that is off by half a per cent of its value is 5 errors away at 8,192 paths (sd 10 % of the mean).
[[nodiscard]] std::string disagreement(const Simulation& ours, const PeerAnswer& peer);
/// The answer that a peer would give of this simulation.
[[nodiscard]] PeerAnswer answer_of(const Simulation& simulation);

struct BenchOptions {
  std::filesystem::path study = "scenarios/telemedicine_offers.toml";
  std::filesystem::path peers = "bench/peers";
  std::filesystem::path output = "bench/results";
  std::string python = "/usr/bin/python3";
  int threads = 1;
  int repetitions = 5;
  std::int64_t paths = 65'536;
  bool scaling = true;
};

/// Runs the comparison, says on stderr what it does, and writes compare.csv and context.json.
/// \throws InputError when the study cannot be read
void run_bench(const BenchOptions& options);

}  // namespace paystress::bench
