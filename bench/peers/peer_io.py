"""What the numpy and the numba peer of `paystress bench` share: input, path traits, tables, answers.

Usage of a peer:  python3 telemedicine_numpy.py INPUT.json
It prints `ready` once imports, compilation and a warm-up run are done. Then each line `run` on stdin simulates
once, with the next seed, and prints one JSON line; the peer ends at the end of stdin.
INPUT.json is one scenario, or {"rows": [scenario, ...]}: a study, whose rows share no draws.

A scenario, all keys required unless said otherwise:
  numbers         {dotted key of scenarios/PRACTICE.md: number or law}
                  law: {"law": NAME, ..., "range": [low, high]}, drawn once per path, clamped to its range:
                    pert {low, likely, high}; lognormal {median, sigma}; beta {mean, sd}; gamma {mean, sd};
                    empirical {sorted: [...]}
  weekdays_per_year  scheduled weekdays per week x 365.25 / 7
  weekday_factor  7 numbers, Monday first
  season          12 numbers, January first
  codes           [{code, share, wrvu, usd (optional: for all or none)}], ascending level, may be empty
  events          [{name, per_year, days, slots, demand}]; per_year and days: number or law
  correlation     [{a, b, rho}]: Spearman, two traits (events.NAME.days is the key of an event's) or two states
  calendar        [{day, month, weekday, calendar_month}]: scheduled workdays in order; month from 1,
                  weekday 0 = Monday, calendar_month 1-12
  stress          optional {"booked_visits": [factor <= 1 by month], "messages": [factor by month],
                    "recodes": [[[from, to, share], ...] by month]}; from and to are positions among the codes
  months, paths, seed, threads (numba only), repetitions (not used: the caller counts its `run` lines)
  offer           {"pay": [line, ...], "guarantee": {"usd", "per"} (optional, on the sum of all lines)}
    line            {"usd_per_month": usd}  or
                    {"measure": column, "reset": period, "paid": "running" (default) | "period_end",
                     "mode": "rate" with "usd" | "marginal" | "retroactive" | "lump_sum" with "tiers"}
                    measure: any ledger column; reset, per: month | quarter | year | horizon
    tiers           [{"above" | "at_least": bound, "usd": dollars}, ...] ascending
                  Guarantees are topped up at the end of their period; a month's pay is rounded to the cent.

Answer of a run: {seconds (of simulation and pay, by perf_counter), seconds_with_statistics, rows: [answer, ...]}
Answer of a row:
  path_days       paths x scheduled workdays
  n, mean, sd, q05, q50, q95           income over the horizon, per path (quantile: ceil(level n)-th smallest)
  mean_completed, mean_after_hours     over the horizon
  columns         {ledger column: {mean, sd}} over the horizon, months joined as model/README.md says
"""

import json
import sys
import time

import numpy as np

COLUMNS = (
    "workdays days_off holidays sick_days idle_hours session_hours after_hours meeting_hours visit_hours charting_hours late_charting_hours inbox_hours "
    "slots unfilled_slots demand turned_away booked_visits late_cancels no_shows tech_failures completed_visits "
    "generated_wrvu credited_wrvu wrvu_lost_unfilled wrvu_lost_late_cancel wrvu_lost_no_show "
    "wrvu_lost_tech_failure wrvu_lost_recode wrvu_lost_audit wrvu_pending messages results other_items "
    "panel_members collections_usd quality_score"
).split()
LAST = ("wrvu_pending", "panel_members")  # columns whose horizon is their last month; quality_score: the mean
STATES = ("demand", "no_show", "inbox.messages", "inbox.results", "inbox.other")
KINDS = ("inbox.messages", "inbox.results", "inbox.other")
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12, "horizon": 1_000_000}


def gaussian_correlation(spearman):
    return 2 * np.sin(np.pi * spearman / 6)


