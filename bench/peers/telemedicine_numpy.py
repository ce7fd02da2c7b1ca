"""The model of sim/LAW.md in vectorised numpy: one process, arrays over paths, loops over days only.

Input and output: peer_io.py. Every level of the law, stresses of bookings, messages and codes. Paths go in chunks whose arrays stay in
cache. Counts of a day are drawn as whole arrays by exact methods where that beats a generator call per element:
Poisson from alias tables on a grid of means plus a Poisson for the rest, no-shows and other losses by inversion.
"""

import numpy as np

import peer_io

CHUNK = 8192
GRID = 16.0  # rows of the Poisson table per unit of mean
CELLS = 128.0
HIGHEST = 60.0  # larger means go to the generator
TABLE = peer_io.poisson_table(1 / GRID, HIGHEST, int(CELLS)).ravel()
MOST_INVERTED = 64  # slots up to which losses are inverted
SMALL = 0.5  # highest probability inverted


class Scratch:
    """Arrays that every count of a chunk uses in turn."""

    def __init__(self, n):
        self.u, self.weight, self.left, self.up, self.down = (np.empty(n) for _ in range(5))
        self.index = np.empty(n, np.intp)
        self.is_so = np.empty(n, bool)
        self.lane = np.arange(n, dtype=float)


class Poisson:
    """Poisson counts as floats for one array of means, which may last."""

    def __init__(self, scratch):
        n = len(scratch.u)
        self.scratch, self.row, self.rest, self.count = scratch, np.empty(n), np.empty(n), np.empty(n)

    def set_means(self, means):
        self.large = None
        if means.max() >= HIGHEST:
            self.large = (means >= HIGHEST).nonzero()[0]
            self.large_means = means[self.large]
            means = np.where(means < HIGHEST, means, 0.0)
        np.multiply(means, GRID, out=self.row)
        np.floor(self.row, out=self.row)
        np.multiply(self.row, -1 / GRID, out=self.rest)
        self.rest += means
        self.row *= CELLS

    def draw(self, rng):
        """Valid until the next draw."""
        s, count = self.scratch, self.count
        u, cell, alias, is_so = s.u, s.weight, s.left, s.is_so
        rng.random(out=u)
        u *= CELLS
        np.floor(u, out=count)
        u -= count  # the place within the cell
        np.add(self.row, count, out=cell)
        s.index[...] = cell
        TABLE.take(s.index, out=cell, mode="clip")
        np.floor(cell, out=alias)
        cell -= alias
        np.greater_equal(u, cell, out=is_so)
        np.copyto(count, alias, where=is_so)
        # The rest brings k or more where a uniform is below its tail; the first tail is at most the rest.
        rng.random(out=u)
        np.less(u, self.rest, out=is_so)
        some = is_so.nonzero()[0]
        u, rest = u[some], self.rest[some]
        term, k = np.exp(-rest), 1
        tail = 1 - term
        while some.size:
            more = u < tail
            if k > 1:
                some, u, rest, term, tail = some[more], u[more], rest[more], term[more], tail[more]
                more = 1
            count[some] += more
            term *= rest / k
            tail -= term
            k += 1
        if self.large is not None:
            count[self.large] = rng.poisson(self.large_means)
        return count


