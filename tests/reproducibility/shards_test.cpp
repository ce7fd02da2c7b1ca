#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/small_study.h"

namespace shards_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

// Eight practices and stresses, three contracts; the fourth row cannot be read.
std::string rows_text(const std::string& last = "row24") {
  std::string text =
      "scenario,practice,offer,stress,practices.clinic.no_show.rate,offers.hybrid.pay.base.fixed_usd\n";
  for (int i = 1; i <= 24; ++i)
    text += (i == 24 ? last : "row" + std::to_string(i)) + ",clinic,hybrid," +
            (i % 2 == 0 ? "base" : "volume_dip") + "," +
            (i == 4 ? "1.3" : "0.0" + std::to_string(1 + i % 4)) + "," +
            std::to_string(140000 + 5000 * (i % 3)) + "\n";
  return text;
}

const std::string run = "./paystress run small.toml --batch rows.csv --threads 1 ";

ProgramResult run_part(const fs::path& dir, int k, const std::string& options = "") {
  return run_shell(run + "--shard " + std::to_string(k) + "/4 -o part" + std::to_string(k) + " " + options,
                   dir);
}

ProgramResult merge(const fs::path& dir, const std::string& parts = "part1 part2 part3 part4") {
  return run_shell("./paystress merge " + parts + " -o merged", dir);
}

class Shards {
 public:
  Shards() {
    write_small_study(path());
    write_text(path() / "rows.csv", rows_text());
    CHECK(run_shell(run + "-o whole", path()).exit_code == 4);
    for (int k = 1; k <= 4; ++k) CHECK(run_part(path(), k).exit_code == (k == 1 ? 4 : 0));
  }
  [[nodiscard]] const fs::path& path() const { return dir_.path(); }
  void check_merged(const std::string& parts) const {
    const auto ran = merge(path(), parts);
    INFO(ran.output);
    CHECK(ran.exit_code == 4);
    CHECK(ran.output.find("23 of 24 rows, from 4 shards\nTables: merged/\n") != std::string::npos);
    CHECK(csv_files(path() / "merged") == csv_files(path() / "whole"));
    for (const auto* file : {"datapackage.json", "resume.txt"})
      CHECK(read_text(path() / "merged" / file) == read_text(path() / "whole" / file));
    auto merged = nlohmann::ordered_json::parse(read_text(path() / "merged/manifest.json"));
    auto whole = nlohmann::ordered_json::parse(read_text(path() / "whole/manifest.json"));
    CHECK(merged["run"]["shards"].size() == 4);
    merged.erase("run");
    whole.erase("run");
    CHECK(merged.dump() == whole.dump());
  }

 private:
  TemporaryDirectory dir_;
};

}  // namespace

TEST_CASE("four shards, one killed and resumed, are one run", "[reproducibility][batch][shards]") {
  const Shards shards;
  const auto& dir = shards.path();
  CHECK(csv_files(dir / "whole").contains("errors.csv"));
  shards.check_merged("part3 part1 part4 part2");
  CHECK(run_shell(run + "-o merged --resume", dir).output.find("merged: already finished") !=
        std::string::npos);
  fs::remove_all(dir / "part3");
  // Killed among its rows; what it finished is gone on from.
  const auto killed = run_shell("env LD_PRELOAD=" PAYSTRESS_FILE_FAULTS " FILE_FAULT=kill FILE_FAULT_AT=70 " +
                                    run + "--shard 3/4 -o part3",
                                dir);
  CHECK(killed.exit_code == 137);
  const auto early = merge(dir);
  CHECK(early.exit_code == 2);
  CHECK(early.output.find("part3: holds no finished result") != std::string::npos);
  CHECK(run_part(dir, 3, "--resume").exit_code == 0);
  CHECK(run_part(dir, 3, "--resume").output == "part3: already finished, nothing to do\n");
  shards.check_merged("part1 part2 part3 part4");
}

TEST_CASE("rows that were added are dealt anew and run", "[reproducibility][batch][shards]") {
  const Shards shards;
  const auto& dir = shards.path();
  write_text(dir / "rows.csv", rows_text() + "added,clinic,hybrid,base,0.2,140000\n");
  for (int k = 1; k <= 4; ++k) CHECK(run_part(dir, k, "--resume").exit_code == (k == 1 ? 4 : 0));
  CHECK(run_shell(run + "-o whole --resume", dir).exit_code == 4);
  const auto ran = merge(dir);
  INFO(ran.output);
  CHECK(ran.exit_code == 4);
  CHECK(csv_files(dir / "merged") == csv_files(dir / "whole"));
}

TEST_CASE("merge names what does not belong together", "[reproducibility][batch][shards]") {
  const Shards shards;
  const auto& dir = shards.path();
  const auto refused = [&](const std::string& parts, const std::string& why) {
    const auto ran = merge(dir, parts);
    INFO(ran.output);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output.find(why) != std::string::npos);
    CHECK_FALSE(fs::exists(dir / "merged"));
  };
  const auto other = [&](const std::string& options) {
    fs::remove_all(dir / "other");
    CHECK(run_shell(run + options + " -o other", dir).exit_code % 4 == 0);
  };
  refused("part1 part2 part4", "shard 3/4 is missing. Run it with --shard 3/4");
  refused("part1 part2 part2 part3 part4", "part2 and part2: both are shard 2/4");
  refused("part1 part2 part3 part4 whole", "whole: is not the result of a shard");
  refused("part1 nowhere", "nowhere: holds no finished result");
  other("--shard 4/4 --seed 8");
  refused("part1 part2 part3 other", "other: seed is 8, and 7 in part1");
  other("--shard 4/4 --paths 700");
  refused("part1 part2 part3 other", "other: paths is 700, and 600 in part1");
  other("--shard 4/4 --sampler reference --paths 64");
  refused("part1 part2 part3 other", "other: sampler is reference, and fast in part1");
  other("--shard 4/5");
  refused("part1 part2 part3 other", "other: the number of shards is 5, and 4 in part1");
  write_text(dir / "rows.csv", rows_text("another"));
  other("--shard 4/4");
  refused("part1 part2 part3 other", "other: rows.csv is ");
  write_text(dir / "rows.csv", rows_text());
  write_text(dir / "small.toml", small_study_text() + "\n# a remark\n");
  other("--shard 4/4");
  refused("part1 part2 part3 other", "other: small.toml is ");
  auto damaged = read_text(dir / "part2/summary.csv");
  damaged[damaged.size() - 3] = damaged[damaged.size() - 3] == '1' ? '2' : '1';
  write_text(dir / "part2/summary.csv", damaged);
  const auto ran = merge(dir);
  CHECK(ran.exit_code == 1);
  CHECK(ran.output.find("part2/summary.csv: cannot be read back") != std::string::npos);
  CHECK_FALSE(fs::exists(dir / "merged"));
  CHECK(run_shell("./paystress merge part1 part2 part3 part4 -o part1", dir).exit_code == 2);
}

}  // namespace shards_test
