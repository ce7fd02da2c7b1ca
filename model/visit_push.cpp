#include "model/visit_push.h"

#include <algorithm>
#include <cmath>

#include "model/pay_windows.h"

namespace paystress {
namespace {

// The state of the tiers of one path, as it was priced in a lane.
void take_tiers(const PayPlan& plan, const Settlement& from, std::size_t lane, Settlement& to,
                std::size_t path) {
  for (std::size_t t = 0; t < plan.tiered().size(); ++t)
    for (std::size_t p = 0; p < to.periods; ++p) {
      to.measure_[(t * to.periods + p) * to.stride + path] = from.tier_measure(t, p)[lane];
      for (std::size_t k = 0; k < plan.tiered()[t].bounds.size(); ++k) {
        const auto at = ((to.bound_offset[t] + k) * to.periods + p) * to.stride + path;
        to.bound_[at] = from.tier_bound(t, k, p)[lane];
        to.reached_[at] = from.tier_reached(t, k, p)[lane];
      }
    }
}

}  // namespace

VisitPush::VisitPush(const PayPlan& plan, const LedgerLayout& layout, const PeriodGrid& grid)
    : rule_(plan.contract().push.value()), gains_(layout), columns_(layout.size()) {
  for (const auto& tiered : plan.tiered()) {
    auto& ends = ends_.emplace_back(grid.size(), false);
    const auto windows = reset_windows(plan.contract(), tiered.line, tiered.reset, grid);
    for (const auto& window : windows.all())
      if (window.over) ends[window.last] = true;
  }
}

std::optional<VisitPush> VisitPush::of(const PayPlan& plan, const LedgerLayout& layout,
                                       const PeriodGrid& grid) {
  if (!plan.contract().push) return std::nullopt;
  return std::optional<VisitPush>(std::in_place, plan, layout, grid);
}

void VisitPush::find_lanes(const PayPlan& plan, const Settlement& pay, std::size_t tiered, std::size_t month,
                           Workspace& work) const {
  work.lanes.clear();
  const double* measure = pay.tier_measure(tiered, month);
  const double* completed = work.months->at(month, LedgerColumn::completed_visits);
  const std::size_t tiers = plan.tiered()[tiered].bounds.size();
  for (std::size_t i = 0; i < pay.paths; ++i) {
    const double room = rule_.max_per_month - work.added[i];
    if (completed[i] == 0.0 || room < 1.0) continue;
    for (std::size_t k = 0; k < tiers; ++k) {
      const double line = pay.tier_bound(tiered, k, month)[i];
      const double below = line - measure[i];
      // A line that is passed and yet not reached is shut by its condition; one that is undefined is none.
      if (pay.tier_reached(tiered, k, month)[i] != 0.0 || !(below >= 0.0)) continue;
      if (below <= rule_.within * std::abs(line)) work.lanes.push_back({i, k, 0.0, room});
      break;
    }
  }
}

void VisitPush::try_visits(const PayPlan& plan, std::size_t month, Workspace& work) const {
  const auto& months = *work.months;
  auto& tried = ledger_in(work.tried, months.periods(), columns_, work.lanes.size());
  for (std::size_t m = 0; m < months.periods(); ++m)
    for (std::size_t c = 0; c < columns_; ++c) {
      const double* from = months.at(m, c);
      double* to = tried.at(m, c);
      for (std::size_t l = 0; l < work.lanes.size(); ++l) to[l] = from[work.lanes[l].path];
    }
  gains_.add(work.visits, month, tried);
  plan.settle(tried, work.pay, SettleDetail::tiers, Leavers::as_if_stayed);
}

void VisitPush::keep_reaching(const PayPlan& plan, std::size_t tiered, std::size_t month,
                              Workspace& work) const {
  const auto reaches = [&](std::size_t lane) {
    return work.pay.tier_reached(tiered, work.lanes[lane].line, month)[lane] != 0.0;
  };
  const auto set_visits = [&](auto&& of_lane) {
    work.visits.resize(work.lanes.size());
    std::ranges::transform(work.lanes, work.visits.begin(), of_lane);
  };
  set_visits([](const Lane& lane) { return lane.all; });
  try_visits(plan, month, work);
  std::vector<Lane> reaching;
  for (std::size_t l = 0; l < work.lanes.size(); ++l)
    if (reaches(l)) reaching.push_back(work.lanes[l]);
  work.lanes = std::move(reaching);
  const auto is_open = [](const Lane& lane) { return lane.all - lane.none > 1.0; };
  while (std::ranges::any_of(work.lanes, is_open)) {
    set_visits([&](const Lane& lane) {
      return is_open(lane) ? std::floor((lane.none + lane.all) / 2.0) : lane.all;
    });
    try_visits(plan, month, work);
    for (std::size_t l = 0; l < work.lanes.size(); ++l)
      if (is_open(work.lanes[l])) (reaches(l) ? work.lanes[l].all : work.lanes[l].none) = work.visits[l];
  }
  set_visits([](const Lane& lane) { return lane.all; });
}

LedgerBlock& VisitPush::add(const PayPlan& plan, const LedgerBlock& sampled, Settlement& pay,
                            Workspace& work) const {
  auto& months = ledger_in(work.months, sampled.periods(), columns_, sampled.paths());
  for (std::size_t m = 0; m < months.periods(); ++m)
    for (std::size_t c = 0; c < columns_; ++c)
      std::copy_n(sampled.at(m, c), sampled.paths(), months.at(m, c));
  bool any = false;
  for (std::size_t m = 0; m < months.periods(); ++m) {
    work.added.assign(months.paths(), 0.0);
    for (std::size_t t = 0; t < ends_.size(); ++t) {
      if (!ends_[t][m]) continue;
      find_lanes(plan, pay, t, m, work);
      if (work.lanes.empty()) continue;
      keep_reaching(plan, t, m, work);
      if (work.lanes.empty()) continue;
      try_visits(plan, m, work);
      for (std::size_t l = 0; l < work.lanes.size(); ++l) {
        const auto path = work.lanes[l].path;
        work.added[path] += work.visits[l];
        take_tiers(plan, work.pay, l, pay, path);
        // Codes and wRVU go to the month, money that is collected later to those behind it.
        for (std::size_t p = m; p < months.periods(); ++p)
          for (std::size_t c = 0; c < columns_; ++c) months.at(p, c)[path] = work.tried->at(p, c)[l];
      }
      any = true;
    }
  }
  if (any) plan.settle(months, pay);
  return months;
}

}  // namespace paystress
