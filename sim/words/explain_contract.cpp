#include "sim/words/explain_contract.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/amount_facts.h"
#include "model/date_text.h"
#include "scenarios/typed_ledger.h"
#include "sim/words/explain_adjustment.h"
#include "sim/words/explain_partial.h"
#include "sim/words/explain_words.h"
#include "sim/words/money_text.h"

namespace paystress::words {
namespace {

class Explainer : Page {
 public:
  Explainer(const Contract& contract, std::span<const ColumnInfo> user_columns,
            std::chrono::year_month_day start)
      : contract_(contract), start_(start), layout_(layout_told(contract, user_columns)) {}

  std::string explain() {
    line("{} (offer {})", contract_.title.empty() ? contract_.name : contract_.title, contract_.name);
    frame();
    if (!contract_.ledger.empty()) {
      line("");
      line("What is counted by day, week or fortnight, and added to the month in which it ends");
      for (const auto& column : contract_.ledger) span_column(column);
    }
    line("");
    line("What is earned, before any adjustment");
    for (std::size_t i = 0; i < contract_.pay.size(); ++i) pay_line(i + 1, contract_.pay[i]);
    line("");
    if (contract_.adjust.empty()) {
      line("Nothing is adjusted: what is earned is paid.");
    } else {
      line("What happens to it then, in this order");
      for (std::size_t i = 0; i < contract_.adjust.size(); ++i)
        text += explain_adjustment(contract_, i, start_, glossary_);
    }
    line("");
    line("How it is paid");
    payment();
    if (const auto sentences = glossary_.sentences(); !sentences.empty()) {
      line("");
      line("Words used");
      for (const auto& sentence : sentences) item("{}", sentence);
    }
    return std::move(text);
  }

 private:
  void frame() {
    if (contract_.advertised_usd_per_year)
      item("It is advertised as {} a year{}.", words::money(*contract_.advertised_usd_per_year),
           contract_.advertised_practice.empty()
               ? ""
               : ", for the practice \"" + contract_.advertised_practice + "\"");
    else if (!contract_.advertised_practice.empty())
      item("It is advertised for the practice \"{}\".", contract_.advertised_practice);
    if (contract_.employment)
      item("{}",
           *contract_.employment == Employment::w2
               ? "It is employment (W-2): the employer pays his half of the payroll tax."
               : "It is work as a contractor (1099): both halves of the payroll tax, benefits and costs "
                 "are one's own.");
    item("{}", contract_.year == YearKind::anniversary
                   ? "Its years and quarters count from the month in which it starts."
                   : "Its years and quarters are those of the calendar.");
    for (const auto& sentence : explain_partial(contract_, layout_)) item("{}", sentence);
    if (contract_.ends) item("It ends with month {}; nothing is earned after it.", *contract_.ends);
    if (contract_.ends_by_leaving)
      item(
          "It ends when the clinician leaves, at the end of a month, in which it is settled as it would be "
          "had that month been its last one from the start; nothing is earned after it.");
    if (contract_.may_end() && contract_.tail == Tail::paid)
      item("What is collected later for visits up to then counts in its last month.");
    if (contract_.may_end() && contract_.tail == Tail::lost)
      item("What is collected later for visits up to then is not paid.");
    if (contract_.push)
      item(
          "In the last month of a counting period a clinician whose count is at most {:g} % below the next "
          "tier line adds the visits that reach it, at most {} a month; where more would be needed, none.",
          100.0 * contract_.push->within, contract_.push->max_per_month);
    if (contract_.schedule_year)
      item("Its work RVUs are those of the {} fee schedule, whatever year it is.", *contract_.schedule_year);
    for (const auto& [code, hundredths] : contract_.work_rvu_hundredths)
      item("A visit coded {} counts {} work RVU, whatever the fee schedule says.", code,
           number_text(static_cast<double>(hundredths) / 100));
    for (const auto& [name, amount] : contract_.terms) {
      item("{} means {}.", name, words::quantity(amount));
      glossary_.note(amount);
    }
    for (const auto& [name, usd] : contract_.opening.earned_usd)
      item("At the start, {} has already earned {} in the running year.", name, words::money(usd));
    for (const auto& [column, value] : contract_.opening.to_date)
      item("At the start, {} already stands at {} for the running year.", column, number_text(value));
    for (const auto& [column, value] : contract_.opening.last_year)
      item("Of the year before the start, {} counts {}.", column, number_text(value));
    if (contract_.opening.draw_balance_usd != 0.0)
      item("At the start, {} is owed under the draw.", words::money(contract_.opening.draw_balance_usd));
    if (contract_.opening.withheld_usd != 0.0)
      item("At the start, {} is held back.", words::money(contract_.opening.withheld_usd));
  }

