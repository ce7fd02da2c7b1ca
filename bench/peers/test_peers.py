"""The peers against closed forms on practices that have them.  /usr/bin/python3 test_peers.py [PEER] ...

Peers: numpy_plain, numpy, numba; numpy_sharing and numba_sharing, which are the last two on rows that walk together.

Seeds are fixed. A z-score compares a mean (or a variance) of 16,384 paths with its closed form; the error of a mean is
the law's or the sample's standard deviation, that of a variance comes from the fourth moment. |z| < 4.4 fails once in
92,000 checks, 60 to 700 are made of a peer. A mean that is off by 2 % (5 % where traits
spread it) must fail; this is checked too.
"""

import datetime
import importlib
import sys

import numpy as np

import peer_io

PATHS = 16384
LIMIT = 4.4

QUIET = {
    "sessions.hours": 8, "sessions.slots_per_hour": 3, "sessions.days_off_per_year": 0, "demand.visits_per_day": 10,
    "demand.monthly_cv": 0, "demand.monthly_ar1": 0, "demand.daily_cv": 0, "demand.daily_ar1": 0, "panel.mature": 0,
    "ramp.start": 1, "ramp.months_to_95": 20, "no_show.rate": 0, "no_show.daily_rho": 0, "no_show.monthly_cv": 0,
    "no_show.monthly_ar1": 0, "late_cancel.rate": 0, "tech_failure.rate": 0, "tech_failure.lost": 0.5,
    "codes.concentration": 0, "audit.reviewed": 0, "audit.down": 0.3, "audit.up": 0.1, "audit.lag_months": 0,
    "time.visit_minutes": 15, "time.visit_minutes_sd": 9, "time.charting_minutes": 0, "time.late_charting_minutes": 0,
    "time.meetings_hours_per_month": 0, "time.training_hours": 0, "quality.mean": 0.7, "quality.concentration": 0,
}  # fmt: skip
for kind in peer_io.KINDS:
    for key in "per_visit per_member monthly_cv monthly_ar1 minutes_sd".split():
        QUIET[f"{kind}.{key}"] = 0
    QUIET[f"{kind}.minutes"] = 2
WRVU = [0.7, 1.3, 1.92]
SHARES = [0.2, 0.5, 0.3]


def scheduled(months):
    days, day, month = [], datetime.date(2026, 1, 1), 1
    while month <= months:
        if day.weekday() < 5:
            days.append({"day": (day - datetime.date(2026, 1, 1)).days, "month": month, "weekday": day.weekday(),
                         "calendar_month": day.month})  # fmt: skip
        month += (day + datetime.timedelta(1)).month != day.month
        day += datetime.timedelta(1)
    return days


def practice(months=12, pay=(), guarantee=None, events=(), correlation=(), stress={}, **numbers):
    numbers = {key.replace("__", "."): value for key, value in numbers.items()}
    assert numbers.keys() <= QUIET.keys(), numbers.keys() - QUIET.keys()
    return peer_io.Law({
        "numbers": QUIET | numbers, "weekdays_per_year": 5 * 365.25 / 7, "weekday_factor": [1] * 7, "season": [1] * 12,
        "codes": [{"code": str(i), "share": s, "wrvu": w} for i, (s, w) in enumerate(zip(SHARES, WRVU))],
        "events": list(events), "correlation": list(correlation), "calendar": scheduled(months), "months": months,
        "paths": PATHS, "seed": 11, "threads": 0, "offer": {"pay": [dict(line) for line in pay], "guarantee": guarantee}, "stress": stress,
    })  # fmt: skip


class Check:
    def __init__(self, simulate, groups):
        self.simulate, self.groups, self.made, self.worst = simulate, groups, 0, 0.0

    def run(self, law):
        (self.income, self.columns), = self.simulate(peer_io.Rows([law]), PATHS, [law.seed, 5])

    def rows(self, laws, seed=6):
        """Simulates all rows and goes through them."""
        results = {}
        for group, places in enumerate(self.groups(laws)):
            rows = peer_io.Rows([laws[place] for place in places])
            results |= zip(places, self.simulate(rows, PATHS, [laws[0].seed, seed, group]))
        for place, law in enumerate(laws):
            self.income, self.columns = results[place]
            yield law

    def z_of_mean(self, values, mean, sd=None):
        return (values.mean() - mean) / ((values.std() if sd is None else sd) / np.sqrt(len(values)))

    def note(self, z, what):
        self.made, self.worst = self.made + 1, max(self.worst, abs(z))
        assert abs(z) < LIMIT, f"{what}: z = {z:.1f}"

    def mean(self, column, mean, sd=None, off=0.02):
        values = self.columns[column]
        self.note(self.z_of_mean(values, mean, sd), f"mean of {column} {values.mean()} against {mean}")
        assert abs(self.z_of_mean(values, mean * (1 + off), sd)) > LIMIT, f"{column}: {off} would not be seen"

    def variance(self, column, variance):
        squares = np.square(self.columns[column] - self.columns[column].mean())
        self.note(self.z_of_mean(squares, variance), f"variance of {column} {squares.mean()} against {variance}")

    def exact(self, column, value):
        self.made += 1
        assert np.allclose(self.columns[column], value, rtol=1e-12, atol=1e-9), (column, self.columns[column], value)


