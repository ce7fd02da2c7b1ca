#include "sim/samplers/reference_path.h"

#include <algorithm>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <string>
#include <utility>

#include "sim/random/trait_quantile.h"

namespace paystress::samplers::reference {

using enum Parameter;

Keys::Keys(const PracticePlan& plan, std::uint64_t seed) {
  random::StreamRegistry registry(seed);
  for (const auto& trait : plan.traits) traits.push_back(random::trait_streams(registry, trait.key));
  points = registry.add(random::order_of_points);
  for (const auto& event : plan.events) events.push_back(registry.add("events." + event.name));
  for (std::size_t i = 0; i < month_state_count; ++i) {
    const auto name = std::string(month_state_infos()[i].name) + ".monthly";
    states[i] = registry.add(name);
    states_strata[i] = registry.add(name + "/strata");
  }
  for (std::size_t i = 0; i < inbox_kind_count; ++i) {
    const std::string name(key_of(static_cast<InboxKind>(i)));
    items[i] = registry.add(name);
    item_minutes[i] = registry.add(name + ".time");
    stressed_items[i] = registry.add("stress." + name);
  }
  code_mix = registry.add("codes.mix");
  days_off = registry.add("days_off");
  spells = registry.add("days_off.spells");
  slots = registry.add("slots");
  overbooked = registry.add("overbooked");
  daily_shock = registry.add("demand.daily");
  demand = registry.add("demand");
  returning = registry.add("waiting");
  no_show_rate = registry.add("no_show.daily");
  fates = registry.add("visits.fate");
  visit_codes = registry.add("visits.code");
  reviews = registry.add("visits.review");
  visit_minutes = registry.add("visits.time");
  quality = registry.add("quality");
  stressed_demand = registry.add("stress.demand");
  stressed_bookings = registry.add("stress.booked_visits");
  recodes = registry.add("stress.recode");
  shifts = registry.add("shifts");
  leaving = registry.add("leaving");
  refilled = registry.add("refilled");
  refilled_codes = registry.add("refilled.code");
  refilled_reviews = registry.add("refilled.review");
  refilled_recodes = registry.add("refilled.recode");
  if (plan.settling)
    for (const auto& code : plan.codes) settling.push_back(registry.add("collections." + code.code));
  for (const auto& column : plan.columns) {
    columns.push_back(registry.add("columns." + column.name));
    column_states.push_back(registry.add("columns." + column.name + ".monthly"));
  }
}

void Path::walk() {
  for (month_ = 0; month_ < plan_.months.size(); ++month_) {
    const auto& month = plan_.months[month_];
    if (static_cast<int>(month_) + 1 == plan_.years[month.year].first_month) begin_year(month.year);
    begin_month(month);
    for (const auto& day : month.workdays) {
      if (days_ == nullptr)
        live(day);
      else
        live_and_keep(day);
    }
    end_month();
  }
  book_reviews();
}

// The month starts from nothing for the day, so that the day's numbers are not differences of sums.
void Path::live_and_keep(const PracticePlan::Workday& day) {
  const auto& columns = days_->columns();
  before_.clear();
  for (const std::size_t c : columns) before_.push_back(std::exchange(cell(month_, c), 0.0));
  live(day);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    double& of_month = cell(month_, columns[i]);
    days_->block().at(row_, i)[lane_] = of_month;
    of_month = before_[i] + of_month;
  }
  ++row_;
}

void Path::write(LedgerBlock& out, std::size_t lane) const {
  for (std::size_t m = 0; m < plan_.months.size(); ++m)
    for (std::size_t c = 0; c < columns_; ++c) out.at(m, c)[lane] = cells_[m * columns_ + c];
}

