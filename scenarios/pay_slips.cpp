#include "scenarios/pay_slips.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace paystress {
namespace {

class SlipReader {
 public:
  SlipReader(const CsvText& csv, const PeriodGrid& grid, Faults& faults)
      : csv_(csv), grid_(grid), faults_(faults) {}

  std::optional<PaySlips> read(const Contract& contract) {
    const auto before = faults_.error_count();
    const auto period = csv_.find_column("period");
    const auto paid = csv_.find_column("paid_usd");
    PaySlips slips;
    std::vector<std::size_t> columns;
    const auto take = [&](const std::string& name) {
      if (const auto column = csv_.find_column(name)) {
        slips.names.push_back(name);
        columns.push_back(*column);
      }
    };
    for (const auto& line : contract.pay) take(line.name);
    for (const auto& adjustment : contract.adjust) take(adjustment.name);
    const std::array<std::string, 3> months{"month", "date", "pay period"};
    if (!period) missing("period", months, "each slip is of one period of the ledger");
    if (!paid && columns.empty()) {
      const std::array<std::string, 4> others{"total", "gross", "amount", "pay"};
      missing("paid_usd", others, "there is nothing to compare");
    }
    auto numbers = columns;
    if (paid) numbers.push_back(*paid);
    if (report_number_commas(csv_, numbers, faults_) || faults_.error_count() > before) return std::nullopt;
    for (const auto& row : csv_.rows) {
      PaySlips::Slip slip;
      slip.period = period_of(row, *period);
      if (paid) slip.paid_usd = dollars(row, *paid);
      for (const auto column : columns) slip.usd.push_back(dollars(row, column));
      slips.slips.push_back(std::move(slip));
    }
    if (faults_.error_count() > before) return std::nullopt;
    return slips;
  }

 private:
  void missing(std::string_view name, std::span<const std::string> others, std::string why) {
    const auto near = csv_.near_column(name, others);
    faults_.error(
        {csv_.file, csv_.header.line, 1}, std::string(name), "missing", std::move(why),
        near.empty() ? "Write a column of this name." : fmt::format("Name the column {} so.", near));
  }

  std::size_t period_of(const CsvText::Row& row, std::size_t column) {
    const auto& label = row.cells[column].text;
    const auto it = std::ranges::find(grid_, label, &LedgerPeriod::label);
    if (it == grid_.end()) {
      faults_.error(csv_.place(row, column), "period", fmt::format("{} is no period of the ledger", label),
                    fmt::format("it runs from {} to {}", grid_.front().label, grid_.back().label),
                    "Spell it as the ledger does, or leave the row out.");
      return 0;
    }
    if (!seen_.insert(label).second)
      faults_.error(csv_.place(row, column), "period", fmt::format("{} is there twice", label),
                    "one slip is compared with one period", "Add the two up.");
    return static_cast<std::size_t>(it - grid_.begin());
  }

  std::optional<double> dollars(const CsvText::Row& row, std::size_t column) {
    const auto& cell = row.cells[column].text;
    if (cell.empty()) return std::nullopt;
    const auto number = read_number(cell);
    if (number.problem.empty()) return number.value;
    faults_.error(csv_.place(row, column), csv_.header.cells[column].text, number.problem, {}, number.fix);
    return std::nullopt;
  }

  const CsvText& csv_;
  const PeriodGrid& grid_;
  Faults& faults_;
  std::set<std::string> seen_;
};

}  // namespace

std::optional<PaySlips> read_pay_slips(const CsvText& csv, const Contract& contract, const PeriodGrid& grid,
                                       Faults& faults) {
  return SlipReader(csv, grid, faults).read(contract);
}

}  // namespace paystress
