"""The model of sim/LAW.md in numba, where rows of a study that can walk together do: on each path and day a stage is drawn
once for each of its variants. Blocks of paths on all cores.

Input and output: peer_io.py; draws: numba_draws.py; ledger and pay: numba_ledger.py.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

import peer_io
from numba_draws import (MOST_INVERTED, beta, binomial, draw_days_off, draw_mix, factor_of, geometric_gap, inverted,
                         inverted_beta, jit, minutes, normal, poisson, seed_state, uniform, whole)  # fmt: skip
from numba_ledger import *  # places of numbers and columns, and what is done with a month

BLOCK = 256
FEW = 0.25  # items a path and day, below which the gaps between them are drawn


@jit
def draw_states(s, month, live, memory, state_factor, innovation_factor, fresh, states):
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


@jit
def few_items(s, more, gap):
    """Poisson(more) items and what is left of the gap to the next one."""
    k = 0
    gap -= more
    while gap <= 0:
        gap -= math.log(1 - uniform(s))
        k += 1
    return k, gap


@numba.njit(fastmath=True, error_model="numpy", nogil=True)
def walk_block(seed, block, law, rows, offers, incomes, totals):
    (known, traits, trait_at, losses, first_day, day_factor, workdays_per_year, years, year_share, live, memory,
     state_factor, innovation_factor, shares, wrvu, usd, event_slots, event_demand) = law  # fmt: skip
    (counts, booked_factor, visits_of, inbox_loss, inbox_factor, after_of, codes_of, recodes, recode_share, of_bookings,
     of_visits, of_inbox, of_after, of_codes, at, cells, loss_tables) = rows  # fmt: skip
    paths, columns = totals.shape
    months, days, codes, events = len(first_day) - 1, len(day_factor), len(shares), len(event_slots)
    s = np.empty(4, np.uint64)
    seed_state(s, seed, block)
    x = known.copy()
    row = np.zeros(columns)
    pay_state, guaranteed = np.zeros((len(offers[0]), 2)), np.zeros(len(incomes))
    off = np.empty(days, np.uint8)
    mix, states, fresh = np.empty(codes), np.zeros(5), np.empty(5)
    next_start, event_end = np.empty(events, np.int64), np.empty(events, np.int64)
    log_none = np.empty(events)
    # By set of loss rates.
    sets = len(losses)
    by_path = losses.shape[2] > 1
    other_loss, kept, table_p = np.empty(sets), np.empty(sets), np.empty(sets)
    p, c, a, b, odds = np.zeros(sets), np.zeros(sets), np.zeros(sets), np.zeros(sets), np.zeros((sets, 2))
    tabled = np.zeros(sets, np.int64)
    none_lost, none_other = np.empty((sets, MOST_INVERTED + 1)), np.empty((sets, MOST_INVERTED + 1))
    # By variant of a stage.
    most = booked_factor.shape[1]
    booked, n_booked, cell, within = (np.empty(most, np.int64), np.empty(most, np.int64), np.empty((most, 2), np.int64),
                                      np.empty((most, 2)))  # fmt: skip
    most = visits_of.shape[1]
    n_no_shows, n_others, n_completed, n_cancels = (np.empty(most, np.int64), np.empty(most, np.int64),
                                                    np.empty(most, np.int64), np.empty(most, np.int64))  # fmt: skip
    sum_visit, free, parts = np.empty(most), np.empty(most), np.empty((most, 3, codes))
    drawn_on, drawn = np.full(MOST_INVERTED + 1, -1), np.empty(MOST_INVERTED + 1)  # minutes of a count of visits
    most = inbox_factor.shape[1]
    rate, items, inbox, sum_inbox = np.empty((3, most)), np.empty((3, most), np.int64), np.empty(most), np.empty(most)
    kind_minutes, gap = np.empty((3, 4)), np.zeros(3)
    sum_after = np.empty(after_of.shape[1])
    most = codes_of.shape[1]
    these, by_code, moves, lost = (np.empty((3, codes)), np.empty((most, codes)), np.empty((months, most, codes)),
                                   np.empty(most))  # fmt: skip
    pending = np.zeros(of_codes.shape[1])
    for path in range(block * BLOCK, min(paths, (block + 1) * BLOCK)):
        # 1. Path.
        for t in range(len(trait_at)):
            x[trait_at[t]] = traits[t, path]
        draw_mix(s, shares, x[CONCENTRATION], mix)
        mean_wrvu = 0.0
        for i in range(codes):
            mean_wrvu += mix[i] * wrvu[i]
        for e in range(events):
            start = min(1.0, x[EVENTS_AT + 2 * e] / workdays_per_year)
            log_none[e] = math.log1p(-start) if start < 1 else -1e300
            next_start[e] = -1 + geometric_gap(s, log_none[e]) if start > 0 else days
            event_end[e] = 0
        hours, lag, rho = x[HOURS], int(x[LAG]), x[RHO]
        base_slots = hours * x[SLOTS_PER_HOUR]
        present = max(0.0, 1 - x[DAYS_OFF] / workdays_per_year)
        for l in range(sets):
            of = losses[l, :, path if by_path else 0]
            other_loss[l] = of[LATE_CANCEL] + of[LOST_CALL]
            kept[l] = max(0.0, 1 - of[NO_SHOW] - other_loss[l]) * present
            table_p[l] = -1.0
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
        quality = 0.0
        drawn_on[:] = -1
        totals[path, :] = 0.0
        for i in range(len(incomes)):
            incomes[i, path] = 0.0

        for month in range(months):
            # 2. Year and month.
            nb, nv, ni, na, nc = counts[month, 0], counts[month, 1], counts[month, 2], counts[month, 3], counts[month, 4]
            if month % 12 == 0:
                year = month // 12
                count = whole(s, year_share[year] * x[DAYS_OFF])
                draw_days_off(s, off, years[year, 0], years[year, 1], count)
                quality, concentration = x[QUALITY], x[QUALITY_CONCENTRATION]
                if concentration > 0 and 0 < quality < 1:
                    quality = beta(s, quality * concentration, (1 - quality) * concentration)
            draw_states(s, month, live, memory, state_factor, innovation_factor, fresh, states)
            ramp = 1.0
            if x[RAMP_START] < 0.95:
                ramp = 1 - (1 - x[RAMP_START]) * math.exp(-ramp_pace * (month + 0.5))
            panel = math.floor(x[PANEL] * ramp + 0.5)
            visits = min(x[VISITS_PER_DAY] * ramp, base_slots)
            for k in range(3):
                from_members = x[KINDS_AT + 5 * k + 1] * panel * 12 / workdays_per_year
                factor = factor_of(x[KINDS_AT + 5 * k + 2], states[2 + k])
                for i in range(ni):
                    rate[k, i] = (x[KINDS_AT + 5 * k] * visits * kept[inbox_loss[month, i]] + from_members) * factor
                    rate[k, i] *= inbox_factor[month, i] if k == 0 else 1.0
                    items[k, i] = 0
            base_mean = x[VISITS_PER_DAY] * ramp * factor_of(x[MONTHLY_CV], states[0])
            factor = factor_of(x[NO_SHOW_CV], states[1])
            for l in range(sets if cells == 0 else 0):
                p[l] = min(losses[l, NO_SHOW, path if by_path else 0] * factor, max(0.0, 1 - other_loss[l]))
                c[l] = min(1.0, other_loss[l] / (1 - p[l])) if p[l] < 1 else 0.0
                small = p[l] < 0.5 and c[l] < 0.5
                a[l] = p[l] * (1 - rho) / rho if rho > 0 else 0.0
                b[l] = (1 - p[l]) * (1 - rho) / rho if rho > 0 else 0.0
                odds[l, 0] = p[l] / (1 - p[l]) if small else 0.0
                odds[l, 1] = c[l] / (1 - c[l]) if small else 0.0
                tabled[l] = min(MOST_INVERTED, int(base_slots) + 1) if small else -1
                if small and p[l] != table_p[l]:
                    table_p[l] = p[l]
                    none_lost[l, 0] = none_other[l, 0] = 1.0
                    for i in range(tabled[l]):
                        none = (b[l] + i) / (a[l] + b[l] + i) if rho > 0 else 1 - p[l]
                        none_lost[l, i + 1] = none_lost[l, i] * none
                        none_other[l, i + 1] = none_other[l, i] * (1 - c[l])

            n_off = n_worked = n_slots = n_demand = n_turned = 0
            n_booked[:nb] = 0
            n_no_shows[:nv] = 0
            n_others[:nv] = 0
            sum_visit[:nv] = 0.0
            sum_inbox[:ni] = 0.0
            sum_after[:na] = 0.0
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
                n_off += off[day]
                if not off[day] and slots_factor > 0:
                    slots = whole(s, base_slots * slots_factor)
                    if day_variance > 0:
                        mean *= math.exp(day_spread * shock - day_variance / 2)
                    demand = poisson(s, mean)
                    asked = min(demand, slots)
                    n_worked += 1
                    n_slots += slots
                    n_demand += demand
                    n_turned += demand - asked
                    for i in range(nb):
                        stay = booked_factor[month, i]
                        booked[i] = binomial(s, asked, stay) if stay < 1 else asked
                        n_booked[i] += booked[i]
                        if cells > 0:
                            for j in range(2):
                                u = uniform(s) * cells
                                cell[i, j] = int(u)
                                within[i, j] = u - cell[i, j]
                    # 4. Visits.
                    for v in range(nv):
                        i, l = visits_of[month, v, 0], visits_of[month, v, 1]
                        n = booked[i]
                        if n < cells:
                            entry = loss_tables[l, 0, n, cell[i, 0]]
                            alias = int(entry)
                            no_shows = cell[i, 0] if within[i, 0] < entry - alias else alias
                            entry = loss_tables[l, 1, n - no_shows, cell[i, 1]]
                            alias = int(entry)
                            others = cell[i, 1] if within[i, 1] < entry - alias else alias
                        elif n <= tabled[l]:
                            if rho > 0:
                                no_shows = inverted_beta(s, n, a[l], b[l], none_lost[l, n])
                            else:
                                no_shows = inverted(s, n, odds[l, 0], none_lost[l, n])
                            others = inverted(s, n - no_shows, odds[l, 1], none_other[l, n - no_shows])
                        else:
                            q = beta(s, a[l], b[l]) if rho > 0 and 0 < p[l] < 1 else p[l]
                            no_shows = binomial(s, n, q)
                            others = binomial(s, n - no_shows, c[l])
                        completed = n - no_shows - others
                        if nv > 1 and completed <= MOST_INVERTED:  # minutes of a day once for each count of visits
                            if drawn_on[completed] != day:
                                drawn_on[completed] = day
                                drawn[completed] = minutes(s, completed, x[VISIT], visit_sd, visit_shape, visit_scale)
                            time_with = drawn[completed]
                        else:
                            time_with = minutes(s, completed, x[VISIT], visit_sd, visit_shape, visit_scale)
                        free[v] = 60 * hours - time_with - completed * x[CHARTING]
                        n_no_shows[v] += no_shows
                        n_others[v] += others
                        sum_visit[v] += time_with
                else:
                    free[:nv] = 0.0
                # 5. Inbox and 6. time: idle time of the session takes inbox work first.
                inbox[:ni] = 0.0
                for k in range(3):
                    before, arrived, time_inbox = 0.0, 0, 0.0
                    for i in range(ni):
                        if rate[k, i] < before:  # anew
                            before, arrived, time_inbox = 0.0, 0, 0.0
                        more = rate[k, i] - before
                        if more > 0:
                            if more >= FEW or i == 0:
                                new = poisson(s, more)
                            else:
                                new, gap[k] = few_items(s, more, gap[k])
                            arrived += new
                            time_inbox += minutes(s, new, kind_minutes[k, 0], kind_minutes[k, 1], kind_minutes[k, 2],
                                                  kind_minutes[k, 3])  # fmt: skip
                            before = rate[k, i]
                        items[k, i] += arrived
                        inbox[i] += time_inbox
                for i in range(ni):
                    sum_inbox[i] += inbox[i]
                for i in range(na):
                    j, v = after_of[month, i, 0], after_of[month, i, 1]
                    sum_after[i] += max(0.0, inbox[j] - free[v])

            # The ledger of the month.
            close_practice(month, x, first_day[month + 1] - first_day[month], n_off, n_worked, n_slots, n_demand,
                           n_turned, panel, quality, at, row)  # fmt: skip
            close_bookings(x, n_slots, n_booked, mean_wrvu, of_bookings[month], at, row)
            for v in range(nv):
                i, l = visits_of[month, v, 0], visits_of[month, v, 1]
                n_completed[v] = n_booked[i] - n_no_shows[v] - n_others[v]
                n_cancels[v] = 0
                if other_loss[l] > 0:
                    share = losses[l, LATE_CANCEL, path if by_path else 0] / other_loss[l]
                    n_cancels[v] = binomial(s, n_others[v], min(1.0, share))
                code_visits(s, n_completed[v], mix, review_down, review_up, parts[v])
            close_visits(x, n_completed, n_no_shows, n_others, n_cancels, sum_visit, mean_wrvu, of_visits[month], at, row)
            for t in range(of_inbox.shape[1]):
                i = of_inbox[month, t]
                row[at[MESSAGES] + t], row[at[RESULTS] + t] = items[0, i], items[1, i]
                row[at[OTHER_ITEMS] + t], row[at[INBOX_HOURS] + t] = items[2, i], sum_inbox[i] / 60
            for t in range(of_after.shape[1]):
                i = of_after[month, t]
                late = n_completed[after_of[month, i, 1]] * x[LATE_CHARTING]
                row[at[AFTER_HOURS] + t] = (sum_after[i] + late) / 60
            for i in range(nc):
                these[:] = parts[codes_of[month, i, 0]]
                lost[i] = recode(s, these, recodes, recode_share, codes_of[month, i, 1], codes_of[month, i, 2], wrvu)
                count_codes(these, by_code[i], moves[month, i])
            close_codes(month, lag, by_code, lost, moves, wrvu, usd, of_codes, pending, at, row)
            for i in range(len(incomes)):
                incomes[i, path] += settle(i, month, months, row, offers, pay_state, guaranteed)
            for i in range(columns):
                totals[path, i] += row[i]
        totals[path, at[PANEL_MEMBERS]] = row[at[PANEL_MEMBERS]]
        totals[path, at[QUALITY_SCORE]] /= months
        for t in range(len(pending)):
            totals[path, at[PENDING] + t] = row[at[PENDING] + t]


def encode_law(rows, rng, paths):
    law, x = rows.law, peer_io.draw_traits(rows.law, rng, paths)
    keys = KEYS + [f"events.{e['name']}.{key}" for e in law.events for key in ("per_year", "days")]
    drawn = [i for i, key in enumerate(keys) if np.ndim(x[key])]
    known = np.array([0.0 if np.ndim(x[key]) else x[key] for key in keys])
    traits = np.array([x[keys[i]] for i in drawn]).reshape(len(drawn), paths)
    losses = [[y[key] for key in LOSS_KEYS] for y in (peer_io.with_losses(rows.laws[row], x) for row in rows.loss_rows)]
    by_path = paths if any(np.ndim(value) for of in losses for value in of) else 1
    losses = np.array([[np.broadcast_to(value, by_path) for value in of] for of in losses])
    return (known, traits, np.array(drawn, np.int64), losses, law.first_day.astype(np.int64), law.day_factor,
            law.workdays_per_year, np.array([y[:2] for y in law.years], np.int64), np.array([y[2] for y in law.years]),
            np.array(law.live_states, np.int64), law.memory, law.state_factor, law.innovation_factor, law.shares,
            law.wrvu, law.usd, np.array([e["slots"] for e in law.events], float),
            np.array([e["demand"] for e in law.events], float))  # fmt: skip


def padded(by_month, width=0):
    """[month, variant, ...] of lists that may differ in length."""
    most = max(map(len, by_month))
    table = np.zeros((len(by_month), most) + ((width,) if width else ()), np.int64)
    for month, of in enumerate(by_month):
        table[month, : len(of)] = np.array(of, np.int64).reshape((len(of),) + table.shape[2:])
    return table


def encode_rows(rows, losses, first_place):
    """Which variants each month has, what they read, and the variant of each track."""
    months = range(rows.law.months)
    of = lambda stage, month, row: rows.variant[stage][month][row]
    factors = lambda what: np.array([[getattr(law, what)[month] for law in rows.laws] for month in months])
    first = {stage: padded(rows.first[stage]) for stage in STAGES}
    booked = np.take_along_axis(factors("booked_factor"), first["bookings"], 1)
    inbox_factor = np.take_along_axis(factors("message_factor"), first["inbox"], 1)
    recodes = [[list(steps) for steps in law.recodes] for law in rows.laws]
    flat, spans = [], {}
    for row, law in enumerate(rows.laws):
        for month in months:
            spans[row, month] = len(flat), len(flat) + len(recodes[row][month])
            flat += recodes[row][month]
    pairs = lambda stage, read: padded([[read(month, row) for row in rows.first[stage][month]] for month in months],
                                       len(read(0, 0)))  # fmt: skip
    tracks = [padded([[of(stage, month, row) for row in rows.tracks[stage]] for month in months]) for stage in STAGES]
    counts = padded([[len(rows.first[stage][month]) for stage in STAGES[1:]] for month in months])
    known = losses.tables is not None
    tables = np.array(losses.tables).reshape(len(losses.tables), 2, losses.cells, -1) if known else np.zeros((1, 2, 1, 1))
    return (counts, booked, pairs("visits", lambda m, row: (of("bookings", m, row), rows.loss[row])),
            np.array(rows.loss)[first["inbox"]], inbox_factor,
            pairs("after", lambda m, row: (of("inbox", m, row), of("visits", m, row))),
            pairs("codes", lambda m, row: (of("visits", m, row), *spans[row, m])),
            np.array([step[:2] for step in flat], np.int64).reshape(-1, 2), np.array([step[2] for step in flat], float),
            *tracks[1:], first_place, losses.cells if known else 0, tables)  # fmt: skip


def simulate(rows, paths, seed):
    law = rows.law
    seeds = np.random.SeedSequence(seed)
    rng = np.random.Generator(np.random.SFC64(seeds))
    # A place in the ledger for each track of each column.
    widths = [len(rows.tracks[peer_io.stage_of(column)]) for column in law.columns]
    first_place = np.concatenate([[0], np.cumsum(widths)])
    place_of = lambda column, row: first_place[law.columns.index(column)] + rows.track[peer_io.stage_of(column)][row]
    incomes, totals = np.empty((len(rows.payers), paths)), np.empty((paths, first_place[-1]))
    told = (encode_law(rows, rng, paths), encode_rows(rows, peer_io.KnownLosses(rows), first_place),
            encode_offers(rows, place_of), incomes, totals)  # fmt: skip
    block_seed = seeds.generate_state(2, np.uint64)[1]
    with ThreadPoolExecutor(law.threads or os.cpu_count()) as pool:
        blocks = range((paths + BLOCK - 1) // BLOCK)
        for _ in pool.map(lambda block: walk_block(block_seed, block, *told), blocks):
            pass
    totals = np.ascontiguousarray(totals.T)  # statistics read a column at a time
    places = lambda i: range(first_place[i], first_place[i + 1])
    return rows.answers(list(incomes), {column: [totals[place] for place in places(i)]
                                        for i, column in enumerate(law.columns)})  # fmt: skip


if __name__ == "__main__":
    peer_io.serve(simulate, peer_io.sharing)
