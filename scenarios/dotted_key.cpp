#include "scenarios/dotted_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "model/list_place.h"
#include "scenarios/csv_text.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;

const std::string* name_of(const TomlValue& item) {
  const auto* name = item.kind == Kind::table ? item.find("name") : nullptr;
  return name != nullptr && name->kind == Kind::string && !name->text.empty() ? &name->text : nullptr;
}

// A step of a dotted key: the value below, nullptr where there is none, and what is left of the key.
struct Step {
  const TomlValue* below = nullptr;
  std::string_view part, rest;
};

// The longest of some names with which the key starts, whole parts only.
class LongestName {
 public:
  explicit LongestName(Step& step, std::string_view key) : step_(step), key_(key) {}
  void offer(const std::string& name, const TomlValue& value) {
    if (!key_.starts_with(name) || (key_.size() > name.size() && key_[name.size()] != '.')) return;
    if (step_.below != nullptr && name.size() <= step_.part.size()) return;
    step_ = {&value, key_.substr(0, name.size()), key_.substr(std::min(key_.size(), name.size() + 1))};
  }

 private:
  Step& step_;
  std::string_view key_;
};

Step first_step(const TomlValue& at, std::string_view key) {
  Step step;
  LongestName longest(step, key);
  if (at.kind == Kind::table)
    for (const auto& entry : at.entries) longest.offer(entry.key, entry.value);
  if (at.kind == Kind::array)
    for (const auto& item : at.items)
      if (const auto* name = name_of(item)) longest.offer(*name, item);
  if (step.below != nullptr) return step;
  step.rest = key;
  step.part = cut_part(step.rest);
  if (at.kind == Kind::array)
    if (const auto place = place_in_list(step.part, at.items.size())) step.below = &at.items[*place];
  return step;
}

// Where a key ends in a tree: the last value on its way, and what is left of it, nothing where it is found.
struct End {
  const TomlValue* at;
  std::string_view rest;
};

End walk(const TomlValue& root, std::string_view key) {
  End end{&root, key};
  while (!end.rest.empty()) {
    const auto step = first_step(*end.at, end.rest);
    if (step.below == nullptr) break;
    end = {step.below, step.rest};
  }
  return end;
}

TomlValue empty_table(const TomlValue& like) {
  TomlValue table;
  table.file = like.file;
  table.line = like.line;
  table.column = like.column;
  return table;
}

}  // namespace

std::string join_key(std::string_view key, std::string_view part) {
  return key.empty() ? std::string(part) : fmt::format("{}.{}", key, part);
}

std::string item_part(const TomlValue& item, std::size_t index) {
  const auto* name = name_of(item);
  return name != nullptr ? *name : fmt::format("{}", index + 1);
}

std::string_view cut_part(std::string_view& key) {
  const auto dot = key.find('.');
  const auto part = key.substr(0, dot);
  key = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
  return part;
}

const TomlValue* find_dotted(const TomlValue& root, std::string_view key) {
  const auto end = walk(root, key);
  return end.rest.empty() ? end.at : nullptr;
}

const TomlValue& deepest_value(const TomlValue& root, std::string_view key) { return *walk(root, key).at; }

std::optional<std::string> set_dotted(TomlValue& root, std::string_view key, TomlValue value) {
  TomlValue* at = &root;
  for (;;) {
    const auto step = first_step(*at, key);
    auto* below = const_cast<TomlValue*>(step.below);  // NOLINT: `root` itself is not const
    if (below == nullptr && at->kind == Kind::table) {
      at->entries.push_back({std::string(step.part), value.place(), empty_table(value)});
      below = &at->entries.back().value;
    }
    if (below == nullptr)
      return at->kind == Kind::array ? fmt::format("the list has no item {}", step.part)
                                     : fmt::format("{} has nothing below it", text_of(*at));
    if (step.rest.empty()) {
      *below = std::move(value);
      return std::nullopt;
    }
    at = below;
    key = step.rest;
  }
}

std::string nearest_item(const TomlValue& root, std::string_view key) {
  auto end = walk(root, key);
  if (end.rest.empty() || end.at->kind != Kind::array) return {};
  std::vector<std::string> known;
  for (std::size_t i = 0; i < end.at->items.size(); ++i) known.push_back(item_part(end.at->items[i], i));
  return suggestion(cut_part(end.rest), known);
}

TomlValue value_of_cell(std::string_view text, const Place& place) {
  TomlValue value;
  value.kind = Kind::string;
  value.text = std::string(text);
  if (const auto number = read_number(text); number.problem.empty()) {
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value.integer);
    const bool whole = failed == std::errc() && stop == text.data() + text.size();
    value.kind = whole ? Kind::integer : Kind::real;
    value.real = number.value;
  } else if (text == "true" || text == "false") {
    value.kind = Kind::boolean;
    value.boolean = text == "true";
  } else if (!text.empty() && std::string_view("[{\"'").find(text.front()) != std::string_view::npos) {
    Faults syntax;
    const auto root = parse_toml(fmt::format("v = {}", text), place.file, syntax);
    if (root && root->entries.size() == 1) value = root->entries.front().value;
  }
  const auto file = std::make_shared<const std::string>(place.file);
  const auto put = [&](auto& self, TomlValue& v) -> void {
    v.file = file;
    v.line = place.line;
    v.column = place.column;
    for (auto& item : v.items) self(self, item);
    for (auto& e : v.entries) {
      e.place = place;
      self(self, e.value);
    }
  };
  put(put, value);
  return value;
}

std::string canonical_text(const TomlValue& v) {
  std::string text;
  switch (v.kind) {
    case Kind::table: {
      std::vector<const TomlValue::Entry*> sorted;
      for (const auto& e : v.entries) sorted.push_back(&e);
      std::ranges::sort(sorted, {}, &TomlValue::Entry::key);
      for (const auto* e : sorted)
        text += fmt::format("{}:{}={},", e->key.size(), e->key, canonical_text(e->value));
      return "{" + text + "}";
    }
    case Kind::array:
      for (const auto& item : v.items) text += canonical_text(item) + ",";
      return "[" + text + "]";
    case Kind::string:
      return fmt::format("{}\"{}", v.text.size(), v.text);
    case Kind::integer:
    case Kind::real:
      return fmt::format("{}", v.number());
    default:
      return text_of(v);
  }
}

}  // namespace paystress