class Losses:
    """Counts of n visits that are lost, by inversion: uniforms less P(0), P(1), ... while they stay positive."""

    def __init__(self, scratch):
        self.scratch, self.count = scratch, np.empty(len(scratch.u))

    def binomial(self, rng, n, p, log_kept, full_steps):
        """log_kept = log(1 - p)."""
        s, count = self.scratch, self.count
        u, weight, left = s.u, s.weight, s.left
        np.multiply(n, log_kept, out=weight)
        np.exp(weight, out=weight)
        rng.random(out=u)
        u -= weight
        left[...] = n
        odds = p / (1 - p)
        for k in range(full_steps):
            np.greater(u, 0, out=s.is_so)
            if k == 0:
                count[...] = s.is_so
            else:
                count += s.is_so
                left -= 1
            weight *= left
            weight *= odds if k == 0 else odds * (1 / (k + 1))
            u -= weight
        some = (u > 0).nonzero()[0]
        u, weight, left, k = u[some], weight[some], left[some], full_steps
        odds = odds[some] if np.ndim(odds) else odds
        while some.size and k <= MOST_INVERTED:
            count[some] += 1
            left -= 1
            weight *= left * odds / (k + 1)
            u -= weight
            k += 1
            still = (u > 0).nonzero()[0]
            some, u, weight, left = some[still], u[still], weight[still], left[still]
            odds = odds[still] if np.ndim(odds) else odds
        return np.minimum(count, n, out=count)

    def beta_binomial(self, rng, n, a, b, none_lost, full_steps):
        """none_lost[n, path] = P(0 of n)."""
        s, count = self.scratch, self.count
        u, weight, left, up, down = s.u, s.weight, s.left, s.up, s.down
        np.multiply(n, float(len(u)), out=u)
        u += s.lane
        s.index[...] = u
        none_lost.take(s.index, out=weight, mode="clip")
        rng.random(out=u)
        u -= weight
        left[...] = n
        up[...] = a
        np.add(n, b, out=down)
        for k in range(full_steps):
            np.greater(u, 0, out=s.is_so)
            if k == 0:
                count[...] = s.is_so
            else:
                count += s.is_so
                up += 1
                left -= 1
            down -= 1
            weight *= left
            weight *= up
            weight /= down
            if k:
                weight *= 1 / (k + 1)
            u -= weight
        some = (u > 0).nonzero()[0]
        u, weight, left, up, down, k = u[some], weight[some], left[some], up[some], down[some], full_steps
        while some.size and k <= MOST_INVERTED:
            count[some] += 1
            up += 1
            left -= 1
            down -= 1
            weight *= left * up / (down * (k + 1))
            u -= weight
            k += 1
            still = (u > 0).nonzero()[0]
            some, u, weight, left, up, down = some[still], u[still], weight[still], left[still], up[still], down[still]
        return np.minimum(count, n, out=count)


def log_normal_spread(cv):
    return np.sqrt(np.log1p(np.square(cv)))


def whole(rng, x, n):
    """x, or one more, so that the mean is x; no draw where x is a whole number."""
    if np.all(x == np.floor(x)):
        return np.floor(x)
    return np.floor(x + rng.random(n))


def draw_days_off(law, rng, n, x):
    """Byte [scheduled workday, path], 1 where off: per year a sample without replacement (Floyd's)."""
    off = np.zeros((len(law.day_month), n), np.uint8)
    lane = np.arange(n)
    for first, end, share in law.years:
        days = end - first
        flat = off[first:end].reshape(-1)
        k = np.minimum(whole(rng, share * x["sessions.days_off_per_year"], n), days)
        most = int(np.max(k))
        for last in range(days - most, days):
            pick = (rng.random(n) * (last + 1)).astype(np.intp) * n + lane
            pick = np.where(flat[pick], last * n + lane, pick)
            if np.ndim(k):  # who has fewer days off begins later
                pick = pick[k >= days - last]
            flat[pick] = 1
    return off


def draw_event_days(law, rng, n, x, event):
    """For each scheduled workday the paths that the event covers."""
    days = len(law.day_month)
    starts = np.minimum(1.0, x[f"events.{event['name']}.per_year"] / law.workdays_per_year)
    most = float(np.max(starts))
    if most <= 0:
        return None
    # Gaps between starts on the (path, day) line at the highest rate, thinned to each path's.
    cells, place, places = n * days, -1, []
    while place < cells:
        gaps = rng.geometric(most, int(cells * most + 6 * np.sqrt(cells * most)) + 8)
        places.append(place + np.cumsum(gaps))
        place = places[-1][-1]
    places = np.concatenate(places)
    places = places[places < cells]
    path, day = np.divmod(places, days)
    if np.ndim(starts):
        kept = rng.random(len(path)) * most < starts[path]
        path, day = path[kept], day[kept]
    length = x[f"events.{event['name']}.days"]
    length = np.floor((length[path] if np.ndim(length) else length) + rng.random(len(path))).astype(np.intp)
    covered = np.repeat(day, length) + np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    path = np.repeat(path, length)[covered < days]
    keys = np.unique(covered[covered < days] * n + path)
    edges = np.searchsorted(keys, np.arange(days + 1) * n)
    return [keys[a:b] - d * n for d, (a, b) in enumerate(zip(edges[:-1], edges[1:]))]


