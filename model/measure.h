#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace paystress {

/// What a path is worth over a period.
enum class Measure {
  income_usd,            ///< pay
  paid_hourly_usd,       ///< pay / session hours
  effective_hourly_usd,  ///< pay / (session hours + unpaid hours needed to keep up)
  after_hours_per_week,  ///< unpaid hours of charting, inbox and overrun, per calendar week
  wrvu_per_hour,         ///< generated wRVU / session hours; horizon and years only
  completed_visits
};

struct MeasureInfo {
  Measure measure;
  std::string_view name, unit;
  bool needs_pay;  ///< or is it the same for every offer priced on a ledger
};
inline constexpr std::array<MeasureInfo, 6> measure_infos{
    {{Measure::income_usd, "income_usd", "usd", true},
     {Measure::paid_hourly_usd, "paid_hourly_usd", "usd/hour", true},
     {Measure::effective_hourly_usd, "effective_hourly_usd", "usd/hour", true},
     {Measure::after_hours_per_week, "after_hours_per_week", "hours/week", false},
     {Measure::wrvu_per_hour, "wrvu_per_hour", "wRVU/hour", false},
     {Measure::completed_visits, "completed_visits", "visits", false}}};

[[nodiscard]] constexpr const MeasureInfo& measure_info(Measure m) {
  return measure_infos.at(static_cast<std::size_t>(m));
}
[[nodiscard]] constexpr std::string_view measure_name(Measure m) { return measure_info(m).name; }
[[nodiscard]] constexpr std::string_view measure_unit(Measure m) { return measure_info(m).unit; }
[[nodiscard]] constexpr bool needs_pay(Measure m) { return measure_info(m).needs_pay; }
[[nodiscard]] constexpr std::optional<Measure> find_measure(std::string_view name) {
  for (const auto& info : measure_infos)
    if (info.name == name) return info.measure;
  return std::nullopt;
}

}  // namespace paystress
