#include "sim/commands/ask_letter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "scenarios/csv_text.h"
#include "scenarios/text_encoding.h"
#include "sim/errors.h"

namespace paystress::commands {
namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Between thousands, as letters write them.
bool is_separator(char c) { return c == ',' || c == ' ' || c == '_'; }

// Are all groups behind a separator three digits, up to a point or the end?
bool is_grouped(std::string_view text) {
  const auto whole = text.substr(0, text.find('.'));
  if (text.size() > whole.size() && std::ranges::any_of(text.substr(whole.size()), is_separator))
    return false;
  const auto first = std::ranges::find_if(whole, is_separator);
  if (first == whole.end()) return true;
  constexpr std::size_t digits = 3;
  if (first == whole.begin() || first - whole.begin() > static_cast<std::ptrdiff_t>(digits)) return false;
  std::size_t in_group = digits;
  for (auto at = first; at != whole.end(); ++at) {
    if (!is_separator(*at)) {
      ++in_group;
    } else if (in_group == digits) {
      in_group = 0;
    } else {
      return false;
    }
  }
  return in_group == digits;
}

// 1.500 may be one and a half or fifteen hundred.
bool may_be_thousands(std::string_view text) {
  const auto point = text.find('.');
  constexpr std::size_t digits = 3;
  return point != std::string_view::npos && point > 0 && text.size() == point + 1 + digits &&
         text.front() != '0' && std::ranges::all_of(text.substr(point + 1), is_digit);
}

constexpr std::string_view how_to_write =
    "  Commas stand between thousands and a point before cents, please: 165,000 or 1.50.\n";

bool is_unclear(std::string text) {
  std::erase(text, '$');
  text = trimmed(text);
  const bool is_of_figures = !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_digit(c) || is_separator(c) || c == '.';
  });
  return is_of_figures && (!is_grouped(text) || may_be_thousands(text) || std::ranges::count(text, '.') > 1);
}

// "$12,000" as letters write it.
std::optional<double> number_of(std::string text) {
  if (is_unclear(text)) return std::nullopt;
  std::erase_if(text, [](char c) { return c == '$' || is_separator(c); });
  const auto number = read_number(text);
  if (!number.problem.empty() || number.value < 0) return std::nullopt;
  return number.value;
}

class Questions {
 public:
  Questions(std::istream& in, std::ostream& out) : in_(in), out_(out) {}

  /// A title as tables can hold it.
  std::string title(std::string_view question, const std::string& otherwise) {
    for (;;) {
      auto answer = ask(question, otherwise);
      if (answer.empty()) return otherwise;
      const auto problem = label_problem(answer);
      if (problem.empty() && answer.size() <= longest_label) return answer;
      out_ << fmt::format("  It {}: a letter or figure first, on one line, please.\n",
                          problem.empty() ? "is too long" : problem);
    }
  }

  /// Nothing where the usual answer is taken by an empty line.
  std::optional<double> stated(std::string_view question, double usual, double low, double high) {
    for (;;) {
      const auto answer = ask(question, fmt::format("{}", usual));
      if (answer.empty()) return std::nullopt;
      const auto value = number_of(answer);
      if (value && *value >= low && *value <= high) return value;
      out_ << (is_unclear(answer) ? std::string(how_to_write)
                                  : fmt::format("  A number from {} to {}, please.\n", low, high));
    }
  }
  std::optional<int> stated_whole(std::string_view question, int usual, int low, int high) {
    for (;;) {
      const auto value = stated(question, usual, low, high);
      if (!value) return std::nullopt;
      if (*value == static_cast<int>(*value)) return static_cast<int>(*value);
      out_ << "  A whole number, please.\n";
    }
  }
  double number(std::string_view question, double otherwise, double low, double high) {
    return stated(question, otherwise, low, high).value_or(otherwise);
  }
  double money(std::string_view question) { return number(question, 0, 0, 10'000'000); }
  int whole(std::string_view question, int otherwise, int low, int high) {
    return stated_whole(question, otherwise, low, high).value_or(otherwise);
  }
  std::optional<double> perhaps(std::string_view question) {
    const double value = number(question, 0, 0, 10'000'000);
    return value > 0 ? std::optional(value) : std::nullopt;
  }

