#include "sim/commands/command_support.h"

#include <catch2/catch.hpp>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/read_study.h"
#include "sim/engine/outcomes.h"
#include "sim/engine/run_plan.h"
#include "sim/errors.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace command_support_test {

using namespace paystress;

TEST_CASE("a seed on the command line is a whole number that 64 bits hold", "[unit][command]") {
  CHECK(commands::seed_problem("0").empty());
  CHECK(commands::seed_problem("18446744073709551615").empty());
  for (const auto* bad : {"-1", "18446744073709551616", "1.5", "1e3", "", " 1", "12x", "010", "0x10", "+1"})
    CHECK(commands::seed_problem(bad) ==
          std::string(bad) + " is not a whole number from 0 to 18446744073709551615");
}

// The parser would read 010 as 8 and 0x10 as 16.
TEST_CASE("a whole number on the command line is written in figures", "[unit][command]") {
  const auto check = commands::whole_number(1, 200);
  for (const std::string good : {"1", "10", "200"}) {
    auto text = good;
    CHECK(check(text).empty());
  }
  for (const std::string bad :
       {"0", "201", "-1", "010", "0x10", "+1", "1e2", "1.0", " 1", "", "99999999999999999999"}) {
    auto text = bad;
    CHECK(check(text) == bad + " is not a whole number from 1 to 200");
  }
}

TEST_CASE("exit codes rank as documented", "[unit][exit_code]") {
  using enum commands::ExitCode;
  const std::vector<commands::ExitCode> ranked{interrupted,      bad_input, failure,
                                               some_rows_failed, imprecise, done};
  for (std::size_t i = 0; i < ranked.size(); ++i)
    for (std::size_t j = i; j < ranked.size(); ++j) {
      CHECK(commands::worse(ranked[i], ranked[j]) == ranked[i]);
      CHECK(commands::worse(ranked[j], ranked[i]) == ranked[i]);
    }
  CHECK(commands::guarded([] { return imprecise; }) == 3);
  CHECK(commands::guarded([]() -> commands::ExitCode { throw InputError(""); }) == 2);
  CHECK(commands::guarded([]() -> commands::ExitCode { throw OutputError(""); }) == 1);
  CHECK(commands::guarded([]() -> commands::ExitCode { throw Interrupted(); }) == 130);
  CHECK(commands::guarded([]() -> commands::ExitCode { throw std::invalid_argument("no such column"); }) ==
        1);
  CHECK(commands::guarded([]() -> commands::ExitCode { throw std::bad_alloc(); }) == 1);
}

TEST_CASE("a broken promise while a run is made is no fault of the user", "[unit][exit_code]") {
  Faults faults;
  const auto text = parse_study(small_study, "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(text);
  auto study = text->study;
  study.stresses.back().parts.front().first_month = 0;  // the reader refuses it
  const auto inputs = engine::scenario_inputs(study);
  const engine::RunRequest request{.study = &study,
                                   .inputs = inputs,
                                   .draws = {samplers::SamplerKind::reference, 1, study.traits},
                                   .paths = 1};
  const auto make_all = [&] {
    for (const auto& group : engine::plan_run(inputs, study.months))
      (void)engine::make_group_run(request, group, engine::make_told_rates(request));
    return commands::ExitCode::done;
  };
  CHECK_THROWS_AS(make_all(), std::logic_error);
  CHECK(commands::guarded(make_all) == 1);
}

TEST_CASE("a word that is no command or option is told with the nearest", "[unit][command]") {
  const auto told = [](std::vector<const char*> words) {
    CLI::App app;
    app.require_subcommand(1);
    int paths = 0;
    auto* run = app.add_subcommand("run");
    app.add_subcommand("check");
    run->add_option("--paths", paths);
    words.insert(words.begin(), "paystress");
    try {
      app.parse(static_cast<int>(words.size()), words.data());
    } catch (const CLI::ParseError&) {
    }
    return commands::unknown_words(app, static_cast<int>(words.size()), words.data());
  };
  CHECK(told({"rum", "s.toml"}) == "paystress: there is no command rum. Did you mean run?\n");
  CHECK(told({"simulate"}) == "paystress: there is no command simulate. The commands are run, check.\n");
  CHECK(told({"run", "--pahts", "5"}) ==
        "paystress run: there is no option --pahts. Did you mean --paths?\n");
  CHECK(told({"run", "--pahts=5", "--zzzzzz"}) ==
        "paystress run: there is no option --pahts. Did you mean --paths?\n"
        "paystress run: there is no option --zzzzzz. paystress run --help lists them.\n");
  CHECK(told({"run", "--paths", "x"}).empty());
  CHECK(told({"run", "--paths", "5"}).empty());
  CHECK(told({}).empty());
}

}  // namespace command_support_test
