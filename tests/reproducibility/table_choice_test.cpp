#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/small_study.h"

namespace table_choice_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const std::string rows =
    "scenario,practice,offer,stress,practices.clinic.no_show.rate\n"
    "a,clinic,hybrid,base,0.05\nb,clinic,hybrid,volume_dip,0.1\nc,clinic,hybrid,base,0.1\n";

class Runs {
 public:
  Runs() {
    write_small_study(path());
    write_text(path() / "rows.csv", rows);
  }
  [[nodiscard]] const fs::path& path() const { return dir_.path(); }
  std::map<std::string, std::string> run(const std::string& out, const std::string& options,
                                         int exit_code = 0) {
    const auto ran = run_shell("./paystress run small.toml --threads 2 -o " + out + " " + options, path());
    INFO(ran.output);
    CHECK(ran.exit_code == exit_code);
    said = ran.output;
    return exit_code == 0 ? csv_files(path() / out) : std::map<std::string, std::string>{};
  }
  std::string said;

 private:
  TemporaryDirectory dir_;
};

std::set<std::string> names(const std::map<std::string, std::string>& files) {
  std::set<std::string> all;
  for (const auto& [name, text] : files) all.insert(name);
  return all;
}

}  // namespace

TEST_CASE("only the tables that are asked for are written, with the same bytes",
          "[reproducibility][tables]") {
  Runs runs;
  const auto whole = runs.run("whole", "--tables all");
  CHECK(whole.contains("levers.csv"));
  CHECK(whole.contains("ask_before_signing.csv"));
  CHECK(runs.run("unasked", "") == whole);
  for (const auto& [name, text] : whole) {
    const auto table = name.substr(0, name.find('.'));
    const auto some = runs.run("some", "--tables " + table);
    CHECK(names(some) == std::set<std::string>{name});
    CHECK(some.at(name) == text);
  }
  const auto two = runs.run("some", "--tables summary,waterfall");
  CHECK(names(two) == std::set<std::string>{"summary.csv", "waterfall.csv"});
  const auto manifest = nlohmann::json::parse(read_text(runs.path() / "some/manifest.json"));
  CHECK(manifest["settings"]["tables"] == nlohmann::json({"summary", "waterfall"}));
  runs.run("some", "--tables sumary", 2);
  CHECK(runs.said == "paystress: --tables: sumary is no table of a run. Did you mean summary?\n");
  runs.run("some", "--batch rows.csv --tables ranking", 2);
  CHECK(runs.said.find("ranking is no table of a batch") != std::string::npos);
}

TEST_CASE("a batch is gone on with for tables that it did not have", "[reproducibility][tables]") {
  Runs runs;
  const auto whole = runs.run("whole", "--batch rows.csv --tables summary,tier_miss");
  CHECK(names(whole) == std::set<std::string>{"summary.csv", "tier_miss.csv"});
  CHECK(runs.run("out", "--batch rows.csv --tables summary").size() == 1);
  CHECK(runs.run("out", "--batch rows.csv --tables summary,tier_miss --resume") == whole);
  runs.run("out", "--batch rows.csv --tables summary,tier_miss --resume");
  CHECK(runs.said == "out: already finished, nothing to do\n");
  runs.run("out", "--batch rows.csv --tables tier_miss --resume", 2);
  CHECK(runs.said.find("--resume: tables changed (it was tier_miss,summary, and is tier_miss)") !=
        std::string::npos);
}

TEST_CASE("a batch that is gone on with makes the tables alone that it did not have",
          "[reproducibility][tables][resume]") {
  Runs runs;
  const std::string batch = "--batch rows.csv --paths 40000 --tables summary";
  const auto whole = runs.run("whole", batch + ",tier_miss,debt");
  runs.run("out", batch);
  const std::string more =
      "./paystress run small.toml --threads 2 -o out " + batch + ",tier_miss,debt --resume";
  const auto ended =
      run_shell(more + " & sleep 0.2; kill -USR1 $!; wait $!; ls .out.partial-*/checkpoint", runs.path());
  INFO(ended.output);
  CHECK(ended.output.ends_with("debt.csv\nresume.txt\ntier_miss.csv\n"));
  CHECK(runs.run("out", batch + ",tier_miss,debt --resume") == whole);
  CHECK(run_shell(more, runs.path()).output == "out: already finished, nothing to do\n");
  // Packed, with a row that fails, and with a table that somebody wrote into.
  write_text(runs.path() / "rows.csv", rows + "d,clinic,hybrid,base,7\n");
  runs.run("all", "--batch rows.csv --tables summary,tier_miss --gzip", 4);
  runs.run("some", "--batch rows.csv --tables tier_miss --gzip", 4);
  runs.run("some", "--batch rows.csv --tables summary,tier_miss --gzip --resume", 4);
  for (const std::string file : {"summary.csv.gz", "tier_miss.csv.gz", "errors.csv", "resume.txt"})
    CHECK(read_text(runs.path() / "some" / file) == read_text(runs.path() / "all" / file));
  runs.run("plain", "--batch rows.csv --tables summary,tier_miss", 4);
  runs.run("other", "--batch rows.csv --tables tier_miss", 4);
  auto text = read_text(runs.path() / "other/tier_miss.csv");
  text[text.size() / 2] ^= 1;
  write_text(runs.path() / "other/tier_miss.csv", text);
  runs.run("other", "--batch rows.csv --tables summary,tier_miss --resume", 4);
  CHECK(csv_files(runs.path() / "other") == csv_files(runs.path() / "plain"));
}

