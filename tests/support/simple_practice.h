#pragma once

#include <cstddef>

#include "model/practice.h"
#include "model/study.h"
#include "tests/support/visit_law.h"

namespace paystress::test {

/// A practice whose months have an exact law: no traits, no memory. 12 patients a day for 16 slots, 25 days
/// off, a daily shock without memory.
[[nodiscard]] Practice simple_practice();

/// A study of this offer alone on that practice, called clinic, without a stress: clinic/offer/base.
[[nodiscard]] Study one_offer_study(Contract offer, std::size_t paths);

/// Its fates, and its day where there is no daily shock.
[[nodiscard]] Fates simple_fates();
[[nodiscard]] SlotDay simple_day();

}  // namespace paystress::test
