#include "scenarios/read_stress.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/code_values.h"
#include "model/contract_key.h"
#include "scenarios/dotted_key.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;

constexpr std::string_view change_help = "Write { multiply = 0.8 }, { add = 0.05 } or { set = 0.2 }.";

// One stress before its `combine` is followed.
struct OwnPart {
  StressPart part;
  std::vector<std::string> combine;
};

class StressReader {
 public:
  StressReader(TableReader& table, int months) : table_(table), months_(months) {}

  OwnPart read() {
    read_months();
    for (std::size_t c = 0; c < stressed_count_count; ++c) read_count(static_cast<StressedCount>(c));
    if (auto* slots = table_.sub("slots")) {
      if (const auto factor = factor_of(*slots, 100)) own_.part.slots.push_back({*factor});
    }
    for (const auto& info : parameter_infos()) read_parameter(info);
    read_own_numbers("columns", column_number_infos());
    read_own_numbers("shifts", shift_number_infos());
    read_revaluations();
    read_recodes();
    if (auto* changes = table_.sub("offers")) read_offers(*changes);
    if (auto names = table_.texts("combine")) own_.combine = std::move(*names);
    const bool empty = !own_.part.touches_practice() && own_.part.offers.empty() && own_.combine.empty();
    if (empty && table_.faults().error_count() == before_)
      table_.warning("", "changes nothing", "it has neither a change nor combine");
    return std::move(own_);
  }

 private:
  void read_months() {
    own_.part.first_month = 1;
    own_.part.last_month = months_;
    const auto window = table_.numbers("months", {1, 1e6, "months count from 1"});
    if (!window) return;
    if (window->size() != 2 || (*window)[0] != static_cast<int>((*window)[0]) ||
        (*window)[1] != static_cast<int>((*window)[1])) {
      table_.error("months", "is not a first and a last month", {}, "Write months = [4, 6].");
      return;
    }
    const auto first = static_cast<int>((*window)[0]);
    const auto last = static_cast<int>((*window)[1]);
    if (first > last)
      table_.error("months", fmt::format("the first month {} is after the last {}", first, last), {},
                   "Write months = [4, 6]: the first, then the last.");
    else if (last > months_)
      table_.error("months", fmt::format("month {} is outside the horizon", last),
                   fmt::format("the study has {} months", months_),
                   fmt::format("Write months from 1 to {}.", months_));
    own_.part.first_month = first;
    own_.part.last_month = last;
  }

  // { multiply = x } alone.
  static std::optional<double> factor_of(TableReader& at, double most) {
    for (const auto* word : {"add", "set"})
      if (at.find(word) != nullptr)
        at.error(word, "a count can only be multiplied", "a count is drawn, then thinned or added to",
                 "Write { multiply = 0.8 }.");
    const auto factor = at.number("multiply", {0, most, "a factor of a count"});
    if (!at.has("multiply")) at.error("", "has no multiply", {}, "Write { multiply = 0.8 }.");
    return factor;
  }

  static bool is_change(const TomlValue& v) {
    return v.kind == Kind::table &&
           (v.find("multiply") != nullptr || v.find("add") != nullptr || v.find("set") != nullptr);
  }

  // The reader of the table that holds a dotted key, and the key's last part; null when nothing is there.
  std::pair<TableReader*, std::string_view> locate(std::string_view key) {
    TableReader* at = &table_;
    for (auto rest = key; at != nullptr; key = rest) {
      const auto part = cut_part(rest);
      if (rest.empty()) break;
      at->know(part);
      at = at->has(part) ? at->sub(part) : nullptr;
    }
    if (at == nullptr) return {nullptr, key};
    at->know(key);
    return {at, key};
  }

  void read_count(StressedCount count) {
    const auto [at, key] = locate(key_of(count));
    if (at == nullptr || !at->has(key)) return;
    auto* change = at->sub(key);
    if (change == nullptr) return;
    // The count's table may hold stresses of its parameters too: demand.visits_per_day.
    if (!is_change(change->table()) && count != StressedCount::booked_visits) {
      change->know("multiply");
      return;
    }
    const auto factor = factor_of(*change, 1000);
    if (!factor) return;
    if (count == StressedCount::booked_visits && *factor > 1) {
      change->error("multiply", fmt::format("{} is above 1", *factor),
                    "more visits than were booked cannot be drawn after the fact", "Raise demand or slots.");
      return;
    }
    own_.part.counts.push_back({count, *factor});
  }

