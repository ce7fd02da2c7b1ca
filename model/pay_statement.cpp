// The pay statement of one path: what a clinician lays beside the pay slip.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/pay_engine.h"

namespace paystress {
namespace {

constexpr double quantity_places = 1e9;  // differences of running totals are shown to nine places
constexpr double half_a_cent = 0.005;

double tidy(double x) { return std::round(x * quantity_places) / quantity_places; }

// Parts of a dollar that a statement shows: cents, or what a contract rounds to where that is finer; nothing
// where it does not round.
std::optional<double> parts_of_dollar(const RoundTo& payment) {
  if (!payment.active) return std::nullopt;
  return std::max(100.0, payment.per_unit);
}

class StatementWriter {
 public:
  StatementWriter(const PayPlan::Impl& plan, const Settlement& pay, const PayTrace& trace)
      : plan_(plan),
        pay_(pay),
        trace_(trace),
        parts_(parts_of_dollar(plan.round_payment)),
        items_(plan.contract.pay.size() + plan.contract.adjust.size()),
        shown_(plan.contract.pay.size()) {}

  std::vector<StatementLine> write() {
    for (std::size_t p = 0; p < plan_.grid.size(); ++p) write_period(p);
    write_totals();
    return std::move(lines_);
  }

 private:
  // Money of a component or adjustment so far: as computed, and as shown in parts of a dollar.
  struct Item {
    double usd = 0.0, shown_parts = 0.0, parts = 0.0;
    bool paid = true;
  };
  struct Shown {
    std::vector<StrandTrace> strands;
  };

  void write_period(std::size_t p) {
    split_parts(p);
    const auto& contract = plan_.contract;
    for (std::size_t l = 0; l < contract.pay.size(); ++l) write_component(l, p);
    for (std::size_t a = 0; a < contract.adjust.size(); ++a) {
      StatementLine line = start(p, contract.adjust[a].name, "adjustment");
      line.amount_usd = in_dollars(items_[contract.pay.size() + a].parts);
      if (plan_.adjustments[AdjustmentIndex(a)].has_balance) line.balance_usd = tidy(pay_.balance(a, p)[0]);
      lines_.push_back(std::move(line));
    }
    if (rounding_usd_ != 0.0) {
      StatementLine line = start(p, "rounding", "adjustment");
      line.amount_usd = rounding_usd_;
      lines_.push_back(std::move(line));
    }
    StatementLine total = start(p, "total", "total");
    total.amount_usd = parts_ ? pay_.paid(p)[0] : tidy(pay_.paid(p)[0]);
    lines_.push_back(std::move(total));
    paid_usd_ += pay_.paid(p)[0];
  }

  // Each component and adjustment is rounded on its own running total; the payment is rounded as a whole, so
  // the cents can differ by one or two. The largest line takes the difference and the statement adds up.
  void split_parts(std::size_t p) {
    const std::size_t lines = plan_.contract.pay.size();
    double sum = 0.0;
    Item* largest = nullptr;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      Item& item = items_[i];
      const double change = i < lines ? pay_.earned(i, p)[0] : pay_.adjusted(i - lines, p)[0];
      item.paid = i >= lines || plan_.contract.pay[i].counts;
      item.usd += change;
      item.parts = parts_ ? whole(item.usd) - item.shown_parts : change;
      if (!item.paid) continue;
      sum += item.parts;
      if (change != 0.0 && (!largest || std::fabs(item.parts) > std::fabs(largest->parts))) largest = &item;
    }
    const double open = parts_ ? std::round(pay_.paid(p)[0] * *parts_ - sum) : 0.0;
    rounding_usd_ = 0.0;
    if (largest && std::fabs(open) <= static_cast<double>(items_.size())) {
      largest->parts += open;
    } else if (open != 0.0) {
      rounding_usd_ = in_dollars(open);
    }
    for (Item& item : items_) item.shown_parts += item.parts;
    rounding_total_ += rounding_usd_;
  }

  [[nodiscard]] double in_dollars(double parts) const { return parts_ ? parts / *parts_ : tidy(parts); }
  [[nodiscard]] double whole(double usd) const {
    return round_to_integer(usd * *parts_, Rounding::How::half_up);
  }
  // As the statement shows it.
  [[nodiscard]] double shown(double usd) const { return parts_ ? whole(usd) / *parts_ : tidy(usd); }

