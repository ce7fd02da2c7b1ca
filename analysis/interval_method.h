#pragma once

#include <string_view>

namespace paystress {

/// How an interval was made; analysis/README.md says what each one is.
enum class IntervalMethod {
  none,
  t,
  paired_t,
  hall,
  order_statistic,
  tail_t,
  clopper_pearson,
  ratio_t,
  korn_graubard,
  replicates_t,
  replicates_hall,
  replicates_korn_graubard,
  replicates_order_statistic,
  orbits_order_statistic,
  sections_t,
  jackknife,
  mover,
  grouped,
  bonferroni_order_statistic,
  closed_form,  ///< an exact number beside an estimate: no interval
  exact         ///< an exact law: no interval
};

/// The word in the column `method`.
[[nodiscard]] constexpr std::string_view method_name(IntervalMethod method) {
  using enum IntervalMethod;
  switch (method) {
    case none:
      return "";
    case t:
      return "t";
    case paired_t:
      return "paired_t";
    case hall:
      return "hall";
    case order_statistic:
      return "order_statistic";
    case tail_t:
      return "tail_t";
    case clopper_pearson:
      return "clopper_pearson";
    case ratio_t:
      return "ratio_t";
    case korn_graubard:
      return "korn_graubard";
    case replicates_t:
      return "replicates_t";
    case replicates_hall:
      return "replicates_hall";
    case replicates_korn_graubard:
      return "replicates_korn_graubard";
    case replicates_order_statistic:
      return "replicates_order_statistic";
    case orbits_order_statistic:
      return "orbits_order_statistic";
    case sections_t:
      return "sections_t";
    case jackknife:
      return "jackknife";
    case mover:
      return "mover";
    case grouped:
      return "grouped";
    case bonferroni_order_statistic:
      return "bonferroni_order_statistic";
    case closed_form:
      return "closed_form";
    case exact:
      return "exact";
  }
  return {};
}

}  // namespace paystress