  // value * multiply + add, or set.
  static std::optional<Change> change_of(TableReader& at) {
    Change change;
    const auto multiply = at.number("multiply", {-1e9, 1e9, "a factor"});
    const auto add = at.number("add", {-1e12, 1e12, "what is added"});
    const auto set = at.number("set", {-1e12, 1e12, "the new value"});
    if (at.has("set") && (at.has("multiply") || at.has("add"))) {
      at.error("set", "stands beside multiply or add", "set replaces the value", std::string(change_help));
      return std::nullopt;
    }
    if (!at.has("set") && !at.has("multiply") && !at.has("add")) {
      at.error("", "is no change", {}, std::string(change_help));
      return std::nullopt;
    }
    if ((at.has("multiply") && !multiply) || (at.has("add") && !add) || (at.has("set") && !set))
      return std::nullopt;
    change.multiply = multiply.value_or(1.0);
    change.add = add.value_or(0.0);
    change.set = set;
    return change;
  }

  // The change of the number at a dotted key, checked against its range.
  std::optional<Change> read_change(std::string_view whole, const NumberRange& range, bool may_change) {
    const auto [at, key] = locate(whole);
    if (at == nullptr || !at->has(key)) return std::nullopt;
    const auto& value = *at->find(key);
    if (value.kind != Kind::table) {
      at->error(key, fmt::format("{} is {}, not a change", text_of(value), name_of(value.kind)), {},
                std::string(change_help));
      return std::nullopt;
    }
    auto* table = at->sub(key);
    const auto change = change_of(*table);
    if (!change) return std::nullopt;
    if (!may_change) {
      at->error(key, "cannot change for some months", "it ties months together", "Write a second practice.");
      return std::nullopt;
    }
    if (change->set)
      if (auto problem = range_problem(*change->set, {range.low, range.high, {}}); !problem.empty()) {
        table->error("set", std::move(problem), std::string(range.meaning),
                     range_fix({range.low, range.high, {}}));
        return std::nullopt;
      }
    return change;
  }

  void read_parameter(const ParameterInfo& info) {
    if (const auto change = read_change(info.key, {info.low, info.high, info.meaning}, info.may_be_uncertain))
      own_.part.parameters.push_back({info.parameter, *change});
  }

  // Numbers below the names of a practice's columns or shifts.
  void read_own_numbers(std::string_view group, std::span<const OwnNumberInfo> infos) {
    table_.know(group);
    auto* names = table_.has(group) ? table_.sub(group) : nullptr;
    if (names == nullptr) return;
    for (const auto& entry : names->table().entries) {
      if (names->sub(entry.key) == nullptr) continue;
      for (const auto& info : infos) {
        const auto key = fmt::format("{}.{}.{}", group, entry.key, info.key);
        if (const auto change = read_change(key, {info.low, info.high, info.meaning}, true))
          own_.part.own_numbers.push_back({key, *change});
      }
    }
  }

  // What visits of a code are worth: codes.work_rvu.99214, codes.usd.99214.
  void read_revaluations() {
    auto* codes = table_.has("codes") ? table_.sub("codes") : nullptr;
    if (codes == nullptr) return;
    using Of = Revaluation::Of;
    const auto read_of = [&](const std::string& key, Of of, const NumberRange& range) {
      codes->know(key);
      const auto* values = codes->has(key) ? codes->sub(key) : nullptr;
      if (values == nullptr) return;
      for (const auto& entry : values->table().entries)
        if (const auto change = read_change(fmt::format("codes.{}.{}", key, entry.key), range, true))
          own_.part.revaluations.push_back({entry.key, of, *change});
    };
    read_of("work_rvu", Of::work_rvu, {0, most_work_rvu, "work RVUs of one visit"});
    read_of("usd", Of::usd, {0, most_usd_a_visit, "dollars of one visit"});
  }

  void read_recodes() {
    for (auto* at : table_.subs("recode")) {
      const auto from = at->text("from");
      const auto to = at->text("to");
      const auto share = at->number("share", {0, 1, "a share of the visits with that code"});
      for (const auto* key : {"from", "to", "share"})
        if (!at->has(key))
          at->error(key, "missing", {}, "Write { from = \"99214\", to = \"99213\", share = 1.0 }.");
      if (from && to && *from == *to) at->error("to", fmt::format("{} is recoded to itself", *from));
      if (!from || !to || !share) continue;
      own_.part.recodes.push_back({*from, *to, *share});
    }
  }

  void read_offers(TableReader& at) {
    for (const auto& entry : at.table().entries) read_offer_entry(at, entry.key, entry.key);
  }

