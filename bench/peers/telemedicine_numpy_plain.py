"""The model of sim/LAW.md in numpy as a researcher writes it first: a month at a time, arrays [day, path], a call of
numpy's generator for every count.

Input and output: peer_io.py. With the tuned peer it shares the reading of the input, the traits and the pay, no draw
of a month. Paths go in chunks, because that is faster than whole columns.
"""

import numpy as np

import peer_io
from peer_pay import PayOffice

CHUNK = 2048


def days_off_and_events(law, rng, n, x):
    """Is a day off [day, path], and factors of slots and demand [day, path] that events leave."""
    days = len(law.day_month)
    off = np.zeros((days, n), bool)
    for first, end, share in law.years:
        taken = np.floor(share * x["sessions.days_off_per_year"] + rng.random(n))
        in_order = np.arange(end - first) < taken[:, None]
        off[first:end] = rng.permuted(in_order, axis=1).T
    slots, demand = np.ones((days, n)), np.ones((days, n))
    for event in law.events:
        p = np.minimum(1, x[f"events.{event['name']}.per_year"] / law.workdays_per_year)
        day, path = np.nonzero(rng.random((days, n)) < p)
        length = x[f"events.{event['name']}.days"]
        length = np.floor((length[path] if np.ndim(length) else length) + rng.random(len(day))).astype(int)
        covered = np.zeros((days, n), bool)  # where an event starts again, it goes on
        for d, i, k in zip(day, path, length):
            covered[d : d + k, i] = True
        slots[covered] *= event["slots"]
        demand[covered] *= event["demand"]
    return off, slots, demand


def draw_mix(law, rng, n, concentration):
    """Share of each code [code, path]."""
    mix = np.tile(law.shares[:, None], n)
    if len(law.shares) and np.any(concentration > 0):
        weights = rng.standard_gamma(concentration * mix)
        mix = np.where(concentration > 0, weights / weights.sum(0), mix)
    return mix


def gamma_minutes(rng, count, mean, sd):
    """Minutes of so many times."""
    if np.all(sd == 0):
        return count * mean
    return rng.standard_gamma(count * (mean / sd) ** 2) * (sd**2 / mean)


def beta(rng, mean, weight, shape):
    """Beta draws with this mean; the mean itself where it is 0 or 1 or the weight is 0."""
    inner = (mean > 0) & (mean < 1) & (weight > 0)
    a, b = np.where(inner, mean * weight, 1.0), np.where(inner, (1 - mean) * weight, 1.0)
    return np.where(inner, rng.beta(a, b, shape), mean) if np.any(inner) else np.broadcast_to(mean, shape)


