// What makes a contract illegal: names, amounts, and what concerns the contract as a whole.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "model/adjustment_fields.h"
#include "model/amount_range.h"
#include "model/code_values.h"
#include "model/contract_key.h"
#include "model/contract_order.h"
#include "model/flaw_finder.h"
#include "model/money_bound.h"
#include "model/pay_program.h"
#include "model/span_columns.h"
#include "model/span_name.h"

namespace paystress {
namespace {

bool is_of_collections(std::string_view column) {
  for (std::size_t c = 0; c < collection_column_count; ++c)
    if (column == name_of(static_cast<CollectionColumn>(c))) return true;
  return false;
}

}  // namespace

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

std::vector<ContractFlaw> FlawFinder::find() {
  if (contract_.pay.empty() && contract_.adjust.empty()) {
    add("pay", "missing", "a contract without a component or an adjustment pays nothing",
        "Write a [[pay]] table with a name");
    return std::move(flaws_);
  }
  const auto size = written_out_size(contract_);
  if (size.parts > static_cast<double>(most_written_out)) {
    add("terms",
        fmt::format("with its terms written out the offer has {:.3g} parts, more than {}", size.parts,
                    most_written_out),
        "terms that name terms twice double at every step", "Write such terms as numbers");
    return std::move(flaws_);
  }
  if (size.depth > deepest_written_out) {
    add("terms",
        fmt::format("with its terms written out an amount is nested {} levels deep, more than {}", size.depth,
                    deepest_written_out),
        "terms that name terms add their levels", "Write such terms as numbers");
    return std::move(flaws_);
  }
  check_names();
  check_terms();
  check_work_rvus();
  for (std::size_t c = 0; c < contract_.ledger.size(); ++c) check_span_column(c);
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
  check_leaving();
  check_partial();
  check_tail();
  check_push();
  return std::move(flaws_);
}

void FlawFinder::add(std::string key, std::string problem, std::string why, std::string fix) {
  add(FlawKind::own, std::move(key), std::move(problem), std::move(why), std::move(fix));
}

void FlawFinder::add(FlawKind kind, std::string key, std::string problem, std::string why, std::string fix) {
  flaws_.push_back({kind, std::move(key), std::move(problem), std::move(why), std::move(fix)});
}

std::string FlawFinder::adjust_key(const Adjustment& a) const {
  return adjust_key(static_cast<std::size_t>(&a - contract_.adjust.data()));
}

void FlawFinder::check_names() {
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

void FlawFinder::check_terms() {
  std::set<std::string> names;
  for (const auto& [name, amount] : contract_.terms) {
    const std::string key = "terms." + name;
    if (!names.insert(name).second) {
      add(key, "written twice", "only one value can hold", "Rename one of them");
    }
    if (name == "month") {
      add(key, "is a word of the grammar", "`month` in an expression is the month of the contract",
          "Rename the term");
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

void FlawFinder::check_work_rvus() {
  if (!has_own_work_rvus(contract_)) return;
  const auto& own = contract_.work_rvu_hundredths;
  if (contract_.schedule_year && !own.empty()) {
    add("schedule_year", "stands beside work_rvu", "both say what a visit's work RVU is", "Leave one out");
    return;
  }
  if (!reads_work_rvus(contract_)) return;
  for (std::size_t c = 0; c < layout_.codes().size(); ++c) {
    // A typed ledger brings the work RVUs themselves, or visits of the codes that the contract lists.
    if (own_work_rvu(contract_, layout_, c) || (!layout_.is_sampled() && own.empty())) continue;
    const auto& code = layout_.codes()[c];
    if (contract_.schedule_year)
      add(FlawKind::unknown_code, "schedule_year",
          fmt::format("the practice's fee schedule has no {} in {}", code, *contract_.schedule_year),
          "its visits would count nothing",
          "Write a year that the schedule has, or the work RVUs as work_rvu = { CODE = 1.5 }");
    else
      add(FlawKind::unknown_code, "work_rvu", fmt::format("does not list {}", code),
          "visits with that code would count nothing", "Add the code, with 0 if that is meant");
  }
}

void FlawFinder::check_amount(const std::string& key, const Amount& amount, bool by_code) {
  check_numbers(key, amount);
  const auto expanded = expand_terms(amount, contract_);
  if (!expanded) return;  // the circle is reported at its term
  check_known(key, names_of(*expanded), by_code);
  check_divisions(key, *expanded);
  check_stretches(key, *expanded);
  if (const auto value = expanded->constant(); value && std::isnan(*value)) {
    add(key, "is undefined", "it divides by 0 whatever the ledger holds", "Correct the divisor");
  }
}

void FlawFinder::check_stretches(const std::string& key, const Amount& amount) {
  using Op = Amount::Op;
  if ((amount.op() == Op::trailing || amount.op() == Op::last_year) &&
      !names_of(amount.operands()[0]).reads_ledger())
    add(key, fmt::format("{} counts nothing", amount.text()),
        "over other months only what is worked or earned differs", "Name a ledger column or earned.NAME");
  for (const auto& o : amount.operands()) check_stretches(key, o);
}

void FlawFinder::check_numbers(const std::string& key, const Amount& amount) {
  if (amount.op() == Amount::Op::number && !(std::fabs(amount.value()) <= most_usd))
    add(key, fmt::format("{} is beyond {}", amount.value(), most_usd_text),
        "money is kept to the cent up to there", "Write a smaller number");
  for (const auto& o : amount.operands()) check_numbers(key, o);
}

void FlawFinder::check_known(const std::string& key, const AmountNames& names, bool by_code) {
  for (const auto& column : names.columns) {
    check_collections(key, column);
    if (find_leaving_column(column) && !contract_.ends_by_leaving) {
      check_leaving_column(key, column);
      continue;
    }
    if (layout_.find(column) || (by_code && column == "visits")) continue;
    if (!counted_codes(contract_, layout_, column).empty()) continue;
    if (!reported_.insert(key + " " + column).second) continue;
    const bool of_code = column == "visits";
    add(column.starts_with("visits.") || of_code ? FlawKind::unknown_code : FlawKind::unknown_column, key,
        fmt::format("unknown name {}", column), "it is neither a ledger column nor a term",
        of_code ? "Write completed_visits, visits.CODE, or each = \"code\"" : suggestion(column));
  }
  for (const auto& name : names.earned) {
    const bool known = std::ranges::find(contract_.pay, name, &PayLine::name) != contract_.pay.end();
    if (known || !reported_.insert(key + " earned." + name).second) continue;
    const bool adjusts =
        std::ranges::find(contract_.adjust, name, &Adjustment::name) != contract_.adjust.end();
    add(FlawKind::unknown_component, key, fmt::format("unknown component earned.{}", name),
        adjusts ? "it is an adjustment; earned. is pay before adjustments" : "no pay line has this name",
        "Name a pay line");
  }
}

void FlawFinder::check_collections(const std::string& key, const std::string& column) {
  const auto missing = layout_.codes_without_usd();
  const bool settled = is_of_collections(column);
  reads_collected_ = reads_collected_ || column == name_of(CollectionColumn::collected_usd);
  if ((column != "collections_usd" && !settled) || missing.empty() || !reported_.insert(key + " usd").second)
    return;
  add(FlawKind::code_without_usd, key,
      fmt::format("{} needs the dollars of every code, {} {} none", column, fmt::join(missing, ", "),
                  missing.size() == 1 ? "has" : "have"),
      "collections are completed visits at the dollars of the fee schedule",
      "Fill the usd column of the practice's schedule");
}

void FlawFinder::check_leaving() {
  if (!contract_.ends_by_leaving) return;
  if (!contract_.partial)
    add("partial", "missing", "leaving cuts the quarter, year or study in which it falls",
        "Write partial = \"prorate\", \"full\" or \"none\"");
  if (!layout_.find(name_of(LeavingColumn::left)))
    add(FlawKind::unknown_column, "ends", "nobody leaves", "the practice does not say who leaves, and when",
        "Write per_year = 0.08 under [practices.NAME.leaving]");
}

void FlawFinder::check_leaving_column(const std::string& key, const std::string& column) {
  if (reported_.insert(key + " " + column).second)
    add(key, fmt::format("reads {}", column), "the offer does not end when the clinician leaves",
        "Write ends = \"leaving\"");
}

void FlawFinder::check_tail() {
  if (!contract_.may_end() || !reads_collected_) return;
  const auto tail = name_of(CollectionColumn::tail_usd);
  if (!contract_.tail)
    add("tail", "missing",
        fmt::format("the offer ends with {}, and what its visits bring is collected later",
                    contract_.ends ? fmt::format("month {}", *contract_.ends) : "leaving"),
        "Write tail = \"paid\" (in the last month) or \"lost\"");
  else if (*contract_.tail == Tail::paid && !layout_.find(tail))
    add(FlawKind::unknown_column, "tail", fmt::format("needs the column {}", tail),
        "it says what is collected after the last month", fmt::format("Give {} in the ledger", tail));
}

void FlawFinder::check_push() {
  if (!contract_.push) return;
  const auto has_tiers = [](const PayLine& line) {
    const auto* pay = std::get_if<MeasuredPay>(&line.pays);
    return pay != nullptr && std::holds_alternative<TierLadder>(pay->schedule);
  };
  if (std::ranges::none_of(contract_.pay, has_tiers))
    add("push", "no component has tiers", "there is no line that added visits could reach", "Leave it out");
  if (!contract_.ledger.empty())
    add("push",
        fmt::format("stands beside ledger.{}, which counts by spans of days",
                    contract_.ledger.front().info.name),
        "on which day an added visit falls is not known", "Leave one of them out");
  for (const auto& number : push_numbers()) {
    const double value = value_of(number, *contract_.push);
    if (value <= number.high && (value > number.low || (number.whole && value == number.low))) continue;
    add(std::string(number.key), fmt::format("is {}", value), std::string(number.meaning),
        fmt::format("A stress may bring it to {}",
                    number.whole ? fmt::format("{} to {}", number.low, number.high)
                                 : fmt::format("above {}, up to {}", number.low, number.high)));
  }
}

std::string FlawFinder::suggestion(const std::string& name) const {
  if (is_of_collections(name))
    return "Say when charges are collected: lag_months = 1 under [practices.NAME.collections]";
  if (constexpr std::string_view shift = "shift."; name.starts_with(shift))
    return fmt::format("Declare the kind of shift under [practices.NAME.shifts.{}]",
                       name.substr(shift.size()));
  std::string names;
  for (std::size_t i = 0; i < layout_.size(); ++i) {
    const auto& column = layout_[i].name;
    if (column.find(name) != std::string::npos || name.find(column) != std::string::npos) {
      names += (names.empty() ? "" : ", ") + column;
    }
  }
  return names.empty() ? "Write a column of the ledger, or declare it under [practices.NAME.columns], "
                         "[ledger] or terms"
                       : fmt::format("Did you mean {}?", names);
}

void FlawFinder::check_divisions(const std::string& key, const Amount& amount) {
  if (amount.op() == Amount::Op::divide && !amount.constant()) {
    const AmountRange divisor = range_of(amount.operands()[1], layout_);
    if (divisor.low == 0.0 && divisor.high == 0.0) {
      add(key, fmt::format("divides by {}, which can only be 0", amount.operands()[1].text()),
          "the amount is never defined", "Correct the divisor");
    }
  }
  for (const auto& o : amount.operands()) check_divisions(key, o);
}

void FlawFinder::check_condition(const std::string& key, const Condition& condition, bool by_code) {
  for (const auto& a : condition.amounts) check_amount(key, a, by_code);
  for (const auto& p : condition.parts) check_condition(key, p, by_code);
}

void FlawFinder::check_months(const std::string& key, const std::optional<MonthRange>& months) {
  if (!months) return;
  if (months->first < 1 || months->last < months->first) {
    add(key, fmt::format("[{}, {}] is not a range of months", months->first, months->last),
        "months count from 1, the first before the last", "Write [first, last]");
  }
}

void FlawFinder::check_days_of_phase(const std::string& key, const PayLine& line) {
  const auto* pay = std::get_if<MeasuredPay>(&line.pays);
  if (pay == nullptr || !line.months || !line.months->is_of_days()) return;
  AmountNames names;
  const auto take = [&](const Amount& a) {
    if (const auto e = expand_terms(a, contract_)) collect_names(*e, names);
  };
  if (std::holds_alternative<CodeTable>(pay->schedule))
    names.columns.emplace_back("visits.CODE");
  else
    take(pay->measure);
  if (pay->pay_per) take(*pay->pay_per);
  for (const auto& column : names.columns)
    if (find_span_column(contract_.ledger, column) == nullptr)
      add(key + ".months", fmt::format("cuts a month by days, and {} is known by the month", column),
          "what it counts before and after that day cannot be told apart",
          "Count it in a ledger column with each = \"day\" and when = \"date >= \\\"2026-03-16\\\"\"");
}

void FlawFinder::check_days_of_phase(const std::string& key, const Adjustment& a) {
  const bool adds = std::holds_alternative<AddMoney>(a.does);
  if (!a.months || !a.months->is_of_days() || adds) return;
  for (const std::size_t l : lines_seen(contract_, a)) {
    const auto& months = contract_.pay[l].months;
    const bool same = months && months->first == a.months->first && months->last == a.months->last &&
                      months->first_part == a.months->first_part && months->last_part == a.months->last_part;
    if (same) continue;
    add(key + ".months",
        fmt::format("cuts a month by days, and {} runs by other months", contract_.pay[l].name),
        "what it earns before and after that day cannot be told apart",
        "Give both the same months, or write a month");
    return;
  }
}

void FlawFinder::check_round(const std::string& key, const Rounding& round) {
  if (round.unit_usd && !(*round.unit_usd > 0.0)) {
    add(key, fmt::format("rounds to {}", *round.unit_usd), "a unit is above 0",
        "Write to = \"cent\", \"dollar\" or a positive number");
  }
}

std::optional<double> FlawFinder::constant_of(const Amount& a) const {
  const auto e = expand_terms(a, contract_);
  return e ? e->constant() : std::nullopt;
}

void FlawFinder::check_not_negative(const std::string& key, const Amount& amount, std::string why) {
  const auto value = constant_of(amount);
  if (value && *value < 0.0)
    add(key, fmt::format("{} is below 0", *value), std::move(why), "Write 0 or more");
}

void FlawFinder::check_opening() {
  const auto& opening = contract_.opening;
  const auto check_column = [&](const std::string& key, const std::string& column, double quantity) {
    const auto at = layout_.find(column);
    if (!at && !counted_codes(contract_, layout_, column).empty()) return;
    if (!at) {
      add(column.starts_with("visits.") ? FlawKind::unknown_code : FlawKind::unknown_column, key,
          fmt::format("unknown name {}", column), "it is not a ledger column", suggestion(column));
    } else if (layout_[*at].join != ColumnJoin::sum) {
      add(key, "does not add up over months", "only a sum has a total", "Leave it out");
    }
    if (!std::isfinite(quantity))
      add(key, "is not a number", "a quantity is finite", "Correct it");
    else if (at && layout_[*at].unit == ColumnUnit::count && quantity != std::floor(quantity))
      add(key, fmt::format("{} is not a whole number", quantity), "this column counts", "Correct it");
  };
  for (const auto& [column, quantity] : opening.to_date) check_column("opening." + column, column, quantity);
  for (const auto& [column, quantity] : opening.last_year)
    check_column("opening.last_year." + column, column, quantity);
  for (const auto& [name, usd] : opening.earned_usd) {
    if (std::ranges::find(contract_.pay, name, &PayLine::name) == contract_.pay.end())
      add(FlawKind::unknown_component, "opening.earned_usd." + name,
          fmt::format("unknown component {}", name), "no pay line has this name", "Name a pay line");
    check_numbers("opening.earned_usd." + name, usd);
  }
  check_numbers("opening.draw_balance_usd", opening.draw_balance_usd);
  check_numbers("opening.withheld_usd", opening.withheld_usd);
  const auto count = [&]<class T>(const T*) {
    return std::ranges::count_if(contract_.adjust,
                                 [](const Adjustment& a) { return std::holds_alternative<T>(a.does); });
  };
  const auto one = [&](const char* key, double usd, auto number, const char* what) {
    if (usd != 0.0 && number != 1) {
      add(FlawKind::balance_without_owner, key, fmt::format("{} {} adjustments hold it", number, what),
          "the balance belongs to exactly one", "Write one, or leave the balance out");
    }
  };
  one("opening.draw_balance_usd", opening.draw_balance_usd, count(static_cast<Draw*>(nullptr)), "draw");
  one("opening.withheld_usd", opening.withheld_usd, count(static_cast<Withhold*>(nullptr)), "withhold");
}

void FlawFinder::check_circle() {
  const auto order = order_of_components(contract_);
  if (order.circle.empty()) return;
  std::string names;
  for (const std::size_t l : order.circle) names += (names.empty() ? "" : ", ") + contract_.pay[l].name;
  add(pay_key(order.circle.front()), fmt::format("a circle of amounts: {}", names),
      "each needs what another has earned first", "Write one of them from ledger columns");
}

void FlawFinder::check_partial() {
  const bool months_wrong = std::ranges::any_of(
      flaws_, [](const ContractFlaw& flaw) { return flaw.key == "ends" || flaw.key.ends_with(".months"); });
  if (contract_.partial || contract_.ends_by_leaving || months_wrong) return;
  ProgramSpace space;
  space.contract = &contract_;
  space.layout = &layout_;
  space.grid = &grid_;
  // A calendar year in which the contract starts is whole where the opening says what it brought before.
  const auto opening_for = [&](Span span, const PayWindow& w, const std::optional<MonthRange>& months,
                               bool of_money) -> std::string_view {
    const auto& opening = contract_.opening;
    const bool is_said = !opening.earned_usd.empty() || (!of_money && !opening.to_date.empty());
    if (span != Span::year || months || is_said || w.first != 0 || contract_.year != YearKind::calendar ||
        grid_.front().calendar_month == 1)
      return "";
    return of_money ? ", or opening.earned_usd = { NAME = dollars }, earned in that year before the start"
                    : ", or opening = { COLUMN = quantity }, counted in that year before the start";
  };
  const auto cut = [&](const std::string& what, Span span, const std::optional<MonthRange>& months,
                       bool of_money) {
    const auto phase = of_money ? money_phase(contract_, span, months) : months;
    const auto& windows = space.windows[space.windows_of(span, phase)];
    for (const auto& w : windows.all()) {
      if (!w.is_cut()) continue;
      add(FlawKind::cut_period, "partial", "missing",
          fmt::format("{} runs over a {} of which only {:.4g} of {} months fall in {}", what, span_name(span),
                      w.length(), w.full_months, w.lost > 0.0 ? "its phase" : "the contract"),
          fmt::format("Write partial = \"prorate\", \"full\" or \"none\"{}",
                      opening_for(span, w, months, of_money)));
      return true;
    }
    return false;
  };
  for (const auto& line : contract_.pay) {
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      if (fixed->paid == PaidWhen::period_end && cut("pay." + line.name, fixed->per, line.months, true))
        return;
      continue;
    }
    const auto& pay = std::get<MeasuredPay>(line.pays);
    const bool plain = (std::holds_alternative<SingleRate>(pay.schedule) ||
                        std::holds_alternative<CodeTable>(pay.schedule)) &&
                       !pay.blocks && !pay.corridor;
    if (!plain && cut("pay." + line.name, pay.reset, line.months, false)) return;
  }
  for (const auto& a : contract_.adjust) {
    const bool bounded = traits_of(a.does).bounds_pay ||
                         (std::holds_alternative<AddMoney>(a.does) && a.paid == PaidWhen::period_end);
    if (bounded && cut("adjust." + a.name, a.per, a.months, true)) return;
    const auto* w = std::get_if<Withhold>(&a.does);
    if (w && cut("adjust." + a.name, w->in, a.months, true)) return;
  }
}

std::vector<ContractFlaw> find_flaws(const Contract& contract, const LedgerLayout& layout,
                                     const PeriodGrid& grid) {
  const auto whole = with_span_columns(layout, contract);
  return FlawFinder(contract, whole, layout, grid).find();
}

}  // namespace paystress
