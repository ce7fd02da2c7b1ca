// Odd but legal: what a reader of the contract should look at again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "model/adjustment_fields.h"
#include "model/amount_facts.h"
#include "model/code_values.h"
#include "model/pay_program.h"
#include "model/settle.h"
#include "model/span_columns.h"
#include "model/span_name.h"

namespace paystress {
namespace {

class OddityFinder {
 public:
  OddityFinder(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid)
      : contract_(contract), layout_(layout), grid_(grid) {
    space_.contract = &contract_;
    space_.layout = &layout_;
    space_.grid = &grid_;
  }

  std::vector<ContractFlaw> find() {
    for (const auto& line : contract_.pay) check_line(line);
    for (const auto& a : contract_.adjust) check_adjustment(a);
    check_unused_names();
    check_literals();
    check_work_rvus();
    check_opening();
    check_last_year();
    return std::move(found_);
  }

 private:
  void add(std::string key, std::string problem, std::string why, std::string fix) {
    found_.push_back({FlawKind::own, std::move(key), std::move(problem), std::move(why), std::move(fix)});
  }
  [[nodiscard]] std::optional<double> constant_of(const Amount& a) const {
    const auto e = expand_terms(a, contract_);
    return e ? e->constant() : std::nullopt;
  }
  // Whether a span within a phase is never over before the ledger ends.
  bool never_over(Span span, const std::optional<MonthRange>& phase) {
    const auto& windows = space_.windows[space_.windows_of(span, phase)];
    return std::ranges::none_of(windows.all(), &PayWindow::over);
  }

  // Whether the ledger stops inside the last period of a span, after others that ended.
  bool stops_inside(Span span, const std::optional<MonthRange>& phase) {
    const auto& windows = space_.windows[space_.windows_of(span, phase)].all();
    return !windows.empty() && !windows.back().over;
  }

  // A phase that the end of the contract cuts off: legal, since `ends` is where a person leaves early. Of an
  // offer that ends by leaving, `ends` is where one path leaves: the contract does not say it.
  bool after_end(const std::string& key, const MonthRange& months) {
    if (!contract_.ends || contract_.ends_by_leaving || months.first <= *contract_.ends) return false;
    add(key, fmt::format("starts after month {}, in which the contract ends", *contract_.ends),
        "nothing is paid there", "Correct months or ends, unless it is meant");
    return true;
  }

  // The year so far x 12 / months: of what does not add up, twelve times a rate or a score.
  void check_annualised(const std::string& key, const Amount& amount) {
    if (amount.op() == Amount::Op::annualised) {
      const auto of = expand_terms(amount.operands()[0], contract_);
      if (of && growth(*of, layout_) != 1 && names_of(*of).reads_ledger() &&
          noted_.insert(key + amount.text()).second)
        add(key, fmt::format("{} is of something that does not add up over months", amount.text()),
            "it is multiplied by 12 / months like a sum", "Write to_date(...) for the year so far");
    }
    for (const auto& o : amount.operands()) check_annualised(key, o);
  }
  void check_annualised(const std::string& key, const Condition& condition) {
    for (const auto& a : condition.amounts) check_annualised(key, a);
    for (const auto& p : condition.parts) check_annualised(key, p);
  }

  // Whether what adds up over months is multiplied by a number of the month.
  [[nodiscard]] bool multiplies_by_month(const Amount& amount) const {
    const auto& args = amount.operands();
    if (amount.op() == Amount::Op::multiply || amount.op() == Amount::Op::divide) {
      const auto adds_up = [&](std::size_t i) { return growth(args[i], layout_) > 0; };
      const auto of_month = [&](std::size_t i) { return !adds_up(i) && names_of(args[i]).month; };
      if ((adds_up(0) && of_month(1)) || (adds_up(1) && of_month(0))) return true;
    }
    return std::ranges::any_of(args, [&](const Amount& a) { return multiplies_by_month(a); });
  }
  void check_whole_period(const std::string& key, const Amount& amount, Span span, const char* fix) {
    const auto expanded = expand_terms(amount, contract_);
    if (span == Span::month || !expanded || !multiplies_by_month(*expanded)) return;
    add(key, "multiplies what adds up by a number that changes with the month",
        fmt::format("each month the whole {} so far is counted at that month's number, earlier months too",
                    span_name(span)),
        fix);
  }

