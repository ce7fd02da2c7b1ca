"""The model of sim/LAW.md in numba: compiled loops, one path after the other, blocks of paths on all cores.

Input and output: peer_io.py. Every level of the law, stresses of bookings, messages and codes. Counts come from exact methods: Poisson
from alias tables on a grid of means plus a Poisson for the rest, small binomials and no-shows by inversion, large
binomials by transformed rejection (Hoermann 1993), gammas after Marsaglia and Tsang, normals by ziggurat.
"""

import math

import numba
import numpy as np

import peer_io

BLOCK = 256
GRID = 8.0  # rows of the Poisson table per unit of mean
CELLS = 128
HIGHEST = 60.0  # larger means are drawn by transformed rejection
TABLE = peer_io.poisson_table(1 / GRID, HIGHEST, CELLS).ravel()
LOG_FACTORIAL = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1.0, 4096.0)))])
RECIPROCAL = 1 / np.maximum(np.arange(4096.0), 1)
MOST_INVERTED = 64  # slots up to which no-shows are inverted

KEYS = (
    "sessions.hours sessions.slots_per_hour sessions.days_off_per_year demand.visits_per_day demand.monthly_cv "
    "demand.daily_cv demand.daily_ar1 panel.mature ramp.start ramp.months_to_95 no_show.rate no_show.daily_rho "
    "no_show.monthly_cv late_cancel.rate lost_call codes.concentration audit.reviewed audit.down audit.up "
    "audit.lag_months time.visit_minutes time.visit_minutes_sd time.charting_minutes time.late_charting_minutes "
    "time.meetings_hours_per_month time.training_hours quality.mean quality.concentration"
).split()
(HOURS, SLOTS_PER_HOUR, DAYS_OFF, VISITS_PER_DAY, MONTHLY_CV, DAILY_CV, DAILY_AR1, PANEL, RAMP_START, RAMP_MONTHS,
 NO_SHOW, RHO, NO_SHOW_CV, LATE_CANCEL, LOST_CALL, CONCENTRATION, REVIEWED, DOWN, UP, LAG, VISIT, VISIT_SD, CHARTING,
 LATE_CHARTING, MEETINGS, TRAINING, QUALITY, QUALITY_CONCENTRATION) = range(len(KEYS))  # fmt: skip
KIND_KEYS = "per_visit per_member monthly_cv minutes minutes_sd".split()
for _kind in peer_io.KINDS:
    KEYS += [f"{_kind}.{key}" for key in KIND_KEYS]
KINDS_AT = QUALITY_CONCENTRATION + 1
EVENTS_AT = len(KEYS)  # per_year and days of each event follow

COLUMN = {name: i for i, name in enumerate(peer_io.COLUMNS)}
(WORKDAYS, DAYS_TAKEN_OFF, HOLIDAYS, SICK_DAYS, IDLE_HOURS, SESSION_HOURS, AFTER_HOURS, MEETING_HOURS, VISIT_HOURS, CHARTING_HOURS, LATE_CHARTING_HOURS, INBOX_HOURS,
 SLOTS, UNFILLED, DEMAND, TURNED_AWAY, BOOKED, LATE_CANCELS, NO_SHOWS, TECH_FAILURES, COMPLETED, GENERATED, CREDITED,
 LOST_UNFILLED, LOST_LATE_CANCEL, LOST_NO_SHOW, LOST_TECH_FAILURE, LOST_RECODE, LOST_AUDIT, PENDING, MESSAGES,
 RESULTS, OTHER_ITEMS, PANEL_MEMBERS, COLLECTIONS, QUALITY_SCORE) = range(len(COLUMN))  # fmt: skip

jit = numba.njit(fastmath=True, error_model="numpy")


# ---- random numbers: xoshiro256++, a state for each block ----


@numba.njit
def seed_state(state, seed, block):
    x = np.uint64(seed) ^ (np.uint64(block) * np.uint64(0x9E3779B97F4A7C15))
    for i in range(-1, 4):
        x += np.uint64(0x9E3779B97F4A7C15)
        z = x
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        if i < 0:
            x = z  # neighbouring blocks start far apart
        else:
            state[i] = z