def split_codes(rng, visits, mix):
    """Multinomial by successive binomials; mix: a share per code, known or by path."""
    counts, rest, left = [], visits, 1.0
    for share in mix[:-1]:
        with np.errstate(divide="ignore", invalid="ignore"):
            p = np.clip(np.where(np.greater(left, 0), share / left, 0.0), 0.0, 1.0)
        counts.append(rng.binomial(rest, p))
        rest = rest - counts[-1]
        left = left - share
    return counts + [rest]


def moved_codes(rng, moved, mix):
    """As split_codes for counts that are mostly 0, visit by visit."""
    n = len(moved)
    path = np.repeat(np.arange(n), moved)
    u = rng.random(len(path))
    code, edge = np.zeros(len(path), np.intp), 0.0
    for share in mix[:-1]:
        edge = edge + (share[path] if np.ndim(share) else share)
        code += u >= edge
    return np.bincount(code * n + path, minlength=len(mix) * n).astype(float).reshape(len(mix), n)


def draw_mix(law, rng, n, concentration):
    if len(law.codes) < 2 or not np.any(concentration):
        return list(law.shares)
    weights = [rng.standard_gamma(np.broadcast_to(concentration * s, n)) for s in law.shares]
    total = np.maximum(sum(weights), 1e-300)
    return [np.where(concentration > 0, w / total, s) for w, s in zip(weights, law.shares)]


def ladder(line, q):
    """Dollars that a quantity to date earns."""
    if line["mode"] == "rate":
        return q * line["usd"]
    usd, before = np.zeros_like(q), 0.0
    for bound, rate in zip(line["bounds"], line["rates"]):
        if line["mode"] == "marginal":
            usd += np.maximum(q - bound, 0.0) * (rate - before)
            before = rate
        else:
            usd = np.where(q > bound, rate * q if line["mode"] == "retroactive" else rate, usd)
    return usd


class PayOffice:
    """What the offer pays, month by month."""

    def __init__(self, law, n):
        self.law, self.income = law, np.zeros(n)
        self.to_date = [np.zeros(n) for _ in law.pay]
        self.paid = [np.zeros(n) for _ in law.pay]
        self.guaranteed = np.zeros(n)

    def settle(self, month, ledger):
        ends = lambda period: (month + 1) % period == 0 or month + 1 == self.law.months
        pay = np.zeros_like(self.income)
        for i, line in enumerate(self.law.pay):
            if "usd_per_month" in line:
                pay += line["usd_per_month"]
                continue
            period, measure = peer_io.PERIOD_MONTHS[line["reset"]], line["measure"]
            elapsed = month % period
            if elapsed == 0:
                self.to_date[i][:] = 0
                self.paid[i][:] = 0
            if measure in peer_io.LAST:
                self.to_date[i][:] = ledger[measure]
            elif measure == "quality_score":
                self.to_date[i] += (ledger[measure] - self.to_date[i]) / (elapsed + 1)
            else:
                self.to_date[i] += ledger[measure]
            if line.get("paid", "running") == "period_end" and not ends(period):
                continue
            earned = ladder(line, self.to_date[i])
            pay += earned - self.paid[i]
            self.paid[i] = earned
        if self.law.guarantee:
            period = peer_io.PERIOD_MONTHS[self.law.guarantee["per"]]
            if month % period == 0:
                self.guaranteed[:] = 0
            self.guaranteed += pay
            if ends(period):
                pay += np.maximum(0, self.law.guarantee["usd"] - self.guaranteed)
        self.income += np.floor(pay * 100 + 0.5) / 100


