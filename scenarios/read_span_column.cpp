#include "scenarios/read_span_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>
#include <variant>

#include "model/amount_facts.h"
#include "model/span_columns.h"
#include "scenarios/contract_columns.h"
#include "scenarios/contract_values.h"

namespace paystress {
namespace {

constexpr int longest_span_days = 366;

void read_each(TableReader& table, const char* key, SpanColumn& column) {
  const auto each = table.text(key);
  if (!each) return;
  const std::string_view text = *each;
  if (text == "day") {
    column.each = SpanColumn::Each::day;
  } else if (text == "week") {
    column.each = SpanColumn::Each::week;
  } else {
    column.each = SpanColumn::Each::days;
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), column.days);
    const std::string_view unit(stop, static_cast<std::size_t>(text.data() + text.size() - stop));
    if (failed != std::errc() || unit != " days" || column.days < 2 || column.days > longest_span_days)
      table.error(key, fmt::format("\"{}\" is no span", text), {},
                  fmt::format("Write {} = \"day\", \"week\" (Monday to Sunday) or a number of days such as "
                              "\"14 days\".",
                              key));
  }
}

void read_from(TableReader& table, SpanColumn& column) {
  const bool needs_date = column.each == SpanColumn::Each::days;
  if (needs_date && (column.days < 2 || column.days > longest_span_days)) return table.know("from");  // said
  const auto* from = table.find("from");
  if (from == nullptr) {
    if (needs_date)
      table.error("", fmt::format("from is missing (which {} days belong together)", column.days), {},
                  "Write the first day of one of the periods, such as from = 2026-01-05.");
    return;
  }
  if (!needs_date) {
    table.error("from", "has no meaning here", "a day is a day, and a week runs from Monday to Sunday",
                "Leave it out, or write each = \"7 days\" for weeks that begin on another day.");
  } else if (from->kind != TomlValue::Kind::date || !from->date.ok()) {
    table.error("from", fmt::format("{} is no date", text_of(*from)), {}, "Write a date such as 2026-01-05.");
  } else {
    column.from = std::chrono::sys_days(from->date);
  }
}

void read_unit(TableReader& table, SpanColumn& column) {
  require(table, "unit", "", "Write unit = \"usd\", \"count\", \"hours\" or \"points\".");
  static constexpr std::array<std::pair<std::string_view, ColumnUnit>, 4> units{
      {{"usd", ColumnUnit::usd},
       {"count", ColumnUnit::count},
       {"hours", ColumnUnit::hours},
       {"points", ColumnUnit::points}}};
  if (const auto unit = table.choice<ColumnUnit>("unit", units)) column.info.unit = *unit;
  const bool counts = column.info.unit == ColumnUnit::count;
  const auto decimals = table.integer("decimals", 0, 9, "digits after the point");
  column.info.scale = std::round(std::pow(10.0, static_cast<double>(decimals.value_or(counts ? 0 : 2))));
  if (table.find("period") != nullptr)
    table.error("period", "has no meaning here", "what is counted by spans adds up", "Leave it out.");
}

}  // namespace

void check_column_name(TableReader& table, const std::string& name) {
  if (find_ledger_column(name) != nullptr)
    table.error("", "is a column that every ledger has", "", "Give the column another name.");
  if (name == "month")
    table.error("", "is a word of the grammar", "`month` in an expression is the month of the contract",
                "Give the column another name.");
  if (is_name_of_a_day(name) || is_name_of_a_span(name) || name == "shift")
    table.error("", "is a word of the grammar", "in a column of the days it says what a day is",
                "Give the column another name.");
}

void check_made_name(TableReader& table, const std::string& name) {
  const auto before = table.faults().error_count();
  check_column_name(table, name);
  if (table.faults().error_count() != before) return;
  const auto read = parse_amount(name);
  const auto* amount = std::get_if<Amount>(&read);
  const bool is_name = amount != nullptr && amount->op() == Amount::Op::column && amount->name() == name;
  if (!is_name || name.find('.') != std::string::npos)
    table.error("", "is no name for a column", "an expression could not name it",
                "Write letters, digits and _, and no word of the grammar such as and, or, min.");
}

