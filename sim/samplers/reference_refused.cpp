// Patients who were refused: those who take the place of a late cancel, those who ask again, those who are
// lost.
#include <algorithm>

#include "sim/samplers/reference_path.h"

namespace paystress::samplers::reference {

using enum Parameter;

Path::Served Path::refill(std::size_t time, long late_cancels, long refused) {
  Served served;
  const double offered = number(late_cancel_refilled);
  if (offered == 0) return served;
  random::Stream bits = at(keys_.refilled, time);
  served.booked = std::min(refused, binomial(late_cancels, offered, bits));
  random::Stream codes = at(keys_.refilled_codes, time);
  random::Stream reviews = at(keys_.refilled_reviews, time);
  random::Stream recodes = at(keys_.refilled_recodes, time);
  for (long visit = 0; visit < served.booked; ++visit) {
    if (happens(lost_call_, bits)) continue;
    ++served.completed;
    if (plan_.codes.empty()) continue;
    const std::size_t code = draw_code(month_mix_, codes);
    code_visit(code, uniform(reviews), recodes);
  }
  count(LedgerColumn::booked_visits, served.booked);
  count(LedgerColumn::tech_failures, served.booked - served.completed);
  count(LedgerColumn::completed_visits, served.completed);
  refilled_ += static_cast<double>(served.booked);
  if (const auto place = plan_.layout.place_of_refilled())
    cell(month_, *place) += static_cast<double>(served.booked);
  return served;
}

void Path::let_return(std::size_t time, long refused) {
  random::Stream bits = at(keys_.returning, time);
  waiting_ = binomial(refused, number(demand_returning), bits);
  count(WaitingColumn::lost_patients, refused - waiting_);
}

}  // namespace paystress::samplers::reference