def losses(check):
    """Slots never fill: Poisson bookings with thinned and over-dispersed losses."""
    p, rho, cancel, lost, off, rate = 0.1, 0.05, 0.06, 0.04, 21, 10.0
    law = practice(no_show__rate=p, no_show__daily_rho=rho, late_cancel__rate=cancel, tech_failure__rate=2 * lost,
                   sessions__days_off_per_year=off, sessions__hours=24, audit__reviewed=0.5,
                   time__charting_minutes=6, time__late_charting_minutes=3,
                   **{"inbox.messages.per_visit": 1.2, "inbox.messages.minutes_sd": 1.5})  # fmt: skip
    days = len(law.day_month)
    worked = days - off
    kept = 1 - p - cancel - lost
    check.run(law)
    check.exact("workdays", worked)
    check.exact("session_hours", 24 * worked)
    check.exact("slots", 72 * worked)
    check.exact("turned_away", 0)
    check.mean("demand", rate * worked)
    check.variance("demand", rate * worked)
    check.mean("no_shows", rate * p * worked)
    check.variance("no_shows", worked * (rate * p + rate**2 * p * (1 - p) * rho))
    check.mean("late_cancels", rate * cancel * worked)
    check.mean("tech_failures", rate * lost * worked)
    check.variance("late_cancels", worked * (rate * cancel + (rate * cancel / (1 - p)) ** 2 * p * (1 - p) * rho))
    check.mean("completed_visits", rate * kept * worked)
    completed_variance = worked * (rate * kept + (rate * kept / (1 - p)) ** 2 * p * (1 - p) * rho)
    check.variance("completed_visits", completed_variance)
    check.mean("visit_hours", rate * kept * worked * 15 / 60)
    check.variance("visit_hours", (rate * kept * worked * 9**2 + completed_variance * 15**2) / 3600)
    check.mean("charting_hours", rate * kept * worked * 6 / 60)
    mean_wrvu = np.dot(SHARES, WRVU)
    wrvu_variance = np.dot(SHARES, np.square(WRVU)) - mean_wrvu**2
    check.mean("generated_wrvu", rate * kept * worked * mean_wrvu)
    check.variance("generated_wrvu", rate * kept * worked * wrvu_variance + completed_variance * mean_wrvu**2)
    taken = 0.5 * (0.3 * (SHARES[1] * 0.6 + SHARES[2] * 0.62) - 0.1 * (SHARES[0] * 0.6 + SHARES[1] * 0.62))
    check.mean("wrvu_lost_audit", rate * kept * worked * taken)
    check.mean("credited_wrvu", rate * kept * worked * (mean_wrvu - taken))
    check.mean("code_change.2", rate * kept * worked * 0.5 * (0.1 * SHARES[1] - 0.3 * SHARES[2]))
    messages = 1.2 * rate * kept * (1 - off / law.workdays_per_year)
    check.mean("messages", messages * days)
    check.variance("messages", messages * days)
    check.mean("inbox_hours", messages * days * 2 / 60)
    check.variance("inbox_hours", messages * days * (2**2 + 1.5**2) / 3600)
    # A session of 24 hours always has idle time: only inbox of days off and late charting are after hours.
    check.mean("after_hours", messages * off * 2 / 60 + rate * kept * worked * 3 / 60)


