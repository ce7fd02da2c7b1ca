#pragma once

#include <cstdint>
#include <span>

#include "sim/random/streams.h"
#include "sim/samplers/fast_plan.h"

namespace paystress::samplers {

/// Deals a month's count to its days, for a batch of paths: `of_day[d]` of the month's items lie on day d,
/// and a subset of `marked` of them is uniform among all subsets of that size. Adds to `dealt` how many of it
/// lie on each day, and takes them out of `of_day`, so that several kinds are dealt one after the other: a
/// multivariate hypergeometric.
///
/// The draws are those of `key` at (path, month): the day's, in order. They are conditional on the month, so
/// no other draw moves.   `always_exact`: for tests, leave nothing to single precision
/// \pre whole numbers, marked <= the sum of of_day < 2^24   \test tests/unit/sim/samplers/deal_days_test.cpp
void deal_to_days(const random::StreamKey& key, std::uint64_t first_path, std::uint32_t month,
                  const FloatRow& marked, std::span<FloatRow> of_day, std::span<FloatRow> dealt,
                  bool always_exact = false);

/// Spreads events of a month over its days, each by itself with the days' weights: a multinomial. Writes how
/// many lie on each day. The draws are as above, of one path.   \pre events = 0 where all weights are 0
void spread_over_days(const random::StreamKey& key, std::uint64_t path, std::uint32_t month, double events,
                      std::span<const double> weights, std::span<double> spread);

}  // namespace paystress::samplers
