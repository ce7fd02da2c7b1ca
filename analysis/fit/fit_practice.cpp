#include "analysis/fit/fit_practice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/fit/correlations.h"
#include "analysis/fit/days_off.h"
#include "analysis/fit/fates.h"
#include "analysis/fit/inbox.h"
#include "analysis/fit/posterior.h"
#include "analysis/fit/priors.h"
#include "analysis/fit/visit_times.h"

namespace paystress::fit {
namespace {

using enum Parameter;

constexpr double weak = 0.7;         // of the prior's width: the log has not narrowed it by half
constexpr double mostly_full = 0.5;  // of the days
constexpr std::array<bool, 12> every_month{true, true, true, true, true, true,
                                           true, true, true, true, true, true};

std::string_view basis_of_records(Grain grain) { return grain == Grain::month ? "months" : "days"; }

class Fitter {
 public:
  Fitter(const Log& log, const FitOptions& options) : log_(log), options_(options) {}

  FittedPractice fit() {
    out_.practice.name = options_.name;
    out_.practice.works = log_.works;
    fit_sessions();
    fit_demand_numbers();
    fit_fate_numbers();
    fit_codes();
    fit_items();
    fit_times();
    std::ranges::stable_sort(out_.numbers, {}, &FittedNumber::parameter);
    for (const auto& n : out_.numbers) out_.practice[n.parameter] = n.law;
    out_.as_logged = out_.practice;
    put(ramp_after_, out_.practice);
    put(ramp_as_logged_, out_.as_logged);
    return std::move(out_);
  }

 private:
  /// Text of a line: where it comes from.
  struct Origin {
    std::string data, method, prior;
  };
  void push(Parameter p, const Quantity& law, Basis basis, const Interval& range, const Origin& origin) {
    out_.numbers.push_back({p, law, basis, range.low, range.high, origin.data, origin.method, origin.prior});
  }
  void add(Parameter p, const Quantity& law, const std::string& data, const std::string& method) {
    const auto& prior = prior_of(p);
    const auto now = interval90(law), before = interval90(prior.law);
    const bool narrow = now.high - now.low < weak * (before.high - before.low);
    push(p, law, narrow ? Basis::data : Basis::little_data, now, {data, method, std::string(prior.source)});
  }
  void add_prior(Parameter p, const std::string& why) {
    const auto& prior = prior_of(p);
    push(p, prior.law, Basis::prior, interval90(prior.law),
         {why, "published figure", std::string(prior.source)});
  }
  void add_known(Parameter p, const KnownEstimate& value, const Origin& origin) {
    const Quantity law = Known{value.value};
    push(p, law, Basis::data, {value.low, value.high}, origin);
  }
  /// An autocorrelation: a known number in a study, whose atanh the prior is of.
  void add_ar1(Parameter p, const KnownEstimate& value, const GaussianPrior& prior, Origin origin) {
    const double before = std::tanh(prior.mean + z95 * prior.sd) - std::tanh(prior.mean - z95 * prior.sd);
    origin.prior = "V8";
    add_known(p, value, origin);
    if (value.high - value.low >= weak * before) out_.numbers.back().basis = Basis::little_data;
  }
  void add_default(Parameter p, const std::string& why) {
    const auto& info = parameter_info(p);
    const Quantity law = Known{info.default_value};
    push(p, law, Basis::prior, {info.default_value, info.default_value},
         {why, "default", std::string(info.source)});
  }
  [[nodiscard]] std::string records_text() const {
    return fmt::format("{} {}", log_.records.size(), basis_of_records(log_.grain));
  }

  // ---- sessions ----

