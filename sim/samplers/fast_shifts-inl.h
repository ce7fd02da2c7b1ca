// Kinds of shift: which kind each path's day is, and the numbers that the day has from it.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_SHIFTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_SHIFTS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_SHIFTS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_SHIFTS_INL_H_
#endif

#include <algorithm>
#include <cstddef>

#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Today's kind on every path, counted from 1, and what the day has from it; of no kind, the practice's.
inline void Walk::choose_shift() {
  const RegimeRows& r = regime();
  const auto& rates = read<Stage::open, Stage::demand>();
  const auto& options = plan_.shifts_of_weekday[common_.today->weekday];
  auto& rows = mine<Stage::open>();
  for (std::size_t i = 0; i < batch_paths; ++i) {
    std::size_t kind = 0;
    if (!options.empty() && options.front().is_certain) {
      kind = options.front().shift + 1;
    } else if (!options.empty()) {
      random::Stream bits(fast_.keys.shifts, first_ + i, common_.day);
      double u = random::uniform52(bits);
      for (const auto& option : options) {
        u -= r.numbers[plan_.shifts[option.shift].number_of(ShiftNumber::share)][i];
        if (u >= 0) continue;
        kind = option.shift + 1;
        break;
      }
    }
    const auto* shift = kind == 0 ? nullptr : &r.shifts[kind - 1];
    rows.kind[i] = static_cast<float>(kind);
    rows.session_minutes[i] = shift == nullptr ? r.session_minutes[i] : shift->session_minutes[i];
    rows.slot_minutes[i] = shift == nullptr ? r.slot_minutes[i] : shift->slot_minutes[i];
    rows.shift_slots[i] = shift == nullptr ? r.slots[i] : shift->slots[i];
    rows.shift_demand[i] = shift == nullptr ? rates.demand[i] : rates.of_shift[kind - 1][i];
  }
}

/// Counts the day, where it is worked, by its kind.
inline void Walk::count_shift() {
  auto& rows = mine<Stage::open>();
  for (const auto& option : plan_.shifts_of_weekday[common_.today->weekday]) {
    const auto kind = static_cast<float>(option.shift + 1);
    for (std::size_t i = 0; i < batch_paths; ++i)
      rows.shift_days[option.shift][i] += rows.kind[i] == kind ? rows.worked[i] : 0.0F;
  }
  for (std::size_t i = 0; i < batch_paths; i += hn::Lanes(Floats()))
    add(hn::Mul(load(rows.worked, i), load(rows.session_minutes, i)), rows.sums.session_minutes, i);
}

/// The law of the day's losses; where its kind differs from path to path, each path's own.
inline const RowsOf<Stage::losses>::Law& Walk::law_of_today() {
  const auto& losses = read<Stage::lose, Stage::losses>();
  const std::size_t no_show_class = common_.today->no_show_class;
  if (plan_.shifts.empty()) return losses.laws[no_show_class];
  const FloatRow& kind = read<Stage::lose, Stage::open>().kind;
  const auto law_of = [&](std::size_t i) -> const RowsOf<Stage::losses>::Law& {
    return losses.laws[static_cast<std::size_t>(kind[i]) * losses.classes + no_show_class];
  };
  if (std::ranges::all_of(kind.x, [&](float k) { return k == kind[0]; })) return law_of(0);
  auto& mixed = mine<Stage::lose>().of_shifts;
  mixed.rows = law_of(0).rows;
  mixed.none_missed.resize(most_table_rows);
  for (std::size_t i = 0; i < batch_paths; ++i) {
    const auto& from = law_of(i);
    mixed.rows = std::min(mixed.rows, from.rows);
    mixed.no_show_a[i] = from.no_show_a[i];
    mixed.no_show_b[i] = from.no_show_b[i];
    mixed.other_rate[i] = from.other_rate[i];
    mixed.other_odds[i] = from.other_odds[i];
    mixed.log_no_other[i] = from.log_no_other[i];
    for (std::size_t n = 0; n < from.rows; ++n) mixed.none_missed[n][i] = from.none_missed[n][i];
  }
  return mixed;
}

template <class Month>
void Walk::write_shifts(Month& out) const {
  for (std::size_t k = 0; k < plan_.shifts.size(); ++k)
    put_row(out, plan_.shifts[k].place, read<Stage::session_columns, Stage::open>().shift_days[k]);
}
inline void Walk::write_shifts(DayRow& out) const {
  const auto& open = read<Stage::session_columns, Stage::open>();
  for (std::size_t k = 0; k < plan_.shifts.size(); ++k) {
    const auto kind = static_cast<float>(k + 1);
    put(out, plan_.shifts[k].place,
        [&](std::size_t i) { return open.kind[i] == kind ? stored(open.worked[i]) : 0.0; });
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
