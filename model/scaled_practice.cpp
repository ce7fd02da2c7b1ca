#include "model/scaled_practice.h"

#include <algorithm>
#include <stdexcept>

#include "model/overloaded.h"

namespace paystress {

Quantity scaled(const Quantity& quantity, double factor) {
  return std::visit(Overloaded{[&](const Known& q) -> Quantity { return Known{q.value * factor}; },
                               [&](const Pert& q) -> Quantity {
                                 return Pert{q.low * factor, q.likely * factor, q.high * factor};
                               },
                               [&](const Lognormal& q) -> Quantity {
                                 return Lognormal{q.median * factor, q.sigma};
                               },
                               [&](const BetaMeanSd&) -> Quantity {
                                 throw std::invalid_argument("scaled: a share cannot be scaled");
                               },
                               [&](const GammaMeanSd& q) -> Quantity {
                                 return GammaMeanSd{q.mean * factor, q.sd * factor};
                               },
                               [&](Empirical q) -> Quantity {
                                 for (double& x : q.sorted) x *= factor;
                                 return q;
                               }},
                    quantity);
}

Practice at_pace(Practice practice, double factor) {
  const auto scale = [&](Quantity& number, double most) {
    number = scaled(number, factor);
    if (auto* known = std::get_if<Known>(&number)) known->value = std::min(known->value, most);
  };
  for (const auto p : {Parameter::visits_per_day, Parameter::slots_per_hour, Parameter::overbooked}) {
    scale(practice[p], parameter_info(p).high);
    for (const auto& other : stand_ins_of(practice, p))
      scale(*practice.shifts[other.shift].numbers[other.number], shift_number_infos()[other.number].high);
  }
  return practice;
}

}  // namespace paystress
