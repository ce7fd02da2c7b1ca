#include "sim/results/study_rows.h"

#include <catch2/catch.hpp>

#include "scenarios/read_study.h"
#include "sim/errors.h"
#include "sim/results/result_tables.h"
#include "sim/results/run_manifest.h"
#include "tests/support/small_study.h"

namespace study_rows_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

struct SmallRun {
  TemporaryDirectory dir;
  StudyText text;
  std::vector<engine::ScenarioInput> inputs;
  engine::RunRequest request;

  SmallRun() {
    write_small_study(dir.path());
    Faults faults;
    text = read_study(dir.path() / "small.toml", faults).value();
    inputs = engine::scenario_inputs(text.study);
    request = {.study = &text.study,
               .inputs = inputs,
               .draws = {samplers::SamplerKind::fast, 7, text.study.traits},
               .paths = 300,
               .keep_paths = engine::KeepPaths::yes};
  }
  // The rows of a run that stops after so many paths, or of one that does not; and how many paths it drew.
  std::pair<std::vector<std::string>, std::size_t> run(results::Start start, std::size_t stop_after) {
    std::size_t drawn = 0;
    const engine::Execution how{.threads = 1,
                                .stop = [&] { return drawn >= stop_after; },
                                .done = [&](std::size_t paths) { drawn += paths; }};
    results::ResultWriter result(
        dir.path() / "out", results::ResultDirectory::Foreign::refuse,
        results::run_manifest(text, "the study", request, results::PathCount::fixed, 1),
        start == results::Start::resume ? results::ResultDirectory::Leftover::resume
                                        : results::ResultDirectory::Leftover::remove);
    std::vector<std::string> all;
    try {
      auto outcomes = results::run_study_rows(result, start, text, request, how, dir.path() / "out", {},
                                              std::chrono::milliseconds(0));
      for (auto& o : outcomes) {
        for (const auto pay : o.income_usd) all.push_back(std::to_string(pay));
        all.push_back(std::to_string(o.paths->after_hours.back()));
        for (auto& rows : results::table_rows(std::move(o))) all.push_back(std::move(rows));
      }
    } catch (const Interrupted&) {
      all.clear();
    }
    return {all, drawn};
  }
};

}  // namespace

TEST_CASE("a study that was interrupted goes on with the groups that it lacks", "[unit][study_rows]") {
  SmallRun small;
  const auto [whole, all_paths] = SmallRun().run(results::Start::anew, 1'000'000);
  REQUIRE(whole.size() > 1000);
  const auto groups = engine::plan_run(small.inputs, small.text.study.months);
  REQUIRE(all_paths == groups.size() * small.request.paths);
  const auto walks = engine::plan_walks(groups, small.request.paths, small.text.study.months, 1);
  REQUIRE(walks.size() > 1);
  // Stopped in the second walk.
  const auto [none, before] = small.run(results::Start::anew, walks.front().size() * small.request.paths + 1);
  CHECK(none.empty());
  REQUIRE(before < all_paths);
  CHECK(results::WorkingDirectory::left_behind(small.dir.path() / "out").size() == 1);
  SECTION("resumed, it ends in the same bytes") {
    const auto [rest, told] = small.run(results::Start::resume, 1'000'000);
    CHECK(rest == whole);
    CHECK(told == all_paths);
  }
  SECTION("another seed is refused, and what is kept stays") {
    small.request.draws.seed = 8;
    CHECK_THROWS_WITH(small.run(results::Start::resume, 1'000'000),
                      Catch::Contains("--resume: seed changed (it was 7, and is 8)"));
    CHECK(results::WorkingDirectory::left_behind(small.dir.path() / "out").size() == 1);
  }
}

}  // namespace study_rows_test
