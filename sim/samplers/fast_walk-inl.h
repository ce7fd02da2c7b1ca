// The walk of a batch of paths through months and days: what its laws share.
#if defined(PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_
#undef PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_
#else
#define PAYSTRESS_SIM_SAMPLERS_FAST_WALK_INL_H_
#endif

#include <hwy/highway.h>

#include <tuple>

#include "sim/samplers/fast_lanes-inl.h"
#include "sim/samplers/fast_words-inl.h"

HWY_BEFORE_NAMESPACE();
namespace paystress::samplers::HWY_NAMESPACE {

/// exp(sigma s - half_variance).
HWY_INLINE F factor(F sigma, F half_variance, F state) {
  return exp(hn::Sub(hn::Mul(sigma, state), half_variance));
}

/// What scenarios that are walked together have in common while they walk.
struct SharedWalk {
  SharedWalk(const FastPlan& plan, FastWorkspace& space, std::uint64_t first_path)
      : fast(plan), rows(space.shared), first(first_path), month_words(plan, first_path) {}
  const FastPlan& fast;
  SharedRows& rows;
  std::uint64_t first;
  MonthWords month_words;
  const random::PathStrata* states = nullptr;  ///< of the monthly states, where they have strata
  std::size_t lane = 0, lanes = 0;             ///< of the ledger blocks, that the batch fills
  bool keeps_days = false;                     ///< of any scenario
  std::vector<LedgerBlock*> ledgers;           ///< by scenario
};

/// One scenario of a batch of paths through the study, lanes = paths. Each law of it stands in the file that
/// the comment names; a month is begun, its days are lived, then what is drawn by the month is. Of every
/// stage it makes the rows, or reads those of the scenario that makes them.
class Walk {
 public:
  Walk(SharedWalk& shared, FastWorkspace& space, std::size_t scenario, const SampleTarget& target)
      : shared_(shared),
        fast_(shared.fast),
        plan_(shared.fast.plans[scenario]),
        common_(space.shared),
        rows_(space.scenarios[scenario]),
        scenario_(scenario),
        first_(shared.first),
        lanes_(shared.lanes),
        lane_(shared.lane),
        days_(target.days),
        out_(*target.months) {}

  void begin_path();
  void begin_month();
  void live_day();
  void end_day_row();  ///< once every scenario has lived the day; where days are kept
  void end_month();

 private:
  /// Rows that an earlier stage made, for the stage that says so.
  template <Stage reader, Stage stage>
  [[nodiscard]] const RowsOf<stage>& read() const {
    static_assert(may_read(reader, stage), "say in stage_reads what the stage reads");
    return made<stage>();
  }
  /// Rows of any stage, for the ledger.
  template <Stage stage>
  [[nodiscard]] const RowsOf<stage>& made() const {
    return *std::get<place_of(stage)>(rows_.view);
  }
  template <Stage stage>
  [[nodiscard]] RowsOf<stage>& mine() {
    return std::get<place_of(stage)>(rows_.own);
  }
  [[nodiscard]] bool makes(Stage stage) const { return rows_.maker[place_of(stage)] == scenario_; }
  template <class Work>
  void for_each_sum(Work work);

  [[nodiscard]] const PracticePlan::Month& month() const { return plan_.months[common_.month]; }
  [[nodiscard]] const RegimeRows& regime() const {
    return common_.regimes[fast_.regime_of_month[scenario_][common_.month]];
  }
  [[nodiscard]] const RegimeRows& drawn() const { return common_.regimes[fast_.practice_of[scenario_]]; }
  [[nodiscard]] const LeaveRows& leave() const {
    return common_.leaves[fast_.leave_of_regime[fast_.regime_of_month[scenario_][common_.month]]];
  }
  [[nodiscard]] Refinement more_today(std::size_t i, DayVariable variable) const {
    return {fast_.keys.refine_day, first_ + i, common_.day, variable.more, fast_.always_exact};
  }
  [[nodiscard]] float count_factor(StressedCount c) const {
    return static_cast<float>(month().count_factor[static_cast<std::size_t>(c)]);
  }
  [[nodiscard]] const WordRow& words(DayVariable v) const {
    return common_.words.words[4 * v.block + v.word];
  }
  [[nodiscard]] const FloatRow& normals(DayVariable v) const {
    return common_.words.normals[4 * v.block + v.word];
  }

  // fast_month-inl.h
  void draw_states();
  [[nodiscard]] W stratified_words(std::size_t state, std::size_t i, W words) const;
  void demand_rates();
  void loss_rates();
  void loss_rates_at(const FloatRow& no_show, double no_show_factor, RowsOf<Stage::losses>::Law& losses);
  void expect_visits(FloatRow& visits);
  void item_rates();
  [[nodiscard]] std::size_t rows_of_no_shows() const;
  void tabulate_no_shows(std::size_t rows, RowsOf<Stage::losses>::Law& losses) const;
  void find_whole_slots();

  // fast_shifts-inl.h
  void choose_shift();
  void count_shift();
  [[nodiscard]] const RowsOf<Stage::losses>::Law& law_of_today();

  // fast_columns-inl.h
  void draw_columns();
  void draw_count(std::size_t column);
  [[nodiscard]] double events_expected(std::size_t column, std::size_t i) const;
  void draw_score(std::size_t column);
  void deal_column(std::size_t column);
  void deal_share(std::size_t column);
  void spread_events(std::size_t column);

  // fast_leaving-inl.h
  void draw_leaving();