  void fit_sessions() {
    double hours = 0, told_hours = 0, slots = 0, days = 0, most = 0;
    for (const auto& r : log_.records) {
      const double of = log_.grain == Grain::month
                            ? static_cast<double>(std::max(
                                  1L, r[Count::workdays].value_or(scheduled_days(r.date, log_.works))))
                            : 1.0;
      if (r.session_hours) {
        hours += *r.session_hours;
        told_hours += of;
      }
      if (r[Count::slots]) {
        slots += static_cast<double>(*r[Count::slots]);
        days += of;
      }
      most = std::max(most, static_cast<double>(r[Count::booked].value_or(0)) / of);
    }
    double a_day = parameter_info(session_hours).default_value;
    std::string source = "not in the log", method = "default (V4)";
    if (told_hours > 0 && hours > 0) {
      a_day = std::clamp(hours / told_hours, 0.25, 24.0);
      source = records_text();
      method = "mean of a day";
    } else if (options_.session_hours > 0) {
      a_day = options_.session_hours;
      source = "as told";
      method = "--hours";
    }
    slots_ = days > 0 ? slots / days : std::max(1.0, std::ceil(most));
    const auto& densest = parameter_info(slots_per_hour);
    if (slots_ / a_day > densest.high) {  // a clinic of many clinicians
      a_day = std::min(parameter_info(session_hours).high, slots_ / densest.high);
      method = fmt::format("so long that {} slots an hour hold the day", densest.high);
    }
    add_known(session_hours, {a_day, a_day, a_day}, {source, method, ""});
    const double an_hour = std::clamp(slots_ / a_day, densest.low, densest.high);
    if (an_hour < slots_ / a_day * (1 - 1e-9))
      out_.warnings.push_back(fmt::format("slots: {:.0f} a day are more than a practice can have, {:.0f}",
                                          slots_, an_hour * a_day));
    if (days > 0) {
      add_known(slots_per_hour, {an_hour, an_hour, an_hour},
                {fmt::format("{} days with slots", days), "mean of a day", ""});
    } else {
      add_known(slots_per_hour, {an_hour, an_hour, an_hour},
                {"slots are not in the log", "the fullest day: demand beyond it is not known", ""});
      out_.warnings.emplace_back(
          "slots: neither a column nor --slots tells them, so no day counts as full: where days were full, "
          "demand "
          "is more than what is written");
    }
    fit_off();
  }

  void fit_off() {
    if (log_.grain != Grain::month && log_.missing == MissingDays::closed) {
      add_prior(days_off_per_year, "days without a row were closed");
    } else if (log_.grain == Grain::month && !log_.tells(Count::workdays)) {
      add_prior(days_off_per_year, "workdays are not in the log");
    } else {
      const auto years = years_of(log_);
      long seen = 0, off = 0;
      for (const auto& y : years) {
        seen += y.seen_days;
        off += y.off;
      }
      add(days_off_per_year, fit_days_off(years), fmt::format("{} off of {} scheduled days", off, seen),
          "hypergeometric years");
      if (log_.grain != Grain::month && off > 0) fit_spells(years, off);
    }
  }

  void fit_spells(const std::vector<YearOff>& years, long off) {
    long runs = 0;
    for (const auto& y : years) runs += y.runs;
    const auto spell = fit_days_off_spell(years);
    add_known(days_off_spell, spell,
              {fmt::format("{} days off in {} runs", off, runs),
               spell.value > 1 ? "days off a run" : "no fewer runs than of days by themselves", ""});
  }

  // ---- demand ----

  void fit_demand_numbers() {
    const auto demand = fit_demand(log_, options_.opened);
    const auto data = demand.full_days > 0
                          ? fmt::format("{}, {} of them full", records_text(), demand.full_days)
                          : records_text();
    constexpr auto method = "Poisson-lognormal months and days, Laplace";
    add(visits_per_day, demand.visits_per_day, data, method);
    if (static_cast<double>(demand.full_days) > mostly_full * static_cast<double>(demand.days))
      out_.warnings.push_back(
          fmt::format("demand: {} of {} days are full; what is written is at least the slots, and the prior",
                      demand.full_days, demand.days));
    add(demand_monthly_cv, demand.monthly_cv, fmt::format("{} months", log_.months()), method);
    if (demand.monthly_ar1_told)
      add_ar1(demand_monthly_ar1, demand.monthly_ar1, monthly_ar1_prior,
              {fmt::format("{} months", log_.months()), method, {}});
    else
      add_default(demand_monthly_ar1, "takes 18 months");
    if (demand.daily_told) {
      add(demand_daily_cv, demand.daily_cv, data, method);
      add_ar1(demand_daily_ar1, demand.daily_ar1, daily_ar1_prior, {data, method, {}});
    } else {
      add_prior(demand_daily_cv, "takes a row a day");
      add_default(demand_daily_ar1, "takes a row a day");
    }
    mean_demand_ = demand.visits_per_day;
    ramp_ = demand.ramp;
    join(demand.joined);
    set_factors(demand);
    if (demand.ramp_at_start) fit_ramp(demand);
  }

