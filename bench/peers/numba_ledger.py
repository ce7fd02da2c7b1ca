"""Ledger and pay of telemedicine_numba.py: places of numbers and columns, what follows from the sums over a month's days,
and what offers pay.

A ledger is a row of numbers: `at[COLUMN]` is the place of a column's first track; its others follow (Rows in peer_io.py).
"""

import math

import numpy as np

import peer_io
from numba_draws import binomial, jit, split

KEYS = (
    "sessions.hours sessions.slots_per_hour sessions.days_off_per_year demand.visits_per_day demand.monthly_cv "
    "demand.daily_cv demand.daily_ar1 panel.mature ramp.start ramp.months_to_95 no_show.daily_rho "
    "no_show.monthly_cv codes.concentration audit.reviewed audit.down audit.up "
    "audit.lag_months time.visit_minutes time.visit_minutes_sd time.charting_minutes time.late_charting_minutes "
    "time.meetings_hours_per_month time.training_hours quality.mean quality.concentration"
).split()
(HOURS, SLOTS_PER_HOUR, DAYS_OFF, VISITS_PER_DAY, MONTHLY_CV, DAILY_CV, DAILY_AR1, PANEL, RAMP_START, RAMP_MONTHS,
 RHO, NO_SHOW_CV, CONCENTRATION, REVIEWED, DOWN, UP, LAG, VISIT, VISIT_SD, CHARTING,
 LATE_CHARTING, MEETINGS, TRAINING, QUALITY, QUALITY_CONCENTRATION) = range(len(KEYS))  # fmt: skip
KIND_KEYS = "per_visit per_member monthly_cv minutes minutes_sd".split()
for _kind in peer_io.KINDS:
    KEYS += [f"{_kind}.{key}" for key in KIND_KEYS]
KINDS_AT = QUALITY_CONCENTRATION + 1
EVENTS_AT = len(KEYS)  # per_year and days of each event follow
LOSS_KEYS = "no_show.rate late_cancel.rate lost_call".split()
NO_SHOW, LATE_CANCEL, LOST_CALL = range(3)

(WORKDAYS, DAYS_TAKEN_OFF, HOLIDAYS, SICK_DAYS, IDLE_HOURS, SESSION_HOURS, AFTER_HOURS, MEETING_HOURS, VISIT_HOURS,
 CHARTING_HOURS, LATE_CHARTING_HOURS, INBOX_HOURS, SLOTS, UNFILLED, DEMAND, TURNED_AWAY, BOOKED, LATE_CANCELS, NO_SHOWS,
 TECH_FAILURES, COMPLETED, GENERATED, CREDITED, LOST_UNFILLED, LOST_LATE_CANCEL, LOST_NO_SHOW, LOST_TECH_FAILURE,
 LOST_RECODE, LOST_AUDIT, PENDING, MESSAGES, RESULTS, OTHER_ITEMS, PANEL_MEMBERS, COLLECTIONS,
 QUALITY_SCORE) = range(len(peer_io.COLUMNS))  # fmt: skip
STAGES = list(peer_io.STAGE_READS)


@jit
def cents_of(visits, mean_wrvu):
    return math.floor(visits * mean_wrvu + 0.5) / 100


@jit
def close_practice(month, x, scheduled, n_off, n_worked, n_slots, n_demand, n_turned, panel, quality, at, row):
    row[at[WORKDAYS]], row[at[SESSION_HOURS]] = n_worked, n_worked * x[HOURS]
    row[at[DAYS_TAKEN_OFF]], row[at[SICK_DAYS]] = n_off, scheduled - n_worked - n_off
    row[at[SLOTS]], row[at[DEMAND]], row[at[TURNED_AWAY]] = n_slots, n_demand, n_turned
    row[at[MEETING_HOURS]] = x[MEETINGS] + (x[TRAINING] if month == 0 else 0.0)
    row[at[PANEL_MEMBERS]], row[at[QUALITY_SCORE]] = panel, quality


@jit
def close_bookings(x, n_slots, n_booked, mean_wrvu, variants, at, row):
    """variants: of each track the variant in the month; so in what follows."""
    for t in range(len(variants)):
        unfilled = n_slots - n_booked[variants[t]]
        row[at[BOOKED] + t], row[at[UNFILLED] + t] = n_booked[variants[t]], unfilled
        row[at[IDLE_HOURS] + t] = unfilled / x[SLOTS_PER_HOUR]
        row[at[LOST_UNFILLED] + t] = cents_of(unfilled, mean_wrvu)


@jit
def close_visits(x, n_completed, n_no_shows, n_others, n_cancels, sum_visit, mean_wrvu, variants, at, row):
    for t in range(len(variants)):
        v = variants[t]
        failures = n_others[v] - n_cancels[v]
        row[at[NO_SHOWS] + t], row[at[LATE_CANCELS] + t] = n_no_shows[v], n_cancels[v]
        row[at[TECH_FAILURES] + t], row[at[COMPLETED] + t] = failures, n_completed[v]
        row[at[VISIT_HOURS] + t] = sum_visit[v] / 60
        row[at[CHARTING_HOURS] + t] = n_completed[v] * x[CHARTING] / 60
        row[at[LATE_CHARTING_HOURS] + t] = n_completed[v] * x[LATE_CHARTING] / 60
        row[at[LOST_LATE_CANCEL] + t] = cents_of(n_cancels[v], mean_wrvu)
        row[at[LOST_NO_SHOW] + t] = cents_of(n_no_shows[v], mean_wrvu)
        row[at[LOST_TECH_FAILURE] + t] = cents_of(failures, mean_wrvu)


