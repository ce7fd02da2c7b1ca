#include <catch2/catch.hpp>
#include <stdexcept>
#include <utility>

#include "model/ledger.h"

namespace paystress::ledger_block_test {

namespace {

constexpr std::size_t paths = 70, last = paths - 1;

/// Two months of columns; every row holds `first` + 3 x its month + its column.
LedgerBlock numbered(double first, std::size_t columns = 3) {
  LedgerBlock block(2, columns, paths);
  for (std::size_t m = 0; m < 2; ++m)
    for (std::size_t c = 0; c < columns; ++c)
      for (std::size_t i = 0; i < paths; ++i) block.at(m, c)[i] = first + static_cast<double>(3 * m + c);
  return block;
}

}  // namespace

TEST_CASE("a borrowed row is read from its lender until it is written", "[unit]") {
  auto lender = numbered(10), other = numbered(20);
  CHECK_FALSE(other.borrows(1, 2, lender));
  other.borrow(1, 2, lender);
  CHECK(other.borrows(1, 2, lender));
  CHECK(std::as_const(other).at(1, 2) == std::as_const(lender).at(1, 2));
  CHECK(std::as_const(other).at(1, 2)[last] == 15);
  CHECK(std::as_const(other).at(1, 1)[last] == 24);  // its neighbours stay its own
  CHECK(std::as_const(other).at(0, 2)[last] == 22);
  other.at(1, 2)[0] += 100;
  CHECK_FALSE(other.borrows(1, 2, lender));
  CHECK(std::as_const(other).at(1, 2)[0] == 115);
  CHECK(std::as_const(other).at(1, 2)[last] == 15);  // what was borrowed is copied
  CHECK(std::as_const(lender).at(1, 2)[0] == 15);
}

TEST_CASE("ledgers with further columns lend and borrow the rows that they have in common", "[unit]") {
  auto lender = numbered(10), longer = numbered(20, 5), longest = numbered(30, 7);
  longer.borrow(1, 2, lender);
  CHECK(std::as_const(longer).at(1, 2)[last] == 15);
  CHECK(longer.borrows(1, 2, lender));
  longest.borrow(1, 0, longer);
  CHECK(std::as_const(longest).at(1, 0)[last] == 23);
  CHECK_THROWS_AS(longer.at(1, std::size_t{0}), std::logic_error);
  CHECK_THROWS_AS(lender.at(1, std::size_t{2}), std::logic_error);
  lender.at(1, std::size_t{0})[0] = 1;
  longer.at(1, std::size_t{2})[0] = 7;
  CHECK(std::as_const(longer).at(1, 2)[last] == 15);
}

TEST_CASE("a row that is lent is not written but by who fills the blocks", "[unit]") {
  auto lender = numbered(10), other = numbered(20);
  other.borrow(0, 1, lender);
  CHECK_THROWS_AS(lender.at(0, std::size_t{1}), std::logic_error);
  lender.at(0, std::size_t{2})[0] = 7;  // other rows are
  lender.to_fill(0, 1)[last] = 8;
  CHECK(std::as_const(other).at(0, 1)[last] == 8);
  lender.end_of_loans();
  lender.at(0, std::size_t{1})[0] = 9;
  CHECK(std::as_const(lender).at(0, 1)[0] == 9);
}

TEST_CASE("a ledger that is filled anew or forgets its loans has rows of its own", "[unit]") {
  auto lender = numbered(10), other = numbered(20);
  other.borrow(0, 0, lender);
  other.forget_loans();
  CHECK_FALSE(other.borrows(0, 0, lender));
  CHECK(std::as_const(other).at(0, 0)[last] == 20);
  other.borrow(0, 0, lender);
  other.fill(3);
  CHECK(std::as_const(other).at(0, 0)[last] == 3);
  CHECK(std::as_const(lender).at(0, 0)[last] == 10);
}

TEST_CASE("a ledger keeps its loans where it is moved", "[unit]") {
  auto lender = numbered(10), other = numbered(20);
  other.borrow(0, 0, lender);
  const LedgerBlock moved = std::move(lender);
  CHECK(other.borrows(0, 0, moved));
  CHECK(std::as_const(other).at(0, 0)[last] == 10);
}

}  // namespace paystress::ledger_block_test
