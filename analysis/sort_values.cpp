#include "analysis/sort_values.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace paystress {
namespace {

constexpr std::size_t least_dealt = 512;      // below, dealing costs more than it saves
constexpr std::size_t values_per_bucket = 2;  // on average
constexpr std::size_t most_inserted = 32;

void insert_in_order(std::span<double> values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double v = values[i];
    std::size_t at = i;
    for (; at > 0 && values[at - 1] > v; --at) values[at] = values[at - 1];
    values[at] = v;
  }
}

}  // namespace

void sort_values(std::vector<double>& values) {
  const std::size_t n = values.size();
  if (n < least_dealt || n > UINT32_MAX) {
    std::ranges::sort(values);
    return;
  }
  double low = values.front(), high = low;
  for (const double v : values) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (low == high) return;
  const std::size_t buckets = n / values_per_bucket;
  const double scale = static_cast<double>(buckets - 1) / (high - low);
  if (!std::isfinite(scale) || scale <= 0.0) {  // wider than a double, or narrower than its digits
    std::ranges::sort(values);
    return;
  }
  // Rounding is monotone: no value lands in an earlier bucket than a smaller one.
  const auto bucket_of = [=](double v) { return static_cast<std::size_t>((v - low) * scale); };
  std::vector<std::uint32_t> end(buckets + 1, 0);
  for (const double v : values) ++end[bucket_of(v) + 1];
  for (std::size_t b = 1; b <= buckets; ++b) end[b] += end[b - 1];
  std::vector<double> dealt(n);
  // end[b] starts as the first place of bucket b and ends as the first of the next.
  for (const double v : values) dealt[end[bucket_of(v)]++] = v;
  std::size_t first = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    const std::span<double> bucket(&dealt[first], end[b] - first);
    first = end[b];
    if (bucket.size() < 2) continue;
    if (bucket.size() <= most_inserted) {
      insert_in_order(bucket);
    } else if (!std::ranges::is_sorted(bucket)) {  // a floor fills one bucket with ties
      std::ranges::sort(bucket);
    }
  }
  values.swap(dealt);
}

}  // namespace paystress
