// Turns a contract into column operations for one ledger layout and period grid.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>

#include "model/contract_order.h"
#include "model/lane_kernels.h"
#include "model/overloaded.h"
#include "model/pay_engine.h"

namespace paystress {
namespace {

using lanes::infinity;

// Money by code is a sum of products: the table becomes the measure, paid at 1.
Amount table_amount(const CodeTable& table, const LedgerLayout& layout) {
  std::optional<Amount> sum;
  for (const auto& [code, usd] : table.usd_by_code) {
    const std::string column = "visits." + code;
    if (!layout.find(column)) continue;
    Amount product = Amount::apply(Amount::Op::multiply, {Amount::name(Amount::Op::column, column), usd});
    sum = sum ? Amount::apply(Amount::Op::add, {*sum, product}) : product;
  }
  return sum.value_or(Amount{});
}

class LineCompiler {
 public:
  LineCompiler(PayPlan::Impl& plan, std::size_t index)
      : plan_(plan), contract_(plan.contract), source_(plan.contract.pay[index]) {
    line_.line = LineIndex(index);
  }

  CompiledLine compile() {
    MeasuredPay pay;
    if (const auto* fixed = std::get_if<FixedPay>(&source_.pays)) {
      const auto amount = expand_terms(fixed->usd, contract_).value_or(Amount{});
      if (!names_of(amount).reads_ledger()) {
        return compiled_fixed(*fixed);
      }
      // Fixed money read from the ledger is its own value to date: a measure paid at 1.
      pay.measure = fixed->usd;
      pay.reset = fixed->per;
      pay.paid = fixed->paid;
    } else {
      pay = std::get<MeasuredPay>(source_.pays);
    }
    if (const auto* table = std::get_if<CodeTable>(&pay.schedule)) {
      rates_by_code_ = rates_that_change(*table);
      pay.measure = table_amount(*table, plan_.layout);
      pay.schedule = SingleRate{};
    }
    compile_measured(pay);
    finish_measured();
    return std::move(line_);
  }

 private:
  Operand operand(ProgramBuilder& builder, const Amount& a, const ReadingContext& context,
                  bool measure_grows = true) {
    const auto e = expand_terms(a, contract_).value_or(Amount{});
    line_.may_be_undefined = line_.may_be_undefined || may_be_undefined(e);
    return {builder.amount(a, context), measure_grows && growth(e, plan_.layout) <= 0};
  }

  [[nodiscard]] bool changes(const auto& what) const {
    const auto e = expand_terms(what, contract_);
    return e && changes_by_month(*e);
  }
  // A table with rates that are those of a month is one rate for each code.
  [[nodiscard]] std::vector<std::pair<Amount, Amount>> rates_that_change(const CodeTable& table) const {
    std::vector<std::pair<Amount, Amount>> rates;
    if (std::ranges::none_of(table.usd_by_code, [&](const auto& row) { return changes(row.second); }))
      return rates;
    for (const auto& [code, usd] : table.usd_by_code) {
      const std::string column = "visits." + code;
      if (plan_.layout.find(column)) rates.emplace_back(Amount::name(Amount::Op::column, column), usd);
    }
    return rates;
  }
  // Lumps and curves are worth what the last month says, the latest rate is one rate.
  [[nodiscard]] bool changes(const Schedule& schedule) const {
    if (const auto* rate = std::get_if<SingleRate>(&schedule))
      return changes(rate->usd) || !rates_by_code_.empty();
    const auto* ladder = std::get_if<TierLadder>(&schedule);
    if (!ladder || ladder->mode == TierMode::lump_sum ||
        (ladder->mode == TierMode::retroactive && ladder->rate_change == RateChange::latest))
      return false;
    return std::ranges::any_of(ladder->tiers, [&](const Tier& t) {
      return changes(t.from.at) || changes(t.usd) || changes(t.flat_usd) || (t.when && changes(*t.when));
    });
  }

  FixedLine compiled_fixed(const FixedPay& fixed) {
    FixedLine line;
    line.line = line_.line;
    line.windows = plan_.space.windows_of(fixed.per, money_phase(contract_, fixed.per, source_.months));
    line.paid = fixed.paid;
    ProgramBuilder builder(plan_.space, line.program);
    const ReadingContext context{line.windows, std::nullopt, {}};
    line.usd = operand(builder, fixed.usd, context);
    line.changes = changes(fixed.usd);
    if (source_.when) {
      line.when = builder.condition(*source_.when, context);
      if (fixed.paid == PaidWhen::interim) {
        line.month_windows = plan_.space.windows_of(Span::month, source_.months);
        ProgramBuilder monthly(plan_.space, line.monthly_program);
        line.monthly_when = monthly.condition(*source_.when, {line.month_windows, std::nullopt, {}});
      }
    }
    line.accrued = plan_.space.new_run();
    finish(line);
    return line;
  }

