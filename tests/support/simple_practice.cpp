#include "tests/support/simple_practice.h"

#include <utility>

namespace paystress::test {

using enum Parameter;

Practice simple_practice() {
  Practice p;
  p.name = "simple";
  p[session_hours] = Known{6.5};
  p[slots_per_hour] = Known{2.5};
  p[days_off_per_year] = Known{25};
  p[visits_per_day] = Known{12};
  p[demand_monthly_cv] = Known{0};
  p[demand_daily_cv] = Known{0.1};
  p[demand_daily_ar1] = Known{0};
  p[no_show_rate] = Known{0.12};
  p[no_show_daily_rho] = Known{0.03};
  p[late_cancel_rate] = Known{0.04};
  p[tech_failure_rate] = Known{0.2};
  p[tech_failure_lost] = Known{0.25};
  p[audit_reviewed] = Known{0.2};
  p[audit_down] = Known{0.2};
  p[audit_up] = Known{0.05};
  p[audit_lag_months] = Known{0};
  p.codes = {{"99213", 0.6, 130, 9000}, {"99214", 0.4, 192, 12900}};
  return p;
}

Study one_offer_study(Contract offer, std::size_t paths) {
  Study study;
  study.paths = static_cast<std::int64_t>(paths);
  auto practice = simple_practice();
  practice.name = "clinic";
  study.practices = {std::move(practice)};
  offer.name = "offer";
  study.offers = {std::move(offer)};
  study.stresses = {{"base", {}}};
  study.scenarios = {{"clinic/offer/base", "clinic", "offer", "base", {}}};
  return study;
}

Fates simple_fates() { return {0.12, 0.04, 0.2 * 0.25, 0.03}; }

SlotDay simple_day() { return {12, 6.5 * 2.5}; }

}  // namespace paystress::test
