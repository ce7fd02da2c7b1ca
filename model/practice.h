#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/quantity.h"

namespace paystress {

/// Every number of a practice that may be known or uncertain, stressed, swept or solved for.
/// The order is that of `parameter_infos()`; the dotted key in the study file is `parameter_info(p).key`.
enum class Parameter : std::size_t {
  session_hours,
  slots_per_hour,
  days_off_per_year,
  days_off_spell,
  holidays_open,
  overbooked,
  visits_per_day,
  demand_monthly_cv,
  demand_monthly_ar1,
  demand_daily_cv,
  demand_daily_ar1,
  demand_returning,
  panel_mature,
  ramp_start,
  ramp_months_to_95,
  no_show_rate,
  no_show_daily_rho,
  no_show_monthly_cv,
  no_show_monthly_ar1,
  late_cancel_rate,
  late_cancel_refilled,
  tech_failure_rate,
  tech_failure_lost,
  codes_concentration,
  audit_reviewed,
  audit_down,
  audit_up,
  audit_lag_months,
  audit_extrapolated,
  collections_denied,
  messages_per_visit,
  messages_per_member,
  messages_monthly_cv,
  messages_monthly_ar1,
  messages_minutes,
  messages_minutes_sd,
  results_per_visit,
  results_per_member,
  results_monthly_cv,
  results_monthly_ar1,
  results_minutes,
  results_minutes_sd,
  other_per_visit,
  other_per_member,
  other_monthly_cv,
  other_monthly_ar1,
  other_minutes,
  other_minutes_sd,
  visit_minutes,
  visit_minutes_sd,
  charting_minutes,
  late_charting_minutes,
  meetings_hours_per_month,
  training_hours,
  quality_mean,
  quality_concentration,
  leaving_per_year,
  leaving_by_employer,
  count_  // number of parameters, not one of them
};
inline constexpr std::size_t parameter_count = static_cast<std::size_t>(Parameter::count_);

/// The kinds of inbox items. A further one has a row in Parameter and parameter_infos() for each of its
/// numbers, one in StressedCount, LedgerColumn and its infos, and words of its own in
/// sim/samplers/fast_variables.h; everything else follows, and the compiler names what is forgotten.
enum class InboxKind : std::size_t { messages, results, other, count_ };
inline constexpr std::size_t inbox_kind_count = static_cast<std::size_t>(InboxKind::count_);
/// The numbers of an inbox kind, in the order in which they stand in Parameter, kind after kind.
enum class InboxNumber : std::size_t {
  per_visit,
  per_member,
  monthly_cv,
  monthly_ar1,
  minutes,
  minutes_sd,
  count_
};
[[nodiscard]] constexpr Parameter parameter_of(InboxKind kind, InboxNumber number) {
  return static_cast<Parameter>(static_cast<std::size_t>(Parameter::messages_per_visit) +
                                static_cast<std::size_t>(InboxNumber::count_) *
                                    static_cast<std::size_t>(kind) +
                                static_cast<std::size_t>(number));
}
[[nodiscard]] std::string_view key_of(InboxKind kind);  ///< "inbox.messages", ...

enum class ParameterKind { positive, probability, integer };

struct ParameterInfo {
  Parameter parameter;
  std::string_view key;   ///< dotted key below practices.NAME, e.g. "no_show.rate"
  std::string_view unit;  ///< "hours", "visits", "1" (dimensionless), ...
  double low, high;       ///< legal range, both ends included
  double default_value;   ///< used and printed by `check` when the key is absent
  ParameterKind kind;
  bool may_be_uncertain;  ///< may a distribution be given
  std::string_view meaning;
  std::string_view source;   ///< where the default comes from: an id of scenarios/SOURCES.md, or "assumption"
  bool is_optional = false;  ///< off by default: `check` prints it only where it is written
};

[[nodiscard]] std::span<const ParameterInfo> parameter_infos();
[[nodiscard]] const ParameterInfo& parameter_info(Parameter p);
/// The parameter with this dotted key, if any.
[[nodiscard]] std::optional<Parameter> find_parameter(std::string_view key);

/// What a visit of a code is worth in a year of a fee schedule.
struct CodeYear {
  int year = 0;
  long work_rvu_hundredths = 0;
  std::optional<long> usd_cents;
};
/// A code that a completed visit may be given, in ascending order of level within a practice.
struct VisitCode {
  std::string code;
  double share = 0.0;             ///< of completed visits; the shares of a practice sum to 1
  long work_rvu_hundredths = 0;   ///< work RVU x 100
  std::optional<long> usd_cents;  ///< dollar schedule x 100; collections_usd needs it for every code
  std::string family = {};        ///< codes among which a review steps; empty: those that state none
  /// Share of its charges that is denied, where denials are given by code; a code without one has none.
  std::optional<Quantity> denied = {};
  /// Every year of the schedule, rising; empty where it states none.
  std::vector<CodeYear> years = {};
};

/// By code, the one that a review finds one level down and one level up: the next in its family, or itself.
struct ReviewSteps {
  std::vector<std::size_t> down, up;
};
[[nodiscard]] ReviewSteps review_steps(std::span<const VisitCode> codes);

/// When charges are settled: shares of them by month after the visit, which sum to 1.
struct Collections {
  std::vector<double> lag_shares{1.0};
};

/// What the items of the inbox follow: the visits expected of the unstressed practice, or those of the day.
enum class InboxFollows { expected, completed };

/// A random event (illness, outage): starts on each scheduled workday with probability
/// per_year / (scheduled workdays a year) and then covers `days` scheduled workdays; overlaps extend.
/// A day whose slots are multiplied by 0 is not worked: no session hours.
struct PracticeEvent {
  std::string name;
  Quantity per_year = Known{0.0};
  Quantity days = Known{1.0};
  double slots_factor = 1.0;   ///< multiplies open slots on the days covered
  double demand_factor = 1.0;  ///< multiplies mean demand on the days covered
};

/// A number below a name that the study gives: of a column drawn with the practice, of a kind of shift.
struct OwnNumberInfo {
  std::string_view key;  ///< below the name: "share", "score.mean"
  std::string_view unit;
  double low, high;  ///< legal range, both ends included
  ParameterKind kind;
  std::string_view meaning;
};

enum class ColumnNumber : std::size_t {
  share,
  per_month,
  per_workday,
  per_visit,
  per_member,
  monthly_cv,
  score_mean,
  score_concentration,
  count_
};
inline constexpr std::size_t column_number_count = static_cast<std::size_t>(ColumnNumber::count_);
[[nodiscard]] std::span<const OwnNumberInfo, column_number_count> column_number_infos();

/// A ledger column that is drawn with the practice: a share of a count, a count of events, or a score of the
/// study year. A number that is not given is 0.
struct DrawnColumn {
  enum class Law { share, events, score };
  std::string name;
  Law law = Law::share;
  std::string of;  ///< the count of which a share is drawn
  std::array<std::optional<Quantity>, column_number_count> numbers;
  [[nodiscard]] bool has(ColumnNumber n) const { return numbers[static_cast<std::size_t>(n)].has_value(); }
  /// Do days have a value? Events by month or by member, and scores, belong to no day.
  [[nodiscard]] bool has_days() const;
};

enum class ShiftNumber : std::size_t { share, hours, slots_per_hour, demand, no_show, count_ };
inline constexpr std::size_t shift_number_count = static_cast<std::size_t>(ShiftNumber::count_);
[[nodiscard]] std::span<const OwnNumberInfo, shift_number_count> shift_number_infos();
/// The number of the practice in whose place a number of a shift stands; none for its share of days.
[[nodiscard]] std::optional<Parameter> replaced_by(ShiftNumber n);

/// A kind of shift: days of some weekdays, or drawn with a share of the days. Numbers that are not given are
/// the practice's. A kind without a share has all the days of its weekdays.
struct ShiftKind {
  std::string name;
  std::optional<std::array<bool, 7>> weekdays;  ///< Monday ... Sunday
  std::array<std::optional<Quantity>, shift_number_count> numbers;
  [[nodiscard]] bool has(ShiftNumber n) const { return numbers[static_cast<std::size_t>(n)].has_value(); }
};

/// A number of one of a practice's kinds of shift that stands in the place of the practice's.
struct StandIn {
  std::size_t shift = 0, number = 0;  ///< its place: practice.shifts[shift].numbers[number]
  std::string key;                    ///< "shifts.night.no_show"
};

/// The Gaussian monthly states: demand, no-shows, then one of each inbox kind.
enum class MonthState : std::size_t { demand, no_show, first_inbox_kind };
inline constexpr std::size_t month_state_count =
    static_cast<std::size_t>(MonthState::first_inbox_kind) + inbox_kind_count;
struct MonthStateInfo {
  std::string_view name;  ///< as in the study: "demand", "no_show", "inbox.messages", ...
  Parameter cv, ar1;
};
[[nodiscard]] std::span<const MonthStateInfo, month_state_count> month_state_infos();
[[nodiscard]] constexpr MonthState state_of(InboxKind kind) {
  return static_cast<MonthState>(static_cast<std::size_t>(MonthState::first_inbox_kind) +
                                 static_cast<std::size_t>(kind));
}

/// Spearman rank correlation between two named variables of one level: two uncertain parameters (drawn per
/// path), or two monthly states.
struct RankCorrelation {
  std::string a, b;
  double rho = 0.0;
};

/// The practice that a clinician would work in: what is sampled. Pure values; legal when `find_flaws` is
/// empty.
struct Practice {
  std::string name;
  std::array<bool, 7> works{};              ///< Monday ... Sunday
  std::array<double, 7> weekday_factor{};   ///< multiplies mean demand; 1 where not stated
  std::array<double, 12> season{};          ///< January ... December, multiplies mean demand
  std::array<double, 7> no_show_weekday{};  ///< multiplies the no-show rate; 1 where not stated
  std::array<double, 12> no_show_season{};  ///< January ... December, multiplies the no-show rate
  InboxFollows inbox_follows = InboxFollows::expected;
  std::array<Quantity, parameter_count> numbers;
  std::vector<VisitCode> codes;  ///< ascending level; audit moves one step along this order
  bool follows_schedule_years =
      false;                          ///< a visit is worth what the schedule year in force in its month says
  std::vector<PracticeEvent> events;  ///< in order of name
  std::vector<RankCorrelation> correlation;
  std::vector<DrawnColumn> columns;             ///< in order of name
  std::vector<ShiftKind> shifts;                ///< in order of name
  std::optional<Collections> collections = {};  ///< absent: the ledger has charges only
  bool has_leaving = false;                     ///< says who leaves: the ledger has its columns

