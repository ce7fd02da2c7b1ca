"""What the peers of `paystress bench` share: input, which rows share what, path traits, tables, answers.

Usage of a peer:  python3 telemedicine_numpy.py INPUT.json
It prints `ready` once imports, compilation and a warm-up run are done. Then each line `run` on stdin simulates
once, with the next seed, and prints one JSON line; the peer ends at the end of stdin.
INPUT.json is one scenario, or {"rows": [scenario, ...]}: a study. Rows share no draws, but in a peer that says so.

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
MOST_TABLED = 64  # slots up to which losses have tables
LOSSES = ("no_show.rate", "late_cancel.rate", "tech_failure.rate", "tech_failure.lost")


def gaussian_correlation(spearman):
    return 2 * np.sin(np.pi * spearman / 6)


class Law:
    """The practice, calendar and offer of an INPUT.json, resolved."""

    def __init__(self, given):
        told = {key: value for key, value in given.items() if key not in ("stress", "offer")}
        told["numbers"] = {k: v for k, v in given["numbers"].items() if k not in LOSSES or isinstance(v, dict)}
        self.shared = json.dumps(told, sort_keys=True)  # equal for rows that can walk together
        self.offer = json.dumps(given["offer"], sort_keys=True)
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


def draw_traits(law, rng, n):
    """{key: number, or one per path}. Traits that nothing ties together are drawn without the quantile: same law."""
    x = {key: np.float64(law.known(key) or 0.0) for key in law.keys}  # traits follow
    if law.tied_traits:
        z = law.trait_factor @ rng.standard_normal((len(law.tied_traits), n))
    for key in law.traits:
        trait = law.numbers[key]
        drawn = _at_gaussian(trait, z[law.tied_traits.index(key)]) if key in law.tied_traits else _draw(trait, rng, n)
        x[key] = np.clip(drawn, *trait["range"], out=drawn)
    x["audit.up"] = np.minimum(x["audit.up"], 1 - x["audit.down"])
    return x


def with_losses(law, traits):
    """Traits of a row with the losses that it knows. Where rates sum above 1, late cancels and then lost calls are
    cut back."""
    x = traits | {key: np.float64(law.known(key)) for key in LOSSES if law.known(key) is not None}
    left = 1 - x["no_show.rate"]
    x["late_cancel.rate"] = np.minimum(x["late_cancel.rate"], left)
    x["lost_call"] = np.minimum(x["tech_failure.rate"] * x["tech_failure.lost"], left - x["late_cancel.rate"])
    return x


def alias_table(weights):
    """Alias tables [row, cell] of the laws of 0, 1, ... with these weights [row, count]: one uniform u in [0, 1) draws
    j = floor(u cells), f = u cells - j: the count is j if f < frac(row[j]), else floor(row[j])."""
    rows, cells = np.arange(len(weights)), weights.shape[1]
    p = weights * (cells / weights.sum(1, keepdims=True))
    table = np.broadcast_to(np.arange(cells) + 0.5, p.shape).copy()  # full cells alias themselves
    smallest, largest = p.copy(), p  # those not yet in the table
    for _ in range(cells - 1):
        small, large = smallest.argmin(1), largest.argmax(1)
        kept = np.clip(smallest[rows, small], 0, 1 - 1e-12)
        table[rows, small] = np.where(small == large, small + 0.5, large + kept)
        largest[rows, large] -= 1 - kept
        smallest[rows, large] = largest[rows, large]
        smallest[rows, small], largest[rows, small] = np.inf, -np.inf
    return table


def poisson_table(step, highest, cells):
    """alias_table of Poisson(0), Poisson(step), ..., highest."""
    means = np.arange(0, highest + step / 2, step)
    k = np.arange(cells)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, cells)))])
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.exp(k * np.log(means)[:, None] - means[:, None] - log_factorial)
    weights[0] = k == 0
    return alias_table(weights)


def loss_table(most, p, rho):
    """alias_table of the losses among 0, 1, ..., most visits: binomial, or beta-binomial where rho > 0.
    p < 1: a probability for each table; rows of one table follow those of another."""
    p = np.reshape(p, (-1, 1))
    n = np.tile(np.arange(most + 1.0), len(p)).reshape(len(p), -1)
    weights = np.zeros(n.shape + (most + 1,))
    if rho > 0:
        a, b, i = p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho, np.arange(most)
        none = np.cumprod((b + i) / (a + b + i), axis=1)
        weights[:, 0, 0], weights[:, 1:, 0] = 1, none
    else:
        weights[:, :, 0] = (1 - p) ** n
    for k in range(most):
        left = np.maximum(n - k, 0)
        odds = (a + k) / np.where(left > 0, b + left - 1, 1) if rho > 0 else p / (1 - p)
        weights[:, :, k + 1] = weights[:, :, k] * left * odds / (k + 1)
    return alias_table(weights.reshape(-1, most + 1)).reshape(len(p), -1)


def distinct(values):
    """First place of each value, and for each place which value it has."""
    seen = {}
    which = [seen.setdefault(value, len(seen)) for value in values]
    return [which.index(i) for i in range(len(seen))], which


# What a column depends on, of all in which rows that walk together may differ.
STAGE_READS = {"practice": (), "bookings": ("booked",), "visits": ("booked", "losses"), "inbox": ("losses", "messages"),
               "after": ("booked", "losses", "messages"), "codes": ("booked", "losses", "recodes")}  # fmt: skip
STAGE_COLUMNS = {
    "bookings": "booked_visits unfilled_slots idle_hours wrvu_lost_unfilled",
    "visits": "visit_hours charting_hours late_charting_hours late_cancels no_shows tech_failures completed_visits "
    "wrvu_lost_late_cancel wrvu_lost_no_show wrvu_lost_tech_failure",
    "inbox": "inbox_hours messages results other_items",
    "after": "after_hours",
    "codes": "generated_wrvu credited_wrvu wrvu_lost_recode wrvu_lost_audit wrvu_pending collections_usd",
}
STAGE_OF = {column: stage for stage, columns in STAGE_COLUMNS.items() for column in columns.split()}


def stage_of(column):
    """Columns by code are those of codes; what no stage names is the practice's."""
    return "codes" if "." in column else STAGE_OF.get(column, "practice")


