#include "analysis/tables.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "analysis/column_schema.h"
#include "analysis/csv_rows.h"
#include "tests/support/fake_scenario.h"

namespace tables_test {

namespace {

using namespace paystress;
using paystress::testing::csv_cells;
using paystress::testing::FakeScenario;

TableOptions with_lines() {
  TableOptions o;
  o.need_usd_per_month = 11'000.0;
  o.target_usd_per_year = 150'000.0;
  return o;
}

ScenarioTables tables_of(const FakeScenario& fake, const TableOptions& options = with_lines(),
                         const std::vector<Control>& controls = {}) {
  const PracticeTables practice(*fake.practice, options);
  auto result = fake.result();
  result.advertised_usd_per_year = 160'000.0;
  result.controls = controls;
  return make_tables(result, practice);
}

/// Row of income_distribution.csv by measure, period, statistic and level.
std::vector<std::string> find_row(const std::string& text, const std::string& measure,
                                  const std::string& period, const std::string& statistic,
                                  const std::string& level = "") {
  for (const auto& row : csv_cells(text))
    if (row[4] == measure && row[5] == period && row[6] == statistic && row[7] == level) return row;
  FAIL("no row " << measure << " " << period << " " << statistic << " " << level);
  return {};
}

void check_shape(Table table, const std::string& rows, std::size_t batch_columns = 0) {
  INFO(table_schema(table).file);
  const auto& columns = table_schema(table).columns;
  REQUIRE_FALSE(rows.empty());
  for (const auto& row : csv_cells(rows)) {
    REQUIRE(row.size() == columns.size() + batch_columns);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i].type == "string" || row[i].empty()) continue;
      INFO(columns[i].name << " = " << row[i]);
      std::size_t used = 0;
      const double value = std::stod(row[i], &used);
      REQUIRE(used == row[i].size());
      REQUIRE(std::isfinite(value));
      if (columns[i].type == "integer") REQUIRE(value == std::floor(value));
    }
  }
}

void check_all_shapes(const ScenarioTables& t, std::size_t batch_columns = 0) {
  check_shape(Table::income_distribution, t.income_distribution, batch_columns);
  check_shape(Table::summary, t.summary, batch_columns);
  check_shape(Table::months, t.months, batch_columns);
  check_shape(Table::histogram, t.histogram, batch_columns);
}

/// 10,000 paths whose month pays (10,000 + path) dollars, or nothing in month 2 of every tenth path.
double ladder(std::size_t path, std::size_t month) {
  if (month == 1 && path % 10 == 0) return 0.0;
  return 10'000.0 + static_cast<double>(path);
}

}  // namespace

