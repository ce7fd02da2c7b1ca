#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "model/contract.h"
#include "model/study.h"

namespace paystress::bench {

/// Mean and standard deviation over paths.
struct ColumnSummary {
  double mean = 0.0, sd = 0.0;
};

/// What a program says of the income over the horizon, and of every ledger column's.
struct PeerAnswer {
  double seconds = 0.0;  ///< of simulation and pay, by its own clock; nothing else
  double n = 0.0, mean = 0.0, sd = 0.0, q05 = 0.0, q50 = 0.0, q95 = 0.0;
  std::map<std::string, ColumnSummary> columns;
};

/// INPUT.json of bench/peers: a practice, its calendar and one offer; the format is told in peer_io.py.
/// \throws InputError when the offer has a clause that the peers do not price
[[nodiscard]] std::string peer_input_json(const Study& study, const Practice& practice, const Contract& offer,
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

  /// One simulation, with the next seed.
  [[nodiscard]] PeerAnswer run();

 private:
  std::optional<std::string> read_line();

  pid_t child_ = -1;
  int to_child_ = -1;
  int from_child_ = -1;
  std::string unread_;
};

}  // namespace paystress::bench
