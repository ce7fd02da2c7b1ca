#include "scenarios/override.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "model/contract_key.h"
#include "model/settle.h"
#include "scenarios/csv_text.h"
#include "scenarios/read_contract.h"
#include "scenarios/read_practice.h"
#include "scenarios/read_stress.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;

// Cuts the first part off a dotted key.
std::string_view next_part(std::string_view& key) {
  const auto dot = key.find('.');
  const auto part = key.substr(0, dot);
  key = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
  return part;
}

// An item of a list by 1-based index or by its `name`.
const TomlValue* find_item(const TomlValue& list, std::string_view part) {
  std::size_t index = 0;
  const auto [stop, failed] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (failed == std::errc() && stop == part.data() + part.size())
    return index >= 1 && index <= list.items.size() ? &list.items[index - 1] : nullptr;
  for (const auto& item : list.items) {
    const auto* name = item.kind == Kind::table ? item.find("name") : nullptr;
    if (name != nullptr && name->kind == Kind::string && name->text == part) return &item;
  }
  return nullptr;
}

const TomlValue* find_part(const TomlValue& at, std::string_view part) {
  if (at.kind == Kind::table) return at.find(part);
  if (at.kind == Kind::array) return find_item(at, part);
  return nullptr;
}

TomlValue* find_part(TomlValue& at, std::string_view part) {
  return const_cast<TomlValue*>(find_part(std::as_const(at), part));  // NOLINT: `at` itself is not const
}

bool changes_offer(const Stress& stress, const std::string& offer) {
  const auto prefix = offer + ".";
  return std::ranges::any_of(stress.parts, [&](const StressPart& part) {
    return std::ranges::any_of(part.offers,
                               [&](const OfferStress& change) { return change.key.starts_with(prefix); });
  });
}

// What to write instead of the item that a list on the way of a dotted key does not have.
std::string nearest_item(const TomlValue& root, std::string_view key) {
  const TomlValue* at = &root;
  while (!key.empty()) {
    const auto part = next_part(key);
    const auto* below = find_part(*at, part);
    if (below == nullptr && at->kind == Kind::array) {
      std::vector<std::string> known;
      for (std::size_t i = 0; i < at->items.size(); ++i) {
        const auto* name = at->items[i].kind == Kind::table ? at->items[i].find("name") : nullptr;
        known.push_back(name != nullptr && name->kind == Kind::string ? name->text : std::to_string(i + 1));
      }
      return suggestion(part, known);
    }
    if (below == nullptr) break;
    at = below;
  }
  return {};
}

TomlValue empty_table(const TomlValue& like) {
  TomlValue table;
  table.file = like.file;
  table.line = like.line;
  table.column = like.column;
  return table;
}

}  // namespace

const TomlValue* find_dotted(const TomlValue& root, std::string_view key) {
  const TomlValue* at = &root;
  while (!key.empty() && at != nullptr) at = find_part(*at, next_part(key));
  return at;
}

