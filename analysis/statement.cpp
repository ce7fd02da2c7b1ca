#include "analysis/statement.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

namespace paystress {
namespace {

constexpr std::string_view median = "median", miss_prob = "miss_prob";

/// "a number, median, miss_prob, mean, ... or shortfall_prob"
std::string what_is_expected() {
  std::string words = fmt::format("a number, {}, {}", median, miss_prob);
  for (std::size_t i = 0; i < statistic_kinds.size(); ++i)
    words += fmt::format("{}{}", i + 1 < statistic_kinds.size() ? ", " : " or ",
                         statistic_name(statistic_kinds[i]));
  return words;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::variant<Statement, StatementFault> statement() {
    Statement s;
    s.left = side();
    s.at_least = comparison();
    s.right = side();
    skip_space();
    if (!fault_ && at_ < text_.size()) fail("expected the end of the statement");
    if (!fault_ && s.left.is_number() && s.right.is_number())
      fail("compares two numbers; one side must be a statistic, such as quantile(income_usd, 0.05)");
    if (fault_) return *fault_;
    return s;
  }

 private:
  void fail(std::string why) {
    if (!fault_) fault_ = StatementFault{at_, std::move(why)};
  }
  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view sign) {
    skip_space();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  void expect(std::string_view sign) {
    if (!fault_ && !take(sign)) fail(fmt::format("expected '{}'", sign));
  }
  std::string word() {
    skip_space();
    const auto start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '_' || text_[at_] == '-'))
      ++at_;
    if (start == at_) fail("expected a name");
    return std::string(text_.substr(start, at_ - start));
  }
  double number() {
    skip_space();
    std::string digits;  // 180_000 is read as the study file reads it
    const auto start = at_;
    const auto belongs = [&](char c) {
      if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_') return true;
      if (c == 'e' || c == 'E') return at_ > start;
      if (c == '-') return at_ == start || digits.ends_with('e') || digits.ends_with('E');
      return c == '+' && (digits.ends_with('e') || digits.ends_with('E'));
    };
    while (at_ < text_.size() && belongs(text_[at_])) {
      if (text_[at_] != '_') digits += text_[at_];
      ++at_;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
      at_ = start;
      fail("expected a number");
    }
    return value;
  }
  bool comparison() {
    if (fault_) return true;
    if (take(">=") || take(">")) return true;
    if (take("<=") || take("<")) return false;
    fail("expected >= or <=");
    return true;
  }
  bool starts_number() {
    skip_space();
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
  }

  StatementSide side() {
    StatementSide s;
    if (fault_) return s;
    if (starts_number()) {
      s.what = number();
      return s;
    }
    const auto start = at_;
    const auto name = word();
    const auto kind = name == median ? std::optional(StatisticKind::quantile) : find_statistic(name);
    if (!kind && name != miss_prob) {
      at_ = start;
      fail("expected " + what_is_expected());
      return s;
    }
    expect("(");
    if (name == miss_prob) {
      s.what = miss_arguments();
    } else {
      auto asked = measure();
      asked.statistic = {*kind, name == median ? 0.5 : argument(statistic_info(*kind).argument)};
      s.what = std::move(asked);
    }
    expect(")");
    skip_space();
    if (!fault_ && text_.substr(at_).starts_with("of ")) {
      at_ += 3;
      s.offer = word();
    }
    return s;
  }
  MeasureStatistic measure() {
    MeasureStatistic asked;
    if (fault_) return asked;
    skip_space();
    const auto start = at_;
    const auto name = word();
    const auto known = find_measure(name);
    if (!known) {
      at_ = start;
      fail(fmt::format("'{}' is not a measure", name));
      return asked;
    }
    asked.measure = *known;
    if (take(".")) asked.period = word();
    return asked;
  }
  double argument(StatisticArgument needed) {
    if (needed == StatisticArgument::none) return 0.0;
    expect(",");
    if (fault_) return 0.0;
    const auto start = at_;
    const double value = number();
    if (!fault_ && needed == StatisticArgument::level && !(value > 0 && value < 1)) {
      at_ = start;
      fail("expected a level between 0 and 1");
    }
    return value;
  }
  MissProb miss_arguments() {
    MissProb miss;
    if (fault_) return miss;
    miss.component = word();
    expect(",");
    if (fault_) return miss;
    const auto start = at_;
    const double tier = number();
    if (!fault_ && (tier < 1 || tier > 1000 || tier != std::floor(tier))) {
      at_ = start;
      fail("expected the number of a tier, 1, 2, ...");
      return miss;
    }
    miss.tier = static_cast<std::size_t>(tier);
    if (take(",")) miss.period = word();
    return miss;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<StatementFault> fault_;
};

}  // namespace

std::variant<Statement, StatementFault> parse_statement(std::string_view text) {
  return Reader(text).statement();
}

}  // namespace paystress