class Workplace:
    """Arrays that the days of a chunk reuse, and how counts are drawn."""

    inverts = True  # are losses drawn by inversion where that suits

    def __init__(self, n):
        names = "shock mean worked slots booked completed free after".split()
        for name in names:
            setattr(self, name, np.empty(n))
        scratch = Scratch(n)
        self.demand, self.no_shows, self.others = Poisson(scratch), Losses(scratch), Losses(scratch)
        self.inbox = [Poisson(scratch) for _ in peer_io.KINDS]


def gamma_minutes(rng, count, shape, scale, mean):
    """Sum of `count` gamma times; scale 0: all are the mean."""
    if not np.any(scale):
        return count * mean
    minutes = rng.standard_gamma(count * shape)
    minutes *= scale
    return minutes


def simulate_chunk(law, rng, at):
    n = len(at.shock)
    x = peer_io.draw_numbers(law, rng, n)
    mix = draw_mix(law, rng, n, x["codes.concentration"])
    mean_wrvu = sum(m * w for m, w in zip(mix, law.wrvu))
    off = draw_days_off(law, rng, n, x)
    events = [(e, draw_event_days(law, rng, n, x, e)) for e in law.events]
    events = [(e, days) for e, days in events if days is not None]

    hours = x["sessions.hours"]
    base_slots = hours * x["sessions.slots_per_hour"]
    slots_whole = np.all(base_slots == np.floor(base_slots))
    steady_slots = slots_whole and all(event["slots"] in (0, 1) for event, _ in events)
    cancel, lost_call = x["late_cancel.rate"], x["lost_call"]
    other_loss = cancel + lost_call
    rho = x["no_show.daily_rho"]
    kept = np.maximum(0, 1 - x["no_show.rate"] - other_loss)
    present = np.maximum(0, 1 - x["sessions.days_off_per_year"] / law.workdays_per_year)
    start = x["ramp.start"]
    with np.errstate(divide="ignore"):
        pace = np.log(np.maximum(1 - start, 1e-300) / 0.05) / x["ramp.months_to_95"]
    spread = [log_normal_spread(x[f"{s}.monthly_cv"]) for s in peer_io.STATES]
    day_spread = log_normal_spread(x["demand.daily_cv"])
    has_shock = bool(np.any(day_spread))
    memory = x["demand.daily_ar1"]
    push = np.sqrt(1 - memory * memory) * day_spread
    visit_mean, visit_sd = x["time.visit_minutes"], x["time.visit_minutes_sd"]
    with np.errstate(divide="ignore", invalid="ignore"):
        visit_shape, visit_scale = np.square(visit_mean / visit_sd), np.square(visit_sd) / visit_mean
    kinds = []
    for kind in peer_io.KINDS:
        per_visit, per_member = x[f"{kind}.per_visit"], x[f"{kind}.per_member"]
        if np.any(per_visit) or np.any(per_member):
            mean, sd = x[f"{kind}.minutes"], x[f"{kind}.minutes_sd"]
            with np.errstate(divide="ignore", invalid="ignore"):
                times = (np.square(mean / sd), np.square(sd) / mean, mean)
            kinds.append((peer_io.KINDS.index(kind), per_visit, per_member, times))
    down, up = x["audit.reviewed"] * x["audit.down"], x["audit.reviewed"] * x["audit.up"]
    lag = int(law.known("audit.lag_months"))

    office = PayOffice(law, n)
    totals = {c: np.zeros(n) for c in law.columns}
    moves, changes = [], []  # by month worked: [code, path] net moves, wRVU hundredths
    pending = np.zeros(n)
    states = None
    quality = None
    for month in range(law.months):
        # Year and month.
        if month % 12 == 0:
            mean, c = x["quality.mean"], x["quality.concentration"]
            quality = np.broadcast_to(mean, n)
            if np.any(c):
                inner = (mean > 0) & (mean < 1) & (c > 0)
                a, b = np.where(inner, mean * c, 1.0), np.where(inner, (1 - mean) * c, 1.0)
                quality = np.where(inner, rng.beta(a, b, n), quality)
        factor = [1.0] * 5
        if law.live_states:
            fresh = rng.standard_normal((len(law.live_states), n))
            if states is None:
                states = law.state_factor @ fresh
            else:
                fresh = law.innovation_factor @ fresh
                states *= law.memory[:, None]
                fresh *= np.sqrt(1 - law.memory**2)[:, None]
                states += fresh
            for i, s in zip(law.live_states, states):
                factor[i] = np.exp(spread[i] * s - spread[i] ** 2 / 2)
        ramp = np.where(start >= 0.95, 1.0, 1 - (1 - start) * np.exp(-pace * (month + 0.5)))
        panel = np.broadcast_to(np.floor(x["panel.mature"] * ramp + 0.5), n)
        members = panel * (12 / law.workdays_per_year)
        visits = np.minimum(x["demand.visits_per_day"] * ramp, base_slots) * kept * present
        for i, per_visit, per_member, _ in kinds:
            rate = factor[2 + i] * (per_visit * visits + per_member * members)
            if i == 0:
                rate = rate * law.message_factor[month]
            at.inbox[i].set_means(np.broadcast_to(rate, n))
        base_mean = x["demand.visits_per_day"] * ramp * factor[0] * np.exp(-np.square(day_spread) / 2)

        p = np.minimum(x["no_show.rate"] * factor[1], np.maximum(0, 1 - other_loss))
        with np.errstate(divide="ignore", invalid="ignore"):
            c = np.where(np.less(p, 1), np.clip(other_loss / (1 - p), 0, 1), 0.0)
            log_c, log_p = np.log1p(-c), np.log1p(-p)
        most_slots = int(np.max(base_slots)) + 1
        for event, _ in events:
            most_slots = max(most_slots, int(np.max(base_slots) * event["slots"]) + 1)
        inverted = at.inverts and most_slots <= MOST_INVERTED and np.max(p) < SMALL and np.max(c) < SMALL
        if inverted and np.all(np.greater(rho, 0)):
            a, b = np.broadcast_to(p * (1 - rho) / rho, n), np.broadcast_to((1 - p) * (1 - rho) / rho, n)
            if month == 0 or np.ndim(factor[1]):
                none_lost = np.empty((most_slots + 2, n))
                none_lost[0] = 1
                for i in range(most_slots + 1):
                    np.multiply(none_lost[i], (b + i) / (a + b + i), out=none_lost[i + 1])
                none_lost = none_lost.reshape(-1)

        m = {
            c: np.zeros(n)
            for c in "workdays slots demand booked_visits no_shows visit_hours inbox_hours after_hours".split()
        }
        items = [np.zeros(n) for _ in peer_io.KINDS]
        other_losses, taken_away = np.zeros(n), np.zeros(n)
        stays = law.booked_factor[month]

        for day in range(law.first_day[month], law.first_day[month + 1]):
            # Who works, with how many slots, and what is asked for.
            worked, mean = at.worked, at.mean
            np.subtract(1, off[day], out=worked)
            if has_shock:
                rng.standard_normal(out=mean)
                if day == 0:
                    np.multiply(mean, day_spread, out=at.shock)
                else:
                    mean *= push
                    at.shock *= memory
                    at.shock += mean
                np.exp(at.shock, out=mean)
                mean *= base_mean
            else:
                mean[...] = base_mean
            if law.day_factor[day] != 1:
                mean *= law.day_factor[day]
            slots = base_slots
            for event, covered in events:
                paths = covered[day]
                if event["slots"] == 0:
                    worked[paths] = 0
                elif event["slots"] != 1:
                    if slots is not at.slots:
                        slots = at.slots
                        slots[...] = base_slots
                    slots[paths] *= event["slots"]
                if event["demand"] != 1:
                    mean[paths] *= event["demand"]
            if slots is at.slots or not slots_whole:
                slots = np.floor(slots + rng.random(n), out=at.slots)
            mean *= worked
            at.demand.set_means(mean)
            demand = at.demand.draw(rng)
            booked = np.minimum(demand, slots, out=at.booked)
            if stays < 1:
                if inverted and stays > 1 - SMALL:
                    leave = at.others.binomial(rng, booked, 1 - stays, np.log(stays), 6)
                else:
                    leave = rng.binomial(booked.astype(np.int64), 1 - stays)
                booked -= leave
                taken_away += leave

            # What becomes of the visits.
            if inverted:
                if np.all(np.greater(rho, 0)):
                    no_shows = at.no_shows.beta_binomial(rng, booked, a, b, none_lost, 4)
                else:
                    no_shows = at.no_shows.binomial(rng, booked, p, log_p, 4)
                stay = np.subtract(booked, no_shows, out=at.completed)
                others = at.others.binomial(rng, stay, c, log_c, 3)
            else:
                no_shows, stay, others = fates(rng, n, booked, p, rho, c)
            completed = np.subtract(stay, others, out=at.completed)

            # Minutes: idle time of the session takes inbox work first.
            minutes = gamma_minutes(rng, completed, visit_shape, visit_scale, visit_mean)
            inbox = 0.0
            for i, _, _, (shape, scale, each) in kinds:
                arrived = at.inbox[i].draw(rng)
                items[i] += arrived
                inbox = inbox + gamma_minutes(rng, arrived, shape, scale, each)
            free = np.multiply(worked, hours * 60, out=at.free)
            free -= minutes
            after = np.multiply(completed, x["time.charting_minutes"], out=at.after)
            free -= after
            np.subtract(inbox, free, out=after)
            np.maximum(after, 0, out=after)

            m["workdays"] += worked
            if not steady_slots:
                m["slots"] += slots * worked
            m["demand"] += demand
            m["booked_visits"] += booked
            m["no_shows"] += no_shows
            other_losses += others
            m["visit_hours"] += minutes
            m["inbox_hours"] += inbox
            m["after_hours"] += after

        if steady_slots:
            m["slots"] = m["workdays"] * base_slots
        m["days_off"] = off[law.first_day[month] : law.first_day[month + 1]].sum(0, dtype=float)
        m["sick_days"] = law.first_day[month + 1] - law.first_day[month] - m["workdays"] - m["days_off"]
        close_month(law, rng, x, m, items, other_losses, taken_away, month)
        m["panel_members"], m["quality_score"] = panel, quality
        for what, visits in (("unfilled", "unfilled_slots"), ("late_cancel", "late_cancels"),
                             ("no_show", "no_shows"), ("tech_failure", "tech_failures")):  # fmt: skip
            m[f"wrvu_lost_{what}"] = np.floor(m[visits] * mean_wrvu + 0.5) / 100
        if law.codes:
            by_code, move, lost = review(law, rng, at, m["completed_visits"], mix, down, up, law.recodes[month])
            m["wrvu_lost_recode"] = lost
            moves.append(move)
            changes.append(law.wrvu @ move)
            for code, visits in zip(law.codes, by_code):
                m[f"visits.{code}"] = visits
            m["generated_wrvu"] = law.wrvu @ by_code / 100
            m["collections_usd"] = law.usd @ by_code
            pending += changes[month]
            m["credited_wrvu"] = m["generated_wrvu"]
            if month >= lag:
                found = changes[month - lag]
                pending -= found
                m["credited_wrvu"] = m["generated_wrvu"] + found / 100
                m["wrvu_lost_audit"] = found / -100
                for code, moved in zip(law.codes, moves[month - lag]):
                    m[f"code_change.{code}"] = moved
            m["wrvu_pending"] = pending / 100
        for column in law.columns:
            m.setdefault(column, 0.0)
        office.settle(month, m)
        for column, values in m.items():
            if column in peer_io.LAST:
                totals[column][:] = values
            else:
                totals[column] += values
    totals["quality_score"] /= law.months
    return office.income, totals


