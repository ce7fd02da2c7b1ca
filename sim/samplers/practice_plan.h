#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "model/calendar.h"
#include "model/code_values.h"
#include "model/day_ledger.h"
#include "model/ledger.h"
#include "model/practice.h"

namespace paystress::samplers {

/// A practice under one stress over a calendar, resolved to what a sampler needs: no names to look up, no
/// dates, every stress laid out by month. The law is in sim/LAW.md.
/// \test tests/unit/sim/samplers/practice_plan_test.cpp
struct PracticePlan {
  /// An uncertain number, drawn once per path: its position among the numbers, its law and legal range.
  struct Trait {
    std::string key;  ///< dotted, as in the study: "no_show.rate", "events.illness.days"
    std::size_t number = 0;
    Quantity quantity;
    double low = 0.0, high = 0.0;
  };
  struct Event {
    std::string name;
    double slots_factor = 1.0, demand_factor = 1.0;
  };
  struct Workday {
    int day = 0;                    ///< calendar days since the start of the study
    double demand_factor = 1.0;     ///< weekday factor x season
    std::size_t no_show_class = 0;  ///< position of its factor among the month's no_show_factors
    bool is_holiday = false;
    std::size_t weekday = 0;  ///< 0: Monday
  };
  /// A change of a path's number, cut to the number's range.
  struct NumberChange {
    std::size_t number = 0;
    Change change;
    double low = 0.0, high = 0.0;
    /// The parameter as which the days read it: itself, or what a number of a shift stands for; none of a
    /// drawn column, which no day reads.
    std::optional<Parameter> acts_as = std::nullopt;
  };
  /// A column drawn with the practice: where it stands in the layout, and the count of which it is a share.
  struct Column {
    std::string name;
    DrawnColumn::Law law = DrawnColumn::Law::share;
    std::size_t place = 0, of = 0;
    std::size_t numbers = 0;  ///< where its numbers begin
    bool has_days = false;
    [[nodiscard]] std::size_t number_of(ColumnNumber n) const {
      return numbers + static_cast<std::size_t>(n);
    }
  };
  /// A kind of shift; where it brings no number of its own, the practice's holds.
  struct Shift {
    std::string name;
    std::size_t place = 0;  ///< of its days in the layout
    std::array<std::size_t, shift_number_count> numbers{};
    [[nodiscard]] std::size_t number_of(ShiftNumber n) const { return numbers[static_cast<std::size_t>(n)]; }
  };
  /// A kind of shift that a weekday may be, always or with its share of the days.
  struct ShiftOfWeekday {
    std::size_t shift = 0;
    bool is_certain = false;
  };
  /// When the charges of a visit are settled, and where by code the share stands that is then denied.
  struct Settling {
    std::vector<double> lag_shares;
    std::vector<std::size_t> denied;  ///< positions of numbers
  };
  struct RecodeStep {
    std::size_t from = 0, to = 0;  ///< positions among the codes
    double share = 0.0;
  };
  struct Month {
    std::size_t year = 0;                 ///< study year, 0-based
    std::vector<Workday> workdays;        ///< scheduled workdays, worked or not
    std::vector<double> no_show_factors;  ///< weekday factor x season of the no-show rate, each once
    double slots_factor = 1.0;            ///< of the stress
    std::array<double, stressed_count_count> count_factor;  ///< by StressedCount
    std::vector<NumberChange> changes;                      ///< in order; identities left out
    std::vector<RecodeStep> recodes;                        ///< in order; shares of 0 left out
    std::vector<CodeValue> values;                          ///< of a visit, by code
    Month() { count_factor.fill(1.0); }
  };
  struct Year {
    int first_month = 1;       ///< 1-based
    double share = 1.0;        ///< of 12 months
    std::size_t workdays = 0;  ///< scheduled and no holiday: those that can be taken off
  };

