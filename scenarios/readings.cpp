#include "scenarios/readings.h"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/dotted_key.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;
constexpr std::string_view readings_key = "readings";

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
      for (auto& entry : value.entries) walk(entry.value, join_key(key, entry.key));
    } else if (value.kind == Kind::array) {
      for (std::size_t i = 0; i < value.items.size(); ++i)
        walk(value.items[i], join_key(key, item_part(value.items[i], i)));
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
      // Whatever stands there is read all the same, so that this fault hides no other.
      if (readings.kind != Kind::array || readings.items.empty()) {
        faults_.close(value.place());
        return;
      }
    }
    clauses_.push_back({offer_, key, readings.items, value.place()});
    const TomlValue first = readings.items.front();
    value = first;
  }

  const std::string& offer_;
  std::vector<VagueClause>& clauses_;
  Faults& faults_;
};

}  // namespace

std::string VagueClause::reading_text(std::size_t i) const { return text_of(readings.at(i)); }

std::vector<VagueClause> take_readings(const std::string& name, TomlValue& offer, Faults& faults) {
  std::vector<VagueClause> clauses;
  Taker(name, clauses, faults).walk(offer, {});
  return clauses;
}

std::optional<std::vector<std::vector<std::size_t>>> combinations_of(std::span<const VagueClause> clauses) {
  std::vector<std::vector<std::size_t>> all{std::vector<std::size_t>(clauses.size(), 0)};
  for (std::size_t c = 0; c < clauses.size(); ++c) {
    const auto so_far = all.size();
    if (so_far * clauses[c].readings.size() > most_combinations) return std::nullopt;
    for (std::size_t r = 1; r < clauses[c].readings.size(); ++r) {
      for (std::size_t i = 0; i < so_far; ++i) {
        all.push_back(all[i]);
        all.back()[c] = r;
      }
    }
  }
  return all;
}

std::optional<ContractDraft> draft_with(const std::string& name, const TomlValue& offer,
                                        std::span<const ColumnInfo> user_columns,
                                        std::span<const SpanColumn> shared,
                                        std::optional<std::chrono::year_month_day> start,
                                        std::span<const VagueClause> clauses,
                                        std::span<const std::size_t> reading, Faults& faults) {
  TomlValue table = offer;
  for (std::size_t c = 0; c < clauses.size(); ++c) {
    const auto& clause = clauses[c];
    if (const auto why = set_dotted(table, clause.key, clause.readings.at(reading[c]))) {
      faults.error(clause.place, fmt::format("offers.{}.{}", name, clause.key), *why);
      return std::nullopt;
    }
  }
  TableReader reader(table, "offers." + name, faults);
  auto draft = draft_contract(reader, name, user_columns, shared, start);
  reader.finish();
  return draft;
}

std::optional<Contract> read_with(const std::string& name, const TomlValue& offer,
                                  std::span<const ColumnInfo> user_columns,
                                  std::span<const SpanColumn> shared,
                                  std::optional<std::chrono::year_month_day> start,
                                  std::span<const VagueClause> clauses, std::span<const std::size_t> reading,
                                  Faults& faults) {
  auto draft = draft_with(name, offer, user_columns, shared, start, clauses, reading, faults);
  if (!draft || !draft->faults.empty()) return std::nullopt;
  return std::move(draft->contract);
}

}  // namespace paystress
