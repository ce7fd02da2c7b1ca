#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/ledger.h"

namespace paystress {

/// A number of a contract: a constant or an expression over the ledger, the contract's terms and its own pay.
/// An immutable tree, shared on copy.
class Amount {
 public:
  enum class Op {
    number,  ///< value
    column,  ///< name: ledger column
    term,    ///< name: named amount of the contract
    earned,  ///< name: money earned by a component, before adjustments
    month,   ///< month of the contract, 1, 2, ...
    add,     ///< of two or more operands, from left to right; subtract, multiply, divide: of two
    subtract,
    multiply,
    divide,
    negate,
    minimum,
    maximum,  ///< of two or more operands
    this_month,
    to_date,
    annualised,  ///< of one operand: over the month, the year so far, the year at this pace
    trailing,    ///< of an amount and a number n: over the last n months, this one included
    last_year,   ///< of one operand: over the year before the running one
    months_seen  ///< of a number n: how many months trailing() over n months has, n at most
  };
  Amount() = default;                      ///< 0
  Amount(double value) : value_(value) {}  // NOLINT(google-explicit-constructor): a number is an amount
  static Amount name(Op op, std::string name);
  static Amount apply(Op op, std::vector<Amount> operands);

  [[nodiscard]] Op op() const { return op_; }
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::vector<Amount>& operands() const;
  /// The number, when no column, term, month or pay is involved ("1/3" is constant).
  [[nodiscard]] std::optional<double> constant() const {
    return is_constant_ ? std::optional(value_) : std::nullopt;
  }
  /// Levels of operands within operands; 1 without operands.
  [[nodiscard]] int depth() const { return depth_; }
  /// Text that parses back to the same tree.
  [[nodiscard]] std::string text() const;