class Rows:
    """Rows that walk together: equal in all but losses that are known, stress and offer.

    first[stage][month]    the first row of each variant: of rows that are equal in what the stage reads in the month
    variant[stage][month]  the variant of each row
    tracks[stage]          the first row of each track: of rows with the same variant in all months
    track[stage]           the track of each row
    payers, payer          likewise for rows with the same offer, and the same tracks of all that it counts
    """

    def __init__(self, laws):
        self.laws, self.law = laws, laws[0]
        self.loss_rows, losses = distinct([tuple(law.known(key) for key in LOSSES) for law in laws])
        values = {"booked": [law.booked_factor for law in laws], "messages": [law.message_factor for law in laws],
                  "losses": [[loss] * self.law.months for loss in losses],
                  "recodes": [[tuple(map(tuple, steps)) for steps in law.recodes] for law in laws]}  # fmt: skip
        self.first, self.variant, self.tracks, self.track = {}, {}, {}, {}
        for stage, reads in STAGE_READS.items():
            months = [distinct([tuple(values[what][row][month] for what in reads) for row in range(len(laws))])
                      for month in range(self.law.months)]  # fmt: skip
            self.first[stage], self.variant[stage] = zip(*months)
            self.tracks[stage], self.track[stage] = distinct(list(zip(*self.variant[stage])))
        self.loss = losses
        counted = [(law.offer, *(self.track[stage_of(line["measure"])][row] for line in law.pay if "measure" in line))
                   for row, law in enumerate(laws)]  # fmt: skip
        self.payers, self.payer = distinct(counted)

    def answers(self, incomes, totals):
        """(income, {column: values}) of each row, from those of payers and {column: values of each track}."""
        column = lambda name, row: totals[name][self.track[stage_of(name)][row]]
        return [(incomes[self.payer[row]], {name: column(name, row) for name in law.columns})
                for row, law in enumerate(self.laws)]  # fmt: skip


