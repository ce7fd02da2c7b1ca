#include "model/study.h"

#include <algorithm>

#include "model/date_text.h"

namespace paystress {
namespace {

template <class T>
const T* find_named(const std::vector<T>& all, std::string_view name) {
  const auto it = std::ranges::find(all, name, &T::name);
  return it == all.end() ? nullptr : &*it;
}

}  // namespace

PeriodGrid Study::grid() const {
  const Calendar months_of_study = calendar();
  PeriodGrid grid;
  for (int m = 1; m <= months; ++m) {
    const auto ym = months_of_study.calendar_month(m);
    grid.push_back({m, static_cast<int>(ym.year()), static_cast<int>(static_cast<unsigned>(ym.month())), true,
                    month_text(ym)});
  }
  return grid;
}

const Practice* Study::find_practice(std::string_view name) const { return find_named(practices, name); }
const Contract* Study::find_offer(std::string_view name) const { return find_named(offers, name); }
const Stress* Study::find_stress(std::string_view name) const { return find_named(stresses, name); }

}  // namespace paystress
