#pragma once

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "model/ledger.h"
#include "sim/random/strata.h"
#include "sim/random/streams.h"
#include "sim/samplers/practice_plan.h"
#include "sim/samplers/reference_draws.h"

namespace paystress::samplers::reference {

/// The key of every variable that a path draws.
struct Keys {
  std::vector<random::TraitStreams> traits;
  std::vector<random::StreamKey> events, columns, column_states, settling;
  std::array<random::StreamKey, month_state_count> states, states_strata;
  std::array<random::StreamKey, inbox_kind_count> items, item_minutes, stressed_items;
  random::StreamKey code_mix, days_off, spells, slots, overbooked, daily_shock, demand, returning,
      no_show_rate, fates, visit_codes, reviews, visit_minutes, quality, stressed_demand, stressed_bookings,
      recodes, shifts, leaving, refilled, refilled_codes, refilled_reviews, refilled_recodes, points;

  Keys(const PracticePlan& plan, std::uint64_t seed);
};

/// One path through the study.
class Path {
 public:
  Path(const PracticePlan& plan, const Keys& keys, std::uint64_t path, std::vector<double> numbers,
       const random::PathStrata& strata)
      : plan_(plan),
        keys_(keys),
        path_(path),
        strata_(strata),
        columns_(plan.layout.size()),
        cells_(plan.months.size() * columns_),
        drawn_(std::move(numbers)),
        mix_(dirichlet(plan.codes, drawn_[PracticePlan::number_of(Parameter::codes_concentration)],
                       drawn_[PracticePlan::number_of(Parameter::codes_concentration)],
                       at(keys.code_mix, 0))),
        event_ends_(plan.events.size(), 0) {}
  void walk();
  /// Keeps the days behind the months, in this lane of `days`.
  void keep_days(DayLedger& days, std::size_t lane) {
    days_ = &days;
    lane_ = lane;
  }
  void write(LedgerBlock& out, std::size_t lane) const;

 private:
  [[nodiscard]] random::Stream at(const random::StreamKey& key, std::size_t time) const {
    return {key, path_, static_cast<std::uint32_t>(time)};
  }
  /// A number of this month, stressed.
  [[nodiscard]] double number(Parameter p) const { return numbers_[PracticePlan::number_of(p)]; }
  [[nodiscard]] double count_factor(StressedCount c) const {
    return plan_.months[month_].count_factor[static_cast<std::size_t>(c)];
  }
  double& cell(std::size_t month, std::size_t column) { return cells_[month * columns_ + column]; }
  double& cell(LedgerColumn column) { return cell(month_, static_cast<std::size_t>(column)); }
  void count(LedgerColumn column, long n) { cell(column) += static_cast<double>(n); }

  // ---- 3. Day: days off are drawn by the year ----
  void begin_year(std::size_t y);
  [[nodiscard]] std::vector<long> ranks_of_days_off() const;
  /// Ranks of the year's workdays when n days off fall in spells of about m days: days of rank 0 ... n - 1
  /// are off, spell by spell in a random order, so that fewer days drop whole spells and cut one.
  [[nodiscard]] std::vector<long> ranks_of_spells(long n, double m) const;

  // ---- 2. Month, and what the stresses make of it ----
  void begin_month(const PracticePlan::Month& month);
  void draw_states();
  [[nodiscard]] double state_factor(Parameter cv, MonthState state) const;

  // ---- 3. Day ----
  /// A number of today's kind of shift, or the practice's.
  [[nodiscard]] double number(ShiftNumber n) const;
  void live(const PracticePlan::Workday& day);
  /// The same, and what it adds to the month is the day's.
  void live_and_keep(const PracticePlan::Workday& day);
  /// Why a day that is not worked is not.
  void stay_away(const PracticePlan::Workday& day, bool is_off, double slots_factor);
  bool event_covers(std::size_t e, std::size_t time);
  double daily_factor(std::size_t time);