  StatementLine start(std::size_t p, const std::string& name, const char* kind) const {
    StatementLine line;
    line.period = plan_.grid[p].label;
    line.name = name;
    line.kind = kind;
    return line;
  }

  void write_component(std::size_t l, std::size_t p) {
    const auto& source = plan_.contract.pay[l];
    const auto* line = std::get_if<MeasuredLine>(&plan_.compiled(LineIndex(l)));
    StatementLine row = start(p, source.name, source.counts ? "component" : "note");
    row.amount_usd = in_dollars(items_[l].parts);
    const LineTrace& trace = trace_[l][p];
    if (!line || !trace.active) {
      lines_.push_back(std::move(row));
      return;
    }
    const auto change = change_of(*line, trace, p);
    double quantity = 0.0;
    for (const auto& s : change) quantity += s.quantity;
    if (quantity == quantity) row.quantity = tidy(quantity);  // undefined: the cell stays empty
    if (change.size() == 1) {
      if (std::isfinite(trace.strands[0].rate_usd)) row.rate_usd = trace.strands[0].rate_usd;
      if (!trace.strands[0].tiers.empty()) row.tier = std::to_string(tiers_reached(trace.strands[0]));
    }
    const double amount = *row.amount_usd;
    lines_.push_back(std::move(row));
    const bool settles = line->paid == PaidWhen::running || plan_.space.windows[line->windows].ends(p);
    if (settles) write_tiers(l, *line, change, amount, p);
  }

  // What the period added to the windows so far; money held until the period end is added then.
  std::vector<StrandTrace> change_of(const MeasuredLine& line, const LineTrace& trace, std::size_t p) {
    auto& shown = shown_[line.line.value()].strands;
    const auto& tiers = plan_.space.windows[line.windows];
    const auto& over = plan_.space.windows[line.over_windows];
    std::vector<StrandTrace> change = trace.strands;
    if (shown.empty() || tiers.starts(p)) {
      shown.assign(trace.strands.size(), {});
      for (std::size_t s = 0; s < shown.size(); ++s) shown[s].tiers.resize(trace.strands[s].tiers.size());
    }
    for (std::size_t s = 0; s < change.size(); ++s) {
      if (over.starts(p)) {
        shown[s].quantity = 0.0;
        for (auto& t : shown[s].tiers) t.units = 0.0;
      }
      if (shown[s].quantity == shown[s].quantity) change[s].quantity -= shown[s].quantity;
      shown[s].quantity = trace.strands[s].quantity;
      const bool settles = line.paid == PaidWhen::running || tiers.ends(p);
      for (std::size_t k = 0; k < change[s].tiers.size(); ++k) {
        auto& c = change[s].tiers[k];
        auto& before = shown[s].tiers[k];
        c.units -= before.units;
        c.flat_usd -= before.flat_usd;
        if (!settles) continue;
        before = trace.strands[s].tiers[k];
      }
    }
    return change;
  }

  static std::size_t tiers_reached(const StrandTrace& strand) {
    std::size_t top = 0;
    for (std::size_t k = 0; k < strand.tiers.size(); ++k) {
      if (strand.tiers[k].reached) top = k + 1;
    }
    return top;
  }

  void write_tiers(std::size_t l, const MeasuredLine& line, const std::vector<StrandTrace>& change,
                   double amount, std::size_t p) {
    const auto& source = plan_.contract.pay[l];
    double sum = 0.0;
    bool any = false;
    const std::size_t first = lines_.size();
    for (std::size_t s = 0; s < change.size(); ++s) {
      const std::string& code = line.strands[s].label;
      for (std::size_t k = 0; k < change[s].tiers.size(); ++k) {
        const auto& t = change[s].tiers[k];
        const double usd = t.units * t.rate_usd + t.flat_usd;
        if (tidy(t.units) == 0.0 && std::fabs(usd) < half_a_cent) continue;
        StatementLine row = start(p, source.name, "tier");
        row.tier = code.empty() ? std::to_string(k + 1) : fmt::format("{}.{}", code, k + 1);
        row.quantity = tidy(t.units);
        if (std::isfinite(t.rate_usd)) row.rate_usd = t.rate_usd;
        row.amount_usd = shown(usd);
        sum += *row.amount_usd;
        any = true;
        lines_.push_back(std::move(row));
      }
    }
    const double open = shown(amount - sum);
    if (!any || std::fabs(open) < 0.5 / parts_.value_or(1e6)) return;
    if (parts_ && std::fabs(open) <= (static_cast<double>(lines_.size() - first) + 0.5) / *parts_) {
      *lines_.back().amount_usd = shown(*lines_.back().amount_usd + open);
      return;
    }
    // Money of the component that no tier of this period explains: corrections of earlier work, true-ups of
    // interim pay, a condition that does not hold.
    StatementLine row = start(p, source.name, "restated");
    row.amount_usd = open;
    lines_.push_back(std::move(row));
  }

