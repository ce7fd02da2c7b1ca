#include <catch2/catch.hpp>

#include "tests/support/small_study.h"

using namespace paystress;
using namespace paystress::testing;

namespace {

std::string study_with(const std::string& targets) {
  return replaced(small_study_text(), "[practices.clinic]",
                  "[study.precision]\nmin_paths = 1000\nmax_paths = 3000\ncheckpoint = 1000\ntargets = [ " +
                      targets + " ]\n\n[practices.clinic]");
}

}  // namespace

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
