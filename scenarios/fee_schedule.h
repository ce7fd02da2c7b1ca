#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/fault.h"

namespace paystress {

/// Work RVUs, and dollars where stated, of visit codes.
struct FeeSchedule {
  struct Line {
    std::string code;
    long work_rvu_hundredths = 0;
    std::optional<long> usd_cents;
  };
  std::string file;
  std::vector<Line> lines;
  [[nodiscard]] const Line* find(std::string_view code) const;
};

/// Reads a CSV with the columns code, work_rvu, and as one likes usd and year (of the source, 1992-2100).
/// Work RVUs 0 to 1,000 and dollars 0 to 1,000,000, both to the hundredth.
/// \test tests/unit/scenarios/fee_schedule_test.cpp
[[nodiscard]] std::optional<FeeSchedule> read_fee_schedule(const std::filesystem::path& file, Faults& faults);
/// The same of text in memory; `file` is its name in faults.
[[nodiscard]] std::optional<FeeSchedule> parse_fee_schedule(std::string_view text, const std::string& file,
                                                            Faults& faults);

}  // namespace paystress
