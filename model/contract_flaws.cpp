// What makes a contract illegal. Each flaw says where, what, why it is one, and what to write instead.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "model/amount_facts.h"
#include "model/amount_range.h"
#include "model/pay_engine.h"
#include "model/settle.h"
#include "model/span_name.h"

namespace paystress {
namespace {

double months_of(Span span, double horizon) {
  switch (span) {
    case Span::month:
      return 1.0;
    case Span::quarter:
      return 3.0;
    case Span::year:
      return 12.0;
    case Span::horizon:
      break;
  }
  return horizon;
}

class FlawFinder {
 public:
  FlawFinder(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid)
      : contract_(contract), layout_(layout), grid_(grid) {}

  std::vector<ContractFlaw> find() {
    if (contract_.pay.empty()) {
      add("pay", "missing", "a contract without a component pays nothing",
          "Write a [[pay]] table with a name");
      return std::move(flaws_);
    }
    check_names();
    check_terms();
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) check_line(pay_key(l), contract_.pay[l]);
    for (std::size_t a = 0; a < contract_.adjust.size(); ++a)
      check_adjustment(adjust_key(a), contract_.adjust[a]);
    check_caps();
    check_opening();
    check_circle();
    check_round("round", contract_.round);
    if (contract_.ends && *contract_.ends < 1) {
      add("ends", fmt::format("{} is not a month", *contract_.ends), "months count from 1",
          "Write the month in which the contract ends");
    }
    check_partial();
    return std::move(flaws_);
  }

 private:
  void add(std::string key, std::string problem, std::string why, std::string fix) {
    flaws_.push_back({std::move(key), std::move(problem), std::move(why), std::move(fix)});
  }

  // A part goes by its name, as long as an earlier one does not have it; then by its number.
  template <class Part>
  static std::string key_of(std::string_view group, const std::vector<Part>& parts, std::size_t i) {
    const auto first = std::ranges::find(parts, parts[i].name, &Part::name);
    const bool named = !parts[i].name.empty() && first - parts.begin() == static_cast<std::ptrdiff_t>(i);
    return named ? fmt::format("{}.{}", group, parts[i].name) : fmt::format("{}.{}", group, i + 1);
  }
  [[nodiscard]] std::string pay_key(std::size_t i) const { return key_of("pay", contract_.pay, i); }
  [[nodiscard]] std::string adjust_key(std::size_t i) const { return key_of("adjust", contract_.adjust, i); }

  void check_names() {
    std::set<std::string> names;
    const auto check = [&](const std::string& key, const std::string& name) {
      if (name.empty()) {
        add(key + ".name", "missing", "statements and adjustments call it by its name", "Write a name");
      } else if (!names.insert(name).second) {
        add(key + ".name", fmt::format("'{}' is used twice", name),
            "names are unique over pay and adjust, so that `on` and earned. are clear", "Rename one of them");
      }
    };
    for (std::size_t l = 0; l < contract_.pay.size(); ++l) check(pay_key(l), contract_.pay[l].name);
    for (std::size_t a = 0; a < contract_.adjust.size(); ++a) check(adjust_key(a), contract_.adjust[a].name);
  }

  void check_terms() {
    std::set<std::string> names;
    for (const auto& [name, amount] : contract_.terms) {
      const std::string key = "terms." + name;
      if (!names.insert(name).second) {
        add(key, "written twice", "only one value can hold", "Rename one of them");
      }
      if (layout_.find(name)) {
        add(key, "is also the name of a ledger column", "a reader could not tell which is meant",
            "Rename the term");
      }
      if (!expand_terms(amount, contract_)) {
        add(key, "goes round in a circle", "the term needs its own value",
            "Write one of its terms as a number");
      } else {
        check_amount(key, amount, false);
      }
    }
  }

  // Names and divisions of an amount. `by_code`: the column `visits` stands for the visits of each code.
  void check_amount(const std::string& key, const Amount& amount, bool by_code) {
    const auto expanded = expand_terms(amount, contract_);
    if (!expanded) return;  // the circle is reported at its term
    check_known(key, names_of(*expanded), by_code);
    check_divisions(key, *expanded);
    if (const auto value = expanded->constant(); value && std::isnan(*value)) {
      add(key, "is undefined", "it divides by 0 whatever the ledger holds", "Correct the divisor");
    }
  }

