#include <algorithm>
#include <catch2/catch.hpp>

#include "sim/commands/load_study.h"
#include "sim/engine/for_blocks.h"
#include "sim/engine/outcomes.h"
#include "sim/engine/scenario_comparisons.h"
#include "sim/results/result_tables.h"
#include "tests/support/small_study.h"

namespace run_bytes_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> run_small(const fs::path& dir, const std::string& options) {
  const auto result = run_shell("./paystress run small.toml --force -o out " + options, dir);
  INFO(result.output);
  REQUIRE(result.exit_code == 0);
  return csv_files(dir / "out");
}

}  // namespace

TEST_CASE("a run writes the same bytes with any number of threads", "[reproducibility][run]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  for (const std::string sampler : {"fast", "reference"}) {
    const auto draws = "--paths-csv --sampler " + sampler;
    const auto one = run_small(dir.path(), draws + " --threads 1");
    CHECK(one.size() >= 8);
    CHECK(one.at("paths.csv").size() > 100'000);
    // Both samplers share the machinery; the slow one needs to show it once.
    const auto others =
        sampler == "fast" ? std::vector<std::string>{"2", "3", "16"} : std::vector<std::string>{"3"};
    for (const auto& threads : others) CHECK(run_small(dir.path(), draws + " --threads " + threads) == one);
    // And bytes that mean something: another seed gives others.
    CHECK(run_small(dir.path(), draws + " --seed 8").at("paths.csv") != one.at("paths.csv"));
  }
}

