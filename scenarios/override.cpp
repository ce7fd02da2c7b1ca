#include "scenarios/override.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "model/contract_key.h"
#include "model/settle.h"
#include "scenarios/check_scenario.h"
#include "scenarios/dotted_key.h"
#include "scenarios/read_contract.h"
#include "scenarios/read_practice.h"
#include "scenarios/read_stress.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

bool changes_offer(const Stress& stress, const std::string& offer) {
  const auto prefix = offer + ".";
  return std::ranges::any_of(stress.parts, [&](const StressPart& part) {
    return std::ranges::any_of(part.offers,
                               [&](const OfferStress& change) { return change.key.starts_with(prefix); });
  });
}

// The stress and all that it combines, directly or through others.
void collect_stresses(const StudyText& study, const std::string& name, std::set<std::string>& names) {
  if (!names.insert(name).second) return;
  const auto* table = find_dotted(study.source->document, "stresses." + name);
  const auto* combined = table != nullptr ? table->find("combine") : nullptr;
  if (combined == nullptr) return;
  for (const auto& item : combined->items) collect_stresses(study, item.text, names);
}

// The keys of the study that a key without its beginning may stand for: those of each offer that has it.
std::vector<std::string> keys_ending_in(std::string_view key, const TomlValue& document,
                                        std::span<const std::string> groups) {
  std::vector<std::string> whole;
  for (const auto& group : groups) {
    const auto* tables = document.find(group);
    if (tables == nullptr) continue;
    for (const auto& entry : tables->entries)
      if (find_dotted(entry.value, key) != nullptr)
        whole.push_back(fmt::format("{}.{}.{}", group, entry.key, key));
  }
  return whole;
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
                                                           const Stress& stress, const TomlValue& stresses,
                                                           const std::string& identity, Faults& faults) {
  auto& kept = contracts_[identity];
  if (kept) return kept;
  const auto before = faults.error_count();
  TableReader reader(table, "offers." + name, faults);
  auto contract =
      read_contract(reader, name, study_.study.user_columns, study_.study.shared_spans, study_.study.start);
  reader.finish();
  if (!contract || faults.error_count() != before) return nullptr;
  check_stressed_amounts(stress, *contract, stresses, faults);
  if (faults.error_count() != before) return nullptr;
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
    const auto group = cut_part(key);
    const auto whole = key;
    const auto name = cut_part(key);
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
  resolved.contract =
      contract(offer_name, patched.offer, *resolved.stress, patched.stresses, contract_identity, faults);
  if (faults.error_count() != before || !resolved.contract) return std::nullopt;
  check_schedule_years(*resolved.practice, study_.study.start, place, faults);
  check_stress_on(*resolved.practice, *resolved.stress, place, faults);
  check_offer_on(*resolved.practice, *resolved.contract, study_.study.grid(), study_.study.user_columns,
                 patched.offer, faults);
  if (faults.error_count() != before) return std::nullopt;
  return resolved;
}

std::optional<Fault> ScenarioResolver::unknown_key(const Override& o) {
  const auto unknown = [&](std::string why, std::string fix) {
    return Fault{o.place,
                 o.key,
                 "unknown key",
                 std::move(why),
                 std::move(fix),
                 Fault::Severity::error,
                 Fault::Kind::unknown_key};
  };
  static const std::vector<std::string> groups{"practices", "offers", "stresses"};
  std::string_view below = o.key;
  const std::string group(cut_part(below));
  const std::string_view whole = below;
  const std::string name(cut_part(below));
  if (std::ranges::find(groups, group) == groups.end()) {
    const auto whole_keys = keys_ending_in(o.key, study_.source->document, groups);
    return unknown("only numbers of practices, offers and stresses vary by row",
                   whole_keys.empty() ? suggestion(group, groups)
                                      : fmt::format("Write {}.", fmt::join(whole_keys, " or ")));
  }
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
  if (group == "offers")
    (void)read_contract(reader, name, study_.study.user_columns, study_.study.shared_spans,
                        study_.study.start);
  if (group == "stresses") (void)read_stresses(&reader, study_.study.months);
  reader.finish();
  for (const auto& f : faults.sorted())
    if (f.kind == Fault::Kind::unknown_key)
      return unknown(f.key == o.key ? "" : f.key + " is unknown", f.fix);
  return std::nullopt;
}

}  // namespace paystress
