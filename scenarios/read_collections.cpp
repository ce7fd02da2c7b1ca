// When charges are settled, and which of them are denied by code.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "scenarios/read_practice.h"
#include "scenarios/read_quantity.h"

namespace paystress {
namespace {

constexpr int most_lag_months = 24;
// As of the shares of a code mix: more than rounding of decimals.

std::vector<double> read_lag(TableReader& collections) {
  const auto* value = collections.table().find("lag_months");
  if (value == nullptr || value->kind != TomlValue::Kind::array) {
    const auto months = collections.integer("lag_months", 0, most_lag_months,
                                            "months from the visit to the settlement of its charge");
    std::vector<double> shares(static_cast<std::size_t>(months.value_or(0)) + 1, 0.0);
    shares.back() = 1.0;
    if (value != nullptr) return shares;
  }
  const auto shares = collections.numbers("lag_months", {0, 1, "a share of the charges of a month"});
  if (!shares) return {1.0};
  const double sum = std::accumulate(shares->begin(), shares->end(), 0.0);
  if (shares->size() > most_lag_months + 1)
    collections.error("lag_months", fmt::format("has more than {} shares", most_lag_months + 1),
                      "the first is of the month of the visit");
  else if (std::abs(sum - 1) > share_tolerance)
    collections.error("lag_months", fmt::format("the shares sum to {:.10g}, not 1", sum),
                      "every charge is settled in some month, collected or denied", "Make them sum to 1.");
  return *shares;
}

void read_denied_by_code(TableReader& denied, InputFiles& files, std::vector<ResolvedNumber>* resolved,
                         Practice& practice) {
  std::vector<std::string> codes;
  for (const auto& code : practice.codes) codes.push_back(code.code);
  for (const auto& entry : denied.table().entries) {
    auto share = read_quantity(
        denied, entry.key,
        {.range = {0, 1, "a share of the charges of a code that is denied"}, .is_probability = true}, files);
    const auto code = std::ranges::find(practice.codes, entry.key, &VisitCode::code);
    if (code == practice.codes.end()) {
      denied.error(entry.key, "is no code of codes.mix", "no visit is given it",
                   suggestion(entry.key, codes));
      continue;
    }
    if (!share) continue;
    if (resolved != nullptr)
      resolved->push_back({denied.key_of(entry.key), text_of(*share), "1", denied.place_of(entry.key)});
    code->denied = std::move(share);
  }
}

}  // namespace

bool is_denied_by_code(const TomlValue& denied) {
  constexpr std::array<std::string_view, 9> of_distributions{"low", "likely", "high", "median", "cv",
                                                             "p10", "p90",    "mean", "sd"};
  return denied.kind == TomlValue::Kind::table && !denied.entries.empty() &&
         std::ranges::none_of(denied.entries, [&](const TomlValue::Entry& entry) {
           return entry.key == "values" ||
                  std::ranges::find(of_distributions, entry.key) != of_distributions.end();
         });
}

void read_collections(TableReader& table, InputFiles& files, std::vector<ResolvedNumber>* resolved,
                      Practice& practice) {
  auto* collections = table.sub("collections");
  if (collections == nullptr) return;
  practice.collections = Collections{read_lag(*collections)};
  if (resolved != nullptr && collections->has("lag_months"))
    resolved->push_back({collections->key_of("lag_months"),
                         fmt::format("{}", fmt::join(practice.collections->lag_shares, " ")),
                         "share by month after the visit", collections->place_of("lag_months")});
  const auto* denied = collections->table().find("denied");
  if (denied == nullptr || !is_denied_by_code(*denied)) return;
  if (auto* by_code = collections->sub("denied")) read_denied_by_code(*by_code, files, resolved, practice);
}

}  // namespace paystress