  void compile_measured(const MeasuredPay& pay) {
    const auto& phase = source_.months;
    line_.windows = plan_.space.windows_of(pay.reset, phase);
    line_.month_windows = plan_.space.windows_of(Span::month, phase);
    line_.paid = pay.paid;
    const auto* ladder = std::get_if<TierLadder>(&pay.schedule);
    const auto measure = expand_terms(pay.measure, contract_).value_or(Amount{});
    const bool marginal = ladder && ladder->mode == TierMode::marginal;
    line_.kind = std::visit(Overloaded{[](const SingleRate&) { return ScheduleKind::single_rate; },
                                       [](const CodeTable&) { return ScheduleKind::single_rate; },
                                       [](const Curve&) { return ScheduleKind::curve; },
                                       [](const TierLadder& l) {
                                         switch (l.mode) {
                                           case TierMode::marginal:
                                             return ScheduleKind::marginal;
                                           case TierMode::retroactive:
                                             return ScheduleKind::retroactive;
                                           case TierMode::lump_sum:
                                             break;
                                         }
                                         return ScheduleKind::lump_sum;
                                       }},
                            pay.schedule);
    // Marginal tiers never re-rate, so without a paid quantity of its own the month's pay is the difference
    // of the running total; money per window has no paid quantity at all.
    const bool has_over = pay.pay_over && !(marginal && !pay.pay_per) &&
                          line_.kind != ScheduleKind::lump_sum && line_.kind != ScheduleKind::curve;
    line_.over_windows = has_over ? plan_.space.windows_of(*pay.pay_over, phase) : line_.windows;
    line_.when_found = pay.restate == Restate::when_found;
    line_.changes = changes(pay.schedule) && !plan_.space.windows[line_.windows].single();
    line_.has_flats = line_.kind == ScheduleKind::lump_sum || line_.kind == ScheduleKind::curve;
    if (ladder) {
      line_.lump = ladder->lump;
      for (const auto& t : ladder->tiers) {
        line_.has_flats = line_.has_flats || t.flat_usd.constant() != 0.0;
      }
    }
    if (const auto* curve = std::get_if<Curve>(&pay.schedule)) compile_curve(*curve);
    line_.opened = plan_.space.opens(pay.reset, phase);

    {
      ProgramBuilder builder(plan_.space, line_.program);
      line_.strands = strands(builder, pay, measure, line_.windows, line_.over_windows);
      if (source_.when) {
        line_.when = builder.condition(*source_.when, {line_.windows, pay.restate, {}});
      }
    }
    if (line_.paid == PaidWhen::interim) {
      ProgramBuilder builder(plan_.space, line_.monthly_program);
      line_.monthly_strands = strands(builder, pay, measure, line_.month_windows, line_.month_windows);
      if (source_.when) {
        line_.monthly_when = builder.condition(*source_.when, {line_.month_windows, pay.restate, {}});
      }
    }
  }

  // Points that are numbers stand still; of others each strand has registers.
  void compile_curve(const Curve& curve) {
    std::vector<CurvePoint> points;
    for (const auto& [x, y] : curve.points) {
      const auto at = constant_of(x);
      const auto usd = constant_of(y);
      if (!at || !usd) return;
      points.push_back({*at, *usd, 0.0});
    }
    line_.curve = with_slopes(std::move(points));
  }
  [[nodiscard]] std::optional<double> constant_of(const Amount& a) const {
    const auto e = expand_terms(a, contract_);
    return e ? e->constant() : std::nullopt;
  }

  std::vector<Strand> strands(ProgramBuilder& builder, const MeasuredPay& pay, const Amount& measure,
                              WindowsIndex windows, WindowsIndex over_windows) {
    std::vector<std::string> codes{""};
    if (pay.each_code) codes.assign(plan_.layout.codes().begin(), plan_.layout.codes().end());
    std::vector<Strand> out;
    for (const auto& [visits, usd] : rates_by_code_) {
      MeasuredPay one = pay;
      one.schedule = SingleRate{usd};
      out.push_back(strand(builder, one, visits, windows, over_windows, ""));
    }
    if (!out.empty()) return out;
    for (const auto& code : codes) out.push_back(strand(builder, pay, measure, windows, over_windows, code));
    return out;
  }