def full_slots(check):
    """Slots always fill: exact bookings and pay; beta-binomial losses; Dirichlet mix; events."""
    p, rho, months = 0.2, 0.1, 18
    law = practice(months, demand__visits_per_day=400.0, sessions__hours=4, no_show__rate=p, no_show__daily_rho=rho,
                   codes__concentration=30.0, sessions__days_off_per_year=0)  # fmt: skip
    days = len(law.day_month)
    check.run(law)
    check.exact("booked_visits", 12 * days)
    check.mean("no_shows", 12 * p * days, np.sqrt(days * 12 * p * (1 - p) * (1 + 11 * rho)))
    check.variance("no_shows", days * 12 * p * (1 - p) * (1 + 11 * rho))
    check.columns["share"] = check.columns["visits.1"] / check.columns["completed_visits"]
    check.mean("share", 0.5)
    between = 0.25 / 31
    check.variance("share", between + (0.25 - between) / (12 * days * (1 - p)))  # 1 / n and 1 / E(n) differ by 1e-4

    pay = [
        {"usd_per_month": 1000.0},
        {"measure": "completed_visits", "mode": "marginal", "reset": "month",
         "tiers": [{"above": 100, "usd": 3.0}, {"above": 250, "usd": 7.0}]},
        {"measure": "completed_visits", "mode": "retroactive", "reset": "quarter",
         "tiers": [{"at_least": 756, "usd": 2.0}, {"above": 768, "usd": 5.0}]},
        {"measure": "completed_visits", "mode": "lump_sum", "reset": "year", "paid": "period_end",
         "tiers": [{"above": 3000, "usd": 10000.0}]},
        {"measure": "panel_members", "mode": "rate", "usd": 0.5, "reset": "month"},
        {"measure": "quality_score", "mode": "rate", "usd": 8000.0, "reset": "year"},
    ]  # fmt: skip
    law = practice(months, pay, {"usd": 9000.0, "per": "quarter"}, demand__visits_per_day=400.0, sessions__hours=4,
                   panel__mature=1000.0, ramp__start=0.2, ramp__months_to_95=10.0)  # fmt: skip
    visits = 12 * np.diff(law.first_day)
    pace = np.log(0.8 / 0.05) / 10
    panel = np.floor(1000 * (1 - 0.8 * np.exp(-pace * (np.arange(months) + 0.5))) + 0.5)
    paid, quarter, first, second = 0.0, 0.0, 0.0, 0.0
    for m in range(months):
        q = visits[m]
        month = 1000 + 3 * max(0, min(q, 250) - 100) + 7 * max(0, q - 250) + 0.5 * panel[m]
        first = 0.0 if m % 3 == 0 else first
        to_date = visits[m - m % 3 : m + 1].sum()
        now = to_date * (5 if to_date > 768 else 2 if to_date >= 756 else 0)
        month, first = month + now - first, now
        month += 8000 * 0.7 if m % 12 == 0 else 0  # the mean to date stands from the first month on
        if m % 12 == 11 or m == months - 1:
            month += 10000 if visits[m - m % 12 : m + 1].sum() > 3000 else 0
        quarter = month if m % 3 == 0 else quarter + month
        paid += month + (max(0, 9000 - quarter) if m % 3 == 2 else 0)
    check.run(law)
    check.columns["income"] = check.income
    check.exact("income", round(paid, 2))
    check.exact("panel_members", panel[-1])

    start, length = 6 / (5 * 365.25 / 7), 4
    law = practice(events=[{"name": "e", "per_year": 6.0, "days": 4.0, "slots": 0.0, "demand": 1.0}])
    check.run(law)
    open_days = (1 - start) ** np.minimum(np.arange(len(law.day_month)) + 1, length)
    check.mean("workdays", open_days.sum())
    law = practice(events=[{"name": "e", "per_year": 6.0, "days": 4.0, "slots": 1.0, "demand": 1.5}],
                   sessions__hours=24, demand__visits_per_day=4.0)  # fmt: skip
    check.run(law)
    check.mean("demand", 4 * (1.5 - 0.5 * open_days).sum())


