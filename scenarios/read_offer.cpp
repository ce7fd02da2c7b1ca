#include "scenarios/read_offer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "model/settle.h"
#include "scenarios/read_contract.h"
#include "scenarios/toml_reader.h"

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

}  // namespace

bool OfferText::check(const LedgerLayout& layout, const PeriodGrid& grid, Faults& faults) const {
  const auto flaws = find_flaws(contract, layout, grid);
  report_flaws(flaws, Fault::Severity::error, table, key, faults);
  if (flaws.empty())
    report_flaws(find_oddities(contract, layout, grid), Fault::Severity::warning, table, key, faults);
  return flaws.empty();
}

std::optional<OfferText> read_offer(const TomlValue& file, const std::string& name, Faults& faults) {
  TableReader root(file, "", faults);
  for (const auto section : {"study", "practices", "stresses", "scenarios", "offers", "ledger"})
    root.know(section);
  OfferText text;
  if (auto* ledger = root.sub("ledger")) text.user_columns = read_user_columns(*ledger);
  if (const auto* study = file.find("study"); study != nullptr && study->kind == TomlValue::Kind::table) {
    const auto* start = study->find("start");
    if (start != nullptr && start->kind == TomlValue::Kind::date) text.start = start->date;
  }
  std::optional<Contract> contract;
  const auto* offers = file.find("offers");
  if (offers == nullptr || offers->kind != TomlValue::Kind::table) {
    faults.error({file.place().file}, "offers", "missing", "there is no contract to read",
                 "Write an [offers.NAME] table.");
  } else if (const auto chosen = choose_offer(file, *offers, name, faults)) {
    TableReader all(*offers, "offers", faults);
    if (auto* offer = all.sub(*chosen)) {
      contract = read_contract(*offer, *chosen, text.user_columns);
      text.table = offer->table();
      text.key = offer->key();
    }
  }
  root.finish();
  if (!contract || faults.has_errors()) return std::nullopt;
  text.contract = std::move(*contract);
  return text;
}

std::optional<OfferText> read_offer(const std::filesystem::path& file, const std::string& name,
                                    Faults& faults) {
  const auto toml = parse_toml_file(file, faults);
  if (!toml) return std::nullopt;
  return read_offer(*toml, name, faults);
}

}  // namespace paystress
