#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenarios/contract_values.h"
#include "scenarios/read_span_column.h"

namespace paystress {
namespace {

using Keys = std::vector<std::string_view>;

bool adds_up(const std::string& column, const OfferScope& scope) {
  const auto own = std::ranges::find(scope.columns, column, &ColumnInfo::name);
  if (own != scope.columns.end()) return own->join == ColumnJoin::sum;
  const auto* known = find_ledger_column(column);
  return known == nullptr || known->join == ColumnJoin::sum;
}

const Amount* term_of(const Amount& a, const OfferScope& scope) {
  if (a.op() != Amount::Op::term && a.op() != Amount::Op::column) return nullptr;
  const auto it = std::ranges::find(scope.terms, a.name(), &std::pair<std::string, Amount>::first);
  return it == scope.terms.end() ? nullptr : &it->second;
}

// Terms may name each other in a circle, which find_flaws reports: the depth only has to end the walk.
constexpr int deepest_term = 20;

bool is_constant(const Amount& a, const OfferScope& scope, int depth = 0) {
  if (is_unread(a)) return true;  // it may be one
  if (depth > deepest_term) return false;
  if (const auto* term = term_of(a, scope)) return is_constant(*term, scope, depth + 1);
  switch (a.op()) {
    case Amount::Op::number:
      return true;
    case Amount::Op::column:
    case Amount::Op::term:
    case Amount::Op::earned:
    case Amount::Op::month:
    case Amount::Op::this_month:
    case Amount::Op::to_date:
    case Amount::Op::annualised:
    case Amount::Op::trailing:
    case Amount::Op::last_year:
    case Amount::Op::months_seen:
      return false;
    default:
      return std::ranges::all_of(a.operands(), [&](const Amount& o) { return is_constant(o, scope, depth); });
  }
}

// Does the amount of a long period equal the sum of the amounts of its months, whatever they are?
bool is_additive(const Amount& a, const OfferScope& scope, int depth = 0) {
  if (is_unread(a)) return true;
  if (depth > deepest_term) return false;
  if (const auto* term = term_of(a, scope)) return is_additive(*term, scope, depth + 1);
  const auto all_additive = [&] {
    return std::ranges::all_of(a.operands(), [&](const Amount& o) { return is_additive(o, scope, depth); });
  };
  switch (a.op()) {
    case Amount::Op::column:
      return adds_up(a.name(), scope);
    case Amount::Op::earned:
      return true;
    case Amount::Op::add:
    case Amount::Op::subtract:
    case Amount::Op::negate:
      return all_additive();
    case Amount::Op::multiply: {
      const auto& o = a.operands();
      return o.size() == 2 && ((is_constant(o[0], scope) && is_additive(o[1], scope, depth)) ||
                               (is_constant(o[1], scope) && is_additive(o[0], scope, depth)));
    }
    case Amount::Op::divide: {
      const auto& o = a.operands();
      return o.size() == 2 && is_additive(o[0], scope, depth) && is_constant(o[1], scope);
    }
    default:
      return false;
  }
}

std::optional<Blocks> read_blocks(TableReader& line) {
  auto* table = line.sub("blocks");
  if (table == nullptr) return std::nullopt;
  Blocks blocks;
  require(*table, "size", "", "Write size = the units of one block.");
  if (auto free = read_amount(*table, "free")) blocks.free = *free;
  if (auto size = read_amount(*table, "size")) blocks.size = *size;
  if (auto min = read_amount(*table, "min")) blocks.min = *min;
  return blocks;
}

std::optional<Bound> read_bound(TableReader& table) {
  const bool above = table.has("above");
  const bool at_least = table.has("at_least");
  table.know("above");
  table.know("at_least");
  if (!above && !at_least && (table.has("bound") || table.has("at"))) {
    // The long form, so that the side of the edge alone can have readings.
    static constexpr std::array<std::pair<std::string_view, bool>, 2> sides{
        {{"above", false}, {"at_least", true}}};
    require(table, "at", "bound says on which side of it the edge lies", "Write at = 120.");
    require(table, "bound", "the edge itself belongs to one of two tiers",
            "Write bound = \"above\" or \"at_least\".");
    const auto included = table.choice<bool>("bound", sides);
    const auto at = read_amount(table, "at");
    if (!included || !at) return std::nullopt;
    return Bound{*at, *included};
  }
  if (above && at_least) {
    table.error("at_least", "a tier has one bound, and above stands there too",
                "a tier ends where the next one begins", "Keep one of the two.");
    return std::nullopt;
  }
  if (!above && !at_least) {
    table.error("", "has no bound", "",
                "Write above = the last unit that is not in the tier, or at_least = the first that is.");
    return std::nullopt;
  }
  const auto at = read_amount(table, above ? "above" : "at_least");
  if (!at) return std::nullopt;
  return Bound{*at, at_least};
}

Tier read_tier(TableReader& table, TierMode mode) {
  const auto from = read_bound(table);
  Tier tier;
  if (!table.has("usd") && !table.has("flat_usd"))
    require(table, "usd", "a tier without money needs usd = 0",
            mode == TierMode::lump_sum ? "Write usd = the dollars of the tier."
                                       : "Write usd = the dollars per unit, or flat_usd = dollars once.");
  if (auto usd = read_amount(table, "usd")) tier.usd = *usd;
  if (auto flat = read_amount(table, "flat_usd")) tier.flat_usd = *flat;
  tier.when = read_condition(table, "when");
  tier.from = from.value_or(Bound{unread_amount(), false});
  return tier;
}

std::optional<Schedule> read_tiers(TableReader& line) {
  TierLadder ladder;
  require(line, "mode", "a tier that re-rates every unit pays very differently from one that does not",
          "Write mode = \"marginal\" or \"retroactive\".");
  const auto mode = line.choice<TierMode>("mode", mode_names);
  if (mode) ladder.mode = *mode;
  static constexpr std::array<std::pair<std::string_view, LumpRule>, 2> lumps{
      {{"replace", LumpRule::replace}, {"accumulate", LumpRule::accumulate}}};
  if (mode && *mode == TierMode::lump_sum) {
    if (const auto lump = line.choice<LumpRule>("lump", lumps)) ladder.lump = *lump;
  } else if (mode) {
    static constexpr std::array<std::string_view, 1> only_lump{"lump"};
    refuse(line, only_lump, fmt::format("mode = \"{}\"", line.find("mode")->text));
  } else {
    line.know("lump");
  }
  static constexpr std::array<std::pair<std::string_view, RateChange>, 2> changes{
      {{"worked", RateChange::worked}, {"latest", RateChange::latest}}};
  if (mode && *mode != TierMode::retroactive) {
    static constexpr std::array<std::string_view, 1> only_change{"rate_change"};
    refuse(line, only_change, fmt::format("mode = \"{}\"", line.find("mode")->text));
  } else if (const auto change = line.choice<RateChange>("rate_change", changes)) {
    ladder.rate_change = *change;
  }
  const auto tables = line.subs("tiers");
  for (auto* table : tables) ladder.tiers.push_back(read_tier(*table, ladder.mode));
  const auto* list = line.find("tiers");
  if (mode && *mode == TierMode::lump_sum && list->items.size() > 1)
    require(line, "lump", "the highest sum reached alone and all sums reached pay very differently",
            "Write lump = \"replace\" or \"accumulate\".");
  if (list->kind == TomlValue::Kind::array && list->items.empty()) {
    line.error("tiers", "is empty", "", "Write one { above = ..., usd = ... } for every tier.");
    return std::nullopt;
  }
  if (ladder.tiers.size() != list->items.size()) return std::nullopt;
  return ladder;
}

std::optional<Schedule> read_curve(TableReader& line) {
  const auto* list = line.find("curve");
  const auto bad = [&](const TomlValue& at, std::string_view key) {
    line.faults().error(at.place(), std::string(key), fmt::format("{} is not a point", text_of(at)), "",
                        "Write points of the measure and its dollars: [[0, 0], [100, 5000]].");
  };
  if (list->kind != TomlValue::Kind::array || list->items.empty()) {
    bad(*list, line.key_of("curve"));
    return std::nullopt;
  }
  Curve curve;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const auto& point = list->items[i];
    const auto key = fmt::format("{}.{}", line.key_of("curve"), i + 1);
    if (point.kind != TomlValue::Kind::array || point.items.size() != 2) {
      bad(point, key);
      continue;
    }
    const auto x = read_amount(point.items[0], key + ".1", line.faults());
    const auto y = read_amount(point.items[1], key + ".2", line.faults());
    if (x && y) curve.points.emplace_back(*x, *y);
  }
  if (curve.points.size() != list->items.size()) return std::nullopt;
  return curve;
}

std::optional<Schedule> read_code_table(TableReader& line) {
  auto* table = line.sub("table_usd");
  if (table == nullptr) return std::nullopt;
  CodeTable codes;
  for (const auto& entry : table->table().entries)
    if (auto usd = read_amount(*table, entry.key)) codes.usd_by_code.emplace_back(entry.key, *usd);
  if (table->table().entries.empty()) {
    line.error("table_usd", "is empty", "", "Write the dollars of every code: { \"99213\" = 60 }.");
    return std::nullopt;
  }
  if (codes.usd_by_code.size() != table->table().entries.size()) return std::nullopt;
  return codes;
}

std::optional<Schedule> read_schedule(TableReader& line) {
  static constexpr std::array<std::string_view, 4> kinds{"usd", "table_usd", "curve", "tiers"};
  Keys present;
  for (const auto kind : kinds) {
    if (line.has(kind)) present.push_back(kind);
    line.know(kind);
  }
  if (present.empty()) {
    line.error("", "has nothing that says what the measure earns", "",
               "Write one of usd, table_usd, curve or tiers.");
    return std::nullopt;
  }
  for (std::size_t i = 1; i < present.size(); ++i)
    line.error(present[i], fmt::format("cannot stand beside {}", present[0]), "a component has one schedule",
               "Write a second [[pay]] table for it.");
  static constexpr std::array<std::string_view, 3> of_tiers{"mode", "lump", "rate_change"};
  if (present[0] != "tiers") refuse(line, of_tiers, present[0]);
  if (present.size() > 1) {
    for (const auto key : of_tiers) line.know(key);
    return std::nullopt;
  }
  if (present[0] == "tiers") return read_tiers(line);
  if (present[0] == "curve") return read_curve(line);
  if (present[0] == "table_usd") return read_code_table(line);
  const auto usd = read_amount(line, "usd");
  if (!usd) return std::nullopt;
  return SingleRate{*usd};
}

// A plain rate on a measure that adds up pays the same over any period, so only then may `reset` be left out.
bool reset_cannot_matter(const MeasuredPay& pays, const OfferScope& scope) {
  if (pays.blocks || pays.corridor || pays.pay_over || pays.each_code) return false;
  if (const auto* table = std::get_if<CodeTable>(&pays.schedule))
    return std::ranges::all_of(table->usd_by_code,
                               [&](const auto& row) { return is_constant(row.second, scope); });
  const auto* rate = std::get_if<SingleRate>(&pays.schedule);
  return rate != nullptr && is_constant(rate->usd, scope) && is_additive(pays.measure, scope);
}

std::optional<Corridor> read_corridor(TableReader& line) {
  auto* table = line.sub("corridor");
  if (table == nullptr) return std::nullopt;
  Corridor corridor;
  require(*table, "target", "", "Write target = the quantity from which the difference counts.");
  const auto target = read_amount(*table, "target");
  corridor.target = target.value_or(unread_amount());
  corridor.low = read_amount(*table, "low");
  corridor.high = read_amount(*table, "high");
  if (!table->has("low") && !table->has("high"))
    table->error("", "has no edge", "", "Write low, high or both: within them nothing counts.");
  static constexpr std::array<std::pair<std::string_view, bool>, 2> froms{
      {{"target", false}, {"edge", true}}};
  if (const auto edge = table->choice<bool>("from", froms)) corridor.from_edge = *edge;
  return corridor;
}

std::optional<Restate> read_restate(TableReader& line) {
  static constexpr std::array<std::pair<std::string_view, Restate>, 3> restates{
      {{"when_found", Restate::when_found},
       {"worked_month", Restate::worked_month},
       {"net_units", Restate::net_units}}};
  return line.choice<Restate>("restate", restates);
}

MeasuredPay read_measured(TableReader& line, const OfferScope& scope) {
  MeasuredPay pays;
  const bool by_code = line.has("table_usd");
  if (!by_code) {
    require(line, "measure", "",
            "Write measure = the ledger column that is paid, such as \"completed_visits\".");
  }
  const auto measure = read_amount(line, "measure");
  pays.measure = measure.value_or(unread_amount());
  static constexpr std::array<std::pair<std::string_view, bool>, 1> each_names{{{"code", true}}};
  if (const auto each = line.choice<bool>("each", each_names)) pays.each_code = *each;
  pays.blocks = read_blocks(line);
  pays.corridor = read_corridor(line);
  if (line.has("blocks") && line.has("corridor"))
    line.error("corridor", "cannot stand beside blocks", "", "Write a second [[pay]] table for it.");
  const auto schedule = read_schedule(line);
  if (schedule) pays.schedule = *schedule;
  pays.pay_per = read_amount(line, "pay_per");
  pays.pay_over = read_span(line, "pay_over");
  const bool by_days = is_span_of_days(line, "reset");  // read_span_reset
  const auto reset = by_days ? std::optional(Span::month) : read_span(line, "reset");
  if (reset) {
    pays.reset = *reset;
  } else if (!line.has("reset") &&
             (line.has("tiers") || line.has("curve") ||
              (schedule && (measure || by_code) && !reset_cannot_matter(pays, scope)))) {
    require(line, "reset", "counting again from zero each month pays differently from counting on",
            "Write reset = \"month\", \"quarter\", \"year\" or \"horizon\".");
  }
  if (const auto paid = line.choice<PaidWhen>("paid", paid_names)) pays.paid = *paid;
  pays.restate = read_restate(line);
  return pays;
}

FixedPay read_fixed(TableReader& line) {
  FixedPay pays;
  static constexpr std::array<std::string_view, 15> measured{
      "measure", "each", "blocks", "corridor", "usd",     "table_usd", "curve",      "tiers",
      "mode",    "lump", "reset",  "pay_over", "pay_per", "restate",   "rate_change"};
  refuse(line, measured, "fixed_usd");
  const auto usd = read_amount(line, "fixed_usd");
  require(line, "per", "dollars a month and dollars a year are told apart by nothing else",
          "Write per = \"month\", \"quarter\", \"year\" or \"horizon\".");
  if (const auto per = read_span(line, "per")) pays.per = *per;
  if (const auto paid = line.choice<PaidWhen>("paid", paid_names)) pays.paid = *paid;
  pays.usd = usd.value_or(unread_amount());
  return pays;
}

}  // namespace

