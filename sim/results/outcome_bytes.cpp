#include "sim/results/outcome_bytes.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

#include "sim/errors.h"
#include "sim/results/result_tables.h"

namespace paystress::results {
namespace {

// Writes or reads the same list of things: one order for both.
class Writer {
 public:
  void bytes(const void* from, std::size_t size) { text_.append(static_cast<const char*>(from), size); }
  template <class T>
  void value(const T& x) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes(&x, sizeof x);
  }
  void text(const std::string& x) {
    value(x.size());
    text_ += x;
  }
  void column(const std::vector<double>& x) {
    value(x.size());
    bytes(x.data(), x.size() * sizeof(double));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  template <class T>
  void value(T& x) {
    std::memcpy(&x, take(sizeof x), sizeof x);
  }
  void text(std::string& x) {
    std::size_t size = 0;
    value(size);
    x.assign(take(size), size);
  }
  void column(std::vector<double>& x) {
    std::size_t size = 0;
    value(size);
    if (size > text_.size() / sizeof(double)) take(text_.size() + 1);
    x.resize(size);
    std::memcpy(x.data(), take(size * sizeof(double)), size * sizeof(double));
  }

 private:
  const char* take(std::size_t size) {
    if (size > text_.size()) throw OutputError("a checkpoint ends in the middle of a row");
    const auto* at = text_.data();
    text_.remove_prefix(size);
    return at;
  }
  std::string_view text_;
};

template <class Archive, class Optional>
void optional(Archive& archive, Optional& x) {
  bool is_there = x.has_value();
  archive.value(is_there);
  double value = x.value_or(0.0);
  archive.value(value);
  if constexpr (!std::is_const_v<Optional>) {
    x.reset();
    if (is_there) x = value;
  }
}

template <class Archive, class E>
void estimate(Archive& archive, E& e) {
  for (auto* part : {&e.value, &e.std_error, &e.ci_low, &e.ci_high}) optional(archive, *part);
  archive.value(e.paths);
}

// A key figure that is added to the row is missing here until this does not compile any more.
template <class Archive, class Row>
void key_figures(Archive& archive, Row& row) {
  auto& [paths, advertised, mean, sd, p05, p50, p95, tail, target, need, below, paid, effective, after, wrvu,
         visits, left, stayed] = row;
  archive.value(paths);
  optional(archive, advertised);
  for (auto* e : {&mean, &sd, &p05, &p50, &p95, &tail, &target, &need, &below, &paid, &effective, &after,
                  &wrvu, &visits, &left, &stayed})
    estimate(archive, *e);
}

template <class Archive, class Tier>
void tier(Archive& archive, Tier& t) {
  auto& [component, number, reset, missed_share] = t;
  archive.text(component);
  archive.value(number);
  archive.value(reset);
  archive.value(missed_share);
}

template <class Archive, class Columns>
void path_columns(Archive& archive, Columns& c) {
  auto& [session, after, meeting, visits, wrvu] = c;
  for (auto* column : {&session, &after, &meeting, &visits, &wrvu}) archive.column(*column);
}

}  // namespace

std::string outcome_bytes(const engine::ScenarioOutcome& outcome) {
  Writer out;
  key_figures(out, outcome.tables.key_figures);
  out.value(outcome.tables.warnings.size());
  for (const auto& warning : outcome.tables.warnings) out.text(warning);
  out.value(outcome.tier.has_value());
  if (outcome.tier) tier(out, *outcome.tier);
  out.column(outcome.income_usd);
  out.column(*outcome.completed_visits);
  out.value(outcome.paths != nullptr);
  if (outcome.paths) path_columns(out, *outcome.paths);
  return out.take();
}

engine::ScenarioOutcome outcome_of(std::span<const std::string> tables, std::string_view bytes) {
  engine::ScenarioOutcome outcome;
  put_table_rows(outcome, tables);
  auto& t = outcome.tables;
  Reader in(bytes);
  key_figures(in, t.key_figures);
  std::size_t warnings = 0;
  in.value(warnings);
  for (std::size_t i = 0; i < warnings; ++i) in.text(t.warnings.emplace_back());
  bool has_tier = false;
  in.value(has_tier);
  if (has_tier) tier(in, outcome.tier.emplace());
  in.column(outcome.income_usd);
  std::vector<double> visits;
  in.column(visits);
  outcome.completed_visits = std::make_shared<const std::vector<double>>(std::move(visits));
  bool has_paths = false;
  in.value(has_paths);
  if (has_paths) {
    PathColumns columns;
    path_columns(in, columns);
    outcome.paths = std::make_shared<const PathColumns>(std::move(columns));
  }
  return outcome;
}

}  // namespace paystress::results