  void span_column(const SpanColumn& column) {
    const auto when = column.when ? fmt::format(" if {}", column.when->text()) : std::string();
    const bool of_days = column.each == SpanColumn::Each::days;
    const auto each = column.each == SpanColumn::Each::day ? std::string("day worked")
                      : column.each == SpanColumn::Each::week
                          ? std::string("week, Monday to Sunday,")
                          : fmt::format("{} days, counted from {},", column.days, date_text(*column.from));
    if (const auto up = floor_of(column, contract_))
      item("{}: a {}{}{} that brings less than {} ({}) is topped up to it.", column.info.name,
           of_days ? "period of " : "", each, when, words::money(up->first), up->second.text());
    else
      item("{}: each {}{} adds {}.", column.info.name, each, when, column.value.text());
    glossary_.note(column.value);
    glossary_.note(column.when);
  }
  void pay_line(std::size_t number, const PayLine& pay) {
    if (const auto* fixed = std::get_if<FixedPay>(&pay.pays)) {
      line("{}. {}: {} {}.", number, pay.name, words::money(fixed->usd),
           fixed->per == Span::horizon ? "once, over the whole contract"
                                       : fmt::format("a {}", words::span(fixed->per)));
      glossary_.note(fixed->usd);
      if (fixed->per != Span::month) {
        if (fixed->paid == PaidWhen::period_end)
          item("It is paid at the end of each {}.", words::span(fixed->per));
        else
          item("It is paid in even parts, month by month.");
      }
    } else {
      measured(number, pay.name, std::get<MeasuredPay>(pay.pays));
    }
    if (!pay.counts) item("It is worked out and shown, but not paid.");
    if (pay.months)
      item("It runs in {} only; running totals start again at the first of them.",
           words::months(*pay.months, start_));
    if (pay.when) {
      item("It earns only while {}; otherwise nothing.", pay.when->text());
      glossary_.note(*pay.when);
    }
    if (pay.round)
      item("{} {}.", pay.round->at == Rounding::At::rate ? "Its rate" : "What it earns",
           words::rounding(*pay.round));
  }

  [[nodiscard]] bool counts_whole_units(const Amount& measure) const {
    if (measure.op() != Amount::Op::column) return false;
    const auto at = layout_.find(measure.name());
    return at && layout_[*at].unit == ColumnUnit::count;
  }

  void measured(std::size_t number, const std::string& name, const MeasuredPay& pays) {
    const bool by_table = std::holds_alternative<CodeTable>(pays.schedule);
    const auto period = pays.reset == Span::horizon
                            ? std::string("and runs on over the whole contract")
                            : fmt::format("and starts again from zero each {}", words::span(pays.reset));
    if (by_table)
      line("{}. {}: counts the visits of each code, {}.", number, name, period);
    else
      line("{}. {}: counts {}{}, {}.", number, name, words::quantity(pays.measure),
           pays.each_code ? " for each code by itself (visits stands for the visits of that code)" : "",
           period);
    glossary_.note(pays.measure);
    if (pays.blocks) {
      if (!words::is_zero(pays.blocks->free))
        item("The first {} are free.", words::quantity(pays.blocks->free));
      item("What counts is blocks of {}; a block begun is a whole block.",
           words::quantity(pays.blocks->size));
      if (!words::is_zero(pays.blocks->min))
        item("At least {} {} due, even without any use.", words::quantity(pays.blocks->min),
             pays.blocks->min.constant() == 1.0 ? "block is" : "blocks are");
      for (const auto* a : {&pays.blocks->free, &pays.blocks->size, &pays.blocks->min}) glossary_.note(*a);
    }
    if (pays.corridor) corridor(*pays.corridor);
    schedule(pays);
    level(pays);
    change_with_time(pays);
    const auto* tiers = std::get_if<TierLadder>(&pays.schedule);
    if (pays.pay_per) {
      item("The money is paid on {}{}, at the rate that {}.", words::quantity(*pays.pay_per),
           pays.pay_over ? " of the " + std::string(words::span(*pays.pay_over)) : "",
           tiers != nullptr && tiers->mode == TierMode::marginal ? "the ladder comes to on average"
                                                                 : "was found");
      glossary_.note(*pays.pay_per);
    } else if (tiers != nullptr && tiers->mode == TierMode::marginal && is_ratio(pays.measure)) {
      const auto& sides = pays.measure.operands();
      item("The lines are multiplied by {}, and what is paid is each unit of {} in its tier.",
           words::quantity(sides[1]), words::quantity(sides[0]));
    } else if (paid_over(pays) != pays.reset) {
      item("The total of the {} sets the rate, but only the units of the {} are paid at it.",
           words::span(pays.reset), words::span(*pays.pay_over));
    }
    paid(pays);
    if (pays.restate) restate(*pays.restate);
  }

