// Paths that leave: a contract that ends by leaving is, for them, one that ends with that month.
#include <algorithm>

#include "model/pay_engine.h"
#include "model/span_columns.h"

namespace paystress {
namespace {

/// Paths of a block that leave in one month, and where that month ends.
struct LeaveTogether {
  std::vector<std::size_t> paths;
  std::size_t last = 0;  ///< period
};

LedgerBlock ledger_of(const LedgerBlock& ledger, std::span<const std::size_t> paths, std::size_t columns) {
  LedgerBlock part(ledger.periods(), columns, paths.size());
  for (std::size_t p = 0; p < ledger.periods(); ++p)
    for (std::size_t c = 0; c < columns; ++c)
      for (std::size_t i = 0; i < paths.size(); ++i) part.at(p, c)[i] = ledger.at(p, c)[paths[i]];
  return part;
}

/// Puts what is settled for leavers in the place of what they would have had.
class Settler {
 public:
  Settler(const LeaveTogether& leaving, const Settlement& part, Settlement& out)
      : leaving_(leaving), part_(part), out_(out) {}

  void settle_tiers() const {
    const std::size_t tiers = out_.reached_on_leaving_.size() / out_.stride;
    for (std::size_t t = 0; t < tiers; ++t)
      for (std::size_t i = 0; i < leaving_.paths.size(); ++i)
        to(out_.reached_on_leaving_, t, i) = from(part_.reached_, t * part_.periods + leaving_.last, i);
  }

  void settle() {
    money(part_.paid_, out_.paid_);
    money(part_.earned_, out_.earned_);
    money(part_.adjusted_, out_.adjusted_);
    for (std::size_t i = 0; i < leaving_.paths.size(); ++i) {
      for (std::size_t a = 0; a < out_.adjustments; ++a)
        if (const std::size_t at = out_.balance_run[a]; at != 0)
          for (std::size_t p = leaving_.last; p < out_.periods; ++p)
            copy(part_.balance_, out_.balance_, at + p, i);
      for (std::size_t l = 0; l < out_.lines; ++l) copy(part_.not_due_, out_.not_due_, l, i);
    }
  }

 private:
  [[nodiscard]] const double& from(const LaneRuns& runs, std::size_t run, std::size_t i) const {
    return runs[run * part_.stride + i];
  }
  [[nodiscard]] double& to(LaneRuns& runs, std::size_t run, std::size_t i) const {
    return runs[run * out_.stride + leaving_.paths[i]];
  }
  void copy(const LaneRuns& part, LaneRuns& out, std::size_t run, std::size_t i) const {
    to(out, run, i) = from(part, run, i);
  }

  // Runs of money by period, one list of periods after the other. What was paid before stands; where it is
  // not what the ended contract pays in those months (bounds of a period that is cut now), the last month
  // makes it good.
  void money(const LaneRuns& part, LaneRuns& out) const {
    const std::size_t lists = part.size() / (part_.stride * part_.periods);
    for (std::size_t list = 0; list < lists; ++list)
      for (std::size_t i = 0; i < leaving_.paths.size(); ++i) {
        double open = 0.0;
        for (std::size_t p = 0; p < part_.periods; ++p) {
          const std::size_t run = list * part_.periods + p;
          double& usd = to(out, run, i);
          if (p < leaving_.last)
            open += from(part, run, i) - usd;
          else
            usd = from(part, run, i) + (p == leaving_.last ? open : 0.0);
        }
      }
  }

  const LeaveTogether& leaving_;
  const Settlement& part_;
  Settlement& out_;
};

}  // namespace

std::size_t last_period_of(const PeriodGrid& grid, int month) {
  const auto after = std::ranges::upper_bound(grid, month, {}, &LedgerPeriod::month);
  return static_cast<std::size_t>(after - grid.begin()) - 1;
}

void add_open_spans(const PayPlan::Impl& plan, std::size_t last, LedgerBlock& leavers) {
  for (const auto& column : plan.contract.ledger) {
    const auto open = plan.layout.find(open_column_of(column.info.name));
    if (!open) continue;
    double* to = leavers.at(last, plan.layout.find(column.info.name).value());
    for (std::size_t i = 0; i < leavers.paths(); ++i) to[i] += leavers.at(last, *open)[i];
  }
}

int leaving_month(const PayPlan::Impl& plan, const LedgerBlock& ledger, std::size_t path) {
  const auto left = plan.layout.place_of(LeavingColumn::left);
  for (std::size_t p = 0; left && p < plan.grid.size(); ++p)
    if (ledger.at(p, *left)[path] != 0.0) return plan.grid[p].month;
  return 0;
}

void settle_leavers(const PayPlan::Impl& plan, PlansOfLeavers left, const LedgerBlock& ledger,
                    Settlement& out, SettleDetail detail) {
  const bool with_tiers = detail == SettleDetail::tiers;
  if (with_tiers) out.reached_on_leaving_.assign(out.reached_.size() / out.periods, 0.0);
  out.stayed_ = out.paid_;
  out.leaving_.assign(out.stride, 0.0);
  std::vector<LeaveTogether> by_month(left.size());
  for (std::size_t path = 0; path < out.paths; ++path) {
    const int month = leaving_month(plan, ledger, path);
    out.leaving_[path] = month;
    if (month > 0) by_month[static_cast<std::size_t>(month) - 1].paths.push_back(path);
  }
  Settlement part;
  for (std::size_t m = 0; m < by_month.size(); ++m) {
    auto& leaving = by_month[m];
    if (leaving.paths.empty()) continue;
    leaving.last = last_period_of(plan.grid, static_cast<int>(m) + 1);
    auto of_leavers = ledger_of(ledger, leaving.paths, plan.layout.size());
    add_open_spans(plan, leaving.last, of_leavers);
    run_plan(*left[m], of_leavers, part, detail, nullptr);
    Settler settler(leaving, part, out);
    settler.settle();
    if (with_tiers) settler.settle_tiers();
  }
}

}  // namespace paystress
