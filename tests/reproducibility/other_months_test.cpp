// Rows `other_months` of a run, from the pay of its paths: each turn of each orbit written out.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/support/fake_scenario.h"
#include "tests/support/small_study.h"

namespace other_months_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

/// Three practices: two offers on the first, one on each of the others.
std::string three_practices(const std::string& settings = "") {
  auto text = replaced(small_study_text(), "[practices.clinic]", settings + "\n[practices.clinic]");
  return text + R"(
[practices.hospital]
sessions = { weekdays = ["Mon", "Tue", "Wed"], hours = 8.0, slots_per_hour = 3.0 }
demand   = { visits_per_day = 23.0, monthly_cv = 0.05 }
no_show  = { rate = { low = 0.02, likely = 0.05, high = 0.12 } }
codes    = { schedule = "cms_2026.csv", mix = { "99213" = 0.6, "99214" = 0.4 } }
[offers.rate]
[[offers.rate.pay]]
name = "visits"
measure = "completed_visits"
usd = 57
reset = "month"
[[scenarios]]
practice = "clinic"
offer    = "hybrid"
stresses = ["base", "volume_dip"]
[[scenarios]]
practice = "platform"
offer    = "wrvu"
stresses = ["base"]
[[scenarios]]
practice = "clinic"
offer    = "capped"
stresses = ["base"]
[[scenarios]]
practice = "hospital"
offer    = "rate"
stresses = ["base", "volume_dip"]
)";
}

const std::map<std::string, std::size_t> number_of{{"clinic", 0}, {"platform", 1}, {"hospital", 2}};

using Rows = std::vector<std::map<std::string, std::string>>;
Rows table(const std::string& csv) {
  const auto cells = csv_cells(csv);
  Rows rows;
  for (std::size_t r = 1; r < cells.size(); ++r) {
    rows.emplace_back();
    for (std::size_t c = 0; c < cells[r].size(); ++c) rows.back()[cells[0][c]] = cells[r][c];
  }
  return rows;
}

using Pay = std::map<std::string, std::vector<double>>;  // by scenario and path

Pay pay_of(const std::string& paths_csv) {
  Pay pay;
  for (auto& row : table(paths_csv)) pay[row["scenario"]].push_back(std::stod(row["income_usd"]));
  return pay;
}

/// The path that a practice reads in each turn: three consecutive ones, or one place of three replicates.
std::vector<std::size_t> read_by(const std::string& scenario, std::size_t paths, std::size_t stride) {
  const auto j = number_of.at(scenario.substr(0, scenario.find('/')));
  std::vector<std::size_t> read;
  for (std::size_t first = 0; first + 3 * stride <= paths; first += 3 * stride)
    for (std::size_t place = 0; place < stride; ++place)
      for (std::size_t turn = 0; turn < 3; ++turn) read.push_back(first + (turn + j) % 3 * stride + place);
  return read;
}

double figure(const std::string& statistic, const std::string& level, std::vector<double> d) {
  const auto n = static_cast<double>(d.size());
  if (statistic == "difference_quantile") {
    std::ranges::sort(d);
    return d[static_cast<std::size_t>(std::ceil(n * std::stod(level) - 1e-9)) - 1];
  }
  double sum = 0.0;
  for (const double x : d)
    sum += statistic == "a_pays_more_prob" ? (x > 0.0 ? 1.0 : 0.0)
           : statistic == "equal_prob"     ? (x == 0.0 ? 1.0 : 0.0)
           : statistic == "regret_of_a"    ? std::max(0.0, -x)
           : statistic == "regret_of_b"    ? std::max(0.0, x)
                                           : x;
  return sum / n;
}

void check_comparisons(const Rows& rows, const Pay& pay, std::size_t paths, std::size_t stride) {
  std::size_t seen = 0;
  for (auto row : rows) {
    if (row["pairing"] != "other_months") continue;
    ++seen;
    CHECK(row["comparison"] == "offers");
    const auto a = read_by(row["a"], paths, stride), b = read_by(row["b"], paths, stride);
    std::vector<double> d;
    for (std::size_t i = 0; i < a.size(); ++i) d.push_back(pay.at(row["a"])[a[i]] - pay.at(row["b"])[b[i]]);
    INFO(row["a"] << " " << row["b"] << " " << row["statistic"] << " " << row["level"]);
    CHECK(std::stod(row["value"]) ==
          Approx(figure(row["statistic"], row["level"], d)).epsilon(1e-9).margin(1e-6));
    CHECK(std::stoul(row["n_paths"]) == a.size());
  }
  // Base: each of the clinic's two with the two others, and those two; the dip: one pair. Ten figures each.
  CHECK(seen == 60);
}

void check_ranking(const Rows& rows, const Pay& pay, std::size_t paths, std::size_t stride) {
  REQUIRE(rows.size() == 6);
  for (auto row : rows) {
    double best_prob = 0.0, regret = 0.0;
    const auto own = read_by(row["scenario"], paths, stride);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const double mine = pay.at(row["scenario"])[own[i]];
      double best = mine;
      for (auto other : rows)
        if (other["stress"] == row["stress"])
          best = std::max(best, pay.at(other["scenario"])[read_by(other["scenario"], paths, stride)[i]]);
      best_prob += best == mine ? 1.0 : 0.0;
      regret += best - mine;
    }
    const auto n = static_cast<double>(own.size());
    INFO(row["scenario"]);
    CHECK(std::stod(row["best_prob_other_months"]) == Approx(best_prob / n).margin(1e-9));
    CHECK(std::stod(row["regret_usd_mean_other_months"]) == Approx(regret / n).margin(1e-6));
  }
}

