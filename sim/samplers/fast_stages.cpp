#include "sim/samplers/fast_stages.h"

#include <algorithm>

namespace paystress::samplers {
namespace {

using NumberChanges = std::span<const PracticePlan::NumberChange>;

bool same(const PracticePlan::NumberChange& a, const PracticePlan::NumberChange& b) {
  return a.number == b.number && a.change.multiply == b.change.multiply && a.change.add == b.change.add &&
         a.change.set == b.change.set;
}

bool same(const PracticePlan::RecodeStep& a, const PracticePlan::RecodeStep& b) {
  return a.from == b.from && a.to == b.to && a.share == b.share;
}

}  // namespace

bool same_changes(const EnumSet<Parameter>& numbers, NumberChanges a, NumberChanges b) {
  const auto is_read = [&](const PracticePlan::NumberChange& change) {
    return change.acts_as && numbers.contains(*change.acts_as);
  };
  const auto next = [&](NumberChanges& rest) {
    while (!rest.empty() && !is_read(rest.front())) rest = rest.subspan(1);
    return !rest.empty();
  };
  while (next(a)) {
    if (!next(b) || !same(a.front(), b.front())) return false;
    a = a.subspan(1);
    b = b.subspan(1);
  }
  return !next(b);
}

bool same_changes(NumberChanges a, NumberChanges b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return same(x, y); });
}

bool same_numbers(const EnumSet<Parameter>& numbers, const PracticePlan& a, const PracticePlan& b) {
  for (std::size_t p = 0; p < parameter_count; ++p)
    if (numbers.contains(static_cast<Parameter>(p)) && !same_number(a, b, p)) return false;
  return true;
}

bool same_inputs(const StageReads& reads, const PracticePlan& of_a, const PracticePlan& of_b,
                 std::size_t month) {
  if (of_a.refills_late_cancels)
    for (std::size_t s = 0; s < stage_count; ++s)
      if (reads.if_refilled.contains(static_cast<Stage>(s)) &&
          !same_inputs(stage_reads[s], of_a, of_b, month))
        return false;
  const auto &a = of_a.months[month], &b = of_b.months[month];
  for (std::size_t c = 0; c < stressed_count_count; ++c)
    if (reads.counts.contains(static_cast<StressedCount>(c)) && a.count_factor[c] != b.count_factor[c])
      return false;
  if (reads.slots_factor && a.slots_factor != b.slots_factor) return false;
  if (reads.recodes &&
      !std::ranges::equal(a.recodes, b.recodes, [](const auto& x, const auto& y) { return same(x, y); }))
    return false;
  if (reads.code_values && a.values != b.values) return false;
  return same_changes(reads.numbers, a.changes, b.changes) &&
         same_numbers(reads.numbers.with(reads.drawn), of_a, of_b);
}

}  // namespace paystress::samplers
