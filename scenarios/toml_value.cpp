#include "scenarios/toml_value.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

namespace paystress {
namespace {

using Kind = TomlValue::Kind;
constexpr std::size_t most_file_bytes = std::size_t{64} << 20U;

int as_int(toml::source_index i) { return static_cast<int>(i); }

// The parser has no limit of its own on dotted keys; deeper trees would exhaust the stack when destroyed.
constexpr int deepest = 64;

class Converter {
 public:
  Converter(std::shared_ptr<const std::string> file, Faults& faults)
      : file_(std::move(file)), faults_(faults) {}

  TomlValue convert(const toml::node& node, int depth) {
    TomlValue v;
    v.file = file_;
    v.line = as_int(node.source().begin.line);
    v.column = as_int(node.source().begin.column);
    if (depth > deepest) {
      faults_.error(v.place(), "", fmt::format("tables are nested more than {} deep", deepest));
      return v;
    }
    if (const auto* table = node.as_table()) {
      convert_table(*table, depth, v);
    } else if (const auto* array = node.as_array()) {
      v.kind = Kind::array;
      v.items.reserve(array->size());
      for (const auto& item : *array) v.items.push_back(convert(item, depth + 1));
    } else if (const auto* s = node.as_string()) {
      v.kind = Kind::string;
      v.text = s->get();
    } else if (const auto* i = node.as_integer()) {
      v.kind = Kind::integer;
      v.integer = i->get();
    } else if (const auto* r = node.as_floating_point()) {
      v.kind = Kind::real;
      v.real = r->get();
    } else if (const auto* b = node.as_boolean()) {
      v.kind = Kind::boolean;
      v.boolean = b->get();
    } else if (const auto* d = node.as_date()) {
      v.kind = Kind::date;
      v.date = {std::chrono::year(d->get().year), std::chrono::month(d->get().month),
                std::chrono::day(d->get().day)};
    } else {
      v.kind = Kind::other;
    }
    return v;
  }

 private:
  void convert_table(const toml::table& table, int depth, TomlValue& v) {
    v.kind = Kind::table;
    v.entries.reserve(table.size());
    for (const auto& [key, value] : table) {
      const auto& from = key.source().begin;
      v.entries.push_back({std::string(key.str()),
                           {*file_, as_int(from.line), as_int(from.column)},
                           convert(value, depth + 1)});
    }
    // The parser iterates in alphabetical order.
    std::ranges::stable_sort(
        v.entries, {}, [](const TomlValue::Entry& e) { return std::pair(e.place.line, e.place.column); });
  }

  std::shared_ptr<const std::string> file_;
  Faults& faults_;
};

}  // namespace

TomlValue::TomlValue() = default;
TomlValue::TomlValue(const TomlValue&) = default;
TomlValue::TomlValue(TomlValue&&) noexcept = default;
TomlValue& TomlValue::operator=(const TomlValue&) = default;
TomlValue& TomlValue::operator=(TomlValue&&) noexcept = default;
TomlValue::~TomlValue() = default;

Place TomlValue::place() const { return {file ? *file : std::string(), line, column}; }

const TomlValue* TomlValue::find(std::string_view key) const {
  const auto it = std::ranges::find(entries, key, &Entry::key);
  return it == entries.end() ? nullptr : &it->value;
}

TomlValue* TomlValue::find(std::string_view key) {
  const auto it = std::ranges::find(entries, key, &Entry::key);
  return it == entries.end() ? nullptr : &it->value;
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::table:
      return "a table";
    case Kind::array:
      return "a list";
    case Kind::string:
      return "text";
    case Kind::integer:
      return "a whole number";
    case Kind::real:
      return "a number";
    case Kind::boolean:
      return "true or false";
    case Kind::date:
      return "a date";
    case Kind::other:
      break;
  }
  return "a time";
}

std::string text_of(const TomlValue& v) {
  constexpr std::size_t longest = 60;
  std::string text;
  switch (v.kind) {
    case Kind::table:
      for (const auto& e : v.entries) {
        text += (text.empty() ? "{ " : ", ") + e.key + " = " + text_of(e.value);
        if (text.size() > longest) break;
      }
      text += text.empty() ? "{}" : " }";
      break;
    case Kind::array:
      for (const auto& item : v.items) {
        text += (text.empty() ? "[" : ", ") + text_of(item);
        if (text.size() > longest) break;
      }
      text += text.empty() ? "[]" : "]";
      break;
    case Kind::string:
      text = '"' + v.text + '"';
      break;
    case Kind::integer:
      return fmt::format("{}", v.integer);
    case Kind::real:
      return fmt::format("{}", v.real);
    case Kind::boolean:
      return v.boolean ? "true" : "false";
    case Kind::date:
      return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(v.date.year()),
                         static_cast<unsigned>(v.date.month()), static_cast<unsigned>(v.date.day()));
    case Kind::other:
      return "a time";
  }
  if (text.size() > longest) {
    std::size_t cut = longest;
    // Never cut inside a UTF-8 sequence.
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
    text = text.substr(0, cut) + "...";
  }
  return text;
}

std::optional<TomlValue> parse_toml(std::string_view text, const std::string& file, Faults& faults) {
  const auto name = std::make_shared<const std::string>(file);
  try {
    const toml::table root = toml::parse(text, file);
    Faults nesting;
    auto value = Converter(name, nesting).convert(root, 0);
    if (nesting.has_errors()) {
      faults.add(nesting.sorted().front());
      return std::nullopt;
    }
    return value;
  } catch (const toml::parse_error& e) {
    const auto& at = e.source().begin;
    faults.error({file, as_int(at.line), as_int(at.column)}, "", std::string(e.description()),
                 "the file is not valid TOML from here on, so nothing after it was read");
    return std::nullopt;
  }
}

std::optional<std::string> read_text_file(const std::filesystem::path& file, Faults& faults) {
  std::error_code why;
  if (std::filesystem::is_directory(file, why)) {
    faults.error({file.string()}, "", "is a directory, not a file");
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    faults.error({file.string()}, "", "cannot be read", "there is no such file, or it may not be opened");
    return std::nullopt;
  }
  std::string text;
  std::vector<char> piece(std::size_t{1} << 16U);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_file_bytes) {
      faults.error({file.string()}, "", "is larger than 64 MiB", "no study or batch needs that much",
                   "Split it.");
      return std::nullopt;
    }
  }
  return text;
}

std::optional<TomlValue> parse_toml_file(const std::filesystem::path& file, Faults& faults) {
  const auto text = read_text_file(file, faults);
  if (!text) return std::nullopt;
  return parse_toml(*text, file.string(), faults);
}

}  // namespace paystress