TEST_CASE("oneTBB and its jthread twin write the same bytes", "[reproducibility][run]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto text = commands::load_study(dir.path() / "small.toml", {});
  const auto inputs = engine::scenario_inputs(text.study);
  const engine::RunRequest request{&text.study,
                                   inputs,
                                   {samplers::SamplerKind::fast, text.study.seed, text.study.traits},
                                   600,
                                   engine::KeepPaths::no};
  const auto bytes = [&](engine::BlockRunner* runner) {
    engine::Execution how;
    how.threads = 3;
    how.run_blocks = runner;
    const auto outcomes = engine::run_scenarios(request, how);
    std::string all = engine::compare_scenarios(request, outcomes, how).rows;
    for (const auto& o : outcomes)
      all += o.tables.income_distribution + o.tables.tier_miss + o.tables.summary + o.waterfall;
    return all;
  };
  const auto twin = bytes(engine::for_blocks_jthread);
  CHECK(twin.size() > 100'000);
  CHECK(bytes(engine::for_blocks) == twin);
}

TEST_CASE("rows do not depend on which other offers and practices a study has", "[reproducibility][run]") {
  const TemporaryDirectory dir, other;
  write_small_study(dir.path());
  const auto base = run_small(dir.path(), "");
  auto text = small_study_text();
  // The first offer moves behind the others, under the same practices.
  const auto from = text.find("[offers.hybrid]"), to = text.find("[offers.wrvu]");
  const auto hybrid = text.substr(from, to - from);
  text.erase(from, to - from);
  text = replaced(text, "[stresses.volume_dip]", hybrid + "[stresses.volume_dip]");
  // Another practice; it would add rows of its own, so the rows are named.
  text = replaced(text, "[offers.wrvu]",
                  "[practices.unrelated]\ndemand = { visits_per_day = 5 }\n"
                  "codes = { schedule = \"cms_2026.csv\", mix = { \"99213\" = 1.0 } }\n\n"
                  "[offers.wrvu]");
  for (const std::string practice : {"clinic", "platform"})
    for (const std::string offer : {"hybrid", "wrvu", "capped"})
      text += "\n[[scenarios]]\npractice = \"" + practice + "\"\noffer = \"" + offer +
              "\"\nstresses = [\"base\", \"volume_dip\", \"coding_policy\", \"nothing\"]\n";
  write_small_study(other.path(), text);
  const auto changed = run_small(other.path(), "");
  for (const std::string file : {"income_distribution.csv", "tier_miss.csv", "summary.csv", "months.csv",
                                 "histogram.csv", "waterfall.csv"}) {
    INFO(file);
    CHECK(sorted_rows(base.at(file)) == sorted_rows(changed.at(file)));
  }
}

TEST_CASE("a stress of x1.0 changes no path by a cent", "[reproducibility][run]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto rows = sorted_rows(run_small(dir.path(), "--paths-csv").at("paths.csv"));
  std::vector<std::string> base, nothing;
  for (const auto& row : rows) {
    const auto path = row.substr(row.find(',', row.find(',', row.find(',', row.find(',') + 1) + 1) + 1));
    if (row.find("/base,") != std::string::npos) base.push_back(row.substr(0, row.find('/', 8)) + path);
    if (row.find("/nothing,") != std::string::npos) nothing.push_back(row.substr(0, row.find('/', 8)) + path);
  }
  CHECK(base.size() == 6 * 600);
  CHECK(base == nothing);
}

TEST_CASE("replay shows the path that the tables counted", "[reproducibility][replay]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto paths = run_small(dir.path(), "--paths-csv").at("paths.csv");
  for (const std::string path : {"0", "255", "256", "599"}) {
    const std::string id = "clinic/hybrid/volume_dip";
    const auto at = paths.find(id + ",clinic,hybrid,volume_dip," + path + ",");
    REQUIRE(at != std::string::npos);
    std::istringstream row(paths.substr(at, paths.find('\n', at) - at));
    std::vector<std::string> cells;
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    const auto replay = run_shell(
        "./paystress replay small.toml --scenario " + id + " --path " + path + " --format csv", dir.path());
    REQUIRE(replay.exit_code == 0);
    std::istringstream text(replay.output);
    std::string line;
    std::getline(text, line);
    const auto names = [&] {
      std::istringstream header(line);
      std::vector<std::string> all;
      for (std::string cell; std::getline(header, cell, ',');) all.push_back(cell);
      return all;
    }();
    std::map<std::string, double> sums;
    while (std::getline(text, line)) {
      std::istringstream month(line);
      std::string cell;
      for (std::size_t c = 0; std::getline(month, cell, ','); ++c)
        if (c > 0) sums[names.at(c)] += std::stod(cell);
    }
    // Sums of twelve months of cents and counts; doubles add them with an error far below half a unit.
    CHECK(std::stod(cells.at(5)) == Approx(sums.at("paid_usd")).margin(0.004));
    CHECK(std::stod(cells.at(9)) == sums.at("completed_visits"));
    CHECK(std::stod(cells.at(10)) == Approx(sums.at("generated_wrvu")).margin(0.004));
  }
  const auto beyond =
      run_shell("./paystress replay small.toml --scenario clinic/hybrid/base --path 600", dir.path());
  CHECK(beyond.exit_code == 2);
  CHECK(beyond.output == "paystress: --path 600: the run has paths 0 to 599\n");
}

TEST_CASE("an interrupted run exits with 130 and leaves earlier results alone", "[reproducibility][run]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto before = run_small(dir.path(), "");
  for (const std::string signal : {"INT", "TERM"}) {
    // So many paths that the run is under way for minutes; the signal comes within its first second.
    // In the foreground `timeout` sends it once; else a second time to the group, which may end the program.
    const auto stopped = run_shell("timeout --foreground --preserve-status -s " + signal +
                                       " 1 ./paystress run small.toml -o out --paths 3000000 --threads 2",
                                   dir.path());
    CHECK(stopped.exit_code == 130);
    // Before it a run as long as this says what it takes.
    CHECK(stopped.output.starts_with("note: this takes about "));
    CHECK(stopped.output.ends_with("\npaystress: interrupted\n"));
    CHECK(csv_files(dir.path() / "out") == before);
  }
  CHECK_FALSE(fs::exists(dir.path() / ".out.partial"));
}

TEST_CASE("a disk that is full leaves earlier results alone", "[reproducibility][run]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto before = run_small(dir.path(), "");
  // A limit on the size of files fails like a full disk, after some tables were written.
  const auto full =
      run_shell("trap '' XFSZ; ulimit -f 64; ./paystress run small.toml -o out --seed 9", dir.path());
  CHECK(full.exit_code == 1);
  CHECK(full.output.find("cannot be written: File too large") != std::string::npos);
  CHECK(csv_files(dir.path() / "out") == before);
  CHECK_FALSE(fs::exists(dir.path() / ".out.partial"));
}

TEST_CASE("a directory with other files is refused before anything is sampled", "[reproducibility][run]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  fs::create_directory(dir.path() / "out");
  write_text(dir.path() / "out" / "notes.txt", "mine");
  const auto refused = run_shell("./paystress run small.toml -o out", dir.path());
  CHECK(refused.exit_code == 2);
  CHECK(refused.output.find("out: holds something else than results: notes.txt") != std::string::npos);
  CHECK(csv_files(dir.path() / "out").empty());
  run_small(dir.path(), "");  // --force
  CHECK(read_text(dir.path() / "out" / "notes.txt") == "mine");
}

}  // namespace run_bytes_test
