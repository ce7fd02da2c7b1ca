#include "sim/commands/machine_threads.h"

#include <sched.h>

#include <catch2/catch.hpp>

#include "tests/support/program.h"

namespace machine_threads_test {

using namespace paystress;
using namespace paystress::testing;
using commands::cgroup_processors;

namespace {

void write(const TemporaryDirectory& root, const std::string& file, const std::string& text) {
  std::filesystem::create_directories((root.path() / file).parent_path());
  write_text(root.path() / file, text);
}

}  // namespace

TEST_CASE("threads are no more than control groups grant", "[unit][threads]") {
  const TemporaryDirectory root;
  CHECK_FALSE(cgroup_processors(root.path()));
  write(root, "proc/self/cgroup", "0::/slurm/job_7\n");
  CHECK_FALSE(cgroup_processors(root.path()));
  write(root, "sys/fs/cgroup/slurm/job_7/cpu.max", "max 100000\n");
  CHECK_FALSE(cgroup_processors(root.path()));
  write(root, "sys/fs/cgroup/slurm/cpu.max", "250000 100000\n");  // of the group above it
  CHECK(cgroup_processors(root.path()) == 2.5);
  write(root, "sys/fs/cgroup/slurm/job_7/cpu.max", "150000 100000\n");
  CHECK(cgroup_processors(root.path()) == 1.5);
  // In a container the path is of the machine outside; what is mounted is the container's own group.
  write(root, "sys/fs/cgroup/cpu.max", "50000 100000\n");
  CHECK(cgroup_processors(root.path()) == 0.5);
}

TEST_CASE("control groups of the first version are read too", "[unit][threads]") {
  const TemporaryDirectory root;
  write(root, "proc/self/cgroup", "5:memory:/a\n4:cpu,cpuacct:/a\n");
  write(root, "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "-1\n");
  write(root, "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
  CHECK_FALSE(cgroup_processors(root.path()));
  write(root, "sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "300000\n");
  CHECK(cgroup_processors(root.path()) == 3.0);
}

TEST_CASE("threads are no more than the processors of the affinity", "[unit][threads]") {
  cpu_set_t before;
  REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu)
    if (CPU_ISSET(cpu, &before)) CPU_SET(cpu, &one);
  REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
  CHECK(commands::available_threads() == 1);
  REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
  CHECK(commands::available_threads() <= CPU_COUNT(&before));
}

}  // namespace machine_threads_test
