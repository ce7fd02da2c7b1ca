#include <catch2/catch.hpp>
#include <optional>

#include "scenarios/read_study.h"
#include "sim/errors.h"
#include "sim/results/precise_rows.h"
#include "sim/results/result_tables.h"
#include "tests/support/small_study.h"

namespace precision_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

std::string study_with(const std::string& targets) {
  return replaced(small_study_text(), "[practices.clinic]",
                  "[study.precision]\nmin_paths = 1000\nmax_paths = 3000\ncheckpoint = 1000\ntargets = [ " +
                      targets + " ]\n\n[practices.clinic]");
}

/// A run with targets that are met nowhere, which may be ended and gone on with.
class EndlessRun {
 public:
  explicit EndlessRun(TraitSampling traits) {
    auto precise = study_with("{ measure = \"income_usd\", statistic = \"mean\", half_width = 1 }");
    precise = replaced(precise, "max_paths = 3000", "max_paths = 30720");
    write_small_study(dir_.path(), precise);
    Faults faults;
    text_ = read_study(dir_.path() / "small.toml", faults);
    REQUIRE(text_);
    inputs_ = engine::scenario_inputs(text_->study);
    request_ = {.study = &text_->study,
                .inputs = inputs_,
                .draws = {samplers::SamplerKind::fast, 7, traits},
                .paths = 30720};
    text_->study.traits = traits;
  }
  struct Ended {
    std::vector<std::string> rows;  ///< none where it was interrupted
    std::size_t drawn = 0, taken = 0;
  };
  Ended run(results::Start start, std::size_t stop_after, const char* name = "out") {
    Ended ended;
    const auto target = dir_.path() / name;
    const engine::Execution how{.threads = 2,
                                .stop = [&] { return ended.drawn >= stop_after; },
                                .done = [&](std::size_t paths) { ended.drawn += paths; }};
    results::ResultWriter result(
        target, results::ResultDirectory::Foreign::refuse,
        results::run_manifest(*text_, "the study", request_, results::PathCount::found, 1),
        start == results::Start::resume ? results::ResultDirectory::Leftover::resume
                                        : results::ResultDirectory::Leftover::remove);
    try {
      auto run = results::run_precisely(result, start, *text_, request_, how, target, {}, {},
                                        std::chrono::milliseconds(0));
      CHECK(run.paths == 30720);
      CHECK_FALSE(run.converged);
      for (const auto& t : run.targets) ended.rows.push_back(std::to_string(t.half_width.value()));
      for (auto& o : run.outcomes)
        for (auto& rows : results::table_rows(std::move(o))) ended.rows.push_back(std::move(rows));
    } catch (const Interrupted&) {
      ended.rows.clear();
    }
    return ended;
  }
  [[nodiscard]] std::filesystem::path working_directory() const {
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
      if (entry.path().filename().string().starts_with(".out.partial-")) return entry.path();
    return {};
  }

 private:
  TemporaryDirectory dir_;
  std::optional<StudyText> text_;
  std::vector<engine::ScenarioInput> inputs_;
  engine::RunRequest request_;
};

}  // namespace

TEST_CASE("a run with targets goes on from what it has sampled, to the same bytes",
          "[reproducibility][precision][resume]") {
  EndlessRun runs(GENERATE(TraitSampling::independent, TraitSampling::latin_hypercube, TraitSampling::sobol));
  const auto whole = runs.run(results::Start::anew, SIZE_MAX, "whole");
  REQUIRE_FALSE(whole.rows.empty());
  CHECK(runs.run(results::Start::anew, whole.drawn / 3).rows.empty());
  REQUIRE_FALSE(runs.working_directory().empty());
  std::size_t stop = whole.drawn / 2;
  CHECK(runs.run(results::Start::resume, stop).rows.empty());
  // What a crash wrote behind the last good piece, and damage within a piece, are made again.
  const auto groups = runs.working_directory() / "checkpoint/groups.bin";
  auto bytes = read_text(groups);
  REQUIRE(bytes.size() > 1000);
  bytes[bytes.size() - 500] ^= 1;
  write_text(groups, bytes + "more");
  const auto resumed = runs.run(results::Start::resume, SIZE_MAX);
  CHECK(resumed.rows == whole.rows);
}

TEST_CASE("a run that meets its targets has the bytes of a run of that many paths",
          "[reproducibility][precision]") {
  const TemporaryDirectory dir;
  // The widest interval of a mean is +- 553 at 1,024 paths and +- 391 at 2,048.
  write_small_study(dir.path(),
                    study_with("{ measure = \"income_usd\", statistic = \"mean\", half_width = 470 }"));
  const auto stopped = run_shell("./paystress run small.toml -o stopped --threads 3", dir.path());
  INFO(stopped.output);
  REQUIRE(stopped.exit_code == 0);
  const auto manifest = read_text(dir.path() / "stopped" / "manifest.json");
  CHECK(manifest.find("\"paths\": 2048,") != std::string::npos);
  CHECK(manifest.find("\"converged\": true") != std::string::npos);
  REQUIRE(run_shell("./paystress run small.toml -o exact --threads 1 --paths 2048", dir.path()).exit_code ==
          0);
  CHECK(csv_files(dir.path() / "stopped") == csv_files(dir.path() / "exact"));
}

TEST_CASE("targets that are out of reach exit with 3, name the worst and write results",
          "[reproducibility][precision]") {
  const TemporaryDirectory dir;
  // The first target is met by any run; the second holds the run open by itself.
  write_small_study(
      dir.path(),
      study_with("{ measure = \"income_usd\", statistic = \"mean\", half_width = 1e6 }, "
                 "{ measure = \"income_usd\", statistic = \"quantile\", level = 0.05, half_width = 1 }"));
  const auto ran = run_shell("./paystress run small.toml -o out --threads 2", dir.path());
  CHECK(ran.exit_code == 3);
  CHECK(ran.output.find(
            "precision targets not met after 3000 paths; the worst is quantile(income_usd, 0.05) +- 1 of") !=
        std::string::npos);
  const auto manifest = read_text(dir.path() / "out" / "manifest.json");
  CHECK(manifest.find("\"converged\": false") != std::string::npos);
  CHECK(csv_files(dir.path() / "out").at("summary.csv").find(",3000,") != std::string::npos);
}

}  // namespace precision_test