  Strand strand(ProgramBuilder& builder, const MeasuredPay& pay, const Amount& measure, WindowsIndex windows,
                WindowsIndex over_windows, const std::string& code) {
    const ReadingContext context{windows, pay.restate, code};
    const ReadingContext over{over_windows, pay.restate, code};
    const bool grows = growth(measure, plan_.layout) > 0;
    Strand s;
    s.label = code;
    s.grows = grows;
    line_.may_be_undefined = line_.may_be_undefined || may_be_undefined(measure);
    s.measure = builder.amount(measure, context);
    s.pays_level = !grows;
    if (pay.pay_per) {
      s.paid_quantity = operand(builder, *pay.pay_per, over).reg;
      s.pays_level = growth(expand_terms(*pay.pay_per, contract_).value_or(Amount{}), plan_.layout) <= 0;
    } else if (line_.kind == ScheduleKind::marginal && is_ledger_ratio(measure)) {
      s.paid_quantity = builder.amount(measure.operands()[0], context);
      s.quantity_is_numerator = true;
      s.pays_level = growth(measure.operands()[0], plan_.layout) <= 0;
    } else if (over_windows != windows) {
      s.paid_quantity = builder.amount(measure, over);
      s.transforms_quantity = true;
    }
    if (pay.blocks) {
      s.block_free = operand(builder, pay.blocks->free, context, grows);
      s.block_size = operand(builder, pay.blocks->size, context, false);
      s.block_least = operand(builder, pay.blocks->min, context, grows);
    }
    if (pay.corridor) {
      s.target = operand(builder, pay.corridor->target, context, grows);
      s.low = operand(builder, pay.corridor->low.value_or(Amount{-infinity}), context, grows);
      s.high = operand(builder, pay.corridor->high.value_or(Amount{infinity}), context, grows);
      s.from_edge = pay.corridor->from_edge;
    }
    if (const auto* curve = std::get_if<Curve>(&pay.schedule); curve != nullptr && line_.curve.empty()) {
      for (const auto& [x, y] : curve->points)
        s.points.emplace_back(builder.amount(x, context), builder.amount(y, context));
    }
    if (const auto* rate = std::get_if<SingleRate>(&pay.schedule)) {
      s.rate = operand(builder, rate->usd, context, false);
    } else if (const auto* ladder = std::get_if<TierLadder>(&pay.schedule)) {
      const bool counts = pay.blocks || is_count(measure, plan_.layout);
      for (const auto& t : ladder->tiers) {
        CompiledTier tier;
        tier.bound = tier.written = operand(builder, t.from.at, context, grows);
        tier.included = tier.written_included = t.from.included;
        // "The 121st visit and on": on a count, at_least = 121 is above = 120. Read as a point of the number
        // line it would leave the 121st visit unpaid in marginal mode.
        if (ladder->mode == TierMode::marginal && counts && t.from.included) {
          tier.bound.reg = builder.unit_before(tier.bound.reg);
          tier.included = false;
        }
        tier.usd = operand(builder, t.usd, context, ladder->mode == TierMode::lump_sum);
        tier.flat = operand(builder, t.flat_usd, context);
        if (t.when) tier.open = builder.condition(*t.when, context);
        s.tiers.push_back(tier);
      }
    }
    return s;
  }

  void finish_measured() {
    auto& space = plan_.space;
    const auto own = [&](WindowsIndex windows) {
      const std::size_t count = line_.when_found ? space.windows[windows].all().size() : 1;
      return space.new_runs(std::max<std::size_t>(count, 1));
    };
    line_.paid_over = own(line_.over_windows);
    line_.paid_flat = own(line_.windows);
    if (line_.changes) line_.places = space.new_runs(2 * line_.strands.size() * (plan_.grid.size() + 1));
    for (auto* run : {&line_.interim_over, &line_.interim_flat, &line_.shown, &line_.carried})
      *run = space.new_run();
    if (rounding().at == Rounding::At::rate) line_.round_rate = RoundTo(rounding());
    finish(line_);
  }

  void finish(LineBase& line) {
    for (auto* run : {&line.held, &line.round_total, &line.rounded}) *run = plan_.space.new_run();
    const bool of_rate = rounding().at == Rounding::At::rate;
    if (!of_rate && (source_.round || rounding().at == Rounding::At::component))
      line.round_pay = RoundTo(rounding());
  }