void Path::begin_year(std::size_t y) {
  const auto& year = plan_.years[y];
  const auto first_month = static_cast<std::size_t>(year.first_month);
  random::Stream bits = at(keys_.days_off, first_month);
  days_off_u_ = uniform(bits);
  std::vector<std::size_t> order(year.workdays);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  for (std::size_t i = 0; i + 1 < order.size(); ++i)
    std::swap(order[i],
              order[boost::random::uniform_int_distribution<std::size_t>(i, order.size() - 1)(bits)]);
  day_off_rank_.assign(order.size(), 0);
  for (std::size_t rank = 0; rank < order.size(); ++rank)
    day_off_rank_[order[rank]] = static_cast<long>(rank);
  workday_of_year_ = 0;
  random::Stream quality_bits = at(keys_.quality, first_month);
  quality_u_ = random::uniform52(quality_bits);
}

std::vector<long> Path::ranks_of_days_off() const {
  const double spell = number(days_off_spell);
  if (spell <= 1) return day_off_rank_;
  // A stress that lowers the days off drops some of the spells that were drawn.
  const double drawn_spell = drawn_[PracticePlan::number_of(days_off_spell)];
  const double share = plan_.years[plan_.months[month_].year].share;
  const long drawn = whole(share * drawn_[PracticePlan::number_of(days_off_per_year)], days_off_u_);
  return ranks_of_spells(spell == drawn_spell ? std::max(days_off_, drawn) : days_off_, spell);
}

std::vector<long> Path::ranks_of_spells(long n, double m) const {
  const auto& year = plan_.years[plan_.months[month_].year];
  const auto workdays = static_cast<long>(year.workdays);
  std::vector<long> rank(year.workdays, workdays);
  n = std::min(n, workdays);
  if (n <= 0) return rank;
  // Spells lie in different gaps between the days that are not off, of which there are workdays - n + 1.
  const long gaps = workdays - n + 1;
  const long wanted = std::max(1L, static_cast<long>(std::floor(static_cast<double>(n) / m + 0.5)));
  const long spells = std::min({wanted, n, gaps});
  random::Stream bits = at(keys_.spells, static_cast<std::size_t>(year.first_month));
  const auto shuffled = [&](long size) {
    std::vector<long> order(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<long>(i);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
      std::swap(order[i],
                order[boost::random::uniform_int_distribution<std::size_t>(i, order.size() - 1)(bits)]);
    return order;
  };
  auto gap = shuffled(gaps);
  gap.resize(static_cast<std::size_t>(spells));
  std::ranges::sort(gap);
  const auto kept = shuffled(spells);    // whose days are off first, second, ...
  const auto longer = shuffled(spells);  // the first n % spells of it have a day more
  std::vector<long> length(static_cast<std::size_t>(spells), n / spells);
  for (long s = 0; s < n % spells; ++s)
    ++length[static_cast<std::size_t>(longer[static_cast<std::size_t>(s)])];
  std::vector<long> first(static_cast<std::size_t>(spells));
  long before = 0;
  for (std::size_t s = 0; s < first.size(); ++s) {
    first[s] = gap[s] + before;
    before += length[s];
  }
  long next = 0;
  for (const long s : kept)
    for (long d = 0; d < length[static_cast<std::size_t>(s)]; ++d)
      rank[static_cast<std::size_t>(first[static_cast<std::size_t>(s)] + d)] = next++;
  return rank;
}

void Path::begin_month(const PracticePlan::Month& month) {
  claims_.assign(plan_.codes.size(), {});
  refilled_ = 0;
  settling_bits_.clear();
  for (const auto& key : keys_.settling) settling_bits_.push_back(at(key, month_ + 1));
  draw_states();
  numbers_ = drawn_;
  apply_changes(month, numbers_);
  days_off_ = whole(plan_.years[month.year].share * number(days_off_per_year), days_off_u_);
  month_day_off_rank_ = ranks_of_days_off();
  ramp_ = ramp_share(number(ramp_start), number(ramp_months_to_95), static_cast<int>(month_) + 1);
  cell(LedgerColumn::panel_members) = std::floor(number(panel_mature) * ramp_ + 0.5);

  late_cancel_ = number(late_cancel_rate);
  lost_call_ = number(tech_failure_rate) * number(tech_failure_lost);
  no_show_state_ = state_factor(no_show_monthly_cv, MonthState::no_show);
  most_no_show_ = std::max(0.0, 1 - late_cancel_ - lost_call_);
  const double own = drawn_[PracticePlan::number_of(codes_concentration)];
  month_mix_ = number(codes_concentration) == own
                   ? mix_
                   : dirichlet(plan_.codes, own, number(codes_concentration), at(keys_.code_mix, 0));

  // Messages follow the practice as it was drawn: a stress of volume does not answer mail.
  const double unstressed_ramp =
      ramp_share(drawn_[PracticePlan::number_of(ramp_start)],
                 drawn_[PracticePlan::number_of(ramp_months_to_95)], static_cast<int>(month_) + 1);
  const bool follows_expected = plan_.inbox_follows == InboxFollows::expected;
  const double visits = follows_expected ? expected_visits(plan_, drawn_, unstressed_ramp) : 0.0;
  const double members = cell(LedgerColumn::panel_members) * 12 / plan_.workdays_per_year;
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    const auto kind = static_cast<InboxKind>(k);
    const double factor = state_factor(parameter_of(kind, InboxNumber::monthly_cv), state_of(kind));
    const double per_visit = number(parameter_of(kind, InboxNumber::per_visit));
    inbox_rate_[k] =
        factor * (per_visit * visits + number(parameter_of(kind, InboxNumber::per_member)) * members);
    inbox_per_visit_[k] = follows_expected ? 0.0 : factor * per_visit;
  }
}

