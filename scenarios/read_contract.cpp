#include "scenarios/read_contract.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "model/calendar.h"
#include "model/code_values.h"
#include "model/contract_key.h"
#include "scenarios/contract_values.h"
#include "scenarios/dotted_key.h"
#include "scenarios/fee_schedule.h"
#include "scenarios/read_span_column.h"

namespace paystress {
namespace {

// To-date columns may be written flat ("visits.99214" = 3) or as TOML reads visits.99214 = 3: a table.
void read_quantities(TableReader& table, const std::string& prefix,
                     std::vector<std::pair<std::string, double>>& quantities) {
  for (const auto& entry : table.table().entries) {
    if (prefix.empty() && (entry.key == "draw_balance_usd" || entry.key == "withheld_usd" ||
                           entry.key == "earned_usd" || entry.key == "last_year"))
      continue;
    const auto column = prefix + entry.key;
    if (entry.value.kind == TomlValue::Kind::table) {
      if (auto* sub = table.sub(entry.key)) read_quantities(*sub, column + ".", quantities);
    } else if (const auto value = table.number(entry.key)) {
      quantities.emplace_back(column, *value);
    }
  }
}

Opening read_opening(TableReader& table) {
  Opening opening;
  constexpr double most = 1e12;
  if (const auto usd = table.number("draw_balance_usd", {0.0, most, "dollars owed under the draw"}))
    opening.draw_balance_usd = *usd;
  if (const auto usd = table.number("withheld_usd", {0.0, most, "dollars held back so far"}))
    opening.withheld_usd = *usd;
  if (auto* earned = table.sub("earned_usd")) {
    for (const auto& entry : earned->table().entries)
      if (const auto usd =
              earned->number(entry.key, {-most, most, "dollars earned this year before the start"}))
        opening.earned_usd.emplace_back(entry.key, *usd);
    if (earned->table().entries.empty()) earned->error("", "is empty", "", "Remove it.");
  }
  if (auto* before = table.sub("last_year")) {
    read_quantities(*before, "", opening.last_year);
    if (before->table().entries.empty()) before->error("", "is empty", "", "Remove it.");
  }
  read_quantities(table, "", opening.to_date);
  if (table.table().entries.empty()) table.error("", "is empty", "", "Remove it.");
  return opening;
}

std::vector<std::pair<std::string, Amount>> read_terms(TableReader& table) {
  std::vector<std::pair<std::string, Amount>> terms;
  for (const auto& entry : table.table().entries) {
    terms.emplace_back(entry.key, read_amount(table, entry.key).value_or(unread_amount()));
  }
  if (table.table().entries.empty()) table.error("", "is empty", "", "Remove it.");
  return terms;
}

// What a visit's work RVU is, where the contract says so itself: a year of the schedule, or a list.
void read_work_rvus(TableReader& table, Contract& contract) {
  const auto* year = table.find("schedule_year");
  if (year == nullptr || year->kind != TomlValue::Kind::string)
    if (const auto pinned = table.integer("schedule_year", least_schedule_year, most_schedule_year,
                                          "a year of the fee schedule"))
      contract.schedule_year = static_cast<int>(*pinned);
  static constexpr std::array<std::pair<std::string_view, bool>, 1> floating{{{"current", true}}};
  if (year == nullptr || year->kind == TomlValue::Kind::string)
    static_cast<void>(table.choice<bool>("schedule_year", floating));
  auto* own = table.sub("work_rvu");
  if (own == nullptr) return;
  if (own->table().entries.empty()) own->error("", "is empty", "", "Remove it.");
  constexpr double hundred = 100.0, rounding = 1e-9;
  for (const auto& entry : own->table().entries) {
    const auto value = own->number(entry.key, {0.0, most_work_rvu, "work RVUs of one visit"});
    if (!value) continue;
    const auto hundredths = std::lround(*value * hundred);
    if (std::abs(*value * hundred - static_cast<double>(hundredths)) > rounding)
      own->error(entry.key, "has more than two decimals", "work RVUs are hundredths", "Write such as 1.92.");
    contract.work_rvu_hundredths.emplace_back(entry.key, hundredths);
  }
}

std::string_view next_part(std::string_view key) { return key.substr(0, key.find('.')); }

// A key that enters pay and adjust by name, with the number of the part instead.
std::string numbered_key(const TomlValue& offer, const std::string& key) {
  const auto group = next_part(key);
  const auto* list = offer.find(group);
  if ((group != "pay" && group != "adjust") || group.size() == key.size() || list == nullptr) return key;
  const auto rest = std::string_view(key).substr(group.size() + 1);
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const auto* name = list->items[i].kind == TomlValue::Kind::table ? list->items[i].find("name") : nullptr;
    // Names may hold points themselves.
    if (name == nullptr || name->text.empty() || !rest.starts_with(name->text)) continue;
    const auto below = rest.substr(name->text.size());
    if (below.empty() || below.front() == '.') return fmt::format("{}.{}{}", group, i + 1, below);
  }
  return key;
}

// "pay.2" and "tiers.1.above" of "pay.2.tiers.1.above".
std::pair<std::string_view, std::string_view> split_part(std::string_view key) {
  const auto group = next_part(key);
  if (group.size() == key.size()) return {key, {}};
  const auto part = group.size() + 1 + next_part(key.substr(group.size() + 1)).size();
  return {key.substr(0, part), key.substr(std::min(key.size(), part + 1))};
}

// The adjustments act in the order of the file unless `adjust_order` names another: a clause of its own, so
// that it can have readings.
void order_adjustments(TableReader& offer, const std::vector<std::string>& order,
                       std::vector<Adjustment>& adjust) {
  std::vector<Adjustment> ordered;
  for (const auto& name : order)
    if (const auto it = std::ranges::find(adjust, name, &Adjustment::name); it != adjust.end())
      ordered.push_back(*it);
  const std::set<std::string> distinct(order.begin(), order.end());
  if (ordered.size() != adjust.size() || distinct.size() != adjust.size() || order.size() != adjust.size()) {
    std::vector<std::string> names;
    names.reserve(adjust.size());
    for (const auto& a : adjust) names.push_back(a.name);
    offer.error("adjust_order", "does not name every adjustment once", "it says in which order they act",
                fmt::format("They are {}.", fmt::join(names, ", ")));
    return;
  }
  adjust = std::move(ordered);
}

// What an offer gives or takes beside pay is a line of its own: a term, so that a stress reaches it, and
// money that acts last, so that no guarantee, cap or share sees it.
void read_side_money(TableReader& offer, const std::string& key, const std::string& name, double sign,
                     Contract& contract) {
  const auto usd = offer.number(key, {0.0, 1e9, "dollars a year"});
  if (!usd) return;
  const auto has_name = [&](const auto& part) { return part.name == name; };
  if (std::ranges::any_of(contract.pay, has_name) || std::ranges::any_of(contract.adjust, has_name)) {
    offer.error(key, fmt::format("needs the name {}, which another part has", name),
                "its line in the tables is called so", "Rename that part.");
    return;
  }
  using Op = Amount::Op;
  contract.terms.emplace_back(key, *usd);
  Adjustment a;
  a.name = name;
  a.does = AddMoney{Amount::apply(Op::divide, {Amount::name(Op::column, key), 12.0 * sign})};
  contract.adjust.push_back(std::move(a));
}

// A month, or the one in which the clinician leaves.
void read_end(TableReader& offer, Contract& contract) {
  const auto* value = offer.table().find("ends");
  if (value != nullptr && value->kind == TomlValue::Kind::string) {
    static constexpr std::array<std::pair<std::string_view, bool>, 1> words{{{"leaving", true}}};
    contract.ends_by_leaving = offer.choice<bool>("ends", words).value_or(false);
  } else if (const auto month =
                 offer.integer("ends", 1, most_months, "the month in which the contract ends")) {
    contract.ends = static_cast<int>(*month);
  }
}

std::optional<Push> read_push(TableReader& table) {
  const auto &near = *find_push_number("push.within"), &added = *find_push_number("push.max_per_month");
  require(table, "within", "it says how near the line the measure must be",
          "Write a share of the line such as within = 0.05.");
  require(table, "max_per_month", "it says how many visits more can be worked",
          "Write whole visits such as max_per_month = 12.");
  const auto within = table.number("within", {near.low, near.high, near.meaning});
  const auto most = table.integer("max_per_month", static_cast<std::int64_t>(added.low),
                                  static_cast<std::int64_t>(added.high), added.meaning);
  if (within && *within == 0.0) {
    table.error("within", "is 0", "no path lies so near the line that it adds a visit",
                "Write a share above 0, or leave push out.");
    return std::nullopt;
  }
  if (!within || !most) return std::nullopt;
  return Push{*within, static_cast<int>(*most)};
}

}  // namespace

