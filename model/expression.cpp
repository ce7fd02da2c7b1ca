// Reads the amounts and conditions of a contract: recursive descent over one line of text.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "model/contract.h"

namespace paystress {
namespace {

constexpr double most_trailing_months = 1200;
// Far above any contract; they keep hostile input off the stack.
constexpr int deepest_nesting = 60, most_levels = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// The reader of one text. The first fault wins; after it every function returns at once.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { skip_space(); }

  std::variant<Amount, ExpressionFault> amount() {
    Amount a = sum();
    expect_end("one amount");
    settle_months_seen();
    if (fault_) return *fault_;
    return with_length(a);
  }
  std::variant<Condition, ExpressionFault> condition() {
    Condition c = any_of();
    expect_end("one condition");
    settle_months_seen();
    if (fault_) return *fault_;
    return with_length(std::move(c));
  }

 private:
  struct Depth {
    explicit Depth(Reader& r) : reader(r) {
      if (++reader.depth_ > deepest_nesting) reader.fail("is nested too deeply (60 levels at most)");
    }
    ~Depth() { --reader.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    Reader& reader;
  };

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  void fail(std::string why) {
    if (!fault_) fault_ = ExpressionFault{at_, std::move(why)};
  }
  [[nodiscard]] bool failed() const { return fault_.has_value(); }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] std::string found() const {
    return at_ < text_.size() ? fmt::format("'{}'", text_[at_]) : std::string("the end");
  }
  bool take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    skip_space();
    return true;
  }
  bool take_word(std::string_view word) {
    const auto rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() &&
        (is_letter(rest[word.size()]) || is_digit(rest[word.size()]) || rest[word.size()] == '.')) {
      return false;
    }
    at_ += word.size();
    skip_space();
    return true;
  }
  void expect(std::string_view sign) {
    if (!failed() && !take(sign)) fail(fmt::format("expected '{}', found {}", sign, found()));
  }
  void expect_end(std::string_view what) {
    if (failed() || at_ >= text_.size()) return;
    const auto whole = written_in_one();
    fail(fmt::format("expected the end of {}, found {}{}", what, found(),
                     whole.empty() ? "" : fmt::format("; in one it is {}", whole)));
  }
  // What was written in pieces: a column with blanks in its name, a number with commas between its thousands.
  [[nodiscard]] std::string written_in_one() const {
    const auto is_part = [](char c) { return is_letter(c) || is_digit(c); };
    const auto is_figure = [](char c) { return is_digit(c) || c == ','; };
    std::size_t first = at_, last = at_;
    if (peek() == ',') {
      while (first > 0 && is_figure(text_[first - 1])) --first;
      while (last < text_.size() && is_figure(text_[last])) ++last;
      return with_groups(text_.substr(first, last - first));
    }
    while (first > 0 && text_[first - 1] == ' ') --first;
    while (first > 0 && is_part(text_[first - 1])) --first;
    std::string name;
    constexpr int most_words = 5;
    for (int word = 0; word < most_words; ++word) {
      last = first;
      while (last < text_.size() && is_part(text_[last])) ++last;
      if (last == first) break;
      name += (name.empty() ? "" : "_") + std::string(text_.substr(first, last - first));
      if (last > at_ && find_ledger_column(name) != nullptr) return name;
      for (first = last; first < text_.size() && text_[first] == ' ';) ++first;
    }
    return {};
  }
  // "150,000" as 150_000; nothing where the groups are no thousands.
  static std::string with_groups(std::string_view figures) {
    constexpr std::size_t group = 3;
    std::string number(figures);
    const auto head = figures.find(',');
    bool is_number = head >= 1 && head <= group;
    for (std::size_t at = head; is_number && at < number.size(); at += group + 1) {
      is_number = number[at] == ',' && at + group < number.size() &&
                  number.substr(at + 1, group).find(',') == std::string::npos;
      number[at] = '_';
    }
    return is_number ? number : std::string();
  }

  Amount sum() {
    if (failed()) return {};
    using Op = Amount::Op;
    std::vector<Amount> terms{product()};
    bool last_less = false;
    while (!failed()) {
      const bool more = take("+");
      if (!more && !take("-")) break;
      if (last_less) terms.back() = Amount::apply(Op::negate, {std::move(terms.back())});
      last_less = !more;
      terms.push_back(product());
    }
    if (failed() || terms.size() == 1) return std::move(terms.front());
    if (terms.size() == 2) return Amount::apply(last_less ? Op::subtract : Op::add, std::move(terms));
    if (last_less) terms.back() = Amount::apply(Op::negate, {std::move(terms.back())});
    return Amount::apply(Op::add, std::move(terms));
  }
  Amount product() {
    Amount left = signed_atom();
    while (!failed()) {
      if (take("*")) {
        left = Amount::apply(Amount::Op::multiply, {left, signed_atom()});
      } else if (take("/")) {
        left = Amount::apply(Amount::Op::divide, {left, signed_atom()});
      } else {
        break;
      }
      if (left.depth() > most_levels) fail(fmt::format("has too many factors ({} at most)", most_levels));
    }
    return left;
  }
  Amount signed_atom() {
    const Depth depth(*this);
    if (failed()) return {};
    if (!take("-")) return atom();
    if (is_digit(peek()) || peek() == '.') return {-number()};
    return Amount::apply(Amount::Op::negate, {signed_atom()});
  }
  Amount atom() {
    if (take("(")) {
      Amount inside = sum();
      expect(")");
      return inside;
    }
    if (is_digit(peek()) || peek() == '.') return {number()};
    if (is_letter(peek())) return named();
    fail(fmt::format("expected a number, a name or '(', found {}", found()));
    return {};
  }
  double number() {
    std::string digits;
    std::size_t end = at_;
    const auto more = [&] { return end < text_.size(); };
    while (more() && (is_digit(text_[end]) || text_[end] == '.' || text_[end] == '_')) {
      if (text_[end] != '_') digits += text_[end];
      ++end;
    }
    if (more() && (text_[end] == 'e' || text_[end] == 'E')) {
      const bool has_sign = end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-');
      const std::size_t first = end + (has_sign ? 2 : 1);
      if (first < text_.size() && is_digit(text_[first])) {
        if (has_sign && text_[end + 1] == '-') {
          digits += "e-";
        } else {
          digits += 'e';
        }
        for (end = first; more() && is_digit(text_[end]); ++end) digits += text_[end];
      }
    }
    double value = 0.0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || stop != digits.data() + digits.size() || !std::isfinite(value)) {
      fail(fmt::format("'{}' is not a number", text_.substr(at_, end - at_)));
      return 0.0;
    }
    at_ = end;
    if (is_letter(peek())) fail(fmt::format("expected an operator after the number, found {}", found()));
    skip_space();
    return value;
  }
  // A name: letters, digits and _, in parts joined by points; after the first part digits may lead (codes).
  std::string identifier() {
    const std::size_t start = at_;
    const auto in_word = [&] {
      return at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]));
    };
    while (in_word()) ++at_;
    while (at_ + 1 < text_.size() && text_[at_] == '.' &&
           (is_letter(text_[at_ + 1]) || is_digit(text_[at_ + 1]))) {
      ++at_;
      while (in_word()) ++at_;
    }
    // A code may hold hyphens (visits.99213-95); a difference of columns has spaces about its minus.
    const auto so_far = text_.substr(start, at_ - start);
    if (so_far.starts_with("visits.") || so_far.starts_with("code_change."))
      while (at_ + 1 < text_.size() && text_[at_] == '-' &&
             (is_letter(text_[at_ + 1]) || is_digit(text_[at_ + 1]))) {
        ++at_;
        while (in_word()) ++at_;
      }
    std::string name(text_.substr(start, at_ - start));
    skip_space();
    return name;
  }
  Amount named() {
    const std::size_t start = at_;
    std::string name = identifier();
    if (peek() == '(') return called(name, start);
    if (name == "month") return Amount::apply(Amount::Op::month, {});
    if (name == "months_seen") {
      seen_.emplace_back(start, 0.0);
      return Amount::apply(Amount::Op::months_seen, {0.0});
    }
    for (const char* word :
         {"and", "or", "not", "min", "max", "this_month", "to_date", "annualised", "trailing", "last_year"}) {
      if (name == word) {
        at_ = start;
        fail(fmt::format("'{}' is a word of the grammar, not an amount", name));
        return {};
      }
    }
    constexpr std::string_view earned = "earned.";
    if (name.starts_with(earned)) return Amount::name(Amount::Op::earned, name.substr(earned.size()));
    return Amount::name(Amount::Op::column, std::move(name));
  }
  Amount called(const std::string& name, std::size_t start) {
    using Op = Amount::Op;
    constexpr std::array<std::pair<std::string_view, Op>, 8> functions{{{"min", Op::minimum},
                                                                        {"max", Op::maximum},
                                                                        {"this_month", Op::this_month},
                                                                        {"to_date", Op::to_date},
                                                                        {"annualised", Op::annualised},
                                                                        {"trailing", Op::trailing},
                                                                        {"last_year", Op::last_year},
                                                                        {"months_seen", Op::months_seen}}};
    const auto* const function = std::ranges::find(functions, name, &std::pair<std::string_view, Op>::first);
    if (function == functions.end()) {
      at_ = start;
      fail(
          fmt::format("'{}' is not a function (min, max, this_month, to_date, annualised, trailing, "
                      "last_year, months_seen)",
                      name));
      return {};
    }
    const Op op = function->second;
    expect("(");
    std::vector<Amount> operands{sum()};
    while (!failed() && take(",")) operands.push_back(sum());
    expect(")");
    if (failed()) return {};
    const bool of_many = op == Op::minimum || op == Op::maximum;
    const bool of_months = op == Op::trailing || op == Op::months_seen;
    const std::size_t takes = op == Op::trailing ? 2 : 1;
    if (of_many ? operands.size() < 2 : operands.size() != takes) {
      at_ = start;
      fail(fmt::format("{}() takes {}", name,
                       of_many               ? "two amounts or more"
                       : op == Op::trailing  ? "an amount and a number of months"
                       : op == Op::last_year ? "one amount"
                       : of_months           ? "a number of months"
                                             : "one amount"));
      return {};
    }
    if (of_months && !take_length(operands.back(), name, start)) return {};
    return Amount::apply(op, std::move(operands));
  }
  // Months of a trailing stretch: a whole number, written as one.
  bool take_length(const Amount& months, const std::string& name, std::size_t start) {
    const double n = months.op() == Amount::Op::number ? months.value() : 0.0;
    if (n >= 1.0 && n <= most_trailing_months && n == std::floor(n)) {
      if (name == "trailing")
        lengths_.insert(n);
      else
        seen_.emplace_back(start, n);
      return true;
    }
    at_ = start;
    fail(fmt::format("{}() counts whole months, 1 to 1200, not {}", name, months.text()));
    return false;
  }

  // `months_seen` by itself is that of the one trailing() in the text, months_seen(n) that over n months.
  void settle_months_seen() {
    if (failed()) return;
    for (const auto& [start, n] : seen_) {
      if (n == 0.0 ? lengths_.size() == 1 : lengths_.contains(n)) continue;
      at_ = start;
      if (n == 0.0 && !lengths_.empty())
        return fail("months_seen goes with trailing() of several lengths here: write months_seen(n)");
      return fail(n == 0.0
                      ? std::string("months_seen goes with a trailing() in the same text")
                      : fmt::format("months_seen({0}) goes with a trailing(..., {0}) in the same text", n));
    }
  }
  [[nodiscard]] Amount with_length(const Amount& a) const {
    if (seen_.empty() || a.operands().empty()) return a;
    if (a.op() == Amount::Op::months_seen && a.operands()[0].value() == 0.0)
      return Amount::apply(Amount::Op::months_seen, {*lengths_.begin()});
    std::vector<Amount> operands;
    for (const auto& o : a.operands()) operands.push_back(with_length(o));
    return Amount::apply(a.op(), std::move(operands));
  }
  [[nodiscard]] Condition with_length(Condition c) const {
    for (auto& a : c.amounts) a = with_length(a);
    for (auto& part : c.parts) part = with_length(std::move(part));
    return c;
  }

  Condition any_of() { return joined("or", Condition::Op::any_of, &Reader::all_of); }
  Condition all_of() { return joined("and", Condition::Op::all_of, &Reader::negated); }
  Condition joined(std::string_view word, Condition::Op op, Condition (Reader::*part)()) {
    Condition first = (this->*part)();
    if (failed() || !take_word(word)) return first;
    Condition all;
    all.op = op;
    all.parts.push_back(std::move(first));
    do {
      all.parts.push_back((this->*part)());
    } while (!failed() && take_word(word));
    return all;
  }
  Condition negated() {
    const Depth depth(*this);
    if (failed()) return {};
    if (take_word("not")) {
      Condition c;
      c.op = Condition::Op::none_of;
      c.parts.push_back(negated());
      return c;
    }
    if (peek() != '(') return comparison();
    if (bracket_is_amount()) return comparison();
    take("(");
    Condition c = any_of();
    expect(")");
    return c;
  }
  // A bracket opens an amount or a condition; what follows its end tells which, so nothing is read twice.
  [[nodiscard]] bool bracket_is_amount() const {
    int open = 0;
    std::size_t i = at_;
    for (; i < text_.size(); ++i) {
      if (text_[i] == '(') ++open;
      if (text_[i] == ')' && --open == 0) break;
    }
    i = text_.find_first_not_of(" \t", i + (i < text_.size() ? 1 : 0));
    return i != std::string_view::npos &&
           std::string_view("+-*/<>=!").find(text_[i]) != std::string_view::npos;
  }
  std::optional<Condition::Op> comparison_sign() {
    using Op = Condition::Op;
    if (take("<=")) return Op::less_equal;
    if (take(">=")) return Op::greater_equal;
    if (take("==")) return Op::equal;
    if (take("!=")) return Op::not_equal;
    if (take("<")) return Op::less;
    if (take(">")) return Op::greater;
    return std::nullopt;
  }
  // `shift == "night"` asks for one of the kinds of shift: a column that is 1 on its days.
  std::optional<Condition> kind_of_shift(const Amount& left) {
    if (left.op() != Amount::Op::column || left.name() != "shift") return std::nullopt;
    const auto op = comparison_sign();
    const bool is = op == Condition::Op::equal;
    if (!is && op != Condition::Op::not_equal) {
      fail("a kind of shift is written shift == \"night\" or shift != \"night\"");
      return Condition{};
    }
    const auto end = text_.find('"', at_ + 1);
    if (peek() != '"' || end == std::string_view::npos) {
      fail(fmt::format("expected the name of a kind of shift in quotes, found {}", found()));
      return Condition{};
    }
    auto column =
        Amount::name(Amount::Op::column, "shift." + std::string(text_.substr(at_ + 1, end - at_ - 1)));
    at_ = end + 1;
    skip_space();
    return Condition{Condition::Op::equal, {std::move(column), is ? 1.0 : 0.0}, {}};
  }
  // `date >= "2026-03-16"` asks for the days from one on: `date` counts days, the number is that of the day.
  std::optional<Condition> of_date(const Amount& left) {
    if (left.op() != Amount::Op::column || left.name() != "date") return std::nullopt;
    const auto op = comparison_sign();
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    const auto* const from = text_.data() + std::min(text_.size(), at_ + 1);
    const auto* const end = from + 10;
    const bool quoted = op && peek() == '"' && text_.size() >= at_ + 12 && *end == '"' && from[4] == '-' &&
                        from[7] == '-' && std::from_chars(from, from + 4, year).ptr == from + 4 &&
                        std::from_chars(from + 5, from + 7, month).ptr == from + 7 &&
                        std::from_chars(from + 8, end, day).ptr == end;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!quoted || !date.ok()) {
      fail("a day is compared as in date >= \"2026-03-16\"");
      return Condition{};
    }
    at_ += 12;
    skip_space();
    return Condition{*op, {left, date_number(date)}, {}};
  }
  static double date_number(std::chrono::year_month_day date) {
    return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
  }
  // A column that is 1 or 0 may stand alone.
  static bool is_flag(const Amount& a) { return a.op() == Amount::Op::column && a.name() == "is_holiday"; }

  Condition comparison() {
    Condition chain;
    Amount left = sum();
    if (auto shift = kind_of_shift(left)) return std::move(*shift);
    if (auto date = of_date(left)) return std::move(*date);
    while (!failed()) {
      if (peek() == '=' && !text_.substr(at_).starts_with("=="))
        fail("a comparison for equality is written ==");
      const auto op = comparison_sign();
      if (!op) break;
      Condition c;
      c.op = *op;
      Amount right = sum();
      c.amounts = {left, right};
      chain.parts.push_back(std::move(c));
      left = std::move(right);
    }
    if (!failed() && chain.parts.empty() && is_flag(left))
      return {Condition::Op::not_equal, {std::move(left), 0.0}, {}};
    if (!failed() && chain.parts.empty()) fail(fmt::format("expected a comparison, found {}", found()));
    if (chain.parts.size() == 1) return std::move(chain.parts.front());
    return chain;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<ExpressionFault> fault_;
  std::set<double> lengths_;                          // of trailing()
  std::vector<std::pair<std::size_t, double>> seen_;  // where months_seen stands, and its length; 0: none
};

}  // namespace

std::variant<Amount, ExpressionFault> parse_amount(std::string_view text) { return Reader(text).amount(); }
std::variant<Condition, ExpressionFault> parse_condition(std::string_view text) {
  return Reader(text).condition();
}

}  // namespace paystress