  /// Completed visits of a day worked.
  long see_patients(const PracticePlan::Workday& day, double slots_factor, double demand_factor);
  /// New patients of a day.
  [[nodiscard]] long new_patients(std::size_t time, double demand_factor) const;
  /// Those who asked and have no place: each asks again on the next scheduled workday, or is lost.
  void let_return(std::size_t time, long refused);
  void count(WaitingColumn column, long n);

  /// A count under a stress: thinned by its own coins, or raised by a stream of its own.
  static long stressed(long n, double factor, double mean, random::Stream& bits);

  // ---- 4. Visit ----
  struct Served {
    long booked = 0, late_cancels = 0, completed = 0;  ///< after the stress of bookings
  };
  Served serve(const PracticePlan::Workday& day, long booked);
  /// Offers the places of the day's late cancels to the refused.   \return visits booked and completed so
  Served refill(std::size_t time, long late_cancels, long refused);
  [[nodiscard]] double wrvu(std::size_t code) const;

  /// First code, recoded by a stress, then perhaps reviewed.
  void code_visit(std::size_t code, double review, random::Stream& recode_bits);
  /// Claims of a code in the month, and what their review found.
  struct Claims {
    long all = 0, reviewed = 0, down = 0, up = 0;
  };
  /// Moves visits to the code that a review finds, once its lag has gone by.
  void correct(std::size_t code, std::size_t found, long visits);
  /// Prices the error rates of the month's sample on the claims that were not reviewed.
  void extrapolate();
  void book_reviews();
  /// When the charge of a visit is settled, and whether it is then denied.
  void settle_charge(std::size_t code);
  double& cell(std::size_t month, CollectionColumn column) {
    return cell(month, plan_.layout.place_of(column).value());
  }

  // ---- 5. Inbox and 6. Time ----
  void spend_time(std::size_t time, double session_minutes, long completed);
  void end_month();
  /// Whether this month is the last one, and who decides it.
  void leave();

  // ---- Columns drawn with the practice ----
  [[nodiscard]] double number(const PracticePlan::Column& column, ColumnNumber n) const {
    return numbers_[column.number_of(n)];
  }
  void begin_columns();
  /// What today adds to the columns that days have.
  void draw_columns(std::size_t time, bool is_worked, long completed);
  /// The month's events that no day has, and scores.
  void draw_monthly_columns();
  [[nodiscard]] double column_state(std::size_t c) const;
  const PracticePlan& plan_;
  const Keys& keys_;
  std::uint64_t path_;
  const random::PathStrata& strata_;
  std::size_t columns_;
  std::vector<double> cells_;  // [month][column]

  DayLedger* days_ = nullptr;
  std::size_t lane_ = 0, row_ = 0;  // of the days
  std::vector<double> before_;      // of the kept columns, without today

  // Of the path.
  bool has_left_ = false;
  std::vector<double> drawn_;
  std::vector<double> mix_;
  // Of the year.
  std::vector<long> day_off_rank_, month_day_off_rank_;  // by workday of the year that is no holiday
  double days_off_u_ = 0, quality_u_ = 0;
  std::size_t workday_of_year_ = 0;
  // Of the month.
  std::size_t month_ = 0;
  std::vector<double> numbers_, month_mix_;
  Eigen::Matrix<double, month_state_count, 1> states_;
  std::vector<random::Stream> settling_bits_;  // by code
  std::vector<Claims> claims_;                 // by code
  double ramp_ = 1, no_show_state_ = 1, most_no_show_ = 0, late_cancel_ = 0, lost_call_ = 0;
  double refilled_ = 0;  // late cancels whose place was taken
  long days_off_ = 0;
  std::array<double, inbox_kind_count> inbox_rate_{};       // expected, or of the members alone
  std::array<double, inbox_kind_count> inbox_per_visit_{};  // where items follow completed visits
  // Of the day.
  long workday_ = 0;              // scheduled workdays since the start
  std::vector<long> event_ends_;  // first workday that the event no longer covers
  double daily_state_ = 0;
  std::optional<std::size_t> shift_;    // kind of shift, if any
  std::vector<double> before_columns_;  // what the columns' counts were when the day began
  long waiting_ = 0;                    // patients who ask again on the next scheduled workday
};

}  // namespace paystress::samplers::reference
