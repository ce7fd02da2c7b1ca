#pragma once

#include <concepts>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/column_schema.h"
#include "analysis/csv_rows.h"
#include "analysis/estimate.h"
#include "analysis/scenario_cells.h"

namespace paystress {

/// A column of a table whose rows are made from a `Row`: what it is and its cell in one place.
template <class Row>
struct RowColumn {
  TableColumn head;
  std::function<void(CsvRows&, const Row&)> cell;
};
template <class Row>
using RowColumns = std::vector<RowColumn<Row>>;

template <class Row>
struct Columns;

/// Rows of one scenario, and rows that compare two.
template <class Row>
concept OfScenario = std::same_as<decltype(Row::scenario), RowScenario>;
template <class Row>
concept OfTwoScenarios =
    std::same_as<decltype(Row::a), RowScenario> && std::same_as<decltype(Row::b), RowScenario>;
/// Rows whose table has a column `left_prob` of its own.
template <class Row>
concept TellsLeaving = Row::tells_leaving;

/// The columns of a table in order; header lines, datapackage.json and rows follow from them. Behind those
/// given every table tells how likely each offer that it names ends by leaving.
template <class Row>
requires OfScenario<Row> || OfTwoScenarios<Row>
class RowTable {
 public:
  RowTable(std::initializer_list<RowColumns<Row>> groups) {
    for (const auto& group : groups) add(group);
    if constexpr (!TellsLeaving<Row>) add(Columns<Row>::leaving());
  }
  [[nodiscard]] const std::vector<TableColumn>& heads() const { return heads_; }
  /// Adds a row; `tail`: the cells of a batch, see batch_cells().
  void write(CsvRows& out, const Row& row, std::string_view tail) const {
    for (const auto& cell : cells_) cell(out, row);
    out.end(tail);
  }

 private:
  void add(const RowColumns<Row>& group) {
    for (const auto& column : group) {
      heads_.push_back(column.head);
      cells_.push_back(column.cell);
    }
  }

  std::vector<TableColumn> heads_;
  std::vector<std::function<void(CsvRows&, const Row&)>> cells_;
};

/// What columns of rows of this kind are made of; `get` takes a row and gives the number, text or estimate.
template <class Row>
struct Columns {
  using Group = RowColumns<Row>;

  template <class Get>
  static Group text(std::string name, std::string description, Get get) {
    return one({std::move(name), "string", "", std::move(description)},
               [get](CsvRows& out, const Row& row) { out.text(get(row)); });
  }
  template <class Get>
  static Group whole(std::string name, std::string_view unit, std::string description, Get get) {
    return one({std::move(name), "integer", unit, std::move(description)},
               [get](CsvRows& out, const Row& row) { out.count(get(row)); });
  }
  /// Printed as it is.
  template <class Get>
  static Group exact(std::string name, std::string_view unit, std::string description, Get get) {
    return one({std::move(name), "number", unit, std::move(description)},
               [get](CsvRows& out, const Row& row) { out.exact(get(row)); });
  }
  /// Printed with the digits of a computed value.
  template <class Get>
  static Group computed(std::string name, std::string_view unit, std::string description, Get get) {
    return one({std::move(name), "number", unit, std::move(description)},
               [get](CsvRows& out, const Row& row) { out.computed(get(row)); });
  }
  /// Printed with the digits of an error.
  template <class Get>
  static Group error(std::string name, std::string_view unit, std::string description, Get get) {
    return one({std::move(name), "number", unit, std::move(description)},
               [get](CsvRows& out, const Row& row) { out.error(get(row)); });
  }

  /// `name`_ci_low and `name`_ci_high, or ci_low and ci_high without a name.
  template <class Get>
  static Group interval(const std::string& name, std::string_view unit, Get get) {
    const std::string prefix = name.empty() ? "" : name + "_";
    const std::string end = name.empty() ? " end of the confidence interval" : " end of its interval";
    return join(
        computed(prefix + "ci_low", unit, "lower" + end, [get](const Row& row) { return get(row).ci_low; }),
        computed(prefix + "ci_high", unit, "upper" + end,
                 [get](const Row& row) { return get(row).ci_high; }));
  }
  /// An estimate and its interval.
  template <class Get>
  static Group estimate(const std::string& name, std::string_view unit, std::string description, Get get) {
    return join(
        computed(name, unit, std::move(description), [get](const Row& row) { return get(row).value; }),
        interval(name, unit, get));
  }
  /// A standard error, `name`_std_error.
  template <class Get>
  static Group std_error(const std::string& name, std::string_view unit, std::string description, Get get) {
    return error(name + "_std_error", unit, std::move(description),
                 [get](const Row& row) { return get(row).std_error; });
  }
  static constexpr const char* its_error = "its standard error";

  /// The four that name row.scenario and stand first in nearly every table.
  static Group scenario() {
    return join(
        join(text("scenario", "id of the scenario: practice/offer/stress, or the name given in a batch",
                  [](const Row& row) { return std::string_view(row.scenario->id); }),
             text("practice", "practice of the scenario",
                  [](const Row& row) { return std::string_view(row.scenario->practice); })),
        join(text("offer", "offer of the scenario",
                  [](const Row& row) { return std::string_view(row.scenario->offer); }),
             text("stress", "stress of the scenario; base is the unstressed practice",
                  [](const Row& row) { return std::string_view(row.scenario->stress); })));
  }
  /// What stands last: P(leaving within the horizon) of the scenario, or of both.
  static Group leaving() {
    if constexpr (OfTwoScenarios<Row>) {
      return join(left_prob("left_prob_a", " of a", [](const Row& row) { return row.a.left_prob(); }),
                  left_prob("left_prob_b", " of b", [](const Row& row) { return row.b.left_prob(); }));
    } else {
      return left_prob("left_prob", "", [](const Row& row) { return row.scenario.left_prob(); });
    }
  }
  template <class Get>
  static Group ci_level(Get get) {
    return exact("ci_level", "1", "confidence of the intervals", get);
  }
  template <class Get>
  static Group n_paths(Get get) {
    return whole("n_paths", "paths", "paths that the numbers rest on", get);
  }
  template <class Get>
  static Group method(Get get) {
    return text("method", "how the interval was made; closed_form: exact value", get);
  }

 private:
  template <class Get>
  static Group left_prob(std::string name, std::string_view of, Get get) {
    return computed(
        std::move(name), "1",
        "P(leaving within the horizon)" + std::string(of) + "; empty where the offer does not end by leaving",
        get);
  }
  static Group one(TableColumn head, std::function<void(CsvRows&, const Row&)> cell) {
    Group group;
    group.push_back({std::move(head), std::move(cell)});
    return group;
  }
  static Group join(Group a, Group b) {
    for (auto& column : b) a.push_back(std::move(column));
    return a;
  }
};

}  // namespace paystress
