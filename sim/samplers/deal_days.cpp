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

}  // namespace paystress::samplers
