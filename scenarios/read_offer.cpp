#include "scenarios/read_offer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "model/settle.h"
#include "model/study.h"
#include "scenarios/csv_text.h"
#include "scenarios/dotted_key.h"
#include "scenarios/read_contract.h"
#include "scenarios/read_span_column.h"
#include "scenarios/toml_reader.h"
#include "scenarios/typed_ledger.h"

namespace paystress {
namespace {

std::optional<std::string> choose_offer(const TomlValue& file, const TomlValue& offers,
                                        const std::string& name, Faults& faults) {
  std::vector<std::string> known;
  for (const auto& entry : offers.entries) known.push_back(entry.key);
  if (name.empty()) {
    if (known.size() == 1) return known.front();
    faults.error({file.place().file}, "", fmt::format("holds {} offers", known.size()), "",
                 fmt::format("Say which with --offer: {}.", fmt::join(known, ", ")));
    return std::nullopt;
  }
  if (offers.find(name) != nullptr) return name;
  faults.error({file.place().file}, "offers." + name, "there is no such offer", "", suggestion(name, known));
  return std::nullopt;
}

// Finds the reading of each vague clause among "KEY=N".
std::vector<std::size_t> choose_readings(const std::vector<VagueClause>& vague, const std::string& key,
                                         const std::vector<std::string>& chosen, Faults& faults) {
  std::vector<std::string> keys;
  keys.reserve(vague.size());
  for (const auto& clause : vague) keys.push_back(clause.key);
  std::vector<std::size_t> reading(vague.size(), 0);
  std::vector<bool> is_chosen(vague.size(), false);
  for (const auto& text : chosen) {
    const auto equals = text.find('=');
    const auto number =
        read_number(equals == std::string::npos ? "" : std::string_view(text).substr(equals + 1));
    const auto name = text.substr(0, equals);
    const auto at = std::ranges::find(keys, name);
    if (at == keys.end()) {
      faults.error({"--reading"}, name, "the contract has no such vague clause", "", suggestion(name, keys));
      continue;
    }
    const auto c = static_cast<std::size_t>(at - keys.begin());
    const auto& readings = vague[c].readings;
    const bool exists = number.problem.empty() && number.value >= 1 &&
                        number.value <= static_cast<double>(readings.size()) &&
                        number.value == std::floor(number.value);
    if (!exists) {
      faults.error({"--reading"}, name, fmt::format("has readings 1 to {}", readings.size()), "",
                   fmt::format("Write --reading {}=1.", name));
      continue;
    }
    reading[c] = static_cast<std::size_t>(number.value) - 1;
    is_chosen[c] = true;
  }
  for (std::size_t c = 0; c < vague.size(); ++c)
    if (!is_chosen[c])
      faults.warning(vague[c].place, key + "." + vague[c].key,
                     fmt::format("is read as {}, the first of {} readings", vague[c].reading_text(0),
                                 vague[c].readings.size()),
                     "", fmt::format("Choose another with --reading {}=2.", vague[c].key));
  return reading;
}

std::optional<OfferText> draft_of(const TomlValue& file, const OfferChoice& choice, Faults& faults) {
  TableReader root(file, "", faults);
  for (const auto section : {"study", "practices", "stresses", "scenarios", "offers", "ledger", "calendar"})
    root.know(section);
  OfferText text;
  if (auto* ledger = root.sub("ledger")) {
    text.user_columns = read_user_columns(*ledger);
    text.shared_spans = read_shared_spans(*ledger);
  }
  if (const auto* calendar = file.find("calendar")) text.calendar = *calendar;
  text.start = choice.first_month;
  if (const auto* study = file.find("study"); study != nullptr && study->kind == TomlValue::Kind::table) {
    const auto* start = study->find("start");
    if (start != nullptr && start->kind == TomlValue::Kind::date) text.start = start->date;
  }
  std::optional<ContractDraft> draft;
  const auto* offers = file.find("offers");
  if (offers == nullptr || offers->kind != TomlValue::Kind::table) {
    faults.error({file.place().file}, "offers", "missing", "there is no contract to read",
                 "Write an [offers.NAME] table.");
  } else if (const auto name = choose_offer(file, *offers, choice.name, faults)) {
    TableReader all(*offers, "offers", faults);
    if (auto* offer = all.sub(*name)) {
      text.table = offer->table();
      text.key = offer->key();
      text.vague = take_readings(*name, text.table, faults);
      text.reading = choose_readings(text.vague, text.key, choice.readings, faults);
      draft = draft_with(*name, text.table, text.user_columns, text.shared_spans, text.start, text.vague,
                         text.reading, faults);
    }
  }
  root.finish();
  if (!draft) return std::nullopt;
  text.contract = std::move(draft->contract);
  text.faults = std::move(draft->faults);
  return text;
}

}  // namespace

bool OfferText::check(const LedgerLayout& layout, const PeriodGrid& grid, Faults& out,
                      std::optional<int> leaves) const {
  const auto flaws = certain_flaws(find_flaws(contract, layout, grid), faults, table, key);
  report_flaws(flaws, Fault::Severity::error, table, key, out);
  const bool good = faults.empty() && flaws.empty();
  if (!good) return false;
  // What is settled at the end of a period is settled where the clinician leaves.
  Contract priced = contract;
  if (leaves && contract.ends_by_leaving) priced.ends = leaves;
  report_flaws(find_oddities(priced, layout, grid), Fault::Severity::warning, table, key, out);
  return true;
}

void OfferText::check_alone(Faults& out) const {
  const Study year;
  auto flaws = certain_flaws(find_flaws(contract, layout_told(contract, user_columns), year.grid()), faults,
                             table, key);
  // Codes and the months that a ledger has are its own.
  std::erase_if(flaws, [](const ContractFlaw& flaw) {
    return flaw.kind == FlawKind::cut_period || flaw.kind == FlawKind::unknown_code;
  });
  report_flaws(flaws, Fault::Severity::error, table, key, out);
}

void OfferText::warn_typed(Faults& out) const {
  if (contract.push)
    out.warning(deepest_value(table, "push").place(), key + ".push", "is left aside",
                "what was typed is priced as it stands, and nobody adds visits to it",
                "Price it with run, where paths add them.");
}

std::optional<OfferText> read_offer(const TomlValue& file, const OfferChoice& choice, Faults& faults) {
  auto text = draft_of(file, choice, faults);
  if (!faults.has_errors()) return text;
  if (text) text->check_alone(faults);
  return std::nullopt;
}

std::optional<OfferText> read_offer(const std::filesystem::path& file, const OfferChoice& choice,
                                    Faults& faults) {
  const auto toml = parse_toml_file(file, faults);
  if (!toml) return std::nullopt;
  return read_offer(*toml, choice, faults);
}

std::optional<OfferText> draft_offer(const std::filesystem::path& file, const OfferChoice& choice,
                                     Faults& faults) {
  const auto toml = parse_toml_file(file, faults);
  if (!toml) return std::nullopt;
  return draft_of(*toml, choice, faults);
}

}  // namespace paystress
