#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

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
    add,
    subtract,
    multiply,
    divide,
    negate,
    minimum,
    maximum,  ///< of two or more operands
    this_month,
    to_date,
    annualised  ///< of one operand: over the month, the year so far, the year at this pace
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
  [[nodiscard]] std::optional<double> constant() const;
  /// Text that parses back to the same tree.
  [[nodiscard]] std::string text() const;

 private:
  Op op_ = Op::number;
  double value_ = 0.0;
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
enum class YearKind { anniversary, calendar };
enum class Partial { prorate, full, none };

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
  std::vector<std::pair<double, double>> points;
};
struct TierLadder {
  TierMode mode = TierMode::marginal;
  LumpRule lump = LumpRule::replace;
  std::vector<Tier> tiers;
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
  std::optional<double> unit_usd = 0.01;  ///< nothing: not rounded
  How how = How::half_up;
  At at = At::payment;
};

struct MonthRange {
  int first = 1, last = 0;  ///< 1-based, inclusive
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

struct Guarantee {
  Amount usd;
};
struct Cap {
  Amount usd;
};
struct AddMoney {
  Amount usd;
};
struct Multiply {
  Amount factor;
};
struct Gate {
  Condition open;
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
};
/// Holds back a share of pay; at the end of each `in` the share `released` is paid if `release` holds, the
/// rest is lost. Later adjustments see the money as if it were not withheld.
struct Withhold {
  Amount share;
  Condition release;
  Span in = Span::year;
  Amount released{1.0};
};
/// Into a span: `amount` dollars leave this `per` and are paid at the start of the next `into`.
/// Into a component: `amount` units at the end of this `per` are added to its next measured total.
/// `limit` bounds the absolute value of what is carried.
struct Carry {
  Amount amount;
  std::variant<Span, std::string> into = Span::year;
  std::optional<Amount> limit;
};
struct Adjustment {
  std::string name;
  std::vector<std::string> on;  ///< empty: all components
  Span per = Span::month;
  std::optional<MonthRange> months;
  std::optional<Condition> when;
  std::optional<PaidWhen> paid;  ///< absent: a guarantee at the end of its period, the others running
  std::optional<Rounding> round;
  std::variant<Guarantee, Cap, AddMoney, Multiply, Gate, Draw, Withhold, Carry> does;
};

/// State that a contract already has at the start.
struct Opening {
  std::vector<std::pair<std::string, double>> to_date;  ///< column -> quantity this year before the start
  double draw_balance_usd = 0.0;
  double withheld_usd = 0.0;
};

/// One offer. Legal when `find_flaws` (model/settle.h) is empty.
struct Contract {
  std::string name;   ///< key in the study
  std::string title;  ///< for people; empty: name
  std::optional<double> advertised_usd_per_year;
  std::string advertised_practice;
  YearKind year = YearKind::anniversary;
  std::optional<Partial> partial;
  std::optional<int> ends;
  Rounding round;
  std::vector<std::pair<std::string, Amount>> terms;
  Opening opening;
  std::vector<PayLine> pay;
  std::vector<Adjustment> adjust;
};

}  // namespace paystress