  /// Defaults everywhere, Monday to Friday, no codes.
  Practice();
  [[nodiscard]] const Quantity& operator[](Parameter p) const { return numbers[static_cast<std::size_t>(p)]; }
  [[nodiscard]] Quantity& operator[](Parameter p) { return numbers[static_cast<std::size_t>(p)]; }
};

/// The numbers below names: every column's in their order, then every shift's, given or not, then the denied
/// share of every code where denials are given by code.
struct OwnNumber {
  std::string key;  ///< as in the study: "columns.intakes.share", "collections.denied.99213"
  const OwnNumberInfo* info;
  const std::optional<Quantity>* value;
};
[[nodiscard]] std::vector<OwnNumber> own_numbers(const Practice& practice);
/// What stands in the place of this number on days of some kinds, in order of their names.
[[nodiscard]] std::vector<StandIn> stand_ins_of(const Practice& practice, Parameter parameter);
[[nodiscard]] bool has_denied_by_code(const Practice& practice);
/// What the study may write at such a key; null where it is none.
[[nodiscard]] const OwnNumberInfo* find_own_number(std::string_view key);

/// How a stress changes a number: value * multiply + add, or `set`.
struct Change {
  double multiply = 1.0;
  double add = 0.0;
  std::optional<double> set;
  [[nodiscard]] double apply(double x) const { return set ? *set : x * multiply + add; }
  [[nodiscard]] bool is_identity() const { return !set && multiply == 1.0 && add == 0.0; }
};

/// Counts that a stress scales after the draw: below 1 thins the base count, above 1 adds a stream of its
/// own.
enum class StressedCount : std::size_t { booked_visits, demand, messages, results, other_items, count_ };
inline constexpr std::size_t stressed_count_count = static_cast<std::size_t>(StressedCount::count_);
[[nodiscard]] constexpr StressedCount stressed_count_of(InboxKind kind) {
  return static_cast<StressedCount>(static_cast<std::size_t>(StressedCount::messages) +
                                    static_cast<std::size_t>(kind));
}
static_assert(stressed_count_of(InboxKind::count_) == StressedCount::count_,
              "StressedCount ends with a count of each inbox kind");
[[nodiscard]] std::string_view key_of(StressedCount c);  ///< "booked_visits", "demand", "inbox.messages", ...

struct CountStress {
  StressedCount count;
  double factor = 1.0;  ///< >= 0; booked_visits <= 1
};
struct ParameterStress {
  Parameter parameter;
  Change change;  ///< acts on the drawn value, clamped to the parameter's range
};
/// The same of a number below a name, by its key: "columns.intakes.share".
struct OwnNumberStress {
  std::string key;
  Change change;
};
struct SlotsStress {
  double factor = 1.0;
};
/// Moves a share of the visits coded `from` to `to`, at coding, before review.
struct Recode {
  std::string from, to;
  double share = 1.0;
};
/// Changes what a visit of a code is worth: the month's work RVU or dollars, rounded to the hundredth.
struct Revaluation {
  enum class Of { work_rvu, usd };
  std::string code;
  Of of = Of::work_rvu;
  Change change;
};
/// A contract number that changes, by dotted key below offers (e.g. "hybrid.pay.visit_bonus.usd").
struct OfferStress {
  std::string key;
  Change change;
};

/// One stress: what changes in months first..last (1-based, inclusive). Combined stresses hold several parts.
struct StressPart {
  int first_month = 1, last_month = 0;
  std::vector<CountStress> counts;
  std::vector<ParameterStress> parameters;
  std::vector<OwnNumberStress> own_numbers;
  std::vector<SlotsStress> slots;
  std::vector<Recode> recodes;
  std::vector<OfferStress> offers;
  std::vector<Revaluation> revaluations = {};
  [[nodiscard]] bool touches_practice() const {
    return !counts.empty() || !parameters.empty() || !own_numbers.empty() || !slots.empty() ||
           !recodes.empty() || !revaluations.empty();
  }
};
struct Stress {
  std::string name;  ///< "base" is the unstressed practice: no parts
  std::vector<StressPart> parts;
};

}  // namespace paystress