 private:
  Op op_ = Op::number;
  double value_ = 0.0;  ///< of operands too, where they are constant: worked out once, when they are joined
  bool is_constant_ = true;
  int depth_ = 1;
  std::string name_;
  std::shared_ptr<const std::vector<Amount>> operands_;
};

/// Comparisons of amounts joined by and / or / not.
struct Condition {
  enum class Op { less, less_equal, equal, not_equal, greater_equal, greater, all_of, any_of, none_of };
  Op op = Op::all_of;            ///< all_of nothing is true; none_of has one operand: not
  std::vector<Amount> amounts;   ///< two, for a comparison
  std::vector<Condition> parts;  ///< for all_of, any_of, none_of
  [[nodiscard]] std::string text() const;
};

/// Result of reading an expression: the tree, or where (0-based offset into the text) and why it fails.
struct ExpressionFault {
  std::size_t offset = 0;
  std::string why;
};
[[nodiscard]] std::variant<Amount, ExpressionFault> parse_amount(std::string_view text);
[[nodiscard]] std::variant<Condition, ExpressionFault> parse_condition(std::string_view text);

enum class TierMode { marginal, retroactive, lump_sum };
enum class LumpRule { replace, accumulate };
enum class Span { month, quarter, year, horizon };  ///< periods of reset, per and pay_over
enum class PaidWhen { running, period_end, interim };
enum class Restate { when_found, worked_month, net_units };
/// Whose rate units earn on a retroactive ladder whose rates change with time: of the month in which they
/// were worked, or of the window's last month so far.
enum class RateChange { worked, latest };
enum class YearKind { anniversary, calendar };
enum class Partial { prorate, full, none };
/// What becomes of charges that are collected after the contract's end.
enum class Tail { paid, lost };
enum class Employment { w2, contractor };  ///< keys "w2" and "1099"

/// A bound lies on the number line: `above` leaves the point out, `at_least` takes it in.
struct Bound {
  Amount at;
  bool included = false;
};
/// usd: per unit (marginal, retroactive) or the lump (lump_sum). flat_usd: once on entering or reaching.
struct Tier {
  Bound from;
  Amount usd;
  Amount flat_usd;
  std::optional<Condition> when;
};
struct SingleRate {
  Amount usd{1.0};
};
struct CodeTable {
  std::vector<std::pair<std::string, Amount>> usd_by_code;
};
/// Piecewise linear dollars over the measure; the same x twice is a cliff, at which the later point holds.
struct Curve {
  std::vector<std::pair<Amount, Amount>> points;  ///< numbers, or what the offer's terms are worth
};
struct TierLadder {
  TierMode mode = TierMode::marginal;
  LumpRule lump = LumpRule::replace;
  std::vector<Tier> tiers;
  RateChange rate_change = RateChange::worked;
};
using Schedule = std::variant<SingleRate, CodeTable, Curve, TierLadder>;

/// Blocks of units: quantity -> max(min, ceil(max(0, quantity - free) / size)). Bounds count blocks.
struct Blocks {
  Amount free, size{1.0}, min;
};

/// Tolerance around a target: quantity -> 0 within [low, high], else quantity - target, or the part beyond
/// the edge that was passed. `low` (`high`) absent: the quantity may fall (rise) freely without counting.
struct Corridor {
  Amount target;
  std::optional<Amount> low, high;
  bool from_edge = false;  ///< key `from`: "target" (default) or "edge"
};

struct Rounding {
  enum class How { half_up, half_even, truncate };
  enum class At { rate, component, subtotal, payment };
  enum class Each { total, period };      ///< the running total, or each period by itself
  std::optional<double> unit_usd = 0.01;  ///< nothing: not rounded
  How how = How::half_up;
  At at = At::payment;
  Each each = Each::total;
};

struct MonthRange {
  int first = 1, last = 0;                   ///< 1-based, inclusive
  double first_part = 1.0, last_part = 1.0;  ///< of the days of those months; less where it is of days
  [[nodiscard]] bool is_of_days() const { return first_part < 1.0 || last_part < 1.0; }
};

/// Fixed money: `usd` each `per`. An amount without ledger columns accrues evenly by months; one with
/// ledger columns is its own value to date.
struct FixedPay {
  Amount usd;
  Span per = Span::month;
  PaidWhen paid = PaidWhen::running;
};
/// Measured money: what `measure` earns under `schedule`.
struct MeasuredPay {
  Amount measure;
  bool each_code = false;  ///< one schedule per code; the column `visits` in `measure` means visits.CODE
  std::optional<Blocks> blocks;
  std::optional<Corridor> corridor;  ///< not together with blocks
  Schedule schedule;
  std::optional<Amount> pay_per;
  std::optional<Span> pay_over;
  Span reset = Span::month;
  PaidWhen paid = PaidWhen::running;
  std::optional<Restate> restate;
};
struct PayLine {
  std::string name;
  bool counts = true;
  std::optional<MonthRange> months;
  std::optional<Condition> when;
  std::variant<FixedPay, MeasuredPay> pays;
  std::optional<Rounding> round;
};

/// What every kind of adjustment says of itself beside its fields; a kind that leaves one out does not
/// compile.
struct AdjustmentTraits {
  std::string_view key;  ///< as a study spells it: the key of its one amount, or of its table of fields
  PaidWhen paid;         ///< where `paid` is left out
  bool bounds_pay;       ///< a sum for one period: where the period is cut, `partial` says what it is worth
  bool sees_withheld;    ///< counts what an earlier withhold keeps back as earned
  bool keeps_balance;    ///< carries money or units from one period to the next
};

// Each kind names its fields once, in `fields`: visit(key, field) with the key below the kind's own (empty:
// the field is the kind's value). Bindings name every member, so that a member added later does not compile
// until it is named. Keys of stresses, columns used, identities and checks of names follow from it.
struct Guarantee {
  Amount usd;
  static constexpr AdjustmentTraits traits{"guarantee_usd", PaidWhen::period_end, true, true, false};
  static void fields(auto& self, auto&& visit) {
    auto& [usd] = self;
    visit("", usd);
  }
};
struct Cap {
  Amount usd;
  static constexpr AdjustmentTraits traits{"cap_usd", PaidWhen::running, true, true, false};
  static void fields(auto& self, auto&& visit) {
    auto& [usd] = self;
    visit("", usd);
  }
};
struct AddMoney {
  Amount usd;
  static constexpr AdjustmentTraits traits{"add_usd", PaidWhen::running, false, false, false};
  static void fields(auto& self, auto&& visit) {
    auto& [usd] = self;
    visit("", usd);
  }
};
struct Multiply {
  Amount factor;
  static constexpr AdjustmentTraits traits{"multiply", PaidWhen::running, false, false, false};
  static void fields(auto& self, auto&& visit) {
    auto& [factor] = self;
    visit("", factor);
  }
};
struct Gate {
  Condition open;
  static constexpr AdjustmentTraits traits{"gate", PaidWhen::running, false, false, false};
  static void fields(auto& self, auto&& visit) {
    auto& [open] = self;
    visit("", open);
  }
};
/// Money ahead of earnings, owed back. top_up: pay is at least `usd`, the shortfall is owed; additive: `usd`
/// is paid on top and owed; advance: `usd` is paid in the first pay period of `per`, offset in the last.
struct Draw {
  enum class Form { top_up, additive, advance };
  enum class AtEnd { owed, forgiven };
  Amount usd;
  Form form = Form::top_up;
  std::optional<MonthRange> months;  ///< in which the draw is paid; recovery goes on after them
  int recover_from = 1;              ///< first month of recovery
  double recover_share = 1.0;        ///< of the excess over the draw; 0: never out of pay
  AtEnd at_end = AtEnd::owed;        ///< what happens to the balance in the month `ends`
  std::optional<Amount> forgive;     ///< dollars of the balance forgiven each month
  int forgive_from = 1;              ///< a cliff: the first month in which what has accrued is forgiven
  std::optional<Amount> interest_per_year{};  ///< a share of what a month finds owed, a 12th each month
  static constexpr AdjustmentTraits traits{"draw", PaidWhen::running, true, true, true};
  static void fields(auto& self, auto&& visit) {
    auto& [usd, form, months, recover_from, recover_share, at_end, forgive, forgive_from, interest] = self;
    visit("usd", usd);
    visit("form", form);
    visit("months", months);
    visit("recover_from", recover_from);
    visit("recover_share", recover_share);
    visit("at_end", at_end);
    visit("forgive", forgive);
    visit("forgive_from", forgive_from);
    visit("interest_per_year", interest);
  }
};
/// Holds back a share of pay; at the end of each `in` the share `released` is paid if `release` holds, the
/// rest is lost. Later adjustments see the money as if it were not withheld.
struct Withhold {
  Amount share;
  Condition release;
  Span in = Span::year;
  Amount released{1.0};
  static constexpr AdjustmentTraits traits{"withhold", PaidWhen::running, false, false, true};
  static void fields(auto& self, auto&& visit) {
    auto& [share, release, in, released] = self;
    visit("share", share);
    visit("release", release);
    visit("in", in);
    visit("released", released);
  }
};
/// Into a span: `amount` dollars leave this `per` and are paid at the start of the next `into`.
/// Into a component: `amount` units at the end of this `per` are added to its next measured total.
/// `limit` bounds the absolute value of what is carried.
struct Carry {
  Amount amount;
  std::variant<Span, std::string> into = Span::year;
  std::optional<Amount> limit;
  static constexpr AdjustmentTraits traits{"carry", PaidWhen::running, false, false, true};
  static void fields(auto& self, auto&& visit) {
    auto& [amount, into, limit] = self;
    visit("amount", amount);
    visit("into", into);
    visit("limit", limit);
  }
};
using AdjustmentRule = std::variant<Guarantee, Cap, AddMoney, Multiply, Gate, Draw, Withhold, Carry>;
[[nodiscard]] inline const AdjustmentTraits& traits_of(const AdjustmentRule& rule) {
  return std::visit([](const auto& kind) -> const AdjustmentTraits& { return kind.traits; }, rule);
}
struct Adjustment {
  std::string name;
  std::vector<std::string> on;  ///< empty: all components
  Span per = Span::month;
  std::optional<MonthRange> months;
  std::optional<Condition> when;
  std::optional<PaidWhen> paid;  ///< absent: AdjustmentTraits::paid
  std::optional<Rounding> round;
  AdjustmentRule does;
};

/// A column of the ledger that a contract counts by day, week or some days and adds up to the month of each
/// span's last day. `value` and `when` may name columns of the days, the contract's terms and what a day is.
struct SpanColumn {
  enum class Each { day, week, days };
  ColumnInfo info;  ///< its months add up
  Each each = Each::day;
  int days = 0;                               ///< length of a span of days; 0 for the others
  std::optional<std::chrono::sys_days> from;  ///< first day of one of the spans of days
  std::optional<Condition> when;
  Amount value;
  bool is_shared = false;  ///< written for all offers of the study
  [[nodiscard]] int length_days() const { return each == Each::day ? 1 : each == Each::week ? 7 : days; }
};

/// How far a clinician goes to reach a tier line: near the end of a window a path within reach of it adds
/// visits (model/visit_push.h).
struct Push {
  double within = 0.0;    ///< share of the line by which the measure to date may lie below it
  int max_per_month = 0;  ///< visits added in a month, at most
};

/// State that a contract already has at the start.
struct Opening {
  std::vector<std::pair<std::string, double>> to_date;  ///< column -> quantity this year before the start
  std::vector<std::pair<std::string, double>>
      earned_usd;  ///< component -> its pay this year before the start
  double draw_balance_usd = 0.0;
  double withheld_usd = 0.0;
  std::vector<std::pair<std::string, double>> last_year{};  ///< column -> quantity of the year before
};

/// One offer. Legal when `find_flaws` (model/settle.h) is empty.
struct Contract {
  std::string name;   ///< key in the study
  std::string title;  ///< for people; empty: name
  std::optional<double> advertised_usd_per_year;
  std::string advertised_practice;
  std::optional<Employment> employment;
  YearKind year = YearKind::anniversary;
  std::optional<Partial> partial;
  std::optional<int> ends;
  bool ends_by_leaving = false;  ///< ends with the month in which the path leaves; with `ends`: with that one
  std::optional<Push> push;
  std::optional<Tail> tail;  ///< needed where the contract ends and reads collected_usd
  /// May months of the ledger lie behind its end?
  [[nodiscard]] bool may_end() const { return ends.has_value() || ends_by_leaving; }
  Rounding round;
  std::vector<std::pair<std::string, Amount>> terms;
  /// The year of the practice's fee schedule whose work RVUs count, whatever the calendar says; absent: those
  /// of the practice's months.
  std::optional<int> schedule_year;
  /// Or a list of its own, by code; at most one of the two is given.
  std::vector<std::pair<std::string, long>> work_rvu_hundredths;
  Opening opening;
  std::vector<SpanColumn> ledger;
  std::vector<PayLine> pay;
  std::vector<Adjustment> adjust;
};

}  // namespace paystress
