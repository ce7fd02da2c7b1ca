#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace paystress {

/// Levels of the statistics in the tables, each above 0 and below 1, rising.
struct ReportedLevels {
  std::vector<double> quantiles{0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99};
  std::vector<double> tails{0.01, 0.05, 0.10};  ///< shares of the worst paths
};

/// What is told of a measure over the paths: the words of tables, precision targets and questions.
enum class StatisticKind { mean, sd, quantile, tail_mean, shortfall_prob };

/// What a statistic needs beside its measure: nothing, a share of the paths, or a line in the measure's unit.
enum class StatisticArgument { none, level, line };

struct StatisticInfo {
  std::string_view name;
  StatisticArgument argument = StatisticArgument::none;
  /// Where the tables' levels of it stand; null for statistics without a level.
  std::vector<double> ReportedLevels::*levels = nullptr;
  bool observed = false;  ///< a value that a path took, which tables print as it is
};

/// The one list of statistics. A name that is empty: no such kind.
[[nodiscard]] constexpr StatisticInfo statistic_info(StatisticKind kind) {
  using enum StatisticKind;
  using enum StatisticArgument;
  switch (kind) {
    case mean:
      return {"mean"};
    case sd:
      return {"sd"};
    case quantile:
      return {"quantile", level, &ReportedLevels::quantiles, true};
    case tail_mean:
      return {"tail_mean", level, &ReportedLevels::tails};
    case shortfall_prob:
      return {"shortfall_prob", line};
  }
  return {};
}
[[nodiscard]] constexpr std::string_view statistic_name(StatisticKind kind) {
  return statistic_info(kind).name;
}

inline constexpr std::size_t statistic_count = [] {
  std::size_t n = 0;
  while (!statistic_name(static_cast<StatisticKind>(n)).empty()) ++n;
  return n;
}();
/// Every kind, in the order of the tables.
inline constexpr std::array<StatisticKind, statistic_count> statistic_kinds = [] {
  std::array<StatisticKind, statistic_count> kinds{};
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = static_cast<StatisticKind>(i);
  return kinds;
}();
[[nodiscard]] constexpr std::optional<StatisticKind> find_statistic(std::string_view name) {
  for (const auto kind : statistic_kinds)
    if (statistic_name(kind) == name) return kind;
  return std::nullopt;
}

/// A statistic with its argument: quantile 0.05, shortfall_prob 180,000.
struct Statistic {
  StatisticKind kind = StatisticKind::mean;
  double argument = 0.0;  ///< not read where the kind takes none
  friend bool operator==(const Statistic&, const Statistic&) = default;
};

}  // namespace paystress