bool is_span_column(const TableReader& table) { return table.has("each"); }

std::vector<SpanColumn> read_shared_spans(TableReader& ledger) {
  std::vector<SpanColumn> columns;
  for (const auto& entry : ledger.table().entries) {
    auto* table = ledger.sub(entry.key);
    if (table == nullptr || !is_span_column(*table)) continue;
    if (auto column = read_span_column(*table, entry.key)) {
      column->is_shared = true;
      columns.push_back(std::move(*column));
    }
  }
  return columns;
}

std::vector<SpanColumn> read_own_spans(TableReader& ledger, std::span<const ColumnInfo> columns,
                                       std::span<const SpanColumn> shared) {
  std::vector<SpanColumn> own;
  for (const auto& entry : ledger.table().entries) {
    auto* table = ledger.sub(entry.key);
    if (table == nullptr) continue;
    if (std::ranges::find(columns, entry.key, &ColumnInfo::name) != columns.end() ||
        find_span_column(shared, entry.key) != nullptr)
      table->error("", "is also a column of [ledger] or of a practice",
                   "a reader could not tell which is meant", "Give the column another name.");
    if (!require(*table, "each", "what an offer adds to the ledger is counted by spans",
                 "Write each = \"day\", \"week\" or \"14 days\"; a column that a ledger brings stands under "
                 "[ledger]."))
      for (const auto& key : table->table().entries) table->know(key.key);
    else if (auto column = read_span_column(*table, entry.key))
      own.push_back(std::move(*column));
  }
  if (ledger.table().entries.empty()) ledger.error("", "is empty", "", "Remove it.");
  return own;
}

void take_shared_spans(std::span<const SpanColumn> shared, Contract& contract) {
  auto& ledger = contract.ledger;
  for (bool more = true; more;) {
    more = false;
    auto uses = columns_used(contract);
    std::ranges::move(columns_of_spans(contract), std::back_inserter(uses));
    for (const auto& column : shared) {
      if (std::ranges::find(uses, column.info.name, &ColumnUse::column) == uses.end() ||
          find_span_column(ledger, column.info.name) != nullptr)
        continue;
      ledger.push_back(column);
      more = true;
    }
  }
  // Those of the days first: longer spans are made of them. Then as the study writes them, the offer's own
  // last.
  const auto place = [&](const SpanColumn& s) {
    const auto* it = find_span_column(shared, s.info.name);
    return std::pair(s.each != SpanColumn::Each::day,
                     it == nullptr ? shared.size() : static_cast<std::size_t>(it - shared.data()));
  };
  std::ranges::stable_sort(ledger, {}, place);
}

std::optional<SpanColumn> read_span_column(TableReader& table, const std::string& name) {
  const auto before = table.faults().error_count();
  SpanColumn column;
  column.info = {name, ColumnUnit::usd, ColumnJoin::sum, 100.0, "a column that the contract counts by spans"};
  read_span_length(table, "each", column);
  read_unit(table, column);
  require(table, "value", "what a span adds to the month",
          "Write an amount, such as value = \"max(0, 400 - 60 * completed_visits)\".");
  if (const auto value = read_amount(table, "value")) column.value = *value;
  column.when = read_condition(table, "when");
  check_made_name(table, name);
  if (table.faults().error_count() != before) return std::nullopt;
  return column;
}

void read_span_length(TableReader& table, const char* key, SpanColumn& column) {
  read_each(table, key, column);
  read_from(table, column);
}

bool is_span_of_days(const TableReader& table, std::string_view key) {
  const auto* per = table.table().find(key);
  if (per == nullptr || per->kind != TomlValue::Kind::string) return false;
  const std::string_view text = per->text;
  return text == "day" || text == "week" || text.ends_with(" days");
}