  /// A study that begins after the log goes on from where the filling stands then.
  void fit_ramp(const DemandEstimates& demand) {
    ramp_as_logged_ = demand.ramp_at_start;
    if (!demand.ramp_after) {
      add_known(ramp_start, {1, 1, 1}, {"mature by the end of the log", "default", "P2"});
      return;
    }
    ramp_after_ = demand.ramp_after;
    const auto& ramp = *ramp_after_;
    constexpr auto method = "exponential filling, as the month after the log finds it: quadrature";
    push(ramp_start, ramp.start, Basis::data, interval90(ramp.start), {records_text(), method, "P2"});
    push(ramp_months_to_95, ramp.months_to_95, Basis::data, interval90(ramp.months_to_95),
         {records_text(), method, "P1"});
  }
  void put(const std::optional<RampEstimate>& ramp, Practice& practice) const {
    auto joined = joined_;
    if (ramp) {
      practice[ramp_start] = ramp->start;
      practice[ramp_months_to_95] = ramp->months_to_95;
      joined.insert(joined.end(), ramp->joined.begin(), ramp->joined.end());
    }
    practice.correlation = correlations_of(joined, practice);
  }
  void join(const std::vector<Joined>& pairs) { joined_.insert(joined_.end(), pairs.begin(), pairs.end()); }

  /// Factors that average 1: whether a log has narrowed them on the whole.
  template <std::size_t N>
  static Basis basis_of_factors(const std::array<KnownEstimate, N>& factors, const std::array<bool, N>& used,
                                double prior_sd) {
    double now = 0, n = 0;
    for (std::size_t i = 0; i < N; ++i)
      if (used[i]) {
        now += std::log(factors[i].high / factors[i].low);
        ++n;
      }
    const double before = 2 * z95 * prior_sd * std::sqrt((n - 1) / n);
    return now / n < weak * before ? Basis::data : Basis::little_data;
  }

  void set_factors(const DemandEstimates& demand) {
    if (demand.daily_told) out_.weekday_basis = basis_of_factors(demand.weekday, log_.works, weekday_sd);
    if (demand.season_told) out_.season_basis = basis_of_factors(demand.season, every_month, season_sd);
    double sum = 0, days = 0, year = 0;
    for (std::size_t d = 0; d < 7; ++d)
      if (log_.works[d]) {
        sum += demand.weekday[d].value;
        ++days;
      }
    for (const auto& m : demand.season) year += m.value;
    for (std::size_t d = 0; d < 7; ++d) {
      if (!demand.daily_told || !log_.works[d]) continue;
      out_.weekday[d] = demand.weekday[d];
      out_.weekday[d].value *= days / sum;
      out_.practice.weekday_factor[d] = out_.weekday[d].value;
    }
    for (std::size_t m = 0; m < 12 && demand.season_told; ++m) {
      out_.season[m] = demand.season[m];
      out_.season[m].value *= 12 / year;
      out_.practice.season[m] = out_.season[m].value;
    }
  }

  // ---- fates ----

  void fit_fate_numbers() {
    const auto fates = fit_fates(log_);
    fates_ = fates;
    if (log_.tells(Count::no_shows)) join(fates.joined);
    const auto booked = fmt::format("{} booked visits", log_.total(Count::booked));
    constexpr auto method = "beta-binomial days, lognormal months: quadrature";
    if (log_.tells(Count::no_shows)) {
      add(no_show_rate, fates.no_show_rate, booked, method);
      if (log_.grain == Grain::month)
        add_prior(no_show_daily_rho, "takes a row a day");
      else
        add(no_show_daily_rho, fates.daily_rho, records_text(), method);
      add(no_show_monthly_cv, fates.monthly_cv, fmt::format("{} months", log_.months()), method);
    } else {
      for (const auto p : {no_show_rate, no_show_daily_rho, no_show_monthly_cv})
        add_prior(p, "no-shows are not in the log");
    }
    constexpr auto share = "binomial share of visits that are no no-shows";
    if (log_.tells(Count::late_cancels))
      add(late_cancel_rate, fates.late_cancel_rate, booked, share);
    else
      add_prior(late_cancel_rate, "late cancels are not in the log");
    if (!log_.tells(Count::lost_calls)) {
      add_prior(tech_failure_rate, "lost calls are not in the log");
      add_prior(tech_failure_lost, "lost calls are not in the log");
    } else {
      add(tech_failure_rate, fates.failure_rate, booked, share);
      if (log_.tells(Count::moved_calls))
        add(tech_failure_lost, fates.failure_lost, booked, share);
      else
        add_known(tech_failure_lost, {1, 1, 1},
                  {"failed calls that went on by telephone are not in the log",
                   "the rate is that of lost calls", ""});
    }
  }