TEST_CASE("tables hold the figures of the columns", "[unit][tables]") {
  const FakeScenario fake(10'000, 12, ladder);
  const auto t = tables_of(fake);
  check_all_shapes(t);
  const auto cell = [](const std::vector<std::string>& row, std::size_t i) { return std::stod(row.at(i)); };
  const auto month = find_row(t.income_distribution, "income_usd", "month_03", "quantile", "0.05");
  CHECK(month[8] == "10499");  // the 500th of 10,000 ... 19,999
  CHECK(month[9].empty());
  CHECK(month[10] == "10457");
  CHECK(month[11] == "10543");
  CHECK(month[12] == "0.95");
  CHECK(month[13] == "10000");
  CHECK(month[14] == "order_statistic");
  const auto mean = find_row(t.income_distribution, "income_usd", "month_03", "mean");
  CHECK(cell(mean, 8) == 14'999.5);
  CHECK(cell(mean, 9) == Approx(std::sqrt(1e4 * 10'001.0 / 12.0 / 1e4)).epsilon(1e-3));
  // 1,000 of 10,000 paths lie below 11,000 in each month, and every tenth in month 2.
  CHECK(cell(find_row(t.income_distribution, "income_usd", "month_03", "shortfall_prob", "11000"), 8) == 0.1);
  CHECK(cell(find_row(t.income_distribution, "income_usd", "month_02", "shortfall_prob", "11000"), 8) ==
        0.19);
  CHECK(cell(find_row(t.income_distribution, "months_below_need", "horizon", "share", "11000"), 8) ==
        Approx((11 * 0.1 + 0.19) / 12.0));
  CHECK(cell(find_row(t.income_distribution, "months_below_need", "horizon", "at_least_prob", "1"), 8) ==
        0.19);
  CHECK(cell(find_row(t.income_distribution, "months_below_need", "horizon", "at_least_prob", "2"), 8) ==
        0.1);
  CHECK(cell(find_row(t.income_distribution, "longest_run_below_need", "horizon", "quantile", "0.99"), 8) ==
        12.0);
  CHECK(cell(find_row(t.income_distribution, "worst_month_usd", "horizon", "quantile", "0.05"), 8) == 0.0);
  // Hourly: 160 session hours, 24 unpaid.
  CHECK(cell(find_row(t.income_distribution, "paid_hourly_usd", "month_03", "mean"), 8) ==
        Approx(14'999.5 / 160.0));
  CHECK(cell(find_row(t.income_distribution, "effective_hourly_usd", "month_03", "mean"), 8) ==
        Approx(14'999.5 / 184.0));
  CHECK(cell(find_row(t.income_distribution, "wrvu_per_hour", "horizon", "mean"), 8) == 600.0 / 160.0);
  // A study of one year: its year is its horizon.
  for (const auto* measure : {"income_usd", "worst_month_usd", "completed_visits"}) {
    auto horizon = find_row(t.income_distribution, measure, "horizon", "mean");
    const auto year = find_row(t.income_distribution, measure, "year_1", "mean");
    horizon[5] = "year_1";
    CHECK(horizon == year);
  }
  // The target is 150,000 a year, the advertised income 160,000.
  const auto below = [&](double line) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < 10'000; ++i) {
      double sum = 0.0;
      for (std::size_t m = 0; m < 12; ++m) sum += ladder(i, m);
      n += sum < line ? 1U : 0U;
    }
    return static_cast<double>(n) / 1e4;
  };
  CHECK(cell(find_row(t.income_distribution, "income_usd", "horizon", "shortfall_prob", "150000"), 8) ==
        below(150'000.0));
  CHECK(cell(find_row(t.income_distribution, "income_usd", "horizon", "below_advertised_prob", "160000"),
             8) == below(160'000.0));
  CHECK(*t.key_figures.below_advertised_prob.value == below(160'000.0));
  CHECK(*t.key_figures.p50_usd.value ==
        cell(find_row(t.income_distribution, "income_usd", "horizon", "quantile", "0.5"), 8));
}

TEST_CASE("the histogram counts every path once", "[unit][tables]") {
  const FakeScenario fake(10'000, 12, ladder);
  const auto t = tables_of(fake);
  std::size_t paths = 0, bins = 0;
  double area = 0.0;
  std::string last_high;
  for (const auto& row : csv_cells(t.histogram)) {
    if (row[4] != "income_usd") continue;
    paths += std::stoul(row[8]);
    ++bins;
    if (!last_high.empty()) CHECK(row[6] == last_high);
    last_high = row[7];
    if (!row[12].empty()) area += std::stod(row[12]) * (std::stod(row[7]) - std::stod(row[6]));
  }
  CHECK(paths == 10'000);
  CHECK(bins >= 20);
  CHECK(bins <= 102);
  CHECK(area == Approx(1.0).margin(0.005));
}

TEST_CASE("odd sizes of runs and incomes give whole tables without nan", "[unit][tables]") {
  for (const std::size_t paths : {1U, 2U, 3U, 257U}) {
    for (const double scale : {1e-2, 1.0, 1e12}) {
      INFO(paths << " paths, scale " << scale);
      const auto varied = tables_of(FakeScenario(
          paths, 3, [&](std::size_t i, std::size_t m) { return scale * static_cast<double>(i + m); }));
      check_all_shapes(varied);
      const auto equal = tables_of(FakeScenario(paths, 13, [&](std::size_t, std::size_t) { return scale; }));
      check_all_shapes(equal);
      CHECK(csv_cells(equal.histogram).size() == 2);
      const auto sd = find_row(equal.income_distribution, "income_usd", "month_02", "sd");
      CHECK(sd[8] == (paths == 1 ? "" : "0"));
    }
  }
  // Nobody works in month 2: no hourly pay then, and every other cell as usual.
  const auto idle = tables_of(FakeScenario(
      300, 3, [](std::size_t, std::size_t) { return 100.0; },
      [](std::size_t i, std::size_t m) { return m == 1 || (m == 2 && i < 100) ? 0.0 : 8.0; }));
  check_all_shapes(idle);
  CHECK(find_row(idle.income_distribution, "paid_hourly_usd", "month_02", "mean")[8].empty());
  CHECK(find_row(idle.income_distribution, "paid_hourly_usd", "month_02", "mean")[13] == "0");
  CHECK(find_row(idle.income_distribution, "paid_hourly_usd", "month_03", "mean")[13] == "200");
}

TEST_CASE("a control stands beside its estimate and warns when they part", "[unit][tables]") {
  const FakeScenario fake(10'000, 12,
                          [](std::size_t i, std::size_t) { return static_cast<double>(i % 100); });
  // Mean 49.5 a month with standard error 0.2887.
  const auto near_by = tables_of(fake, with_lines(), {{Measure::income_usd, "month_01", 49.5 + 1.29}});
  CHECK(near_by.warnings.empty());
  const auto far = tables_of(fake, with_lines(), {{Measure::income_usd, "month_01", 49.5 + 1.31}});
  REQUIRE(far.warnings.size() == 1);
  CHECK(far.warnings[0] ==
        "continuity/hybrid/base: mean income_usd over month_01 is 49.5, its closed form 50.81: 4.5 standard "
        "errors apart");
  bool found = false;
  for (const auto& row : csv_cells(far.income_distribution))
    if (row[14] == "closed_form") {
      found = true;
      CHECK(row[8] == "50.81");
      CHECK(row[9].empty());
    }
  CHECK(found);
}

TEST_CASE("batch columns end every row", "[unit][tables]") {
  FakeScenario fake(10, 2, ladder);
  fake.scenario.columns = {{"practices.continuity.no_show.rate", "0.1"}, {"note", "say \"no\", twice"}};
  const auto t = tables_of(fake);
  check_all_shapes(t, 2);
  for (const auto& row : csv_cells(t.income_distribution)) {
    REQUIRE(row[15].empty());  // nobody leaves
    REQUIRE(row[16] == "0.1");
    REQUIRE(row[17] == "say \"no\", twice");
  }
  const std::vector<std::string> names{"practices.continuity.no_show.rate", "note"};
  CHECK(
      header_line(Table::income_distribution, names) ==
      "scenario,practice,offer,stress,measure,period,statistic,level,value,std_error,ci_low,ci_high,ci_level,"
      "n_paths,method,left_prob,practices.continuity.no_show.rate,note\n");
}

TEST_CASE("every table column is described once", "[unit][tables]") {
  for (const auto& schema : table_schemas()) {
    std::vector<std::string> names;
    for (const auto& c : schema.columns) {
      INFO(schema.file << ": " << c.name);
      names.emplace_back(c.name);
      CHECK_FALSE(c.name.empty());
      CHECK_FALSE(c.description.empty());
      CHECK((c.type == "string" || c.type == "integer" || c.type == "number"));
      CHECK((c.type != "string" || c.unit.empty()));
      CHECK(c.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
    }
    std::ranges::sort(names);
    CHECK(std::ranges::adjacent_find(names) == names.end());
  }
}

TEST_CASE("a table says of each scenario that it names how likely its offer ends by leaving",
          "[unit][tables]") {
  for (const auto& schema : table_schemas()) {
    INFO(schema.file);
    const auto has = [&](std::string_view name) {
      return std::ranges::count(schema.columns, name, &TableColumn::name) == 1;
    };
    CHECK(has("scenario") == has("left_prob"));
    CHECK(has("a") == has("left_prob_a"));
    CHECK(has("b") == has("left_prob_b"));
    CHECK((has("scenario") || has("a")));
  }
}

TEST_CASE("numbers are rounded to the digits that say something", "[unit][tables]") {
  CHECK(round_to_digits(210'123.456789012, 10) == 210'123.4568);
  CHECK(round_to_digits(-1.23456e-7, 4) == -1.235e-7);
  CHECK(round_to_digits(0.0, 4) == 0.0);
  CHECK(csv_cell("a\"b") == "\"a\"\"b\"");
  CHECK(csv_cell("plain") == "plain");
}

}  // namespace tables_test
