// What makes a column that is counted by day, week or fortnight illegal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/code_values.h"
#include "model/flaw_finder.h"
#include "model/span_columns.h"

namespace paystress {
namespace {

constexpr std::string_view shift_prefix = "shift.";

std::string_view word_of(const SpanColumn& column) {
  return column.each == SpanColumn::Each::day    ? "day"
         : column.each == SpanColumn::Each::week ? "week"
                                                 : "period";
}

}  // namespace

void FlawFinder::check_span_column(std::size_t c) {
  const auto& column = contract_.ledger[c];
  const auto key = "ledger." + column.info.name;
  check_span_amount(key + ".value", c, column.value);
  if (column.when) check_span_condition(key + ".when", c, *column.when);
}

void FlawFinder::check_span_condition(const std::string& key, std::size_t c, const Condition& condition) {
  for (const auto& amount : condition.amounts) check_span_amount(key, c, amount);
  for (const auto& part : condition.parts) check_span_condition(key, c, part);
}

void FlawFinder::check_span_amount(const std::string& key, std::size_t c, const Amount& amount) {
  check_numbers(key, amount);
  const auto expanded = expand_terms(amount, contract_);
  if (!expanded) return;  // the circle is reported at its term
  if (reads_other_times(*expanded) && reported_.insert(key + " times").second)
    add(key, "reads pay, or another time than its own",
        "a column of the ledger is made before the contract is priced, of the days of its span",
        "Write it with columns of the days and terms");
  for (const auto& name : names_of(*expanded).columns)
    if (reported_.insert(key + " span " + name).second) check_span_name(key, c, name);
  if (const auto value = expanded->constant(); value && std::isnan(*value))
    add(key, "is undefined", "it divides by 0 whatever the ledger holds", "Correct the divisor");
}

void FlawFinder::check_span_name(const std::string& key, std::size_t c, const std::string& name) {
  const auto& column = contract_.ledger[c];
  const bool by_day = column.each == SpanColumn::Each::day;
  if (is_name_of_a_span(name)) return;
  const bool of_shift = name.starts_with(shift_prefix);
  if (!by_day && (is_name_of_a_day(name) || of_shift)) {
    add(key, fmt::format("{} has no value for a {}", of_shift ? "shift" : name, word_of(column)),
        "it is said of one day", "Name a column with each = \"day\", whose sum over the span it is");
    return;
  }
  if (is_name_of_a_day(name)) return;
  if (const auto* other = find_span_column(contract_.ledger, name)) {
    if (other->each != SpanColumn::Each::day)
      add(key, fmt::format("{} is counted by {}", name, word_of(*other)),
          "spans are made of days, not of other spans", "Name columns of the days");
    else if (other >= &column)
      add(key, fmt::format("needs {}, which is made after it", name),
          "a column is made of those that are written before it", "Write it further down");
    return;
  }
  if (has_own_work_rvus(contract_) && is_counted_by_schedule(name)) {
    add(key, fmt::format("{} is the practice's, and the contract has work RVUs of its own", name),
        "days do not know them", "Write it by code: 1.5 * visits.CODE");
    return;
  }
  const auto at = days_.find(name);
  const auto* known = at ? &days_[*at] : find_ledger_column(name);
  if (known != nullptr && known->finest == ColumnFinest::month) {
    add(key, fmt::format("{} has no value for a {}", name, word_of(column)),
        "it is a column of the whole month", "Name columns of the days, or read it in pay and adjust");
    return;
  }
  if (known != nullptr && !by_day && known->join != ColumnJoin::sum) {
    add(key, fmt::format("{} has no value for a {}", name, word_of(column)),
        "it is a level, which does not add up over days", "Name it in a column with each = \"day\"");
    return;
  }
  if (by_day && counts_days_not_worked(name)) {
    add(key, fmt::format("{} is 0 on every day worked", name),
        "a column with each = \"day\" is made of days worked, and it counts the others",
        "Name it in pay or adjust, or in a column with each = \"week\" or a number of days");
    return;
  }
  if (name.starts_with("code_change.")) {
    add(key, fmt::format("{} has no value for a {}", name, word_of(column)),
        "review finds changes by the month", "Name visits.CODE, the visits as first coded");
    return;
  }
  // Where a ledger brings the column ready made, it need not bring what the column is made of.
  if (!days_.find(column.info.name)) check_known(key, {{name}, {}, false}, false);
}

}  // namespace paystress
