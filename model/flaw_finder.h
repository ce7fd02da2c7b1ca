#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/amount_facts.h"
#include "model/settle.h"

namespace paystress {

/// Months of a span; `horizon` months for the horizon.
[[nodiscard]] double months_of(Span span, double horizon);

/// Collects what makes a contract illegal. Each flaw says where, what, why it is one, and what to write
/// instead. Internal to model/.   \test tests/unit/model/contract_flaws_test.cpp
class FlawFinder {
 public:
  /// `layout` holds the contract's span columns too, `days` does not, unless somebody typed them.
  FlawFinder(const Contract& contract, const LedgerLayout& layout, const LedgerLayout& days,
             const PeriodGrid& grid)
      : contract_(contract), layout_(layout), days_(days), grid_(grid) {}

  std::vector<ContractFlaw> find();

 private:
  void add(std::string key, std::string problem, std::string why, std::string fix);
  void add(FlawKind kind, std::string key, std::string problem, std::string why, std::string fix);
  // A part goes by its name, as long as an earlier one does not have it; then by its number.
  template <class Part>
  static std::string key_of(std::string_view group, const std::vector<Part>& parts, std::size_t i) {
    const auto first = std::ranges::find(parts, parts[i].name, &Part::name);
    const bool named = !parts[i].name.empty() && first - parts.begin() == static_cast<std::ptrdiff_t>(i);
    return named ? fmt::format("{}.{}", group, parts[i].name) : fmt::format("{}.{}", group, i + 1);
  }
  [[nodiscard]] std::string pay_key(std::size_t i) const { return key_of("pay", contract_.pay, i); }
  [[nodiscard]] std::string adjust_key(std::size_t i) const { return key_of("adjust", contract_.adjust, i); }
  [[nodiscard]] std::string adjust_key(const Adjustment& a) const;
  void check_names();
  void check_terms();
  // Work RVUs of the contract's own: a year of the schedule, or a list.
  void check_work_rvus();
  // A column that is counted by day, week or fortnight (span_flaws.cpp).
  void check_span_column(std::size_t c);
  void check_span_name(const std::string& key, std::size_t c, const std::string& name);
  void check_span_amount(const std::string& key, std::size_t c, const Amount& amount);
  void check_span_condition(const std::string& key, std::size_t c, const Condition& condition);
  // Names and divisions of an amount. `by_code`: the column `visits` stands for the visits of each code.
  void check_amount(const std::string& key, const Amount& amount, bool by_code);
  void check_known(const std::string& key, const AmountNames& names, bool by_code);
  // Pay would be a share of nothing, which reads like a result.
  void check_collections(const std::string& key, const std::string& column);
  [[nodiscard]] std::string suggestion(const std::string& name) const;
  void check_numbers(const std::string& key, const Amount& amount);
  void check_divisions(const std::string& key, const Amount& amount);
  void check_condition(const std::string& key, const Condition& condition, bool by_code);
  void check_months(const std::string& key, const std::optional<MonthRange>& months);
  void check_days_of_phase(const std::string& key, const PayLine& line);
  void check_days_of_phase(const std::string& key, const Adjustment& a);
  void check_round(const std::string& key, const Rounding& round);
  [[nodiscard]] std::optional<double> constant_of(const Amount& a) const;
  void check_line(const std::string& key, const PayLine& line);
  void check_measured(const std::string& key, const MeasuredPay& pay);
  void check_blocks(const std::string& key, const Blocks& blocks, const MeasuredPay& pay);
  void check_not_negative(const std::string& key, const Amount& amount, std::string why);
  void check_corridor(const std::string& key, const Corridor& corridor);
  void check_each_code(const std::string& key, const MeasuredPay& pay);
  // First column of an amount that a later review changes; empty when there is none.
  [[nodiscard]] std::string column_that_changes(const Amount& amount) const;
  void check_restate(const std::string& key, const MeasuredPay& pay);
  void check_ladder(const std::string& key, const MeasuredPay& pay, const TierLadder& ladder);
  void check_curve(const std::string& key, const Curve& curve);
  void check_point(const std::string& key, const Amount& amount);
  void check_interest(const std::string& key, const Amount& share);
  void check_stretches(const std::string& key, const Amount& amount);
  void check_table(const std::string& key, const CodeTable& table);
  void check_adjustment(const std::string& key, const Adjustment& a);
  void check_rule(const std::string&, const Adjustment&, const Guarantee&) {}
  void check_rule(const std::string& key, const Adjustment& a, const Cap& c);
  void check_rule(const std::string&, const Adjustment&, const AddMoney&) {}
  void check_rule(const std::string&, const Adjustment&, const Multiply&) {}
  void check_rule(const std::string&, const Adjustment&, const Gate&) {}
  void check_on(const std::string& key, const std::vector<std::string>& on, std::size_t i);
  // The cap that is written just before an adjustment and bounds all that it sees; null when there is none.
  [[nodiscard]] const Adjustment* cap_just_before(const Adjustment& a) const;
  // The most that a cap leaves in a span; without a bound where the span is shorter than the cap's own.
  [[nodiscard]] double capped_at(const Adjustment& cap, Span span) const;
  void check_rule(const std::string& key, const Adjustment& a, const Draw& d);
  void check_rule(const std::string& key, const Adjustment&, const Withhold& w);
  void check_rule(const std::string& key, const Adjustment&, const Carry& c);
  void check_caps();
  void check_opening();
  void check_circle();
  // `partial` says what a cut period is worth; it is needed where that changes pay.
  void check_partial();
  void check_leaving();
  void check_leaving_column(const std::string& key, const std::string& column);
  void check_tail();
  void check_push();

  const Contract& contract_;
  const LedgerLayout& layout_;
  const LedgerLayout& days_;
  const PeriodGrid& grid_;
  std::vector<ContractFlaw> flaws_;
  bool reads_collected_ = false;  // of what was checked so far
  std::set<std::string> reported_;
};

}  // namespace paystress
