"""The model of sim/LAW.md in vectorised numpy: one process, arrays over paths, loops over days only.

Input and output: peer_io.py. Every level of the law, stresses of bookings, messages and codes. Paths go in chunks whose
arrays stay in cache. Rows that walk together share what they do not change: each stage is drawn once for each of its
variants; a row that walks alone is the case of one variant.
"""

import numpy as np

import peer_io
from numpy_draws import (MOST_INVERTED, SMALL, Alias, Arrivals, Inversion, Poisson, Scratch, draw_days_off,
                         draw_event_days, draw_mix, gamma_minutes, log_normal_spread, moved_codes, split_codes)  # fmt: skip
from peer_pay import PayOffice

CHUNK = 8192


class Workplace:
    """Arrays that the days of a chunk reuse."""

    def __init__(self, n):
        self.scratch = Scratch(n)
        self.demand = Poisson(self.scratch)
        self.no_shows, self.others = Inversion(self.scratch), Inversion(self.scratch)
        self.inbox = [Arrivals(self.scratch) for _ in peer_io.KINDS]
        self.kept = {}

    def array(self, *name):
        if name not in self.kept:
            self.kept[name] = np.empty(len(self.scratch.u))
        return self.kept[name]


class Fates:
    """No-shows and other losses of booked visits, under one set of loss rates."""

    def __init__(self, at, x, most_slots, tables):
        self.at, self.x, self.tables, self.most_slots = at, x, tables, most_slots
        self.other_loss, self.rho = x["late_cancel.rate"] + x["lost_call"], x["no_show.daily_rho"]
        self.p = None

    def set_month(self, factor):
        if self.tables or (self.p is not None and not np.ndim(factor)):
            return
        n, rho, other = len(self.at.scratch.u), self.rho, self.other_loss
        self.p = p = np.minimum(self.x["no_show.rate"] * factor, np.maximum(0, 1 - other))
        with np.errstate(divide="ignore", invalid="ignore"):
            self.c = c = np.where(np.less(p, 1), np.clip(other / (1 - p), 0, 1), 0.0)
            self.log_c, self.log_p = np.log1p(-c), np.log1p(-p)
        self.inverted = self.most_slots <= MOST_INVERTED and np.max(p) < SMALL and np.max(c) < SMALL
        if self.inverted and np.all(np.greater(rho, 0)):
            self.a = a = np.broadcast_to(p * (1 - rho) / rho, n)
            self.b = b = np.broadcast_to((1 - p) * (1 - rho) / rho, n)
            none_lost = np.empty((self.most_slots + 2, n))
            none_lost[0] = 1
            for i in range(self.most_slots + 1):
                np.multiply(none_lost[i], (b + i) / (a + b + i), out=none_lost[i + 1])
            self.none_lost = none_lost.reshape(-1)

    def draw(self, rng, booked, places):
        """No-shows, those who stay, their other losses; valid until the next draw."""
        at = self.at
        if self.tables:
            of_no_shows, of_others = places
            row = np.multiply(booked, of_no_shows.cells, out=at.array("row"))
            no_shows = of_no_shows.read(self.tables[0], row, at.array("lost"))
            stay = np.subtract(booked, no_shows, out=at.array("stay"))
            np.multiply(stay, of_others.cells, out=row)
            return no_shows, stay, of_others.read(self.tables[1], row, at.array("other"))
        if not self.inverted:
            return self.draw_anyhow(rng, booked)
        if np.all(np.greater(self.rho, 0)):
            no_shows = at.no_shows.beta_binomial(rng, booked, self.a, self.b, self.none_lost, 4)
        else:
            no_shows = at.no_shows.binomial(rng, booked, self.p, self.log_p, 4)
        stay = np.subtract(booked, no_shows, out=at.array("stay"))
        return no_shows, stay, at.others.binomial(rng, stay, self.c, self.log_c, 3)

    def draw_anyhow(self, rng, booked):
        n, p, rho = len(booked), self.p, self.rho
        q = np.broadcast_to(p, n)
        inner = (q > 0) & (q < 1) & np.greater(rho, 0)
        weight = (1 - rho) / np.where(np.greater(rho, 0), rho, 1)
        a, b = np.where(inner, p * weight, 1.0), np.where(inner, (1 - p) * weight, 1.0)
        q = np.where(inner, rng.beta(np.maximum(a, 1e-300), np.maximum(b, 1e-300)), q)
        visits = booked.astype(np.int64)
        no_shows = rng.binomial(visits, q)
        stay = visits - no_shows
        return no_shows, stay, rng.binomial(stay, self.c)