  void check_work_rvus() {
    if (has_own_work_rvus(contract_) && !reads_work_rvus(contract_))
      add(contract_.schedule_year ? "schedule_year" : "work_rvu", "changes nothing",
          "nothing here counts generated_wrvu or credited_wrvu", "Leave it out");
  }

  void check_line(const PayLine& line) {
    const std::string key = "pay." + line.name;
    const auto annualised = [&](const auto& what) { check_annualised(key, what); };
    visit_amounts(line, annualised, annualised);
    const int months = grid_.empty() ? 0 : grid_.back().month;
    if (line.months && !after_end(key + ".months", *line.months) && line.months->first > months) {
      add(key + ".months", "starts after the last month", "nothing is paid in the months priced",
          "Price more months");
    }
    if (line.when) check_condition(key + ".when", *line.when);
    const auto late = [&](Span span, PaidWhen paid) {
      if (paid != PaidWhen::running && never_over(span, line.months)) {
        add(key + ".paid", "no period ends in the months priced",
            "what is settled at the period end is not in the results", "Price more months");
      } else if (paid == PaidWhen::period_end && stops_inside(span, line.months)) {
        add(key + ".paid", fmt::format("the last month priced lies inside a {}", span_name(span)),
            "what that period has earned is not due yet and not in the results",
            fmt::format("Price whole {}s, or write ends", span_name(span)));
      }
    };
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      if (constant_of(fixed->usd) == 0.0)
        add(key + ".fixed_usd", "is 0", "it pays nothing", "Leave the line out");
      check_whole_period(key + ".fixed_usd", fixed->usd, fixed->per,
                         "Write the number as usd of a measure, or per = \"month\"");
      return late(fixed->per, fixed->paid);
    }
    const auto& pay = std::get<MeasuredPay>(line.pays);
    check_whole_period(key + ".measure", pay.measure, pay.reset,
                       "Write the number as usd, or reset = \"month\"");
    if (pay.pay_per)
      check_whole_period(key + ".pay_per", *pay.pay_per, pay.pay_over.value_or(pay.reset),
                         "Write the number as usd, or pay_over = \"month\"");
    late(pay.reset, pay.paid);
    const auto* tiers = std::get_if<TierLadder>(&pay.schedule);
    const bool lump = tiers != nullptr && tiers->mode == TierMode::lump_sum;
    if (pay.pay_over && *pay.pay_over != pay.reset && (lump || std::holds_alternative<Curve>(pay.schedule)))
      add(key + ".pay_over", "changes nothing",
          fmt::format("{} is worth the same over its whole reset", lump ? "a lump sum" : "a curve"),
          "Leave it out, or write the reset that is meant");
    if (pay.restate && !counts_codes(line)) {
      add(key + ".restate", "changes nothing",
          "review changes visits by code and credited_wrvu, and nothing here reads them", "Leave it out");
    }
    if (const auto* rate = std::get_if<SingleRate>(&pay.schedule)) {
      if (constant_of(rate->usd) == 0.0) add(key + ".usd", "is 0", "it pays nothing", "Leave the line out");
    } else if (const auto* table = std::get_if<CodeTable>(&pay.schedule)) {
      check_codes(key, *table);
    } else if (const auto* ladder = std::get_if<TierLadder>(&pay.schedule)) {
      check_ladder(key, pay, *ladder);
    }
  }

  // Whether a component reads what a review can change in some ledger.
  [[nodiscard]] bool counts_codes(const PayLine& line) const {
    const auto& pay = std::get<MeasuredPay>(line.pays);
    if (pay.each_code || std::holds_alternative<CodeTable>(pay.schedule)) return true;
    const auto names = names_of(line, contract_);
    return !names.earned.empty() || std::ranges::any_of(names.columns, [](const std::string& column) {
      return column == "credited_wrvu" || column.starts_with("visits.");
    });
  }

  // A score as a percentage, where its column holds a share.
  void check_condition(const std::string& key, const Condition& condition) {
    for (const auto& part : condition.parts) check_condition(key, part);
    if (condition.amounts.size() != 2) return;
    for (std::size_t side = 0; side < 2; ++side) {
      const auto score = expand_terms(condition.amounts[side], contract_);
      const auto other = constant_of(condition.amounts[1 - side]);
      if (!score || score->op() != Amount::Op::column || score->name() != "quality_score") continue;
      if (!other || !(*other > 1.0)) continue;
      add(key, fmt::format("compares quality_score with {}", *other), "the quality score is at most 1",
          "Write a number from 0 to 1, such as 0.8 for 80 %");
    }
  }

