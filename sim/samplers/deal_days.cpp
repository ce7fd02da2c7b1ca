#include "sim/samplers/deal_days.h"

#include <algorithm>
#include <numeric>

#include "sim/random/exact_counts.h"

namespace paystress::samplers {

void deal_to_days(const random::StreamKey& key, std::uint64_t path, std::uint32_t month, double marked,
                  std::span<double> of_day, std::span<double> dealt) {
  double all = std::accumulate(of_day.begin(), of_day.end(), 0.0);
  if (marked == all) {  // nothing is left to luck
    std::ranges::copy(of_day, dealt.begin());
    std::ranges::fill(of_day, 0.0);
    return;
  }
  random::Stream bits(key, path, month);
  for (std::size_t d = 0; d < of_day.size(); ++d) {
    const double u = random::uniform52(bits);  // drawn whether needed or not: a day's luck is its own
    const double n = of_day[d];
    dealt[d] = random::exact_hypergeometric(u, all, marked, n);
    all -= n;
    marked -= dealt[d];
    of_day[d] = n - dealt[d];
  }
}

void spread_over_days(const random::StreamKey& key, std::uint64_t path, std::uint32_t month, double events,
                      std::span<const double> weights, std::span<double> spread) {
  std::size_t last = 0;  // the last day that may have any
  for (std::size_t d = 0; d < weights.size(); ++d)
    if (weights[d] > 0.0) last = d;
  double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  random::Stream bits(key, path, month);
  for (std::size_t d = 0; d < weights.size(); ++d) {
    const double u = random::uniform52(bits);
    const double share = all > 0.0 ? std::min(1.0, weights[d] / all) : 0.0;
    spread[d] = d == last ? events : random::exact_binomial(u, events, share);
    events -= spread[d];
    all -= weights[d];
  }
}

}  // namespace paystress::samplers
