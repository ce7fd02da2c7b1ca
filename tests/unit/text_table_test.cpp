#include "sim/text_table.h"

#include <catch2/catch.hpp>

using namespace paystress;

TEST_CASE("a text table sets numbers right and text left", "[unit][text_table]") {
  TextTable t({"scenario", "usd", "what"});
  t.add({"a/b/base", "9,999", "x"});
  t.add({"b", "123,456", "long text"});
  CHECK(t.text() ==
        "scenario      usd  what\n"
        "--------  -------  ---------\n"
        "a/b/base    9,999  x\n"
        "b         123,456  long text\n");
}

TEST_CASE("figures for people", "[unit][text_table]") {
  CHECK(dollars(0.4) == "0");
  CHECK(dollars(999.5) == "1,000");
  CHECK(dollars(-1234567.2) == "-1,234,567");
  CHECK(percent(0) == "0.0 %");
  CHECK(percent(0.0001) == "<0.1 %");
  CHECK(percent(0.99999) == ">99.9 %");
  CHECK(percent(0.0432) == "4.3 %");
  CHECK(percent(1) == "100.0 %");
}
