#include "scenarios/toml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "scenarios/csv_text.h"
#include "scenarios/key_log.h"
#include "scenarios/text_encoding.h"
#include "scenarios/vendor_words.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;

void report_kind(const TomlValue& v, const std::string& key, std::string_view wanted, Faults& faults) {
  faults.error(v.place(), key, fmt::format("{} is {}, not {}", text_of(v), name_of(v.kind), wanted));
}

std::optional<std::string> checked_text(const TomlValue& v, const std::string& key, Faults& faults) {
  if (v.kind != Kind::string) {
    report_kind(v, key, "text", faults);
    return std::nullopt;
  }
  if (v.text.empty()) {
    faults.error(v.place(), key, "is empty");
    return std::nullopt;
  }
  return v.text;
}

// How the tables of a key are written; below a part of a list they stand on its line.
std::string list_of_tables(std::string_view key) {
  const bool is_below_part = std::ranges::any_of(key, [](char c) { return c >= '1' && c <= '9'; });
  return is_below_part ? fmt::format("Write {} = [ {{ ... }} ].", key.substr(key.rfind('.') + 1))
                       : fmt::format("Write [[{0}]] instead of [{0}], once for each.", key);
}

}  // namespace

std::string range_problem(double x, const NumberRange& range) {
  if (x < range.low) return fmt::format("{} is below {}", x, range.low);
  if (x > range.high) return fmt::format("{} is above {}", x, range.high);
  return {};
}

std::string range_fix(const NumberRange& range) {
  if (std::isfinite(range.low) && std::isfinite(range.high))
    return fmt::format("Write a number from {} to {}.", range.low, range.high);
  if (std::isfinite(range.low)) return fmt::format("Write {} or more.", range.low);
  if (std::isfinite(range.high)) return fmt::format("Write {} or less.", range.high);
  return "Write a finite number.";
}

std::optional<double> checked_number(const TomlValue& v, const std::string& key, const NumberRange& range,
                                     Faults& faults) {
  if (!v.is_number()) {
    faults.error(v.place(), key, fmt::format("{} is {}, not a number", text_of(v), name_of(v.kind)), {},
                 v.kind == Kind::string ? read_number(v.text).fix : std::string());
    return std::nullopt;
  }
  const double x = v.number();
  if (!std::isfinite(x)) {
    faults.error(v.place(), key, fmt::format("{} is not a number that can be used", text_of(v)),
                 std::string(range.meaning), range_fix(range));
    return std::nullopt;
  }
  if (auto problem = range_problem(x, range); !problem.empty()) {
    faults.error(v.place(), key, std::move(problem), std::string(range.meaning), range_fix(range));
    return std::nullopt;
  }
  return x;
}

std::string suggestion(std::string_view word, std::span<const std::string> known) {
  if (auto answer = answer_to_vendor_word(word, known); !answer.empty()) return answer;
  if (const auto near = nearest_name(word, known); !near.empty()) return "Did you mean " + near + "?";
  if (known.empty()) return {};
  constexpr std::size_t most = 12;
  if (known.size() <= most) return fmt::format("Known here: {}.", fmt::join(known, ", "));
  return fmt::format("Known here: {}, ...", fmt::join(known.first(most), ", "));
}

bool is_bare_name(std::string_view name) {
  constexpr std::size_t longest = 100;
  return !name.empty() && name.size() <= longest && name.front() != '-' &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-';
         });
}

TableReader::TableReader(const TomlValue& table, std::string key, Faults& faults)
    : table_(&table), key_(std::move(key)), faults_(&faults) {}

std::string TableReader::key_of(std::string_view name) const {
  if (key_.empty()) return std::string(name);
  if (name.empty()) return key_;
  return key_ + "." + std::string(name);
}

Place TableReader::place_of(std::string_view name) const {
  const auto* v = table_->find(name);
  return v != nullptr ? v->place() : table_->place();
}

const TomlValue* TableReader::find(std::string_view name) {
  know(name);
  if (auto* forms = KeyLog::note(key_, name)) forms->looked_at = true;
  return table_->find(name);
}

void TableReader::know(std::string_view name) {
  static_cast<void>(KeyLog::note(key_, name));
  if (std::ranges::find(asked_, name) == asked_.end()) asked_.emplace_back(name);
}

std::optional<double> TableReader::number(std::string_view name, const NumberRange& range) {
  if (auto* forms = KeyLog::note(key_, name)) {
    forms->number = true;
    forms->range = {range.low, range.high};
  }
  const auto* v = find(name);
  if (v == nullptr) return std::nullopt;
  return checked_number(*v, key_of(name), range, *faults_);
}

std::optional<std::int64_t> TableReader::integer(std::string_view name, std::int64_t low, std::int64_t high,
                                                 std::string_view meaning) {
  if (auto* forms = KeyLog::note(key_, name)) {
    forms->integer = true;
    forms->range = {static_cast<double>(low), static_cast<double>(high)};
  }
  const auto* v = find(name);
  if (v == nullptr) return std::nullopt;
  if (v->kind != Kind::integer) {
    report_kind(*v, key_of(name), "a whole number", *faults_);
    return std::nullopt;
  }
  if (v->integer < low || v->integer > high) {
    const bool below = v->integer < low;
    faults_->error(v->place(), key_of(name),
                   fmt::format("{} is {} {}", v->integer, below ? "below" : "above", below ? low : high),
                   std::string(meaning), fmt::format("Write a whole number from {} to {}.", low, high));
    return std::nullopt;
  }
  return v->integer;
}

std::optional<std::string> TableReader::text(std::string_view name) {
  if (auto* forms = KeyLog::note(key_, name)) forms->text = true;
  const auto* v = find(name);
  if (v == nullptr) return std::nullopt;
  return checked_text(*v, key_of(name), *faults_);
}

