#include "tests/support/small_study.h"
#include "tests/support/paths.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace paystress::testing {
namespace fs = std::filesystem;

std::string small_study_text() {
  return R"([study]
title  = "Small"
start  = 2026-01-01
months = 12
paths  = 600
seed   = 7
need_usd_per_month  = 11_000
target_usd_per_year = 200_000

[practices.clinic]
sessions     = { weekdays = ["Mon", "Tue", "Thu"], hours = 8.0, slots_per_hour = 3.0, days_off_per_year = 20 }
demand       = { visits_per_day = 22.0, monthly_cv = 0.03, monthly_ar1 = 0.8, daily_cv = 0.06, daily_ar1 = 0.6 }
panel        = { mature = 900 }
ramp         = { start = 0.6, months_to_95 = 10 }
no_show      = { rate = { low = 0.033, likely = 0.08, high = 0.18 }, daily_rho = 0.0085 }
late_cancel  = { rate = 0.03 }
tech_failure = { rate = 0.10, lost = 0.20 }
codes        = { schedule = "cms_2026.csv", mix = { "99213" = 0.55, "99214" = 0.43, "99215" = 0.02 }, concentration = 200 }
audit        = { reviewed = 0.10, down = 0.08, up = 0.02, lag_months = 3 }
inbox.messages = { per_visit = 1.2, monthly_cv = 0.33, minutes = 2.0, minutes_sd = 2.0 }
events.illness = { per_year = 0.5, days = 5, slots = { multiply = 0 } }
correlation  = [ ["demand", "inbox.messages", 0.3] ]

[practices.platform]
sessions = { weekdays = ["Mon", "Tue", "Wed"], hours = 6.0, slots_per_hour = 4.0 }
demand   = { visits_per_day = 30.0 }
codes    = { schedule = "cms_2026.csv", mix = { "99213" = 0.7, "99214" = 0.3 } }

[offers.hybrid]
advertised_usd_per_year = 260_000
advertised_practice     = "platform"
[[offers.hybrid.pay]]
name = "base"
fixed_usd = 150_000
per = "year"
[[offers.hybrid.pay]]
name = "visit_bonus"
measure = "completed_visits"
mode  = "marginal"
reset = "month"
tiers = [ { above = 180, usd = 20 }, { above = 230, usd = 30 } ]
[[offers.hybrid.adjust]]
name = "floor"
guarantee_usd = 13_000
per = "month"

[offers.wrvu]
[[offers.wrvu.pay]]
name = "work"
measure = "generated_wrvu"
usd = 52.17
reset = "month"

[offers.capped]
advertised_usd_per_year = 200_000
[[offers.capped.pay]]
name = "visits"
measure = "completed_visits"
usd = 60
reset = "month"
[[offers.capped.adjust]]
name = "ceiling"
cap_usd = 14_000
per = "month"
on = ["visits"]

[stresses.volume_dip]
months = [4, 6]
booked_visits = { multiply = 0.8 }
[stresses.coding_policy]
months = [7, 12]
recode = [ { from = "99214", to = "99213", share = 1.0 } ]
[stresses.nothing]
booked_visits = { multiply = 1.0 }
inbox.messages = { multiply = 1.0 }
)";
}

void write_small_study(const fs::path& directory, const std::string& text) {
  link_program(directory);
  fs::copy_file(fs::path(test::source_path()) / "scenarios" / "fee_schedules" / "cms_2026.csv",
                directory / "cms_2026.csv");
  write_text(directory / "small.toml", text);
}

std::map<std::string, std::string> csv_files(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory))
    if (entry.path().extension() == ".csv") files[entry.path().filename().string()] = read_text(entry.path());
  return files;
}

std::vector<std::string> sorted_rows(const std::string& csv) {
  std::istringstream in(csv);
  std::vector<std::string> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) rows.push_back(line);
  std::ranges::sort(rows);
  return rows;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::invalid_argument("not in the text: " + what);
  return text.replace(at, what.size(), with);
}

}  // namespace paystress::testing