  void check_codes(const std::string& key, const CodeTable& table) {
    for (const auto& code : layout_.codes()) {
      const auto it = std::ranges::find(table.usd_by_code, code, &std::pair<std::string, Amount>::first);
      if (it == table.usd_by_code.end()) {
        add(key + ".table_usd", fmt::format("does not list {}", code),
            "visits with that code are paid nothing here", "Add the code, with 0 if that is meant");
      }
    }
  }

  void check_ladder(const std::string& key, const MeasuredPay& pay, const TierLadder& ladder) {
    bool pays = false;
    for (std::size_t k = 0; k < ladder.tiers.size(); ++k) {
      const Tier& tier = ladder.tiers[k];
      pays = pays || constant_of(tier.usd) != 0.0 || constant_of(tier.flat_usd) != 0.0;
      const auto at = constant_of(tier.from.at);
      if (at && *at < 0.0 && ladder.mode != TierMode::lump_sum) {
        add(fmt::format("{}.tiers.{}", key, k + 1), fmt::format("starts at {}", *at),
            "a negative quantity earns nothing on a ladder", "Start at 0");
      }
      if (tier.when) check_condition(fmt::format("{}.tiers.{}.when", key, k + 1), *tier.when);
      const auto measure = expand_terms(pay.measure, contract_);
      const bool share = measure && measure->op() == Amount::Op::column && measure->name() == "quality_score";
      if (share && at && *at > 1.0) {
        add(fmt::format("{}.tiers.{}", key, k + 1), "can never be reached", "the quality score is at most 1",
            "Write a bound from 0 to 1");
      }
    }
    if (!pays) add(key + ".tiers", "pay nothing", "every rate and flat is 0", "Leave the line out");
  }

  void check_adjustment(const Adjustment& a) {
    const std::string key = "adjust." + a.name;
    Contract alone;
    alone.adjust = {a};
    const auto annualised = [&](const auto& what) { check_annualised(key, what); };
    visit_amounts(alone, annualised, annualised);
    if (a.months) after_end(key + ".months", *a.months);
    if (a.when) check_condition(key + ".when", *a.when);
    visit_expressions(a.does, [&]<class Expression>(const std::string& below, const Expression& expression) {
      if constexpr (std::is_same_v<Expression, Condition>) check_condition(key + "." + below, expression);
    });
    const bool settles_late =
        std::holds_alternative<Draw>(a.does) || a.paid.value_or(traits_of(a.does).paid) != PaidWhen::running;
    if (settles_late && never_over(a.per, a.months)) {
      add(key + ".per", "no period ends in the months priced",
          "what is settled at the period end is not in the results",
          "Price more months, or write paid = \"running\"");
    } else if (settles_late && stops_inside(a.per, a.months)) {
      add(key + ".per", fmt::format("the last month priced lies inside a {}", span_name(a.per)),
          "what is settled at its end is not in the results",
          fmt::format("Price whole {}s, or write ends", span_name(a.per)));
    }
    if (const auto* added = std::get_if<AddMoney>(&a.does))
      check_whole_period(key + ".add_usd", added->usd, a.per,
                         "Write a component with usd, or per = \"month\"");
    if (const auto* m = std::get_if<Multiply>(&a.does)) {
      if (constant_of(m->factor) == 1.0) add(key + ".multiply", "is 1", "it changes nothing", "Leave it out");
      const auto factor = constant_of(m->factor);
      if (factor && *factor < 0.0)
        add(key + ".multiply", "is negative", "it turns pay into debt", "Check the sign");
    }
    if (const auto* w = std::get_if<Withhold>(&a.does); w && never_over(w->in, a.months)) {
      add(key + ".withhold.in", "no period ends in the months priced",
          "nothing withheld is ever released in the results", "Price more months");
    }
    const auto* d = std::get_if<Draw>(&a.does);
    if (!d) return;
    if (d->months) after_end(key + ".draw.months", *d->months);
    const int months = grid_.empty() ? 0 : grid_.back().month;
    if (d->recover_share > 0.0 && d->recover_from > months) {
      add(key + ".draw.recover_from", "lies after the last month",
          "nothing is recovered in the months priced",
          "Read the balance in the results, or price more months");
    }
    const auto& windows = space_.windows[space_.windows_of(a.per, a.months)];
    if (d->form == Draw::Form::advance && windows.single() && d->recover_from <= 1) {
      add(key + ".draw.form", "an advance is paid and offset in the same pay period",
          "it changes no period's pay", "Price a ledger with shorter pay periods, or write a longer per");
    }
  }