std::map<std::string, std::string> run(const TemporaryDirectory& dir, const std::string& out,
                                       const std::string& options) {
  const auto ran = run_shell("./paystress run small.toml -o " + out + " " + options, dir.path());
  INFO(ran.output);
  REQUIRE(ran.exit_code == 0);
  return csv_files(dir.path() / out);
}

}  // namespace

TEST_CASE("rows other_months are those of each turn of each orbit", "[reproducibility][other_months]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path(), three_practices());
  for (const std::string sampler : {"fast", "reference"}) {
    // 200 = 66 orbits of three, and two paths that are left out.
    const auto files = run(dir, "out", "--threads 1 --paths-csv --paths 200 --sampler " + sampler);
    const auto pay = pay_of(files.at("paths.csv"));
    check_comparisons(table(files.at("comparisons.csv")), pay, 200, 1);
    check_ranking(table(files.at("ranking.csv")), pay, 200, 1);
    CHECK(run(dir, "again", "--threads 3 --paths-csv --paths 200 --sampler " + sampler) == files);
  }
}

TEST_CASE("under a Latin hypercube orbits take the same place of three replicates",
          "[reproducibility][other_months]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path(),
                    replaced(three_practices(), "seed   = 7", "seed = 7\ntraits = \"latin_hypercube\""));
  // Seven replicates and a part of one: two orbits of three, and more than a replicate that is left out.
  const std::size_t paths = 7 * 1024 + 500;
  const auto files = run(dir, "out", "--threads 2 --paths-csv --paths 7668");
  const auto pay = pay_of(files.at("paths.csv"));
  check_comparisons(table(files.at("comparisons.csv")), pay, paths, 1024);
  for (auto row : table(files.at("comparisons.csv")))
    if (row["pairing"] == "other_months" && row["statistic"] == "difference_mean")
      CHECK(row["ci_low"].empty());
  CHECK(run(dir, "few", "--paths 3000").size() ==
        files.size() - 1);  // fewer than three: no figure, no failure
}

TEST_CASE("a run that stops in the middle of an orbit has the bytes of a run of that many paths",
          "[reproducibility][other_months][precision]") {
  const TemporaryDirectory dir;
  // Checks fall on 1,024 paths and more: none is a multiple of three.
  write_small_study(
      dir.path(), three_practices("[study.precision]\nmin_paths = 1000\nmax_paths = 4000\ncheckpoint = 1000\n"
                                  "targets = [ { measure = \"income_usd\", statistic = \"difference\", "
                                  "half_width = 560 } ]\n"));
  const auto stopped = run(dir, "stopped", "--threads 3");
  const auto paths = table(stopped.at("summary.csv")).front()["n_paths"];
  CHECK(std::stoul(paths) % 3 != 0);
  CHECK(std::stoul(paths) < 4000);
  CHECK(run(dir, "exact", "--paths " + paths) == stopped);
  for (auto row : table(stopped.at("comparisons.csv"))) {
    if (row["pairing"] != "other_months") continue;
    CHECK(std::stoul(row["n_paths"]) == std::stoul(paths) / 3 * 3);
    // The target means both pairings: their mean differences and errors differ by what the rest takes.
    if (row["statistic"] == "difference_mean")
      CHECK(std::stod(row["ci_high"]) - std::stod(row["ci_low"]) < 2 * 560 * 1.02);
  }
}

TEST_CASE("one practice has no other months, and a batch compares nothing",
          "[reproducibility][other_months]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path(), small_study_text() + R"(
[[scenarios]]
practice = "clinic"
offer    = "hybrid"
stresses = ["base"]
[[scenarios]]
practice = "clinic"
offer    = "wrvu"
stresses = ["base"]
)");
  const auto files = run(dir, "out", "");
  CHECK(files.at("comparisons.csv").find("other_months") == std::string::npos);
  for (auto row : table(files.at("ranking.csv"))) {
    for (const std::string end : {"", "_ci_low", "_ci_high"}) {
      CHECK(row["best_prob" + end] == row["best_prob_other_months" + end]);
      CHECK(row["regret_usd_mean" + end] == row["regret_usd_mean_other_months" + end]);
    }
  }
  write_text(dir.path() / "rows.csv",
             "scenario,practice,offer,stress\na,clinic,hybrid,base\nb,platform,hybrid,base\n");
  const auto rows = run(dir, "batch", "--batch rows.csv");
  CHECK_FALSE(rows.contains("comparisons.csv"));
  CHECK_FALSE(rows.contains("ranking.csv"));
}

TEST_CASE("a study that is gone on with compares as one that ran at once",
          "[reproducibility][other_months]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path(), three_practices());
  const auto whole = run(dir, "whole", "");
  run(dir, "out", "--tables summary");
  CHECK(run(dir, "out", "--resume") == whole);
}

}  // namespace other_months_test
