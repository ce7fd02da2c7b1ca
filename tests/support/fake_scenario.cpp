#include "tests/support/fake_scenario.h"

namespace paystress::testing {

FakeScenario::FakeScenario(std::size_t paths, int months, const Value& pay_usd, const Value& session_hours) {
  Study study;
  study.months = months;
  grid = study.grid();
  const PathShape shape{paths, 256};
  const auto month_count = static_cast<std::size_t>(months);
  practice = std::make_unique<PracticeColumns>(shape, grid);
  income = std::make_unique<IncomeColumns>(shape, months);
  for (std::size_t b = 0; b < shape.blocks(); ++b) {
    const std::size_t n = shape.paths_in(b);
    LedgerBlock ledger(month_count, ledger_column_count, n);
    std::vector<std::vector<double>> pay(month_count, std::vector<double>(n));
    std::vector<const double*> runs;
    for (std::size_t m = 0; m < month_count; ++m) {
      for (std::size_t i = 0; i < n; ++i) {
        const std::size_t path = b * shape.block_paths + i;
        pay[m][i] = pay_usd(path, m);
        ledger.at(m, LedgerColumn::session_hours)[i] = session_hours(path, m);
        ledger.at(m, LedgerColumn::after_hours)[i] = 20.0;
        ledger.at(m, LedgerColumn::meeting_hours)[i] = 4.0;
        ledger.at(m, LedgerColumn::completed_visits)[i] = static_cast<double>(400 + path % 7);
        ledger.at(m, LedgerColumn::generated_wrvu)[i] = 60'000.0;
      }
      runs.push_back(pay[m].data());
    }
    practice->write(b, ledger);
    income->write(b, runs);
  }
}

ScenarioResult FakeScenario::result() const {
  ScenarioResult r;
  r.scenario = &scenario;
  r.practice = practice.get();
  r.income = income.get();
  return r;
}

std::vector<std::vector<std::string>> csv_cells(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        row.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += '"';
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      row.emplace_back();
    } else if (c == '\n') {
      rows.push_back(std::move(row));
      row.assign(1, {});
    } else {
      row.back() += c;
    }
  }
  return rows;
}

}  // namespace paystress::testing
