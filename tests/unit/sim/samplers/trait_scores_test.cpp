#include "sim/samplers/trait_scores.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "model/study.h"
#include "tests/support/simple_practice.h"

namespace trait_scores_test {

using namespace paystress;

TEST_CASE("trait scores are those behind the ledgers of both samplers", "[unit][trait_scores]") {
  // Hours of a session and of meetings are traits that a ledger shows as they were drawn.
  Practice practice = test::simple_practice();
  practice[Parameter::session_hours] = Lognormal{8.0, 0.1};
  practice[Parameter::meetings_hours_per_month] = Lognormal{4.0, 0.3};
  practice.correlation = {{"sessions.hours", "time.meetings_hours_per_month", 0.6}};
  const Stress base{"base", {}};
  Study study;
  study.months = 2;
  for (const auto& sampling : trait_samplings) {
    for (const auto kind : {samplers::SamplerKind::reference, samplers::SamplerKind::fast}) {
      const samplers::SamplerInput input{&practice, &base, study.calendar(), 42, sampling.second};
      const auto sampler = samplers::make_sampler(kind, input);
      const auto scores = samplers::trait_scores(input, 3 * samplers::block_paths);
      REQUIRE(scores.size() == 2);
      REQUIRE(scores[0].key == "sessions.hours");
      REQUIRE(scores[1].key == "time.meetings_hours_per_month");
      LedgerBlock ledger(2, sampler->layout().size(), samplers::block_paths);
      for (std::size_t b = 0; b < 3; ++b) {
        sampler->sample(b * samplers::block_paths, ledger);
        for (std::size_t i = 0; i < samplers::block_paths; ++i) {
          const std::size_t path = b * samplers::block_paths + i;
          // Both samplers keep hours at least as exactly as floats.
          REQUIRE(ledger.at(1, LedgerColumn::meeting_hours)[i] ==
                  Approx(4.0 * std::exp(0.3 * scores[1].z[path])).epsilon(3e-6));
          const double days = ledger.at(1, LedgerColumn::workdays)[i];
          REQUIRE(ledger.at(1, LedgerColumn::session_hours)[i] ==
                  Approx(days * 8.0 * std::exp(0.1 * scores[0].z[path])).epsilon(3e-6));
        }
      }
    }
  }
  // Known numbers have no scores.
  const Practice known = test::simple_practice();
  CHECK(samplers::trait_scores({&known, &base, study.calendar(), 42}, 10).empty());
}

}  // namespace trait_scores_test