TEST_CASE("a run that is gone on with makes the tables alone that it did not have",
          "[reproducibility][tables][resume]") {
  Runs runs;
  const auto whole = runs.run("whole", "");
  const auto settings = [&](const std::string& out) {
    auto manifest = nlohmann::json::parse(read_text(runs.path() / out / "manifest.json"));
    manifest.erase("run");
    return manifest;
  };
  runs.run("out", "--tables summary,debt,levers");
  CHECK(runs.run("out", "--resume") == whole);
  CHECK(settings("out") == settings("whole"));
  runs.run("out", "--resume");
  CHECK(runs.said == "out: already finished, nothing to do\n");
  // What the data package vouches for is taken as it is; a mark that it knows shows it.
  runs.run("marked", "--tables summary,debt");
  CHECK(run_shell(
            "was=$(sha256sum <marked/debt.csv | cut -c1-64); echo mark >>marked/debt.csv; "
            "is=$(sha256sum <marked/debt.csv | cut -c1-64); sed -i \"s/$was/$is/\" marked/datapackage.json",
            runs.path())
            .exit_code == 0);
  auto marked = whole;
  marked["debt.csv"] += "mark\n";
  CHECK(runs.run("marked", "--resume") == marked);
  runs.run("changed", "--tables summary,debt --gzip");
  CHECK(run_shell("echo mark >>changed/debt.csv.gz", runs.path()).exit_code == 0);
  runs.run("changed", "--resume --gzip");
  CHECK(run_shell("gunzip changed/*.gz", runs.path()).exit_code == 0);
  CHECK(csv_files(runs.path() / "changed") == whole);
  // Questions that a study asks by itself need no scenario to be sampled.
  runs.run("asked", "--tables summary,months --paths-csv");
  const auto asked = runs.run("asked", "--tables summary,months,levers --paths-csv --resume");
  CHECK(runs.said.find("bad year") == std::string::npos);
  CHECK(asked == runs.run("asked_at_once", "--tables summary,months,levers --paths-csv"));
  CHECK(settings("asked") == settings("asked_at_once"));
  runs.run("asked", "--tables summary --paths-csv --resume", 2);
  CHECK(runs.said.find("--resume: tables changed (it was summary,months,levers, and is summary)") !=
        std::string::npos);
  runs.run("asked", "--tables summary,months,levers --resume", 2);
  CHECK(runs.said.find("--resume: paths.csv is no part of it any more") != std::string::npos);
}

TEST_CASE("packed tables hold the same rows, also after --resume and in shards",
          "[reproducibility][tables]") {
  Runs runs;
  const auto unpacked = [&](const std::string& out) {
    CHECK(csv_files(runs.path() / out).empty());
    CHECK(run_shell("gunzip " + out + "/*.gz", runs.path()).exit_code == 0);
    return csv_files(runs.path() / out);
  };
  CHECK(runs.run("plain", "") == (runs.run("packed", "--gzip"), unpacked("packed")));
  const auto plain = runs.run("plain", "--batch rows.csv");
  write_text(runs.path() / "rows.csv", rows.substr(0, rows.find("c,clinic")));
  runs.run("packed", "--batch rows.csv --gzip");
  write_text(runs.path() / "rows.csv", rows);
  runs.run("packed", "--batch rows.csv --gzip --resume");
  runs.run("one", "--batch rows.csv --gzip --shard 1/2");
  runs.run("two", "--batch rows.csv --gzip --shard 2/2");
  CHECK(run_shell("./paystress merge one two -o merged", runs.path()).exit_code == 0);
  CHECK(read_text(runs.path() / "merged/summary.csv.gz") == read_text(runs.path() / "packed/summary.csv.gz"));
  CHECK(unpacked("merged") == plain);
  CHECK(unpacked("packed") == plain);
}

TEST_CASE("SIGUSR1 ends a batch after the row that is run; it goes on to the same bytes",
          "[reproducibility][tables][resume]") {
  Runs runs;
  const auto whole = runs.run("whole", "--batch rows.csv --paths 40000");
  const auto ended = run_shell(
      "./paystress run small.toml --threads 2 -o out --batch rows.csv --paths 40000 --progress-file progress "
      "& "
      "sleep 0.2; kill -USR1 $!; wait $!",
      runs.path());
  INFO(ended.output);
  CHECK(ended.exit_code == 130);
  CHECK(ended.output.find("paystress: interrupted") != std::string::npos);
  const auto progress = read_text(runs.path() / "progress");
  const auto last = nlohmann::json::parse(progress.substr(progress.rfind('\n', progress.size() - 2) + 1));
  CHECK(last["rows"] == 3);
  CHECK(last["rows_done"] >= 1);
  CHECK(last["rows_done"] < 3);
  CHECK(runs.run("out", "--batch rows.csv --paths 40000 --resume") == whole);
}

}  // namespace table_choice_test