  [[nodiscard]] const Rounding& rounding() const { return source_.round ? *source_.round : contract_.round; }

  PayPlan::Impl& plan_;
  const Contract& contract_;
  const PayLine& source_;
  MeasuredLine line_;
  std::vector<std::pair<Amount, Amount>> rates_by_code_;  ///< visits and dollars, where those change
};

class AdjustmentCompiler {
 public:
  AdjustmentCompiler(PayPlan::Impl& plan, std::size_t index)
      : plan_(plan), contract_(plan.contract), source_(plan.contract.adjust[index]) {
    out_.adjustment = AdjustmentIndex(index);
  }

  CompiledAdjustment compile() {
    auto& space = plan_.space;
    out_.windows = space.windows_of(source_.per, money_phase(contract_, source_.per, source_.months));
    out_.month_windows = space.windows_of(Span::month, source_.months);
    out_.in_windows = out_.windows;
    const AdjustmentTraits& traits = traits_of(source_.does);
    out_.paid = source_.paid.value_or(traits.paid);
    out_.has_balance = traits.keeps_balance;
    const bool monthly = out_.paid == PaidWhen::interim;
    ProgramBuilder builder(space, out_.program);
    ProgramBuilder monthly_builder(space, out_.monthly_program);
    const ReadingContext context{out_.windows, std::nullopt, {}};
    const ReadingContext month{out_.month_windows, std::nullopt, {}};
    const auto both = [&](const Amount& a) {
      out_.usd = operand(builder, a, context);
      if (monthly) out_.monthly_usd = operand(monthly_builder, a, month);
    };
    std::visit(
        Overloaded{[&](const Guarantee& g) { both(g.usd); }, [&](const Cap& c) { both(c.usd); },
                   [&](const AddMoney& add) {
                     both(add.usd);
                     const auto e = expand_terms(add.usd, contract_).value_or(Amount{});
                     out_.accrues = !names_of(e).reads_ledger();
                     out_.is_level = !out_.accrues && growth(e, plan_.layout) <= 0;
                   },
                   [&](const Multiply& m) { both(m.factor); },
                   [&](const Gate& gate) {
                     out_.condition = builder.condition(gate.open, context);
                     if (monthly) out_.monthly_condition = monthly_builder.condition(gate.open, month);
                   },
                   [&](const Draw& draw) {
                     both(draw.usd);
                     if (draw.forgive) out_.forgive = operand(builder, *draw.forgive, context);
                     if (draw.interest_per_year)
                       out_.interest = operand(builder, *draw.interest_per_year, context);
                   },
                   [&](const Withhold& w) {
                     out_.in_windows = space.windows_of(w.in, money_phase(contract_, w.in, source_.months));
                     const ReadingContext in{out_.in_windows, std::nullopt, {}};
                     out_.usd = operand(builder, w.share, context);
                     out_.condition = builder.condition(w.release, in);
                     out_.released = operand(builder, w.released, in);
                     out_.withholds = true;
                   },
                   [&](const Carry& carry) {
                     both(carry.amount);
                     if (carry.limit) out_.limit = operand(builder, *carry.limit, context);
                     if (const auto* span = std::get_if<Span>(&carry.into)) {
                       out_.in_windows = space.windows_of(*span, source_.months);
                     } else {
                       const auto it = std::ranges::find(contract_.pay, std::get<std::string>(carry.into),
                                                         &PayLine::name);
                       out_.carry_line = LineIndex(static_cast<std::size_t>(it - contract_.pay.begin()));
                     }
                   }},
        source_.does);
    if (source_.when) {
      out_.when = builder.condition(*source_.when, context);
      if (monthly) out_.monthly_when = monthly_builder.condition(*source_.when, month);
    }
    for (auto* run :
         {&out_.seen, &out_.given, &out_.month_seen, &out_.balance, &out_.accrued, &out_.opening_amount,
          &out_.round_total, &out_.rounded, &out_.seen_total, &out_.seen_rounded}) {
      *run = space.new_run();
    }
    const Rounding& round = source_.round.value_or(contract_.round);
    // "component" rounds what each component earns; what an adjustment makes of it is rounded where it says
    // so.
    if (source_.round || round.at == Rounding::At::subtotal) out_.round_pay = RoundTo(round);
    if (contract_.round.at == Rounding::At::subtotal) out_.round_seen = RoundTo(contract_.round);
    return std::move(out_);
  }

