#include "sim/commands/machine_threads.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <thread>

namespace paystress::commands {
namespace fs = std::filesystem;
namespace {

// A quota and its period, of the two files of version 1 or the two words of version 2.
std::optional<double> share_of(double quota, double period) {
  if (!(quota > 0.0) || !(period > 0.0)) return std::nullopt;
  return quota / period;
}

std::optional<double> first_version(const fs::path& group) {
  double quota = 0.0, period = 0.0;
  if (!(std::ifstream(group / "cpu.cfs_quota_us") >> quota)) return std::nullopt;
  if (!(std::ifstream(group / "cpu.cfs_period_us") >> period)) return std::nullopt;
  return share_of(quota, period);  // -1: no limit
}

std::optional<double> second_version(const fs::path& group) {
  double quota = 0.0, period = 0.0;
  std::ifstream in(group / "cpu.max");
  if (!(in >> quota >> period)) return std::nullopt;  // "max": no limit
  return share_of(quota, period);
}

void keep_least(std::optional<double>& least, std::optional<double> other) {
  if (other && (!least || *other < *least)) least = other;
}

// A group has no more than each group that it lies in.
template <class Limit>
std::optional<double> least_upwards(const fs::path& top, const fs::path& group, Limit limit) {
  std::optional<double> least = limit(top);
  fs::path at = top;
  for (const auto& part : group.relative_path()) keep_least(least, limit(at /= part));
  return least;
}

}  // namespace

std::optional<double> cgroup_processors(const fs::path& root) {
  const auto mounted = root / "sys/fs/cgroup";
  std::optional<double> least;
  std::ifstream groups(root / "proc/self/cgroup");
  // "4:cpu,cpuacct:/a/b" of version 1, "0::/a/b" of version 2
  for (std::string line; std::getline(groups, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = line.substr(second + 1);
    if (controllers.empty())
      keep_least(least, least_upwards(mounted, group, second_version));
    else if (("," + controllers + ",").find(",cpu,") != std::string::npos)
      keep_least(least, least_upwards(mounted / controllers, group, first_version));
  }
  return least;
}

int available_threads() {
  int processors = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  // Fails where the machine has more processors than the set: then there is no telling.
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) processors = std::max(1, CPU_COUNT(&allowed));
  if (const auto granted = cgroup_processors())
    processors = std::min(processors, std::max(1, static_cast<int>(std::ceil(*granted))));
  return processors;
}

}  // namespace paystress::commands
