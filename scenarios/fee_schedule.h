#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fault.h"

namespace paystress {

/// Years that a schedule may have, and that a study may name.
inline constexpr int least_schedule_year = 1992, most_schedule_year = 2100;

/// Work RVUs of visit codes, and where stated dollars, year and family (codes among which a review steps).
struct FeeSchedule {
  struct Line {
    std::string code;
    long work_rvu_hundredths = 0;
    std::optional<long> usd_cents;
    int year = 0;        ///< 0 where the file has no years
    std::string family;  ///< empty where not stated
  };
  std::string file;
  std::vector<Line> lines;  ///< no code twice in a year

  [[nodiscard]] std::vector<int> years() const;  ///< rising, each once
  /// The line of a code in a year.   \pre year is one of years()
  [[nodiscard]] const Line* find(std::string_view code, int year) const;
};

/// Reads a CSV with the columns code, work_rvu, and as one likes usd, year (1992-2100) and family.
///
/// Work RVUs 0 to 1,000 and dollars 0 to 1,000,000, both to the hundredth; at most 100,000 rows. Headings of
/// official files are translated (HCPCS, WORK RVU, MOD, ...), with lines before the header and columns of
/// other things left alone; of such a file rows with a modifier are left out and told. \test
/// tests/unit/scenarios/fee_schedule_test.cpp
[[nodiscard]] std::optional<FeeSchedule> read_fee_schedule(const std::filesystem::path& file, Faults& faults);
/// The same of text in memory; `file` is its name in faults.
[[nodiscard]] std::optional<FeeSchedule> parse_fee_schedule(std::string_view text, const std::string& file,
                                                            Faults& faults);

}  // namespace paystress
