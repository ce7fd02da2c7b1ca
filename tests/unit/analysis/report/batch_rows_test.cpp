#include "analysis/report/batch_rows.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace batch_rows_test {

using namespace paystress::report;

namespace {

const std::vector<std::string> header{"scenario", "practice",       "offer",           "stress",
                                      "n_paths",  "income_usd_p05", "income_usd_mean", "my.key"};

// A bad year that has its own order: rows by the place times 7,919, modulo a prime above any place here.
double bad_year(std::size_t place) { return static_cast<double>(place * 7919 % 1'000'003); }

BatchSummary batch_of(std::size_t rows) {
  BatchRows kept(header);
  for (std::size_t i = 1; i <= rows; ++i)
    kept.add({"practice/offer/base#" + std::to_string(i), "practice", "offer", "base", "1000",
              std::to_string(bad_year(i)), "1", std::to_string(i % 20)});
  return std::move(kept).take();
}

std::size_t bytes_of(const BatchSummary& summary) {
  std::size_t bytes = 0;
  for (const auto& row : summary.rows)
    for (const auto& cell : row) bytes += cell.size() + 1;
  return bytes;
}

std::vector<std::size_t> sample_of(const BatchSummary& summary) {
  std::vector<std::size_t> sample;
  std::ranges::set_difference(summary.places, summary.at_ends, std::back_inserter(sample));
  return sample;
}

}  // namespace

TEST_CASE("a short batch is shown whole, in the columns of its page", "[unit][report]") {
  const auto shown = batch_of(500);
  CHECK(shown.header ==
        std::vector<std::string>{"scenario", "practice", "offer", "stress", "income_usd_p05", "my.key"});
  CHECK(shown.own == std::vector<std::string>{"my.key"});
  CHECK(shown.rows.size() == 500);
  CHECK(shown.all_rows == 500);
  CHECK(shown.at_ends.empty());
  CHECK(shown.places.front() == 1);
  CHECK(shown.places.back() == 500);
  CHECK(shown.rows[4] == std::vector<std::string>{"practice/offer/base#5", "practice", "offer", "base",
                                                  std::to_string(bad_year(5)), "5"});
}

TEST_CASE("a batch of any length is shown in the room of a page", "[unit][report]") {
  for (const std::size_t rows : {5'000U, 60'000U, 200'000U}) {
    const auto shown = batch_of(rows);
    INFO(rows);
    CHECK(bytes_of(shown) < 450'000);
    CHECK(sample_of(shown).size() > 1000);
    CHECK(shown.all_rows == rows);
    CHECK(std::ranges::is_sorted(shown.places));
    CHECK(shown.rows.size() == shown.places.size());
    for (std::size_t r = 0; r < shown.rows.size(); ++r)
      REQUIRE(shown.rows[r][0] == "practice/offer/base#" + std::to_string(shown.places[r]));
  }
}

TEST_CASE("the rows at either end of a figure are those of all rows", "[unit][report]") {
  constexpr std::size_t rows = 60'000;
  const auto shown = batch_of(rows);
  REQUIRE(shown.ends == 25);
  std::vector<std::pair<double, std::size_t>> all;
  for (std::size_t i = 1; i <= rows; ++i) all.emplace_back(bad_year(i), i);
  std::ranges::sort(all);
  const std::set<std::size_t> there(shown.places.begin(), shown.places.end());
  for (std::size_t i = 0; i < shown.ends; ++i) {
    CHECK(there.contains(all[i].second));
    CHECK(there.contains(all[rows - 1 - i].second));
  }
  CHECK(shown.at_ends.size() <= 2 * shown.ends);
}

// Of a share 1/2^j the gaps between rows of the sample take three lengths at most, the longest below 2.62
// times the mean; and of the twenty values that the key takes in turn each has its twentieth, to a row or
// two.
TEST_CASE("the sample of a long batch is even, and in step with no design", "[unit][report]") {
  const auto sample = sample_of(batch_of(60'000));
  std::set<std::size_t> gaps;
  for (std::size_t i = 1; i < sample.size(); ++i) gaps.insert(sample[i] - sample[i - 1]);
  CHECK(gaps.size() <= 3);
  const double mean = 60'000.0 / static_cast<double>(sample.size());
  CHECK(static_cast<double>(*gaps.rbegin()) < 2.62 * mean);
  std::vector<int> in_turn(20, 0);
  for (const auto place : sample) ++in_turn[place % 20];
  for (const int n : in_turn) CHECK(std::abs(n - static_cast<double>(sample.size()) / 20) <= 3);
}

TEST_CASE("of a wide batch the first columns are shown, and fewer rows at the ends where they are long",
          "[unit][report]") {
  std::vector<std::string> wide{"scenario", "income_usd_p05", "income_usd_p50", "income_usd_p95"};
  for (int c = 0; c < 200; ++c) wide.push_back("key." + std::to_string(c));
  BatchRows kept(wide);
  for (std::size_t i = 1; i <= 5'000; ++i) {
    std::vector<std::string> cells(wide.size(), "0.1234567890123456789012345");
    cells[0] = std::to_string(i);
    for (const std::size_t c : {1U, 2U, 3U}) cells[c] = std::to_string(bad_year(i * c));
    kept.add(std::move(cells));
  }
  const auto shown = std::move(kept).take();
  CHECK(shown.all_own == 200);
  CHECK(shown.own.size() == 60);
  CHECK(shown.ends < 25);
  CHECK(shown.ends >= 1);
  CHECK(bytes_of(shown) < 450'000);
}

TEST_CASE("rows that are scenarios are those of a study, rows that repeat one those of a batch",
          "[unit][report]") {
  const std::vector<std::string> plain{"scenario", "practice", "offer", "stress", "income_usd_p05"};
  const auto summary_of = [&](const std::vector<std::string>& stresses) {
    BatchRows rows(plain);
    for (const auto& stress : stresses) rows.add({"id of " + stress, "practice", "offer", stress, "1"});
    return std::move(rows).take();
  };
  CHECK_FALSE(summary_of({"base", "dip", "flood"}).is_batch());
  CHECK(summary_of({"base", "dip", "base"}).is_batch());
  CHECK(batch_of(1).is_batch());
}

TEST_CASE("a table without scenarios is no summary of a batch", "[unit][report]") {
  CHECK_THROWS_AS(BatchRows(std::vector<std::string>{"income_usd_p05"}), std::invalid_argument);
}

}  // namespace batch_rows_test