class Law:
    """The practice, calendar and offer of an INPUT.json, resolved."""

    def __init__(self, given):
        self.numbers = dict(given["numbers"])
        self.events = given["events"]
        for event in self.events:
            self.numbers[f"events.{event['name']}.per_year"] = event["per_year"]
            self.numbers[f"events.{event['name']}.days"] = event["days"]
        self.keys = list(self.numbers)
        self.traits = [key for key in self.keys if isinstance(self.numbers[key], dict)]
        self.workdays_per_year = given["weekdays_per_year"]
        self.months, self.paths, self.seed = given["months"], given["paths"], given["seed"]
        self.threads = given.get("threads", 0)
        self.codes = [c["code"] for c in given["codes"]]
        self.shares = np.array([c["share"] for c in given["codes"]], float)
        self.wrvu = np.array([round(100 * c["wrvu"]) for c in given["codes"]], float)  # hundredths
        priced = bool(self.codes) and all(c.get("usd") is not None for c in given["codes"])
        self.usd = np.array([c["usd"] if priced else 0.0 for c in given["codes"]], float)
        self.columns = COLUMNS + [f"{what}.{c}" for c in self.codes for what in ("visits", "code_change")]

        days = given["calendar"]
        self.day_month = np.array([d["month"] - 1 for d in days], int)
        self.day_factor = np.array(
            [given["weekday_factor"][d["weekday"]] * given["season"][d["calendar_month"] - 1] for d in days], float
        )
        self.first_day = np.searchsorted(self.day_month, np.arange(self.months + 1))  # of each month, and the end
        starts = range(0, self.months, 12)
        ends = [min(self.months, s + 12) for s in starts]
        self.years = [(self.first_day[s], self.first_day[e], (e - s) / 12) for s, e in zip(starts, ends)]

        stress = given.get("stress", {})
        self.booked_factor = np.array(stress.get("booked_visits", [1.0] * self.months), float)
        self.message_factor = np.array(stress.get("messages", [1.0] * self.months), float)
        self.recodes = stress.get("recodes", [[] for _ in range(self.months)])

        self._correlate(given.get("correlation", []))
        self.pay = given["offer"]["pay"]
        self.guarantee = given["offer"].get("guarantee")
        for line in self.pay:
            line.setdefault("mode", "rate")
            if "tiers" in line:
                line["bounds"] = [t["above"] if "above" in t else np.nextafter(t["at_least"], -1) for t in line["tiers"]]
                line["rates"] = [t["usd"] for t in line["tiers"]]

    def known(self, key):
        """The number, or None for a trait."""
        return None if isinstance(self.numbers[key], dict) else float(self.numbers[key])

    def _correlate(self, pairs):
        states, innovations = np.eye(5), np.eye(5)
        memory = [self.known(f"{s}.monthly_ar1") for s in STATES]
        tied = sorted({k for p in pairs for k in (p["a"], p["b"]) if k not in STATES})
        traits = np.eye(len(tied))
        for pair in pairs:
            r = gaussian_correlation(pair["rho"])
            if pair["a"] in STATES:
                i, j = STATES.index(pair["a"]), STATES.index(pair["b"])
                a, b = memory[i], memory[j]
                states[i, j] = states[j, i] = r
                innovations[i, j] = innovations[j, i] = r * (1 - a * b) / np.sqrt((1 - a * a) * (1 - b * b))
            else:
                i, j = tied.index(pair["a"]), tied.index(pair["b"])
                traits[i, j] = traits[j, i] = r
        self.tied_traits, self.trait_factor = tied, np.linalg.cholesky(traits) if tied else None
        # Only states with a spread are drawn.
        self.live_states = [i for i in range(5) if self.known(f"{STATES[i]}.monthly_cv") != 0.0]
        live = np.ix_(self.live_states, self.live_states)
        self.memory = np.array(memory)[self.live_states]
        self.state_factor = np.linalg.cholesky(states[live])
        self.innovation_factor = np.linalg.cholesky(innovations[live])


def _draw(law, rng, n):
    kind = law["law"]
    if kind == "pert":
        width = law["high"] - law["low"]
        if width <= 0:
            return np.full(n, law["low"])
        a = 1 + 4 * (law["likely"] - law["low"]) / width
        return law["low"] + width * rng.beta(a, 6 - a, n)
    if kind == "lognormal":
        return law["median"] * np.exp(law["sigma"] * rng.standard_normal(n))
    if kind == "empirical":
        return np.asarray(law["sorted"], float)[rng.integers(0, len(law["sorted"]), n)]
    mean, sd = law["mean"], law["sd"]
    if sd <= 0:
        return np.full(n, mean)
    if kind == "beta":
        weight = mean * (1 - mean) / sd**2 - 1
        return rng.beta(mean * weight, (1 - mean) * weight, n)
    return rng.gamma((mean / sd) ** 2, sd**2 / mean, n)


