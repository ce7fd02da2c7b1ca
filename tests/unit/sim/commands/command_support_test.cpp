#include "sim/commands/command_support.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/errors.h"

using namespace paystress;

TEST_CASE("a seed on the command line is a whole number that 64 bits hold", "[unit][command]") {
  CHECK(commands::seed_problem("0").empty());
  CHECK(commands::seed_problem("18446744073709551615").empty());
  for (const auto* bad : {"-1", "18446744073709551616", "1.5", "1e3", "", " 1", "12x"})
    CHECK(commands::seed_problem(bad) ==
          std::string(bad) + " is not a whole number from 0 to 18446744073709551615");
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
}
