#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paystress::report {

/// The figures of a row that the page of a batch shows, in its order: columns of summary.csv.
inline constexpr std::array<std::string_view, 7> batch_figures{
    "income_usd_p05",        "income_usd_p50",       "income_usd_p95",          "target_shortfall_prob",
    "below_advertised_prob", "need_shortfall_share", "effective_hourly_usd_p50"};

/// What the page of a batch shows of its summary.csv.
struct BatchSummary {
  std::vector<std::string> header;             ///< columns shown
  std::vector<std::string> own;                ///< of those, the batch's own
  std::vector<std::vector<std::string>> rows;  ///< as many cells as `header`
  std::vector<std::size_t> places;             ///< of each row in the table, from 1, ascending
  std::vector<std::size_t> at_ends;            ///< places of rows that are not in the even sample
  std::size_t all_rows = 0, all_own = 0;       ///< of the table: its rows and the batch's own columns
  std::size_t ends = 0;                        ///< rows held at either end of each figure
  bool repeats = false;                        ///< two rows are of one practice, offer and stress
  /// The rows of a batch stand for themselves; those of a study are scenarios, compared with each other.
  [[nodiscard]] bool is_batch() const { return all_own > 0 || repeats; }
};

/// Takes the rows of a summary.csv of any length one by one and keeps those that a page has room for.
///
/// All rows where they fit; else an even sample, and the rows at either end of each figure. In the sample is
/// a row where the fractional part of its place times the golden ratio is below 1/2, 1/4, ..., the first that
/// fits: no two gaps differ much, and no period of a design is in step with them. Memory is that of the page.
/// \source Knuth, The Art of Computer Programming 3, section 6.4: Fibonacci hashing
/// \test tests/unit/analysis/report/batch_rows_test.cpp
class BatchRows {
 public:
  /// \throws std::invalid_argument without a column "scenario"
  explicit BatchRows(std::span<const std::string> header);
  /// The next row.   \pre as many cells as the header
  void add(std::vector<std::string> cells);
  [[nodiscard]] BatchSummary take() &&;

 private:
  struct Kept {
    std::vector<std::string> cells;
    int uses = 0;
  };
  /// A figure's lowest or highest rows: (value, or minus it; place).
  struct End {
    std::size_t column;
    double sign;
    std::set<std::pair<double, std::size_t>> rows;
  };
  void add_to_sample(const std::vector<std::string>& cells);
  void add_to_end(End& end, const std::vector<std::string>& cells);
  void keep(std::size_t place, const std::vector<std::string>& cells);
  void drop(std::size_t place);
  [[nodiscard]] bool is_even(std::size_t place) const;
  [[nodiscard]] std::size_t bytes_at_ends() const;

  BatchSummary out_;
  std::vector<std::size_t> shown_;  ///< columns of the table that are kept
  std::map<std::size_t, Kept> kept_;
  std::set<std::size_t> sample_;
  std::set<std::vector<std::string>> scenarios_;  ///< of a table without columns of a batch
  std::vector<End> ends_;
  std::size_t place_ = 0, sample_bytes_ = 0;
  int halvings_ = 0;
};

}  // namespace paystress::report
