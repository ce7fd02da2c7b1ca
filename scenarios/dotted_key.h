#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/fault.h"
#include "scenarios/toml_value.h"

namespace paystress {

// The grammar of dotted keys, the same in stresses, batches, sweeps, `solve` and readings: parts with points
// between them. A part enters a table by the key of an entry, a list by the `name` of an item or, where no
// item has that name, by 1-based place. Keys and names may hold points themselves: the longest that fits is
// meant.

/// `key` with one more part; the part alone below an empty key.
[[nodiscard]] std::string join_key(std::string_view key, std::string_view part);
/// The part by which a dotted key enters an item of a list.
[[nodiscard]] std::string item_part(const TomlValue& item, std::size_t index);
/// Cuts the part before the first point off a key.
std::string_view cut_part(std::string_view& key);

/// The value at a dotted key, nullptr when there is none.   \test tests/unit/scenarios/dotted_key_test.cpp
[[nodiscard]] const TomlValue* find_dotted(const TomlValue& root, std::string_view key);
/// The last value on the way of a dotted key that there is.
[[nodiscard]] const TomlValue& deepest_value(const TomlValue& root, std::string_view key);
/// Replaces or adds the value at a dotted key below `root`. Nothing when done; otherwise why it cannot be:
/// a list without that item, or a value on the way that has nothing below it.
[[nodiscard]] std::optional<std::string> set_dotted(TomlValue& root, std::string_view key, TomlValue value);
/// What to write instead of the item that a list on the way of a dotted key does not have; empty if it has.
[[nodiscard]] std::string nearest_item(const TomlValue& root, std::string_view key);

/// The value that the text of a cell means. Numbers are the whole text; whatever is no TOML value is text.
[[nodiscard]] TomlValue value_of_cell(std::string_view text, const Place& place);
/// The same value gives the same text, and only the same value: numbers in shortest form, keys sorted.
[[nodiscard]] std::string canonical_text(const TomlValue& value);

}  // namespace paystress
