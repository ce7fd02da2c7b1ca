// What a person keeps is not overwritten by what a command writes.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/paths.h"
#include "tests/support/small_study.h"

namespace overwrite_test {

using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

struct Place {
  TemporaryDirectory directory;
  Place() {
    write_small_study(path());
    REQUIRE(
        run("cp " + paystress::test::source_path("scenarios/logs/clinic_days.csv") + " log.csv").exit_code ==
        0);
  }
  [[nodiscard]] const fs::path& path() const { return directory.path(); }
  [[nodiscard]] ProgramResult run(const std::string& command) const { return run_shell(command, path()); }
  void write(const std::string& name, const std::string& text) const { write_text(path() / name, text); }
  [[nodiscard]] std::string text(const std::string& name) const { return read_text(path() / name); }
  void is_refused(const std::string& command, const std::string& why) const {
    const auto ran = run(command);
    INFO(command << "\n" << ran.output);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output.find(why) != std::string::npos);
  }
};

}  // namespace

TEST_CASE("fit replaces neither its log nor what it did not write", "[cli][fit]") {
  const Place place;
  const auto log = place.text("log.csv");
  const std::string fit = "./paystress fit log.csv --missing off -o ";
  const std::string reads = ": is a file that the practice is fitted to";
  place.is_refused(fit + "log.csv", "log.csv" + reads);
  place.is_refused(fit + "log.csv --force", "log.csv" + reads);
  place.is_refused(fit + "cms_2026.csv --force --schedule cms_2026.csv", "cms_2026.csv" + reads);
  place.is_refused(fit + "fit_check.csv", "fit_check.csv: is the name of the comparison");
  const auto study = place.text("small.toml");
  const std::string not_its_own =
      ": is there already, and is not as fit wrote it (--force replaces it). Give another name";
  place.is_refused(fit + "small.toml", "small.toml" + not_its_own);
  place.write("fit_check.csv", "mine\n");
  place.is_refused(fit + "practice.toml", "fit_check.csv" + not_its_own);
  CHECK_FALSE(fs::exists(place.path() / "practice.toml"));
  CHECK(place.text("log.csv") == log);
  CHECK(place.text("small.toml") == study);
  CHECK(place.text("fit_check.csv") == "mine\n");
  // With --force, and again over its own files; not over a practice to which an offer was added.
  const auto forced = place.run(fit + "practice.toml --force 2>/dev/null");
  CHECK(forced.output ==
        "practice.toml: practice clinic from 235 days\nfit_check.csv: what it would show beside what was "
        "seen\n");
  const auto practice = place.text("practice.toml");
  CHECK(place.run(fit + "practice.toml 2>/dev/null").output == forced.output);
  CHECK(place.text("practice.toml") == practice);
  place.write("practice.toml", practice + "\n[offers.mine]\n");
  place.is_refused(fit + "practice.toml", "practice.toml" + not_its_own);
  // Nor over one in which somebody changed a number.
  auto changed = practice;
  changed.replace(changed.find("no_show.rate = { mean = 0.") + 26, 1, "9");
  place.write("practice.toml", changed);
  place.is_refused(fit + "practice.toml", "practice.toml" + not_its_own);
  CHECK(place.text("practice.toml") == changed);
}

TEST_CASE("a report replaces an earlier report alone", "[cli][report]") {
  const Place place;
  REQUIRE(place.run("./paystress run small.toml --paths 200 -o out").exit_code == 0);
  place.write("page.html", "<title><!--title--></title><script type=x><!--results--></script>");
  const std::string report = "PAYSTRESS_REPORT_PAGE=page.html ./paystress report out -o ";
  const auto study = place.text("small.toml"), summary = place.text("out/summary.csv");
  REQUIRE(place.run("ln -s small.toml link; mkfifo pipe").exit_code == 0);
  for (const std::string output : {"small.toml", "link", "page.html", "out/summary.csv", "out/manifest.json"})
    place.is_refused(report + output, output + ": is there already, and is no report");
  for (const std::string output : {"pipe", "/dev/null", "out"})
    place.is_refused(report + output, output + ": is not a file");
  CHECK(place.text("small.toml") == study);
  CHECK(place.text("out/summary.csv") == summary);
  CHECK(place.run(report + "a.html").exit_code == 0);
  CHECK(place.run("ln -s a.html b.html").exit_code == 0);
  CHECK(place.run(report + "b.html").exit_code == 0);
  CHECK(fs::is_symlink(place.path() / "b.html"));
}

TEST_CASE("lines of progress are added to no file that is read", "[cli][progress]") {
  const Place place;
  const auto study = place.text("small.toml");
  place.write("rows.csv", "scenario,practice,offer,stress\nr,clinic,hybrid,base\n");
  for (const std::string file : {"small.toml", "./small.toml", "cms_2026.csv", "rows.csv"})
    place.is_refused(
        "./paystress run small.toml --batch rows.csv --paths 100 -o out --progress-file " + file,
        file + ": is a file that the study is read from. Give another name with --progress-file");
  CHECK(place.text("small.toml") == study);
  CHECK_FALSE(fs::exists(place.path() / "out"));
  place.write("lines", "mine\n");
  CHECK(place.run("./paystress run small.toml --paths 100 -o out --progress-file lines").exit_code == 0);
  CHECK(place.text("lines").starts_with("mine\n{\"rows_done\":"));
  CHECK(place.run("./paystress run small.toml --paths 100 -o out --progress-file /dev/null").exit_code == 0);
}

}  // namespace overwrite_test
