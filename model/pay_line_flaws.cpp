// What makes a component illegal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "model/adjustment_fields.h"
#include "model/amount_range.h"
#include "model/contract_order.h"
#include "model/flaw_finder.h"
#include "model/pay_program.h"
#include "model/span_name.h"

namespace paystress {
namespace {

// What numbers, terms and `month` are worth in a month; of anything else not a number.
double value_in_month(const Amount& amount, const Contract& contract, int month) {
  using Op = Amount::Op;
  if (amount.op() == Op::month) return month;
  if (amount.op() == Op::column || amount.op() == Op::term) {
    const auto e = expand_terms(amount, contract);
    const bool is_term = e && e->op() != Op::column && e->op() != Op::term;
    return is_term ? value_in_month(*e, contract, month) : std::numeric_limits<double>::quiet_NaN();
  }
  if (amount.operands().empty()) return amount.constant().value_or(std::numeric_limits<double>::quiet_NaN());
  std::vector<Amount> operands;
  for (const auto& o : amount.operands()) operands.emplace_back(value_in_month(o, contract, month));
  return Amount::apply(amount.op(), std::move(operands))
      .constant()
      .value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

void FlawFinder::check_line(const std::string& key, const PayLine& line) {
  check_months(key + ".months", line.months);
  check_days_of_phase(key, line);
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

void FlawFinder::check_measured(const std::string& key, const MeasuredPay& pay) {
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

void FlawFinder::check_blocks(const std::string& key, const Blocks& blocks, const MeasuredPay& pay) {
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

void FlawFinder::check_corridor(const std::string& key, const Corridor& corridor) {
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
    add(key + ".high", "lies below the target", "the tolerance is around the target", "Write high >= target");
  }
}

void FlawFinder::check_each_code(const std::string& key, const MeasuredPay& pay) {
  if (layout_.codes().empty()) {
    add(FlawKind::unknown_code, key + ".each", "the ledger has no codes", "no column is named visits.CODE",
        "Leave each out");
  }
  const auto e = expand_terms(pay.measure, contract_);
  const auto names = e ? names_of(*e) : AmountNames{};
  if (e && std::ranges::find(names.columns, "visits") == names.columns.end()) {
    add(key + ".measure", "does not count `visits`",
        "with each = \"code\" the same quantity would be paid once for every code",
        "Write measure = \"visits\", which stands for the visits of each code");
  }
}

std::string FlawFinder::column_that_changes(const Amount& amount) const {
  const auto e = expand_terms(amount, contract_);
  if (!e) return {};
  constexpr std::string_view by_code = "visits.";
  for (const auto& column : names_of(*e).columns) {
    const auto counted = counted_codes(contract_, layout_, column);
    if (!layout_.is_sampled() &&
        std::ranges::any_of(counted, [](const CountedCode& c) { return c.change.has_value(); }))
      return column;
    if (column.starts_with(by_code) && layout_.find("code_change." + column.substr(by_code.size()))) {
      return column;
    }
    const bool credited = column == "credited_wrvu" && layout_.find("generated_wrvu");
    if (credited && layout_.audit_lag_months() > 0) return column;
  }
  return {};
}

void FlawFinder::check_restate(const std::string& key, const MeasuredPay& pay) {
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

void FlawFinder::check_ladder(const std::string& key, const MeasuredPay& pay, const TierLadder& ladder) {
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

void FlawFinder::check_curve(const std::string& key, const Curve& curve) {
  if (curve.points.empty())
    add(key, "empty", "a curve has at least one point", "Write curve = [[x, usd], ...]");
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const std::string row = fmt::format("{}.{}", key, i + 1);
    check_point(row + ".1", curve.points[i].first);
    check_point(row + ".2", curve.points[i].second);
  }
  // A stress may move points in some months.
  const bool moves =
      std::ranges::any_of(curve.points, [&](const auto& point) { return !constant_of(point.first); });
  const int months = moves && !grid_.empty() ? grid_.back().month : 1;
  for (int month = 1; month <= months; ++month) {
    const auto in_month = moves ? fmt::format(" in month {}", month) : std::string();
    const auto x = [&](std::size_t i) { return value_in_month(curve.points[i].first, contract_, month); };
    const auto before = flaws_.size();
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
      const std::string row = fmt::format("{}.{}", key, i + 1);
      if (x(i) < x(i - 1))
        add(row, fmt::format("x = {} lies before {}{}", x(i), x(i - 1), in_month), "points ascend in x",
            "Write the points in ascending order");
      if (i > 1 && x(i) == x(i - 1) && x(i) == x(i - 2))
        add(row, fmt::format("a third point at x = {}{}", x(i), in_month),
            "a cliff has one value before it and one from it on", "Leave two points");
    }
    if (flaws_.size() != before) return;
  }
}

void FlawFinder::check_point(const std::string& key, const Amount& amount) {
  check_amount(key, amount, false);
  const auto e = expand_terms(amount, contract_);
  if (e && names_of(*e).reads_ledger())
    add(key, "reads the ledger", "the points of a curve stand still",
        "Write the measure so that the points are numbers and terms");
}

void FlawFinder::check_table(const std::string& key, const CodeTable& table) {
  if (table.usd_by_code.empty()) add(key, "empty", "no code is paid", "Write table_usd = { \"99213\" = 60 }");
  std::set<std::string> codes;
  bool any = false;
  for (const auto& [code, usd] : table.usd_by_code) {
    check_amount(key + "." + code, usd, false);
    if (!codes.insert(code).second)
      add(key + "." + code, "written twice", "only one rate can hold", "Leave one");
    any = any || layout_.find("visits." + code);
  }
  if (!any && !table.usd_by_code.empty()) {
    add(FlawKind::unknown_code, key, "no code of the table is in the ledger",
        "it has no column visits.CODE for any of them", "Name codes of the practice");
  }
}

}  // namespace paystress