@jit
def rotate(x, k):
    return (x << np.uint64(k)) | (x >> np.uint64(64 - k))


@jit
def bits(s):
    result = rotate(s[0] + s[3], 23) + s[0]
    t = s[1] << np.uint64(17)
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = rotate(s[3], 45)
    return result


@jit
def uniform(s):
    """In [0, 1)."""
    return float(bits(s) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


def ziggurat(layers=256, r=3.6541528853610088):
    f = lambda x: math.exp(-x * x / 2)
    area = r * f(r) + math.sqrt(math.pi / 2) * math.erfc(r / math.sqrt(2))
    x = [area / f(r), r]
    while len(x) < layers:
        x.append(math.sqrt(-2 * math.log(area / x[-1] + f(x[-1]))))
    x = np.array(x + [0.0])
    return x, x[1:] / x[:-1]


EDGE, EDGE_RATIO = ziggurat()
TAIL = EDGE[1]


@numba.njit
def normal_slowly(s, i, u):
    """Outside the sure part of layer i: 100 to try again."""
    if i == 0:
        while True:
            x = math.log(1 - uniform(s)) / TAIL
            y = math.log(1 - uniform(s))
            if -2 * y >= x * x:
                return x - TAIL if u < 0 else TAIL - x
    x = u * EDGE[i]
    f0 = math.exp(-0.5 * (EDGE[i] * EDGE[i] - x * x))
    f1 = math.exp(-0.5 * (EDGE[i + 1] * EDGE[i + 1] - x * x))
    return x if f1 + uniform(s) * (f0 - f1) < 1.0 else 100.0


@numba.njit
def normal(s):
    while True:
        word = bits(s)
        i = word & np.uint64(255)
        u = float(np.int64(word) >> np.int64(11)) * (1.0 / 4503599627370496.0)
        if abs(u) < EDGE_RATIO[i]:
            return u * EDGE[i]
        x = normal_slowly(s, np.int64(i), u)
        if x != 100.0:
            return x


@jit
def gamma(s, shape):
    boost = 1.0
    if shape < 1:
        if shape <= 0:
            return 0.0
        boost = (1 - uniform(s)) ** (1 / shape)
        shape += 1
    d = shape - 1.0 / 3.0
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal(s)
        v = 1 + c * x
        if v <= 0:
            continue
        v = v * v * v
        u = 1 - uniform(s)
        if u < 1 - 0.0331 * x * x * x * x or math.log(u) < 0.5 * x * x + d * (1 - v + math.log(v)):
            return boost * d * v


@numba.njit
def beta(s, a, b):
    x, y = gamma(s, a), gamma(s, b)
    if x + y > 0:
        return x / (x + y)
    return 1.0 if uniform(s) * (a + b) < a else 0.0


@jit
def log_factorial(k):
    return LOG_FACTORIAL[k] if k < 4096 else math.lgamma(k + 1.0)


@jit
def poisson_rest(u, rest):
    """Poisson(rest), rest < 1, by inversion at a uniform u."""
    weight, k = math.exp(-rest), 0
    while u > weight and k < 60:
        u -= weight
        k += 1
        weight *= rest / k
    return k


@jit
def poisson_large(s, mean):
    spread = math.sqrt(mean)
    b = 0.931 + 2.53 * spread
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    sure = 0.9277 - 3.6224 / (b - 2)
    while True:
        u = uniform(s) - 0.5
        v = 1 - uniform(s)
        us = 0.5 - abs(u)
        if us <= 0:
            continue
        k = math.floor((2 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= sure:
            return int(k)
        if k < 0 or (us < 0.013 and v > us):
            continue
        n = int(k)
        if math.log(v * inverse_alpha / (a / (us * us) + b)) <= k * math.log(mean) - mean - log_factorial(n):
            return n


@jit
def poisson(s, mean):
    if mean <= 0:
        return 0
    if mean >= HIGHEST:
        return poisson_large(s, mean)
    row = int(mean * GRID)
    word = bits(s)
    u = float(word >> np.uint64(11)) * (CELLS / 9007199254740992.0)
    cell = int(u)
    entry = TABLE[row * CELLS + cell]
    alias = int(entry)
    k = cell if u - cell < entry - alias else alias
    # The rest brings nothing unless a uniform is below 1 - exp(-rest) < rest; the word's 11 spare bits begin it.
    rest = mean - row * (1 / GRID)
    begun = float(word & np.uint64(2047)) * (1 / 2048)
    if begun < rest:
        k += poisson_rest(1 - (begun + uniform(s) * (1 / 2048)), rest)
    return k


@jit
def binomial(s, n, p):
    if n <= 0 or p <= 0:
        return 0
    if p > 0.5:
        return n - binomial(s, n, 1 - p) if p < 1 else n
    if n * p < 10:
        weight, odds = math.exp(n * math.log(1 - p)), p / (1 - p)
        u, k = uniform(s), 0
        while u > weight and k < min(n, 4000):
            u -= weight
            weight *= odds * (n - k) * RECIPROCAL[k + 1]
            k += 1
        return k
    spread = math.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    sure = 0.92 - 4.2 / b
    while True:
        u = uniform(s) - 0.5
        v = 1 - uniform(s)
        us = 0.5 - abs(u)
        if us <= 0:
            continue
        k = int(math.floor((2 * a / us + b) * u + n * p + 0.5))
        if us >= 0.07 and v <= sure:
            return k
        if k < 0 or k > n:
            continue
        middle = int((n + 1) * p)
        v = math.log(v * (2.83 + 5.1 / b) * spread / (a / (us * us) + b))
        if v <= (log_factorial(middle) + log_factorial(n - middle) - log_factorial(k) - log_factorial(n - k)
                 + (k - middle) * math.log(p / (1 - p))):  # fmt: skip
            return k


@jit
def inverted(s, n, odds, none_lost):
    """Binomial by inversion; none_lost = P(0 of n)."""
    u, weight, k = uniform(s), none_lost, 0
    while u > weight and k < n:
        u -= weight
        weight *= odds * (n - k) * RECIPROCAL[k + 1]
        k += 1
    return k


@jit
def inverted_beta(s, n, a, b, none_lost):
    """Beta-binomial by inversion; none_lost = P(0 of n)."""
    u, weight, k = uniform(s), none_lost, 0
    while u > weight and k < n:
        u -= weight
        weight *= (n - k) * (a + k) * RECIPROCAL[k + 1] / (b + (n - 1 - k))
        k += 1
    return k


@jit
def minutes(s, n, mean, sd, shape, scale):
    if n == 0:
        return 0.0
    return n * mean if sd <= 0 else gamma(s, n * shape) * scale


@jit
def whole(s, x):
    """x, or one more, so that the mean is x."""
    floor = math.floor(x)
    return int(floor) if x == floor else int(math.floor(x + uniform(s)))


# ---- pay ----

FIXED, RATE, MARGINAL, RETROACTIVE, LUMP = range(5)
SUM, LAST, MEAN = range(3)


def encode_offer(law):
    """Lines as rows of integers [mode, column, join, period, at period end, first tier, end of tiers] and dollars."""
    rows, usd, bounds, rates = [], [], [], []
    for line in law.pay:
        first = len(bounds)
        bounds += line.get("bounds", [])
        rates += line.get("rates", [])
        if "usd_per_month" in line:
            rows.append([FIXED, 0, 0, 1, 0, 0, 0])
            usd.append(line["usd_per_month"])
            continue
        mode = ["fixed", "rate", "marginal", "retroactive", "lump_sum"].index(line["mode"])
        join = LAST if line["measure"] in peer_io.LAST else MEAN if line["measure"] == "quality_score" else SUM
        rows.append([mode, law.columns.index(line["measure"]), join, peer_io.PERIOD_MONTHS[line["reset"]],
                     line.get("paid", "running") == "period_end", first, len(bounds)])  # fmt: skip
        usd.append(line.get("usd", 0.0))
    guarantee = law.guarantee or {"usd": 0.0, "per": "horizon"}
    return (np.array(rows, np.int64).reshape(-1, 7), np.array(usd, float), np.array(bounds, float),
            np.array(rates, float), guarantee["usd"] if law.guarantee else -1e300,
            peer_io.PERIOD_MONTHS[guarantee["per"]])  # fmt: skip


@jit
def ladder(mode, usd, q, bounds, rates, first, end):
    if mode == RATE:
        return q * usd
    earned, before = 0.0, 0.0
    for i in range(first, end):
        if q <= bounds[i]:
            break
        if mode == MARGINAL:
            earned += (q - bounds[i]) * (rates[i] - before)
            before = rates[i]
        else:
            earned = rates[i] * q if mode == RETROACTIVE else rates[i]
    return earned


@jit
def settle(month, months, ledger, lines, line_usd, bounds, rates, guarantee, guarantee_period, state):
    """Pay of a month; state: [to date, paid] of each line, then money under the guarantee."""
    pay = 0.0
    for i in range(len(lines)):
        mode, period = lines[i, 0], lines[i, 3]
        if mode == FIXED:
            pay += line_usd[i]
            continue
        elapsed = month % period
        if elapsed == 0:
            state[2 * i] = state[2 * i + 1] = 0.0
        value = ledger[lines[i, 1]]
        if lines[i, 2] == LAST:
            state[2 * i] = value
        elif lines[i, 2] == MEAN:
            state[2 * i] += (value - state[2 * i]) / (elapsed + 1)
        else:
            state[2 * i] += value
        if lines[i, 4] and not ((month + 1) % period == 0 or month + 1 == months):
            continue
        earned = ladder(mode, line_usd[i], state[2 * i], bounds, rates, lines[i, 5], lines[i, 6])
        pay += earned - state[2 * i + 1]
        state[2 * i + 1] = earned
    last = 2 * len(lines)
    if month % guarantee_period == 0:
        state[last] = 0.0
    state[last] += pay
    if (month + 1) % guarantee_period == 0 or month + 1 == months:
        pay += max(0.0, guarantee - state[last])
    return math.floor(pay * 100 + 0.5) / 100


# ---- the model ----


@jit
def factor_of(cv, state):
    if cv <= 0:
        return 1.0
    variance = math.log1p(cv * cv)
    return math.exp(math.sqrt(variance) * state - variance / 2)


@jit
def draw_mix(s, shares, concentration, mix):
    total = 0.0
    for i in range(len(shares)):
        mix[i] = shares[i]
        if concentration > 0:
            mix[i] = gamma(s, concentration * shares[i])
        total += mix[i]
    if concentration > 0 and len(shares) > 0:
        if total > 0:
            for i in range(len(shares)):
                mix[i] /= total
        else:
            mix[:] = shares


@jit
def draw_days_off(s, off, first, end, count):
    """Floyd's sample without replacement."""
    days = end - first
    off[first:end] = 0
    for last in range(max(0, days - count), days):
        pick = first + int(uniform(s) * (last + 1))
        off[first + last if off[pick] else pick] = 1


@jit
def split(s, n, mix, counts):
    """Multinomial, added to counts."""
    left = 1.0
    for i in range(len(mix) - 1):
        if n == 0:
            return
        k = binomial(s, n, min(1.0, mix[i] / left)) if left > 0 else 0
        counts[i] += k
        n -= k
        left -= mix[i]
    counts[len(mix) - 1] += n


@jit
def geometric_gap(s, log_none):
    """Days to the next start, 1, 2, ...; log_none = log(1 - probability)."""
    gap = math.log(1 - uniform(s)) / log_none
    return 1 + int(gap) if gap < 1e9 else 1_000_000_000


@jit
def walk_block(seed, block, known, traits, trait_at, first_day, day_factor, workdays_per_year, years, year_share, live,
               memory, state_factor, innovation_factor, shares, wrvu, usd, event_slots, event_demand, stress, offer,
               income, totals):  # fmt: skip
    lines, line_usd, bounds, rates, guarantee, guarantee_period = offer
    booked_factor, message_factor, recodes, recode_share = stress
    paths, columns = totals.shape
    months, days, codes, events = len(first_day) - 1, len(day_factor), len(shares), len(event_slots)
    s = np.empty(4, np.uint64)
    seed_state(s, seed, block)
    x = known.copy()
    month_row = np.empty(columns)
    pay_state = np.zeros(2 * len(lines) + 1)
    off = np.empty(days, np.uint8)
    mix, by_code = np.empty(codes), np.empty(codes)
    fell, rose = np.empty(codes), np.empty(codes)
    moves, changes = np.empty((months, codes)), np.empty(months)
    states, fresh = np.zeros(5), np.empty(5)
    next_start, event_end = np.empty(events, np.int64), np.empty(events, np.int64)
    log_none = np.empty(events)
    rate, items, kind_minutes = np.empty(3), np.empty(3, np.int64), np.empty((3, 4))
    none_lost, none_other = np.empty(MOST_INVERTED + 1), np.empty(MOST_INVERTED + 1)
    for path in range(block * BLOCK, min(paths, (block + 1) * BLOCK)):
        # 1. Path.
        for t in range(len(trait_at)):
            x[trait_at[t]] = traits[t, path]
        draw_mix(s, shares, x[CONCENTRATION], mix)
        mean_wrvu = 0.0
        for i in range(codes):
            mean_wrvu += mix[i] * wrvu[i]
        for e in range(events):
            p = min(1.0, x[EVENTS_AT + 2 * e] / workdays_per_year)
            log_none[e] = math.log1p(-p) if p < 1 else -1e300
            next_start[e] = -1 + geometric_gap(s, log_none[e]) if p > 0 else days
            event_end[e] = 0
        hours, lag = x[HOURS], int(x[LAG])
        base_slots = hours * x[SLOTS_PER_HOUR]
        cancel, lost_call, rho = x[LATE_CANCEL], x[LOST_CALL], x[RHO]
        other_loss = cancel + lost_call
        kept = max(0.0, 1 - x[NO_SHOW] - other_loss) * max(0.0, 1 - x[DAYS_OFF] / workdays_per_year)
        ramp_pace = math.log((1 - x[RAMP_START]) / 0.05) / x[RAMP_MONTHS] if x[RAMP_START] < 0.95 else 0.0
        day_variance = math.log1p(x[DAILY_CV] * x[DAILY_CV])
        day_spread, day_memory = math.sqrt(day_variance), x[DAILY_AR1]
        push, shock = math.sqrt(1 - day_memory * day_memory), 0.0
        visit_sd = x[VISIT_SD]
        visit_shape = (x[VISIT] / visit_sd) ** 2 if visit_sd > 0 else 0.0
        visit_scale = visit_sd * visit_sd / x[VISIT] if x[VISIT] > 0 else 0.0
        for k in range(3):
            mean, sd = x[KINDS_AT + 5 * k + 3], x[KINDS_AT + 5 * k + 4]
            kind_minutes[k, 0], kind_minutes[k, 1] = mean, sd
            kind_minutes[k, 2] = (mean / sd) ** 2 if sd > 0 else 0.0
            kind_minutes[k, 3] = sd * sd / mean if mean > 0 else 0.0
        review_down, review_up = x[REVIEWED] * x[DOWN], x[REVIEWED] * x[UP]
        table_p, quality, pending, total_pay = -1.0, 0.0, 0.0, 0.0
        totals[path, :] = 0.0

        for month in range(months):
            # 2. Year and month.
            if month % 12 == 0:
                year = month // 12
                count = whole(s, year_share[year] * x[DAYS_OFF])
                draw_days_off(s, off, years[year, 0], years[year, 1], count)
                quality, c = x[QUALITY], x[QUALITY_CONCENTRATION]
                if c > 0 and 0 < quality < 1:
                    quality = beta(s, quality * c, (1 - quality) * c)
            for i in range(len(live)):
                fresh[i] = normal(s)
            for i in range(len(live) - 1, -1, -1):
                z = 0.0
                for j in range(i + 1):
                    z += (state_factor[i, j] if month == 0 else innovation_factor[i, j]) * fresh[j]
                now = live[i]
                if month == 0:
                    states[now] = z
                else:
                    states[now] = memory[i] * states[now] + math.sqrt(1 - memory[i] * memory[i]) * z
            ramp = 1.0
            if x[RAMP_START] < 0.95:
                ramp = 1 - (1 - x[RAMP_START]) * math.exp(-ramp_pace * (month + 0.5))
            panel = math.floor(x[PANEL] * ramp + 0.5)
            visits = min(x[VISITS_PER_DAY] * ramp, base_slots) * kept
            for k in range(3):
                at = KINDS_AT + 5 * k
                rate[k] = x[at] * visits + x[at + 1] * panel * 12 / workdays_per_year
                rate[k] *= factor_of(x[at + 2], states[2 + k])
                items[k] = 0
            rate[0] *= message_factor[month]
            base_mean = x[VISITS_PER_DAY] * ramp * factor_of(x[MONTHLY_CV], states[0])
            p = min(x[NO_SHOW] * factor_of(x[NO_SHOW_CV], states[1]), max(0.0, 1 - other_loss))
            c = min(1.0, other_loss / (1 - p)) if p < 1 else 0.0
            small = p < 0.5 and c < 0.5
            a = p * (1 - rho) / rho if rho > 0 else 0.0
            b = (1 - p) * (1 - rho) / rho if rho > 0 else 0.0
            odds, no_show_odds = c / (1 - c) if small else 0.0, p / (1 - p) if small else 0.0
            if small and p != table_p:
                table_p = p
                none_lost[0] = none_other[0] = 1.0
                for i in range(min(MOST_INVERTED, int(base_slots) + 1)):
                    none_lost[i + 1] = none_lost[i] * ((b + i) / (a + b + i) if rho > 0 else 1 - p)
                    none_other[i + 1] = none_other[i] * (1 - c)
            tabled = min(MOST_INVERTED, int(base_slots) + 1) if small else -1

            n_off = n_worked = n_slots = n_demand = n_turned = n_booked = n_no_shows = n_others = 0
            sum_visit = sum_inbox = sum_after = 0.0
            for day in range(first_day[month], first_day[month + 1]):
                # 3. Day.
                mean, slots_factor = base_mean * day_factor[day], 1.0
                for e in range(events):
                    while next_start[e] == day:
                        length = whole(s, x[EVENTS_AT + 2 * e + 1])
                        event_end[e] = max(event_end[e], day + length)
                        next_start[e] += geometric_gap(s, log_none[e])
                    if day < event_end[e]:
                        slots_factor *= event_slots[e]
                        mean *= event_demand[e]
                if day_variance > 0:
                    z = normal(s)
                    shock = z if day == 0 else day_memory * shock + push * z
                completed, time_with = 0, 0.0
                free = 0.0
                n_off += off[day]
                if not off[day] and slots_factor > 0:
                    slots = whole(s, base_slots * slots_factor)
                    if day_variance > 0:
                        mean *= math.exp(day_spread * shock - day_variance / 2)
                    demand = poisson(s, mean)
                    booked = min(demand, slots)
                    n_turned += demand - booked
                    if booked_factor[month] < 1:
                        booked = binomial(s, booked, booked_factor[month])
                    # 4. Visits.
                    if booked <= tabled:
                        if rho > 0:
                            no_shows = inverted_beta(s, booked, a, b, none_lost[booked])
                        else:
                            no_shows = inverted(s, booked, no_show_odds, none_lost[booked])
                        others = inverted(s, booked - no_shows, odds, none_other[booked - no_shows])
                    else:
                        q = beta(s, a, b) if rho > 0 and 0 < p < 1 else p
                        no_shows = binomial(s, booked, q)
                        others = binomial(s, booked - no_shows, c)
                    completed = booked - no_shows - others
                    time_with = minutes(s, completed, x[VISIT], visit_sd, visit_shape, visit_scale)
                    free = 60 * hours - time_with - completed * x[CHARTING]
                    n_worked += 1
                    n_slots += slots
                    n_demand += demand
                    n_booked += booked
                    n_no_shows += no_shows
                    n_others += others
                # 5. Inbox and 6. time: idle time of the session takes inbox work first.
                inbox = 0.0
                for k in range(3):
                    if rate[k] > 0:
                        arrived = poisson(s, rate[k])
                        items[k] += arrived
                        inbox += minutes(s, arrived, kind_minutes[k, 0], kind_minutes[k, 1],
                                         kind_minutes[k, 2], kind_minutes[k, 3])  # fmt: skip
                sum_visit += time_with
                sum_inbox += inbox
                sum_after += max(0.0, inbox - free)

            # The ledger of the month.
            row = month_row
            n_completed = n_booked - n_no_shows - n_others
            n_cancels = binomial(s, n_others, min(1.0, cancel / other_loss)) if other_loss > 0 else 0
            row[WORKDAYS], row[SESSION_HOURS] = n_worked, n_worked * hours
            scheduled = first_day[month + 1] - first_day[month]
            row[DAYS_TAKEN_OFF], row[HOLIDAYS] = n_off, 0
            row[SICK_DAYS] = scheduled - n_worked - n_off
            row[IDLE_HOURS] = (n_slots - n_booked) / x[SLOTS_PER_HOUR]
            row[SLOTS], row[UNFILLED] = n_slots, n_slots - n_booked
            row[DEMAND], row[TURNED_AWAY], row[BOOKED] = n_demand, n_turned, n_booked
            row[NO_SHOWS], row[LATE_CANCELS], row[TECH_FAILURES] = n_no_shows, n_cancels, n_others - n_cancels
            row[COMPLETED] = n_completed
            row[VISIT_HOURS], row[INBOX_HOURS] = sum_visit / 60, sum_inbox / 60
            row[CHARTING_HOURS] = n_completed * x[CHARTING] / 60
            row[LATE_CHARTING_HOURS] = n_completed * x[LATE_CHARTING] / 60
            row[AFTER_HOURS] = sum_after / 60 + row[LATE_CHARTING_HOURS]
            row[MEETING_HOURS] = x[MEETINGS] + (x[TRAINING] if month == 0 else 0.0)
            row[MESSAGES], row[RESULTS], row[OTHER_ITEMS] = items[0], items[1], items[2]
            row[PANEL_MEMBERS], row[QUALITY_SCORE] = panel, quality
            row[LOST_UNFILLED] = math.floor(row[UNFILLED] * mean_wrvu + 0.5) / 100
            row[LOST_LATE_CANCEL] = math.floor(row[LATE_CANCELS] * mean_wrvu + 0.5) / 100
            row[LOST_NO_SHOW] = math.floor(row[NO_SHOWS] * mean_wrvu + 0.5) / 100
            row[LOST_TECH_FAILURE] = math.floor(row[TECH_FAILURES] * mean_wrvu + 0.5) / 100
            n_down = binomial(s, n_completed, review_down)
            n_up = binomial(s, n_completed - n_down, review_up / (1 - review_down)) if review_down < 1 else 0
            by_code[:] = 0.0
            fell[:] = 0.0
            rose[:] = 0.0
            split(s, n_completed - n_down - n_up, mix, by_code)
            split(s, n_down, mix, fell)
            split(s, n_up, mix, rose)
            lost = 0.0
            for i in range(len(recodes)):
                if recodes[i, 0] == month:
                    for part in (by_code, fell, rose):
                        some = binomial(s, int(part[recodes[i, 1]]), recode_share[i])
                        part[recodes[i, 1]] -= some
                        part[recodes[i, 2]] += some
                        lost += some * (wrvu[recodes[i, 1]] - wrvu[recodes[i, 2]])
            row[LOST_RECODE] = lost / 100
            generated = collected = change = 0.0
            for i in range(codes):
                first_coded = by_code[i] + fell[i] + rose[i]
                generated += first_coded * wrvu[i]
                collected += first_coded * usd[i]
                row[QUALITY_SCORE + 1 + 2 * i] = first_coded
                row[QUALITY_SCORE + 2 + 2 * i] = 0.0
                move = 0.0
                if i > 0:
                    move += rose[i - 1] - fell[i]
                if i + 1 < codes:
                    move += fell[i + 1] - rose[i]
                moves[month, i] = move
                change += move * wrvu[i]
            changes[month] = change
            pending += change
            found = 0.0
            if month >= lag:
                found = changes[month - lag]
                for i in range(codes):
                    row[QUALITY_SCORE + 2 + 2 * i] = moves[month - lag, i]
            pending -= found
            row[GENERATED], row[CREDITED] = generated / 100, (generated + found) / 100
            row[LOST_AUDIT], row[PENDING], row[COLLECTIONS] = -found / 100, pending / 100, collected

            total_pay += settle(month, months, row, lines, line_usd, bounds, rates, guarantee,
                                guarantee_period, pay_state)  # fmt: skip
            for i in range(columns):
                totals[path, i] += row[i]
        totals[path, PENDING], totals[path, PANEL_MEMBERS] = month_row[PENDING], month_row[PANEL_MEMBERS]
        totals[path, QUALITY_SCORE] /= months
        income[path] = total_pay


@numba.njit(parallel=True)
def walk(seed, known, traits, trait_at, first_day, day_factor, workdays_per_year, years, year_share, live, memory,
         state_factor, innovation_factor, shares, wrvu, usd, event_slots, event_demand, stress, offer, income, totals):  # fmt: skip
    for block in numba.prange((len(income) + BLOCK - 1) // BLOCK):
        walk_block(seed, block, known, traits, trait_at, first_day, day_factor, workdays_per_year, years, year_share,
                   live, memory, state_factor, innovation_factor, shares, wrvu, usd, event_slots, event_demand, stress,
                   offer, income, totals)  # fmt: skip


def simulate(rows, paths, seed):
    return [simulate_row(law, paths, [*seed, row]) for row, law in enumerate(rows.laws)]


def simulate_row(law, paths, seed):
    if law.threads:
        numba.set_num_threads(min(law.threads, numba.config.NUMBA_NUM_THREADS))
    seeds = np.random.SeedSequence(seed)
    numbers = peer_io.with_losses(law, peer_io.draw_traits(law, np.random.Generator(np.random.SFC64(seeds)), paths))
    keys = KEYS + [f"events.{e['name']}.{key}" for e in law.events for key in ("per_year", "days")]
    drawn = [i for i, key in enumerate(keys) if np.ndim(numbers[key])]
    known = np.array([0.0 if np.ndim(numbers[key]) else numbers[key] for key in keys])
    traits = np.array([numbers[keys[i]] for i in drawn]).reshape(len(drawn), paths)
    years, shares = np.array([y[:2] for y in law.years], np.int64), np.array([y[2] for y in law.years])
    steps = [(month, *step) for month, steps in enumerate(law.recodes) for step in steps]
    stress = (law.booked_factor, law.message_factor, np.array([s[:3] for s in steps], np.int64).reshape(-1, 3),
              np.array([s[3] for s in steps], float))  # fmt: skip
    income, totals = np.empty(paths), np.empty((paths, len(law.columns)))
    walk(seeds.generate_state(2, np.uint64)[1], known, traits, np.array(drawn, np.int64),
         law.first_day.astype(np.int64), law.day_factor, law.workdays_per_year, years, shares,
         np.array(law.live_states, np.int64), law.memory, law.state_factor, law.innovation_factor, law.shares,
         law.wrvu, law.usd, np.array([e["slots"] for e in law.events], float),
         np.array([e["demand"] for e in law.events], float), stress, encode_offer(law), income, totals)  # fmt: skip
    totals = np.ascontiguousarray(totals.T)  # statistics read a column at a time
    return income, {column: totals[i] for i, column in enumerate(law.columns)}


if __name__ == "__main__":
    peer_io.serve(simulate)