  void check_known(const std::string& key, const AmountNames& names, bool by_code) {
    for (const auto& column : names.columns) {
      check_collections(key, column);
      if (layout_.find(column) || (by_code && column == "visits")) continue;
      if (!reported_.insert(key + " " + column).second) continue;
      const bool of_code = column == "visits";
      add(key, fmt::format("unknown name {}", column), "it is neither a ledger column nor a term",
          of_code ? "Write completed_visits, visits.CODE, or each = \"code\"" : suggestion(column));
    }
    for (const auto& name : names.earned) {
      const bool known = std::ranges::find(contract_.pay, name, &PayLine::name) != contract_.pay.end();
      if (known || !reported_.insert(key + " earned." + name).second) continue;
      const bool adjusts =
          std::ranges::find(contract_.adjust, name, &Adjustment::name) != contract_.adjust.end();
      add(key, fmt::format("unknown component earned.{}", name),
          adjusts ? "it is an adjustment; earned. is pay before adjustments" : "no pay line has this name",
          "Name a pay line");
    }
  }

  // Pay would be a share of nothing, which reads like a result.
  void check_collections(const std::string& key, const std::string& column) {
    const auto missing = layout_.codes_without_usd();
    if (column != "collections_usd" || missing.empty() || !reported_.insert(key + " usd").second) return;
    add(key,
        fmt::format("collections_usd needs the dollars of every code, {} {} none", fmt::join(missing, ", "),
                    missing.size() == 1 ? "has" : "have"),
        "collections are completed visits at the dollars of the fee schedule",
        "Fill the usd column of the practice's schedule");
  }

  [[nodiscard]] std::string suggestion(const std::string& name) const {
    std::string names;
    for (std::size_t i = 0; i < layout_.size(); ++i) {
      const auto& column = layout_[i].name;
      if (column.find(name) != std::string::npos || name.find(column) != std::string::npos) {
        names += (names.empty() ? "" : ", ") + column;
      }
    }
    return names.empty() ? "Write a column of the ledger, or define it under [ledger] or terms"
                         : fmt::format("Did you mean {}?", names);
  }

  void check_divisions(const std::string& key, const Amount& amount) {
    if (amount.op() == Amount::Op::divide && !amount.constant()) {
      const AmountRange divisor = range_of(amount.operands()[1], layout_);
      if (divisor.low == 0.0 && divisor.high == 0.0) {
        add(key, fmt::format("divides by {}, which can only be 0", amount.operands()[1].text()),
            "the amount is never defined", "Correct the divisor");
      }
    }
    for (const auto& o : amount.operands()) check_divisions(key, o);
  }

  void check_condition(const std::string& key, const Condition& condition, bool by_code) {
    for (const auto& a : condition.amounts) check_amount(key, a, by_code);
    for (const auto& p : condition.parts) check_condition(key, p, by_code);
  }

  void check_months(const std::string& key, const std::optional<MonthRange>& months) {
    if (!months) return;
    if (months->first < 1 || months->last < months->first) {
      add(key, fmt::format("[{}, {}] is not a range of months", months->first, months->last),
          "months count from 1, the first before the last", "Write [first, last]");
    }
  }

  void check_round(const std::string& key, const Rounding& round) {
    if (round.unit_usd && !(*round.unit_usd > 0.0)) {
      add(key, fmt::format("rounds to {}", *round.unit_usd), "a unit is above 0",
          "Write to = \"cent\", \"dollar\" or a positive number");
    }
  }

  [[nodiscard]] std::optional<double> constant_of(const Amount& a) const {
    const auto e = expand_terms(a, contract_);
    return e ? e->constant() : std::nullopt;
  }

