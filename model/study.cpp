#include "model/study.h"

#include <fmt/format.h>

#include <algorithm>

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
    const int year = static_cast<int>(ym.year());
    const auto month = static_cast<unsigned>(ym.month());
    grid.push_back({m, year, static_cast<int>(month), true, fmt::format("{:04}-{:02}", year, month)});
  }
  return grid;
}

const Practice* Study::find_practice(std::string_view name) const { return find_named(practices, name); }
const Contract* Study::find_offer(std::string_view name) const { return find_named(offers, name); }
const Stress* Study::find_stress(std::string_view name) const { return find_named(stresses, name); }

}  // namespace paystress
