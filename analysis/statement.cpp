#include "analysis/statement.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>

namespace paystress {
namespace {

using Function = StatementSide::Function;

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
    if (!fault_ && s.left.function == Function::number && s.right.function == Function::number)
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
      s.number = number();
      return s;
    }
    const auto start = at_;
    const auto name = word();
    if (name == "mean") {
      s.function = Function::mean;
    } else if (name == "median" || name == "quantile") {
      s.function = Function::quantile;
      s.number = 0.5;
    } else if (name == "tail_mean") {
      s.function = Function::tail_mean;
    } else if (name == "shortfall_prob") {
      s.function = Function::shortfall_prob;
    } else if (name == "miss_prob") {
      s.function = Function::miss_prob;
    } else {
      at_ = start;
      fail("expected a number, mean, median, quantile, tail_mean, shortfall_prob or miss_prob");
      return s;
    }
    expect("(");
    if (s.function == Function::miss_prob) {
      miss_arguments(s);
    } else {
      measure(s);
      if (name == "quantile" || name == "tail_mean") {
        level(s);
      } else if (name == "shortfall_prob") {
        expect(",");
        if (!fault_) s.number = number();
      }
    }
    expect(")");
    skip_space();
    if (!fault_ && text_.substr(at_).starts_with("of ")) {
      at_ += 3;
      s.offer = word();
    }
    return s;
  }
  void measure(StatementSide& s) {
    if (fault_) return;
    skip_space();
    const auto start = at_;
    const auto name = word();
    const auto known = find_measure(name);
    if (!known) {
      at_ = start;
      fail(fmt::format("'{}' is not a measure", name));
      return;
    }
    s.measure = *known;
    if (take(".")) s.period = word();
  }
  void level(StatementSide& s) {
    expect(",");
    if (fault_) return;
    const auto start = at_;
    s.number = number();
    if (!fault_ && !(s.number > 0 && s.number < 1)) {
      at_ = start;
      fail("expected a level between 0 and 1");
    }
  }
  void miss_arguments(StatementSide& s) {
    if (fault_) return;
    s.component = word();
    s.period = "any";
    expect(",");
    if (fault_) return;
    const auto start = at_;
    const double tier = number();
    if (!fault_ && (tier < 1 || tier > 1000 || tier != std::floor(tier))) {
      at_ = start;
      fail("expected the number of a tier, 1, 2, ...");
      return;
    }
    s.tier = static_cast<std::size_t>(tier);
    if (take(",")) s.period = word();
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
