#include "sim/results/outcome_bytes.h"

#include <memory>
#include <type_traits>
#include <utility>

#include "analysis/state_bytes.h"
#include "sim/errors.h"
#include "sim/results/result_tables.h"

namespace paystress::results {
namespace {

// One order for writing and reading.
template <class Archive, class Optional>
void optional(Archive& archive, Optional& x) {
  bool is_there = x.has_value();
  archive(is_there);
  double value = x.value_or(0.0);
  archive(value);
  if constexpr (!std::is_const_v<Optional>) {
    x.reset();
    if (is_there) x = value;
  }
}

template <class Archive, class E>
void estimate(Archive& archive, E& e) {
  for (auto* part : {&e.value, &e.std_error, &e.ci_low, &e.ci_high}) optional(archive, *part);
  archive(e.paths);
}

// A key figure that is added to the row is missing here until this does not compile any more.
template <class Archive, class Row>
void key_figures(Archive& archive, Row& row) {
  auto& [paths, advertised, mean, sd, p05, p50, p95, tail, target, need, below, paid, effective, after, wrvu,
         visits, left, stayed, owing, owed, owed_p95, years] = row;
  archive(paths);
  optional(archive, advertised);
  for (auto* e : {&mean, &sd, &p05, &p50, &p95, &tail, &target, &need, &below, &paid, &effective, &after,
                  &wrvu, &visits, &left, &stayed, &owing, &owed, &owed_p95})
    estimate(archive, *e);
  std::size_t n = years.size();
  archive(n);
  if constexpr (!std::is_const_v<Row>) years.resize(n);
  for (auto& year : years) estimate(archive, year);
}

template <class Archive, class Tier>
void tier(Archive& archive, Tier& t) {
  auto& [component, number, reset, missed_share] = t;
  archive(component);
  archive(number);
  archive(reset);
  archive(missed_share);
}

template <class Archive, class Columns>
void path_columns(Archive& archive, Columns& c) {
  auto& [session, after, meeting, visits, wrvu] = c;
  for (auto* column : {&session, &after, &meeting, &visits, &wrvu}) archive(*column);
}

}  // namespace

std::string outcome_bytes(const engine::ScenarioOutcome& outcome) {
  StateWriter out;
  key_figures(out, outcome.tables.key_figures);
  out(outcome.tables.warnings.size());
  for (const auto& warning : outcome.tables.warnings) out(warning);
  out(outcome.tier.has_value());
  if (outcome.tier) tier(out, *outcome.tier);
  optional(out, outcome.left_prob);
  out(outcome.income_usd);
  out(*outcome.completed_visits);
  out(outcome.paths != nullptr);
  if (outcome.paths) path_columns(out, *outcome.paths);
  return out.take();
}

engine::ScenarioOutcome outcome_of(std::span<const std::string> tables, std::string_view bytes) try {
  engine::ScenarioOutcome outcome;
  put_table_rows(outcome, tables);
  auto& t = outcome.tables;
  StateReader in(bytes);
  key_figures(in, t.key_figures);
  std::size_t warnings = 0;
  in(warnings);
  for (std::size_t i = 0; i < warnings; ++i) in(t.warnings.emplace_back());
  bool has_tier = false;
  in(has_tier);
  if (has_tier) tier(in, outcome.tier.emplace());
  optional(in, outcome.left_prob);
  in(outcome.income_usd);
  std::vector<double> visits;
  in(visits);
  outcome.completed_visits = std::make_shared<const std::vector<double>>(std::move(visits));
  bool has_paths = false;
  in(has_paths);
  if (has_paths) {
    PathColumns columns;
    path_columns(in, columns);
    outcome.paths = std::make_shared<const PathColumns>(std::move(columns));
  }
  return outcome;
} catch (const StateError&) {
  throw OutputError("a checkpoint ends in the middle of a row");
}

}  // namespace paystress::results