PayLine read_pay_line(TableReader& table, const OfferScope& scope) {
  PayLine line;
  require(table, "name", "results and adjustments call the component by it", "Write name = \"...\".");
  if (const auto name = table.label("name")) line.name = *name;
  if (const auto counts = table.boolean("counts")) line.counts = *counts;
  line.months = read_phase(table, "months", scope);
  line.when = read_condition(table, "when");
  line.round = read_rounding(table, Rounding::At::component);
  if (line.round && (line.round->at == Rounding::At::subtotal || line.round->at == Rounding::At::payment))
    table.sub("round")->error("at", "a component rounds its rate or its component",
                              "subtotals and payments are made of several components",
                              "Write at = \"rate\" or \"component\", or move it to the round of the offer.");
  static constexpr std::array<std::string_view, 6> of_measures{"measure", "table_usd", "usd",
                                                               "curve",   "tiers",     "reset"};
  const auto is_written = [&](std::string_view key) { return table.has(key); };
  // A sum with a period, whatever its key was called.
  if (table.has("fixed_usd") || (table.has("per") && std::ranges::none_of(of_measures, is_written))) {
    require(table, "fixed_usd", "per is the period of fixed money", "Write fixed_usd = the dollars of each.");
    line.pays = read_fixed(table);
  } else {
    static constexpr std::array<std::string_view, 1> only_per{"per"};
    table.know("fixed_usd");
    refuse(table, only_per, "a measure: its period is reset");
    line.pays = read_measured(table, scope);
  }
  return line;
}

}  // namespace paystress