  /// Numbers of a path: the parameters in their order, per_year and days of each event, then those of columns
  /// and shifts, then denied shares by code. Here the known ones, and 0 where a trait is drawn.
  std::vector<double> numbers;
  std::vector<Trait> traits;     ///< in order of key
  Eigen::MatrixXd trait_factor;  ///< lower Cholesky factor of the Gaussian copula over the traits
  std::array<double, month_state_count> state_ar1{};
  /// Lower Cholesky factors of the states: of month 1 (their stationary law), and of the innovations after
  /// it.
  Eigen::Matrix<double, month_state_count, month_state_count> state_factor, innovation_factor;
  std::vector<Event> events;    ///< in order of name
  std::vector<Column> columns;  ///< drawn with the practice, in order of name
  std::vector<Shift> shifts;    ///< in order of name
  std::array<std::vector<ShiftOfWeekday>, 7> shifts_of_weekday;
  std::array<bool, 7> works{};
  std::vector<VisitCode> codes;
  ReviewSteps review;
  bool has_collections = false;  ///< every code has dollars
  std::optional<Settling> settling;
  bool has_leaving = false;         ///< is it drawn who leaves
  double workdays_per_year = 0.0;   ///< W: scheduled weekdays per week x 365.25 / 7
  double holiday_share = 0.0;       ///< of the study's scheduled workdays
  bool keeps_waiting_list = false;  ///< may patients without a place ask again
  bool refills_late_cancels = false;
  InboxFollows inbox_follows = InboxFollows::expected;
  int audit_lag_months = 0;
  double daily_ar1 = 0.0;
  std::vector<Month> months;
  std::vector<Year> years;
  LedgerLayout layout = LedgerLayout::sampled({}, 0);
  DayGrid days;  ///< the scheduled workdays of all months

  /// Can the number be anything but `value`, as known, drawn or changed by the stress?
  [[nodiscard]] bool may_differ(Parameter p, double value) const;
  [[nodiscard]] static std::size_t number_of(Parameter p) { return static_cast<std::size_t>(p); }
  [[nodiscard]] static std::size_t per_year_of(std::size_t event) { return parameter_count + 2 * event; }
  [[nodiscard]] static std::size_t days_of(std::size_t event) { return parameter_count + 2 * event + 1; }
};

/// \throws std::invalid_argument where practice or stress are outside the model: correlations that no joint
///         law has, unknown names, a stress of what describes the whole study
[[nodiscard]] PracticePlan make_plan(const Practice& practice, const Stress& stress,
                                     const Calendar& calendar);

/// Is a number drawn by the same law from the same stream, so that every path has the same of it?
[[nodiscard]] bool same_number(const PracticePlan& a, const PracticePlan& b, std::size_t number);
/// Do practices differ in nothing but numbers that days and months read, and stresses?
[[nodiscard]] bool same_but_numbers(const PracticePlan& a, const PracticePlan& b);

/// Share of mature volume and panel in mid-month of month m (1-based).   \pre 0 <= start <= 1, months > 0
[[nodiscard]] double ramp_share(double start, double months_to_95, int m);

/// Applies the month's parameter changes to a path's numbers, then cuts back rates that sum above 1.
/// \pre numbers are a path's unstressed numbers, traits drawn
void apply_changes(const PracticePlan::Month& month, std::vector<double>& numbers);
/// no_show, late_cancel and lost calls: the last two are cut back to what is left; audit.up likewise. Lost
/// calls are cut by tech_failure.lost, so that failed calls keep their rate.
void cut_back_rates(std::vector<double>& numbers);

/// The kind of shift of a weekday at a uniform u, drawn once a day; none where no kind has it.
[[nodiscard]] std::optional<std::size_t> shift_of_day(const PracticePlan& plan, std::size_t weekday,
                                                      const std::vector<double>& numbers, double u);
/// The numbers of days of a shift: its own in the place of the practice's.
[[nodiscard]] std::vector<double> numbers_of_shift(const PracticePlan::Shift& shift,
                                                   std::vector<double> numbers);

/// v_m: expected unstressed completed visits per scheduled workday, at this ramp share. Patients who ask
/// again fill the places of other days.   \pre numbers are a path's unstressed numbers, cut back
[[nodiscard]] double expected_visits_per_workday(const std::vector<double>& numbers, double ramp,
                                                 double workdays_per_year, double holiday_share = 0.0);
/// The same of a practice: with kinds of shift, the mean over the weekdays' kinds.
[[nodiscard]] double expected_visits(const PracticePlan& plan, const std::vector<double>& numbers,
                                     double ramp);

}  // namespace paystress::samplers
