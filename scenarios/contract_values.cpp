#include "scenarios/contract_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/calendar.h"
#include "scenarios/text_encoding.h"

namespace paystress {
namespace {

// Where the letter at `offset` of an expression stands: text on one line starts after its quotation mark.
Place place_in(const TomlValue& value, std::size_t offset) {
  auto place = value.place();
  if (place.column > 0 && value.text.find('\n') == std::string::npos)
    place.column += 1 + static_cast<int>(offset);
  return place;
}

// "7,750" among the arguments of a function: two numbers, where somebody may have meant one.
void warn_of_thousands(const TomlValue& value, const std::string& key, Faults& faults) {
  const std::string_view text = value.text;
  const auto is_part = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
  };
  const auto is_figures = [](std::string_view word) {
    return std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  };
  constexpr std::size_t group = 3;  // figures behind a mark between thousands
  for (auto comma = text.find(','); comma != std::string_view::npos; comma = text.find(',', comma + 1)) {
    auto first = comma, last = comma + 1;
    while (first > 0 && is_part(text[first - 1])) --first;
    while (last < text.size() && is_part(text[last])) ++last;
    const auto before = text.substr(first, comma - first), after = text.substr(comma + 1, last - comma - 1);
    if (before.empty() || before.size() > group || !is_figures(before)) continue;
    if (after.substr(0, after.find('.')).size() != group || !is_figures(after.substr(0, group))) continue;
    faults.warning(place_in(value, first), key, fmt::format("{},{} is read as two numbers", before, after),
                   "", fmt::format("Write {}{} for one, a blank after the comma for two.", before, after));
  }
}

// The text, or what stands around `offset` of a long one.
std::string around(std::string_view text, std::size_t offset) {
  constexpr std::size_t longest = 200, before = 80;
  if (text.size() <= longest) return std::string(text);
  std::size_t first = offset > before ? std::min(offset - before, text.size() - longest) : 0;
  while (first > 0 && continues_letter(text[first])) --first;
  std::size_t last = first + longest;
  while (last < text.size() && continues_letter(text[last])) ++last;
  last = std::min(last, text.size());
  return fmt::format("{}{}{}", first > 0 ? "..." : "", text.substr(first, last - first),
                     last < text.size() ? "..." : "");
}

template <class Tree>
std::optional<Tree> parsed(std::variant<Tree, ExpressionFault> result, const TomlValue& value,
                           const std::string& key, Faults& faults) {
  if (auto* tree = std::get_if<Tree>(&result)) {
    warn_of_thousands(value, key, faults);
    return std::move(*tree);
  }
  const auto& fault = std::get<ExpressionFault>(result);
  faults.error(place_in(value, fault.offset), key,
               fmt::format("\"{}\" cannot be read: {}", around(value.text, fault.offset), fault.why));
  return std::nullopt;
}

bool is_filled(const TomlValue& value, const std::string& key, Faults& faults) {
  constexpr std::size_t longest = std::size_t{1} << 18U;
  if (value.text.size() > longest) {
    faults.error(value.place(), key, fmt::format("has more than {} bytes", longest),
                 "no contract says as much");
    return false;
  }
  if (value.text.find_first_not_of(" \t\n\r") != std::string::npos) return true;
  faults.error(value.place(), key, "is empty");
  return false;
}

}  // namespace

std::optional<Amount> read_amount(const TomlValue& value, const std::string& key, Faults& faults) {
  if (value.is_number()) {
    const auto x = checked_number(value, key, {}, faults);
    return x ? std::optional<Amount>(*x) : std::nullopt;
  }
  if (value.kind != TomlValue::Kind::string) {
    faults.error(value.place(), key,
                 fmt::format("{} is {}, not a number or an expression", text_of(value), name_of(value.kind)));
    return std::nullopt;
  }
  if (!is_filled(value, key, faults)) return std::nullopt;
  return parsed(parse_amount(value.text), value, key, faults);
}

std::optional<Amount> read_amount(TableReader& table, std::string_view name) {
  const auto* value = table.find(name);
  if (value == nullptr) return std::nullopt;
  return read_amount(*value, table.key_of(name), table.faults());
}

// An amount that is no constant and reads no ledger, and that nobody writes.
Amount unread_amount() {
  const auto month = Amount::apply(Amount::Op::month, {});
  return Amount::apply(Amount::Op::minimum, {month, month});
}
bool is_unread(const Amount& amount) {
  return amount.op() == Amount::Op::minimum &&
         std::ranges::all_of(amount.operands(), [](const Amount& a) { return a.op() == Amount::Op::month; });
}

std::optional<Condition> read_condition(TableReader& table, std::string_view name) {
  const auto* value = table.find(name);
  if (value == nullptr) return std::nullopt;
  const auto key = table.key_of(name);
  if (value->kind != TomlValue::Kind::string) {
    table.error(name, fmt::format("{} is {}, not a condition", text_of(*value), name_of(value->kind)), "",
                "Write a comparison in quotation marks, such as \"to_date(completed_visits) > 900\".");
    return std::nullopt;
  }
  if (!is_filled(*value, key, table.faults())) return std::nullopt;
  return parsed(parse_condition(value->text), *value, key, table.faults());
}

std::optional<Span> read_span(TableReader& table, std::string_view name) {
  return table.choice<Span>(name, span_names);
}

