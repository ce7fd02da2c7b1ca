#include "analysis/ask_table.h"

#include <catch2/catch.hpp>

namespace ask_table_test {

using namespace paystress;

namespace {

AskedClause worth(std::string key, double usd) {
  AskedClause asked{"grant", std::move(key), "unpaid", "paid", "", {}};
  asked.worth_usd.value = usd;
  return asked;
}

}  // namespace

TEST_CASE("questions stand in their rank, the dear ones with what makes up for them", "[unit][ask]") {
  std::vector<AskedClause> asked{worth("b", 300), worth("a", 10)};
  Estimate to;
  to.value = 62.5;
  to.ci_low = 61;
  asked[0].remedy = Remedy{"pay.visits.usd", 60, to};
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  CHECK(ask_rows({scenario, 0.0625}, asked, 0.95) ==
        "p/o/base,p,o,base,1,grant,b,unpaid,paid,300,,,,pay.visits.usd,60,62.5,61,,,0.95,0,,0.0625\n"
        "p/o/base,p,o,base,2,grant,a,unpaid,paid,10,,,,,,,,,,0.95,0,,0.0625\n");
}

}  // namespace ask_table_test