def memory_and_traits(check):
    """Lognormal monthly and daily factors with memory, traits with and without a copula, quality by the year."""
    cv, day_cv, rate = 0.25, 0.4, 12.0
    law = practice(demand__visits_per_day=rate, sessions__hours=24, demand__monthly_cv=cv, demand__monthly_ar1=0.8,
                   demand__daily_cv=day_cv, demand__daily_ar1=0.6, quality__concentration=10.0,
                   correlation=[{"a": "demand", "b": "inbox.messages", "rho": 0.5}],
                   **{"inbox.messages.per_visit": 30.0, "inbox.messages.monthly_cv": 0.3})  # fmt: skip
    days, month = len(law.day_month), law.day_month
    check.run(law)
    apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
    months_apart = np.abs(np.subtract.outer(month, month))
    joint = np.log1p(cv**2) * 0.8**months_apart + np.log1p(day_cv**2) * 0.6**apart
    check.mean("demand", rate * days)
    check.variance("demand", rate * days + rate**2 * np.expm1(joint).sum())
    messages = 30 * rate
    check.mean("messages", messages * days)
    check.variance("messages", messages * days + messages**2 * 0.3**2 * np.square(np.diff(law.first_day)).sum())
    # The states of one month are correlated; messages have no memory of their own.
    tie = 2 * np.sin(np.pi * 0.5 / 6) * np.sqrt(np.log1p(cv**2) * np.log1p(0.3**2))
    product = (check.columns["demand"] - rate * days) * (check.columns["messages"] - messages * days)
    same_or_later = (month[:, None] >= month[None, :]) * 0.8 ** np.maximum(0, month[:, None] - month[None, :])
    covariance = rate * messages * np.expm1(tie * same_or_later).sum()
    check.note(check.z_of_mean(product, covariance), "covariance of demand and messages")
    check.mean("quality_score", 0.7)
    check.variance("quality_score", 0.7 * 0.3 / 11)

    pert = {"law": "pert", "low": 0.02, "likely": 0.1, "high": 0.3, "range": [0, 1]}
    share = {"law": "beta", "mean": 0.1, "sd": 0.05, "range": [0, 1]}
    pace = {"law": "gamma", "mean": 12.0, "sd": 3.0, "range": [0, 600]}
    level = {"law": "lognormal", "median": 6.0, "sigma": 0.3, "range": [0, 5000]}
    for tied in (False, True):
        ties = [{"a": "no_show.rate", "b": "time.visit_minutes", "rho": 0.6},
                {"a": "late_cancel.rate", "b": "demand.visits_per_day", "rho": -0.3}]  # fmt: skip
        law = practice(sessions__hours=24, no_show__rate=pert, late_cancel__rate=share, time__visit_minutes=pace,
                       demand__visits_per_day=level, correlation=ties if tied else [])  # fmt: skip
        check.run(law)
        check.mean("demand", 6 * np.exp(0.3**2 / 2) * days)
        mean_square = 36 * np.exp(2 * 0.3**2)
        check.variance("demand", mean_square * days**2 - (6 * np.exp(0.045) * days) ** 2 + 6 * np.exp(0.045) * days)
        no_show = (0.02 + 0.4 + 0.3) / 6
        check.mean("no_shows", 6 * np.exp(0.045) * days * no_show, off=0.05)
        if not tied:
            check.mean("late_cancels", 6 * np.exp(0.045) * days * 0.1, off=0.05)
            check.mean("visit_hours", 6 * np.exp(0.045) * days * (1 - no_show - 0.1) * 12 / 60)
        else:
            pace_seen = check.columns["visit_hours"] / np.maximum(check.columns["completed_visits"], 1)
            missed = check.columns["no_shows"] / np.maximum(check.columns["booked_visits"], 1)
            ranks = [np.argsort(np.argsort(v)) for v in (pace_seen, missed)]
            # Standard error of a rank correlation of 0.6: about (1 - 0.6^2) / sqrt(n) = 0.005; noise within the path
            # takes up to 0.02 more.
            seen = np.corrcoef(*ranks)[0, 1]
            assert 0.6 - 0.02 - LIMIT * 0.005 < seen < 0.6 + LIMIT * 0.005, seen
            check.made += 1


def consistent(check):
    """Columns add up on every path of a practice with everything in it."""
    law = practice(no_show__rate=0.3, no_show__daily_rho=0.2, late_cancel__rate=0.1, tech_failure__rate=0.3,
                   demand__visits_per_day=22.0, sessions__slots_per_hour=2.3, audit__reviewed=0.7, audit__lag_months=3,
                   codes__concentration=5.0, no_show__monthly_cv=0.8, sessions__days_off_per_year=17.5,
                   events=[{"name": "e", "per_year": 9.0, "days": 2.5, "slots": 0.4, "demand": 1.2}])  # fmt: skip
    check.run(law)
    c = check.columns
    fates = c["no_shows"] + c["late_cancels"] + c["tech_failures"] + c["completed_visits"]
    for left, right in (("booked_visits", fates), ("demand", c["booked_visits"] + c["turned_away"]),
                        ("slots", c["booked_visits"] + c["unfilled_slots"]),
                        ("completed_visits", c["visits.0"] + c["visits.1"] + c["visits.2"]),
                        ("generated_wrvu", c["visits.0"] * 0.7 + c["visits.1"] * 1.3 + c["visits.2"] * 1.92),
                        ("credited_wrvu", c["generated_wrvu"] - c["wrvu_lost_audit"])):  # fmt: skip
        check.exact(left, right)
    check.mean("workdays", len(law.day_month) - 17.5)
    assert set(np.unique(c["workdays"])) == {len(law.day_month) - 18.0, len(law.day_month) - 17.0}
    assert all((c[name] >= 0).all() for name in peer_io.COLUMNS if not name.startswith(("wrvu_lost_a", "wrvu_p")))


