#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/study.h"
#include "sim/engine/run_plan.h"

namespace paystress::bench {

/// Mean and standard deviation over paths.
struct ColumnSummary {
  double mean = 0.0, sd = 0.0;
};

/// What a program says of the income over the horizon, and of every ledger column's.
struct PeerAnswer {
  double n = 0.0, mean = 0.0, sd = 0.0, q05 = 0.0, q50 = 0.0, q95 = 0.0;
  std::map<std::string, ColumnSummary> columns;
};

/// What a peer answers to one `run`: its own clock's seconds, and an answer for each scenario.
struct PeerRun {
  double seconds = 0.0;  ///< of simulation and pay; nothing else
  double seconds_with_statistics = 0.0;
  std::vector<PeerAnswer> rows;
};

/// INPUT.json of bench/peers: scenarios, each a practice with its calendar, a stress and the first offer of
/// the group; the format is told in peer_io.py. \throws InputError when the peers do not know what a scenario
/// has
[[nodiscard]] std::string peer_input_json(const Study& study, std::span<const engine::SampleGroup> groups,
                                          std::int64_t paths, int threads);

/// A peer that runs as a program of its own and simulates once for each line `run` that it is sent.
class PeerProcess {
 public:
  /// Starts `python script input` and waits until it is ready: imports and compilation are not timed.
  /// \throws InputError "... cannot run: why" when it does not become ready
  PeerProcess(const std::string& python, const std::filesystem::path& script,
              const std::filesystem::path& input);
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;
  ~PeerProcess();

  /// One simulation of all scenarios, with the next seed.
  [[nodiscard]] PeerRun run();

 private:
  std::optional<std::string> read_line();

  pid_t child_ = -1;
  int to_child_ = -1;
  int from_child_ = -1;
  std::string unread_;
};

}  // namespace paystress::bench