namespace {

// What a component earns in a span: units of the days at rates that are terms. Else why it cannot be told.
std::variant<Amount, std::string> earned_in_span(const PayLine& line, const Contract& contract) {
  using Op = Amount::Op;
  if (const auto* made = std::get_if<FixedPay>(&line.pays))
    if (const auto* of_days = find_span_column(contract.ledger, made->usd.name());
        made->usd.op() == Op::column && of_days != nullptr && of_days->each == SpanColumn::Each::day)
      return made->usd;
  const auto* pay = std::get_if<MeasuredPay>(&line.pays);
  if (pay == nullptr) return "is money that no day earns";
  if (line.when || line.months) return "runs in some months or cases only";
  if (pay->blocks || pay->corridor || pay->pay_per || pay->each_code) return "is no plain rate";
  const auto is_own_number = [&](const Amount& rate) {
    const auto e = expand_terms(rate, contract);
    return e && rate.constant() && rate.constant() != 1.0 && e->text() == rate.text();
  };
  const std::string own =
      "has a rate that is a number of its own, so that a stress of it would miss the period";
  if (const auto* rate = std::get_if<SingleRate>(&pay->schedule)) {
    if (is_own_number(rate->usd)) return own;
    return Amount::apply(Op::multiply, {pay->measure, rate->usd});
  }
  const auto* table = std::get_if<CodeTable>(&pay->schedule);
  if (table == nullptr || table->usd_by_code.empty()) return "is no plain rate";
  Amount sum;
  for (const auto& [code, usd] : table->usd_by_code) {
    if (is_own_number(usd)) return own;
    sum = Amount::apply(
        Op::add, {sum, Amount::apply(Op::multiply, {Amount::name(Op::column, "visits." + code), usd})});
  }
  return sum;
}

}  // namespace

void read_span_rule(TableReader& table, Adjustment& adjustment, Contract& contract) {
  using Op = Amount::Op;
  const auto before = table.faults().error_count();
  SpanColumn column;
  column.info = {adjustment.name + "_usd", ColumnUnit::usd, ColumnJoin::sum, 100.0,
                 "what a rule of the contract changes, by spans"};
  read_span_length(table, "per", column);
  static constexpr std::array<std::string_view, 3> unused{"months", "when", "paid"};
  refuse(table, unused, "a period of days");
  const auto* guarantee = std::get_if<Guarantee>(&adjustment.does);
  const auto* cap = std::get_if<Cap>(&adjustment.does);
  if (guarantee == nullptr && cap == nullptr)
    return table.error("per", "is a period of guarantees and caps only",
                       "other rules act on the money of months",
                       "Count what it needs in a column under [offers.NAME.ledger].");
  require(table, "on", "a period of days is that of the components that run by days",
          "Write on = [\"...\"].");
  Amount brought;
  for (const auto& name : adjustment.on) {
    const auto line = std::ranges::find(contract.pay, name, &PayLine::name);
    if (line == contract.pay.end()) {
      table.error("on", fmt::format("unknown component {}", name), "no pay line has this name",
                  "Name pay lines.");
      continue;
    }
    auto earned = earned_in_span(*line, contract);
    if (const auto* why = std::get_if<std::string>(&earned))
      table.error("on", fmt::format("{} {}", name, *why),
                  "a period of days is compared with what its days bring",
                  "Name components of a measure and a usd that names terms.");
    else
      brought = brought.constant() == 0.0 ? std::get<Amount>(earned)
                                          : Amount::apply(Op::add, {brought, std::get<Amount>(earned)});
  }
  check_made_name(table, column.info.name);
  if (table.faults().error_count() != before) return;
  const auto& bound = guarantee != nullptr ? guarantee->usd : cap->usd;
  column.value = Amount::apply(guarantee != nullptr ? Op::maximum : Op::minimum,
                               {0.0, Amount::apply(Op::subtract, {bound, brought})});
  adjustment.does = AddMoney{Amount::name(Op::column, column.info.name)};
  adjustment.per = Span::month;
  contract.ledger.push_back(std::move(column));
}

}  // namespace paystress
