#include "analysis/fit/log_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace paystress::fit {
namespace {

constexpr std::array<std::string_view, 12> month_names{"jan", "feb", "mar", "apr", "may", "jun",
                                                       "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::size_t longest_shape = 24;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

struct Token {
  std::string text;  // digits, or letters in lower case
  char before = 0;   // the separator before it, 0 at the start
  bool digits = false;
  [[nodiscard]] unsigned number() const {
    return digits && text.size() <= 8 ? static_cast<unsigned>(std::stoul(text)) : 0;
  }
};

std::vector<Token> tokens_of(std::string_view cell) {
  constexpr std::size_t most = 4;  // a weekday and the three parts of a date; a time is not looked at
  std::vector<Token> tokens;
  char before = 0;
  for (std::size_t i = 0; i < cell.size() && tokens.size() < most;) {
    if (!is_digit(cell[i]) && !is_letter(cell[i])) {
      if (before == 0 || before == ' ') before = cell[i];
      ++i;
      continue;
    }
    Token token{{}, before, is_digit(cell[i])};
    while (i < cell.size() && (token.digits ? is_digit(cell[i]) : is_letter(cell[i])))
      token.text += static_cast<char>(std::tolower(static_cast<unsigned char>(cell[i++])));
    tokens.push_back(std::move(token));
    before = 0;
  }
  if (!tokens.empty() && !tokens.front().digits)
    for (const auto& day : day_names)
      if (tokens.front().text.starts_with(day)) {
        tokens.erase(tokens.begin());
        break;
      }
  return tokens;
}

std::optional<unsigned> named_month(const Token& token) {
  if (token.digits || token.text.size() < 3) return std::nullopt;
  const auto it = std::ranges::find(month_names, std::string_view(token.text).substr(0, 3));
  if (it == month_names.end()) return std::nullopt;
  return static_cast<unsigned>(it - month_names.begin()) + 1;
}

/// 25 is 2025: a log of appointments is of this century.
std::optional<int> year_of(const Token& token) {
  if (!token.digits) return std::nullopt;
  if (token.text.size() == 2) return 2000 + static_cast<int>(token.number());
  if (token.text.size() == 4) return static_cast<int>(token.number());
  return std::nullopt;
}

bool is_part(const Token& token) { return token.digits && token.text.size() <= 2; }

/// A third part that is the hour of a time belongs to no date.
bool joined(const Token& token) { return token.before != ':' && token.before != 'T'; }

DateText month_of(const std::vector<Token>& t) {
  using enum DateText::Kind;
  if (t.size() != 2) return {};
  if (const auto m = named_month(t[0]); m && year_of(t[1])) return {month, *year_of(t[1]), *m, 1};
  if (t[0].digits && t[0].text.size() == 4 && is_part(t[1]))
    return {month, static_cast<int>(t[0].number()), t[1].number(), 1};
  if (is_part(t[0]) && t[1].digits && t[1].text.size() == 4)
    return {month, static_cast<int>(t[1].number()), t[0].number(), 1};
  return {};
}

}  // namespace

std::string_view name_of(DateOrder order) {
  switch (order) {
    case DateOrder::iso:
      return "iso";
    case DateOrder::us:
      return "us";
    case DateOrder::european:
      break;
  }
  return "european";
}

DateText read_date_text(std::string_view cell) {
  using enum DateText::Kind;
  const auto t = tokens_of(cell);
  if (t.empty()) return {};
  if (t[0].digits && t[0].text.size() == 8) {
    const unsigned all = t[0].number();
    return {date, static_cast<int>(all / 10000), all / 100 % 100, all % 100};
  }
  if (t.size() < 3 || !joined(t[2])) return month_of(t);
  if (t[0].digits && t[0].text.size() == 4) {
    if (const auto m = named_month(t[1]); m && is_part(t[2]))
      return {date, static_cast<int>(t[0].number()), *m, t[2].number()};
    if (is_part(t[1]) && is_part(t[2]))
      return {date, static_cast<int>(t[0].number()), t[1].number(), t[2].number()};
    return {};
  }
  const auto year = year_of(t[2]);
  if (!year) return {};
  if (const auto m = named_month(t[0]); m && is_part(t[1])) return {date, *year, *m, t[1].number()};
  if (const auto m = named_month(t[1]); m && is_part(t[0])) return {date, *year, *m, t[0].number()};
  if (!is_part(t[0]) || !is_part(t[1])) return {};
  if (t[1].before == '.') return {date, *year, t[1].number(), t[0].number()};  // dots: the day comes first
  return {either, *year, t[0].number(), t[1].number()};
}

OrderFound order_of(const std::vector<DateText>& cells) {
  constexpr unsigned months = 12;
  const DateText *day_first = nullptr, *month_first = nullptr, *both = nullptr;
  for (const auto& cell : cells) {
    if (cell.kind != DateText::Kind::either) continue;
    if (cell.first > months)
      day_first = &cell;
    else if (cell.second > months)
      month_first = &cell;
    else if (both == nullptr || both->first == both->second)
      both = &cell;
  }
  if (day_first != nullptr && month_first != nullptr)
    return {std::nullopt, "holds dates with the day first and dates with the month first",
            fmt::format("{}/{}/{} and {}/{}/{}", day_first->first, day_first->second, day_first->year,
                        month_first->first, month_first->second, month_first->year)};
  if (day_first != nullptr) return {DateOrder::european, {}, {}};
  if (month_first != nullptr) return {DateOrder::us, {}, {}};
  if (both == nullptr) return {DateOrder::iso, {}, {}};
  return {std::nullopt, "can be read in two ways",
          fmt::format("{}/{}/{} is {}-{:02}-{:02} with the month first, {}-{:02}-{:02} with the day first",
                      both->first, both->second, both->year, both->year, both->first, both->second,
                      both->year, both->second, both->first)};
}

std::optional<std::chrono::sys_days> date_of(const DateText& text, DateOrder order) {
  using enum DateText::Kind;
  if (text.kind == unreadable) return std::nullopt;
  const bool swap = text.kind == either && order == DateOrder::european;
  const std::chrono::year_month_day day{std::chrono::year(text.year),
                                        std::chrono::month(swap ? text.second : text.first),
                                        std::chrono::day(swap ? text.first : text.second)};
  constexpr int first_year = 1990, last_year = 2200;
  if (!day.ok() || text.year < first_year || text.year > last_year) return std::nullopt;
  return std::chrono::sys_days(day);
}

std::string shape_of(std::string_view cell) {
  std::string shape;
  for (const char c : cell.substr(0, longest_shape))
    shape += is_digit(c) ? '9' : (is_letter(c) || static_cast<unsigned char>(c) > 127 ? 'a' : c);
  return cell.size() > longest_shape ? shape + "..." : shape;
}

}  // namespace paystress::fit
