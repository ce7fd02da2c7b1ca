#include "scenarios/typed_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "model/amount_facts.h"
#include "model/code_values.h"
#include "model/date_text.h"
#include "model/span_columns.h"
#include "scenarios/contract_columns.h"
#include "scenarios/contract_values.h"
#include "scenarios/read_periods.h"
#include "scenarios/toml_reader.h"
#include "scenarios/typed_number.h"

namespace paystress {
namespace {

// A period in which a contract counts, and the key that says so.
struct CountedPeriod {
  Span span = Span::month;
  std::optional<MonthRange> phase;
  std::string key;
};

// Does a component pay each month the same, whatever the other months of its period held?
bool pays_month_by_month(const FixedPay& pay) {
  return pay.paid == PaidWhen::running && pay.usd.constant().has_value();
}
bool pays_month_by_month(const MeasuredPay& pay, const LedgerLayout& layout) {
  const auto* rate = std::get_if<SingleRate>(&pay.schedule);
  const auto column = pay.measure.op() == Amount::Op::column ? layout.find(pay.measure.name()) : std::nullopt;
  return rate != nullptr && rate->usd.constant() && column && layout[*column].join == ColumnJoin::sum &&
         !pay.blocks && !pay.corridor && !pay.pay_per && !pay.pay_over && pay.paid == PaidWhen::running;
}
bool acts_month_by_month(const Adjustment& a) {
  if (a.paid && *a.paid != PaidWhen::running) return false;
  const auto* added = std::get_if<AddMoney>(&a.does);
  const auto* factor = std::get_if<Multiply>(&a.does);
  return (added != nullptr && added->usd.constant()) || (factor != nullptr && factor->factor.constant());
}

// Is it judged on what the ledger holds, over its period?
bool reads_ledger(const std::optional<Condition>& when, const Contract& contract) {
  if (!when) return false;
  const auto expanded = expand_terms(*when, contract);
  AmountNames names;
  if (expanded) collect_names(*expanded, names);
  return names.reads_ledger();
}

std::vector<CountedPeriod> counted_periods(const Contract& contract, const LedgerLayout& layout) {
  std::vector<CountedPeriod> all;
  for (const auto& line : contract.pay) {
    const auto key = "pay." + line.name;
    const bool judged = reads_ledger(line.when, contract);
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      if (judged || !pays_month_by_month(*fixed)) all.push_back({fixed->per, line.months, key + ".per"});
      continue;
    }
    const auto& pay = std::get<MeasuredPay>(line.pays);
    if (!judged && pays_month_by_month(pay, layout)) continue;
    all.push_back({pay.reset, line.months, key + ".reset"});
    if (pay.pay_over) all.push_back({*pay.pay_over, line.months, key + ".pay_over"});
  }
  for (const auto& a : contract.adjust) {
    const auto key = "adjust." + a.name;
    if (const auto* withhold = std::get_if<Withhold>(&a.does))
      all.push_back({withhold->in, a.months, key + ".withhold.in"});
    else if (const auto* draw = std::get_if<Draw>(&a.does))
      all.push_back({Span::horizon, draw->months, key + ".draw"});  // its balance runs on
    else if (reads_ledger(a.when, contract) || !acts_month_by_month(a))
      all.push_back({a.per, a.months, key + ".per"});
  }
  if (reads_year_to_date(contract)) all.push_back({Span::year, {}, "to_date"});
  return all;
}

// First month of the contract in the period that month m lies in. `calendar`: months from a January to the
// first month of the contract, where periods are those of the calendar.
int first_month_of(const CountedPeriod& period, int m, int calendar) {
  const int phase = period.phase ? period.phase->first : 1;
  if (m < phase || period.span == Span::month) return m;
  const auto begins = [&](int length) { return (m - 1 + calendar) / length * length - calendar + 1; };
  const int natural = period.span == Span::quarter ? begins(3) : (period.span == Span::year ? begins(12) : 1);
  return std::max({natural, phase, 1});
}

// A month of the contract as the first row would write it.
std::string month_name(const LedgerPeriod& first, int month) {
  if (!first.is_dated) return fmt::format("month {}", month);
  const int index = first.calendar_year * 12 + first.calendar_month - 1 + month - first.month;
  return month_text(std::chrono::year(index / 12) / (index % 12 + 1));
}

// Everything of a month is settled in its last row, so a month that is not over yet is better left out.
void warn_short_end(const CsvText& csv, std::size_t column, const PeriodGrid& grid, Faults& faults) {
  std::map<int, std::size_t> rows;
  for (const auto& p : grid) ++rows[p.month];
  const auto& last = grid.back();
  if (rows.size() < 2 || !date_of(last)) return;
  std::size_t fewest = csv.rows.size();
  for (const auto& [month, n] : rows)
    if (month != last.month && (month != grid.front().month || rows.size() == 2))
      fewest = std::min(fewest, n);
  if (rows[last.month] >= fewest) return;
  faults.warning(csv.place(csv.rows.back(), column), "period",
                 fmt::format("{} is the last row of its month, and months before have more", last.label),
                 "what is settled by the month is settled in this row", "Write the rest of the month too.");
}

// With --rows day a row is one day, worked or not.
void check_days(const CsvText& csv, const TypedLedger& days, Faults& faults) {
  const auto worked = days.layout.find("workdays");
  for (std::size_t r = 0; r < days.grid.size(); ++r) {
    if (!date_of(days.grid[r])) {
      faults.error(csv.place(csv.rows[r], *csv.find_column("period")), "period",
                   fmt::format("{} is no date", days.grid[r].label), "with --rows day a row is a day",
                   "Write dates such as 2026-01-15.");
      return;
    }
    if (const double value = worked ? days.block.at(r, *worked)[0] : 1.0; value != 0.0 && value != 1.0) {
      faults.error(csv.place(csv.rows[r], *csv.find_column("workdays")), "workdays",
                   fmt::format("{} is neither 0 nor 1", value), "with --rows day a row is a day",
                   "Write 1 on a day worked, else 0.");
      return;
    }
  }
}

// Spans run from the first day of the first month to the last of the last: what lies before and after the
// rows counts as days without work.
void warn_untyped_days(const CsvText& csv, const PeriodGrid& days, Faults& faults) {
  constexpr std::chrono::days more_than_a_week{8};
  const auto first = date_of(days.front()), last = date_of(days.back());
  if (!first || !last) return;
  const auto warn = [&](const CsvText::Row& row, const std::string& label, const char* which,
                        const char* edge) {
    faults.warning(
        csv.place(row, *csv.find_column("period")), "period",
        fmt::format("{} is the {} row, more than a week from the {} of its month", label, which, edge),
        "days without a row are days without work, and weeks and fortnights are paid on them too",
        "Write the whole month, or leave it out.");
  };
  const std::chrono::year_month_day begin{*first}, end{*last};
  if (*first - std::chrono::sys_days(begin.year() / begin.month() / 1) >= more_than_a_week)
    warn(csv.rows.front(), days.front().label, "first", "start");
  if (std::chrono::sys_days(end.year() / end.month() / std::chrono::last) - *last >= more_than_a_week)
    warn(csv.rows.back(), days.back().label, "last", "end");
}

// Columns that one may have meant: those of every ledger and the user's own.
std::vector<std::string> known_names(std::span<const ColumnInfo> user_columns) {
  std::vector<std::string> names;
  for (const auto& column : user_columns) names.push_back(column.name);
  for (auto& name : ledger_column_names()) names.push_back(std::move(name));
  return names;
}

struct Column {
  ColumnInfo info;
  std::vector<double> values;  // of the rows, in the column's unit
};

// Reads the cells of a column and settles its scale: a unit of the last decimal that somebody typed.
std::optional<Column> read_column(const CsvText& csv, std::size_t c, ColumnInfo info, Faults& faults) {
  Column column{std::move(info), {}};
  int decimals = 0;
  double largest = 0.0;
  for (const auto& row : csv.rows) {
    const auto number = typed_number(row.cells[c].text, column.info, csv.place(row, c), faults);
    if (!number) continue;
    decimals = std::max(decimals, number->decimals);
    largest = std::max(largest, std::abs(number->value));
    column.values.push_back(number->value);
  }
  if (column.values.size() != csv.rows.size()) return std::nullopt;
  constexpr int most_decimals = 12;
  const double typed_scale = std::round(std::pow(10.0, std::min(decimals, most_decimals)));
  const double scale = std::max({1.0, typed_scale, column.info.scale});
  // Sums over the rows must stay exact too.
  const double rows = static_cast<double>(std::max<std::size_t>(1, csv.rows.size()));
  column.info.scale = decimals <= most_decimals && largest * rows * scale < exact_integers ? scale : 0.0;
  return column;
}

// The user's columns, then those that the contract counts by spans.
std::vector<ColumnInfo> declared_columns(const Contract& contract, std::span<const ColumnInfo> user_columns) {
  std::vector<ColumnInfo> all(user_columns.begin(), user_columns.end());
  for (const auto& column : contract.ledger) all.push_back(column.info);
  return all;
}

// Columns that are read, of codes all: notes beside them may hold what they like.
std::vector<std::size_t> number_columns(const CsvText& csv, std::span<const ColumnUse> uses) {
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < csv.header.cells.size(); ++c) {
    const auto& name = csv.header.cells[c].text;
    if (name.starts_with("visits.") || name.starts_with("code_change.") ||
        std::ranges::find(uses, name, &ColumnUse::column) != uses.end())
      all.push_back(c);
  }
  return all;
}

}  // namespace

