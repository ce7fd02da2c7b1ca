// Output that fails is a failure, wherever it goes, and lands nowhere else.

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/small_study.h"

namespace output_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string>& commands() {
  static const std::vector<std::string> all{
      "check small.toml",
      "explain small.toml --offer wrvu",
      "price small.toml ledger.csv --offer capped",
      "curve small.toml --offer capped --measure completed_visits --from 0 --to 300 --step 100",
      "run small.toml --paths 100 -o out",
      "replay small.toml --scenario clinic/hybrid/base --path 3",
      "solve small.toml --paths 200 --offer capped --vary offers.capped.pay.visits.usd --for "
      "\"mean(income_usd) "
      ">= 150000\"",
      "sweep small.toml --set practices.clinic.no_show.rate=0.05,0.1 -o rows.csv",
      "run small.toml --batch rows.csv --paths 100 -o batch",
      "--help",
      "--version"};
  return all;
}

void write_inputs(const fs::path& dir) {
  write_small_study(dir);
  write_text(dir / "ledger.csv", "period,completed_visits\n2026-01,200\n2026-02,250\n");
}

}  // namespace

TEST_CASE("output onto a full disk or a closed stream is a failure of every command", "[cli][output]") {
  const TemporaryDirectory dir;
  write_inputs(dir.path());
  for (const auto& command : commands()) {
    INFO(command);
    const auto good = run_shell("./paystress " + command, dir.path());
    INFO(good.output);
    REQUIRE(good.exit_code == 0);
    const auto full = run_shell("./paystress " + command + " >/dev/full", dir.path());
    INFO(full.output);
    CHECK(full.exit_code == 1);
    CHECK(full.output.find("standard output cannot be written") != std::string::npos);
    const auto closed = run_shell("./paystress " + command + " >&-", dir.path());
    INFO(closed.output);
    CHECK(closed.exit_code == 1);
    CHECK(closed.output.find("standard output cannot be written") != std::string::npos);
  }
}

TEST_CASE("what is printed lands in no table when the streams are closed", "[cli][output]") {
  const TemporaryDirectory dir;
  write_inputs(dir.path());
  REQUIRE(run_shell("./paystress run small.toml --paths 100 --threads 2 -o good", dir.path()).exit_code == 0);
  const auto good = csv_files(dir.path() / "good");
  for (const std::string closed : {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"}) {
    INFO(closed);
    const auto ran =
        run_shell("./paystress run small.toml --paths 100 --threads 2 --force -o out " + closed, dir.path());
    CHECK(ran.exit_code == (closed.find(">&-") == 0 || closed.size() > 4 ? 1 : 0));
    CHECK(csv_files(dir.path() / "out") == good);
  }
}

TEST_CASE("styles are for terminals, and the width is what COLUMNS says", "[cli][output]") {
  const TemporaryDirectory dir;
  write_inputs(dir.path());
  const std::string run = "./paystress run small.toml --paths 100 -o out";
  const auto shown = [&](const std::string& command) { return run_shell(command, dir.path()).output; };
  const auto on_terminal = "script -qec '" + run + "' /dev/null";  // gives it a terminal
  REQUIRE(shown(on_terminal).find("Tables: out/") != std::string::npos);
  CHECK(shown("unset NO_COLOR; TERM=xterm " + on_terminal).find("\033[1m") != std::string::npos);
  CHECK(shown("NO_COLOR=1 TERM=xterm " + on_terminal).find('\033') == std::string::npos);
  CHECK(shown("unset NO_COLOR; TERM=dumb " + on_terminal).find('\033') == std::string::npos);
  CHECK(shown("unset NO_COLOR; TERM=xterm " + run).find('\033') == std::string::npos);
  CHECK(shown("unset COLUMNS; " + run).find("Left out at 80 columns") != std::string::npos);
  CHECK(shown("COLUMNS=100 " + run).find("Left out at 80") == std::string::npos);
}

TEST_CASE("a limit on the size of files is an error and not a signal", "[cli][output]") {
  const TemporaryDirectory dir;
  write_inputs(dir.path());
  const auto ran = run_shell("ulimit -f 8; ./paystress run small.toml --paths 100 -o out", dir.path());
  INFO(ran.output);
  CHECK(ran.exit_code == 1);
  CHECK(ran.output.find("cannot be written: File too large") != std::string::npos);
  CHECK_FALSE(fs::exists(dir.path() / "out"));
}

TEST_CASE("a sweep never replaces a device, a pipe, a folder or what it reads", "[cli][sweep]") {
  const TemporaryDirectory dir;
  write_inputs(dir.path());
  REQUIRE(run_shell("mkfifo pipe; mkdir folder; ln -s small.toml link.csv; ln -s nowhere lost.csv; cp "
                    "small.toml other.csv; ln -s other.csv leads.csv",
                    dir.path())
              .exit_code == 0);
  const auto study = read_text(dir.path() / "small.toml");
  for (const std::string output :
       {"/dev/null", "pipe", "folder", "small.toml", "./link.csv", "lost.csv", "cms_2026.csv"}) {
    INFO(output);
    const auto ran = run_shell(
        "./paystress sweep small.toml --set practices.clinic.no_show.rate=0.05,0.1 -o " + output, dir.path());
    INFO(ran.output);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output.find(output + ": is ") != std::string::npos);
  }
  CHECK(fs::is_character_file("/dev/null"));
  CHECK(fs::is_fifo(dir.path() / "pipe"));
  CHECK(read_text(dir.path() / "small.toml") == study);
  // A link to a file stays a link: the file is replaced.
  CHECK(run_shell("./paystress sweep small.toml --set practices.clinic.no_show.rate=0.05,0.1 -o leads.csv",
                  dir.path())
            .exit_code == 0);
  CHECK(fs::is_symlink(dir.path() / "leads.csv"));
  CHECK(read_text(dir.path() / "other.csv").starts_with("scenario,"));
}

}  // namespace output_test