 private:
  Operand operand(ProgramBuilder& builder, const Amount& a, const ReadingContext& context) {
    const auto e = expand_terms(a, contract_).value_or(Amount{});
    out_.may_be_undefined = out_.may_be_undefined || may_be_undefined(e);
    out_.changes = out_.changes || changes_by_month(e);
    return {builder.amount(a, context), growth(e, plan_.layout) <= 0};
  }

  PayPlan::Impl& plan_;
  const Contract& contract_;
  const Adjustment& source_;
  CompiledAdjustment out_;
};

}  // namespace

PayPlan::Impl::Impl(const Contract& c, const LedgerLayout& l, const PeriodGrid& g)
    : contract(c), layout(l), grid(g), round_payment(c.round) {
  space.contract = &contract;
  space.layout = &layout;
  space.grid = &grid;
  month_windows = space.windows_of(Span::month, std::nullopt);
  const Rounding cent;
  const bool of_payment = c.round.at == Rounding::At::payment || c.round.at == Rounding::At::subtotal;
  if (!of_payment && c.round.unit_usd) round_payment = RoundTo(cent);

  has_parts_of_months = std::ranges::any_of(grid, [](const LedgerPeriod& p) { return !p.ends_month; });
  origin.resize(grid.size());
  found_in.resize(grid.size());
  for (std::size_t p = 0; p < grid.size(); ++p) {
    const int worked = grid[p].month - layout.audit_lag_months();
    if (layout.audit_lag_months() == 0) {
      origin[p] = p;
    } else {
      for (std::size_t q = 0; q < p; ++q) {
        if (grid[q].month == worked) origin[p] = q;
      }
    }
    if (origin[p]) found_in[*origin[p]].push_back(p);
  }

  const auto order = order_of_components(contract);
  if (!order.circle.empty()) throw std::invalid_argument("components depend on each other in a circle");
  evaluated = IndexedList<LineIndex, std::size_t>(contract.pay.size());
  for (const std::size_t i : order.order) {
    evaluated[LineIndex(i)] = lines.size();
    lines.push_back(LineCompiler(*this, i).compile());
  }
  for (std::size_t a = 0; a < contract.adjust.size(); ++a) {
    CompiledAdjustment adjustment = AdjustmentCompiler(*this, a).compile();
    const auto seen = lines_seen(contract, contract.adjust[a]);
    for (const std::size_t line : seen) adjustment.lines.emplace_back(line);
    for (const std::size_t e : earlier_within(contract, a)) {
      const bool counted =
          adjustments[AdjustmentIndex(e)].withholds && traits_of(contract.adjust[a].does).sees_withheld;
      if (!counted) adjustment.earlier.emplace_back(e);
    }
    if (contract.adjust[a].per == Span::year && !contract.adjust[a].months) {
      for (const auto& [name, usd] : contract.opening.earned_usd) {
        const auto it = std::ranges::find(contract.pay, name, &PayLine::name);
        const auto line = static_cast<std::size_t>(it - contract.pay.begin());
        if (std::ranges::count(seen, line) > 0) adjustment.opening_usd += usd;
      }
    }
    if (adjustment.carry_line.present()) {
      auto* line = std::get_if<MeasuredLine>(&lines[evaluated[adjustment.carry_line]]);
      if (line) line->carries.push_back(adjustment.adjustment);
    }
    adjustments.add(std::move(adjustment));
  }
  list_tiers();
  payment_total = space.new_run();
  payment_rounded = space.new_run();
  first_temporary = space.new_runs(0);
}

// In the order written, whatever the order of evaluation.
void PayPlan::Impl::list_tiers() {
  std::size_t bounds = 0;
  for (std::size_t l = 0; l < contract.pay.size(); ++l) {
    const auto* pay = std::get_if<MeasuredPay>(&contract.pay[l].pays);
    const auto* ladder = pay ? std::get_if<TierLadder>(&pay->schedule) : nullptr;
    if (!ladder) continue;
    auto& line = std::get<MeasuredLine>(lines[evaluated[LineIndex(l)]]);
    line.first_tiered = TieredIndex(tiered.size());
    for (const auto& strand : line.strands) {
      TieredLine t;
      t.line = l;
      t.name = strand.label.empty() ? contract.pay[l].name : contract.pay[l].name + "." + strand.label;
      t.reset = pay->reset;
      for (const auto& tier : ladder->tiers) t.bounds.push_back(tier.from);
      tiered.push_back(std::move(t));
      bound_offset.push_back(bounds);
      bounds += ladder->tiers.size();
    }
    most_tiers = std::max(most_tiers, ladder->tiers.size());
  }
}

}  // namespace paystress