std::optional<Contract> read_contract(TableReader& offer, const std::string& name,
                                      std::span<const ColumnInfo> columns, std::span<const SpanColumn> shared,
                                      std::optional<std::chrono::year_month_day> start) {
  auto draft = draft_contract(offer, name, columns, shared, start);
  if (!draft.faults.empty()) return std::nullopt;
  return std::move(draft.contract);
}

ContractDraft draft_contract(TableReader& offer, const std::string& name, std::span<const ColumnInfo> columns,
                             std::span<const SpanColumn> shared,
                             std::optional<std::chrono::year_month_day> start) {
  Faults own;  // this offer's alone, to know whether it is whole
  TableReader table(offer.table(), offer.key(), own);
  ContractDraft draft;
  Contract& contract = draft.contract;
  contract.name = name;
  if (auto title = table.label("title")) contract.title = *title;
  contract.advertised_usd_per_year = table.number("advertised_usd_per_year", {0.0, 1e9, "dollars a year"});
  if (auto practice = table.text("advertised_practice")) contract.advertised_practice = *practice;
  static constexpr std::array<std::pair<std::string_view, Employment>, 2> kinds{
      {{"w2", Employment::w2}, {"1099", Employment::contractor}}};
  contract.employment = table.choice<Employment>("employment", kinds);
  static constexpr std::array<std::pair<std::string_view, YearKind>, 2> years{
      {{"anniversary", YearKind::anniversary}, {"calendar", YearKind::calendar}}};
  if (const auto year = table.choice<YearKind>("year", years)) contract.year = *year;
  static constexpr std::array<std::pair<std::string_view, Partial>, 3> partials{
      {{"prorate", Partial::prorate}, {"full", Partial::full}, {"none", Partial::none}}};
  contract.partial = table.choice<Partial>("partial", partials);
  read_end(table, contract);
  if (auto* push = table.sub("push")) contract.push = read_push(*push);
  static constexpr std::array<std::pair<std::string_view, Tail>, 2> tails{
      {{"paid", Tail::paid}, {"lost", Tail::lost}}};
  contract.tail = table.choice<Tail>("tail", tails);
  if (const auto round = read_rounding(table, Rounding::At::payment)) contract.round = *round;
  if (auto* terms = table.sub("terms")) contract.terms = read_terms(*terms);
  read_work_rvus(table, contract);
  if (auto* opening = table.sub("opening")) contract.opening = read_opening(*opening);

  if (auto* ledger = table.sub("ledger")) contract.ledger = read_own_spans(*ledger, columns, shared);
  std::vector<ColumnInfo> known(columns.begin(), columns.end());
  for (const auto& column : shared) known.push_back(column.info);
  for (const auto& column : contract.ledger) known.push_back(column.info);

  const OfferScope scope{contract.terms, known, start};
  // A part without a name goes by its number, as in dotted keys.
  for (auto* table_of_line : table.subs("pay")) {
    const auto before = own.error_count();
    auto line = read_pay_line(*table_of_line, scope);
    if (line.name.empty()) line.name = fmt::format("{}", contract.pay.size() + 1);
    if (is_span_of_days(*table_of_line, "reset"))
      read_span_reset(*table_of_line, known, own.error_count() == before, line, contract);
    contract.pay.push_back(std::move(line));
  }
  for (auto* table_of_adjustment : table.subs("adjust")) {
    contract.adjust.push_back(read_adjustment(*table_of_adjustment, scope));
    auto& adjustment = contract.adjust.back();
    if (adjustment.name.empty()) adjustment.name = fmt::format("{}", contract.adjust.size());
    if (is_span_of_days(*table_of_adjustment, "per"))
      read_span_rule(*table_of_adjustment, adjustment, contract);
  }
  take_shared_spans(shared, contract);
  if (const auto order = table.texts("adjust_order")) order_adjustments(table, *order, contract.adjust);
  read_side_money(table, "benefits_usd_per_year", "benefits", 1.0, contract);
  read_side_money(table, "own_costs_usd_per_year", "own_costs", -1.0, contract);
  const auto has_none = [&](const char* key) {
    const auto* tables = table.find(key);
    return tables == nullptr || (tables->kind == TomlValue::Kind::array && tables->items.empty());
  };
  if (has_none("pay") && has_none("adjust"))
    table.error("pay", "missing", "an offer without a component or an adjustment pays nothing",
                "Write at least one [[" + table.key_of("pay") + "]] table.");
  table.finish();
  for (const auto& fault : own.sorted()) offer.faults().add(fault);
  for (const auto& entry : offer.table().entries) offer.know(entry.key);  // reported above
  for (auto& fault : own.sorted())
    if (fault.severity == Fault::Severity::error) draft.faults.push_back(std::move(fault));
  return draft;
}