void Path::draw_states() {
  Eigen::Matrix<double, month_state_count, 1> fresh;
  for (std::size_t i = 0; i < month_state_count; ++i) {
    random::Stream bits = at(keys_.states[i], month_ + 1);
    fresh[static_cast<Eigen::Index>(i)] = strata_.has_states()
                                              ? random::gaussian_quantile(random::stratified(
                                                    strata_.state(i, month_, path_), random::uniform52(bits)))
                                              : boost::random::normal_distribution<double>()(bits);
  }
  if (month_ == 0) {
    states_ = plan_.state_factor * fresh;
    return;
  }
  fresh = plan_.innovation_factor * fresh;
  for (std::size_t i = 0; i < month_state_count; ++i) {
    const double memory = plan_.state_ar1[i];
    double& state = states_[static_cast<Eigen::Index>(i)];
    state = memory * state + std::sqrt(1 - memory * memory) * fresh[static_cast<Eigen::Index>(i)];
  }
}

double Path::state_factor(Parameter cv, MonthState state) const {
  return lognormal_factor(number(cv), states_[static_cast<Eigen::Index>(state)]);
}

double Path::number(ShiftNumber n) const {
  const auto parameter = replaced_by(n).value();
  return shift_ ? numbers_[plan_.shifts[*shift_].number_of(n)] : number(parameter);
}

void Path::live(const PracticePlan::Workday& day) {
  const auto time = static_cast<std::size_t>(day.day);
  begin_columns();
  if (!plan_.shifts.empty()) {
    random::Stream bits = at(keys_.shifts, time);
    shift_ = shift_of_day(plan_, day.weekday, numbers_, uniform(bits));
  }
  double slots_factor = plan_.months[month_].slots_factor;
  double demand_factor = day.demand_factor;
  for (std::size_t e = 0; e < plan_.events.size(); ++e) {
    if (!event_covers(e, time)) continue;
    slots_factor *= plan_.events[e].slots_factor;
    demand_factor *= plan_.events[e].demand_factor;
  }
  demand_factor *= daily_factor(time);
  if (day.is_holiday) slots_factor *= number(holidays_open);
  const bool is_off = !day.is_holiday && month_day_off_rank_[workday_of_year_++] < days_off_;
  ++workday_;

  long completed = 0;
  double session_minutes = 0;
  const bool is_worked = !is_off && slots_factor > 0;
  if (is_worked) {
    count(LedgerColumn::workdays, 1);
    if (shift_) cell(month_, plan_.shifts[*shift_].place) += 1;
    cell(LedgerColumn::session_hours) += number(ShiftNumber::hours);
    session_minutes = 60 * number(ShiftNumber::hours);
    completed = see_patients(day, slots_factor, demand_factor);
  } else {
    stay_away(day, is_off, slots_factor);
  }
  if (!is_worked && plan_.keeps_waiting_list) {
    const long asked = new_patients(time, demand_factor);
    const bool wait = number(demand_returning) > 0;
    count(WaitingColumn::asked_when_closed, asked);
    if (!wait) count(WaitingColumn::lost_patients, asked);
    if (wait) waiting_ += asked;
  }
  spend_time(time, session_minutes, completed);
  draw_columns(time, is_worked, completed);
}

