#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/fault.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// Legal numbers of a key. `meaning` says in a few words what the number is ("a share of booked visits").
struct NumberRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::string_view meaning;
};

/// Reads a table key by key, remembers which keys were asked for, and reports everything that is wrong.
///
/// Every getter returns nothing when the key is absent or faulty; `has` tells the two apart. Readers of
/// sub-tables belong to their parent; `finish` on the outermost one reports the keys that nobody asked for.
/// The tree must outlive the reader.   \test tests/unit/scenarios/toml_reader_test.cpp
class TableReader {
 public:
  /// \pre table.kind == table; `key` is the dotted key of the table, empty for the file
  TableReader(const TomlValue& table, std::string key, Faults& faults);

  [[nodiscard]] const TomlValue& table() const { return *table_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] Faults& faults() { return *faults_; }
  /// Dotted key of `name` in this table.
  [[nodiscard]] std::string key_of(std::string_view name) const;
  /// Place of the value of `name`; of the table itself where `name` is absent.
  [[nodiscard]] Place place_of(std::string_view name) const;

  /// The raw value, marked as used; nullptr when absent.
  const TomlValue* find(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) const { return table_->find(name) != nullptr; }
  /// Makes `name` a known key (for suggestions) without reading it.
  void know(std::string_view name);

  std::optional<double> number(std::string_view name, const NumberRange& range = {});
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high,
                                      std::string_view meaning = {});
  std::optional<std::string> text(std::string_view name);  ///< empty text is refused
  /// A name or a title: text on one line that no spreadsheet takes for a formula.
  std::optional<std::string> label(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<std::vector<double>> numbers(std::string_view name, const NumberRange& range = {});
  std::optional<std::vector<std::string>> texts(std::string_view name);  ///< a list of texts
  /// One of a list of names, with the nearest suggested.
  template <class E>
  std::optional<E> choice(std::string_view name, std::span<const std::pair<std::string_view, E>> names) {
    std::vector<std::string> known;
    for (const auto& n : names) known.emplace_back(n.first);
    const auto i = choice_index(name, known);
    if (!i) return std::nullopt;
    return names[*i].second;
  }
  /// The sub-table `name`, nullptr when absent or not a table. The same reader at each call.
  TableReader* sub(std::string_view name);
  /// The tables of an array of tables, keys `name.1`, `name.2`, ...; empty when absent or faulty.
  std::vector<TableReader*> subs(std::string_view name);

  /// A fault of `name` (at its value), or of this table where `name` is empty or absent.
  void error(std::string_view name, std::string problem, std::string why = {}, std::string fix = {});
  void warning(std::string_view name, std::string problem, std::string why = {}, std::string fix = {});

  /// Reports unknown and empty keys of this table and of every sub-table that was opened.
  void finish();

 private:
  std::optional<std::size_t> choice_index(std::string_view name, std::span<const std::string> known);
  TableReader* child(const TomlValue& table, std::string key);

  const TomlValue* table_;
  std::string key_;
  Faults* faults_;
  std::vector<std::string> asked_;
  std::vector<std::unique_ptr<TableReader>> children_;
};

/// A number of a value, checked: nothing and a fault when it is not a number, not finite, or out of range.
std::optional<double> checked_number(const TomlValue& value, const std::string& key, const NumberRange& range,
                                     Faults& faults);
/// What is wrong with a number for this range ("1.3 is above 1"), empty when nothing.
[[nodiscard]] std::string range_problem(double x, const NumberRange& range);
/// What to write instead: "Write a number from 0 to 1."
[[nodiscard]] std::string range_fix(const NumberRange& range);
/// "Did you mean X?", or the list of what is known. A word of billing systems is answered with ours.
[[nodiscard]] std::string suggestion(std::string_view word, std::span<const std::string> known);
/// Is this a name that can stand in a dotted key: letters, digits, _ and - only, no - at the start, at most
/// 100 of them.
[[nodiscard]] bool is_bare_name(std::string_view name);

}  // namespace paystress