std::vector<ContractFlaw> certain_flaws(std::vector<ContractFlaw> flaws, std::span<const Fault> faults,
                                        const TomlValue& offer, const std::string& offer_key) {
  if (faults.empty()) return flaws;
  const auto prefix = offer_key + ".";
  std::vector<std::string_view> faulty;  // keys below the offer, parts by their numbers
  bool names_unread = false;             // of parts
  bool terms_unread = false;
  for (const auto& fault : faults) {
    if (!fault.key.starts_with(prefix)) continue;
    const auto below = std::string_view(fault.key).substr(prefix.size());
    faulty.push_back(below);
    names_unread = names_unread || below.ends_with(".name");
    // A key that nobody knows may be `terms`, misspelt.
    const bool is_top = below.find('.') == std::string_view::npos;
    terms_unread = terms_unread || below == "terms" || (is_top && fault.kind == Fault::Kind::unknown_key);
  }
  const auto is_faulty = [&](std::string_view key) {
    return std::ranges::any_of(faulty, [&](std::string_view at) {
      return at.starts_with(key) && (at.size() == key.size() || at[key.size()] == '.');
    });
  };
  const bool parts_faulty = is_faulty("pay") || is_faulty("adjust");
  std::erase_if(flaws, [&](const ContractFlaw& flaw) {
    const auto key = numbered_key(offer, flaw.key);
    const auto [part, below] = split_part(key);
    // What is said of a whole part (a circle of amounts) holds beside a fault within it.
    const bool of_whole_part = below.empty() && (part.starts_with("pay.") || part.starts_with("adjust."));
    if (!of_whole_part && is_faulty(key)) return true;
    const bool unknown_name = flaw.kind == FlawKind::unknown_column || flaw.kind == FlawKind::unknown_code;
    if (names_unread && flaw.kind == FlawKind::unknown_component) return true;
    // The name may be that of a term or a column that could not be read.
    if ((terms_unread || is_faulty("ledger")) && unknown_name) return true;
    // The rest compares several values, of which one may not have been read.
    if (below == "pay_over" || below == "corridor" || below == "blocks") return is_faulty(part);
    if (flaw.kind == FlawKind::nothing_to_recover) return parts_faulty || is_faulty("ends");
    if (flaw.kind == FlawKind::cap_below_guarantee) return parts_faulty;
    if (flaw.kind == FlawKind::balance_without_owner) return is_faulty("adjust");
    if (flaw.kind == FlawKind::cut_period)
      return parts_faulty || is_faulty("ends") || is_faulty("year") || is_faulty("partial");
    return false;
  });
  return flaws;
}