  // What does not add up over months has the price of a whole period.
  void level(const MeasuredPay& pays) {
    const Span over = paid_over(pays);
    const auto* tiers = std::get_if<TierLadder>(&pays.schedule);
    const bool is_curve = std::holds_alternative<Curve>(pays.schedule);
    const bool per_unit =
        tiers ? tiers->mode != TierMode::lump_sum : std::holds_alternative<SingleRate>(pays.schedule);
    const Amount paid_on = expand_terms(pays.pay_per.value_or(pays.measure), contract_).value_or(Amount{});
    const bool in_own_tiers = tiers && tiers->mode == TierMode::marginal && is_ratio(pays.measure);
    if (over == Span::month || (!per_unit && !is_curve) || growth(paid_on, layout_) > 0 || in_own_tiers)
      return;
    const bool in_parts = contract_.partial == Partial::prorate || (!contract_.partial && !is_curve);
    item("It does not add up over months: the price is that of a {}{}.", words::whole(over),
         !in_parts  ? std::string()
         : is_curve ? fmt::format(", and in a {} that is cut short each month in force earns its part",
                                  words::span(over))
                    : std::string(", and each month in force earns its part"));
  }

  // The period of the paid quantity; that of the count where each unit has its place, or a period one sum.
  static Span paid_over(const MeasuredPay& pays) {
    const auto* ladder = std::get_if<TierLadder>(&pays.schedule);
    const bool own_places = std::holds_alternative<Curve>(pays.schedule) ||
                            (ladder != nullptr && (ladder->mode == TierMode::lump_sum ||
                                                   (ladder->mode == TierMode::marginal && !pays.pay_per)));
    return own_places ? pays.reset : pays.pay_over.value_or(pays.reset);
  }

  [[nodiscard]] bool changes(const auto& what) const {
    const auto expanded = expand_terms(what, contract_);
    return expanded && changes_by_month(*expanded);
  }
  void change_with_time(const MeasuredPay& pays) {
    if (pays.reset == Span::month) return;
    const auto* rate = std::get_if<SingleRate>(&pays.schedule);
    const auto* table = std::get_if<CodeTable>(&pays.schedule);
    const auto* tiers = std::get_if<TierLadder>(&pays.schedule);
    if ((rate && changes(rate->usd)) ||
        (table &&
         std::ranges::any_of(table->usd_by_code, [&](const auto& row) { return changes(row.second); })))
      item("The rate changes with time: each unit earns that of the month in which it is worked.");
    if (!tiers || std::ranges::none_of(tiers->tiers, [&](const Tier& t) {
          return changes(t.from.at) || changes(t.usd) || changes(t.flat_usd) || (t.when && changes(*t.when));
        }))
      return;
    if (tiers->mode == TierMode::marginal)
      item(
          "The ladder changes with time: each unit has its place in the {} and earns the rate of that place "
          "on the "
          "ladder of the month in which it is worked.",
          words::span(pays.reset));
    else if (tiers->mode == TierMode::lump_sum)
      item("The ladder changes with time: that of the last month counts.");
    else
      item("The ladder changes with time: the bounds of the last month find the tier, {}.",
           tiers->rate_change == RateChange::latest
               ? "and all units earn its rate of that month"
               : "and each unit earns its rate of the month in which it is worked");
  }

  static bool is_ratio(const Amount& measure) {
    return measure.op() == Amount::Op::divide && !measure.operands()[1].constant();
  }

