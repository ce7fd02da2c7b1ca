// What solve, run and replay say about keys and precision targets.
#include <catch2/catch.hpp>

#include "tests/support/program.h"
#include "tests/support/study_text.h"

namespace paystress::testing::study_commands_test {
namespace {

// The small study with precision targets, and the program run on it.
class Desk {
 public:
  Desk() {
    link_program(directory_.path());
    auto text = with(small_study, "fee_schedules/cms_2026.csv", "builtin:cms");
    text = with(text, "[practices.clinic]",
                "[study.precision]\nmin_paths = 256\nmax_paths = 2048\ntargets = [ { measure = "
                "\"income_usd\", statistic = \"mean\", half_width = 1e6 } ]\n[practices.clinic]");
    write_text(directory_.path() / "s.toml", text);
    write_text(directory_.path() / "rows.csv", "scenario,offers.visit.pay.visits.usd\na,41\n");
  }
  [[nodiscard]] ProgramResult run(const std::string& arguments) const {
    return run_shell("./paystress " + arguments, directory_.path());
  }
  [[nodiscard]] std::string errors_alone(const std::string& arguments) const {
    return run(arguments + " 2>&1 >/dev/null").output;
  }

 private:
  TemporaryDirectory directory_;
};

TEST_CASE("solve names the key that the study does not have", "[cli][solve]") {
  const Desk desk;
  const auto asked = [&](const std::string& key) {
    return desk.run("solve s.toml --offer visit --for \"mean(income_usd) >= 1\" --vary " + key).output;
  };
  CHECK(
      asked("offers.visit.pay.visit.usd") ==
      "paystress: --vary offers.visit.pay.visit.usd: no such key (the list has no item visit). Did you mean "
      "visits?\n");
  CHECK(
      asked("offers.visit.pay.visits.usdd") ==
      "paystress: --vary offers.visit.pay.visits.usdd: no such key (offers.visit.pay.1.usdd is unknown). Did "
      "you mean usd?\n");
  // As the table of questions names it.
  CHECK(
      asked("pay.visits.usd") ==
      "paystress: --vary pay.visits.usd: no such key (only numbers of practices, offers and stresses vary by "
      "row). Write offers.visit.pay.visits.usd.\n");
  CHECK(asked("practices.clinic.no_show.rte") ==
        "paystress: --vary practices.clinic.no_show.rte: no such key. Did you mean rate?\n");
  CHECK(asked("practices.clinic.quality.mean") ==
        "paystress: --vary practices.clinic.quality.mean: is no plain number in the study, so there is no "
        "range to search. Give --from and --to.\n");
}

TEST_CASE("solve says on a terminal what it does, and wipes the line", "[cli][solve]") {
  const TemporaryDirectory place;
  link_program(place.path());
  write_text(place.path() / "s.toml", with(small_study, "fee_schedules/cms_2026.csv", "builtin:cms"));
  const std::string key = "offers.visit.pay.visits.usd";
  const auto ran = run_terminal("./paystress solve s.toml --offer visit --vary " + key +
                                    " --for 'mean(income_usd) >= 150000' --paths 30000 --threads 1",
                                place.path(), {});
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK(ran.output.find("trying values of " + key + "  0:0") != std::string::npos);
  CHECK(ran.output.find("varying " + key) != std::string::npos);
}

TEST_CASE("a stress that is combined concerns the stress that combines it", "[cli][solve][sweep]") {
  const TemporaryDirectory place;
  link_program(place.path());
  write_text(
      place.path() / "s.toml",
      with(std::string(small_study), "fee_schedules/cms_2026.csv", "builtin:cms") +
          "\n[stresses.cut]\nbooked_visits = { multiply = 0.8 }\n[stresses.worse]\ncombine = [\"cut\"]\n"
          "no_show.rate = { add = 0.05 }\n");
  const auto run = [&](const std::string& arguments) {
    return run_shell("./paystress " + arguments, place.path());
  };
  const auto solved =
      run("solve s.toml --offer visit --stress worse --vary stresses.cut.booked_visits.multiply "
          "--from 0.5 --to 1 --paths 256 --for \"mean(income_usd) >= 1\"");
  INFO(solved.output);
  CHECK(solved.exit_code == 0);
  const auto swept =
      run("sweep s.toml --set stresses.cut.booked_visits.multiply=0.5,0.8 --stress worse -o b.csv");
  INFO(swept.output);
  CHECK(swept.exit_code == 0);
  CHECK(run("sweep s.toml --set stresses.cut.booked_visits.multiply=0.5 --offer none -o b.csv").output ==
        "paystress: --offer none: no such name in the study\n");
}

TEST_CASE("targets that are not used are said to be unused", "[cli][run]") {
  const Desk desk;
  CHECK(desk.errors_alone("run s.toml --paths 256 -o a") ==
        "warning: --paths 256: the targets of study.precision are not used\n");
  CHECK(desk.errors_alone("run s.toml -o b").empty());
  CHECK(desk.errors_alone("run s.toml --batch rows.csv -o c") ==
        "warning: the targets of study.precision are not used: every row has 1000 paths\n");
}

TEST_CASE("replay reaches every path that a run with targets may have", "[cli][replay]") {
  const Desk desk;
  const std::string replay = "replay s.toml --scenario clinic/visit/base --path ";
  CHECK(desk.run(replay + "2047").exit_code == 0);
  CHECK(desk.run(replay + "2048").output == "paystress: --path 2048: the run has paths 0 to 2047\n");
  CHECK(desk.run(replay + "2000 --paths 1000").exit_code == 2);
}

TEST_CASE("a number of paths is written in figures", "[cli][run]") {
  const Desk desk;
  for (const std::string paths : {"1e3", "1.5", "0"})
    CHECK(desk.errors_alone("run s.toml --paths " + paths)
              .starts_with("--paths: " + paths + " is not a whole number from 1 to 1000000000\n"));
}

}  // namespace
}  // namespace paystress::testing::study_commands_test
