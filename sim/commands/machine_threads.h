#pragma once

#include <filesystem>
#include <optional>

namespace paystress::commands {

/// Threads that this process may run at once: the processors that it may use, and no more than its control
/// groups grant; at least 1.   \test tests/unit/sim/commands/machine_threads_test.cpp
[[nodiscard]] int available_threads();

/// Processors that the control groups of this process grant, of both versions; nothing without a limit.
/// `root` stands before /proc and /sys.
[[nodiscard]] std::optional<double> cgroup_processors(const std::filesystem::path& root = "/");

}  // namespace paystress::commands