class Sums:
    """Sums over the days of a month, one for each variant of what they depend on."""

    def __init__(self, n, **variants):
        for name, count in variants.items():
            setattr(self, name, [np.zeros(n) for _ in range(count)])


class Walk:
    """Rows on the paths of a chunk, month by month and day by day."""

    def __init__(self, rows, rng, at, known):
        self.rows, self.law, self.rng, self.at = rows, rows.law, rng, at
        self.n = n = len(at.scratch.u)
        law = self.law
        self.x = x = peer_io.draw_traits(law, rng, n)
        self.mix = draw_mix(law, rng, n, x["codes.concentration"])
        self.mean_wrvu = sum(m * w for m, w in zip(self.mix, law.wrvu))
        self.off = draw_days_off(law, rng, n, x)
        events = [(event, draw_event_days(law, rng, n, x, event)) for event in law.events]
        self.events = [(event, days) for event, days in events if days is not None]

        self.slots = x["sessions.hours"] * x["sessions.slots_per_hour"]
        self.slots_whole = np.all(self.slots == np.floor(self.slots))
        self.steady_slots = self.slots_whole and all(event["slots"] in (0, 1) for event, _ in self.events)
        most_slots = int(np.max(self.slots) * max([1.0] + [event["slots"] for event, _ in self.events])) + 1
        self.losses = [peer_io.with_losses(rows.laws[row], x) for row in rows.loss_rows]
        self.fates = [Fates(at, losses, most_slots, known.tables and known.tables[i])
                      for i, losses in enumerate(self.losses)]  # fmt: skip
        self.places = known.tables and [
            (Alias(at.scratch, known.cells), Alias(at.scratch, known.cells)) for _ in rows.tracks["bookings"]]  # fmt: skip
        present = np.maximum(0, 1 - x["sessions.days_off_per_year"] / law.workdays_per_year)
        self.kept = [np.maximum(0, 1 - y["no_show.rate"] - y["late_cancel.rate"] - y["lost_call"]) * present
                     for y in self.losses]  # fmt: skip
        start = x["ramp.start"]
        with np.errstate(divide="ignore"):
            self.pace = np.log(np.maximum(1 - start, 1e-300) / 0.05) / x["ramp.months_to_95"]
        self.spread = [log_normal_spread(x[f"{s}.monthly_cv"]) for s in peer_io.STATES]
        self.day_spread = log_normal_spread(x["demand.daily_cv"])
        self.has_shock = bool(np.any(self.day_spread))
        self.push = np.sqrt(1 - np.square(x["demand.daily_ar1"])) * self.day_spread
        self.visit_times = gamma_times(x["time.visit_minutes"], x["time.visit_minutes_sd"])
        self.kinds = [(i, x[f"{kind}.per_visit"], x[f"{kind}.per_member"],
                       gamma_times(x[f"{kind}.minutes"], x[f"{kind}.minutes_sd"]))
                      for i, kind in enumerate(peer_io.KINDS)
                      if np.any(x[f"{kind}.per_visit"]) or np.any(x[f"{kind}.per_member"])]  # fmt: skip
        self.states, self.quality = None, None
        self.review = Review(law, rng, at, self.mix, x)

    def open_month(self, month):
        """Year and month: states, rates, and the variants of the stages."""
        rng, law, x, n, rows = self.rng, self.law, self.x, self.n, self.rows
        if month % 12 == 0:
            mean, c = x["quality.mean"], x["quality.concentration"]
            self.quality = np.broadcast_to(mean, n)
            if np.any(c):
                inner = (mean > 0) & (mean < 1) & (c > 0)
                a, b = np.where(inner, mean * c, 1.0), np.where(inner, (1 - mean) * c, 1.0)
                self.quality = np.where(inner, rng.beta(a, b, n), self.quality)
        factor = self.draw_states()
        start = x["ramp.start"]
        ramp = np.where(start >= 0.95, 1.0, 1 - (1 - start) * np.exp(-self.pace * (month + 0.5)))
        self.panel = np.broadcast_to(np.floor(x["panel.mature"] * ramp + 0.5), n)
        self.base_mean = x["demand.visits_per_day"] * ramp * factor[0] * np.exp(-np.square(self.day_spread) / 2)

        self.stays = [rows.laws[row].booked_factor[month] for row in rows.first["bookings"][month]]
        self.visits = [(rows.variant["bookings"][month][row], rows.loss[row]) for row in rows.first["visits"][month]]
        for fates in self.fates:
            fates.set_month(factor[1])
        # Variants of the inbox go by their rates, so that each is the one before and more.
        inbox = rows.first["inbox"][month]
        place = lambda i: (np.mean(self.kept[rows.loss[inbox[i]]]), rows.laws[inbox[i]].message_factor[month])
        self.inbox = sorted(range(len(inbox)), key=place)
        members = self.panel * (12 / law.workdays_per_year)
        base_visits = np.minimum(x["demand.visits_per_day"] * ramp, self.slots)
        days = law.first_day[month + 1] - law.first_day[month]
        for i, per_visit, per_member, times in self.kinds:
            rates = []
            for row in (inbox[variant] for variant in self.inbox):
                rates.append(factor[2 + i] * (per_visit * base_visits * self.kept[rows.loss[row]] + per_member * members)
                             * (rows.laws[row].message_factor[month] if i == 0 else 1.0))  # fmt: skip
            self.at.inbox[i].set_month(rng, rates, times, days)
        self.after = [[] for _ in inbox]  # of each variant of the inbox: which of `after`, which of the visits
        for i, row in enumerate(rows.first["after"][month]):
            self.after[rows.variant["inbox"][month][row]].append((i, rows.variant["visits"][month][row]))

    def draw_states(self):
        rng, law = self.rng, self.law
        factor = [1.0] * 5
        if law.live_states:
            fresh = rng.standard_normal((len(law.live_states), self.n))
            if self.states is None:
                self.states = law.state_factor @ fresh
            else:
                fresh = law.innovation_factor @ fresh
                self.states *= law.memory[:, None]
                fresh *= np.sqrt(1 - law.memory**2)[:, None]
                self.states += fresh
            for i, s in zip(law.live_states, self.states):
                factor[i] = np.exp(self.spread[i] * s - self.spread[i] ** 2 / 2)
        return factor

    def open_day(self, day):
        """Who works, with how many slots, and what is asked for."""
        rng, law, at = self.rng, self.law, self.at
        worked, mean, shock = at.array("worked"), at.array("mean"), at.array("shock")
        np.subtract(1, self.off[day], out=worked)
        if self.has_shock:
            rng.standard_normal(out=mean)
            if day == 0:
                np.multiply(mean, self.day_spread, out=shock)
            else:
                mean *= self.push
                shock *= self.x["demand.daily_ar1"]
                shock += mean
            np.exp(shock, out=mean)
            mean *= self.base_mean
        else:
            mean[...] = self.base_mean
        if law.day_factor[day] != 1:
            mean *= law.day_factor[day]
        slots, changed = self.slots, at.array("slots")
        for event, covered in self.events:
            paths = covered[day]
            if event["slots"] == 0:
                worked[paths] = 0
            elif event["slots"] != 1:
                if slots is not changed:
                    slots = changed
                    slots[...] = self.slots
                slots[paths] *= event["slots"]
            if event["demand"] != 1:
                mean[paths] *= event["demand"]
        if slots is changed or not self.slots_whole:
            slots = np.floor(slots + rng.random(self.n), out=changed)
        mean *= worked
        at.demand.set_means(mean)
        return worked, slots, at.demand.draw(rng)

    def days(self, month):
        law, rng, at, x, n = self.law, self.rng, self.at, self.x, self.n
        s = Sums(n, workdays=1, slots=1, demand=1, asked=1, booked=len(self.stays), no_shows=len(self.visits),
                 others=len(self.visits), visit=len(self.visits), after=sum(map(len, self.after)))  # fmt: skip
        free = [at.array("free", v) for v in range(len(self.visits))]
        after, session = at.array("after"), at.array("session")
        first = law.first_day[month]
        for day in range(first, law.first_day[month + 1]):
            worked, slots, demand = self.open_day(day)
            s.workdays[0] += worked
            s.demand[0] += demand
            if not self.steady_slots:
                s.slots[0] += slots * worked
            asked = np.minimum(demand, slots, out=at.array("asked"))
            if 1 not in self.stays:
                s.asked[0] += asked
            booked = [self.thin(asked, i) for i in range(len(self.stays))]
            for sums, count in zip(s.booked, booked):
                sums += count

            # What becomes of the visits.
            np.multiply(worked, x["sessions.hours"] * 60, out=session)
            for v, (of, loss) in enumerate(self.visits):
                no_shows, stay, others = self.fates[loss].draw(rng, booked[of], self.places and self.places[of])
                completed = np.subtract(stay, others, out=at.array("completed"))
                minutes = gamma_minutes(rng, completed, *self.visit_times)
                np.subtract(session, minutes, out=free[v])
                s.no_shows[v] += no_shows
                s.others[v] += others
                s.visit[v] += minutes
                completed *= x["time.charting_minutes"]
                free[v] -= completed

            # Idle time of the session takes inbox work first.
            for place, variant in enumerate(self.inbox):
                inbox = [at.inbox[kind[0]].draw(rng, place, day - first) for kind in self.kinds]
                inbox = sum(inbox[1:], inbox[0]) if inbox else 0.0
                for i, v in self.after[variant]:
                    np.subtract(inbox, free[v], out=after)
                    np.maximum(after, 0, out=after)
                    s.after[i] += after
        return s

    def thin(self, asked, i):
        """Visits booked under factor i of the month."""
        stays, rng, at = self.stays[i], self.rng, self.at
        if self.places:
            for place in self.places[i]:
                place.move(rng)
        if stays == 1:
            return asked
        if stays > 1 - SMALL and np.max(self.slots) <= MOST_INVERTED:
            leave = at.others.binomial(rng, asked, 1 - stays, np.log(stays), 6)
        else:
            leave = rng.binomial(asked.astype(np.int64), 1 - stays)
        return np.subtract(asked, leave, out=at.array("booked", i))

    def close_month(self, month, s):
        """What follows from the sums over days: {stage: {column: value}} of each variant."""
        law, x, rows = self.law, self.x, self.rows
        days = law.first_day[month + 1] - law.first_day[month]
        m = {"workdays": s.workdays[0], "demand": s.demand[0]}
        m["slots"] = s.workdays[0] * self.slots if self.steady_slots else s.slots[0]
        asked = s.booked[self.stays.index(1)] if 1 in self.stays else s.asked[0]
        m["turned_away"] = s.demand[0] - asked
        m["session_hours"] = s.workdays[0] * x["sessions.hours"]
        m["days_off"] = self.off[law.first_day[month] : law.first_day[month + 1]].sum(0, dtype=float)
        m["sick_days"] = days - s.workdays[0] - m["days_off"]
        m["meeting_hours"] = x["time.meetings_hours_per_month"] + (x["time.training_hours"] if month == 0 else 0.0)
        m["panel_members"], m["quality_score"] = self.panel, self.quality
        stages = {"practice": [m], "bookings": [self.close_bookings(m["slots"], booked) for booked in s.booked]}
        stages["visits"] = [self.close_visits(s.booked[of], s.no_shows[v], s.others[v], s.visit[v], self.losses[loss])
                            for v, (of, loss) in enumerate(self.visits)]  # fmt: skip
        stages["inbox"] = [{"inbox_hours": 0.0} for _ in self.inbox]
        for i, _, _, _ in self.kinds:
            for variant, (items, minutes) in zip(self.inbox, self.at.inbox[i].sums()):
                stages["inbox"][variant]["messages results other_items".split()[i]] = items
                stages["inbox"][variant]["inbox_hours"] = stages["inbox"][variant]["inbox_hours"] + minutes / 60
        stages["after"] = []
        for after, row in zip(s.after, rows.first["after"][month]):
            late = stages["visits"][rows.variant["visits"][month][row]]["late_charting_hours"]
            stages["after"].append({"after_hours": after / 60 + late})
        stages["codes"] = self.review.close(rows, month, stages["visits"])
        return stages

    def lost(self, visits):
        return np.floor(visits * self.mean_wrvu + 0.5) / 100

    def close_bookings(self, slots, booked):
        unfilled = slots - booked
        return {"booked_visits": booked, "unfilled_slots": unfilled, "wrvu_lost_unfilled": self.lost(unfilled),
                "idle_hours": unfilled / self.x["sessions.slots_per_hour"]}  # fmt: skip

    def close_visits(self, booked, no_shows, others, minutes, x):
        total = x["late_cancel.rate"] + x["lost_call"]
        share = np.where(np.greater(total, 0), x["late_cancel.rate"] / np.where(np.greater(total, 0), total, 1), 0.0)
        cancels = self.rng.binomial(others.astype(np.int64), np.clip(share, 0, 1)).astype(float)
        completed = booked - no_shows - others
        return {
            "visit_hours": minutes / 60, "no_shows": no_shows, "completed_visits": completed, "late_cancels": cancels,
            "tech_failures": others - cancels, "charting_hours": completed * (x["time.charting_minutes"] / 60),
            "late_charting_hours": completed * (x["time.late_charting_minutes"] / 60),
            "wrvu_lost_late_cancel": self.lost(cancels), "wrvu_lost_no_show": self.lost(no_shows),
            "wrvu_lost_tech_failure": self.lost(others - cancels),
        }  # fmt: skip