  // fast_collections-inl.h
  void settle_charges();
  void clear_collections();
  void settle_code(std::size_t code);
  void put_settled(std::size_t months_later, std::size_t code, const FloatRow& settled,
                   const FloatRow& denied);
  void carry_outstanding();
  [[nodiscard]] double* collection_row(std::size_t month, CollectionColumn column) const {
    return out_.at(month, plan_.layout.place_of(column).value()) + lane_;
  }

  // fast_events-inl.h
  void start_events();
  void draw_starts(std::size_t event);
  void read_events();

  // fast_day-inl.h
  const WordRow& words_on_demand(DayVariable v);
  void stress_count(StressedCount which, const F (&mean)[vectors], DayVariable variable, F (&n)[vectors]);

  // fast_demand-inl.h
  void move_daily_state();
  void open_day();
  void open_places();
  void count_closed(M settled, std::size_t i);
  void draw_demand();
  void book_patients();
  F ask_again(F demand, std::size_t i);
  void let_return();

  // fast_losses-inl.h
  void draw_losses();
  void draw_no_shows(const RowsOf<Stage::losses>::Law& law, F (&booked)[vectors], F (&missed)[vectors]);
  void draw_other_losses(const RowsOf<Stage::losses>::Law& law, const F (&left)[vectors],
                         F (&others)[vectors]);
  void keep_visits();
  void keep_books(const F (&kept)[vectors]);
  void refill_cancels(const F (&others)[vectors], F (&completed)[vectors]);
  void thin(F (&n)[vectors], DayVariable variable) {
    stress_count(StressedCount::booked_visits, n, variable, n);
  }

  // fast_time-inl.h
  template <Stage reader>
  void item_rates_today(std::size_t kind, F (&rate)[vectors]) const;
  void receive_items();
  void answer_items();
  F minutes_by_kind(std::size_t i);
  [[nodiscard]] F chance_today(DayVariable time, std::size_t i) const;
  void treat_patients();
  void spend_time();

  // fast_codes-inl.h
  void draw_late_cancels();
  void draw_codes();
  void recode_visits();
  void review_visits();
  void move_corrections();
  void extrapolate(std::size_t code, FloatRow* moved, const FloatRow& down, const FloatRow& up);
  void book_corrections();
  [[nodiscard]] std::size_t place_of_corrections(std::size_t month) const {
    const std::size_t months = static_cast<std::size_t>(plan_.audit_lag_months) + 1;
    return month % months * plan_.codes.size();
  }

  // fast_ledger-inl.h
  /// A row of the days that are kept.
  struct DayRow {
    DayLedger& days;
    std::size_t row;
  };
  /// A ledger whose rows are those of another scenario's.
  struct Borrower {
    LedgerBlock& months;
    LedgerBlock& lender;
  };
  template <class Column, class Value>
  void put(LedgerBlock& out, Column column, Value value) const;
  template <class Column, class Value>
  void put(DayRow& out, Column column, Value value) const;
  template <class Column, class Value>
  void put(Borrower& out, Column column, Value value) const;
  template <class Out, class Column>
  void put_row(Out& out, Column column, const FloatRow& row) const;
  template <Stage stage, class Write>
  void write_columns(Write write);
  template <class Out>
  void write_session(Out& out) const;
  template <class Month>
  void write_shifts(Month& out) const;
  void write_shifts(DayRow& out) const;
  template <class Out>
  void write_after_hours(Out& out) const;
  template <class Out>
  void write_visits(Out& out) const;
  template <class Out>
  void write_waiting_list(Out& out) const;
  template <class Out>
  void write_items(Out& out) const;
  template <class Out>
  void write_counted(Out& out) const;
  template <class Out>
  void write_losses(Out& out) const;
  template <class Out>
  void write_recoded(Out& out) const;
  template <class Out>
  void write_credit(Out& out) const;
  void write_month();
  template <class Month>
  [[nodiscard]] double scheduled(const Month& /*month*/) const {
    return static_cast<double>(month().workdays.size());
  }
  [[nodiscard]] static double scheduled(const DayRow& /*day*/) { return 1.0; }
  [[nodiscard]] static double unfilled(const RowsOf<Stage::open>::Sums& open,
                                       const RowsOf<Stage::keep>::Sums& kept, std::size_t i) {
    return static_cast<double>(open.slots[i]) - static_cast<double>(kept.booked[i]) +
           static_cast<double>(kept.beyond_slots[i]) + static_cast<double>(kept.refilled[i]);
  }

  // fast_days-inl.h
  void begin_day_row();
  void write_day_row();
  void deal_late_cancels();
  void deal_codes();
  void deal_recode(std::size_t step, const FloatRow& counts);
  void write_dealt_codes();
  [[nodiscard]] bool deals_codes() const;
  void deal(const random::StreamKey& key, const FloatRow& counts, std::vector<FloatRow>& from,
            std::vector<FloatRow>& to);

  SharedWalk& shared_;
  const FastPlan& fast_;
  const PracticePlan& plan_;
  SharedRows& common_;
  ScenarioRows& rows_;
  std::size_t scenario_;
  std::uint64_t first_;
  std::size_t lanes_, lane_;
  DayLedger* days_ = nullptr;
  LedgerBlock& out_;
  std::size_t row_ = 0, first_row_ = 0;  // of the days: today's, and that of the month's first
  // What expect_visits found last, and at which share of full demand.
  FloatRow expected_at_ramp_, expected_visits_;
  bool has_expected_ = false;
};

/// Calls work(rows) for every stage that this scenario makes and that sums over the days of a month.
template <class Work>
void Walk::for_each_sum(Work work) {
  for_each_stage([&]<Stage stage>() {
    if constexpr (requires(RowsOf<stage> & rows) { rows.sums; }) {
      if (makes(stage)) work(mine<stage>());
    }
  });
}

}  // namespace paystress::samplers::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