def stress_of(booked=1.0, messages=1.0, recode=0.0, months=12):
    """Bookings in the second quarter, messages all year, codes in the second half."""
    second, half = [3 <= m < 6 for m in range(months)], [m >= 6 for m in range(months)]
    return {"booked_visits": [booked if on else 1.0 for on in second], "messages": [messages] * months,
            "recodes": [[[2, 1, recode]] if on and recode else [] for on in half]}  # fmt: skip


def check_stressed(check, law, rate, off, rho, limited):
    """Slots never fill; `limited`: rates are the same on all paths, so that variances are known."""
    p, cancel, lost = law.known("no_show.rate"), law.known("late_cancel.rate"), law.known("tech_failure.rate") / 2
    kept, per_month, wide = 1 - p - cancel - lost, np.diff(law.first_day), 0.02 if limited else 0.05
    worked = per_month * (1 - off / len(law.day_month))
    booked = rate * worked * law.booked_factor
    check.mean("demand", rate * worked.sum(), off=wide)
    check.mean("booked_visits", booked.sum(), off=wide)
    check.mean("no_shows", p * booked.sum(), off=wide)
    check.mean("late_cancels", cancel * booked.sum(), off=wide)
    check.mean("tech_failures", lost * booked.sum(), off=wide)
    check.mean("completed_visits", kept * booked.sum(), off=wide)
    check.mean("visit_hours", kept * booked.sum() * 15 / 60, off=wide)
    check.mean("unfilled_slots", 72 * worked.sum() - booked.sum())
    recoded = np.array([sum(share for _, _, share in steps) for steps in law.recodes])
    check.mean("visits.2", kept * SHARES[2] * (booked * (1 - recoded)).sum(), off=wide)
    check.mean("visits.1", kept * (booked * (SHARES[1] + SHARES[2] * recoded)).sum(), off=wide)
    taken = kept * SHARES[2] * (booked * recoded).sum()
    if taken:
        check.mean("wrvu_lost_recode", taken * (WRVU[2] - WRVU[1]), off=wide)
    down = 0.5 * 0.3 * kept * (booked * (SHARES[1] * 0.6 + SHARES[2] * (0.62 - recoded * 0.02))).sum()
    up = 0.5 * 0.1 * kept * (booked * (SHARES[0] * 0.6 + (SHARES[1] + SHARES[2] * recoded) * 0.62)).sum()
    check.mean("wrvu_lost_audit", down - up, off=wide)
    present = 1 - off / law.workdays_per_year
    messages = 1.2 * rate * kept * present * (per_month * law.message_factor).sum()
    check.mean("messages", messages, off=wide)
    check.mean("inbox_hours", messages * 2 / 60, off=wide)
    check.mean("after_hours", messages * off / len(law.day_month) * 2 / 60 + kept * booked.sum() * 3 / 60, off=wide)
    check.columns["share of pay"] = check.income / check.columns["completed_visits"]
    check.mean("share of pay", law.pay[0]["usd"], 1e-3)
    if limited:
        days = worked * 1.0
        check.variance("messages", messages)
        check.variance("inbox_hours", messages * (2**2 + 1.5**2) / 3600)
        check.variance("no_shows", p * booked.sum() + p * (1 - p) * rho * (days * np.square(rate * law.booked_factor)).sum())
        spread = (days * np.square(rate * law.booked_factor * kept / (1 - p))).sum() * p * (1 - p) * rho
        check.variance("completed_visits", kept * booked.sum() + spread)
        check.variance("visit_hours", (kept * booked.sum() * 9**2 + (kept * booked.sum() + spread) * 15**2) / 3600)