std::optional<ColumnInfo> known_column(std::string_view name, std::span<const ColumnInfo> user_columns) {
  const auto own = std::ranges::find(user_columns, name, &ColumnInfo::name);
  if (own != user_columns.end()) return *own;
  if (const auto* column = find_ledger_column(name)) return *column;
  if (name.starts_with("visits.") || name.starts_with("code_change."))
    return ColumnInfo{std::string(name), ColumnUnit::count, ColumnJoin::sum, 1.0, "visits of a code"};
  if (name.starts_with("shift."))
    return ColumnInfo{std::string(name), ColumnUnit::count, ColumnJoin::sum, 1.0,
                      "days worked of a kind of shift"};
  return std::nullopt;
}

void check_first_months(const CsvText& csv, const TypedLedger& ledger, const Contract& contract,
                        Faults& faults) {
  const auto column = csv.find_column("period");
  if (ledger.grid.empty() || !column) return;
  const auto& row = ledger.grid.front();
  const int calendar = row.calendar_month - 1 - (row.month - 1) % 12 + 12;
  int first = row.month;
  std::string key;
  Span span = Span::month;
  for (const auto& period : counted_periods(contract, ledger.layout)) {
    const int begins =
        first_month_of(period, row.month, contract.year == YearKind::calendar ? calendar % 12 : 0);
    if (begins >= first) continue;
    first = begins;
    key = period.key;
    span = period.span;
  }
  if (first == row.month) return;
  const bool one = first == row.month - 1;
  const auto name = std::ranges::find(span_names, span, &std::pair<std::string_view, Span>::second)->first;
  faults.error(
      csv.place(csv.rows.front(), *column), "period",
      one ? month_name(row, first) + " is left out"
          : fmt::format("{} to {} are left out", month_name(row, first), month_name(row, row.month - 1)),
      fmt::format("{} counts over a {}, in which {} would be {} without work", key, name, one ? "it" : "they",
                  one ? "a month" : "months"),
      fmt::format("Write {}, or [offers.{}.opening] with what stands before the first row.",
                  one ? "a row for it" : "rows for them", contract.name));
}

