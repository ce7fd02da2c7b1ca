#include "sim/engine/run_needs.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "sim/errors.h"

namespace run_needs_test {

using namespace paystress;
using namespace paystress::engine;

namespace {

struct Sizes {
  std::size_t scenarios = 1, paths = 1000;
  int months = 12;
  double more_paths = 0.0;
};

RunNeeds needs_of(const Sizes& sizes, std::string* refused = nullptr, double machine = 1e9) {
  Study study;
  study.months = sizes.months;
  const std::vector<ScenarioInput> inputs(sizes.scenarios);
  const RunRequest request{.study = &study, .inputs = inputs, .draws = {}, .paths = sizes.paths};
  std::vector<SampleGroup> groups(1);
  groups[0].prices.push_back({std::make_shared<const Contract>(), {}});
  const auto needs = run_needs(request, groups, sizes.scenarios, 2, sizes.more_paths);
  try {
    check_needs(needs, request, machine);
  } catch (const InputError& e) {
    if (refused != nullptr) *refused = e.what();
  }
  return needs;
}

}  // namespace

TEST_CASE("every size of a run is in what it needs", "[unit][run_needs]") {
  const auto small = needs_of({});
  for (const Sizes more : {Sizes{100, 1000, 12}, Sizes{1, 100'000, 12}, Sizes{1, 1000, 1200}}) {
    const auto needs = needs_of(more);
    CHECK(needs.memory_bytes > 2.0 * small.memory_bytes);
    CHECK(needs.thread_seconds > 10.0 * small.thread_seconds);
  }
  // What is sampled besides takes time, and little memory.
  const auto asked = needs_of({1, 1000, 12, 1e6});
  CHECK(asked.thread_seconds > 10.0 * small.thread_seconds);
  CHECK(asked.memory_bytes == Approx(small.memory_bytes + 16e6));
  // A hundred scenarios of a hundred years take a gigabyte with a single path: it is their text.
  CHECK(needs_of({100, 1, 1200}).memory_bytes > 950e6);
}

TEST_CASE("days that spans read are in what a run needs", "[unit][run_needs]") {
  Study study;
  study.months = 1200;
  const std::vector<ScenarioInput> inputs(1);
  const RunRequest request{.study = &study, .inputs = inputs, .draws = {}, .paths = 256};
  const auto needs = [&](std::size_t spans) {
    auto contract = std::make_shared<Contract>();
    for (std::size_t i = 0; i < spans; ++i) {
      SpanColumn column;
      column.info.name = "s" + std::to_string(i);
      column.value =
          Amount::name(Amount::Op::column, i == 0 ? "completed_visits" : "s" + std::to_string(i - 1));
      contract->ledger.push_back(std::move(column));
    }
    std::vector<SampleGroup> groups(1);
    groups[0].prices.push_back({std::move(contract), {}});
    return run_needs(request, groups, 1, 2, 0.0).memory_bytes;
  };
  CHECK(needs(1) > needs(0) + 600e6);
  // A chain keeps the days of two at a time.
  CHECK(needs(100) < needs(2) + 3e9);  // the days of all would take 32e9
}

TEST_CASE("what does not fit is refused, what takes long is told", "[unit][run_needs]") {
  std::string refused;
  needs_of({}, &refused);
  CHECK(refused.empty());
  needs_of({100, 1, 1200}, &refused);
  CHECK(
      refused ==
      "1 paths of 1200 months in 100 scenarios need about 2.1 GB of memory, and there are 1.0. Ask for fewer "
      "paths (--paths N), scenarios or months");
  CHECK(needs_text({1e6, 10.0}, 2).empty());
  CHECK(needs_text({1e6, 1100.0}, 2).empty());
  CHECK(needs_text({1e6, 1300.0}, 2) == "about 0.0 GB of memory and 11 minutes on 2 threads");
  CHECK(needs_text({2e9, 1.0}, 1) == "about 2.0 GB of memory and 1 seconds on 1 threads");
  CHECK(needs_text({0.0, 7200.0}, 4) == "about 0.0 GB of memory and 30 minutes on 4 threads");
  CHECK(needs_text({0.0, 1e6}, 1) == "about 0.0 GB of memory and 12 days on 1 threads");
}

}  // namespace run_needs_test
