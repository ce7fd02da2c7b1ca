// What review changes, and when it is found.
#include <algorithm>
#include <cmath>

#include "sim/samplers/reference_path.h"

namespace paystress::samplers::reference {

using enum Parameter;

void Path::correct(std::size_t code, std::size_t found, long visits) {
  const std::size_t when = month_ + static_cast<std::size_t>(plan_.audit_lag_months);
  const auto n = static_cast<double>(visits);
  const double change = n * (wrvu(found) - wrvu(code));
  for (std::size_t m = month_; m < std::min(when, plan_.months.size()); ++m)
    cell(m, static_cast<std::size_t>(LedgerColumn::wrvu_pending)) += change;
  if (when >= plan_.months.size()) return;
  cell(when, plan_.layout.change_of(code)) -= n;
  cell(when, plan_.layout.change_of(found)) += n;
  cell(when, static_cast<std::size_t>(LedgerColumn::wrvu_lost_audit)) -= change;
}

void Path::extrapolate() {
  if (number(audit_extrapolated) == 0) return;
  for (std::size_t code = 0; code < claims_.size(); ++code) {
    const auto& claims = claims_[code];
    const long others = claims.all - claims.reviewed;
    if (claims.reviewed == 0 || others == 0) continue;
    const double times =
        number(audit_extrapolated) * static_cast<double>(others) / static_cast<double>(claims.reviewed);
    const auto priced = [&](long found) {
      return std::lround(std::floor(static_cast<double>(found) * times + 0.5));
    };
    const std::size_t lower = plan_.review.down[code], higher = plan_.review.up[code];
    const long down = lower != code ? priced(claims.down) : 0;
    const long up = higher != code ? std::min(priced(claims.up), others - down) : 0;
    if (down > 0) correct(code, lower, down);
    if (up > 0) correct(code, higher, up);
  }
}

void Path::book_reviews() {
  for (month_ = 0; month_ < plan_.months.size(); ++month_)
    cell(LedgerColumn::credited_wrvu) =
        cell(LedgerColumn::generated_wrvu) - cell(LedgerColumn::wrvu_lost_audit);
}

}  // namespace paystress::samplers::reference
