#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/fault.h"

namespace paystress {

/// A TOML value with the place where it stands: a plain tree, tables in the order of the file.
/// Independent of the parser's types, so that a batch row can replace a value and read again.
struct TomlValue {
  enum class Kind { table, array, string, integer, real, boolean, date, other };
  struct Entry;

  Kind kind = Kind::table;
  std::shared_ptr<const std::string> file;  ///< as named on the command line or in the study
  int line = 0, column = 0;                 ///< from 1; 0 where unknown
  std::string text;                         ///< string; the literal of a real that nothing can hold
  std::int64_t integer = 0;
  double real = 0.0;
  bool boolean = false;
  std::chrono::year_month_day date{};
  std::vector<Entry> entries;    ///< table, in source order
  std::vector<TomlValue> items;  ///< array

  TomlValue();
  TomlValue(const TomlValue&);
  TomlValue(TomlValue&&) noexcept;
  TomlValue& operator=(const TomlValue&);
  TomlValue& operator=(TomlValue&&) noexcept;
  ~TomlValue();

  [[nodiscard]] Place place() const;
  /// Value of a key of a table, nullptr when absent.   \pre kind == table
  [[nodiscard]] const TomlValue* find(std::string_view key) const;
  [[nodiscard]] TomlValue* find(std::string_view key);
  [[nodiscard]] bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
  /// \pre is_number()
  [[nodiscard]] double number() const { return kind == Kind::integer ? static_cast<double>(integer) : real; }
};
struct TomlValue::Entry {
  std::string key;
  Place place;  ///< of the key
  TomlValue value;
};

/// "a number", "a table", ... for messages.
[[nodiscard]] std::string_view name_of(TomlValue::Kind kind);
/// The value as one writes it: 1.3, "text", [1, 2], { a = 1 }; long ones are cut.
[[nodiscard]] std::string text_of(const TomlValue& value);

/// Parses TOML. A syntax error or a key given twice goes to `faults` alone, since the parser stops there. A
/// number too large to hold is read as an infinity, which every reader refuses.
/// `file` is the name used in messages.   \test tests/unit/scenarios/toml_reader_test.cpp
[[nodiscard]] std::optional<TomlValue> parse_toml(std::string_view text, const std::string& file,
                                                  Faults& faults);
/// Reads and parses a file; an unreadable or absurdly large one (above 64 MiB) is a fault.
[[nodiscard]] std::optional<TomlValue> parse_toml_file(const std::filesystem::path& file, Faults& faults);
/// The text of a file, or a fault.
[[nodiscard]] std::optional<std::string> read_text_file(const std::filesystem::path& file, Faults& faults);

}  // namespace paystress