std::optional<MonthRange> read_months(TableReader& table, std::string_view name) {
  const auto* value = table.find(name);
  if (value == nullptr) return std::nullopt;
  const auto& items = value->items;
  const auto is_month = [](const TomlValue& v) {
    return v.kind == TomlValue::Kind::integer && v.integer >= 1 && v.integer <= most_months;
  };
  if (value->kind != TomlValue::Kind::array || items.size() != 2 || !is_month(items[0]) ||
      !is_month(items[1])) {
    table.error(name, fmt::format("{} is not a first and a last month", text_of(*value)),
                "months count from 1 at the start, both included", "Write for example [7, 18].");
    return std::nullopt;
  }
  if (items[1].integer < items[0].integer) {
    table.error(name, fmt::format("ends in month {}, before it starts in month {}", items[1].integer,
                                  items[0].integer));
    return std::nullopt;
  }
  return MonthRange{static_cast<int>(items[0].integer), static_cast<int>(items[1].integer)};
}

std::optional<MonthRange> read_phase(TableReader& table, std::string_view name, const OfferScope& scope) {
  using std::chrono::days;
  using std::chrono::sys_days;
  const auto* value = table.find(name);
  const auto is_day = [](const TomlValue& v) { return v.kind == TomlValue::Kind::date && v.date.ok(); };
  if (value == nullptr || value->items.size() != 2 || std::ranges::none_of(value->items, is_day))
    return read_months(table, name);
  if (!scope.start) {
    table.error(
        name, "names a day, and the first month is not known", "months count from the start",
        "Write start under [study], or months such as [7, 18]; price also knows it from a ledger whose "
        "periods are dates.");
    return std::nullopt;
  }
  const auto first_month = scope.start->year() / scope.start->month();
  std::array<sys_days, 2> ends;
  std::array<int, 2> months{};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& end = value->items[i];
    const bool is_month =
        end.kind == TomlValue::Kind::integer && end.integer >= 1 && end.integer <= most_months;
    if (!is_day(end) && !is_month) {
      table.error(name, fmt::format("{} is neither a day nor a month", text_of(end)), "",
                  "Write for example [2026-03-16, 18].");
      return std::nullopt;
    }
    const auto month =
        is_month ? first_month + std::chrono::months(end.integer - 1) : end.date.year() / end.date.month();
    months[i] = static_cast<int>((month - first_month).count()) + 1;
    ends[i] = !is_month ? sys_days(end.date)
              : i == 0  ? sys_days(month / 1)
                        : sys_days(month / std::chrono::last);
  }
  if (months[0] < 1 || months[1] > most_months || ends[1] < ends[0]) {
    table.error(name, fmt::format("{} is no stretch of the study", text_of(*value)),
                "its first day comes before its last, neither before the start", "Correct the days.");
    return std::nullopt;
  }
  const auto days_of = [&](std::size_t i) {
    const std::chrono::year_month_day day{ends[i]};
    return std::pair(
        static_cast<double>(static_cast<unsigned>(day.day())),
        static_cast<double>(static_cast<unsigned>((day.year() / day.month() / std::chrono::last).day())));
  };
  const auto [first_day, first_days] = days_of(0);
  const auto [last_day, last_days] = days_of(1);
  return MonthRange{months[0], months[1], (first_days - first_day + 1.0) / first_days, last_day / last_days};
}

std::optional<Rounding> read_rounding(TableReader& table, Rounding::At where) {
  auto* round = table.sub("round");
  if (round == nullptr) return std::nullopt;
  Rounding rounding;
  rounding.at = where;
  if (const auto* to = round->find("to"); to != nullptr && to->is_number()) {
    rounding.unit_usd = round->number("to", {1e-9, 1e9, "dollars to round to"});
  } else if (to != nullptr) {
    static constexpr std::array<std::pair<std::string_view, double>, 3> units{
        {{"cent", 0.01}, {"dollar", 1.0}, {"none", 0.0}}};
    const auto unit = round->choice<double>("to", units);
    rounding.unit_usd = unit && *unit > 0.0 ? unit : std::nullopt;
  }
  static constexpr std::array<std::pair<std::string_view, Rounding::How>, 3> hows{
      {{"half_up", Rounding::How::half_up},
       {"half_even", Rounding::How::half_even},
       {"truncate", Rounding::How::truncate}}};
  if (const auto how = round->choice<Rounding::How>("how", hows)) rounding.how = *how;
  static constexpr std::array<std::pair<std::string_view, Rounding::At>, 4> places{
      {{"rate", Rounding::At::rate},
       {"component", Rounding::At::component},
       {"subtotal", Rounding::At::subtotal},
       {"payment", Rounding::At::payment}}};
  if (const auto at = round->choice<Rounding::At>("at", places)) rounding.at = *at;
  static constexpr std::array<std::pair<std::string_view, Rounding::Each>, 2> sums{
      {{"total", Rounding::Each::total}, {"period", Rounding::Each::period}}};
  if (const auto each = round->choice<Rounding::Each>("each", sums)) rounding.each = *each;
  if (round->table().entries.empty())
    round->error("", "is empty", "", "Write for example { to = \"cent\" }.");
  return rounding;
}

bool require(TableReader& table, std::string_view name, std::string why, std::string fix) {
  if (table.has(name)) return true;
  table.know(name);
  table.error(name, "missing", std::move(why), std::move(fix));
  return false;
}

void refuse(TableReader& table, std::span<const std::string_view> names, std::string_view owner) {
  for (const auto name : names) {
    if (!table.has(name)) continue;
    table.know(name);
    table.error(name, fmt::format("is not used with {}", owner), "a key without an effect is a mistake",
                "Remove it.");
  }
}

}  // namespace paystress