  void corridor(const Corridor& c) {
    std::string range;
    if (c.low && c.high)
      range = fmt::format("from {} to {}", words::quantity(*c.low), words::quantity(*c.high));
    else
      range = c.low ? fmt::format("from {} up", words::quantity(*c.low))
                    : fmt::format("up to {}", words::quantity(*c.high));
    item("Within the corridor {}, both ends in it, nothing counts.", range);
    item("Outside it the difference counts from {}.",
         c.from_edge ? std::string("the edge that was passed")
                     : fmt::format("the full target of {}", words::quantity(c.target)));
    glossary_.note(c.target);
    glossary_.note(c.low);
    glossary_.note(c.high);
  }

  void schedule(const MeasuredPay& pays) {
    const std::string unit = pays.blocks ? "block" : "unit";
    if (const auto* rate = std::get_if<SingleRate>(&pays.schedule)) {
      item("Each {} earns {}.", unit, words::money(rate->usd));
      glossary_.note(rate->usd);
    } else if (const auto* table = std::get_if<CodeTable>(&pays.schedule)) {
      for (const auto& [code, usd] : table->usd_by_code) {
        item("Each visit coded {} earns {}.", code, words::money(usd));
        glossary_.note(usd);
      }
      item("A visit with another code earns nothing.");
    } else if (const auto* curve = std::get_if<Curve>(&pays.schedule)) {
      curve_points(*curve);
    } else {
      ladder(pays, std::get<TierLadder>(pays.schedule), unit);
    }
  }

  void curve_points(const Curve& curve) {
    item("The money follows straight lines between these points:");
    for (std::size_t i = 0; i < curve.points.size(); ++i) {
      const auto& [x, y] = curve.points[i];
      const bool cliff = i > 0 && curve.points[i - 1].first.text() == x.text();
      item("  at {}: {}{}.", words::quantity(x), words::money(y),
           cliff ? " (a cliff: this value holds from here)" : "");
    }
    item("Before the first point and beyond the last their values hold.");
  }

  void retroactive(const MeasuredPay& pays, const std::string& unit) {
    const Span over = paid_over(pays);
    if (pays.pay_per)
      item("Retroactive: the tier that is reached sets one rate for all that the {} is paid on{}.",
           words::span(over), over == pays.reset ? ", from the first unit" : "; what was paid before stays");
    else if (over == pays.reset)
      item("Retroactive: the tier that the total reaches re-rates every {} from the first.", unit);
    else
      item(
          "Retroactive: the tier that the total of the {} reaches re-rates the {}s of that {} only; what was "
          "paid before stays.",
          words::span(pays.reset), unit, words::span(over));
  }

  void ladder(const MeasuredPay& pays, const TierLadder& ladder, const std::string& unit) {
    const bool whole_units = !pays.blocks && counts_whole_units(pays.measure);
    switch (ladder.mode) {
      case TierMode::marginal:
        item(
            "Marginal: each {} earns the rate of the tier that it falls in; reaching a line never re-rates "
            "what "
            "lies below it.",
            unit);
        break;
      case TierMode::retroactive:
        retroactive(pays, unit);
        break;
      case TierMode::lump_sum:
        item("Lump sums: {}.", ladder.lump == LumpRule::replace
                                   ? "the highest tier reached pays its sum, in place of those below it"
                                   : "every tier reached pays its sum, added to those below it");
        break;
    }
    const auto& tiers = ladder.tiers;
    if (!tiers.empty()) below_first(tiers.front());
    for (std::size_t k = 0; k < tiers.size(); ++k) tier(ladder, k, unit, whole_units);
    for (const auto& t : tiers) {
      glossary_.note(t.from.at);
      glossary_.note(t.usd);
      glossary_.note(t.flat_usd);
      glossary_.note(t.when);
    }
  }

  void below_first(const Tier& first) {
    const bool at_zero = words::is_zero(first.from.at);
    if (at_zero && first.from.included) {
      item("Zero use already reaches the first tier.");
    } else if (at_zero) {
      item("At 0 exactly no tier is reached.");
    } else {
      item("{} {}: nothing.", first.from.included ? "Below" : "Up to and including",
           words::quantity(first.from.at));
    }
  }

