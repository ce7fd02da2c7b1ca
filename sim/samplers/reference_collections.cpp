// When the charge of each completed visit is settled, and whether it is denied then.
#include "sim/samplers/reference_path.h"

namespace paystress::samplers::reference {

void Path::settle_charge(std::size_t code) {
  const auto& settling = *plan_.settling;
  auto& bits = settling_bits_[code];
  double u = uniform(bits);
  std::size_t lag = 0;
  while (lag + 1 < settling.lag_shares.size() && u >= settling.lag_shares[lag])
    u -= settling.lag_shares[lag++];
  const bool denied = happens(numbers_[settling.denied[code]], bits);
  const auto cents = static_cast<double>(*plan_.months[month_].values[code].usd_cents);
  using enum CollectionColumn;
  const std::size_t when = month_ + lag;
  for (std::size_t m = month_; m < std::min(when, plan_.months.size()); ++m) {
    cell(m, outstanding_usd) += cents;
    if (!denied) cell(m, tail_usd) += cents;
  }
  if (when < plan_.months.size()) cell(when, denied ? denied_usd : collected_usd) += cents;
}

}  // namespace paystress::samplers::reference
