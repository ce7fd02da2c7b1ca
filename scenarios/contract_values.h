#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "model/contract.h"
#include "model/ledger.h"
#include "scenarios/toml_reader.h"

namespace paystress {

/// What the lines of one offer need to know of each other while they are read.
struct OfferScope {
  std::span<const std::pair<std::string, Amount>> terms;
  std::span<const ColumnInfo> columns;                 ///< the user's own
  std::optional<std::chrono::year_month_day> start{};  ///< of the study, where it is known
};

inline constexpr std::array<std::pair<std::string_view, Span>, 4> span_names{
    {{"month", Span::month}, {"quarter", Span::quarter}, {"year", Span::year}, {"horizon", Span::horizon}}};
inline constexpr std::array<std::pair<std::string_view, PaidWhen>, 3> paid_names{
    {{"running", PaidWhen::running}, {"period_end", PaidWhen::period_end}, {"interim", PaidWhen::interim}}};
inline constexpr std::array<std::pair<std::string_view, TierMode>, 3> mode_names{
    {{"marginal", TierMode::marginal},
     {"retroactive", TierMode::retroactive},
     {"lump_sum", TierMode::lump_sum}}};

/// A number or an expression; the fault of an expression is placed at the letter that cannot be read.
std::optional<Amount> read_amount(const TomlValue& value, const std::string& key, Faults& faults);
/// The same of a key; nothing when it is absent or faulty.
std::optional<Amount> read_amount(TableReader& table, std::string_view name);
/// Stands where an amount could not be read: nothing is known of it, so nothing is concluded from it.
Amount unread_amount();
bool is_unread(const Amount& amount);
std::optional<Condition> read_condition(TableReader& table, std::string_view name);
std::optional<Span> read_span(TableReader& table, std::string_view name);
std::optional<MonthRange> read_months(TableReader& table, std::string_view name);
/// The same, where each end may be a day: the month that it lies in counts by the days on its side.
std::optional<MonthRange> read_phase(TableReader& table, std::string_view name, const OfferScope& scope);
/// `round = { to, how, at }`; `at` is `where` unless written.
std::optional<Rounding> read_rounding(TableReader& table, Rounding::At where);
/// A key that must be there: reports it as missing when it is not.
bool require(TableReader& table, std::string_view name, std::string why, std::string fix);
/// Reports each of `names` that the table has: `owner` ("fixed_usd") does not use it.
void refuse(TableReader& table, std::span<const std::string_view> names, std::string_view owner);

/// One [[pay]] table and one [[adjust]] table, as far as they can be read: what cannot is reported and left
/// at nothing.
PayLine read_pay_line(TableReader& table, const OfferScope& scope);
Adjustment read_adjustment(TableReader& table, const OfferScope& scope);

}  // namespace paystress