void warn_early_changes(const CsvText& csv, const TypedLedger& ledger, const Contract& contract,
                        Faults& faults) {
  const bool reprices = std::ranges::any_of(contract.pay, [](const PayLine& line) {
    const auto* pay = std::get_if<MeasuredPay>(&line.pays);
    return pay != nullptr && pay->restate == Restate::when_found;
  });
  if (!reprices || ledger.grid.empty()) return;
  const auto& first = ledger.grid.front();
  const int lag = ledger.layout.audit_lag_months();
  for (std::size_t c = 0; c < ledger.layout.size(); ++c) {
    const auto& name = ledger.layout[c].name;
    if (!name.starts_with("code_change.")) continue;
    for (std::size_t r = 0; r < ledger.grid.size(); ++r) {
      const int worked = ledger.grid[r].month - lag;
      if (worked >= first.month || ledger.block.at(r, c)[0] == 0.0) continue;
      faults.warning(csv.place(csv.rows[r], *csv.find_column(name)), name,
                     fmt::format("is left out: it concerns work {} month{} before the first row",
                                 first.month - worked, first.month - worked == 1 ? "" : "s"),
                     "restate = \"when_found\" prices the month worked again, and that month is not here",
                     "Write rows from the month worked on, or a smaller --audit-lag.");
    }
  }
}