class KnownLosses:
    """Alias tables of no-shows and other losses under each set of loss rates, where they are the same for all paths."""

    def __init__(self, rows):
        law = rows.law
        losses = [with_losses(rows.laws[row], draw_traits(law, np.random.default_rng(0), 1))
                  for row in rows.loss_rows]  # fmt: skip
        most = max(losses[0]["sessions.hours"] * losses[0]["sessions.slots_per_hour"] * slots
                   for slots in [1.0] + [event["slots"] for event in law.events])  # fmt: skip
        self.tables = None
        of_all = ("sessions.hours", "sessions.slots_per_hour", "no_show.daily_rho", *LOSSES)
        if any(key in law.traits for key in of_all) or STATES.index("no_show") in law.live_states or most >= MOST_TABLED:
            return
        p = np.array([x["no_show.rate"] for x in losses])
        other = np.array([x["late_cancel.rate"] + x["lost_call"] for x in losses])
        if np.any(p + other >= 1):
            return
        self.cells = int(most) + 2
        self.tables = list(zip(loss_table(self.cells - 1, p, law.known("no_show.daily_rho")),
                               loss_table(self.cells - 1, other / (1 - p), 0.0)))  # fmt: skip


def alone(laws):
    return [[row] for row in range(len(laws))]


def sharing(laws):
    """Places of rows that walk together."""
    first, which = distinct([law.shared for law in laws])
    return [[row for row in range(len(laws)) if which[row] == group] for group in range(len(first))]


class Statistics:
    """Answers of rows; what rows share is estimated once."""

    def __init__(self):
        self.kept = {}

    def once(self, what, values):
        if id(values) not in self.kept:  # with the array, so that no other takes its place in memory
            self.kept[id(values)] = what(values), values
        return self.kept[id(values)][0]

    def answer(self, law, income, totals):
        """totals: {column: values over the horizon by path}."""
        columns = {column: self.once(self.moments, values) for column, values in totals.items()}
        return {
            "path_days": law.paths * len(law.day_month), "n": len(income),
            "mean_completed": columns["completed_visits"]["mean"], "mean_after_hours": columns["after_hours"]["mean"],
            "columns": columns,
        } | self.once(self.of_income, income)  # fmt: skip

    @staticmethod
    def moments(values):
        return {"mean": float(values.mean()), "sd": float(values.std(ddof=1))}

    @staticmethod
    def of_income(income):
        ordered = np.sort(income)
        quantile = lambda level: float(ordered[int(np.ceil(level * len(income))) - 1])
        return Statistics.moments(income) | {"q05": quantile(0.05), "q50": quantile(0.5), "q95": quantile(0.95)}


def serve(simulate, groups=alone, warm_up_paths=512):
    """simulate(Rows, paths, seed) -> for each row (income by path, {column: values by path}); groups: alone, sharing."""
    with open(sys.argv[1]) as file:
        given = json.load(file)
    laws = [Law(row) for row in given.get("rows", [given])]
    groups = [(places, Rows([laws[row] for row in places])) for places in groups(laws)]
    for rows in {len(places): rows for places, rows in groups}.values():  # what is compiled may depend on how many
        simulate(rows, min(rows.law.paths, warm_up_paths), [rows.law.seed, 0])
    print("ready", flush=True)
    repetition = 0
    for line in sys.stdin:
        if line.strip() != "run":
            continue
        repetition += 1
        answers, simulated, start = [None] * len(laws), 0.0, time.perf_counter()
        for i, (places, rows) in enumerate(groups):
            began = time.perf_counter()
            results = simulate(rows, rows.law.paths, [rows.law.seed, repetition, i])
            simulated += time.perf_counter() - began
            statistics = Statistics()
            for row, (income, totals) in zip(places, results):
                answers[row] = statistics.answer(laws[row], income, totals)
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": simulated, "seconds_with_statistics": seconds, "rows": answers}), flush=True)
