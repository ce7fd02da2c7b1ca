#include "sim/words/money_text.h"

#include <catch2/catch.hpp>

namespace paystress::money_text_test {

TEST_CASE("dollars keep their cents and show finer parts only where there are any", "[money_text]") {
  CHECK(words::money_text(1234.5) == "1234.50");
  CHECK(words::money_text(0) == "0.00");
  CHECK(words::money_text(-0.001) == "0.00");
  CHECK(words::money_text(-12) == "-12.00");
  CHECK(words::money_text(0.0006, 6) == "0.0006");
  CHECK(words::money_text(49, 6) == "49.00");
}

TEST_CASE("numbers set thousands apart", "[money_text]") {
  CHECK(words::number_text(0) == "0");
  CHECK(words::number_text(999) == "999");
  CHECK(words::number_text(1000) == "1,000");
  CHECK(words::number_text(-1234567.25) == "-1,234,567.25");
  CHECK(words::number_text(-123) == "-123");
  CHECK(words::number_text(0.0006) == "0.0006");
}

}  // namespace paystress::money_text_test
