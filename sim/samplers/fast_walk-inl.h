// The walk of a batch of paths through months and days: what its laws share.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_
#endif

#include <hwy/highway.h>

#include "sim/samplers/fast_lanes-inl.h"
#include "sim/samplers/fast_words-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// exp(sigma s - half_variance).
HWY_INLINE F factor(F sigma, F half_variance, F state) {
  return exp(hn::Sub(hn::Mul(sigma, state), half_variance));
}

/// One batch of paths through the study, lanes = paths. Each law of it stands in the file that the comment
/// names; a month is begun, its days are lived, then what is drawn by the month is.
class Walk {
 public:
  Walk(const FastPlan& fast, FastWorkspace& space, std::uint64_t first_path)
      : fast_(fast), plan_(fast.plan), space_(space), first_(first_path), month_words_(fast, first_path) {}

  void run(const BatchStrata& strata, LedgerBlock& out, DayLedger* days, std::size_t lane, std::size_t lanes);

 private:
  [[nodiscard]] Refinement more_today(std::size_t i, DayVariable variable) const {
    return {fast_.keys.refine_day, first_ + i, day_, variable.more, fast_.always_exact};
  }
  [[nodiscard]] float count_factor(StressedCount c) const {
    return static_cast<float>(plan_.months[month_].count_factor[static_cast<std::size_t>(c)]);
  }
  [[nodiscard]] const WordRow& words(DayVariable v) const { return space_.words[4 * v.block + v.word]; }
  [[nodiscard]] const FloatRow& normals(DayVariable v) const { return space_.normals[4 * v.block + v.word]; }

  void begin_path(const BatchStrata& strata);

  // fast_month-inl.h
  void begin_year(const PracticePlan::Month& month);
  void begin_month();
  void ramp_rows(const RegimeRows& r, FloatRow& ramp, DoubleRow* panel) const;
  void draw_states();
  void demand_rates(const RegimeRows& r);
  void loss_rates(const RegimeRows& r);
  void loss_rates_at(const RegimeRows& r, double no_show_factor, FastWorkspace::Losses& losses);
  void expect_visits();
  void item_rates(const RegimeRows& r);
  [[nodiscard]] std::size_t rows_of_no_shows(const RegimeRows& r) const;
  void tabulate_no_shows(const RegimeRows& r, std::size_t rows, FastWorkspace::Losses& losses) const;

  // fast_events-inl.h
  void start_events();
  void draw_starts(std::size_t event);

  // fast_day-inl.h
  void draw_words();
  const WordRow& words_on_demand(DayVariable v);
  void stress_count(StressedCount which, const F (&mean)[vectors], DayVariable variable, F (&n)[vectors]);

  // fast_demand-inl.h
  M take_day_off(const RegimeRows& r, std::size_t i);
  void read_spells(const RegimeRows& r);
  void open_day(const RegimeRows& r, const PracticePlan::Workday& workday);
  void open_places();
  void book_patients(const RegimeRows& r);
  F ask_again(const RegimeRows& r, F demand, std::size_t i);
  void let_return(const RegimeRows& r);

  // fast_losses-inl.h
  void lose_visits(const RegimeRows& r);
  void draw_no_shows(const RegimeRows& r, F (&booked)[vectors], F (&missed)[vectors]);
  void keep_books(const F (&kept)[vectors]);
  void draw_other_losses(const F (&left)[vectors], F (&others)[vectors]);
  void thin(F (&n)[vectors], DayVariable variable) {
    stress_count(StressedCount::booked_visits, n, variable, n);
  }

  // fast_time-inl.h
  void read_inbox();
  F minutes_by_kind(const RegimeRows& r, std::size_t i);
  void spend_time(const RegimeRows& r);

  // fast_codes-inl.h
  void draw_late_cancels();
  void code_visits(const RegimeRows& r);
  void draw_codes(const RegimeRows& r);
  void recode_visits();
  void review_visits(const RegimeRows& r);
  [[nodiscard]] FloatRow* corrections_of(std::size_t month) const;

  // fast_ledger-inl.h
  /// A row of the days that are kept.
  struct DayRow {
    DayLedger& days;
    std::size_t row;
  };
  template <class Column, class Value>
  void put(LedgerBlock& out, Column column, Value value) const;
  template <class Column, class Value>
  void put(DayRow& out, Column column, Value value) const;
  template <class Out, class Column>
  void put_row(Out& out, Column column, const FloatRow& row) const;
  template <class Out>
  void write_time(const RegimeRows& r, Out& out) const;
  template <class Out>
  void write_counts(Out& out) const;
  [[nodiscard]] double unfilled(std::size_t i) const {
    const auto& sums = space_.sums;
    return static_cast<double>(sums.slots[i]) - static_cast<double>(sums.booked[i]) +
           static_cast<double>(sums.beyond_slots[i]);
  }
  void write_visits(const RegimeRows& r, LedgerBlock& out) const;
  void write_credit(LedgerBlock& out);

  // fast_days-inl.h
  void begin_day_row();
  void keep_day_row(const RegimeRows& r);
  void deal_late_cancels();
  void deal_codes();
  void deal_recode(std::size_t step, const FloatRow& counts);
  void write_dealt_codes();
  [[nodiscard]] bool deals_codes() const;
  void deal(const random::StreamKey& key, const FloatRow& counts, std::vector<FloatRow>& from,
            std::vector<FloatRow>& to);

  const FastPlan& fast_;
  const PracticePlan& plan_;
  FastWorkspace& space_;
  std::uint64_t first_;
  MonthWords month_words_;
  std::size_t lane_ = 0, lanes_ = 0;  // of the ledger block, that the batch fills
  DayLedger* days_ = nullptr;
  std::size_t row_ = 0, first_row_ = 0;  // of the days: today's, and that of the month's first
  std::size_t month_ = 0;
  std::uint32_t day_ = 0;    // calendar day since the start
  float workday_ = 0;        // scheduled workdays since the start
  float workdays_left_ = 0;  // of the study year, today's included
  // Whose words space_.words_on_demand holds, by block.
  std::array<std::uint32_t, day::blocks_on_demand> filled_day_ = no_days();
  std::size_t workday_of_year_ = 0;                // among those that can be taken off
  const FastWorkspace::Losses* losses_ = nullptr;  // of the day
  bool slots_are_whole_ = true;

  static constexpr std::array<std::uint32_t, day::blocks_on_demand> no_days() {
    std::array<std::uint32_t, day::blocks_on_demand> none{};
    none.fill(0xFFFFFFFF);
    return none;
  }
};

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
