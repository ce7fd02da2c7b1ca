// Every table and text of the studies in tests/regression/studies, which never change, has the bytes that it
// had: SHA-256 against tests/regression/frozen_studies.sha256. A number that moves on purpose moves here,
// too: PAYSTRESS_UPDATE=1 ./build/release/tests/regression_tests "[frozen]" writes the list anew; the commit
// says why.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <sstream>

#include "sim/results/manifest.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace paystress::frozen_studies_test {
namespace {

namespace fs = std::filesystem;
using Digests = std::map<std::string, std::string>;  // of files, by name

const fs::path root = test::source_path(), list = root / "tests/regression/frozen_studies.sha256";

Digests read_list() {
  Digests digests;
  if (!fs::exists(list)) return digests;
  std::istringstream text(testing::read_text(list));
  for (std::string digest, name; text >> digest >> name;) digests[name] = digest;
  return digests;
}

bool belongs_to(const std::string& name, const std::string& group) { return name.starts_with(group + "/"); }

/// What a command prints but for its progress, which a busy machine shows after ten seconds.
std::string without_progress(const std::string& output) {
  std::istringstream in(output);
  std::string kept;
  for (std::string line; std::getline(in, line);)
    if (line.find(" elapsed, ") == std::string::npos && !line.ends_with(" elapsed")) kept += line + "\n";
  return kept;
}

/// A directory in which the frozen studies are run, and the digests of what came out, below the name of a
/// group.
class Frozen {
 public:
  explicit Frozen(std::string group) : group_(std::move(group)) {
    fs::create_symlink(test::program_path(), directory_.path() / "paystress");
    fs::copy(root / "tests/regression/studies", directory_.path(), fs::copy_options::recursive);
  }

  [[nodiscard]] const fs::path& path() const { return directory_.path(); }

  /// What the command prints is kept; `run` adds the tables of its results.
  void print(const std::string& name, const std::string& arguments) {
    const auto result = testing::run_shell("./paystress " + arguments, path());
    INFO(arguments << "\n" << result.output);
    CHECK(result.exit_code == 0);
    digests_[group_ + "/" + name + ".txt"] = results::sha256(without_progress(result.output));
  }
  void run(const std::string& name, const std::string& arguments) {
    const auto results = path() / "results" / name;
    print(name, "run " + arguments + " -o results/" + name);
    for (const auto& entry : fs::directory_iterator(results))
      if (entry.path().extension() == ".csv")
        digests_[group_ + "/" + name + "/" + entry.path().filename().string()] =
            results::sha256_of_file(entry);
  }

  /// Compares with the list, or writes this group's part of it.
  void compare() const {
    auto kept = read_list();
    std::erase_if(kept, [&](const auto& entry) { return !belongs_to(entry.first, group_); });
    if (std::getenv("PAYSTRESS_UPDATE") != nullptr) return write();
    std::vector<std::string> moved;
    for (const auto& [name, digest] : digests_)
      if (const auto at = kept.find(name); at == kept.end() || at->second != digest) moved.push_back(name);
    for (const auto& [name, digest] : kept)
      if (!digests_.contains(name)) moved.push_back(name + " is gone");
    CHECK(moved == std::vector<std::string>{});
  }

 private:
  void write() const {
    auto all = read_list();
    std::erase_if(all, [&](const auto& entry) { return belongs_to(entry.first, group_); });
    all.insert(digests_.begin(), digests_.end());
    std::string text;
    for (const auto& [name, digest] : all) text += digest + "  " + name + "\n";
    testing::write_text(list, text);
  }

  std::string group_;
  testing::TemporaryDirectory directory_;
  Digests digests_;
};

std::vector<std::string> studies() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(root / "tests/regression/studies"))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  return names;
}

}  // namespace

TEST_CASE("the frozen studies keep their tables: fast", "[frozen]") {
  Frozen frozen("fast");
  for (const auto& name : studies()) frozen.run(name, name + ".toml --paths 512");
  frozen.run("paths_csv", "telemedicine_offers.toml --paths 256 --paths-csv");
  frozen.compare();
}

TEST_CASE("the frozen studies keep their tables: reference", "[frozen]") {
  Frozen frozen("reference");
  for (const auto& name : studies()) frozen.run(name, name + ".toml --paths 64 --sampler reference");
  frozen.compare();
}

TEST_CASE("the frozen studies keep their tables: Latin hypercube", "[frozen]") {
  Frozen frozen("latin_hypercube");
  for (const auto& name : studies()) {
    const auto text = testing::read_text(frozen.path() / (name + ".toml"));
    const auto at = text.find("[study]\n") + 8;
    testing::write_text(frozen.path() / (name + ".toml"),
                        text.substr(0, at) + "traits = \"latin_hypercube\"\n" + text.substr(at));
  }
  // 31 replicates have intervals, two have none.
  frozen.run("vague_contract", "vague_contract.toml --paths 31744");
  frozen.run("telemedicine_offers", "telemedicine_offers.toml --paths 2048");
  frozen.compare();
}

TEST_CASE("the frozen batches keep their tables", "[frozen]") {
  Frozen frozen("batches");
  // Rows of a batch do not depend on each other: the first 150 stand for the thousand.
  const auto rows = testing::read_text(frozen.path() / "batches/design_1000.csv");
  std::size_t end = 0;
  for (int line = 0; line < 151; ++line) end = rows.find('\n', end) + 1;
  testing::write_text(frozen.path() / "batches/design_150.csv", rows.substr(0, end));
  frozen.run("design_150", "telemedicine_offers.toml --batch batches/design_150.csv --paths 16");
  frozen.run("no_show_sweep", "telemedicine_offers.toml --batch batches/no_show_sweep.csv --paths 256");
  frozen.compare();
}

TEST_CASE("the frozen studies and contracts keep their texts", "[frozen]") {
  Frozen frozen("texts");
  for (const auto& name : studies()) frozen.print("check_" + name, "check " + name + ".toml");
  for (const auto* contract : {"hybrid", "per_visit"})
    frozen.print(fmt::format("explain_{}", contract), fmt::format("explain contracts/{}.toml", contract));
  frozen.print("price", "price contracts/hybrid.toml contracts/hybrid_ledger.csv --format csv");
  frozen.print("curve",
               "curve contracts/per_visit.toml --measure completed_visits --from 120 --to 200 --step 5");
  frozen.print(
      "replay",
      "replay telemedicine_offers.toml --scenario wrvu_group/wrvu_base/bad_year --path 17 --format csv");
  frozen.print(
      "solve_median",
      "solve telemedicine_offers.toml --paths 1024 --offer per_visit --vary "
      "offers.per_visit.pay.visits.usd --for 'median(income_usd) >= median(income_usd) of current_job'");
  frozen.print(
      "solve_miss",
      "solve tier_cliffs.toml --paths 1024 --offer visits_marginal --stress volume_dip --vary "
      "stresses.volume_dip.booked_visits.multiply --from 0.5 --to 1 --for 'miss_prob(visit_bonus, 1, "
      "month_05) <= 0.5' --format csv");
  frozen.compare();
}

}  // namespace paystress::frozen_studies_test
