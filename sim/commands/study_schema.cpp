#include "sim/commands/study_schema.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "scenarios/built_in.h"
#include "scenarios/key_log.h"
#include "scenarios/read_study.h"

namespace paystress::commands {
namespace {

using Json = nlohmann::ordered_json;

// A name that no table knows: a table whose reader asks for it takes names of the user's.
constexpr std::string_view probe = "PROBE";

// Asked for only where it is met.
constexpr std::string_view rare_forms =
    "offers.a.ends = \"leaving\"\n"
    "offers.a.pay = [ { measure = \"completed_visits\", tiers = [ { at = 1, bound = \"above\", usd = 1 } ] } "
    "]\n";

/// A table of the study, or what a list of tables holds.
struct Table {
  std::map<std::string, KeyForms, std::less<>> keys;
  std::map<std::string, std::unique_ptr<Table>, std::less<>> below;
  bool takes_names = false;
};

class SchemaMaker {
 public:
  std::string make() {
    for (const auto& study : built_in_templates()) listen(std::string(study.text));
    listen(std::string(rare_forms));
    pending_.push_back({});
    while (!pending_.empty()) {
      const auto path = pending_.front();
      pending_.pop_front();
      try_path(path);
    }
    join_names(root_);
    Json schema;
    schema["$schema"] = "http://json-schema.org/draft-07/schema#";
    schema["title"] = "A study of paystress";
    Json study = schema_of(root_, false);
    count(study);
    Json definitions = Json::object();
    share(study, definitions);
    schema.update(study);
    schema["definitions"] = definitions;
    return schema.dump(1) + "\n";
  }

 private:
  struct Step {
    std::string key;
    bool is_list = false;
  };
  using Path = std::vector<Step>;

  // The study that holds one table and nothing else: `a = { b = [ { PROBE = {} } ] }`.
  static std::string study_with(const Path& path) {
    std::string text = std::string(probe) + " = {}";
    for (std::size_t i = path.size(); i-- > 0;)
      text = path[i].key + (path[i].is_list ? " = [ { " + text + " } ]" : " = { " + text + " }");
    return text + "\n";
  }

  void try_path(const Path& path) {
    listen(study_with(path));
    const auto* table = find(path);
    if (table == nullptr) return;
    for (const auto& [key, forms] : table->keys) {
      if (table->takes_names && key != probe) continue;
      const bool plain = forms.number || forms.integer || forms.text || forms.boolean || forms.numbers ||
                         forms.texts || !forms.choices.empty();
      for (const bool is_list : {false, true}) {
        if (plain && !(is_list ? forms.tables : forms.table)) continue;
        auto next = path;
        next.push_back({key, is_list});
        if (next.size() <= most_steps && tried_.insert(study_with(next)).second) pending_.push_back(next);
      }
    }
  }

  void listen(const std::string& text) {
    const KeyLog log;
    Faults faults;
    static_cast<void>(parse_study(text, "schema", ".", faults));
    for (const auto& [table, keys] : log.asked()) {
      auto& at = table_at(table);
      for (const auto& [key, forms] : keys) {
        if (key == probe) at.takes_names |= forms.looked_at;
        if (key != probe || forms.looked_at) join(at.keys[key], forms);
      }
    }
  }

  // What stands in several places is written once.
  void count(const Json& schema) {
    for (const auto& below : schema)
      if (below.is_structured()) count(below);
    if (schema.is_object() && (schema.contains("type") || schema.contains("anyOf"))) ++times_[schema.dump()];
  }
  void share(Json& schema, Json& definitions) {
    constexpr std::size_t short_text = 60;
    for (auto& below : schema) {
      if (!below.is_structured()) continue;
      const auto text = below.dump();
      const auto it = times_.find(text);
      if (it == times_.end() || it->second < 2 || text.size() < short_text) {
        share(below, definitions);
        continue;
      }
      const auto [name, is_new] = names_.emplace(text, "s" + std::to_string(names_.size() + 1));
      if (is_new) {
        Json whole = below;
        share(whole, definitions);
        definitions[name->second] = whole;
      }
      below = {{"$ref", "#/definitions/" + name->second}};
    }
  }

  static void join(KeyForms& to, const KeyForms& more) {
    to.looked_at |= more.looked_at;
    to.number |= more.number;
    to.integer |= more.integer;
    to.text |= more.text;
    to.boolean |= more.boolean;
    to.numbers |= more.numbers;
    to.texts |= more.texts;
    to.table |= more.table;
    to.tables |= more.tables;
    if (more.range) to.range = more.range;
    for (const auto& choice : more.choices)
      if (std::ranges::find(to.choices, choice) == to.choices.end()) to.choices.push_back(choice);
  }

