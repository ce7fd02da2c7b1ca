#include "scenarios/readings.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/override.h"
#include "scenarios/read_contract.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;
constexpr std::string_view readings_key = "readings";

std::string join(const std::string& key, std::string_view name) {
  return key.empty() ? std::string(name) : fmt::format("{}.{}", key, name);
}

/// How a dotted key enters an item of a list: by its name where it has one, else by its 1-based index.
std::string item_name(const TomlValue& item, std::size_t index) {
  if (item.kind == Kind::table)
    if (const auto* name = item.find("name"); name != nullptr && name->kind == Kind::string)
      return name->text;
  return std::to_string(index + 1);
}

class Taker {
 public:
  Taker(const std::string& offer, std::vector<VagueClause>& clauses, Faults& faults)
      : offer_(offer), clauses_(clauses), faults_(faults) {}

  void walk(TomlValue& value, const std::string& key) {
    if (value.kind == Kind::table) {
      if (const auto* readings = value.find(readings_key)) {
        take(value, *readings, key);
        return;
      }
      for (auto& entry : value.entries) walk(entry.value, join(key, entry.key));
    } else if (value.kind == Kind::array) {
      for (std::size_t i = 0; i < value.items.size(); ++i)
        walk(value.items[i], join(key, item_name(value.items[i], i)));
    }
  }

 private:
  void take(TomlValue& value, const TomlValue& readings, const std::string& key) {
    const auto full = fmt::format("offers.{}.{}", offer_, key);
    if (value.entries.size() > 1) {
      faults_.error(value.place(), full, "has keys beside readings",
                    "a vague clause is nothing but its readings", "Write { readings = [first, second] }.");
      return;
    }
    if (readings.kind != Kind::array || readings.items.size() < 2) {
      faults_.error(readings.place(), full + ".readings", "needs a list of two or more readings", {},
                    "Write readings = [first, second].");
      return;
    }
    clauses_.push_back({offer_, key, readings.items, value.place()});
    const TomlValue first = readings.items.front();
    value = first;
  }

  const std::string& offer_;
  std::vector<VagueClause>& clauses_;
  Faults& faults_;
};

void settle_bound(TomlValue& tier, const std::string& key, Faults& faults) {
  if (tier.kind != Kind::table) return;
  const auto* bound = tier.find("bound");
  const auto* at = tier.find("at");
  if (bound == nullptr && at == nullptr) return;
  if (bound == nullptr || at == nullptr || bound->kind != Kind::string ||
      (bound->text != "above" && bound->text != "at_least")) {
    faults.error(tier.place(), key, "at and bound go together",
                 "they say on which side of the line the edge lies",
                 "Write at = 120, bound = \"above\" or \"at_least\", or just above = 120.");
    return;
  }
  TomlValue::Entry settled{bound->text, at->place(), *at};
  std::erase_if(tier.entries, [](const TomlValue::Entry& e) { return e.key == "bound" || e.key == "at"; });
  tier.entries.push_back(std::move(settled));
}

void settle_order(const std::string& name, TomlValue& offer, Faults& faults) {
  const auto* order = offer.find("adjust_order");
  if (order == nullptr) return;
  const auto place = order->place();
  std::vector<std::string> names;
  for (const auto& item : order->items) names.push_back(item.text);
  std::erase_if(offer.entries, [](const TomlValue::Entry& e) { return e.key == "adjust_order"; });
  auto* adjust = offer.find("adjust");
  std::vector<std::string> written;
  if (adjust != nullptr)
    for (std::size_t i = 0; i < adjust->items.size(); ++i) written.push_back(item_name(adjust->items[i], i));
  auto sorted_names = names, sorted_written = written;
  std::ranges::sort(sorted_names);
  std::ranges::sort(sorted_written);
  if (sorted_names != sorted_written || written.empty()) {
    faults.error(place, fmt::format("offers.{}.adjust_order", name), "does not name every adjustment once",
                 "it says in which order they act", fmt::format("They are {}.", fmt::join(written, ", ")));
    return;
  }
  std::vector<TomlValue> items;
  for (const auto& wanted : names)
    items.push_back(
        adjust->items[static_cast<std::size_t>(std::ranges::find(written, wanted) - written.begin())]);
  adjust->items = std::move(items);
}

}  // namespace

std::string VagueClause::reading_text(std::size_t i) const { return text_of(readings.at(i)); }

std::vector<VagueClause> take_readings(const std::string& name, TomlValue& offer, Faults& faults) {
  std::vector<VagueClause> clauses;
  Taker(name, clauses, faults).walk(offer, {});
  return clauses;
}

void settle_forms(const std::string& name, TomlValue& offer, Faults& faults) {
  if (offer.kind != Kind::table) return;
  settle_order(name, offer, faults);
  auto* pay = offer.find("pay");
  if (pay == nullptr || pay->kind != Kind::array) return;
  for (std::size_t i = 0; i < pay->items.size(); ++i) {
    auto& line = pay->items[i];
    auto* tiers = line.kind == Kind::table ? line.find("tiers") : nullptr;
    if (tiers == nullptr || tiers->kind != Kind::array) continue;
    for (std::size_t t = 0; t < tiers->items.size(); ++t)
      settle_bound(tiers->items[t], fmt::format("offers.{}.pay.{}.tiers.{}", name, item_name(line, i), t + 1),
                   faults);
  }
}

std::optional<Contract> read_with(const std::string& name, const TomlValue& offer,
                                  std::span<const ColumnInfo> user_columns,
                                  std::span<const VagueClause> clauses, std::span<const std::size_t> reading,
                                  Faults& faults) {
  TomlValue table = offer;
  for (std::size_t c = 0; c < clauses.size(); ++c) {
    const auto& clause = clauses[c];
    if (const auto why = set_dotted(table, clause.key, clause.readings.at(reading[c]))) {
      faults.error(clause.place, fmt::format("offers.{}.{}", name, clause.key), *why);
      return std::nullopt;
    }
  }
  settle_forms(name, table, faults);
  TableReader reader(table, "offers." + name, faults);
  auto contract = read_contract(reader, name, user_columns);
  reader.finish();
  return contract;
}

}  // namespace paystress