void Path::stay_away(const PracticePlan::Workday& day, bool is_off, double slots_factor) {
  const bool open = number(holidays_open) > 0;
  if (is_off)
    count(LedgerColumn::days_off, 1);
  else if (day.is_holiday && !open)
    count(LedgerColumn::holidays, 1);
  else if (plan_.months[month_].slots_factor > 0 && slots_factor == 0)  // else the stress closes the practice
    count(LedgerColumn::sick_days, 1);
}

bool Path::event_covers(std::size_t e, std::size_t time) {
  random::Stream bits = at(keys_.events[e], time);
  const double starts = std::min(1.0, drawn_[PracticePlan::per_year_of(e)] / plan_.workdays_per_year);
  if (happens(starts, bits)) {
    const long days = whole(drawn_[PracticePlan::days_of(e)], uniform(bits));
    event_ends_[e] = std::max(event_ends_[e], workday_ + days);
  }
  return workday_ < event_ends_[e];
}

double Path::daily_factor(std::size_t time) {
  random::Stream bits = at(keys_.daily_shock, time);
  const double fresh = boost::random::normal_distribution<double>()(bits);
  const double memory = plan_.daily_ar1;
  daily_state_ = workday_ == 0 ? fresh : memory * daily_state_ + std::sqrt(1 - memory * memory) * fresh;
  return lognormal_factor(number(demand_daily_cv), daily_state_);
}

long Path::new_patients(std::size_t time, double demand_factor) const {
  const double mean = number(ShiftNumber::demand) * ramp_ *
                      state_factor(demand_monthly_cv, MonthState::demand) * demand_factor;
  random::Stream bits = at(keys_.demand, time);
  random::Stream stress_bits = at(keys_.stressed_demand, time);
  return stressed(poisson(mean, bits), count_factor(StressedCount::demand), mean, stress_bits);
}

long Path::see_patients(const PracticePlan::Workday& day, double slots_factor, double demand_factor) {
  const auto time = static_cast<std::size_t>(day.day);
  random::Stream slot_bits = at(keys_.slots, time);
  const long slots = whole(number(ShiftNumber::hours) * number(ShiftNumber::slots_per_hour) * slots_factor,
                           uniform(slot_bits));
  random::Stream place_bits = at(keys_.overbooked, time);
  const long beyond = whole(number(overbooked) * slots_factor, uniform(place_bits));
  const long demand = new_patients(time, demand_factor);
  const long asks = demand + waiting_;
  const long booked = std::min(asks, slots + beyond);
  count(LedgerColumn::slots, slots);
  count(LedgerColumn::demand, demand);
  const Served served = serve(day, booked);
  const Served refilled = refill(time, served.late_cancels, asks - booked);
  const long refused = asks - booked - refilled.booked;
  count(LedgerColumn::turned_away, refused);
  const long unfilled = std::max(0L, slots - served.booked);
  count(LedgerColumn::unfilled_slots, unfilled);
  cell(LedgerColumn::idle_hours) += static_cast<double>(unfilled) / number(ShiftNumber::slots_per_hour);
  if (plan_.keeps_waiting_list) {
    count(WaitingColumn::returned, waiting_);
    count(WaitingColumn::lost_patients, booked - served.booked);
    let_return(time, refused);
  }
  return served.completed + refilled.completed;
}