ColumnInfo undeclared_column(const std::string& name) {
  return {name, ColumnUnit::points, ColumnJoin::sum, 1.0, "a column of the user's own"};
}

LedgerLayout layout_of(const Contract& contract, std::span<const ColumnInfo> user_columns) {
  const auto declared = declared_columns(contract, user_columns);
  std::vector<ColumnInfo> columns;
  for (const auto& use : columns_used(contract)) {
    const auto known = known_column(use.column, declared);
    columns.push_back(known ? *known : undeclared_column(use.column));
  }
  return LedgerLayout::typed(std::move(columns), 0);
}

LedgerLayout layout_told(const Contract& contract, std::span<const ColumnInfo> user_columns) {
  const auto named = layout_of(contract, user_columns);
  std::vector<ColumnInfo> columns;
  for (std::size_t c = 0; c < named.size(); ++c) columns.push_back(named[c]);
  for (const auto& [name, quantity] : contract.opening.to_date)
    if (const auto known = known_column(name, user_columns); known && !named.find(name))
      columns.push_back(*known);
  if (contract.ends_by_leaving) std::ranges::move(leaving_columns_beside(named), std::back_inserter(columns));
  const bool has_code =
      std::ranges::any_of(columns, [](const ColumnInfo& c) { return c.name.starts_with("visits."); });
  if (!has_code && counts_by_code(contract)) columns.push_back(*known_column("visits.CODE", user_columns));
  return LedgerLayout::typed(std::move(columns), 0);
}

