"""The model of sim/LAW.md in numba: compiled loops, one path after the other, blocks of paths on all cores.

Input and output: peer_io.py; draws: numba_draws.py. Each row is walked for itself. telemedicine_numba_sharing.py walks rows
together, with loops over the variants of a stage; for one row those cost a fifth of the speed, so this walk is kept apart.
"""

import math

import numba
import numpy as np

import peer_io
from numba_draws import (MOST_INVERTED, beta, binomial, draw_days_off, draw_mix, factor_of, geometric_gap, inverted,
                         inverted_beta, jit, minutes, normal, poisson, seed_state, split, uniform, whole)  # fmt: skip
from numba_ledger import (AFTER_HOURS, BOOKED, CHARTING_HOURS, COLLECTIONS, COMPLETED, CREDITED, DAYS_TAKEN_OFF, DEMAND,
                          FIXED, GENERATED, HOLIDAYS, IDLE_HOURS, INBOX_HOURS, LAST, LATE_CANCELS, LATE_CHARTING_HOURS,
                          LOST_AUDIT, LOST_LATE_CANCEL, LOST_NO_SHOW, LOST_RECODE, LOST_TECH_FAILURE, LOST_UNFILLED, MEAN,
                          MEETING_HOURS, MESSAGES, NO_SHOWS, OTHER_ITEMS, PANEL_MEMBERS, PENDING, QUALITY_SCORE, RESULTS,
                          SESSION_HOURS, SICK_DAYS, SLOTS, SUM, TECH_FAILURES, TURNED_AWAY, UNFILLED, VISIT_HOURS,
                          WORKDAYS, ladder)  # fmt: skip

BLOCK = 256

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


# ---- pay ----


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