def fates(rng, n, booked, p, rho, c):
    """No-shows, those who stay, and their other losses, where inversion does not suit."""
    q = np.broadcast_to(p, n)
    inner = (q > 0) & (q < 1) & np.greater(rho, 0)
    weight = (1 - rho) / np.where(np.greater(rho, 0), rho, 1)
    a, b = np.where(inner, p * weight, 1.0), np.where(inner, (1 - p) * weight, 1.0)
    q = np.where(inner, rng.beta(np.maximum(a, 1e-300), np.maximum(b, 1e-300)), q)
    visits = booked.astype(np.int64)
    no_shows = rng.binomial(visits, q)
    stay = visits - no_shows
    return no_shows, stay, rng.binomial(stay, c)


def close_month(law, rng, x, m, items, other_losses, taken_away, month):
    """What follows from the sums over days."""
    m["session_hours"] = m["workdays"] * x["sessions.hours"]
    for column in ("visit_hours", "inbox_hours", "after_hours"):
        m[column] /= 60
    m["unfilled_slots"] = m["slots"] - m["booked_visits"]
    m["idle_hours"] = m["unfilled_slots"] / x["sessions.slots_per_hour"]
    m["turned_away"] = m["demand"] - m["booked_visits"] - taken_away
    total = x["late_cancel.rate"] + x["lost_call"]
    share = np.where(np.greater(total, 0), x["late_cancel.rate"] / np.where(np.greater(total, 0), total, 1), 0.0)
    m["late_cancels"] = rng.binomial(other_losses.astype(np.int64), np.clip(share, 0, 1)).astype(float)
    m["tech_failures"] = other_losses - m["late_cancels"]
    m["completed_visits"] = m["booked_visits"] - m["no_shows"] - other_losses
    m["charting_hours"] = m["completed_visits"] * (x["time.charting_minutes"] / 60)
    m["late_charting_hours"] = m["completed_visits"] * (x["time.late_charting_minutes"] / 60)
    m["after_hours"] += m["late_charting_hours"]
    m["meeting_hours"] = x["time.meetings_hours_per_month"] + (x["time.training_hours"] if month == 0 else 0.0)
    m["messages"], m["results"], m["other_items"] = items