  /// One of the words, by as many letters as tell it from the others; nothing for "not said".
  std::optional<std::string> choice(std::string_view question,
                                    std::initializer_list<std::string_view> words) {
    for (;;) {
      auto answer = ask(question, "not said");
      if (answer.empty() || answer == "not said") return std::nullopt;
      std::ranges::transform(answer, answer.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      });
      for (const auto word : words)
        if (word.starts_with(answer)) return std::string(word);
      out_ << "  One of the words in the question, or an empty line where the letter does not say.\n";
    }
  }

  /// "1000 = 28, 1150 = 38"
  std::vector<std::pair<double, double>> tiers(std::string_view question) {
    for (;;) {
      const auto answer = ask(question, "none");
      if (answer.empty() || answer == "none") return {};
      if (auto read = tiers_of(answer)) return std::move(*read);
      out_ << "  As in 1000 = 28; 1150 = 38: rising numbers of visits, and dollars for each visit above.\n"
           << (answer.find_first_of(",.") == std::string::npos ? std::string_view() : how_to_write);
    }
  }

 private:
  static std::optional<std::vector<std::pair<double, double>>> tiers_of(std::string_view text) {
    std::vector<std::pair<double, double>> tiers;
    while (!text.empty()) {
      const auto end = std::min(text.find(';'), text.size());
      const auto part = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      const auto equals = part.find('=');
      if (equals == std::string_view::npos) return std::nullopt;
      const auto above = number_of(trimmed(part.substr(0, equals))),
                 usd = number_of(trimmed(part.substr(equals + 1)));
      if (!above || !usd || (!tiers.empty() && *above <= tiers.back().first)) return std::nullopt;
      tiers.emplace_back(*above, *usd);
    }
    return tiers;
  }

  std::string ask(std::string_view question, std::string_view otherwise) {
    out_ << question << " [" << otherwise << "]: " << std::flush;
    std::string line;
    if (!std::getline(in_, line))
      throw InputError("init: the answers ended before the questions. Nothing was written");
    return trimmed(line);
  }

  std::istream& in_;
  std::ostream& out_;
};

void ask_pay(Questions& ask, OfferLetter& letter) {
  letter.title = ask.title("What to call the offer", letter.title);
  letter.salary_per_year = ask.money("Base salary, $ a year");
  letter.per_hour = ask.money("Pay for an hour in session, $");
  letter.per_visit = ask.money("Pay for each visit, $");
  letter.per_wrvu = ask.money("Pay for each work RVU, $");
  letter.tiers = ask.tiers("Bonus for visits above a line, as LINE = $ A VISIT; ...");
  if (!letter.tiers.empty()) {
    letter.tier_reset =
        ask.choice("  Is the line counted by month, quarter or year?", {"month", "quarter", "year"});
    letter.tier_mode = ask.choice(
        "  Beyond a line, are only the visits above it paid at its rate (marginal), or all of them "
        "(retroactive)?",
        {"marginal", "retroactive"});
  }
  if (!letter.tiers.empty() || letter.per_visit > 0) {
    const auto counts =
        ask.choice("Does a patient who does not come count as a visit, yes or no?", {"yes", "no"});
    if (counts) letter.no_shows_count = *counts == "yes";
  }
  letter.per_message = ask.money("Pay for each portal message, $");
  if (letter.per_message > 0) letter.messages_free = ask.number("  beyond how many a month", 0, 0, 100'000);
  letter.quality_per_year = ask.money("Quality bonus at a full score, $ a year");
  letter.guarantee_per_month = ask.money("Income guaranteed each month, $");
  if (letter.guarantee_per_month > 0)
    letter.guarantee_months = ask.whole("  for how many first months, 0 for all", 12, 0, 12);
  letter.sign_on = ask.money("Sign-on bonus, $");
}

}  // namespace

OfferLetter ask_letter(std::istream& in, std::ostream& out) {
  Questions ask(in, out);
  OfferLetter letter;
  for (;;) {
    ask_pay(ask, letter);
    const auto problem = letter_problem(letter);
    if (problem.empty()) break;
    out << "  Once more: " << problem << ".\n";
    letter = {};
  }
  letter.days_per_week = ask.stated_whole("Days a week", UsualSessions::days_per_week, 1, 7);
  letter.hours = ask.stated("Hours of a session", UsualSessions::hours, 0.25, 24);
  letter.slots_per_hour = ask.stated("Visit slots an hour", UsualSessions::slots_per_hour, 0.05, 60);
  letter.days_off = ask.stated("Days off a year", UsualSessions::days_off, 0, 200);
  letter.told_visits = ask.perhaps("Visits a day that the recruiter names, 0 for none");
  letter.advertised_per_year = ask.perhaps("Yearly income that the recruiter names, $, 0 for none");
  letter.need_per_month = ask.perhaps("What you need each month, $, 0 to leave it out");
  letter.target_per_year = ask.perhaps("What you want in a year, $, 0 to leave it out");
  return letter;
}

}  // namespace paystress::commands