std::optional<std::string> set_dotted(TomlValue& root, std::string_view key, TomlValue value) {
  TomlValue* at = &root;
  for (;;) {
    const auto part = next_part(key);
    auto* below = find_part(*at, part);
    if (below == nullptr && at->kind == Kind::table) {
      at->entries.push_back({std::string(part), value.place(), empty_table(value)});
      below = &at->entries.back().value;
    }
    if (below == nullptr)
      return at->kind == Kind::array ? fmt::format("the list has no item {}", part)
                                     : fmt::format("{} has nothing below it", text_of(*at));
    if (key.empty()) {
      *below = std::move(value);
      return std::nullopt;
    }
    at = below;
  }
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

void check_stress_on(const Practice& practice, const Stress& stress, const Place& place, Faults& faults) {
  std::vector<std::string> codes;
  for (const auto& c : practice.codes) codes.push_back(c.code);
  for (const auto& part : stress.parts)
    for (const auto& recode : part.recodes)
      for (const auto* code : {&recode.from, &recode.to})
        if (std::ranges::find(codes, *code) == codes.end())
          faults.error(place, "stresses." + stress.name + ".recode",
                       fmt::format("practice {} has no code {}", practice.name, *code),
                       "a visit cannot be moved from or to a code outside its mix", suggestion(*code, codes));
}

namespace {
// The stress and all that it combines, directly or through others.
void collect_stresses(const StudyText& study, const std::string& name, std::set<std::string>& names) {
  if (!names.insert(name).second) return;
  const auto* table = find_dotted(study.source->document, "stresses." + name);
  const auto* combined = table != nullptr ? table->find("combine") : nullptr;
  if (combined == nullptr) return;
  for (const auto& item : combined->items) collect_stresses(study, item.text, names);
}
}  // namespace

bool concerns(const StudyText& study, std::string_view key, const std::string& practice,
              const std::string& offer, const std::string& stress) {
  const auto below = [key](std::string_view kind, std::string_view name) {
    return key.starts_with(fmt::format("{}.{}.", kind, name));
  };
  std::set<std::string> stresses;
  collect_stresses(study, stress, stresses);
  return below("practices", practice) || below("offers", offer) ||
         std::ranges::any_of(stresses, [&](const std::string& name) { return below("stresses", name); });
}

LedgerLayout columns_of(const Practice& practice) {
  const auto lag = std::get<Known>(practice[Parameter::audit_lag_months]).value;
  return LedgerLayout::sampled(practice.codes, static_cast<int>(lag));
}

void check_offer_on(const Practice& practice, const Contract& contract, const PeriodGrid& grid,
                    const TomlValue& offer, Faults& faults) {
  const auto layout = columns_of(practice);
  const auto key = "offers." + contract.name;
  const auto flaws = find_flaws(contract, layout, grid);
  report_flaws(flaws, Fault::Severity::error, offer, key, faults);
  if (flaws.empty())
    report_flaws(find_oddities(contract, layout, grid), Fault::Severity::warning, offer, key, faults);
}

std::shared_ptr<const Practice> ScenarioResolver::practice(const std::string& name, const TomlValue& table,
                                                           const std::string& identity, Faults& faults) {
  auto& kept = practices_[identity];
  if (kept) return kept;
  TableReader reader(table, "practices." + name, faults);
  auto practice = read_practice(reader, name, *study_.source->files, nullptr);
  const auto before = faults.error_count();
  reader.finish();
  if (practice && faults.error_count() == before)
    kept = std::make_shared<const Practice>(std::move(*practice));
  return kept;
}

std::shared_ptr<const Stress> ScenarioResolver::stress(const std::string& name, TomlValue& tables,
                                                       const std::string& identity, Faults& faults) {
  auto& kept = stresses_[identity];
  if (kept) return kept;
  const auto before = faults.error_count();
  TableReader reader(tables, "stresses", faults);
  auto all = read_stresses(&reader, study_.study.months);
  reader.finish();
  const auto it = std::ranges::find(all, name, &Stress::name);
  if (it != all.end() && faults.error_count() == before)
    kept = std::make_shared<const Stress>(std::move(*it));
  return kept;
}

std::shared_ptr<const Contract> ScenarioResolver::contract(const std::string& name, const TomlValue& table,
                                                           const Stress& stress, const std::string& identity,
                                                           Faults& faults) {
  auto& kept = contracts_[identity];
  if (kept) return kept;
  const auto before = faults.error_count();
  TableReader reader(table, "offers." + name, faults);
  auto contract = read_contract(reader, name, study_.study.user_columns);
  reader.finish();
  if (!contract || faults.error_count() != before) return nullptr;
  auto changed = stressed(*contract, stress, study_.study.months);
  kept = std::make_shared<const Contract>(std::move(changed ? *changed : *contract));
  return kept;
}

std::optional<ResolvedScenario> ScenarioResolver::resolve(const std::string& practice_name,
                                                          const std::string& offer_name,
                                                          const std::string& stress_name,
                                                          std::span<const Override> overrides,
                                                          const Place& place, Faults& faults) {
  const auto& document = study_.source->document;
  const auto before = faults.error_count();
  const auto table_of = [&](std::string_view group, const std::string& name) {
    const auto* all = document.find(group);
    const auto* found = all != nullptr ? all->find(name) : nullptr;
    if (found != nullptr) return *found;
    std::vector<std::string> known;
    if (all != nullptr)
      for (const auto& e : all->entries) known.push_back(e.key);
    const auto singular = group.substr(0, group.size() - 1);
    faults.error(place, std::string(singular), fmt::format("there is no {} \"{}\"", singular, name), {},
                 suggestion(name, known));
    return TomlValue();
  };
  struct {
    TomlValue practice, offer, stresses;
  } patched{table_of("practices", practice_name), table_of("offers", offer_name), TomlValue()};
  if (const auto* stresses = document.find("stresses")) patched.stresses = *stresses;
  if (study_.study.find_stress(stress_name) == nullptr) {
    std::vector<std::string> known;
    for (const auto& s : study_.study.stresses) known.push_back(s.name);
    faults.error(place, "stress", fmt::format("there is no stress \"{}\"", stress_name), {},
                 suggestion(stress_name, known));
  }
  if (faults.error_count() != before) return std::nullopt;
  const auto behind =
      stress_name == "base" ? std::vector<std::string>() : stresses_behind(patched.stresses, stress_name);
  for (const auto& o : overrides) {
    std::string_view key = o.key;
    const auto group = next_part(key);
    const auto whole = key;
    const auto name = next_part(key);
    std::optional<std::string> problem;
    if (group == "practices" && name == practice_name && !key.empty())
      problem = set_dotted(patched.practice, key, value_of_cell(o.text, o.place));
    else if (group == "offers" && name == offer_name && !key.empty())
      problem = set_dotted(patched.offer, key, value_of_cell(o.text, o.place));
    else if (group == "stresses" && std::ranges::find(behind, name) != behind.end() && !key.empty())
      problem = set_dotted(patched.stresses, whole, value_of_cell(o.text, o.place));
    else if (group == "practices" || group == "offers" || group == "stresses")
      problem = fmt::format("is not used by {}/{}/{}", practice_name, offer_name, stress_name);
    else
      problem = "is not a number of a practice, an offer or a stress";
    if (problem) faults.error(o.place, o.key, *problem);
  }
  if (faults.error_count() != before) return std::nullopt;

  // The name is part of what a practice or an offer is read into.
  ResolvedScenario resolved;
  resolved.practice =
      practice(practice_name, patched.practice, practice_name + canonical_text(patched.practice), faults);
  std::string stress_identity = stress_name;
  for (const auto& name : behind)
    if (const auto* table = patched.stresses.find(name)) stress_identity += canonical_text(*table);
  resolved.stress = stress(stress_name, patched.stresses, stress_identity, faults);
  if (!resolved.practice || !resolved.stress) return std::nullopt;
  auto contract_identity = offer_name + canonical_text(patched.offer);
  if (changes_offer(*resolved.stress, offer_name)) contract_identity += stress_identity;
  resolved.contract = contract(offer_name, patched.offer, *resolved.stress, contract_identity, faults);
  if (faults.error_count() != before || !resolved.contract) return std::nullopt;
  check_stress_on(*resolved.practice, *resolved.stress, place, faults);
  check_offer_on(*resolved.practice, *resolved.contract, study_.study.grid(), patched.offer, faults);
  if (faults.error_count() != before) return std::nullopt;
  return resolved;
}

std::optional<Fault> ScenarioResolver::unknown_key(const Override& o) {
  const auto unknown = [&](std::string why, std::string fix) {
    return Fault{o.place, o.key, "unknown key", std::move(why), std::move(fix), Fault::Severity::error};
  };
  static const std::vector<std::string> groups{"practices", "offers", "stresses"};
  std::string_view below = o.key;
  const std::string group(next_part(below));
  const std::string_view whole = below;
  const std::string name(next_part(below));
  if (std::ranges::find(groups, group) == groups.end())
    return unknown("only numbers of practices, offers and stresses vary by row", suggestion(group, groups));
  const auto* tables = study_.source->document.find(group);
  const auto* found = tables != nullptr ? tables->find(name) : nullptr;
  if (found == nullptr) {
    std::vector<std::string> known;
    if (tables != nullptr)
      for (const auto& e : tables->entries) known.push_back(e.key);
    return unknown(fmt::format("the study has no {}.{}", group, name), suggestion(name, known));
  }
  if (below.empty()) return unknown("it names no number", {});
  auto table = group == "stresses" ? *tables : *found;
  if (const auto problem =
          set_dotted(table, group == "stresses" ? whole : below, value_of_cell(o.text, o.place)))
    return unknown(*problem, nearest_item(table, group == "stresses" ? whole : below));
  Faults faults;
  TableReader reader(table, group == "stresses" ? group : group + "." + name, faults);
  if (group == "practices") (void)read_practice(reader, name, *study_.source->files, nullptr);
  if (group == "offers") (void)read_contract(reader, name, study_.study.user_columns);
  if (group == "stresses") (void)read_stresses(&reader, study_.study.months);
  reader.finish();
  for (const auto& f : faults.sorted())
    if (f.problem == "unknown key") return unknown(f.key == o.key ? "" : f.key + " is unknown", f.fix);
  return std::nullopt;
}

}  // namespace paystress