std::optional<std::string> TableReader::label(std::string_view name) {
  auto text = this->text(name);
  if (!text) return std::nullopt;
  if (auto problem = label_problem(*text); !problem.empty()) {
    error(name, std::move(problem), "names and titles stand in tables that spreadsheets open",
          "Write it on one line, with a letter or figure first.");
    return std::nullopt;
  }
  if (text->size() > longest_label) {
    error(name, fmt::format("has more than {} bytes", longest_label), "it stands in every row of the tables");
    return std::nullopt;
  }
  return text;
}

std::optional<bool> TableReader::boolean(std::string_view name) {
  if (auto* forms = KeyLog::note(key_, name)) forms->boolean = true;
  const auto* v = find(name);
  if (v == nullptr) return std::nullopt;
  if (v->kind != Kind::boolean) {
    report_kind(*v, key_of(name), "true or false", *faults_);
    return std::nullopt;
  }
  return v->boolean;
}

std::optional<std::vector<double>> TableReader::numbers(std::string_view name, const NumberRange& range) {
  if (auto* forms = KeyLog::note(key_, name)) forms->numbers = true;
  const auto* v = find(name);
  if (v == nullptr) return std::nullopt;
  if (v->kind != Kind::array) {
    report_kind(*v, key_of(name), "a list of numbers", *faults_);
    return std::nullopt;
  }
  std::vector<double> all;
  for (std::size_t i = 0; i < v->items.size(); ++i) {
    const auto x = checked_number(v->items[i], fmt::format("{}.{}", key_of(name), i + 1), range, *faults_);
    if (x) all.push_back(*x);
  }
  if (all.size() != v->items.size()) return std::nullopt;
  return all;
}

std::optional<std::vector<std::string>> TableReader::texts(std::string_view name) {
  if (auto* forms = KeyLog::note(key_, name)) forms->texts = true;
  const auto* v = find(name);
  if (v == nullptr) return std::nullopt;
  if (v->kind != Kind::array) {
    report_kind(*v, key_of(name), "a list of names", *faults_);
    return std::nullopt;
  }
  std::vector<std::string> all;
  for (std::size_t i = 0; i < v->items.size(); ++i) {
    auto s = checked_text(v->items[i], fmt::format("{}.{}", key_of(name), i + 1), *faults_);
    if (s) all.push_back(std::move(*s));
  }
  if (all.size() != v->items.size()) return std::nullopt;
  return all;
}

std::optional<std::size_t> TableReader::choice_index(std::string_view name,
                                                     std::span<const std::string> known) {
  if (auto* forms = KeyLog::note(key_, name)) forms->choices.assign(known.begin(), known.end());
  const auto word = text(name);
  if (!word) return std::nullopt;
  const auto it = std::ranges::find(known, *word);
  if (it == known.end()) {
    error(name, fmt::format("\"{}\" is not one of the choices", *word), {}, suggestion(*word, known));
    return std::nullopt;
  }
  return static_cast<std::size_t>(it - known.begin());
}

TableReader* TableReader::child(const TomlValue& table, std::string key) {
  for (const auto& c : children_)
    if (c->table_ == &table) return c.get();
  children_.push_back(std::make_unique<TableReader>(table, std::move(key), *faults_));
  return children_.back().get();
}

TableReader* TableReader::sub(std::string_view name) {
  if (auto* forms = KeyLog::note(key_, name)) forms->table = true;
  const auto* v = find(name);
  if (v == nullptr) return nullptr;
  if (v->kind != Kind::table) {
    report_kind(*v, key_of(name), "a table", *faults_);
    return nullptr;
  }
  return child(*v, key_of(name));
}

std::vector<TableReader*> TableReader::subs(std::string_view name) {
  if (auto* forms = KeyLog::note(key_, name)) forms->tables = true;
  const auto* v = find(name);
  if (v == nullptr) return {};
  if (v->kind == Kind::table) {
    error(name, "is one table, not a list of tables", {}, list_of_tables(key_of(name)));
    return {};
  }
  if (v->kind != Kind::array) {
    report_kind(*v, key_of(name), "a list of tables", *faults_);
    return {};
  }
  constexpr std::size_t most = 2'000;
  if (v->items.size() > most) {
    error(name, fmt::format("has {} tables, more than {}", v->items.size(), most));
    return {};
  }
  std::vector<TableReader*> all;
  for (std::size_t i = 0; i < v->items.size(); ++i) {
    auto key = fmt::format("{}.{}", key_of(name), i + 1);
    if (v->items[i].kind != Kind::table) {
      report_kind(v->items[i], key, "a table", *faults_);
      continue;
    }
    all.push_back(child(v->items[i], std::move(key)));
  }
  return all;
}

void TableReader::error(std::string_view name, std::string problem, std::string why, std::string fix) {
  faults_->error(place_of(name), key_of(name), std::move(problem), std::move(why), std::move(fix));
}

void TableReader::warning(std::string_view name, std::string problem, std::string why, std::string fix) {
  faults_->warning(place_of(name), key_of(name), std::move(problem), std::move(why), std::move(fix));
}

void TableReader::finish() {
  for (const auto& e : table_->entries) {
    if (e.key.empty()) {
      faults_->error(e.place, key_, "has a key without a name");
    } else if (std::ranges::find(asked_, e.key) == asked_.end()) {
      faults_->add({e.place,
                    key_of(e.key),
                    "unknown key",
                    {},
                    suggestion(e.key, asked_),
                    Fault::Severity::error,
                    Fault::Kind::unknown_key});
    }
  }
  for (const auto& c : children_) c->finish();
}

}  // namespace paystress
