#include "sim/command_support.h"

#include <catch2/catch.hpp>
#include <vector>

#include "sim/errors.h"

using namespace paystress;

TEST_CASE("exit codes rank as documented", "[unit][exit_code]") {
  using enum ExitCode;
  const std::vector<ExitCode> ranked{interrupted, bad_input, failure, some_rows_failed, imprecise, done};
  for (std::size_t i = 0; i < ranked.size(); ++i)
    for (std::size_t j = i; j < ranked.size(); ++j) {
      CHECK(worse(ranked[i], ranked[j]) == ranked[i]);
      CHECK(worse(ranked[j], ranked[i]) == ranked[i]);
    }
  CHECK(guarded([] { return imprecise; }) == 3);
  CHECK(guarded([]() -> ExitCode { throw InputError(""); }) == 2);
  CHECK(guarded([]() -> ExitCode { throw OutputError(""); }) == 1);
  CHECK(guarded([]() -> ExitCode { throw Interrupted(); }) == 130);
}