def stresses(check):
    """Rows under stresses, with loss rates and offers of their own."""
    rho, off, rate = 0.05, 0, 10.0
    numbers = {"no_show.daily_rho": rho, "sessions.hours": 24, "audit.reviewed": 0.5, "time.late_charting_minutes": 3,
               "inbox.messages.per_visit": 1.2, "inbox.messages.minutes_sd": 1.5}  # fmt: skip
    level = {"law": "lognormal", "median": 10 * np.exp(-0.045), "sigma": 0.3, "range": [0, 5000]}
    for limited, demand, off in ((True, rate, 0), (False, level, 21)):
        laws = []
        for p, stress, usd in ((0.1, {}, 60), (0.1, stress_of(booked=0.8), 60), (0.1, stress_of(recode=1.0), 60),
                               (0.1, stress_of(messages=2.0), 60), (0.1, stress_of(0.8, 2.0, 1.0), 60), (0.1, {}, 70),
                               (0.1, stress_of(0.3, 1.02, 0.4), 60), (0.11, stress_of(0.8, 0.9), 60), (0.115, {}, 60),
                               (0.13, stress_of(messages=0.5), 60), (0.3, stress_of(recode=1.0), 60)):  # fmt: skip
            laws.append(practice(pay=[{"measure": "completed_visits", "mode": "rate", "usd": float(usd), "reset": "month"}],
                                 stress=stress, demand__visits_per_day=demand, no_show__rate=p, late_cancel__rate=0.06,
                                 tech_failure__rate=0.08, sessions__days_off_per_year=off, **numbers))  # fmt: skip
        for law in check.rows(laws):
            check_stressed(check, law, rate, off, rho, limited)


def alone_and_together(check):
    """Rows of a practice with everything in it have the mean and variance of each column that they have alone."""
    pert = {"law": "pert", "low": 0.02, "likely": 0.1, "high": 0.3, "range": [0, 1]}
    pay = [{"measure": "credited_wrvu", "mode": "marginal", "reset": "quarter",
            "tiers": [{"above": 900, "usd": 30.0}, {"above": 1200, "usd": 50.0}]},
           {"measure": "messages", "mode": "rate", "usd": 0.5, "reset": "month"}]  # fmt: skip
    laws = [practice(pay=pay, guarantee={"usd": 9000.0, "per": "month"}, stress=stress, no_show__rate=pert,
                     no_show__daily_rho=0.05, no_show__monthly_cv=0.4, late_cancel__rate=cancel, tech_failure__rate=0.1,
                     demand__visits_per_day=22.0, demand__monthly_cv=0.1, demand__daily_cv=0.1, demand__daily_ar1=0.5,
                     sessions__slots_per_hour=2.75, sessions__days_off_per_year=17.5, audit__reviewed=0.7,
                     audit__lag_months=3, codes__concentration=50.0, time__visit_minutes=17,
                     correlation=[{"a": "demand", "b": "inbox.messages", "rho": 0.2}],
                     events=[{"name": "e", "per_year": 3.0, "days": 2.5, "slots": 0.4, "demand": 1.2}],
                     **{"inbox.messages.per_visit": 1.5, "inbox.messages.monthly_cv": 0.3,
                        "inbox.messages.minutes_sd": 2, "inbox.results.per_visit": 0.6})
            for cancel, stress in ((0.05, {}), (0.05, stress_of(0.8, 2.0, 1.0)), (0.09, {}),
                                   (0.09, stress_of(messages=2.0, recode=0.5)))]  # fmt: skip
    for place, law in enumerate(check.rows(laws)):
        columns = check.columns | {"income": check.income}
        check.run(law)
        other = check.columns | {"income": check.income}
        for name, values in columns.items():
            for what in (lambda v: v, lambda v: np.square(v - v.mean())):
                a, b = what(values), what(other[name])
                error = np.sqrt((a.var() + b.var()) / PATHS)
                if error:
                    check.note((a.mean() - b.mean()) / error, f"{name} of row {place}, together and alone")
        assert abs(columns["income"].mean() * 1.02 - other["income"].mean()) > LIMIT * np.sqrt(
            (columns["income"].var() + other["income"].var()) / PATHS), "2 % of income would not be seen"  # fmt: skip


if __name__ == "__main__":
    for peer in sys.argv[1:] or ["numpy_plain", "numpy", "numba", "numpy_sharing", "numba_sharing"]:
        shares = peer.endswith("_sharing")
        simulate = importlib.import_module(f"telemedicine_{peer}").simulate
        check = Check(simulate, peer_io.sharing if shares else peer_io.alone)
        rows = (stresses, alone_and_together)
        for case in rows if shares else (losses, full_slots, memory_and_traits, consistent, stresses):
            case(check)
            print(f"{peer}: {case.__name__} passed ({check.made} checks, largest |z| {check.worst:.2f})", flush=True)
