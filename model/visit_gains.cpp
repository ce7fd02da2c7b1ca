#include "model/visit_gains.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace paystress {
namespace {

// The nearest whole number, halves up, of what is not negative: no branch, that luck would mispredict, and no
// call.
double rounded(double x) { return static_cast<double>(static_cast<std::int64_t>(x + 0.5)); }

// Of n visits a path, those of one code: whole visits, what the codes up to this one should have, less what
// those before it were given.
void place_visits(std::span<const double> n, std::span<const double> coded, std::span<const double> all,
                  std::span<double> share, std::span<double> placed, double* visits) {
  for (std::size_t i = 0; i < n.size(); ++i) {
    share[i] += coded[i];
    const double up_to_here = rounded(n[i] * share[i] / all[i]);
    visits[i] += up_to_here - placed[i];
    placed[i] = up_to_here;
  }
}

// Of what all visits of a path brought, the part of n visits.
void add_part(std::span<const double> n, std::span<const double> brought, std::span<const double> all,
              double* to) {
  for (std::size_t i = 0; i < n.size(); ++i) to[i] += rounded(n[i] * brought[i] / all[i]);
}

std::vector<double> sum_of_months(const LedgerBlock& ledger, std::size_t column) {
  std::vector<double> sum(ledger.paths(), 0.0);
  for (std::size_t m = 0; m < ledger.periods(); ++m)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += ledger.at(m, column)[i];
  return sum;
}

}  // namespace

VisitGains::VisitGains(const LedgerLayout& layout) : layout_(layout) {
  for (std::size_t c = 0; c < layout_.size(); ++c)
    if (layout_[c].dealt_by.size() == 1)
      drawn_.push_back({c, layout_.find(layout_[c].dealt_by.front()).value()});
}

VisitGains::Brought VisitGains::brought_by(const LedgerBlock& ledger) const {
  const std::size_t n = ledger.paths();
  const auto sum_of = [&](LedgerColumn c) { return sum_of_months(ledger, static_cast<std::size_t>(c)); };
  Brought brought{{},
                  std::vector<double>(n),
                  sum_of(LedgerColumn::generated_wrvu),
                  sum_of(LedgerColumn::collections_usd),
                  std::vector<double>(n),
                  std::vector<double>(n)};
  for (std::size_t c = 0; c < layout_.codes().size(); ++c) {
    brought.coded.push_back(sum_of_months(ledger, layout_.visits_of(c)));
    for (std::size_t i = 0; i < n; ++i) brought.visits[i] += brought.coded.back()[i];
  }
  // A path without any visit has no code to give: all of its shares are 0, by whatever they are divided.
  for (double& visits : brought.visits) visits = visits == 0.0 ? 1.0 : visits;
  return brought;
}

void VisitGains::code(std::span<const double> n, Brought& brought, std::size_t month,
                      LedgerBlock& ledger) const {
  std::ranges::fill(brought.placed, 0.0);
  std::ranges::fill(brought.share, 0.0);
  for (std::size_t c = 0; c < brought.coded.size(); ++c)
    place_visits(n, brought.coded[c], brought.visits, brought.share, brought.placed,
                 ledger.at(month, layout_.visits_of(c)));
  add_part(n, brought.charged, brought.visits, ledger.at(month, LedgerColumn::collections_usd));
}

void VisitGains::followed(LedgerBlock& ledger, const std::function<void()>& change) const {
  const std::size_t n = ledger.paths();
  const auto months_of = [&](std::size_t column) {  // month after month
    std::vector<double> all;
    for (std::size_t m = 0; m < ledger.periods(); ++m)
      all.insert(all.end(), ledger.at(m, column), ledger.at(m, column) + n);
    return all;
  };
  std::vector<std::vector<double>> before;  // [drawn column]
  for (const auto& drawn : drawn_) before.push_back(months_of(drawn.of));
  std::vector<double> charged;
  if (layout_.place_of(CollectionColumn::collected_usd))
    charged = months_of(static_cast<std::size_t>(LedgerColumn::collections_usd));
  change();
  if (!charged.empty()) settle_gained(charged, ledger);
  for (std::size_t d = 0; d < drawn_.size(); ++d) draw_gained(drawn_[d], before[d], ledger);
}

