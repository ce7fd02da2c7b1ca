#include "analysis/column_schema.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analysis/csv_rows.h"

namespace paystress {
namespace {

constexpr std::string_view text = "string", whole = "integer", number = "number", none = "", one = "1";

// These name the scenario and stand first in nearly every table.
constexpr std::array<TableColumn, 4> scenario_columns{{
    {"scenario", text, none, "id of the scenario: practice/offer/stress, or the name given in a batch"},
    {"practice", text, none, "practice of the scenario"},
    {"offer", text, none, "offer of the scenario"},
    {"stress", text, none, "stress of the scenario; base is the unstressed practice"},
}};

template <std::size_t N>
constexpr std::array<TableColumn, 4 + N> with_scenario(const std::array<TableColumn, N>& own) {
  std::array<TableColumn, 4 + N> all{};
  std::ranges::copy(scenario_columns, all.begin());
  std::ranges::copy(own, all.begin() + 4);
  return all;
}

constexpr TableColumn ci_level{"ci_level", number, one, "confidence of the intervals"};
constexpr TableColumn n_paths{"n_paths", whole, "paths", "paths that the numbers rest on"};
constexpr TableColumn method{"method", text, none, "how the interval was made; closed_form: exact value"};

constexpr auto income_distribution = with_scenario(std::to_array<TableColumn>({
    {"measure", text, none, "what is measured on each path; its unit is in its name"},
    {"period", text, none, "horizon, year_K or month_MM of the study"},
    {"statistic", text, none, "mean, sd, quantile, tail_mean, shortfall_prob, ..."},
    {"level", number, none,
     "share for quantile and tail_mean, line in dollars for *_prob, months for at_least_prob; empty "
     "otherwise"},
    {"value", number, "of the measure", "the estimate"},
    {"std_error", number, "of the measure", "standard error; empty where it has no meaning"},
    {"ci_low", number, "of the measure", "lower end of the confidence interval"},
    {"ci_high", number, "of the measure", "upper end of the confidence interval"},
    ci_level,
    n_paths,
    method,
}));

constexpr auto tier_miss = with_scenario(std::to_array<TableColumn>({
    {"component", text, none, "pay component that has tiers"},
    {"tier", whole, none, "number of the tier, from 1"},
    {"bound", number, "of the measure",
     "where the tier starts; the mean over paths where bounds are derived"},
    {"bound_kind", text, none, "above: the bound itself is outside; at_least: inside"},
    {"reset", text, none, "month, quarter, year or horizon: the window on which the tier is judged"},
    {"period", text, none,
     "month_MM, quarter_K, year_K, horizon: that window; any: in at least one window; at_least_K: in K or "
     "more; "
     "share: share of windows; by_month_MM: not reached in any month up to then"},
    {"miss_prob", number, one, "probability (or share of windows) that the tier is not reached"},
    {"miss_prob_std_error", number, one, "standard error of miss_prob"},
    {"miss_prob_ci_low", number, one, "lower end of its interval"},
    {"miss_prob_ci_high", number, one, "upper end of its interval"},
    {"near_miss_prob", number, one, "probability of missing by at most near_share of the bound"},
    {"near_miss_prob_ci_low", number, one, "lower end of its interval"},
    {"near_miss_prob_ci_high", number, one, "upper end of its interval"},
    {"near_share", number, one, "near_miss.share of the study: 0.05 unless it says otherwise"},
    {"near_units_miss_prob", number, one,
     "probability of missing by at most near_units; empty where the study has no near_miss.units"},
    {"near_units_miss_prob_ci_low", number, one, "lower end of its interval"},
    {"near_units_miss_prob_ci_high", number, one, "upper end of its interval"},
    {"near_units", number, "of the measure", "near_miss.units of the study"},
    {"shortfall_units_mean", number, "of the measure", "mean distance to the bound, given a miss"},
    {"shortfall_units_mean_std_error", number, "of the measure", "standard error of shortfall_units_mean"},
    {"lost_usd_mean", number, "usd",
     "mean pay at the bound (from above) less pay, given a miss; the paid quantity of a ratio held still"},
    {"lost_usd_mean_std_error", number, "usd", "standard error of lost_usd_mean"},
    ci_level,
    n_paths,
    method,
}));

constexpr auto summary = with_scenario(std::to_array<TableColumn>({
    {"n_paths", whole, "paths", "simulated paths"},
    {"ci_level", number, one, "confidence of the intervals"},
    {"advertised_usd", number, "usd", "income that the recruiter names, over the horizon"},
    {"income_usd_mean", number, "usd", "mean income over the horizon"},
    {"income_usd_mean_std_error", number, "usd", "its standard error"},
    {"income_usd_mean_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_mean_ci_high", number, "usd", "upper end of its interval"},
    {"income_usd_sd", number, "usd", "standard deviation of income over the horizon"},
    {"income_usd_sd_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_sd_ci_high", number, "usd", "upper end of its interval"},
    {"income_usd_p05", number, "usd", "5th percentile of income"},
    {"income_usd_p05_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_p05_ci_high", number, "usd", "upper end of its interval"},
    {"income_usd_p50", number, "usd", "median income: the number to insist on"},
    {"income_usd_p50_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_p50_ci_high", number, "usd", "upper end of its interval"},
    {"income_usd_p95", number, "usd", "95th percentile of income"},
    {"income_usd_p95_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_p95_ci_high", number, "usd", "upper end of its interval"},
    {"income_usd_tail_mean_05", number, "usd", "mean income of the worst 5 % of paths"},
    {"income_usd_tail_mean_05_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_tail_mean_05_ci_high", number, "usd", "upper end of its interval"},
    {"target_shortfall_prob", number, one, "P(income below target_usd_per_year), over the horizon"},
    {"target_shortfall_prob_ci_low", number, one, "lower end of its interval"},
    {"target_shortfall_prob_ci_high", number, one, "upper end of its interval"},
    {"need_shortfall_share", number, one, "share of months with pay below need_usd_per_month"},
    {"need_shortfall_share_ci_low", number, one, "lower end of its interval"},
    {"need_shortfall_share_ci_high", number, one, "upper end of its interval"},
    {"below_advertised_prob", number, one, "P(income below the advertised income)"},
    {"below_advertised_prob_ci_low", number, one, "lower end of its interval"},
    {"below_advertised_prob_ci_high", number, one, "upper end of its interval"},
    {"paid_hourly_usd_p50", number, "usd/hour", "median of pay / session hours"},
    {"paid_hourly_usd_p50_ci_low", number, "usd/hour", "lower end of its interval"},
    {"paid_hourly_usd_p50_ci_high", number, "usd/hour", "upper end of its interval"},
    {"effective_hourly_usd_p50", number, "usd/hour", "median of pay / (session and unpaid hours)"},
    {"effective_hourly_usd_p50_ci_low", number, "usd/hour", "lower end of its interval"},
    {"effective_hourly_usd_p50_ci_high", number, "usd/hour", "upper end of its interval"},
    {"after_hours_per_week_mean", number, "hours/week", "mean unpaid after-hours work a calendar week"},
    {"after_hours_per_week_mean_std_error", number, "hours/week", "its standard error"},
    {"wrvu_per_hour_p50", number, "wRVU/hour", "median of generated wRVU / session hours"},
    {"wrvu_per_hour_p50_ci_low", number, "wRVU/hour", "lower end of its interval"},
    {"wrvu_per_hour_p50_ci_high", number, "wRVU/hour", "upper end of its interval"},
    {"completed_visits_mean", number, "visits", "mean completed visits over the horizon"},
    {"completed_visits_mean_std_error", number, "visits", "its standard error"},
}));

constexpr auto months = with_scenario(std::to_array<TableColumn>({
    {"measure", text, none, "what is measured on each path; its unit is in its name"},
    {"month", whole, "months", "month of the study, from 1"},
    {"calendar_month", text, none, "YYYY-MM"},
    {"mean", number, "of the measure", "mean over paths"},
    {"mean_std_error", number, "of the measure", "its standard error"},
    {"p05", number, "of the measure", "5th percentile"},
    {"p05_ci_low", number, "of the measure", "lower end of its interval"},
    {"p05_ci_high", number, "of the measure", "upper end of its interval"},
    {"p25", number, "of the measure", "25th percentile"},
    {"p25_ci_low", number, "of the measure", "lower end of its interval"},
    {"p25_ci_high", number, "of the measure", "upper end of its interval"},
    {"p50", number, "of the measure", "median"},
    {"p50_ci_low", number, "of the measure", "lower end of its interval"},
    {"p50_ci_high", number, "of the measure", "upper end of its interval"},
    {"p75", number, "of the measure", "75th percentile"},
    {"p75_ci_low", number, "of the measure", "lower end of its interval"},
    {"p75_ci_high", number, "of the measure", "upper end of its interval"},
    {"p95", number, "of the measure", "95th percentile"},
    {"p95_ci_low", number, "of the measure", "lower end of its interval"},
    {"p95_ci_high", number, "of the measure", "upper end of its interval"},
    ci_level,
    n_paths,
}));

constexpr auto histogram = with_scenario(std::to_array<TableColumn>({
    {"measure", text, none, "what is measured on each path, over the horizon"},
    {"bin", whole, none, "number of the bin, from 1"},
    {"bin_low", number, "of the measure", "lower edge, inside the bin; empty: everything below"},
    {"bin_high", number, "of the measure",
     "upper edge, outside the bin; empty: everything from the lower edge up"},
    {"paths", whole, "paths", "paths in the bin"},
    {"share", number, one, "share of paths in the bin"},
    {"share_ci_low", number, one, "lower end of its interval"},
    {"share_ci_high", number, one, "upper end of its interval"},
    {"density", number, "1/of the measure", "share / width of the bin; empty for an open bin"},
    ci_level,
    n_paths,
}));

constexpr auto comparisons = std::to_array<TableColumn>({
    {"comparison", text, none,
     "offers: two offers under one stress; stress: a stress against base for one offer"},
    {"a", text, none, "scenario a"},
    {"b", text, none, "scenario b"},
    {"stress", text, none, "stress of both, or the stress compared with base"},
    {"measure", text, none, "what is compared on each path, over the horizon"},
    {"statistic", text, none,
     "a_pays_more_prob, equal_prob, difference_mean, difference_quantile, regret_of_a, regret_of_b, "
     "break_even_visits"},
    {"level", number, none, "share for difference_quantile"},
    {"value", number, "of the measure", "the estimate, of a minus b by path"},
    {"std_error", number, "of the measure", "standard error of the paired difference"},
    {"ci_low", number, "of the measure", "lower end of the confidence interval"},
    {"ci_high", number, "of the measure", "upper end of the confidence interval"},
    ci_level,
    n_paths,
    method,
    {"pairing", text, none,
     "same_months: both offers on one ledger; shared_luck: same draws, other practice or stress"},
});

constexpr auto waterfall = with_scenario(std::to_array<TableColumn>({
    {"view", text, none, "usd: dollars over the horizon; hourly: dollars an hour"},
    {"step", whole, none, "order in which the causes are taken away, from 1"},
    {"cause", text, none, "advertised, unfilled_slots, no_shows, ..., realistic"},
    {"kind", text, none, "total: advertised or realistic; change: what the cause takes or gives"},
    {"usd_mean", number, "usd", "mean over paths; totals and changes add up exactly"},
    {"std_error", number, "usd", "its standard error"},
    {"ci_low", number, "usd", "lower end of its interval"},
    {"ci_high", number, "usd", "upper end of its interval"},
    {"p05", number, "usd", "5th percentile over paths"},
    {"p50", number, "usd", "median over paths"},
    {"p95", number, "usd", "95th percentile over paths"},
    {"share_of_advertised", number, one, "usd_mean / advertised"},
    ci_level,
    n_paths,
}));

constexpr auto sensitivity = with_scenario(std::to_array<TableColumn>({
    {"parameter", text, none,
     "uncertain practice number; all: every one together; luck: what a quadratic regression on all of them "
     "does not explain, so with cliffs an upper bound"},
    {"measure", text, none, "whose variance is shared out, over the horizon"},
    {"variance_share", number, one, "share of variance explained by this parameter alone (value and square)"},
    {"variance_share_std_error", number, one, "its standard error"},
    {"variance_share_ci_low", number, one, "lower end of its interval"},
    {"variance_share_ci_high", number, one, "upper end of its interval"},
    {"last_share", number, one, "share lost when this parameter alone is left out of the full regression"},
    {"p50_at_p10", number, "of the measure", "median of the measure at the 10th percentile of the parameter"},
    {"p50_at_p90", number, "of the measure", "median of the measure at the 90th percentile of the parameter"},
    {"swing", number, "of the measure", "p50_at_p90 less p50_at_p10"},
    {"swing_ci_low", number, "of the measure", "lower end of its interval"},
    {"swing_ci_high", number, "of the measure", "upper end of its interval"},
    {"r2", number, one, "R2 of the full regression, adjusted"},
    ci_level,
    n_paths,
    method,
}));

constexpr auto debt = with_scenario(std::to_array<TableColumn>({
    {"adjustment", text, none, "draw, withhold or carry whose balance is shown; pay: monthly pay itself"},
    {"month", whole, "months", "month of the study, from 1: the balance after it"},
    {"statistic", text, none, "owing_prob, mean, mean_given_owing, quantile, negative_pay_prob"},
    {"level", number, none, "share for quantile"},
    {"value", number, "usd or 1",
     "balance in dollars, or a probability; what one owes on leaving after the month"},
    {"std_error", number, "usd or 1", "standard error; empty where it has no meaning"},
    {"ci_low", number, "usd or 1", "lower end of the confidence interval"},
    {"ci_high", number, "usd or 1", "upper end of the confidence interval"},
    ci_level,
    n_paths,
    method,
}));

constexpr auto ranking = with_scenario(std::to_array<TableColumn>({
    {"place", whole, none, "place among the offers under this stress by median income, from 1"},
    {"income_usd_p50", number, "usd", "median income over the horizon"},
    {"income_usd_p50_ci_low", number, "usd", "lower end of its interval"},
    {"income_usd_p50_ci_high", number, "usd", "upper end of its interval"},
    {"best_prob", number, one,
     "P(no offer that is compared with it (comparisons.csv) pays more on the same path)"},
    {"best_prob_ci_low", number, one, "lower end of its interval"},
    {"best_prob_ci_high", number, one, "upper end of its interval"},
    {"regret_usd_mean", number, "usd", "mean of the best of their pay on the path less this offer's"},
    {"regret_usd_mean_ci_low", number, "usd", "lower end of its interval"},
    {"regret_usd_mean_ci_high", number, "usd", "upper end of its interval"},
    ci_level,
    n_paths,
}));

constexpr auto readings = with_scenario(std::to_array<TableColumn>({
    {"rank", whole, none,
     "place of the clause by what its median is worth, dearest first; empty for combinations"},
    {"clause", text, none, "dotted key of the vague clause; all: a combination of readings of every clause"},
    {"reading", text, none, "the reading; of a combination, the numbers of its readings from 1"},
    {"statistic", text, none, "quantile, or what the clause is worth: spread_of_quantile, changes_pay_prob"},
    {"level", number, none,
     "of the quantile; of changes_pay_prob, the dollars a year beyond which pay has changed"},
    {"value", number, "usd or 1", "yearly pay, a difference of it, or a probability"},
    {"ci_low", number, "usd or 1", "lower end of the confidence interval"},
    {"ci_high", number, "usd or 1", "upper end of the confidence interval"},
    ci_level,
    n_paths,
    method,
}));

constexpr auto paths = with_scenario(std::to_array<TableColumn>({
    {"path", whole, none, "number of the path, from 0: what replay takes"},
    {"income_usd", number, "usd", "pay over the horizon"},
    {"session_hours", number, "hours", "hours of session"},
    {"after_hours", number, "hours", "unpaid hours outside sessions"},
    {"meeting_hours", number, "hours", "unpaid hours of meetings and training"},
    {"completed_visits", number, "visits", "visits completed"},
    {"generated_wrvu", number, "wRVU", "wRVU as coded in the month worked"},
}));

constexpr std::array<TableSchema, 12> schemas{{
    {"income_distribution.csv", "every estimate of every measure, with its error", income_distribution},
    {"tier_miss.csv", "how often tiers are missed, by how much and at what cost", tier_miss},
    {"summary.csv", "key figures, one row a scenario", summary},
    {"months.csv", "fan of each measure by month", months},
    {"histogram.csv", "density of income and effective hourly pay over the horizon", histogram},
    {"comparisons.csv", "paired differences between offers and between stresses", comparisons},
    {"waterfall.csv", "from the advertised income to the realistic one, by cause", waterfall},
    {"sensitivity.csv", "where the risk comes from: uncertain parameters and luck", sensitivity},
    {"debt.csv", "balances of draws and withheld money by month", debt},
    {"ranking.csv", "offers under each stress, dearest first, and what choosing wrongly costs", ranking},
    {"readings.csv", "what each vague clause of an offer is worth, and every combination of readings",
     readings},
    {"paths.csv", "each path over the horizon (on request)", paths},
}};

}  // namespace

const TableSchema& table_schema(Table table) { return schemas.at(static_cast<std::size_t>(table)); }

std::span<const TableSchema> table_schemas() { return schemas; }

std::string header_line(Table table, std::span<const std::string> batch_columns) {
  CsvRows row;
  for (const auto& c : table_schema(table).columns) row.text(c.name);
  for (const auto& name : batch_columns) row.text(name);
  return row.end().take();
}

}  // namespace paystress