class Year:
    """What goes from month to month of the paths of a chunk."""

    def __init__(self, law, rng, n):
        self.law, self.rng, self.n = law, rng, n
        self.x = x = peer_io.with_losses(law, peer_io.draw_traits(law, rng, n))
        self.mix = draw_mix(law, rng, n, x["codes.concentration"])
        self.off, self.slots_factor, self.demand_factor = days_off_and_events(law, rng, n, x)
        self.sigma = {state: np.sqrt(np.log1p(x[f"{state}.monthly_cv"] ** 2)) for state in peer_io.STATES}
        self.states, self.shock, self.moves = None, None, []
        self.pending = np.zeros(n)

    def month_factors(self):
        """Of each state."""
        law, rng = self.law, self.rng
        fresh = rng.standard_normal((len(law.live_states), self.n))
        if self.states is None:
            self.states = law.state_factor @ fresh
        else:
            memory = law.memory[:, None]
            self.states = memory * self.states + np.sqrt(1 - memory**2) * (law.innovation_factor @ fresh)
        live = {peer_io.STATES[i]: z for i, z in zip(law.live_states, self.states)}
        return {s: np.exp(self.sigma[s] * live.get(s, 0.0) - self.sigma[s] ** 2 / 2) for s in peer_io.STATES}

    def day_factors(self, days):
        """[day, path], autocorrelated from day to day."""
        x = self.x
        sigma = np.sqrt(np.log1p(x["demand.daily_cv"] ** 2))
        if not np.any(sigma):
            return 1.0
        z = self.rng.standard_normal((days, self.n))
        memory = x["demand.daily_ar1"]
        push = np.sqrt(1 - memory**2)
        for day in range(days):
            z[day] = z[day] if self.shock is None else memory * self.shock + push * z[day]
            self.shock = z[day]
        return np.exp(sigma * z - sigma**2 / 2)

    def month(self, month):
        """The ledger of a month."""
        law, rng, x, n = self.law, self.rng, self.x, self.n
        days = slice(law.first_day[month], law.first_day[month + 1])
        shape = (days.stop - days.start, n)
        if month % 12 == 0:
            self.quality = beta(rng, x["quality.mean"], x["quality.concentration"], n)
        factor = self.month_factors()
        start = x["ramp.start"]
        pace = np.log(np.maximum(1 - start, 0.05) / 0.05) / x["ramp.months_to_95"]
        ramp = np.where(start >= 0.95, 1.0, 1 - (1 - start) * np.exp(-pace * (month + 0.5)))
        panel = np.floor(x["panel.mature"] * ramp + 0.5)
        m = {column: 0.0 for column in law.columns}

        # Days: who works, what is asked for, what is booked.
        worked = ~self.off[days] & (self.slots_factor[days] > 0)
        slots = x["sessions.hours"] * x["sessions.slots_per_hour"] * self.slots_factor[days]
        if np.any(slots != np.floor(slots)):
            slots = np.floor(slots + rng.random(shape))
        slots = slots * worked
        mean = x["demand.visits_per_day"] * ramp * factor["demand"] * law.day_factor[days, None]
        demand = rng.poisson(mean * self.demand_factor[days] * self.day_factors(shape[0]) * worked)
        booked = np.minimum(demand, slots).astype(np.int64)
        m["turned_away"] = (demand - booked).sum(0)
        if law.booked_factor[month] < 1:
            booked = rng.binomial(booked, law.booked_factor[month])

        # Visits: no-shows vary from day to day, other losses do not.
        late, lost, rho = x["late_cancel.rate"], x["lost_call"], x["no_show.daily_rho"]
        p = np.minimum(x["no_show.rate"] * factor["no_show"], np.maximum(0, 1 - late - lost))
        with np.errstate(divide="ignore", invalid="ignore"):
            q = beta(rng, p, np.where(rho > 0, (1 - rho) / rho, 0.0), shape)
            other = np.where(p < 1, np.clip((late + lost) / (1 - p), 0, 1), 0.0)
            share_late = np.where(late + lost > 0, late / (late + lost), 0.0)
        no_shows = rng.binomial(booked, q)
        others = rng.binomial(booked - no_shows, other)
        completed = booked - no_shows - others

        # Minutes: idle time of the session takes inbox work first.
        visit = gamma_minutes(rng, completed, x["time.visit_minutes"], x["time.visit_minutes_sd"])
        present = np.maximum(0, 1 - x["sessions.days_off_per_year"] / law.workdays_per_year)
        expected = np.minimum(x["demand.visits_per_day"] * ramp, x["sessions.hours"] * x["sessions.slots_per_hour"])
        expected = expected * np.maximum(0, 1 - x["no_show.rate"] - late - lost) * present
        inbox = np.zeros(shape)
        for kind, column in zip(peer_io.KINDS, ("messages", "results", "other_items")):
            rate = x[f"{kind}.per_visit"] * expected + x[f"{kind}.per_member"] * panel * 12 / law.workdays_per_year
            rate = rate * factor[kind] * (law.message_factor[month] if column == "messages" else 1.0)
            if np.any(rate > 0):
                items = rng.poisson(rate, shape)
                m[column] = items.sum(0)
                inbox += gamma_minutes(rng, items, x[f"{kind}.minutes"], x[f"{kind}.minutes_sd"])
        free = 60 * x["sessions.hours"] * worked - visit - completed * x["time.charting_minutes"]

        m["workdays"], m["days_off"] = worked.sum(0), self.off[days].sum(0)
        m["sick_days"] = shape[0] - m["workdays"] - m["days_off"]
        m["session_hours"], m["slots"] = m["workdays"] * x["sessions.hours"], slots.sum(0)
        m["demand"], m["booked_visits"] = demand.sum(0), booked.sum(0)
        m["unfilled_slots"] = m["slots"] - m["booked_visits"]
        m["idle_hours"] = m["unfilled_slots"] / x["sessions.slots_per_hour"]
        m["no_shows"], m["completed_visits"] = no_shows.sum(0), completed.sum(0)
        m["late_cancels"] = rng.binomial(others.sum(0), share_late)
        m["tech_failures"] = others.sum(0) - m["late_cancels"]
        m["visit_hours"], m["inbox_hours"] = visit.sum(0) / 60, inbox.sum(0) / 60
        m["charting_hours"] = m["completed_visits"] * x["time.charting_minutes"] / 60
        m["late_charting_hours"] = m["completed_visits"] * x["time.late_charting_minutes"] / 60
        m["after_hours"] = np.maximum(0, inbox - free).sum(0) / 60 + m["late_charting_hours"]
        m["meeting_hours"] = x["time.meetings_hours_per_month"] + (x["time.training_hours"] if month == 0 else 0.0)
        m["panel_members"], m["quality_score"] = panel, self.quality
        if law.codes:
            self.codes(month, m)
        return m

    def codes(self, month, m):
        """wRVU, codes, and what reviews find."""
        law, rng, x = self.law, self.rng, self.x
        mean_wrvu = law.wrvu @ self.mix
        for what, column in (("unfilled", "unfilled_slots"), ("late_cancel", "late_cancels"), ("no_show", "no_shows"),
                             ("tech_failure", "tech_failures")):  # fmt: skip
            m[f"wrvu_lost_{what}"] = np.floor(m[column] * mean_wrvu + 0.5) / 100
        visits = rng.multinomial(m["completed_visits"], self.mix.T).T
        for start, end, share in law.recodes[month]:
            some = rng.binomial(visits[start], share)
            visits[start] -= some
            visits[end] += some
            m["wrvu_lost_recode"] = m["wrvu_lost_recode"] + some * (law.wrvu[start] - law.wrvu[end]) / 100
        down, up = x["audit.reviewed"] * x["audit.down"], x["audit.reviewed"] * x["audit.up"]
        lowered = rng.binomial(visits, down)
        raised = rng.binomial(visits - lowered, np.clip(up / np.maximum(1 - down, 1e-300), 0, 1))
        lowered[0], raised[-1] = 0, 0
        move = -lowered - raised
        move[:-1] += lowered[1:]
        move[1:] += raised[:-1]
        self.moves.append(move)
        for code, count in zip(law.codes, visits):
            m[f"visits.{code}"] = count
        m["generated_wrvu"], m["collections_usd"] = law.wrvu @ visits / 100, law.usd @ visits
        m["credited_wrvu"] = m["generated_wrvu"]
        self.pending = self.pending + law.wrvu @ move / 100
        lag = int(law.known("audit.lag_months"))
        if month >= lag:
            found = self.moves[month - lag]
            for code, moved in zip(law.codes, found):
                m[f"code_change.{code}"] = moved
            m["wrvu_lost_audit"] = -(law.wrvu @ found) / 100
            m["credited_wrvu"] = m["generated_wrvu"] - m["wrvu_lost_audit"]
            self.pending = self.pending - law.wrvu @ found / 100
        m["wrvu_pending"] = self.pending


def simulate(rows, paths, seed):
    assert len(rows.laws) == 1, "rows that this peer walks share nothing"
    law, rng = rows.law, np.random.default_rng(seed)
    income, totals = np.empty(paths), {column: np.zeros(paths) for column in law.columns}
    for first in range(0, paths, CHUNK):
        part = slice(first, min(paths, first + CHUNK))
        year, office = Year(law, rng, part.stop - first), PayOffice(law, part.stop - first)
        for month in range(law.months):
            ledger = year.month(month)
            office.settle(month, ledger)
            for column, values in ledger.items():
                if column in peer_io.LAST:
                    totals[column][part] = values
                else:
                    totals[column][part] += values
        income[part] = office.income
    totals["quality_score"] /= law.months
    return [(income, totals)]


if __name__ == "__main__":
    peer_io.serve(simulate)