void VisitGains::draw_gained(const Drawn& drawn, std::span<const double> before, LedgerBlock& ledger) const {
  const std::size_t n = ledger.paths();
  const auto sum = sum_of_months(ledger, drawn.column);
  std::vector<double> all(n, 0.0);
  for (std::size_t k = 0; k < before.size(); ++k) all[k % n] += before[k];
  for (std::size_t m = 0; m < ledger.periods(); ++m) {
    const double* of = ledger.at(m, drawn.of);
    double* column = ledger.at(m, drawn.column);
    for (std::size_t i = 0; i < n; ++i) {
      const double gained = of[i] - before[m * n + i];
      if (gained == 0.0 || all[i] == 0.0) continue;
      column[i] = of[i] == 0.0 ? 0.0 : std::max(0.0, column[i] + std::floor(gained * sum[i] / all[i] + 0.5));
    }
  }
}

void VisitGains::settle_gained(std::span<const double> charged, LedgerBlock& ledger) const {
  const std::size_t n = ledger.paths();
  const auto place = [&](CollectionColumn c) { return layout_.place_of(c).value(); };
  using enum CollectionColumn;
  const auto collected = sum_of_months(ledger, place(collected_usd));
  const auto denied = sum_of_months(ledger, place(denied_usd));
  const auto lag = layout_.collection_lag();
  for (std::size_t m = 0; m < ledger.periods(); ++m)
    for (std::size_t i = 0; i < n; ++i) {
      const double gained = ledger.at(m, LedgerColumn::collections_usd)[i] - charged[m * n + i];
      if (gained == 0.0) continue;
      const double settled = collected[i] + denied[i];
      const double of_denied = settled == 0.0 ? 0.0 : denied[i] / settled;
      double share = 0.0;
      double before = 0.0;
      for (std::size_t l = 0; l < lag.size(); ++l) {
        share += lag[l];
        const double up_to_here = l + 1 == lag.size() ? gained : std::floor(gained * share + 0.5);
        const double part = up_to_here - before;
        const double lost = std::floor(part * of_denied + 0.5);
        before = up_to_here;
        for (std::size_t k = m; k < std::min(m + l, ledger.periods()); ++k) {
          ledger.at(k, place(outstanding_usd))[i] += part;
          ledger.at(k, place(tail_usd))[i] += part - lost;
        }
        if (m + l >= ledger.periods()) continue;
        ledger.at(m + l, place(denied_usd))[i] += lost;
        ledger.at(m + l, place(collected_usd))[i] += part - lost;
      }
    }
}

void VisitGains::add(std::span<const double> n, std::size_t month, LedgerBlock& ledger) const {
  using enum LedgerColumn;
  followed(ledger, [&] {
    auto brought = brought_by(ledger);
    code(n, brought, month, ledger);
    for (const auto wrvu : {generated_wrvu, credited_wrvu})
      add_part(n, brought.wrvu, brought.visits, ledger.at(month, wrvu));
    double* completed = ledger.at(month, completed_visits);
    const auto add_hours = [&](LedgerColumn of_visits, LedgerColumn column) {
      const double* hours = ledger.at(month, of_visits);
      double* to = ledger.at(month, column);
      for (std::size_t i = 0; i < n.size(); ++i)
        if (n[i] > 0.0) to[i] += n[i] * (hours[i] / completed[i]);
    };
    for (const auto in_session : {visit_hours, charting_hours}) {
      add_hours(in_session, session_hours);
      add_hours(in_session, in_session);
    }
    add_hours(late_charting_hours, after_hours);
    add_hours(late_charting_hours, late_charting_hours);
    for (const auto count : {demand, booked_visits, completed_visits}) {
      double* visits = ledger.at(month, count);
      for (std::size_t i = 0; i < n.size(); ++i) visits[i] += n[i];
    }
  });
}

}  // namespace paystress
