#include "scenarios/typed_number.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace paystress {

std::optional<NumberText> typed_number(const std::string& text, const ColumnInfo& column, const Place& place,
                                       Faults& faults) {
  const auto refuse = [&](std::string problem, std::string why, std::string fix) {
    faults.error(place, column.name, std::move(problem), std::move(why), std::move(fix));
    return std::nullopt;
  };
  const auto number = read_number(text);
  if (!number.problem.empty())
    return refuse(number.problem, "", text.empty() ? std::string("Write 0 for nothing.") : number.fix);
  if (column.unit == ColumnUnit::count && number.value != std::floor(number.value))
    return refuse(text + " is not a whole number", "this column counts",
                  "For parts of a unit declare a column with unit = \"points\".");
  if (column.name == ledger_column_info(LedgerColumn::quality_score).name &&
      (number.value < 0.0 || number.value > 1.0))
    return refuse(text + " is no share", "the score runs from 0 to 1",
                  "Write 0.8 for 80 %, or declare a column of your own for another scale.");
  const auto leaving = find_leaving_column(column.name);
  if (leaving && *leaving != LeavingColumn::months_employed && number.value != 0.0 && number.value != 1.0)
    return refuse(text + " is neither 0 nor 1", "who leaves does so once",
                  "Write 1 in the month at whose end the clinician leaves, else 0.");
  if (column.decimals && number.decimals > *column.decimals)
    return refuse(fmt::format("{} has {} digits after the point", text, number.decimals),
                  fmt::format("[ledger.{}] says decimals = {}", column.name, *column.decimals),
                  "Correct the cell, or the decimals.");
  return number;
}

}  // namespace paystress