  void check_line(const std::string& key, const PayLine& line) {
    check_months(key + ".months", line.months);
    if (line.round) check_round(key + ".round", *line.round);
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      check_amount(key + ".fixed_usd", fixed->usd, false);
      if (line.when) check_condition(key + ".when", *line.when, false);
      if (const auto column = column_that_changes(fixed->usd); !column.empty()) {
        add(key + ".fixed_usd", fmt::format("counts {}, which review can change later", column),
            "a fixed amount cannot say what happens then", "Write it as a measure with restate");
      }
      return;
    }
    const auto& pay = std::get<MeasuredPay>(line.pays);
    if (line.when) check_condition(key + ".when", *line.when, pay.each_code);
    check_measured(key, pay);
  }

  void check_measured(const std::string& key, const MeasuredPay& pay) {
    const bool table = std::holds_alternative<CodeTable>(pay.schedule);
    const bool curve = std::holds_alternative<Curve>(pay.schedule);
    const auto* ladder = std::get_if<TierLadder>(&pay.schedule);
    const bool lump = ladder && ladder->mode == TierMode::lump_sum;
    if (!table) check_amount(key + ".measure", pay.measure, pay.each_code);
    if (pay.pay_per) {
      check_amount(key + ".pay_per", *pay.pay_per, pay.each_code);
      if (lump || curve || table) {
        add(key + ".pay_per", "has no meaning here",
            lump    ? "a lump sum is not paid per unit"
            : curve ? "a curve gives dollars, not a rate"
                    : "a table by code pays the visits of each code",
            "Leave it out");
      }
    }
    if (pay.pay_over) {
      const double horizon = std::numeric_limits<double>::infinity();
      if (months_of(*pay.pay_over, horizon) > months_of(pay.reset, horizon)) {
        add(key + ".pay_over",
            fmt::format("a {} is longer than reset = \"{}\"", span_name(*pay.pay_over), span_name(pay.reset)),
            "the tiers would start again within it", "Write a period no longer than reset");
      }
    }
    if (pay.blocks) check_blocks(key + ".blocks", *pay.blocks, pay);
    if (pay.corridor) check_corridor(key + ".corridor", *pay.corridor);
    if (pay.each_code) check_each_code(key, pay);
    if (!pay.restate) check_restate(key, pay);

    if (const auto* rate = std::get_if<SingleRate>(&pay.schedule)) {
      check_amount(key + ".usd", rate->usd, pay.each_code);
    } else if (ladder) {
      check_ladder(key, pay, *ladder);
    } else if (const auto* points = std::get_if<Curve>(&pay.schedule)) {
      check_curve(key + ".curve", *points);
    } else {
      check_table(key + ".table_usd", std::get<CodeTable>(pay.schedule));
    }
  }

  void check_blocks(const std::string& key, const Blocks& blocks, const MeasuredPay& pay) {
    check_amount(key + ".free", blocks.free, pay.each_code);
    check_amount(key + ".size", blocks.size, pay.each_code);
    check_amount(key + ".min", blocks.min, pay.each_code);
    if (const auto size = constant_of(blocks.size); size && !(*size > 0.0)) {
      add(key + ".size", fmt::format("{} is not a size", *size), "a block holds more than nothing",
          "Write the units of one block");
    }
    check_not_negative(key + ".free", blocks.free, "units that are free are none or some");
    if (const auto min = constant_of(blocks.min); min && (*min < 0.0 || *min != std::floor(*min))) {
      add(key + ".min", fmt::format("{} is not a number of blocks", *min), "a block begun is a whole block",
          "Write a whole number, 0 or more");
    }
    if (pay.corridor) {
      add(key, "together with a corridor", "which comes first would be a guess", "Write one of the two");
    }
  }

  void check_not_negative(const std::string& key, const Amount& amount, std::string why) {
    const auto value = constant_of(amount);
    if (value && *value < 0.0)
      add(key, fmt::format("{} is below 0", *value), std::move(why), "Write 0 or more");
  }