std::vector<ColumnInfo> read_user_columns(TableReader& ledger) {
  std::vector<ColumnInfo> columns;
  static constexpr std::array<std::pair<std::string_view, ColumnUnit>, 5> units{
      {{"usd", ColumnUnit::usd},
       {"count", ColumnUnit::count},
       {"hours", ColumnUnit::hours},
       {"points", ColumnUnit::points},
       {"ratio", ColumnUnit::ratio}}};
  static constexpr std::array<std::pair<std::string_view, ColumnJoin>, 4> joins{{{"sum", ColumnJoin::sum},
                                                                                 {"last", ColumnJoin::last},
                                                                                 {"max", ColumnJoin::max},
                                                                                 {"mean", ColumnJoin::mean}}};
  for (const auto& entry : ledger.table().entries) {
    auto* table = ledger.sub(entry.key);
    if (table == nullptr || is_span_column(*table)) continue;
    ColumnInfo column;
    column.name = entry.key;
    column.meaning = "a column of the user's own";
    require(*table, "unit", "", "Write unit = \"usd\", \"count\", \"hours\", \"points\" or \"ratio\".");
    if (const auto unit = table->choice<ColumnUnit>("unit", units)) column.unit = *unit;
    require(*table, "period", "the months of dollars add up, those of a headcount do not",
            "Write period = \"sum\", \"last\", \"max\" or \"mean\".");
    if (const auto join = table->choice<ColumnJoin>("period", joins)) column.join = *join;
    int decimals = column.unit == ColumnUnit::usd || column.unit == ColumnUnit::points ? 2 : 0;
    const bool real = column.unit == ColumnUnit::hours || column.unit == ColumnUnit::ratio;
    const auto written = table->integer("decimals", 0, 9, "digits after the point");
    if (written) column.decimals = decimals = static_cast<int>(*written);
    column.scale = real && !written ? 0.0 : std::round(std::pow(10.0, decimals));
    check_column_name(*table, column.name);
    columns.push_back(std::move(column));
  }
  return columns;
}

namespace {

// Does the offer itself write the column of this key, "ledger.NAME.value"?
bool has_ledger_column(const TomlValue& offer, std::string_view key) {
  const auto* ledger = offer.find("ledger");
  const auto rest = key.substr(std::string_view("ledger.").size());
  return ledger != nullptr && ledger->find(next_part(rest)) != nullptr;
}

}  // namespace

void report_flaws(std::span<const ContractFlaw> flaws, Fault::Severity severity, const TomlValue& offer,
                  const std::string& key, Faults& faults) {
  for (const auto& flaw : flaws) {
    auto fix = flaw.fix;
    if (!fix.empty() && fix.back() != '.' && fix.back() != '?') fix += '.';
    // A column that offers share has its key at the top of the study.
    const bool shared = flaw.key.starts_with("ledger.") && !has_ledger_column(offer, flaw.key);
    const auto full = shared ? flaw.key : flaw.key.empty() ? key : key + "." + flaw.key;
    faults.add({deepest_value(offer, flaw.key).place(), full, flaw.problem, flaw.why, std::move(fix),
                severity, Fault::Kind::other});
  }
}

}  // namespace paystress
