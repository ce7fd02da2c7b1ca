#include "analysis/ask_table.h"

#include <catch2/catch.hpp>

using namespace paystress;

namespace {

AskedClause worth(std::string key, double usd) {
  AskedClause asked{"grant", std::move(key), "unpaid", "paid", "", {}};
  asked.worth_usd.value = usd;
  return asked;
}

}  // namespace

TEST_CASE("questions are ranked by what the better answer is worth", "[unit][ask]") {
  std::vector<AskedClause> asked{worth("a", 10), worth("b", 300), worth("c", 10), worth("d", 0)};
  rank_asked(asked);
  CHECK(asked[0].key == "b");
  CHECK(asked[1].key == "a");
  CHECK(asked[2].key == "c");
  const Scenario scenario{"p/o/base", "p", "o", "base", {}};
  const auto rows = ask_rows(scenario, asked, 0.95);
  CHECK(rows.starts_with("p/o/base,p,o,base,1,grant,b,unpaid,paid,300,,,,,0.95,0,\n"));
}
