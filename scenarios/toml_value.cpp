#include "scenarios/toml_value.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <new>
#include <sstream>

#include "model/date_text.h"
#include "scenarios/text_encoding.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;
constexpr std::size_t most_file_bytes = std::size_t{64} << 20U;
constexpr std::size_t most_toml_bytes = std::size_t{4} << 20U;
// Keys of a table, items of a list: what is read of them grows with the square in places.
constexpr std::size_t most_entries = 10'000;

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
      if (!is_small(v, array->size(), "items")) return v;
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
  bool is_small(const TomlValue& v, std::size_t size, std::string_view what) {
    if (size <= most_entries) return true;
    faults_.error(v.place(), "", fmt::format("has {} {}, more than {}", size, what, most_entries));
    return false;
  }

  void convert_table(const toml::table& table, int depth, TomlValue& v) {
    v.kind = Kind::table;
    if (!is_small(v, table.size(), "keys")) return;
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

// Literals of numbers that nothing can hold, by line and column.
using Overflows = std::map<std::pair<int, int>, std::string>;

// A number that can be held was not read only because the library found no memory for it.
bool is_finite_real(std::string literal) {
  if (literal.find_first_of(".eE") == std::string::npos) return false;
  std::erase(literal, '_');
  double value = 0.0;
  const auto* const end = literal.data() + literal.size();
  const auto [stop, error] = std::from_chars(literal.data(), end, value);
  return error == std::errc() && stop == end && std::isfinite(value);
}

// The parser stops at a number that it cannot hold. Puts an infinity in its place, which is refused by key
// like every other number that is not finite; false where the error is another.
bool replace_overflow(std::string& text, const toml::parse_error& error, Overflows& overflows) {
  const std::string_view said = error.description();
  const auto open = said.find('\'');
  const auto close = said.rfind('\'');
  constexpr std::string_view infinity = "inf";
  if (said.find("could not be interpreted as a value") == std::string_view::npos &&
      said.find("not representable") == std::string_view::npos)
    return false;
  if (open == std::string_view::npos || close < open + 2) return false;
  auto literal = std::string(said.substr(open + 1, close - open - 1));
  const auto& at = error.source().begin;  // behind the literal
  std::size_t line_start = 0;
  for (toml::source_index line = 1; line < at.line; ++line) {
    line_start = text.find('\n', line_start);
    if (line_start == std::string::npos) return false;
    ++line_start;
  }
  if (at.column < literal.size() + 1 || literal.size() < infinity.size()) return false;
  const std::size_t from = line_start + at.column - 1 - literal.size();
  // Columns count letters, not bytes: behind others than ASCII the literal stands elsewhere.
  if (text.compare(from, literal.size(), literal) != 0) return false;
  if (is_finite_real(literal)) throw std::bad_alloc();
  text.replace(from, literal.size(),
               std::string(infinity) + std::string(literal.size() - infinity.size(), ' '));
  int column = as_int(at.column) - static_cast<int>(literal.size());
  if (from > line_start && (text[from - 1] == '-' || text[from - 1] == '+')) {
    literal.insert(0, 1, text[from - 1]);
    --column;
  }
  overflows[{as_int(at.line), column}] = literal;
  return true;
}

// Where text that begins with a quotation mark ends: after its closing mark, or before the end of its line.
std::size_t end_of_text(std::string_view text, std::size_t begin) {
  const char mark = text[begin];
  const std::string three(3, mark);
  const bool long_text = text.substr(begin, 3) == three;
  for (std::size_t at = begin + (long_text ? 3 : 1); at < text.size(); ++at) {
    if (text[at] == '\\' && mark == '"') {
      ++at;
    } else if (long_text ? text.substr(at, 3) == three : text[at] == mark) {
      return at + (long_text ? 3 : 1);
    } else if (!long_text && text[at] == '\n') {
      return at;
    }
  }
  return text.size();
}

// A dotted key of many parts: the parser makes a table of each, and what is that deep overflows its stack.
std::optional<int> line_of_deep_key(std::string_view text) {
  int line = 1, points = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.') {
      if (++points > deepest) return line;
    } else if (c == '=' || c == ',' || c == '{' || c == '[' || c == ']' || c == '\n') {
      points = 0;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == '"' || c == '\'') {
      // Points in text part no keys: an expression may have thousands.
      const auto end = end_of_text(text, at);
      line += static_cast<int>(std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                                          text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      at = end - 1;
    }
    if (c == '\n') ++line;
  }
  return std::nullopt;
}