  void read_offer_entry(TableReader& at, const std::string& key, const std::string& dotted) {
    const auto* value = at.find(key);
    if (value->kind != Kind::table) {
      at.error(key, fmt::format("{} is {}, not a change", text_of(*value), name_of(value->kind)), {},
               std::string(change_help));
      return;
    }
    auto* below = at.sub(key);
    if (!is_change(*value)) {
      if (value->entries.empty()) below->error("", "is no change", {}, std::string(change_help));
      for (const auto& entry : value->entries)
        read_offer_entry(*below, entry.key, join_key(dotted, entry.key));
      return;
    }
    const auto change = change_of(*below);
    if (!change) return;
    const auto is_push = find_push_number(dotted.substr(dotted.find('.') + 1)) != nullptr;
    if (is_push && (own_.part.first_month > 1 || own_.part.last_month < months_)) {
      below->error("", "cannot change for some months",
                   "what is added at a window's end hangs on all its months", "Leave months out.");
      return;
    }
    own_.part.offers.push_back({dotted, *change});
  }

  TableReader& table_;
  int months_;
  OwnPart own_;
  std::size_t before_ = table_.faults().error_count();
};

// Follows `combine`, refusing circles and unknown names.
class Combiner {
 public:
  Combiner(TableReader& stresses, const std::map<std::string, OwnPart>& own)
      : stresses_(stresses), own_(own) {}

  std::vector<StressPart> parts_of(const std::string& name) {
    std::vector<StressPart> parts;
    steps_ = 0;
    collect(name, parts);
    return parts;
  }

 private:
  void collect(const std::string& name, std::vector<StressPart>& parts) {
    const auto& own = own_.at(name);
    path_.push_back(name);
    for (const auto& other : own.combine) {
      auto* at = stresses_.sub(path_.back());
      if (other == "base") continue;
      if (!own_.contains(other)) {
        std::vector<std::string> known;
        for (const auto& e : stresses_.table().entries) known.push_back(e.key);
        at->error("combine", fmt::format("there is no stress \"{}\"", other), {}, suggestion(other, known));
      } else if (std::ranges::find(path_, other) != path_.end()) {
        at->error("combine", fmt::format("{} combines itself through {}", other, name));
      } else if (++steps_ > most_steps) {
        if (steps_ == most_steps + 1)
          at->error("combine", fmt::format("joins more than {} stresses", most_steps));
      } else {
        collect(other, parts);
      }
    }
    path_.pop_back();
    if (own.part.touches_practice() || !own.part.offers.empty()) parts.push_back(own.part);
  }

  // Combinations of combinations double at every step.
  static constexpr int most_steps = 1000;
  int steps_ = 0;
  TableReader& stresses_;
  const std::map<std::string, OwnPart>& own_;
  std::vector<std::string> path_;
};

}  // namespace

std::vector<Stress> read_stresses(TableReader* stresses, int months) {
  std::vector<Stress> all{{"base", {}}};
  if (stresses == nullptr) return all;
  std::map<std::string, OwnPart> own;
  for (const auto& entry : stresses->table().entries) {
    auto* table = stresses->sub(entry.key);
    if (table == nullptr) continue;
    if (entry.key == "base") {
      table->error("", "is the name of the unstressed practice", {}, "Choose another name.");
      continue;
    }
    if (!is_bare_name(entry.key)) table->error("", "a name has letters, digits, _ and - only");
    own[entry.key] = StressReader(*table, months).read();
  }
  for (const auto& entry : stresses->table().entries)
    if (own.contains(entry.key)) all.push_back({entry.key, Combiner(*stresses, own).parts_of(entry.key)});
  return all;
}

void check_stressed_amounts(const Stress& stress, const Contract& contract, const TomlValue& stresses,
                            Faults& faults) {
  auto copy = contract;
  for (const auto& part : stress.parts)
    for (const auto& change : part.offers) {
      const auto prefix = contract.name + ".";
      if (!change.key.starts_with(prefix)) continue;
      const auto below = change.key.substr(prefix.size());
      if (contract.push && find_push_number(below) != nullptr) continue;
      if (find_amount(copy, below) != nullptr) continue;
      // A combined stress repeats the changes of others: the fault stands where the change is written.
      for (const auto& name : stresses_behind(stresses, stress.name)) {
        const auto* at = find_dotted(stresses, name + ".offers." + change.key);
        if (at == nullptr) continue;
        auto known = amount_keys(contract);
        if (contract.push)
          for (const auto& number : push_numbers()) known.emplace_back(number.key);
        faults.error(at->place(), "stresses." + name + ".offers." + change.key,
                     "the offer has no such amount", "a stress changes an amount that an offer has",
                     suggestion(below, known));
        break;
      }
    }
}

std::vector<std::string> stresses_behind(const TomlValue& stresses, const std::string& name) {
  std::vector<std::string> all{name};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto* stress = stresses.find(all[i]);
    const auto* combine = stress != nullptr ? stress->find("combine") : nullptr;
    if (combine == nullptr) continue;
    for (const auto& item : combine->items)
      if (std::ranges::find(all, item.text) == all.end()) all.push_back(item.text);
  }
  return all;
}

}  // namespace paystress