def few_of(rng, at, visits, p):
    """Binomial counts, by inversion where they are small."""
    if at.inverts and np.max(visits) * np.max(p) < 8 and np.max(p) < SMALL:
        return at.others.binomial(rng, visits, p, np.log1p(-p), 3)
    return rng.binomial(visits.astype(np.int64), p).astype(float)


def review(law, rng, at, completed, mix, down, up, recodes):
    """Visits by code as first coded and net moves by code, both [code, path], and wRVU that recoding took."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up_of_rest = np.where(np.less(down, 1), np.clip(up / (1 - down), 0, 1), 0.0)
    lowered = few_of(rng, at, completed, down).astype(np.int64)
    raised = few_of(rng, at, completed - lowered, up_of_rest).astype(np.int64)
    fell, rose = moved_codes(rng, lowered, mix), moved_codes(rng, raised, mix)
    rest = completed.astype(np.int64) - lowered - raised
    kept, lost = np.stack(split_codes(rng, rest, mix)).astype(float), 0.0
    for start, end, share in recodes:
        for part in (kept, fell, rose):
            some = part[start].copy() if share == 1 else rng.binomial(part[start].astype(np.int64), share)
            part[start] -= some
            part[end] += some
            lost = lost + some * ((law.wrvu[start] - law.wrvu[end]) / 100)
    by_code = kept + (fell + rose)
    move = np.zeros(fell.shape)
    move[1:] -= fell[1:]
    move[:-1] += fell[1:]
    move[:-1] -= rose[:-1]
    move[1:] += rose[:-1]
    return by_code, move, lost


def simulate(law, paths, seed, workplace=Workplace, chunk=CHUNK):
    rng = np.random.Generator(np.random.SFC64(seed))
    income = np.empty(paths)
    totals = {c: np.empty(paths) for c in law.columns}
    at = None
    for first in range(0, paths, chunk):
        part = slice(first, min(paths, first + chunk))
        if at is None or len(at.shock) != part.stop - first:
            at = workplace(part.stop - first)
        income[part], of_chunk = simulate_chunk(law, rng, at)
        for column, values in of_chunk.items():
            totals[column][part] = values
    return income, totals


if __name__ == "__main__":
    peer_io.serve(simulate)