void Path::count(WaitingColumn column, long n) {
  if (const auto place = plan_.layout.place_of(column)) cell(month_, *place) += static_cast<double>(n);
}

long Path::stressed(long n, double factor, double mean, random::Stream& bits) {
  if (factor < 1) return binomial(n, factor, bits);
  if (factor > 1) return n + poisson((factor - 1) * mean, bits);
  return n;
}

Path::Served Path::serve(const PracticePlan::Workday& day, long booked) {
  const auto time = static_cast<std::size_t>(day.day);
  const double factor = plan_.months[month_].no_show_factors[day.no_show_class];
  const double mean_no_show = std::min(number(ShiftNumber::no_show) * no_show_state_ * factor, most_no_show_);
  random::Stream rate_bits = at(keys_.no_show_rate, time);
  const double no_show = beta_rate(mean_no_show, number(no_show_daily_rho), rate_bits);
  const double others = mean_no_show < 1 ? (1 - no_show) / (1 - mean_no_show) : 0.0;
  const double late_cancel = late_cancel_ * others;
  const double lost_call = lost_call_ * others;

  random::Stream fates = at(keys_.fates, time);
  random::Stream codes = at(keys_.visit_codes, time);
  random::Stream reviews = at(keys_.reviews, time);
  random::Stream thinning = at(keys_.stressed_bookings, time);
  random::Stream recodes = at(keys_.recodes, time);
  const double kept = count_factor(StressedCount::booked_visits);
  Served served;
  for (long visit = 0; visit < booked; ++visit) {
    // Every visit takes its draws, kept or not, so that those which stay keep theirs under a stress.
    const double fate = uniform(fates);
    const std::size_t code = plan_.codes.empty() ? 0 : draw_code(month_mix_, codes);
    const double review = uniform(reviews);
    if (kept < 1 && !happens(kept, thinning)) continue;
    ++served.booked;
    if (fate < no_show) {
      count(LedgerColumn::no_shows, 1);
    } else if (fate < no_show + late_cancel) {
      ++served.late_cancels;
    } else if (fate < no_show + late_cancel + lost_call) {
      count(LedgerColumn::tech_failures, 1);
    } else {
      ++served.completed;
      if (!plan_.codes.empty()) code_visit(code, review, recodes);
    }
  }
  count(LedgerColumn::booked_visits, served.booked);
  count(LedgerColumn::late_cancels, served.late_cancels);
  count(LedgerColumn::completed_visits, served.completed);
  return served;
}

double Path::wrvu(std::size_t code) const {
  return static_cast<double>(plan_.months[month_].values[code].work_rvu_hundredths);
}

void Path::code_visit(std::size_t code, double review, random::Stream& recode_bits) {
  const double before = wrvu(code);
  for (const auto& step : plan_.months[month_].recodes)
    if (code == step.from && happens(step.share, recode_bits)) code = step.to;
  cell(LedgerColumn::wrvu_lost_recode) += before - wrvu(code);
  cell(month_, plan_.layout.visits_of(code)) += 1;
  cell(LedgerColumn::generated_wrvu) += wrvu(code);
  if (plan_.has_collections)
    cell(LedgerColumn::collections_usd) += static_cast<double>(*plan_.months[month_].values[code].usd_cents);
  if (plan_.has_collections && plan_.settling) settle_charge(code);

  const double down = number(audit_reviewed) * number(audit_down);
  const double up = number(audit_reviewed) * number(audit_up);
  auto& claims = claims_[code];
  ++claims.all;
  if (review < number(audit_reviewed)) ++claims.reviewed;
  std::size_t found = code;
  if (review < down) {
    found = plan_.review.down[code];
    ++claims.down;
  } else if (review < down + up) {
    found = plan_.review.up[code];
    ++claims.up;
  }
  if (found != code) correct(code, found, 1);
}