  // What was heard of any name of the user's holds for all of them.
  static void join_names(Table& table) {
    for (auto& [key, below] : table.below) join_names(*below);
    if (!table.takes_names) return;
    KeyForms all;
    for (const auto& [key, forms] : table.keys) join(all, forms);
    table.keys = {};
    table.keys[std::string(probe)] = all;
    auto& named = table.below[std::string(probe)];
    if (!named) named = std::make_unique<Table>();
    for (auto& [key, below] : table.below)
      if (below != named) absorb(*named, *below);
  }
  static void absorb(Table& to, Table& from) {
    to.takes_names |= from.takes_names;
    for (const auto& [key, forms] : from.keys) join(to.keys[key], forms);
    for (auto& [key, below] : from.below) {
      auto& at = to.below[key];
      if (!at)
        at = std::move(below);
      else if (below)
        absorb(*at, *below);
    }
  }

  // Places of lists are left out of the way: what a list holds is one table.
  Table& table_at(std::string_view dotted) {
    Table* at = &root_;
    while (!dotted.empty()) {
      const auto dot = std::min(dotted.find('.'), dotted.size());
      const auto part = dotted.substr(0, dot);
      dotted.remove_prefix(std::min(dot + 1, dotted.size()));
      if (std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; })) continue;
      auto& next = at->below[std::string(part)];
      if (!next) next = std::make_unique<Table>();
      at = next.get();
    }
    return *at;
  }
  const Table* find(const Path& path) const {
    const Table* at = &root_;
    for (const auto& step : path) {
      const auto it = at->below.find(step.key);
      if (it == at->below.end()) return nullptr;
      at = it->second.get();
    }
    return at;
  }

  static constexpr std::size_t most_steps = 7;
  Table root_;
  std::deque<Path> pending_;
  std::set<std::string> tried_;
  std::map<std::string, std::size_t> times_;  ///< that a schema stands somewhere
  std::map<std::string, std::string> names_;  ///< of those that are shared

  static void limit(Json& schema, const KeyForms& forms) {
    if (!forms.range) return;
    if (std::isfinite(forms.range->first)) schema["minimum"] = forms.range->first;
    if (std::isfinite(forms.range->second)) schema["maximum"] = forms.range->second;
  }

  // Everything below [offers] may be a list of readings.
  static Json schema_of(const Table& table, bool may_be_vague) {
    Json schema;
    schema["type"] = "object";
    auto& properties = schema["properties"] = Json::object();
    if (table.takes_names) {
      const auto& forms = table.keys.at(std::string(probe));
      schema["additionalProperties"] =
          schema_of(forms, table.below.at(std::string(probe)).get(), may_be_vague);
      return schema;
    }
    for (const auto& [key, forms] : table.keys) {
      const auto it = table.below.find(key);
      properties[key] = schema_of(forms, it == table.below.end() ? nullptr : it->second.get(),
                                  may_be_vague || key == "offers");
    }
    schema["additionalProperties"] = false;
    return schema;
  }

  static Json schema_of(const KeyForms& forms, const Table* below, bool may_be_vague) {
    Json any = Json::array();
    const auto add = [&](const char* type) -> Json& { return any.emplace_back(Json{{"type", type}}); };
    if (forms.number) limit(add("number"), forms);
    if (forms.integer) limit(add("integer"), forms);
    if (!forms.choices.empty())
      any.push_back({{"enum", forms.choices}});
    else if (forms.text)
      add("string");
    if (forms.boolean) add("boolean");
    if (forms.numbers) add("array")["items"] = {{"type", "number"}};
    if (forms.texts) add("array")["items"] = {{"type", "string"}};
    const bool heard = below != nullptr && !(below->keys.empty() && !below->takes_names);
    const bool plain = !any.empty();
    if (forms.table) any.push_back(heard ? schema_of(*below, may_be_vague) : Json{{"type", "object"}});
    if (forms.tables)
      add("array")["items"] = heard ? schema_of(*below, may_be_vague) : Json{{"type", "object"}};
    if (!plain && !forms.tables) {  // asked for whole: a number, an expression, a date, a list
      for (const auto* type : {"number", "string", "boolean", "array"}) add(type);
      if (!forms.table) add("object");
    }
    if (may_be_vague)
      any.push_back({{"type", "object"},
                     {"properties", {{"readings", {{"type", "array"}}}}},
                     {"required", {"readings"}},
                     {"additionalProperties", false}});
    return any.size() == 1 ? any.front() : Json{{"anyOf", any}};
  }
};

}  // namespace

std::string study_schema() { return SchemaMaker().make(); }

}  // namespace paystress::commands