namespace {

void report_no_periods(const CsvText& csv, Faults& found) {
  static const std::vector<std::string> meant{"month", "pay period", "date"};
  const auto near = csv.near_column("period", meant);
  found.error({csv.file, csv.header.line, 0}, "period", "missing column",
              "it holds the month or pay period of each row",
              near.empty() ? "Write it." : fmt::format("Did you mean {}? Name it period.", near));
}

struct LedgerReading {
  const CsvText& csv;
  const Contract& contract;
  std::span<const ColumnInfo> user_columns;
  std::optional<std::chrono::year_month_day> start;
  int audit_lag_months = 0;
};

void report_missing_column(const ColumnUse& use, const LedgerReading& what, Faults& found) {
  const auto& csv = what.csv;
  const auto near = csv.near_column(use.column);
  std::string fix = near.empty() ? "Add the column." : "Did you mean " + near + " to be it?";
  // A name that no ledger has is more likely misspelt in the contract.
  if (near.empty() && !known_column(use.column, what.user_columns))
    if (const auto meant = nearest_name(use.column, known_names(what.user_columns)); !meant.empty())
      fix = "Did you mean " + meant + "?";
  if (near.empty() && find_span_column(what.contract.ledger, use.column) != nullptr)
    fix = "Add the column, or write a row for every day worked and price with --rows day.";
  found.error(Place{csv.file, csv.header.line, 0}, use.column, "missing column", use.key + " reads it", fix);
}

// An offer that ends by leaving ends where the ledger says so, whether or not it names the column.
void add_leaving_columns(const LedgerReading& what, std::vector<ColumnUse>& uses, Faults& found) {
  for (std::size_t i = 0; i < leaving_column_count; ++i) {
    const std::string name(name_of(static_cast<LeavingColumn>(i)));
    const auto at = what.csv.find_column(name);
    if (!at || std::ranges::find(uses, name, &ColumnUse::column) != uses.end()) continue;
    if (what.contract.ends_by_leaving)
      uses.push_back({name, "ends"});
    else
      found.warning(what.csv.place(what.csv.header, *at), name, "is left aside",
                    "the offer does not end when the clinician leaves",
                    fmt::format("Write ends = \"leaving\" under [offers.{}], or leave the column out.",
                                what.contract.name));
  }
}

/// The ledger of one path that these columns make, in stored units.
TypedLedger ledger_of(std::span<const Column> columns, PeriodGrid grid, std::size_t rows,
                      int audit_lag_months) {
  std::vector<ColumnInfo> infos;
  infos.reserve(columns.size());
  for (const auto& column : columns) infos.push_back(column.info);
  TypedLedger ledger{LedgerLayout::typed(std::move(infos), audit_lag_months), std::move(grid),
                     LedgerBlock(rows, columns.size(), 1)};
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const double scale = columns[c].info.scale;
    for (std::size_t r = 0; r < rows; ++r) {
      const double value = columns[c].values[r];
      ledger.block.at(r, c)[0] = scale > 0.0 ? std::round(value * scale) : value;
    }
  }
  return ledger;
}

// Reads the columns of `uses`, and those of codes.
std::optional<TypedLedger> read_columns(const LedgerReading& what, std::vector<ColumnUse> uses,
                                        Faults& found) {
  add_leaving_columns(what, uses, found);
  const auto& csv = what.csv;  // no structured binding: Clang 14 does not capture one
  const auto& contract = what.contract;
  const auto& start = what.start;
  const Place header{csv.file, csv.header.line, 0};
  const auto period = csv.find_column("period");
  if (!period) report_no_periods(csv, found);
  if (csv.rows.empty())
    found.error(header, "", "has no rows", "", "Write a row for every month or pay period.");

  for (const auto& [name, amount] : contract.terms)
    if (const auto at = csv.find_column(name))
      found.error(csv.place(csv.header, *at), name, "is also the name of a term of the contract",
                  "a reader could not tell which is meant", "Rename the term or the column.");
  std::vector<Column> columns;
  std::set<std::string> taken;
  bool counts_codes = counts_by_code(contract);
  const bool has_commas = report_number_commas(csv, number_columns(csv, uses), found);
  const auto take = [&](std::size_t c, const ColumnInfo& info) {
    if (!taken.insert(info.name).second || has_commas) return;
    if (auto column = read_column(csv, c, info, found)) columns.push_back(std::move(*column));
  };
  for (const auto& use : uses) {
    const auto at = csv.find_column(use.column);
    if (!at) {
      const bool is_filled_in = contract.ends_by_leaving && find_leaving_column(use.column).has_value();
      const bool counted = !contract.work_rvu_hundredths.empty() && is_counted_by_schedule(use.column);
      if (!is_filled_in && !counted) report_missing_column(use, what, found);
      counts_codes = counts_codes || counted;
      continue;
    }
    const auto info = known_column(use.column, what.user_columns);
    if (!info)
      found.warning(csv.place(csv.header, *at), use.column, "is not declared, so its months add up", "",
                    fmt::format("Write [ledger.{}] with unit and period to say so.", use.column));
    take(*at, info ? *info : undeclared_column(use.column));
  }
  // Codes without a rate in the contract must be seen by it too, and so must later changes of codes.
  bool by_code = false;
  for (std::size_t c = 0; c < csv.header.cells.size(); ++c) {
    const auto& name = csv.header.cells[c].text;
    if (!name.starts_with("visits.") && !name.starts_with("code_change.")) continue;
    by_code = true;
    take(c, *known_column(name, what.user_columns));
  }
  if (counts_codes && !by_code)
    found.error(header, "visits.CODE", "missing columns", "the contract counts by code",
                "Write a column visits.CODE for every code.");
  PeriodGrid grid;
  if (period) grid = read_periods(csv, *period, start, found);
  if (contract.year == YearKind::calendar && !start && !grid.empty() && !grid.front().is_dated)
    found.error(csv.place(csv.rows.front(), *period), "period", "has no calendar month",
                "year = \"calendar\" needs to know when month 1 is",
                "Write 2026-01, 2026-02, ..., or start = 2026-01-01 under [study].");
  if (found.has_errors()) return std::nullopt;
  auto ledger = ledger_of(columns, std::move(grid), csv.rows.size(), what.audit_lag_months);
  check_left_once(csv, ledger, found);
  return ledger;
}