void Path::spend_time(std::size_t time, double session_minutes, long completed) {
  double inbox_minutes = 0;
  for (std::size_t k = 0; k < inbox_kind_count; ++k) {
    random::Stream item_bits = at(keys_.items[k], time);
    random::Stream stress_bits = at(keys_.stressed_items[k], time);
    const auto kind = static_cast<InboxKind>(k);
    const double rate = inbox_rate_[k] + inbox_per_visit_[k] * static_cast<double>(completed);
    const long items =
        stressed(poisson(rate, item_bits), count_factor(stressed_count_of(kind)), rate, stress_bits);
    count(column_of(kind), items);
    random::Stream minute_bits = at(keys_.item_minutes[k], time);
    inbox_minutes += total_minutes(items, number(parameter_of(kind, InboxNumber::minutes)),
                                   number(parameter_of(kind, InboxNumber::minutes_sd)), minute_bits);
  }
  random::Stream minute_bits = at(keys_.visit_minutes, time);
  const double with_patients =
      total_minutes(completed, number(visit_minutes), number(visit_minutes_sd), minute_bits);
  const double charting = static_cast<double>(completed) * number(charting_minutes);
  const double late_charting = static_cast<double>(completed) * number(late_charting_minutes);
  const double overrun = std::max(0.0, with_patients + charting - session_minutes);
  const double idle = std::max(0.0, session_minutes - with_patients - charting);
  cell(LedgerColumn::visit_hours) += with_patients / 60;
  cell(LedgerColumn::charting_hours) += charting / 60;
  cell(LedgerColumn::late_charting_hours) += late_charting / 60;
  cell(LedgerColumn::inbox_hours) += inbox_minutes / 60;
  cell(LedgerColumn::after_hours) += (overrun + std::max(0.0, inbox_minutes - idle) + late_charting) / 60;
}

void Path::leave() {
  if (!plan_.has_leaving) return;
  const auto at_month = [&](LeavingColumn column) -> double& {
    return cell(month_, plan_.layout.place_of(column).value());
  };
  using enum LeavingColumn;
  if (has_left_) {
    at_month(months_employed) = cell(month_ - 1, plan_.layout.place_of(months_employed).value());
    return;
  }
  at_month(months_employed) = static_cast<double>(month_ + 1);
  random::Stream bits = at(keys_.leaving, month_ + 1);
  const double u = uniform(bits);
  const double hazard = 1 - std::pow(1 - number(leaving_per_year), 1.0 / 12);
  has_left_ = u < hazard;
  if (has_left_) at_month(left) = 1;
  if (has_left_ && u < hazard * number(leaving_by_employer)) at_month(left_by_employer) = 1;
}

void Path::end_month() {
  draw_monthly_columns();
  extrapolate();
  leave();
  count(WaitingColumn::waiting, waiting_);
  cell(LedgerColumn::meeting_hours) =
      number(meetings_hours_per_month) + (month_ == 0 ? number(training_hours) : 0.0);
  cell(LedgerColumn::quality_score) =
      quality_score(number(quality_mean), number(quality_concentration), quality_u_);
  double mean_wrvu = 0;
  for (std::size_t code = 0; code < month_mix_.size(); ++code) mean_wrvu += month_mix_[code] * wrvu(code);
  const auto lost = [&](double visits) { return std::floor(visits * mean_wrvu + 0.5); };
  cell(LedgerColumn::wrvu_lost_unfilled) = lost(cell(LedgerColumn::unfilled_slots));
  cell(LedgerColumn::wrvu_lost_late_cancel) = lost(cell(LedgerColumn::late_cancels) - refilled_);
  cell(LedgerColumn::wrvu_lost_no_show) = lost(cell(LedgerColumn::no_shows));
  cell(LedgerColumn::wrvu_lost_tech_failure) = lost(cell(LedgerColumn::tech_failures));
}

}  // namespace paystress::samplers::reference
