// An allocation fails, or a thread cannot be started, anywhere in a run: it ends with exit code 1 and a
// sentence, never by a signal, and what it leaves is a whole result or none.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "tests/support/small_study.h"

namespace alloc_faults_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const std::string run = "./paystress run small.toml --paths 64 --threads 2 -o out";

ProgramResult faulty(const fs::path& dir, const std::string& variables, const std::string& command = run) {
  return run_shell("env LD_PRELOAD=" PAYSTRESS_ALLOC_FAULTS " " + variables + " " + command, dir);
}

// Allocations have the same numbers in every run.
const std::string one_thread = "./paystress run small.toml --paths 64 --threads 1 -o out";

void fail_allocations(const fs::path& dir, long from, long to, long step, int& failed,
                      const std::string& command = run) {
  for (long at = from; at <= to; at += step) {
    const auto ended = faulty(dir, "ALLOC_FAULT_AT=" + std::to_string(at), command);
    INFO("allocation " << at << ": exit " << ended.exit_code << "\n" << ended.output);
    // Where the failure changes nothing the run goes on. The standard library may tell that it could not read
    // a number for want of memory as a number that cannot be read.
    CHECK((ended.exit_code == 0 || ended.exit_code == 1 || ended.exit_code == 2));
    if (ended.exit_code != 0) {
      ++failed;
      CHECK(ended.output.find("paystress: ") != std::string::npos);
      CHECK(ended.output.find("std::") == std::string::npos);
      // At the end the result may be there already, and only the summary is lost.
      CHECK(fs::exists(dir / "out") == fs::exists(dir / "out/manifest.json"));
    }
    fs::remove_all(dir / "out");
  }
}

long allocations(const fs::path& dir) {
  REQUIRE(faulty(dir, "ALLOC_FAULT_COUNT=count").exit_code == 0);
  std::istringstream in(read_text(dir / "count"));
  long count = 0;
  in >> count;
  fs::remove_all(dir / "out");
  return count;
}

}  // namespace

TEST_CASE("an allocation that fails ends a run with a sentence", "[cli][alloc_faults]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  int failed = 0;
  const auto all = allocations(dir.path());
  fail_allocations(dir.path(), 1, all, all / 40, failed);
  CHECK(failed >= 20);
}

TEST_CASE("the first 2,000 allocations and 2,000 others may fail", "[cli][alloc_faults][long]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  int failed = 0;
  const auto all = allocations(dir.path());
  fail_allocations(dir.path(), 1, 2000, 1, failed);
  fail_allocations(dir.path(), 2001, all, std::max(1L, all / 2000), failed);
  WARN(failed << " of the allocations of a run of " << all << " ended it");
}

// PAYSTRESS_SLICE=2/5 takes the second fifth of them.
TEST_CASE("the first allocation of every call stack may fail", "[cli][alloc_faults][stacks][long]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  REQUIRE(faulty(dir.path(), "ALLOC_FAULT_STACKS=stacks", one_thread).exit_code == 0);
  fs::remove_all(dir.path() / "out");
  std::istringstream numbers(read_text(dir.path() / "stacks"));
  std::vector<long> first;
  for (long number = 0; numbers >> number;) first.push_back(number);
  CHECK(first.size() > 1000);
  std::size_t slice = 1, slices = 1;
  if (const char* told = std::getenv("PAYSTRESS_SLICE"))
    REQUIRE(std::sscanf(told, "%zu/%zu", &slice, &slices) == 2);
  int failed = 0;
  for (std::size_t i = slice - 1; i < first.size(); i += slices)
    fail_allocations(dir.path(), first[i], first[i], 1, failed, one_thread);
  WARN(failed << " runs ended of slice " << slice << "/" << slices << " of " << first.size()
              << " call stacks");
}

TEST_CASE("a thread that cannot be started ends a run with a sentence", "[cli][alloc_faults]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const std::string many = "./paystress run small.toml --paths 20000 --threads 2 -o out";
  // The first ones tell people what is done; nobody misses them.
  ProgramResult ended;
  int at = 1;
  for (;
       at < 10 && (ended = faulty(dir.path(), "THREAD_FAULT_AT=" + std::to_string(at), many)).exit_code == 0;
       ++at)
    fs::remove_all(dir.path() / "out");
  CHECK(at > 1);
  CHECK(ended.exit_code == 1);
  CHECK(ended.output.find("paystress: a thread cannot be started: ") != std::string::npos);
  CHECK(ended.output.find("--threads N") != std::string::npos);
  CHECK_FALSE(fs::exists(dir.path() / "out"));
}

}  // namespace alloc_faults_test