def gamma_times(mean, sd):
    """Shape, scale and mean of one time."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.square(mean / sd), np.square(sd) / mean, mean


class Review:
    """Codes of completed visits, stresses of them, and what a review moves."""

    def __init__(self, law, rng, at, mix, x):
        self.law, self.rng, self.at, self.mix = law, rng, at, mix
        self.lag = int(law.known("audit.lag_months"))
        self.down, up = x["audit.reviewed"] * x["audit.down"], x["audit.reviewed"] * x["audit.up"]
        with np.errstate(divide="ignore", invalid="ignore"):
            self.up_of_rest = np.where(np.less(self.down, 1), np.clip(up / (1 - self.down), 0, 1), 0.0)
        self.moves = []  # by month worked, of each variant: net moves [code, path] and wRVU hundredths
        self.pending = None  # of each track

    def close(self, rows, month, visits):
        if not self.law.codes:
            return [{} for _ in rows.first["codes"][month]]
        coded = [self.code(of["completed_visits"]) for of in visits]
        variants = []
        for row in rows.first["codes"][month]:
            parts, lost = self.recode(coded[rows.variant["visits"][month][row]], rows.laws[row].recodes[month])
            variants.append(self.count(parts, lost))
        self.moves.append([move for _, move in variants])
        return [found for found, _ in variants]

    def code(self, completed):
        """Visits that stay as coded, those lowered and those raised, each [code, path] as first coded."""
        lowered = self.few_of(completed, self.down).astype(np.int64)
        raised = self.few_of(completed - lowered, self.up_of_rest).astype(np.int64)
        kept = split_codes(self.rng, completed.astype(np.int64) - lowered - raised, self.mix)
        return [np.stack(kept).astype(float), moved_codes(self.rng, lowered, self.mix),
                moved_codes(self.rng, raised, self.mix)]  # fmt: skip

    def few_of(self, visits, p):
        """Binomial counts, by inversion where they are small."""
        if np.max(visits) * np.max(p) < 8 and np.max(p) < SMALL:
            return self.at.others.binomial(self.rng, visits, p, np.log1p(-p), 3)
        return self.rng.binomial(visits.astype(np.int64), p).astype(float)

    def recode(self, parts, recodes):
        lost = 0.0
        if recodes:
            parts = [part.copy() for part in parts]
        for start, end, share in recodes:
            for part in parts:
                some = part[start].copy() if share == 1 else self.rng.binomial(part[start].astype(np.int64), share)
                part[start] -= some
                part[end] += some
                lost = lost + some * ((self.law.wrvu[start] - self.law.wrvu[end]) / 100)
        return parts, lost

    def count(self, parts, lost):
        law, (kept, fell, rose) = self.law, parts
        by_code = kept + (fell + rose)
        move = np.zeros(fell.shape)
        move[1:] -= fell[1:]
        move[:-1] += fell[1:]
        move[:-1] -= rose[:-1]
        move[1:] += rose[:-1]
        m = {f"visits.{code}": visits for code, visits in zip(law.codes, by_code)}
        m["generated_wrvu"], m["collections_usd"] = law.wrvu @ by_code / 100, law.usd @ by_code
        m["wrvu_lost_recode"] = lost
        return m, (move, law.wrvu @ move)

    def book(self, rows, month, variants):
        """Columns of each track: those of its variant, and what earlier months bring."""
        law, tracks = self.law, []
        if not law.codes:
            return [{} for _ in rows.tracks["codes"]]
        if self.pending is None:
            self.pending = [np.zeros(len(variants[0]["generated_wrvu"])) for _ in rows.tracks["codes"]]
        for pending, row in zip(self.pending, rows.tracks["codes"]):
            of_row = lambda month: rows.variant["codes"][month][row]
            m = dict(variants[of_row(month)])
            pending += self.moves[month][of_row(month)][1]
            m["credited_wrvu"] = m["generated_wrvu"]
            if month >= self.lag:
                moves, found = self.moves[month - self.lag][of_row(month - self.lag)]
                pending -= found
                m["credited_wrvu"] = m["generated_wrvu"] + found / 100
                m["wrvu_lost_audit"] = found / -100
                m.update({f"code_change.{code}": moved for code, moved in zip(law.codes, moves)})
            m["wrvu_pending"] = pending / 100
            tracks.append(m)
        return tracks


def simulate_chunk(rows, rng, at, known, incomes, totals):
    law, n = rows.law, len(at.scratch.u)
    walk = Walk(rows, rng, at, known)
    offices = [PayOffice(rows.laws[row], n) for row in rows.payers]
    for month in range(law.months):
        walk.open_month(month)
        stages = walk.close_month(month, walk.days(month))
        tracks = {stage: [variants[rows.variant[stage][month][row]] for row in rows.tracks[stage]]
                  for stage, variants in stages.items()}  # fmt: skip
        tracks["codes"] = walk.review.book(rows, month, stages["codes"])
        for office, row in zip(offices, rows.payers):
            ledger = {column: 0.0 for column in law.columns}
            for stage, of in tracks.items():
                ledger |= of[rows.track[stage][row]]
            office.settle(month, ledger)
        for column, sums in totals.items():
            for total, m in zip(sums, tracks[peer_io.stage_of(column)]):
                if column in peer_io.LAST:
                    total[:] = m.get(column, 0.0)
                else:
                    total += m.get(column, 0.0)
    for total in totals["quality_score"]:
        total /= law.months
    for income, office in zip(incomes, offices):
        income[:] = office.income


def simulate(rows, paths, seed):
    rng = np.random.Generator(np.random.SFC64(seed))
    incomes = [np.empty(paths) for _ in rows.payers]
    totals = {c: [np.zeros(paths) for _ in rows.tracks[peer_io.stage_of(c)]] for c in rows.law.columns}
    known, at = peer_io.KnownLosses(rows), None
    for first in range(0, paths, CHUNK):
        part = slice(first, min(paths, first + CHUNK))
        if at is None or len(at.scratch.u) != part.stop - first:
            at = Workplace(part.stop - first)
        simulate_chunk(rows, rng, at, known, [income[part] for income in incomes],
                       {column: [sums[part] for sums in of] for column, of in totals.items()})  # fmt: skip
    return rows.answers(incomes, totals)


if __name__ == "__main__":
    peer_io.serve(simulate)