  void write_totals() {
    const auto& contract = plan_.contract;
    const auto add = [&](const std::string& name, const char* kind, double usd) {
      StatementLine line;
      line.period = "total";
      line.name = name;
      line.kind = kind;
      line.amount_usd = shown(usd);
      lines_.push_back(std::move(line));
    };
    for (std::size_t l = 0; l < contract.pay.size(); ++l) {
      add(contract.pay[l].name, contract.pay[l].counts ? "component" : "note",
          in_dollars(items_[l].shown_parts));
    }
    for (std::size_t a = 0; a < contract.adjust.size(); ++a) {
      add(contract.adjust[a].name, "adjustment", in_dollars(items_[contract.pay.size() + a].shown_parts));
      if (plan_.adjustments[AdjustmentIndex(a)].has_balance && !plan_.grid.empty()) {
        lines_.back().balance_usd = tidy(pay_.balance(a, plan_.grid.size() - 1)[0]);
      }
    }
    for (std::size_t l = 0; l < contract.pay.size(); ++l) {
      if (const double usd = pay_.not_due(l)[0]; std::fabs(usd) >= half_a_cent)
        add(contract.pay[l].name, "not due", usd);
    }
    if (std::fabs(rounding_total_) >= half_a_cent) add("rounding", "adjustment", rounding_total_);
    add("total", "total", paid_usd_);
  }

  const PayPlan::Impl& plan_;
  const Settlement& pay_;
  const PayTrace& trace_;
  std::optional<double> parts_;  ///< of a dollar that are shown; nothing: money as it is
  std::vector<Item> items_;
  std::vector<Shown> shown_;
  std::vector<StatementLine> lines_;
  double rounding_usd_ = 0.0, rounding_total_ = 0.0, paid_usd_ = 0.0;
};

}  // namespace

std::vector<StatementLine> PayPlan::statement(const LedgerBlock& ledger, std::size_t path) const {
  LedgerBlock one(ledger.periods(), ledger.columns(), 1);
  for (std::size_t p = 0; p < ledger.periods(); ++p) {
    for (std::size_t c = 0; c < ledger.columns(); ++c) *one.at(p, c) = ledger.at(p, c)[path];
  }
  Settlement pay;
  PayTrace trace(impl_->contract.pay.size(), std::vector<LineTrace>(ledger.periods()));
  run_plan(*impl_, one, pay, SettleDetail::pay, &trace);
  const int month = impl_->contract.ends_by_leaving ? leaving_month(*impl_, one, 0) : 0;
  if (month == 0) return StatementWriter(*impl_, pay, trace).write();

  settle_leavers(*impl_, left_, one, pay, SettleDetail::pay);
  const auto& left = *left_[static_cast<std::size_t>(month) - 1];
  const std::size_t last_period = last_period_of(left.grid, month);
  add_open_spans(*impl_, last_period, one);
  Settlement ended;
  PayTrace of_end(trace.size(), std::vector<LineTrace>(ledger.periods()));
  run_plan(left, one, ended, SettleDetail::pay, &of_end);
  const auto last = static_cast<std::ptrdiff_t>(last_period);
  for (std::size_t l = 0; l < trace.size(); ++l)
    std::ranges::copy(of_end[l].begin() + last, of_end[l].end(), trace[l].begin() + last);
  return StatementWriter(left, pay, trace).write();
}

}  // namespace paystress