  // Quantities of the running year matter only to what counts over that year.
  void check_opening() {
    const auto& to_date = contract_.opening.to_date;
    if (to_date.empty()) return;
    AmountNames used;
    bool all_codes = false;
    const auto note = [&](const auto& what, bool over_year) {
      if (const auto e = expand_terms(what, contract_)) note_over_year(*e, over_year, used);
    };
    for (const auto& line : contract_.pay) {
      const auto* pay = std::get_if<MeasuredPay>(&line.pays);
      const auto* fixed = std::get_if<FixedPay>(&line.pays);
      const bool year =
          !line.months && (fixed ? fixed->per == Span::year
                                 : pay->reset == Span::year || pay->pay_over == std::optional(Span::year));
      const auto each = [&](const auto& what) { note(what, year); };
      visit_amounts(line, each, each);
      if (!pay || !year) continue;
      all_codes = all_codes || pay->each_code;
      if (const auto* table = std::get_if<CodeTable>(&pay->schedule))
        for (const auto& row : table->usd_by_code) used.columns.push_back("visits." + row.first);
    }
    Contract adjusted = contract_;
    adjusted.pay.clear();
    for (const auto& a : contract_.adjust) {
      adjusted.adjust = {a};
      const auto* w = std::get_if<Withhold>(&a.does);
      const bool year = !a.months && (w ? w->in : a.per) == Span::year;
      const auto each = [&](const auto& what) { note(what, year); };
      visit_amounts(adjusted, each, each);
    }
    for (const auto& a : contract_.adjust) {
      const bool settles = std::holds_alternative<Guarantee>(a.does) || std::holds_alternative<Cap>(a.does);
      if (settles && a.per == Span::year && !a.months && contract_.opening.earned_usd.empty())
        add("adjust." + a.name + ".per", "counts the pay of the year from the first month here on",
            "opening brings quantities of the months before, not what they paid",
            "Write opening.earned_usd = { NAME = dollars } where their pay is to count");
    }
    for (const auto& [column, quantity] : to_date) {
      const bool of_code = all_codes && column.starts_with("visits.");
      if (of_code || std::ranges::find(used.columns, column) != used.columns.end()) continue;
      add("opening." + column, "changes nothing", "no rule counts it over a year or to date",
          "Leave it out, or check the reset that should count it");
    }
  }

  // In the first year last_year() knows the opening only.
  void check_last_year() {
    AmountNames of_year;
    const auto note = [&](const auto& what) {
      if (const auto e = expand_terms(what, contract_)) note_last_year(*e, false, of_year);
    };
    visit_amounts(contract_, note, note);
    const auto& opening = contract_.opening.last_year;
    const auto opened = [&](const std::string& name) {
      return std::ranges::find(opening, name, &std::pair<std::string, double>::first) != opening.end();
    };
    for (const auto& name : of_year.columns)
      if (!opened(name))
        add("opening.last_year." + name, "is not said, and is 0 in the first year",
            "last_year() counts the year before, of which the ledger knows nothing then",
            "Write opening.last_year = { NAME = quantity }, or 0 if it is meant");
    for (const auto& name : of_year.earned)
      add("pay." + name, "is 0 in last_year() in the first year",
          "what it earned in the year before the start is not known", "Leave it as it is if it is meant");
    for (const auto& [name, quantity] : opening)
      if (std::ranges::find(of_year.columns, name) == of_year.columns.end())
        add("opening.last_year." + name, "changes nothing", "no last_year() counts it", "Leave it out");
  }
  static void note_last_year(const Amount& amount, bool before, AmountNames& names) {
    using Op = Amount::Op;
    if (before && (amount.op() == Op::column || amount.op() == Op::earned)) collect_names(amount, names);
    const bool other = amount.op() == Op::to_date || amount.op() == Op::annualised ||
                       amount.op() == Op::this_month || amount.op() == Op::trailing;
    for (const auto& o : amount.operands())
      note_last_year(o, amount.op() == Op::last_year || (before && !other), names);
  }
  static void note_last_year(const Condition& condition, bool before, AmountNames& names) {
    for (const auto& a : condition.amounts) note_last_year(a, before, names);
    for (const auto& p : condition.parts) note_last_year(p, before, names);
  }