  void tier(const TierLadder& ladder, std::size_t k, const std::string& unit, bool whole_units) {
    const auto& t = ladder.tiers[k];
    const auto bound = t.from.at.constant();
    const bool counted =
        whole_units && bound && *bound == static_cast<double>(static_cast<long long>(*bound));
    std::string sentence =
        fmt::format("Tier {}, {} {}{}", k + 1, t.from.included ? "from" : "above", words::quantity(t.from.at),
                    t.from.included ? " on (included)" : " (not included)");
    if (counted && *bound + (t.from.included ? 0 : 1) > 0)
      sentence += fmt::format(", that is from the {} on",
                              words::ordinal(static_cast<long long>(*bound) + (t.from.included ? 0 : 1)));
    if (k + 1 < ladder.tiers.size()) {
      const auto& next = ladder.tiers[k + 1].from;
      sentence += fmt::format(", {} {}", next.included ? "to below" : "up to and including",
                              words::quantity(next.at));
    }
    sentence += ": ";
    if (ladder.mode == TierMode::lump_sum) {
      sentence += words::money(t.usd);
    } else {
      sentence += words::is_zero(t.usd) ? "nothing for a " + unit
                                        : fmt::format("{} for each {}", words::money(t.usd), unit);
    }
    if (!words::is_zero(t.flat_usd))
      sentence +=
          fmt::format(", and {} once {}", words::money(t.flat_usd),
                      ladder.mode == TierMode::marginal ? "on entering it" : "while it is the tier reached");
    if (t.when) sentence += fmt::format("; open only while {}", t.when->text());
    item("{}.", sentence);
  }

  void paid(const MeasuredPay& pays) {
    Span over = paid_over(pays);
    if (over == Span::month && pays.paid != PaidWhen::running) over = pays.reset;
    if (over == Span::month) return;
    switch (pays.paid) {
      case PaidWhen::running:
        item(
            "Each month is paid what the {} has earned so far, less what was paid for it before; where that "
            "is "
            "negative, it is taken back.",
            words::span(over));
        break;
      case PaidWhen::period_end:
        item("It is paid once, at the end of the {}.", words::span(over));
        break;
      case PaidWhen::interim:
        item(
            "Each month is paid as if it stood alone, on the bounds and flat sums of one month; at the end "
            "of "
            "the {} the difference to what it has earned as a whole is paid or taken back.",
            words::span(over));
        break;
    }
  }

  void restate(Restate restate) {
    switch (restate) {
      case Restate::when_found:
        item(
            "When a review changes codes later, the month worked is priced again and the difference is "
            "booked in "
            "the month in which it is found.");
        break;
      case Restate::worked_month:
        item(
            "When a review changes codes later, the month worked is restated as if it had been coded so at "
            "once.");
        break;
      case Restate::net_units:
        item(
            "When a review changes codes later, the changed units are added to or taken from the month in "
            "which "
            "they are found.");
        break;
    }
  }

  void payment() {
    const auto what = contract_.round.at == Rounding::At::rate        ? "Every rate"
                      : contract_.round.at == Rounding::At::component ? "What each component earns"
                      : contract_.round.at == Rounding::At::subtotal  ? "Every subtotal"
                                                                      : "The payment";
    item("{} {}{}.", what, words::rounding(contract_.round),
         contract_.round.unit_usd && contract_.round.at != Rounding::At::rate &&
                 contract_.round.at != Rounding::At::subtotal
             ? contract_.round.each == Rounding::Each::period
                   ? ", each period by itself"
                   : "; the running total is rounded and the difference paid, so that cents never drift"
             : "");
    item("A month without any visits is a month like any other.");
  }

  const Contract& contract_;
  std::chrono::year_month_day start_;
  words::Glossary glossary_;
  LedgerLayout layout_;
};

}  // namespace

std::string explain_contract(const Contract& contract, std::span<const ColumnInfo> user_columns,
                             std::chrono::year_month_day start) {
  return Explainer(contract, user_columns, start).explain();
}

std::string explain_readings(const OfferText& offer) {
  if (offer.vague.empty()) return {};
  std::string out = "\nWhat the paper leaves open\n";
  for (std::size_t c = 0; c < offer.vague.size(); ++c) {
    const auto& clause = offer.vague[c];
    std::vector<std::string> others;
    for (std::size_t i = 0; i < clause.readings.size(); ++i)
      if (i != offer.reading[c])
        others.push_back(fmt::format("{} (reading {})", clause.reading_text(i), i + 1));
    out += fmt::format("  - {} is read as {} here; it could also be {}.\n", clause.key,
                       clause.reading_text(offer.reading[c]), words::list(others));
  }
  return out;
}

}  // namespace paystress::words
