#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace paystress {

/// A small legal study, its parts easily exchanged in a test. Its fee schedule is the shipped one, so it is
/// to be read with source_path("scenarios") as its folder.
inline constexpr std::string_view small_study = R"([study]
title = "Small"
months = 12
paths = 1000

[practices.clinic]
sessions = { weekdays = ["Mon", "Wed"], hours = 8.0, slots_per_hour = 3.0, days_off_per_year = 10 }
demand = { visits_per_day = 20.0, monthly_cv = 0.03 }
no_show = { rate = 0.08 }
late_cancel = { rate = 0.03 }
codes = { schedule = "fee_schedules/cms_2026.csv", mix = { "99213" = 0.6, "99214" = 0.4 } }

[offers.visit]
[[offers.visit.pay]]
name = "visits"
measure = "completed_visits"
usd = 40
reset = "month"

[stresses.dip]
months = [4, 6]
booked_visits = { multiply = 0.8 }
)";

/// `text` with the first `old` replaced.   \throws std::invalid_argument when it does not occur
inline std::string with(std::string_view text, std::string_view old, std::string_view by) {
  std::string changed(text);
  const auto at = changed.find(old);
  if (at == std::string::npos) throw std::invalid_argument("not in the text: " + std::string(old));
  return changed.replace(at, old.size(), by);
}

}  // namespace paystress
