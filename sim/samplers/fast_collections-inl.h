// When charges are settled and which of them are denied: by the month and code of the visits, from words of
// their own.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_COLLECTIONS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_COLLECTIONS_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_COLLECTIONS_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_COLLECTIONS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/samplers/fast_ledger-inl.h"
#include "sim/samplers/fast_walk-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// Settles the charges of this month's visits, which are written, in this month and later ones.
inline void Walk::settle_charges() {
  if (common_.month == 0) clear_collections();
  if (plan_.has_collections)
    for (std::size_t c = 0; c < plan_.codes.size(); ++c) settle_code(c);
  carry_outstanding();
}

/// Months are added to before they come.
inline void Walk::clear_collections() {
  for (std::size_t m = 0; m < plan_.months.size(); ++m)
    for (std::size_t c = 0; c < collection_column_count; ++c)
      std::fill_n(collection_row(m, static_cast<CollectionColumn>(c)), lanes_, 0.0);
}

/// The visits of a code, lag after lag: each takes its share of what is left, then loses what is denied.
/// Words of a lag: its visits, those denied.
inline void Walk::settle_code(std::size_t c) {
  const auto& shares = plan_.settling->lag_shares;
  const auto time = static_cast<std::uint32_t>(common_.month + 1);
  FloatRow denied_share;
  copy_row(regime().numbers[plan_.settling->denied[c]], denied_share);
  F left[vectors];
  load_all(made<Stage::recode>().coded[c], left);
  F p[vectors];
  F k[vectors];
  F d[vectors];
  W bits[vectors];
  std::array<WordRow, 4> words;
  FloatRow settled;
  FloatRow denied;
  double rest = 1.0;
  for (std::size_t lag = 0; lag < shares.size(); ++lag) {
    const double share = rest > 0.0 ? std::min(1.0, shares[lag] / rest) : 0.0;
    rest = std::max(0.0, rest - shares[lag]);
    if (share == 0.0 && lag + 1 < shares.size()) continue;
    const auto block = static_cast<std::uint32_t>(lag);
    fill_words(first_, fast_.keys.settling[c], time, block, words.data());
    const auto draw = [&](std::uint32_t word, const F(&n)[vectors], F(&of)[vectors]) {
      load_all(words[word], bits);
      binomial(n, p, bits,
               {fast_.keys.refine_settling[c], first_, time, 4 * block + word, fast_.always_exact}, of);
    };
    if (lag + 1 == shares.size()) {
      std::copy_n(left, vectors, k);
    } else {
      for (std::size_t v = 0; v < vectors; ++v) p[v] = constant(static_cast<float>(share));
      draw(0, left, k);
    }
    load_all(denied_share, p);
    draw(1, k, d);
    for (std::size_t v = 0; v < vectors; ++v) left[v] = hn::Sub(left[v], k[v]);
    store_all(k, settled);
    store_all(d, denied);
    put_settled(lag, c, settled, denied);
  }
}

/// What is settled beyond the horizon is part of the tail all the same.
inline void Walk::put_settled(std::size_t months_later, std::size_t c, const FloatRow& settled,
                              const FloatRow& denied) {
  const auto cents = static_cast<double>(*month().values[c].usd_cents);
  double* tail = collection_row(common_.month, CollectionColumn::tail_usd);
  const auto paid = [&](std::size_t i) { return cents * (stored(settled[i]) - stored(denied[i])); };
  for (std::size_t i = 0; i < lanes_; ++i) tail[i] += paid(i);
  const std::size_t month = common_.month + months_later;
  if (month >= plan_.months.size()) return;
  double* collected = collection_row(month, CollectionColumn::collected_usd);
  double* lost = collection_row(month, CollectionColumn::denied_usd);
  for (std::size_t i = 0; i < lanes_; ++i) {
    collected[i] += paid(i);
    lost[i] += cents * stored(denied[i]);
  }
}

/// What was outstanding, and what is charged less what is settled; the tail has this month's charges already.
inline void Walk::carry_outstanding() {
  using enum CollectionColumn;
  const std::size_t m = common_.month;
  const double* charged = std::as_const(out_).at(m, LedgerColumn::collections_usd) + lane_;
  const double* collected = collection_row(m, collected_usd);
  const double* denied = collection_row(m, denied_usd);
  const double* before = m == 0 ? nullptr : collection_row(m - 1, outstanding_usd);
  const double* tail_before = m == 0 ? nullptr : collection_row(m - 1, tail_usd);
  double* outstanding = collection_row(m, outstanding_usd);
  double* tail = collection_row(m, tail_usd);
  for (std::size_t i = 0; i < lanes_; ++i) {
    outstanding[i] = (before == nullptr ? 0.0 : before[i]) + charged[i] - collected[i] - denied[i];
    tail[i] += (tail_before == nullptr ? 0.0 : tail_before[i]) - collected[i];
  }
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
