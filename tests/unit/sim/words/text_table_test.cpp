#include "sim/words/text_table.h"

#include <catch2/catch.hpp>

namespace text_table_test {

using namespace paystress;

TEST_CASE("a text table sets numbers right and text left", "[unit][text_table]") {
  words::TextTable t({"scenario", "usd", "what"});
  t.add({"a/b/base", "9,999", "x"});
  t.add({"b", "123,456", "long text"});
  CHECK(t.text() ==
        "scenario      usd  what\n"
        "--------  -------  ---------\n"
        "a/b/base    9,999  x\n"
        "b         123,456  long text\n");
}

TEST_CASE("figures for people", "[unit][text_table]") {
  CHECK(words::dollars(0.4) == "0");
  CHECK(words::dollars(999.5) == "1,000");
  CHECK(words::dollars(-1234567.2) == "-1,234,567");
  CHECK(words::percent(0) == "0.0 %");
  CHECK(words::percent(0.0001) == "<0.1 %");
  CHECK(words::percent(0.99999) == ">99.9 %");
  CHECK(words::percent(0.0432) == "4.3 %");
  CHECK(words::percent(1) == "100.0 %");
}

}  // namespace text_table_test
