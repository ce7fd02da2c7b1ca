#include "analysis/path_table.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

struct PathRow {
  RowScenario scenario;
};

/// A number of each path, with the decimals that it is printed with.
struct PathNumber {
  TableColumn head;
  int decimals;
  std::vector<double> PathColumns::*values;  ///< null: the income of the scenario
};

const std::vector<PathNumber>& path_numbers() {
  using P = PathColumns;
  static const std::vector<PathNumber> numbers{
      {{"income_usd", "number", "usd", "pay over the horizon; up to leaving, of an offer that ends by it"},
       2,
       nullptr},
      {{"session_hours", "number", "hours", "hours of session, had the path stayed"}, 4, &P::session_hours},
      {{"after_hours", "number", "hours", "unpaid hours outside sessions, likewise"}, 4, &P::after_hours},
      {{"meeting_hours", "number", "hours", "unpaid hours of meetings and training, likewise"},
       4,
       &P::meeting_hours},
      {{"completed_visits", "number", "visits", "visits completed, likewise"}, 0, &P::completed_visits},
      {{"generated_wrvu", "number", "wRVU", "wRVU as coded in the month worked, likewise"},
       2,
       &P::generated_wrvu}};
  return numbers;
}

// A decimal with a fixed number of digits, from a whole number: several times as fast as a general double.
void put_fixed(std::string& out, double value, int decimals) {
  long long unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  const auto whole = std::llround(std::abs(value) * static_cast<double>(unit));
  if (value < 0 && whole != 0) out += '-';
  out += fmt::format_int(whole / unit).str();
  if (decimals == 0) return;
  std::array<char, 24> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), whole % unit);
  static_cast<void>(error);  // 24 characters hold any number
  const auto written = static_cast<std::size_t>(end - buffer.data());
  out += '.';
  out.append(static_cast<std::size_t>(decimals) - written, '0');
  out.append(buffer.data(), written);
}

}  // namespace

PathColumns path_columns_of(const PracticeColumns& practice) {
  const auto& horizon = practice.periods().front();
  return {practice.session_hours(horizon), practice.after_hours(horizon), practice.meeting_hours(horizon),
          practice.completed_visits(horizon), practice.generated_wrvu(horizon)};
}

void for_path_rows(const RowScenario& scenario, const PathColumns& columns,
                   std::span<const double> income_usd,
                   const std::function<void(std::string_view rows)>& take) {
  constexpr std::size_t flush_at = std::size_t{1} << 18;
  const auto cells = [&scenario](const RowColumns<PathRow>& columns_of) {
    CsvRows row;
    for (const auto& column : columns_of) column.cell(row, {scenario});
    return row.take();
  };
  const std::string names = cells(Columns<PathRow>::scenario());
  const std::string end = ',' + cells(Columns<PathRow>::leaving()) + '\n';
  std::string buffer;
  for (std::size_t p = 0; p < income_usd.size(); ++p) {
    buffer += names;
    buffer += ',';
    buffer += fmt::format_int(p).str();
    for (const auto& number : path_numbers()) {
      buffer += ',';
      put_fixed(buffer, number.values == nullptr ? income_usd[p] : (columns.*number.values)[p],
                number.decimals);
    }
    buffer += end;
    if (buffer.size() >= flush_at) {
      take(buffer);
      buffer.clear();
    }
  }
  take(buffer);
}

const std::vector<TableColumn>& path_columns() {
  static const std::vector<TableColumn> columns = [] {
    using C = Columns<PathRow>;
    std::vector<TableColumn> all;
    for (const auto& c : C::scenario()) all.push_back(c.head);
    all.push_back({"path", "integer", "", "number of the path, from 0: what replay takes"});
    for (const auto& number : path_numbers()) all.push_back(number.head);
    for (const auto& c : C::leaving()) all.push_back(c.head);
    return all;
  }();
  return columns;
}

}  // namespace paystress