  // ---- codes ----

  void fit_codes() {
    std::vector<std::string> seen;
    std::map<std::string, long> counts;
    for (const auto& [code, visits] : log_.codes) {
      if (std::ranges::find(options_.known_codes, code) == options_.known_codes.end()) {
        out_.left_codes.push_back(code);
        continue;
      }
      seen.push_back(code);
      counts[code] = visits;
      out_.coded_visits += visits;
    }
    const auto prior = mix_prior(seen);
    double total = 0;
    for (const auto& [code, visits] : prior.visits) total += visits + static_cast<double>(counts[code]);
    for (const auto& [code, visits] : prior.visits)
      out_.practice.codes.push_back({code, (visits + static_cast<double>(counts[code])) / total, 0, {}});
    const Quantity concentration = Known{total};
    const bool told = out_.coded_visits > 0;
    // The interval of a share narrows with the root of the visits behind it.
    const auto basis = !told                                     ? Basis::prior
                       : mix_concentration / total < weak * weak ? Basis::data
                                                                 : Basis::little_data;
    push(codes_concentration, concentration, basis, {total, total},
         {told ? fmt::format("{} coded visits", out_.coded_visits) : std::string("codes are not in the log"),
          "Dirichlet-multinomial: the prior's visits and the coded ones", "E2"});
  }

  // ---- inbox, times ----

  [[nodiscard]] ExpectedVisits expected_visits() const {
    const double mean = mean_of(mean_demand_);
    double a_week = 0;
    for (const bool works : log_.works) a_week += works ? 1 : 0;
    const auto off = std::ranges::find(out_.numbers, days_off_per_year, &FittedNumber::parameter);
    const double kept = 1 - mean_of(fates_.no_show_rate) - mean_of(fates_.late_cancel_rate) -
                        mean_of(fates_.failure_rate) * mean_of(fates_.failure_lost);
    const double of_days = kept * (1 - mean_of(off->law) / (a_week * 365.25 / 7));
    ExpectedVisits visits;
    for (const double share : ramp_)
      visits.per_workday.push_back(std::max(std::min(mean * share, slots_) * of_days, 1e-3));
    visits.log_sd = mean * ramp_.front() < slots_ ? std::get<Lognormal>(mean_demand_).sigma : 0.0;
    return visits;
  }

  void fit_items() {
    struct Kind {
      Count count;
      Parameter per_visit, monthly_cv;
    };
    for (const auto& [count, per_visit, monthly_cv] :
         {Kind{Count::messages, messages_per_visit, messages_monthly_cv},
          Kind{Count::results, results_per_visit, results_monthly_cv},
          Kind{Count::other_items, other_per_visit, other_monthly_cv}}) {
      if (!log_.tells(count)) continue;  // the practice keeps its default: nothing was asked of the log
      const auto items = fit_inbox(log_, count, per_visit, monthly_cv, expected_visits());
      constexpr auto method = "Poisson-lognormal months: quadrature";
      add(per_visit, items.per_visit, fmt::format("{} items", log_.total(count)), method);
      add(monthly_cv, items.monthly_cv, fmt::format("{} months", items.months), method);
      join({{visits_per_day, per_visit, items.with_demand}, {per_visit, monthly_cv, items.with_cv}});
    }
  }

  void fit_times() {
    const auto times = fit_visit_times(log_.timed);
    if (times.visits == 0) {
      add_prior(visit_minutes, "minutes are not in the log");
      add_prior(visit_minutes_sd, "minutes are not in the log");
      return;
    }
    const auto data = fmt::format("{} timed visits", times.visits);
    add(visit_minutes, times.minutes, data, "gamma times: quadrature");
    add(visit_minutes_sd, times.minutes_sd, data, "gamma times: quadrature");
    join({{visit_minutes, visit_minutes_sd, times.minutes_with_sd}});
  }

  const Log& log_;
  const FitOptions& options_;
  FittedPractice out_;
  Quantity mean_demand_;
  FateEstimates fates_;
  std::optional<RampEstimate> ramp_as_logged_, ramp_after_;
  std::vector<Joined> joined_;
  std::vector<double> ramp_;  ///< share of mature demand, by month of the log
  double slots_ = 0;
};

}  // namespace

FittedPractice fit_practice(const Log& log, const FitOptions& options) { return Fitter(log, options).fit(); }

}  // namespace paystress::fit