@jit
def code_visits(s, n, mix, review_down, review_up, parts):
    """parts: visits by code that stay as coded, those lowered, those raised."""
    parts[:] = 0.0
    n_down = binomial(s, n, review_down)
    n_up = binomial(s, n - n_down, review_up / (1 - review_down)) if review_down < 1 else 0
    split(s, n - n_down - n_up, mix, parts[0])
    split(s, n_down, mix, parts[1])
    split(s, n_up, mix, parts[2])


@jit
def recode(s, parts, recodes, recode_share, first, end, wrvu):
    """Hundredths of wRVU that are lost."""
    lost = 0.0
    for i in range(first, end):
        for part in range(3):
            some = binomial(s, int(parts[part, recodes[i, 0]]), recode_share[i])
            parts[part, recodes[i, 0]] -= some
            parts[part, recodes[i, 1]] += some
            lost += some * (wrvu[recodes[i, 0]] - wrvu[recodes[i, 1]])
    return lost


@jit
def count_codes(parts, by_code, move):
    kept, fell, rose = parts
    codes = len(by_code)
    for i in range(codes):
        by_code[i] = kept[i] + fell[i] + rose[i]
        move[i] = 0.0
        if i > 0:
            move[i] += rose[i - 1] - fell[i]
        if i + 1 < codes:
            move[i] += fell[i + 1] - rose[i]


@jit
def close_codes(month, lag, by_code, lost, moves, wrvu, usd, tracks, pending, at, row):
    """moves: by month worked, variant and code; tracks: the variant of each month and track."""
    for t in range(tracks.shape[1]):
        v = tracks[month, t]
        generated = collected = change = found = 0.0
        for i in range(len(wrvu)):
            generated += by_code[v, i] * wrvu[i]
            collected += by_code[v, i] * usd[i]
            change += moves[month, v, i] * wrvu[i]
            row[at[QUALITY_SCORE + 1 + 2 * i] + t] = by_code[v, i]
            moved = 0.0
            if month >= lag:
                moved = moves[month - lag, tracks[month - lag, t], i]
            row[at[QUALITY_SCORE + 2 + 2 * i] + t] = moved
            found += moved * wrvu[i]
        pending[t] = change - found + (pending[t] if month > 0 else 0.0)
        row[at[GENERATED] + t], row[at[CREDITED] + t] = generated / 100, (generated + found) / 100
        row[at[LOST_RECODE] + t], row[at[LOST_AUDIT] + t] = lost[v] / 100, -found / 100
        row[at[PENDING] + t], row[at[COLLECTIONS] + t] = pending[t] / 100, collected


# ---- pay ----

FIXED, RATE, MARGINAL, RETROACTIVE, LUMP = range(5)
SUM, LAST, MEAN = range(3)


def encode_offers(rows, place_of):
    """Lines of all payers as rows of integers [mode, place, join, period, at period end, first tier, end of tiers] and
    dollars; of each payer its first line, guarantee and period."""
    lines, usd, bounds, rates, first, guarantees, periods = [], [], [], [], [0], [], []
    for payer in rows.payers:
        law = rows.laws[payer]
        for line in law.pay:
            tier = len(bounds)
            bounds += line.get("bounds", [])
            rates += line.get("rates", [])
            usd.append(line.get("usd_per_month", line.get("usd", 0.0)))
            if "usd_per_month" in line:
                lines.append([FIXED, 0, 0, 1, 0, 0, 0])
                continue
            mode = ["fixed", "rate", "marginal", "retroactive", "lump_sum"].index(line["mode"])
            join = LAST if line["measure"] in peer_io.LAST else MEAN if line["measure"] == "quality_score" else SUM
            lines.append([mode, place_of(line["measure"], payer), join, peer_io.PERIOD_MONTHS[line["reset"]],
                          line.get("paid", "running") == "period_end", tier, len(bounds)])  # fmt: skip
        first.append(len(lines))
        guarantees.append(law.guarantee["usd"] if law.guarantee else -1e300)
        periods.append(peer_io.PERIOD_MONTHS[law.guarantee["per"] if law.guarantee else "horizon"])
    return (np.array(lines, np.int64).reshape(-1, 7), np.array(usd, float), np.array(bounds, float),
            np.array(rates, float), np.array(first, np.int64), np.array(guarantees), np.array(periods, np.int64))  # fmt: skip


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
def settle(payer, month, months, ledger, offers, state, guaranteed):
    """Pay of a month; state: [to date, paid] of each line; guaranteed: money to date of each payer."""
    lines, line_usd, bounds, rates, first, guarantees, periods = offers
    pay = 0.0
    for i in range(first[payer], first[payer + 1]):
        mode, period = lines[i, 0], lines[i, 3]
        if mode == FIXED:
            pay += line_usd[i]
            continue
        elapsed = month % period
        if elapsed == 0:
            state[i, 0] = state[i, 1] = 0.0
        value = ledger[lines[i, 1]]
        if lines[i, 2] == LAST:
            state[i, 0] = value
        elif lines[i, 2] == MEAN:
            state[i, 0] += (value - state[i, 0]) / (elapsed + 1)
        else:
            state[i, 0] += value
        if lines[i, 4] and not ((month + 1) % period == 0 or month + 1 == months):
            continue
        earned = ladder(mode, line_usd[i], state[i, 0], bounds, rates, lines[i, 5], lines[i, 6])
        pay += earned - state[i, 1]
        state[i, 1] = earned
    if month % periods[payer] == 0:
        guaranteed[payer] = 0.0
    guaranteed[payer] += pay
    if (month + 1) % periods[payer] == 0 or month + 1 == months:
        pay += max(0.0, guarantees[payer] - guaranteed[payer])
    return math.floor(pay * 100 + 0.5) / 100
