#include "analysis/format_number.h"

#include <catch2/catch.hpp>
#include <limits>

namespace format_number_test {

namespace {

std::string text(double x) {
  std::string s;
  paystress::append_number(s, x);
  return s;
}

}  // namespace

TEST_CASE("numbers are written in the shortest form that reads back", "[unit]") {
  CHECK(text(0.1) == "0.1");
  CHECK(text(210000.0) == "210000");
  CHECK(text(-0.0) == "0");
  CHECK(text(300000.0) == "300000");  // not 3e+05
  CHECK(text(-4e9) == "-4000000000");
  CHECK(text(1e300) == "1e+300");
  CHECK(text(2e-7) == "2e-07");
  CHECK(text(1.0 / 3.0) == "0.3333333333333333");
}

TEST_CASE("a number without a meaning is an empty cell", "[unit]") {
  CHECK(text(std::numeric_limits<double>::quiet_NaN()).empty());
  CHECK(text(std::numeric_limits<double>::infinity()).empty());
}

}  // namespace format_number_test