def _at_gaussian(law, z):
    """As _draw, at a standard Gaussian: for traits that the copula ties to others."""
    from scipy import special

    u, kind = special.ndtr(z), law["law"]
    if kind == "pert":
        width = law["high"] - law["low"]
        a = 1 + 4 * (law["likely"] - law["low"]) / width if width > 0 else 3.0
        return law["low"] + width * special.betaincinv(a, 6 - a, u)
    if kind == "lognormal":
        return law["median"] * np.exp(law["sigma"] * z)
    if kind == "empirical":
        n = len(law["sorted"])
        return np.asarray(law["sorted"], float)[np.clip(np.ceil(u * n), 1, n).astype(int) - 1]
    mean, sd = law["mean"], law["sd"]
    if sd <= 0:
        return np.full(len(z), mean)
    if kind == "beta":
        weight = mean * (1 - mean) / sd**2 - 1
        return special.betaincinv(mean * weight, (1 - mean) * weight, u)
    return special.gammaincinv((mean / sd) ** 2, u) * sd**2 / mean


def draw_numbers(law, rng, n):
    """{key: number, or one per path}. Traits that nothing ties together are drawn without the quantile: same law."""
    x = {key: np.float64(law.known(key) or 0.0) for key in law.keys}  # traits follow
    if law.tied_traits:
        z = law.trait_factor @ rng.standard_normal((len(law.tied_traits), n))
    for key in law.traits:
        trait = law.numbers[key]
        drawn = _at_gaussian(trait, z[law.tied_traits.index(key)]) if key in law.tied_traits else _draw(trait, rng, n)
        x[key] = np.clip(drawn, *trait["range"], out=drawn)
    # Rates that must not sum above 1: late cancels and then lost calls are cut back, likewise upward recoding.
    left = 1 - x["no_show.rate"]
    x["late_cancel.rate"] = np.minimum(x["late_cancel.rate"], left)
    x["lost_call"] = np.minimum(x["tech_failure.rate"] * x["tech_failure.lost"], left - x["late_cancel.rate"])
    x["audit.up"] = np.minimum(x["audit.up"], 1 - x["audit.down"])
    return x


def poisson_table(step, highest, cells):
    """Alias tables of Poisson(0), Poisson(step), ..., a row each: one uniform u in [0, 1) draws
    j = floor(u cells), f = u cells - j: the count is j if f < frac(row[j]), else floor(row[j])."""
    means = np.arange(0, highest + step / 2, step)
    k = np.arange(cells)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, cells)))])
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.exp(k * np.log(means)[:, None] - means[:, None] - log_factorial)
    weights[0] = k == 0
    table = np.empty_like(weights)
    for row, p in zip(table, weights * (cells / weights.sum(1, keepdims=True))):
        p, row[:] = p.copy(), k + 0.5  # full cells alias themselves
        small, large = [i for i in k if p[i] < 1], [i for i in k if p[i] >= 1]
        while small and large:
            s, g = small.pop(), large[-1]
            row[s] = g + min(p[s], 1 - 1e-12)
            p[g] -= 1 - p[s]
            if p[g] < 1:
                small.append(large.pop())
    return table


def answer(law, income, totals):
    """totals: {column: values over the horizon by path}."""
    n = len(income)
    ordered = np.sort(income)
    quantile = lambda level: float(ordered[int(np.ceil(level * n)) - 1])
    columns = {c: {"mean": float(v.mean()), "sd": float(v.std(ddof=1))} for c, v in totals.items()}
    return {
        "path_days": law.paths * len(law.day_month), "n": n,
        "mean": float(income.mean()), "sd": float(income.std(ddof=1)),
        "q05": quantile(0.05), "q50": quantile(0.5), "q95": quantile(0.95),
        "mean_completed": columns["completed_visits"]["mean"], "mean_after_hours": columns["after_hours"]["mean"],
        "columns": columns,
    }  # fmt: skip


def serve(simulate, warm_up_paths=512):
    """simulate(law, paths, seed) -> (income by path, {column: values by path})."""
    with open(sys.argv[1]) as file:
        given = json.load(file)
    laws = [Law(row) for row in given.get("rows", [given])]
    for law in (laws[0], laws[-1]):
        simulate(law, min(law.paths, warm_up_paths), [law.seed, 0])
    print("ready", flush=True)
    repetition = 0
    for line in sys.stdin:
        if line.strip() != "run":
            continue
        repetition += 1
        rows, simulated, start = [], 0.0, time.perf_counter()
        for i, law in enumerate(laws):
            began = time.perf_counter()
            income, totals = simulate(law, law.paths, [law.seed, repetition, i])
            simulated += time.perf_counter() - began
            rows.append(answer(law, income, totals))
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": simulated, "seconds_with_statistics": seconds, "rows": rows}), flush=True)
