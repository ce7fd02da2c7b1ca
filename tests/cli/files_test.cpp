// Nobody's files are lost, nothing is mixed.

#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/small_study.h"

namespace files_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const std::string header = "scenario,practice,offer,stress,practices.clinic.no_show.rate\n";

void write_batch(const fs::path& dir, int rows) {
  auto text = header;
  for (int i = 1; i <= rows; ++i)
    text += "row" + std::to_string(i) + ",clinic,hybrid,base,0.0" + std::to_string(i) + "\n";
  write_text(dir / "rows.csv", text);
}

ProgramResult run(const fs::path& dir, const std::string& options) {
  return run_shell("./paystress run small.toml --paths 200 --threads 2 " + options, dir);
}

}  // namespace

TEST_CASE("a study folder with a prepared working directory costs nobody a file", "[cli][files]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto make = run_shell(
      "mkdir documents results && echo mine > documents/letter.txt && echo mine > documents/summary.csv && "
      "ln -s ../documents results/.small.partial && mkdir results/.small.partial-abcdef && "
      "cp documents/letter.txt results/.small.partial-abcdef/ && ln -s ../documents "
      "results/.small.partial-zzzzzz",
      dir.path());
  REQUIRE(make.exit_code == 0);
  write_batch(dir.path(), 2);
  for (const std::string options : {"", "--force", "--batch rows.csv", "--batch rows.csv --resume"}) {
    INFO(options);
    const auto ran = run(dir.path(), options);
    INFO(ran.output);
    CHECK(ran.exit_code == 0);
    CHECK(read_text(dir.path() / "documents" / "letter.txt") == "mine\n");
    CHECK(read_text(dir.path() / "documents" / "summary.csv") == "mine\n");
    CHECK(fs::exists(dir.path() / "results/.small.partial-abcdef/letter.txt"));
  }
}

TEST_CASE("a batch in the place of a study leaves nothing of it, resumed or not", "[cli][files]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  REQUIRE(run(dir.path(), "--paths-csv -o out").exit_code == 0);
  REQUIRE(fs::exists(dir.path() / "out" / "paths.csv"));
  write_batch(dir.path(), 2);
  REQUIRE(run(dir.path(), "--batch rows.csv -o out").exit_code == 0);
  const auto beside = run_shell("ls -A", dir.path()).output;
  CHECK(beside.find(".out") == std::string::npos);
  write_batch(dir.path(), 3);
  REQUIRE(run(dir.path(), "--batch rows.csv -o out --resume").exit_code == 0);
  REQUIRE(run(dir.path(), "--batch rows.csv -o fresh").exit_code == 0);
  CHECK(csv_files(dir.path() / "out") == csv_files(dir.path() / "fresh"));
}

TEST_CASE("damage in a finished table is noticed when rows are added", "[cli][files]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  write_batch(dir.path(), 2);
  REQUIRE(run(dir.path(), "--batch rows.csv -o out").exit_code == 0);
  auto table = read_text(dir.path() / "out" / "summary.csv");
  table.at(table.find("\nrow1") + 4) = '7';  // of a row, not of the header, which is written anew
  write_text(dir.path() / "out" / "summary.csv", table);
  write_batch(dir.path(), 3);
  const auto ran = run(dir.path(), "--batch rows.csv -o out --resume");
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.find("1 finished rows were damaged") != std::string::npos);
  REQUIRE(run(dir.path(), "--batch rows.csv -o fresh").exit_code == 0);
  CHECK(csv_files(dir.path() / "out") == csv_files(dir.path() / "fresh"));
}

TEST_CASE("an input is read once, from a pipe too", "[cli][files]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  write_batch(dir.path(), 2);
  const auto digest = run_shell("sha256sum small.toml | cut -c1-64", dir.path()).output.substr(0, 64);
  const auto rows_digest = run_shell("sha256sum rows.csv | cut -c1-64", dir.path()).output.substr(0, 64);
  const auto ran = run_shell(
      "mkfifo study rows; timeout 60 sh -c 'cat small.toml > study' >/dev/null 2>&1 & "
      "timeout 60 sh -c 'cat rows.csv > rows' >/dev/null 2>&1 & "
      "timeout 60 ./paystress run study --batch rows --paths 100 -o out",
      dir.path());
  INFO(ran.output);
  REQUIRE(ran.exit_code == 0);
  const auto manifest = nlohmann::json::parse(read_text(dir.path() / "out" / "manifest.json"));
  CHECK(manifest.at("inputs")[0].at("sha256") == digest);
  CHECK(manifest.at("inputs").back().at("sha256") == rows_digest);
}

// The loop that this was once ended with nothing.
TEST_CASE("a place in which no file can be made is told at once", "[cli][files]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto ran = run_shell("timeout 60 ./paystress run small.toml --paths 100 -o /proc/x", dir.path());
  CHECK(ran.exit_code == 1);
  CHECK(ran.output == "paystress: /proc/.x.lock: cannot be opened: No such file or directory\n");
}

TEST_CASE("a run that is in the place already tells the second one so", "[cli][files]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto ran = run_shell(
      "./paystress run small.toml --paths 2000000 -o out >/dev/null 2>&1 & first=$!; "
      "for i in $(seq 100); do [ -e .out.lock ] && break; sleep 0.05; done; sleep 0.1; "
      "./paystress run small.toml --paths 100 -o out; echo \"second $?\"; "
      "kill -HUP $first; wait $first; echo \"first $?\"; ls -A | grep '^.out' || echo nothing left",
      dir.path());
  INFO(ran.output);
  CHECK(ran.output.find("out: another run is writing there. Wait for it") != std::string::npos);
  CHECK(ran.output.find("second 2") != std::string::npos);
  CHECK(ran.output.find("first 130") != std::string::npos);
}

}  // namespace files_test