// What to do about a syntax error that people who write their first TOML make.
std::string syntax_fix(std::string_view text, const toml::parse_error& error) {
  const auto wanted = error.source().begin.line;
  const std::string_view said = error.description();
  const bool is_utf16 = text.substr(0, 2).find('\0') != std::string_view::npos;
  if (is_utf16 || said.find("utf-8") != std::string_view::npos)
    return "Save the file as UTF-8: its letters beyond ASCII are written otherwise.";
  for (toml::source_index line = 1; line < wanted && !text.empty(); ++line)
    text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
  const auto at = text.substr(0, text.find('\n'));
  for (const auto* curly : {"\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x98", "\xE2\x80\x99"})
    if (at.find(curly) != std::string_view::npos)
      return "Write straight quotation marks (\") instead of curly ones.";
  if (said.find("inline table") != std::string_view::npos || at.find('{') != std::string_view::npos)
    return "Write an inline table { ... } on one line, without a comma before its }; longer ones as "
           "[tables].";
  return "Correct this line first.";
}

void write_overflows(TomlValue& v, const Overflows& overflows) {
  if (const auto it = overflows.find({v.line, v.column}); it != overflows.end() && v.kind == Kind::real)
    v.text = it->second;
  for (auto& entry : v.entries) write_overflows(entry.value, overflows);
  for (auto& item : v.items) write_overflows(item, overflows);
}

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
      return v.text.empty() ? fmt::format("{}", v.real) : v.text;
    case Kind::boolean:
      return v.boolean ? "true" : "false";
    case Kind::date:
      return date_text(v.date);
    case Kind::other:
      return "a time";
  }
  if (text.size() > longest) {
    std::size_t cut = longest;
    while (cut > 0 && continues_letter(text[cut])) --cut;
    text = text.substr(0, cut) + "...";
  }
  return text;
}

std::optional<TomlValue> parse_toml(std::string_view text, const std::string& file, Faults& faults) {
  const auto name = std::make_shared<const std::string>(file);
  if (text.size() > most_toml_bytes) {
    faults.error({file}, "", "is larger than 4 MiB", "no study needs that much",
                 "Vary numbers by a batch file.");
    return std::nullopt;
  }
  if (const auto line = line_of_deep_key(text)) {
    faults.error({file, *line, 0}, "", fmt::format("tables are nested more than {} deep", deepest));
    return std::nullopt;
  }
  std::string readable(text);
  Overflows overflows;
  for (;;) {
    try {
      const toml::table root = toml::parse(readable, file);
      Faults nesting;
      auto value = Converter(name, nesting).convert(root, 0);
      if (nesting.has_errors()) {
        faults.add(nesting.sorted().front());
        return std::nullopt;
      }
      if (!overflows.empty()) write_overflows(value, overflows);
      return value;
    } catch (const toml::parse_error& e) {
      constexpr std::size_t most_overflows = 100;
      if (overflows.size() < most_overflows && replace_overflow(readable, e, overflows)) continue;
      const auto& at = e.source().begin;
      if (e.description().find("TOML_MAX_NESTED_VALUES") != std::string_view::npos) {
        faults.error({file, as_int(at.line), as_int(at.column)}, "",
                     fmt::format("values are nested more than {} deep", deepest));
        return std::nullopt;
      }
      faults.error({file, as_int(at.line), as_int(at.column)}, "", std::string(e.description()),
                   "the file is not valid TOML from here on, so nothing after it was read",
                   syntax_fix(text, e));
      return std::nullopt;
    }
  }
}

std::optional<std::string> read_text_file(const std::filesystem::path& file, Faults& faults) {
  std::error_code why;
  if (std::filesystem::is_directory(file, why)) {
    faults.error({file.string()}, "", "is a directory, not a file");
    return std::nullopt;
  }
  // A pipe is read once like a file; what a study names must be a file (InputFiles).
  if (const auto kind = std::filesystem::status(file, why).type();
      kind == std::filesystem::file_type::character || kind == std::filesystem::file_type::block ||
      kind == std::filesystem::file_type::socket) {
    faults.error({file.string()}, "", "is a device, not a file", "its content has no end",
                 "Save it as a file first.");
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    faults.error({file.string()}, "", "cannot be read", "there is no such file, or it may not be opened");
    return std::nullopt;
  }
  const auto too_large = [&] {
    faults.error({file.string()}, "", "is larger than 64 MiB", "no study, batch or log needs that much",
                 "Split it.");
    return std::nullopt;
  };
  if (const auto bytes = std::filesystem::file_size(file, why); !why && bytes > most_file_bytes)
    return too_large();
  std::string text;  // a pipe has no size
  std::vector<char> piece(std::size_t{1} << 16U);
  while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (text.size() > most_file_bytes) return too_large();
  }
  return text;
}

std::optional<TomlValue> parse_toml_file(const std::filesystem::path& file, Faults& faults) {
  const auto text = read_text_file(file, faults);
  if (!text) return std::nullopt;
  return parse_toml(*text, file.string(), faults);
}

}  // namespace paystress
