#include "sim/questions/price_readings.h"

#include <catch2/catch.hpp>

namespace price_readings_test {

using paystress::questions::own_sentences;
using Lines = std::vector<std::string>;

TEST_CASE("a line that another component shares does not hide what a reading says", "[unit][readings]") {
  const std::string month = "1. base: by month.\n2. bonus: visits.\n   - Starts again each month.\n";
  const std::string quarter = "1. base: by month.\n2. bonus: visits.\n   - Starts again each quarter.\n";
  CHECK(own_sentences(month, quarter) == Lines{"Starts again each month."});
  CHECK(own_sentences(quarter, month) == Lines{"Starts again each quarter."});
  // A second bonus starts again each month under both readings.
  const std::string more = "3. other: calls.\n   - Starts again each month.\n";
  CHECK(own_sentences(month + more, quarter + more) == Lines{"Starts again each month."});
  CHECK(own_sentences(quarter + more, month + more) == Lines{"Starts again each quarter."});
  CHECK(own_sentences(month, month).empty());
}

}  // namespace price_readings_test
