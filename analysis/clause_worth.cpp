#include "analysis/clause_worth.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

const CombinationPay& find_combination(std::span<const CombinationPay> all,
                                       const std::vector<std::size_t>& reading) {
  const auto it = std::ranges::find(all, reading, &CombinationPay::reading);
  if (it == all.end()) throw std::invalid_argument("a combination of readings was not priced");
  return *it;
}

Estimate spread(std::span<const PathSample> samples, double level, double ci_level, bool alike) {
  const double each = 1 - (1 - ci_level) / 2;
  std::vector<Estimate> ends;
  for (const auto& s : samples) ends.push_back(s.quantile(level, each));
  const auto by_value = [](const Estimate& a, const Estimate& b) { return *a.value < *b.value; };
  const auto [low, high] = std::ranges::minmax_element(ends, by_value);
  Estimate e;
  e.paths = low->paths;
  e.method = IntervalMethod::bonferroni_order_statistic;
  e.value = *high->value - *low->value;
  if (alike) {
    e.ci_low = e.ci_high = 0.0;
  } else if (low->ci_low && low->ci_high && high->ci_low && high->ci_high) {
    e.ci_low = std::max(0.0, *high->ci_low - *low->ci_high);
    e.ci_high = *high->ci_high - *low->ci_low;
  }
  return e;
}

}  // namespace

std::vector<ClauseWorth> rank_clauses(std::span<const std::size_t> readings_by_clause,
                                      std::span<const CombinationPay> combinations, double ci_level,
                                      PathDesign design) {
  std::vector<ClauseWorth> worths;
  for (std::size_t c = 0; c < readings_by_clause.size(); ++c) {
    ClauseWorth worth;
    worth.clause = c;
    std::vector<const std::vector<double>*> pay;
    std::vector<PathSample> samples;
    for (std::size_t r = 0; r < readings_by_clause[c]; ++r) {
      std::vector<std::size_t> reading(readings_by_clause.size(), 0);
      reading[c] = r;
      pay.push_back(&find_combination(combinations, reading).yearly_usd);
      samples.emplace_back(*pay.back(), design);
    }
    std::vector<double> changed;
    bool alike = true;
    for (std::size_t i = 0; i < pay.front()->size(); ++i) {
      double low = (*pay.front())[i], high = low;
      for (const auto* p : pay) {
        low = std::min(low, (*p)[i]);
        high = std::max(high, (*p)[i]);
      }
      alike = alike && low == high;
      changed.push_back(high - low > notable_change_usd ? 1.0 : 0.0);
    }
    for (std::size_t l = 0; l < clause_levels.size(); ++l) {
      for (const auto& s : samples) worth.quantiles[l].push_back(s.quantile(clause_levels[l], ci_level));
      worth.spreads[l] = spread(samples, clause_levels[l], ci_level, alike);
    }
    worth.changes_pay_prob = PathSample(std::move(changed), design).at_least(1.0, ci_level);
    worths.push_back(std::move(worth));
  }
  std::ranges::stable_sort(worths, [](const ClauseWorth& a, const ClauseWorth& b) {
    return *a.spreads[0].value > *b.spreads[0].value;
  });
  return worths;
}

namespace {

struct ReadingRow {
  RowScenario scenario;
  std::optional<std::size_t> rank;
  std::string_view clause, reading, statistic;
  double level;
  Estimate estimate;
  double ci_level;
};

const RowTable<ReadingRow>& reading_table() {
  using C = Columns<ReadingRow>;
  constexpr std::string_view unit = "usd or 1";
  static const RowTable<ReadingRow> table{
      C::scenario(),
      C::whole("rank", "",
               "place of the clause by what its median is worth, dearest first; empty for combinations",
               [](const ReadingRow& r) { return r.rank; }),
      C::text("clause", "dotted key of the vague clause; all: a combination of readings of every clause",
              [](const ReadingRow& r) { return r.clause; }),
      C::text("reading", "the reading; of a combination, the numbers of its readings from 1",
              [](const ReadingRow& r) { return r.reading; }),
      C::text("statistic", "quantile, or what the clause is worth: spread_of_quantile, changes_pay_prob",
              [](const ReadingRow& r) { return r.statistic; }),
      C::exact("level", "",
               "of the quantile; of changes_pay_prob, the dollars a year beyond which pay has changed",
               [](const ReadingRow& r) { return r.level; }),
      C::computed("value", unit, "yearly pay, a difference of it, or a probability",
                  [](const ReadingRow& r) { return r.estimate.value; }),
      C::interval("", unit, [](const ReadingRow& r) { return r.estimate; }),
      C::ci_level([](const ReadingRow& r) { return r.ci_level; }),
      C::n_paths([](const ReadingRow& r) { return r.estimate.paths; }),
      C::method([](const ReadingRow& r) { return method_name(r.estimate.method); })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& reading_columns() { return reading_table().heads(); }

std::string reading_rows(const RowScenario& scenario, std::span<const ClauseWorth> ranked,
                         std::span<const std::string> keys,
                         std::span<const std::vector<std::string>> reading_texts,
                         std::span<const CombinationPay> combinations, double ci_level, PathDesign design) {
  CsvRows rows;
  const auto tail = batch_cells(*scenario);
  const auto add = [&](std::optional<std::size_t> rank, std::string_view clause, std::string_view reading,
                       std::string_view statistic, double level, const Estimate& e) {
    reading_table().write(rows, {scenario, rank, clause, reading, statistic, level, e, ci_level}, tail);
  };
  for (std::size_t k = 0; k < ranked.size(); ++k) {
    const auto& worth = ranked[k];
    const auto& key = keys[worth.clause];
    for (std::size_t l = 0; l < clause_levels.size(); ++l)
      add(k + 1, key, "", "spread_of_quantile", clause_levels[l], worth.spreads[l]);
    add(k + 1, key, "", "changes_pay_prob", notable_change_usd, worth.changes_pay_prob);
    for (std::size_t r = 0; r < worth.quantiles[0].size(); ++r)
      for (std::size_t l = 0; l < clause_levels.size(); ++l)
        add(k + 1, key, reading_texts[worth.clause][r], "quantile", clause_levels[l], worth.quantiles[l][r]);
  }
  for (const auto& combination : combinations) {
    std::vector<std::size_t> numbers;
    for (const auto r : combination.reading) numbers.push_back(r + 1);
    const PathSample sample(combination.yearly_usd, design);
    for (const double level : clause_levels)
      add(std::nullopt, "all", fmt::format("{}", fmt::join(numbers, "-")), "quantile", level,
          sample.quantile(level, ci_level));
  }
  return rows.take();
}

}  // namespace paystress