  // Columns that an amount reads over the running year; `over_year`: its own period is the year.
  static void note_over_year(const Amount& amount, bool over_year, AmountNames& names) {
    if (amount.op() == Amount::Op::column && over_year) names.columns.push_back(amount.name());
    const bool to_date = amount.op() == Amount::Op::to_date || amount.op() == Amount::Op::annualised ||
                         amount.op() == Amount::Op::last_year;
    const bool month = amount.op() == Amount::Op::this_month || amount.op() == Amount::Op::trailing;
    for (const auto& o : amount.operands()) note_over_year(o, to_date || (over_year && !month), names);
  }
  static void note_over_year(const Condition& condition, bool over_year, AmountNames& names) {
    for (const auto& a : condition.amounts) note_over_year(a, over_year, names);
    for (const auto& p : condition.parts) note_over_year(p, over_year, names);
  }

  void check_unused_names() {
    if (contract_.terms.empty() && contract_.ledger.empty()) return;
    AmountNames used;
    const auto note = [&](const Amount& a) { collect_names(a, used); };
    visit_amounts(contract_, note, [&](const Condition& c) { collect_names(c, used); });
    const auto is_used = [&](const std::string& name) {
      return std::ranges::find(used.columns, name) != used.columns.end();
    };
    for (const auto& column : contract_.ledger) {
      note(column.value);
      if (column.when) collect_names(*column.when, used);
    }
    // Terms that used terms name are used too.
    for (std::size_t i = 0; i < used.columns.size(); ++i) {
      const auto it =
          std::ranges::find(contract_.terms, used.columns[i], &std::pair<std::string, Amount>::first);
      if (it != contract_.terms.end()) collect_names(it->second, used);
    }
    for (const auto& [name, amount] : contract_.terms)
      if (!is_used(name))
        add("terms." + name, "is never used", "no amount or condition names it", "Leave it out");
    for (const auto& column : contract_.ledger)
      if (!is_used(column.info.name))
        add("ledger." + column.info.name, "is never used", "no amount or condition names it", "Leave it out");
  }

  // A number in a column that offers share does not follow a stress of the rate that it repeats.
  void check_literals() {
    std::set<double> rates;
    for (const auto& [name, amount] : contract_.terms)
      if (const auto value = constant_of(amount)) rates.insert(*value);
    for (const auto& line : contract_.pay) {
      const auto* pays = std::get_if<MeasuredPay>(&line.pays);
      const auto* rate = pays != nullptr ? std::get_if<SingleRate>(&pays->schedule) : nullptr;
      if (rate == nullptr) continue;
      if (const auto value = constant_of(rate->usd)) rates.insert(*value);
    }
    for (const auto& column : contract_.ledger)
      if (column.is_shared) check_literals("ledger." + column.info.name + ".value", column.value, rates);
  }
  void check_literals(const std::string& key, const Amount& amount, const std::set<double>& rates) {
    if (amount.op() == Amount::Op::number && amount.value() != 0.0 && amount.value() != 1.0 &&
        rates.contains(amount.value()) && noted_.insert(key + amount.text()).second)
      add(key, fmt::format("holds {}, which is also a rate of the offer", amount.text()),
          "a change of the rate does not reach a column that offers share",
          "Write the column under the offer, with the rate as a term, if they are one number");
    for (const auto& o : amount.operands()) check_literals(key, o, rates);
  }

  const Contract& contract_;
  const LedgerLayout& layout_;
  const PeriodGrid& grid_;
  ProgramSpace space_;
  std::set<std::string> noted_;
  std::vector<ContractFlaw> found_;
};

}  // namespace

std::vector<ContractFlaw> find_oddities(const Contract& contract, const LedgerLayout& layout,
                                        const PeriodGrid& grid) {
  const auto whole = with_span_columns(layout, contract);
  return OddityFinder(contract, whole, grid).find();
}

}  // namespace paystress