std::optional<TypedLedger> handed_over(std::optional<TypedLedger> ledger, const Faults& found,
                                       Faults& faults) {
  for (const auto& fault : found.sorted()) faults.add(fault);
  return found.has_errors() ? std::nullopt : std::move(ledger);
}

}  // namespace

std::optional<TypedLedger> read_typed_ledger(const CsvText& csv, const Contract& contract,
                                             std::span<const ColumnInfo> user_columns,
                                             std::optional<std::chrono::year_month_day> start,
                                             int audit_lag_months, Faults& faults) {
  Faults found;
  const auto declared = declared_columns(contract, user_columns);
  auto ledger =
      read_columns({csv, contract, declared, start, audit_lag_months}, columns_used(contract), found);
  if (ledger) warn_short_end(csv, *csv.find_column("period"), ledger->grid, found);
  return handed_over(std::move(ledger), found, faults);
}

std::optional<TypedLedger> read_typed_days(const CsvText& csv, const Contract& contract,
                                           std::span<const ColumnInfo> user_columns,
                                           std::optional<std::chrono::year_month_day> start,
                                           int audit_lag_months, Faults& faults) {
  Faults found;
  std::vector<ColumnUse> uses;
  for (const auto& all : {columns_used(contract), columns_of_spans(contract)})
    for (const auto& use : all) {
      const bool is_made = find_span_column(contract.ledger, use.column) != nullptr;
      const bool is_known = is_name_of_a_day(use.column) || is_name_of_a_span(use.column) ||
                            std::ranges::find(uses, use.column, &ColumnUse::column) != uses.end();
      if (!is_made && !is_known) uses.push_back(use);
    }
  for (const auto& column : contract.ledger)
    if (const auto at = csv.find_column(column.info.name))
      found.error(csv.place(csv.header, *at), column.info.name, "is typed, and made from the days too",
                  "the contract counts it from rows by day",
                  "Leave it out, or price months without --rows day.");
  // Days off may be rows too: they say so by workdays = 0, whether or not the contract names the column.
  const std::string worked = "workdays";
  if (!contract.ledger.empty() && csv.find_column(worked) &&
      std::ranges::find(uses, worked, &ColumnUse::column) == uses.end())
    uses.push_back({worked, "ledger"});
  auto ledger = read_columns({csv, contract, user_columns, start, audit_lag_months}, uses, found);
  if (ledger) {
    check_days(csv, *ledger, found);
    if (!contract.ledger.empty()) warn_untyped_days(csv, ledger->grid, found);
  }
  return handed_over(std::move(ledger), found, faults);
}

}  // namespace paystress
