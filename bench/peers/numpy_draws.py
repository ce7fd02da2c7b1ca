"""Draws of telemedicine_numpy.py: whole arrays by exact methods where that beats a generator call per element.

Poisson counts from alias tables on a grid of means plus a Poisson for the rest; losses of visits from alias tables where
their rates are known, else by inversion.
"""

import numpy as np

import peer_io

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


class Alias:
    """Uniform places in alias tables of so many cells; one place may serve several tables."""

    def __init__(self, scratch, cells):
        self.scratch, self.cells = scratch, float(cells)
        self.cell, self.within, self.count = (np.empty(len(scratch.u)) for _ in range(3))

    def move(self, rng):
        rng.random(out=self.within)
        self.within *= self.cells
        np.floor(self.within, out=self.cell)
        self.within -= self.cell

    def read(self, table, row, out):
        """Counts; row: the first cell of each path's law in the table."""
        s = self.scratch
        np.add(row, self.cell, out=s.weight)
        s.index[...] = s.weight
        table.take(s.index, out=s.weight, mode="clip")
        np.floor(s.weight, out=s.left)
        s.weight -= s.left
        np.greater_equal(self.within, s.weight, out=s.is_so)
        if out is not self.cell:
            out[...] = self.cell
        np.copyto(out, s.left, where=s.is_so)
        return out


class Poisson:
    """Poisson counts as floats for one array of means, which may last."""

    def __init__(self, scratch):
        n = len(scratch.u)
        self.scratch, self.row, self.rest, self.place = scratch, np.empty(n), np.empty(n), Alias(scratch, CELLS)

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
        self.place.move(rng)
        count = self.place.read(TABLE, self.row, self.place.cell)
        # The rest brings k or more where a uniform is below its tail; the first tail is at most the rest.
        u, is_so = self.scratch.u, self.scratch.is_so
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


class Inversion:
    """Counts of n visits that are lost: uniforms less P(0), P(1), ... while they stay positive."""

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


def gamma_minutes(rng, count, shape, scale, mean):
    """Sum of `count` gamma times; scale 0: all are the mean."""
    if not np.any(scale):
        return count * mean
    minutes = rng.standard_gamma(count * shape)
    minutes *= scale
    return minutes


class Step:
    """Items of one kind that a variant of the inbox has in a month beyond those of the variant before it."""

    def __init__(self, anew):
        self.anew, self.items, self.minutes, self.poisson, self.path = anew, 0.0, 0.0, None, ()


class Arrivals:
    """Items of one kind and their minutes, of one variant of the inbox after the other.

    A Poisson count of a higher rate is one of a lower rate and one of the difference; so are its minutes.
    """

    FEW = 0.25  # items a path and day, below which places are drawn for them and not a count for each path

    def __init__(self, scratch):
        self.scratch, self.poissons, self.total = scratch, [], 0.0

    def set_month(self, rng, rates, times, days):
        """rates: of each variant, numbers or arrays."""
        n, before = len(self.scratch.u), 0.0
        self.times, self.steps = times, []
        for rate in rates:
            more = rate - before
            anew = not self.steps or np.min(more) < 0
            step = Step(anew)
            self.steps.append(step)
            if anew or np.max(more) >= self.FEW:
                while len(self.poissons) < len(self.steps):
                    self.poissons.append(Poisson(self.scratch))
                step.poisson = self.poissons[len(self.steps) - 1]
                step.poisson.set_means(np.broadcast_to(rate if anew else more, n))
                step.items, step.minutes = np.zeros(n), np.zeros(n)
            elif np.max(more) > 0:
                self.place_few(rng, step, more, days)
            before = rate

    def place_few(self, rng, step, rate, days):
        n, most = len(self.scratch.u), np.max(rate)
        count = rng.poisson(most * n, days)
        place = rng.random(count.sum()) * n
        path = np.minimum(place.astype(np.intp), n - 1)
        step.edges = np.concatenate([[0], np.cumsum(count)])
        if np.ndim(rate):
            kept = (place - path) * most < rate[path]
            path = path[kept]
            step.edges = np.concatenate([[0], np.cumsum(kept)])[step.edges]
        step.path = path
        step.each = gamma_minutes(rng, np.ones(len(path)), *(t[path] if np.ndim(t) else t for t in self.times))
        step.items = np.bincount(path, minlength=n).astype(float)
        step.minutes = np.bincount(path, step.each, minlength=n)

    def draw(self, rng, variant, day):
        """Minutes of a day of the month; valid until the next draw."""
        step = self.steps[variant]
        if step.poisson is not None:
            arrived = step.poisson.draw(rng)
            step.items += arrived
            minutes = gamma_minutes(rng, arrived, *self.times)
            step.minutes += minutes
            self.total = minutes if step.anew else np.add(self.total, minutes, out=minutes)
        elif len(step.path):
            some = slice(*step.edges[day : day + 2])
            self.total += np.bincount(step.path[some], step.each[some], minlength=len(self.total))
        return self.total

    def sums(self):
        """Of each variant items and minutes of the month."""
        items, minutes = 0.0, 0.0
        for step in self.steps:
            items = step.items if step.anew else items + step.items
            minutes = step.minutes if step.anew else minutes + step.minutes
            yield items, minutes
