#include "model/rounding.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "model/lane_ops.h"

namespace paystress::rounding_test {
namespace {

using How = Rounding::How;

TEST_CASE("cents round half up, half even or are cut, exact for decimals", "[rounding]") {
  // Every amount of n / 1000 dollars up to 200: the decimal decides, not the double nearest to it.
  for (long n = -200'000; n <= 200'000; ++n) {
    const double usd = static_cast<double>(n) / 1000.0;
    const long size = std::labs(n);
    const long sign = n < 0 ? -1 : 1;
    const long low = size / 10;
    const long rest = size % 10;
    const auto is = [&](How how, long cents) {
      if (round_to_integer(usd * 100.0, how) != static_cast<double>(sign * cents)) FAIL(n << " thousandths");
    };
    is(How::half_up, low + (rest >= 5 ? 1 : 0));
    is(How::truncate, low);
    is(How::half_even, low + (rest > 5 || (rest == 5 && low % 2 == 1) ? 1 : 0));
  }
  // The double nearest to 1.005 lies below it; 1.00499999 is no tie and stays.
  CHECK(RoundTo{}(1.005) == 1.01);
  CHECK(RoundTo{}(1.00499999) == 1.0);
  CHECK(RoundTo{}(8.3333333333) == 8.33);
}

TEST_CASE("floor_of_positive is floor", "[rounding]") {
  for (const double x : {0.0, 0.3, 0.5, 0.9999999999999999, 1.0, 1.5, 2.5, 3.4999, 1e9 + 0.5, 0x1p51 + 0.5,
                         0x1p52 - 0.5, 0x1p52, 0x1p52 + 1, 0x1p53 + 2, 1e300}) {
    CHECK(floor_of_positive(x) == std::floor(x));
  }
}

TEST_CASE("units other than the cent", "[rounding]") {
  const auto to = [](double unit, double usd, How how = How::half_up) {
    Rounding r;
    r.unit_usd = unit;
    r.how = how;
    return RoundTo(r)(usd);
  };
  CHECK(to(1.0, 12.5) == 13.0);
  CHECK(to(1.0, -12.5) == -13.0);
  CHECK(to(0.05, 1.025) == 1.05);
  CHECK(to(0.0001, 37.20005) == 37.2001);
  CHECK(to(5.0, 12.49) == 10.0);
  CHECK(to(5.0, 12.5) == 15.0);
  CHECK(to(100.0, 250.0, How::half_even) == 200.0);
  Rounding none;
  none.unit_usd.reset();
  CHECK(RoundTo(none)(1.23456) == 1.23456);
}

TEST_CASE("column operations are their definition for one number, at every length", "[rounding]") {
  constexpr std::size_t most = 37;
  std::vector<double> a(most), b(most), out(most);
  for (std::size_t i = 0; i < most; ++i) {
    a[i] = i % 5 == 4 ? std::nan("") : static_cast<double>(i) * 0.7 - 9.0;
    b[i] = i % 7 == 3 ? 0.0 : static_cast<double>(most - i) * 0.3 - 4.0;
  }
  for (int op = 0; op <= static_cast<int>(LaneOp::excess); ++op) {
    const auto lane_op = static_cast<LaneOp>(op);
    for (std::size_t n = 0; n <= most; ++n) {
      apply(lane_op, n, {a.data(), 0.0}, {b.data(), 0.0}, out.data());
      for (std::size_t i = 0; i < n; ++i) {
        const double one = apply(lane_op, a[i], b[i]);
        const bool same = one == out[i] || (std::isnan(one) && std::isnan(out[i]));
        if (!same) FAIL("operation " << op << " at " << i << " of " << n);
      }
    }
  }
  SUCCEED();
}

}  // namespace
}  // namespace paystress::rounding_test