  void check_corridor(const std::string& key, const Corridor& corridor) {
    check_amount(key + ".target", corridor.target, false);
    const auto target = constant_of(corridor.target);
    std::optional<double> low;
    std::optional<double> high;
    if (corridor.low) {
      check_amount(key + ".low", *corridor.low, false);
      low = constant_of(*corridor.low);
    }
    if (corridor.high) {
      check_amount(key + ".high", *corridor.high, false);
      high = constant_of(*corridor.high);
    }
    if (!corridor.low && !corridor.high) {
      add(key, "has neither low nor high", "no quantity would ever count", "Write low, high or both");
    }
    if (target && low && *low > *target) {
      add(key + ".low", "lies above the target", "the tolerance is around the target", "Write low <= target");
    }
    if (target && high && *high < *target) {
      add(key + ".high", "lies below the target", "the tolerance is around the target",
          "Write high >= target");
    }
  }

  void check_each_code(const std::string& key, const MeasuredPay& pay) {
    if (layout_.codes().empty()) {
      add(key + ".each", "the ledger has no codes", "no column is named visits.CODE", "Leave each out");
    }
    const auto e = expand_terms(pay.measure, contract_);
    const auto names = e ? names_of(*e) : AmountNames{};
    if (e && std::ranges::find(names.columns, "visits") == names.columns.end()) {
      add(key + ".measure", "does not count `visits`",
          "with each = \"code\" the same quantity would be paid once for every code",
          "Write measure = \"visits\", which stands for the visits of each code");
    }
  }

  // First column of an amount that a later review changes; empty when there is none.
  [[nodiscard]] std::string column_that_changes(const Amount& amount) const {
    const auto e = expand_terms(amount, contract_);
    if (!e) return {};
    constexpr std::string_view by_code = "visits.";
    for (const auto& column : names_of(*e).columns) {
      if (column.starts_with(by_code) && layout_.find("code_change." + column.substr(by_code.size()))) {
        return column;
      }
      const bool credited = column == "credited_wrvu" && layout_.find("generated_wrvu");
      if (credited && layout_.audit_lag_months() > 0) return column;
    }
    return {};
  }

  void check_restate(const std::string& key, const MeasuredPay& pay) {
    std::string column = column_that_changes(pay.measure);
    if (column.empty() && pay.pay_per) column = column_that_changes(*pay.pay_per);
    const auto changes = [&](const std::string& code) {
      return layout_.find("code_change." + code).has_value();
    };
    if (const auto* table = std::get_if<CodeTable>(&pay.schedule)) {
      for (const auto& [code, usd] : table->usd_by_code) {
        if (column.empty() && changes(code)) column = "visits." + code;
      }
    }
    if (pay.each_code && column.empty() && std::ranges::any_of(layout_.codes(), changes)) column = "visits";
    if (column.empty()) return;
    add(key + ".restate", "missing",
        fmt::format("review can change {} later, and the three ways to pay the change differ", column),
        "Write restate = \"when_found\", \"worked_month\" or \"net_units\"");
  }

  void check_ladder(const std::string& key, const MeasuredPay& pay, const TierLadder& ladder) {
    if (ladder.tiers.empty()) {
      add(key + ".tiers", "empty", "a ladder has at least one tier",
          "Write tiers = [ { above = ..., usd = ... } ]");
    }
    const auto measure = expand_terms(pay.measure, contract_);
    if (ladder.mode == TierMode::retroactive && !pay.pay_per && measure && is_ledger_ratio(*measure)) {
      add(key + ".pay_per", "missing", "a tier of a ratio does not say which quantity its rate is paid on",
          fmt::format("Write pay_per = \"{}\", or the quantity that is paid", measure->operands()[0].text()));
    }
    const bool whole = pay.blocks || (measure && is_count(*measure, layout_));
    std::optional<double> before;
    bool before_included = false;
    for (std::size_t k = 0; k < ladder.tiers.size(); ++k) {
      const Tier& tier = ladder.tiers[k];
      const std::string row = fmt::format("{}.tiers.{}", key, k + 1);
      const std::string bound = fmt::format("{}.{}", row, tier.from.included ? "at_least" : "above");
      check_amount(bound, tier.from.at, pay.each_code);
      check_amount(row + ".usd", tier.usd, pay.each_code);
      check_amount(row + ".flat_usd", tier.flat_usd, pay.each_code);
      if (tier.when) check_condition(row + ".when", *tier.when, pay.each_code);
      const auto at = constant_of(tier.from.at);
      if (!at || std::isnan(*at)) continue;
      const bool same_point = before && *at == *before && !(before_included && !tier.from.included);
      if (before && (*at < *before || same_point) && !tier.when) {
        add(bound, fmt::format("{} is not above {}, the bound of the tier before", *at, *before),
            "a tier ends where the next begins", "Write the tiers in ascending order, one bound each");
      } else if (before && whole && tier.from.included && !before_included && *at == *before + 1.0 &&
                 *at == std::floor(*at) && !tier.when) {
        add(bound, fmt::format("{} is the bound of the tier before, above = {}", *at, *before),
            "on a count the two are one, and the tier before holds nothing", "Leave one of the two");
      }
      before = at;
      before_included = tier.from.included;
    }
  }

  void check_curve(const std::string& key, const Curve& curve) {
    if (curve.points.empty())
      add(key, "empty", "a curve has at least one point", "Write curve = [[x, usd], ...]");
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      const std::string row = fmt::format("{}.{}", key, i + 1);
      const auto& [x, y] = curve.points[i];
      if (!std::isfinite(x) || !std::isfinite(y))
        add(row, "is not a point", "both numbers are finite", "Correct it");
      if (i > 0 && x < curve.points[i - 1].first) {
        add(row, fmt::format("x = {} lies before {}", x, curve.points[i - 1].first), "points ascend in x",
            "Write the points in ascending order");
      }
      if (i > 1 && x == curve.points[i - 1].first && x == curve.points[i - 2].first) {
        add(row, fmt::format("a third point at x = {}", x),
            "a cliff has one value before it and one from it on", "Leave two points");
      }
    }
  }

  void check_table(const std::string& key, const CodeTable& table) {
    if (table.usd_by_code.empty())
      add(key, "empty", "no code is paid", "Write table_usd = { \"99213\" = 60 }");
    std::set<std::string> codes;
    bool any = false;
    for (const auto& [code, usd] : table.usd_by_code) {
      check_amount(key + "." + code, usd, false);
      if (!codes.insert(code).second)
        add(key + "." + code, "written twice", "only one rate can hold", "Leave one");
      any = any || layout_.find("visits." + code);
    }
    if (!any && !table.usd_by_code.empty()) {
      add(key, "no code of the table is in the ledger", "it has no column visits.CODE for any of them",
          "Name codes of the practice");
    }
  }

  void check_adjustment(const std::string& key, const Adjustment& a) {
    check_months(key + ".months", a.months);
    if (a.round) check_round(key + ".round", *a.round);
    if (a.when) check_condition(key + ".when", *a.when, false);
    for (std::size_t i = 0; i < a.on.size(); ++i) check_on(key + ".on", a.on, i);
    if (lines_seen(contract_, a).empty() && a.on.empty()) {
      add(key + ".on", "no component counts", "there is no pay to adjust", "Leave the adjustment out");
    }
    if (const auto* g = std::get_if<Guarantee>(&a.does)) check_amount(key + ".guarantee_usd", g->usd, false);
    if (const auto* c = std::get_if<Cap>(&a.does)) {
      check_amount(key + ".cap_usd", c->usd, false);
      check_not_negative(key + ".cap_usd", c->usd, "a cap bounds what is paid; it does not take pay back");
      if (a.on.empty()) {
        add(key + ".on", "missing", "a cap on one component and a cap on all pay very differently",
            "Write on = [ ... ] with the components that are capped");
      }
    }
    if (const auto* m = std::get_if<AddMoney>(&a.does)) check_amount(key + ".add_usd", m->usd, false);
    if (const auto* m = std::get_if<Multiply>(&a.does)) check_amount(key + ".multiply", m->factor, false);
    if (const auto* g = std::get_if<Gate>(&a.does)) check_condition(key + ".gate", g->open, false);
    if (const auto* d = std::get_if<Draw>(&a.does)) check_draw(key, a, *d);
    if (const auto* w = std::get_if<Withhold>(&a.does)) check_withhold(key + ".withhold", *w);
    if (const auto* c = std::get_if<Carry>(&a.does)) check_carry(key + ".carry", *c);
  }

  void check_on(const std::string& key, const std::vector<std::string>& on, std::size_t i) {
    const auto& name = on[i];
    const auto end = on.begin() + static_cast<std::ptrdiff_t>(i);
    if (const auto times = std::count(on.begin(), end, name); times > 0) {
      if (times == 1)
        add(fmt::format("{}.{}", key, i + 1), fmt::format("{} stands there twice", name),
            "an adjustment sees a component once", "Leave one of them out");
      return;
    }
    const auto line = std::ranges::find(contract_.pay, name, &PayLine::name);
    if (line == contract_.pay.end()) {
      const bool adjusts =
          std::ranges::find(contract_.adjust, name, &Adjustment::name) != contract_.adjust.end();
      add(key, fmt::format("unknown component {}", name),
          adjusts ? "it is an adjustment; one sees earlier adjustments through their components"
                  : "no pay line has this name",
          "Name pay lines");
    } else if (!line->counts) {
      add(key, fmt::format("{} does not count", name), "money that is not paid cannot be adjusted",
          "Leave it out, or write counts = true");
    }
  }

  // The cap that is written just before an adjustment and bounds all that it sees; null when there is none.
  [[nodiscard]] const Adjustment* cap_just_before(const Adjustment& a) const {
    if (&a == contract_.adjust.data()) return nullptr;
    const Adjustment& before = *std::prev(&a);
    const bool always = std::holds_alternative<Cap>(before.does) && !before.when && !before.months;
    return always && lines_seen(contract_, before) == lines_seen(contract_, a) ? &before : nullptr;
  }
  // The most that a cap leaves in a span; without a bound where the span is shorter than the cap's own.
  [[nodiscard]] double capped_at(const Adjustment& cap, Span span) const {
    constexpr double unbounded = std::numeric_limits<double>::infinity();
    const auto usd = constant_of(std::get<Cap>(cap.does).usd);
    const double horizon = grid_.empty() ? 12.0 : static_cast<double>(grid_.back().month);
    const double spans = months_of(span, horizon) / months_of(cap.per, horizon);
    return usd && spans >= 1.0 ? *usd * spans : unbounded;
  }

  void check_draw(const std::string& key, const Adjustment& a, const Draw& d) {
    check_amount(key + ".draw.usd", d.usd, false);
    check_not_negative(key + ".draw.usd", d.usd, "a draw is money that is paid ahead");
    if (d.forgive) {
      check_amount(key + ".draw.forgive", *d.forgive, false);
      check_not_negative(key + ".draw.forgive", *d.forgive, "what is forgiven lowers what is owed");
    }
    check_months(key + ".draw.months", d.months);
    if (!(d.recover_share >= 0.0 && d.recover_share <= 1.0)) {
      add(key + ".draw.recover_share", fmt::format("{} is not a share", d.recover_share),
          "it is the part of the excess that repays", "Write a number from 0 to 1");
    }
    if (d.recover_share == 0.0 && d.at_end == Draw::AtEnd::owed && !contract_.ends && !d.forgive) {
      add(key + ".draw", "has nothing to recover from",
          "recover_share is 0, nothing is forgiven and the contract does not end",
          "Write recover_share, forgive, at_end = \"forgiven\" or ends");
      return;
    }
    const auto usd = constant_of(d.usd);
    if (!usd || d.recover_share == 0.0 || d.months || d.form == Draw::Form::advance) return;
    if (const auto* cap = cap_just_before(a); cap && capped_at(*cap, a.per) <= *usd) {
      add(key + ".draw", "has nothing to recover from",
          fmt::format("the cap {} before it leaves at most {:.2f} a {}, never more than the draw", cap->name,
                      capped_at(*cap, a.per), span_name(a.per)),
          "Write the cap after the draw, or a guarantee");
      return;
    }
    double fixed_usd = 0.0;
    const double horizon = grid_.empty() ? 12.0 : static_cast<double>(grid_.back().month);
    for (const std::size_t l : lines_seen(contract_, a)) {
      const auto* fixed = std::get_if<FixedPay>(&contract_.pay[l].pays);
      const auto each = fixed ? constant_of(fixed->usd) : std::nullopt;
      if (!each) return;
      fixed_usd += *each * months_of(a.per, horizon) / months_of(fixed->per, horizon);
    }
    if (fixed_usd <= *usd) {
      add(key + ".draw", "has nothing to recover from",
          fmt::format("the pay it sees is fixed at {:.2f} a {} and never exceeds the draw", fixed_usd,
                      span_name(a.per)),
          "Name in `on` a component that can earn more, or write a guarantee");
    }
  }

  void check_withhold(const std::string& key, const Withhold& w) {
    check_amount(key + ".share", w.share, false);
    check_amount(key + ".released", w.released, false);
    check_condition(key + ".release", w.release, false);
    if (const auto share = constant_of(w.share); share && !(*share > 0.0 && *share <= 1.0)) {
      add(key + ".share", fmt::format("{} is not a share of pay", *share), "more than all cannot be withheld",
          "Write a number above 0, at most 1");
    }
    if (const auto part = constant_of(w.released); part && !(*part >= 0.0 && *part <= 1.0)) {
      add(key + ".released", fmt::format("{} is not a share of what is held back", *part),
          "more than all cannot be paid out", "Write a number from 0 to 1");
    }
    const bool always = w.release.op == Condition::Op::all_of && w.release.parts.empty();
    AmountNames names;
    if (const auto e = expand_terms(w.release, contract_)) collect_names(*e, names);
    if (!always && !names.reads_ledger() && !names.month) {
      add(key + ".release", "no measure feeds it", "it is true or false whatever is worked",
          "Compare a ledger column, earned.NAME or month");
    }
  }

  void check_carry(const std::string& key, const Carry& c) {
    check_amount(key + ".amount", c.amount, false);
    if (c.limit) {
      check_amount(key + ".limit", *c.limit, false);
      if (const auto limit = constant_of(*c.limit); limit && *limit < 0.0) {
        add(key + ".limit", fmt::format("{} is below 0", *limit), "it bounds a size",
            "Write a positive number");
      }
    }
    const auto* name = std::get_if<std::string>(&c.into);
    if (!name) return;
    const auto line = std::ranges::find(contract_.pay, *name, &PayLine::name);
    if (line == contract_.pay.end() || !std::holds_alternative<MeasuredPay>(line->pays)) {
      add(key + ".into", fmt::format("{} is not a measured component", *name),
          "units are carried into a measure",
          "Write month, quarter, year or the name of a component with a measure");
    }
  }

  void check_caps() {
    const double horizon = grid_.empty() ? 12.0 : static_cast<double>(grid_.back().month);
    for (std::size_t c = 0; c < contract_.adjust.size(); ++c) {
      const auto& capped = contract_.adjust[c];
      const auto* cap = std::get_if<Cap>(&capped.does);
      const auto cap_usd = cap ? constant_of(cap->usd) : std::nullopt;
      if (!cap_usd) continue;
      for (const auto& floor : contract_.adjust) {
        const auto* guarantee = std::get_if<Guarantee>(&floor.does);
        const auto usd = guarantee ? constant_of(guarantee->usd) : std::nullopt;
        if (!usd || lines_seen(contract_, floor) != lines_seen(contract_, capped)) continue;
        if (floor.months || capped.months || floor.when || capped.when) continue;
        const double a_year = *usd / months_of(floor.per, horizon);
        if (*cap_usd / months_of(capped.per, horizon) >= a_year) continue;
        add(adjust_key(c) + ".cap_usd", fmt::format("lies below the guarantee {}", floor.name),
            "the two cannot both hold", "Raise the cap or lower the guarantee");
      }
    }
  }

  void check_opening() {
    const auto& opening = contract_.opening;
    for (const auto& [column, quantity] : opening.to_date) {
      const std::string key = "opening." + column;
      const auto at = layout_.find(column);
      if (!at) {
        add(key, fmt::format("unknown name {}", column), "it is not a ledger column", suggestion(column));
      } else if (layout_[*at].join != ColumnJoin::sum) {
        add(key, "does not add up over months", "only a sum has a total to date", "Leave it out");
      }
      if (!std::isfinite(quantity))
        add(key, "is not a number", "a quantity is finite", "Correct it");
      else if (at && layout_[*at].unit == ColumnUnit::count && quantity != std::floor(quantity))
        add(key, fmt::format("{} is not a whole number", quantity), "this column counts", "Correct it");
    }
    const auto count = [&]<class T>(const T*) {
      return std::ranges::count_if(contract_.adjust,
                                   [](const Adjustment& a) { return std::holds_alternative<T>(a.does); });
    };
    const auto one = [&](const char* key, double usd, auto number, const char* what) {
      if (usd != 0.0 && number != 1) {
        add(key, fmt::format("{} {} adjustments hold it", number, what), "the balance belongs to exactly one",
            "Write one, or leave the balance out");
      }
    };
    one("opening.draw_balance_usd", opening.draw_balance_usd, count(static_cast<Draw*>(nullptr)), "draw");
    one("opening.withheld_usd", opening.withheld_usd, count(static_cast<Withhold*>(nullptr)), "withhold");
  }

  void check_circle() {
    const auto order = order_of_components(contract_);
    if (order.circle.empty()) return;
    std::string names;
    for (const std::size_t l : order.circle) names += (names.empty() ? "" : ", ") + contract_.pay[l].name;
    add(pay_key(order.circle.front()), fmt::format("a circle of amounts: {}", names),
        "each needs what another has earned first", "Write one of them from ledger columns");
  }

  // `partial` says what a cut period is worth; it is needed where that changes pay.
  void check_partial() {
    const bool months_wrong = std::ranges::any_of(
        flaws_, [](const ContractFlaw& flaw) { return flaw.key == "ends" || flaw.key.ends_with(".months"); });
    if (contract_.partial || months_wrong) return;
    ProgramSpace space;
    space.contract = &contract_;
    space.layout = &layout_;
    space.grid = &grid_;
    const auto cut = [&](const std::string& what, Span span, const std::optional<MonthRange>& phase) {
      const auto& windows = space.windows[space.windows_of(span, phase)];
      for (const auto& w : windows.all()) {
        if (!w.is_cut()) continue;
        add("partial", "missing",
            fmt::format("{} runs over a {} of which only {} of {} months fall in the contract", what,
                        span_name(span), w.months, w.full_months),
            "Write partial = \"prorate\", \"full\" or \"none\"");
        return true;
      }
      return false;
    };
    for (const auto& line : contract_.pay) {
      if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
        if (fixed->paid == PaidWhen::period_end &&
            cut("pay." + line.name, fixed->per, money_phase(contract_, fixed->per, line.months)))
          return;
        continue;
      }
      const auto& pay = std::get<MeasuredPay>(line.pays);
      const bool plain = (std::holds_alternative<SingleRate>(pay.schedule) ||
                          std::holds_alternative<CodeTable>(pay.schedule)) &&
                         !pay.blocks && !pay.corridor;
      if (!plain && cut("pay." + line.name, pay.reset, line.months)) return;
    }
    for (const auto& a : contract_.adjust) {
      const bool bounded = std::holds_alternative<Guarantee>(a.does) || std::holds_alternative<Cap>(a.does) ||
                           std::holds_alternative<Draw>(a.does) ||
                           (std::holds_alternative<AddMoney>(a.does) && a.paid == PaidWhen::period_end);
      if (bounded && cut("adjust." + a.name, a.per, money_phase(contract_, a.per, a.months))) return;
      const auto* w = std::get_if<Withhold>(&a.does);
      if (w && cut("adjust." + a.name, w->in, money_phase(contract_, w->in, a.months))) return;
    }
  }

  const Contract& contract_;
  const LedgerLayout& layout_;
  const PeriodGrid& grid_;
  std::vector<ContractFlaw> flaws_;
  std::set<std::string> reported_;
};

}  // namespace

std::vector<ContractFlaw> find_flaws(const Contract& contract, const LedgerLayout& layout,
                                     const PeriodGrid& grid) {
  return FlawFinder(contract, layout, grid).find();
}

}  // namespace paystress
