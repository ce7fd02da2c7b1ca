// What each offer pays: cards, dots and density, months, and how the figures add up.
import densitySpec from "../charts/income_density.json";
import dotsSpec from "../charts/income_dots.json";
import monthsSpec from "../charts/months.json";
import waterfallSpec from "../charts/waterfall.json";
import { chart, colorOf, labels, theme } from "./chart.js";
import { cell, el, num, numbersTable, strong, text } from "./dom.js";
import { course, formats, heading, span, words } from "./format.js";
import { numbers, section, slimSection } from "./section.js";

const scaled = (perYear, months) => (perYear == null ? null : (perYear * months) / 12);

export function shownOffers(results, stress) {
  return results.offers.map((offer) => ({ offer, s: results.scenario(offer, stress) })).filter((shown) => shown.s);
}

export const badge = (offer) => el("span", { class: "badge", vars: { "--offer": `var(--offer-${offer.place % 8})` }, "aria-hidden": "true" }, offer.letter);

const offerColumn = (results) => ({ title: "offer", text: (s) => results.offerOf(s.scenario).title });

export function cards(results, state) {
  const line = (name, ...content) => el("div", {}, el("dt", {}, name), el("dd", {}, content));
  const advertises = results.tables.summary.some((s) => s.advertised_usd != null);
  return el("div", { class: "cards" }, shownOffers(results, state.stress).map(({ offer, s }) =>
    el("article", { class: "card", vars: { "--offer": `var(--offer-${offer.place % 8})` }, "aria-label": offer.title },
      el("h2", {}, badge(offer), offer.title),
      el("p", { class: "kind" }, "median ", span(results.months)),
      el("p", { class: "big" }, num(s, "income_usd_p50")),
      el("p", { class: "range" }, `bad ${course(results.months)} `, num(s, "income_usd_p05"), ` to good ${course(results.months)} `, num(s, "income_usd_p95")),
      el("dl", {},
        advertises && line("advertised", num(s, "advertised_usd")),
        advertises && line("pays less than that", num(s, "below_advertised_prob")),
        s.target_shortfall_prob != null && line(s.left_prob == null ? "misses your target" : "misses your target up to leaving", num(s, "target_shortfall_prob")),
        s.need_shortfall_share != null && line("months below need", num(s, "need_shortfall_share")),
        line("an hour, all work", num(s, "effective_hourly_usd_p50")),
        s.left_prob != null && line("ends by leaving", num(s, "left_prob"))))));
}

// Where a share of all years is passed, from the bins of the histogram.
function quantileOf(bins, share) {
  let passed = 0;
  for (const bin of bins) {
    if (passed + bin.share >= share) {
      const low = bin.bin_low ?? bin.bin_high, high = bin.bin_high ?? bin.bin_low;
      return low + ((share - passed) / bin.share) * (high - low);
    }
    passed += bin.share;
  }
  return bins.at(-1)?.bin_low ?? bins.at(-1)?.bin_high;
}

// Pay that does not vary is a pile where it stands; without the table of bins nothing is known of the years.
function twentyYears(results, s) {
  if (!results.has("histogram")) return [];
  const bins = results.rowsOf("histogram", s).filter((b) => b.share > 0 && (b.bin_low ?? b.bin_high) != null);
  const years = [];
  for (let i = 0; i < 20; ++i) years.push(bins.length ? quantileOf(bins, (i + 0.5) / 20) : s.income_usd_p50);
  return years;
}

// Middles of two labels under one line, moved apart where they would meet, within the width.
const labelRoom = 68;
function apart(first, second, width) {
  const near = labelRoom - Math.abs(second - first);
  if (near <= 0) return [first, second];
  const step = (second < first ? -1 : 1) * near / 2;
  const moved = [first - step, second + step], least = Math.min(...moved), most = Math.max(...moved), edge = labelRoom / 2;
  const back = least < edge ? edge - least : Math.min(0, width - edge - most);
  return moved.map((x) => x + back);
}

// One scale for all stresses: choosing one moves the dots, not the axis.
function extent(results, width) {
  const { months, study } = results;
  const all = results.tables.summary.flatMap((s) => [s.income_usd_p05, s.income_usd_p50, s.income_usd_p95, s.advertised_usd, ...twentyYears(results, s)]);
  if (study.target != null) all.push(scaled(study.target, months));
  const values = all.filter((x) => x != null);
  const low = Math.min(...values), high = Math.max(...values);
  const room = Math.max(high - low, 0.02 * Math.abs(high), 1) * Math.min(0.3, 42 / width + 0.02);
  return { low: low - room, high: high + room };
}

function dotRows(results, state, width, t) {
  const { low, high } = extent(results, width);
  const dot = width < 420 ? 9 : 12;
  const step = ((high - low) * dot) / width;
  const target = scaled(results.study.target, results.months);
  const rows = [];
  let tallest = 1;
  for (const { offer, s } of shownOffers(results, state.stress)) {
    const base = { offer: heading(offer.title, width), place: offer.place, color: colorOf(offer) };
    const piles = new Map();
    for (const usd of twentyYears(results, s)) {
      const pile = Math.floor((usd - low) / step);
      piles.set(pile, [...(piles.get(pile) ?? []), usd]);
    }
    for (const years of piles.values()) {
      const middle = years.reduce((sum, usd) => sum + usd, 0) / years.length;
      tallest = Math.max(tallest, years.length);
      years.forEach((usd, height) => {
        const short = target != null && usd < target;
        rows.push({ ...base, kind: "dot", usd: middle, height, fill: short ? t.paper : base.color, edge: short ? base.color : t.paper });
      });
    }
    if (target != null) rows.push({ ...base, kind: "target", usd: target });
    rows.push({ ...base, kind: "range", usd: s.income_usd_p05, to_usd: s.income_usd_p95 });
    const median = cell(s, "income_usd_p50"), advertised = cell(s, "advertised_usd");
    const at = (ref) => ((ref.value - low) / (high - low)) * width;
    const [middle, claimed] = advertised ? apart(at(median), at(advertised), width) : [at(median)];
    rows.push({ ...base, kind: "median", usd: median.value, label_x: middle, text: text(median, "dollars"), refs: labels([median, "dollars"]) });
    if (advertised) rows.push({ ...base, kind: "advertised", usd: advertised.value, label_x: claimed, text: text(advertised, "dollars"), refs: labels([advertised, "dollars"]) });
  }
  const lift = Math.min((dot + 1) / 56, 1 / tallest);
  for (const row of rows) if (row.kind === "dot") row.height *= lift;
  return { rows, params: { low, high, dot: dot * dot * 0.8, wide: width } };
}

function densityRows(results, state, width) {
  const { low, high } = extent(results, width);
  const rows = [];
  for (const { offer, s } of shownOffers(results, state.stress)) {
    const base = { offer: heading(offer.title, width), place: offer.place, color: colorOf(offer) };
    const bins = results.rowsOf("histogram", s).filter((b) => b.bin_low != null && b.bin_high != null && b.share > 0);
    const peak = Math.max(...bins.map((b) => b.density), 0);
    // Pay that does not vary, or hardly, is a spike that one can see.
    const least = (2 * (high - low)) / width;
    for (const b of bins) {
      const more = Math.max(0, least - (b.bin_high - b.bin_low)) / 2;
      rows.push({ ...base, kind: "bin", usd: b.bin_low - more, to_usd: b.bin_high + more, height: b.density == null ? 1 : b.density / peak });
    }
    if (results.study.target != null) rows.push({ ...base, kind: "target", usd: scaled(results.study.target, results.months) });
    rows.push({ ...base, kind: "median", usd: s.income_usd_p50 });
  }
  return { rows, params: { low, high, wide: width } };
}

const facetPlot = (rowsOf, results, state) => (spec, width, t) => {
  spec.spec.width = width - 4;
  return rowsOf(results, state, width - 4, t);
};

export function income(results, state) {
  const shown = shownOffers(results, state.stress).map(({ s }) => s);
  const target = results.study.target;
  const dots = results.has("histogram");
  const year = course(results.months);
  const said = [dots && `Each dot is one ${year} in twenty. `, `The line below runs from a bad ${year} (1 in 20 is worse) to a good one, the tick on it is the median`, shown.some((s) => s.advertised_usd != null) ? "; a diamond is what was advertised." : "."];
  if (target != null) said.push(dots ? " Hollow dots lie below your target of " : " The dashed line is your target of ", num(results.fact("target_usd_per_year"), "target_usd_per_year"), " a year", results.months === 12 ? "" : ` over ${results.months} months`, dots ? ", the dashed line." : ".");
  if (target != null && shown.some((s) => s.left_prob != null)) said.push(" The share that misses it is of the months up to leaving.");
  const columns = [offerColumn(results), { title: `bad ${year}`, column: "income_usd_p05" }, { title: "median", column: "income_usd_p50" },
    { title: "median from", column: "income_usd_p50_ci_low" }, { title: "to (95 %)", column: "income_usd_p50_ci_high" },
    { title: `good ${year}`, column: "income_usd_p95" }, { title: "mean of worst 1 in 20", column: "income_usd_tail_mean_05" },
    { title: "advertised", column: "advertised_usd" }, { title: "P(below advertised)", column: "below_advertised_prob" }, { title: "P(below target)", column: "target_shortfall_prob" }];
  const years = results.months > 12 ? byYear(results, state) : null;
  return section("income", "What each offer pays", said,
    el("div", { class: "two wide-left" },
      chart("income_dots", dotsSpec, facetPlot(dotRows, results, state)),
      results.has("histogram") && el("div", { class: "density" }, chart("income_density", densitySpec, facetPlot(densityRows, results, state)))),
    numbers(numbersTable(`Pay ${span(results.months)}`, columns, shown), years));
}

function byYear(results, state) {
  const rows = shownOffers(results, state.stress).flatMap(({ s }) => results.rowsOf("income_distribution", s))
    .filter((r) => r.measure === "income_usd" && r.period.startsWith("year_"));
  const level = { 0.05: "bad year", 0.5: "median", 0.95: "good year" };
  return rows.length ? numbersTable("Pay by year", [offerColumn(results), { title: "year", text: (r) => words(r.period) },
    { title: "of", text: (r) => level[r.level] ?? "" }, { title: "pay", column: "value", format: "dollars" },
    { title: "from", column: "ci_low", format: "dollars" }, { title: "to (95 %)", column: "ci_high", format: "dollars" }], rows) : null;
}

// The rows of single_years.csv of the offers that are shown, dated.
function singleYears(results, state) {
  return shownOffers(results, state.stress).flatMap(({ offer, s }) => {
    const dates = new Map(results.rowsOf("months", s).map((r) => [r.month, r.calendar_month]));
    return results.rowsOf("single_years", s).map((r) => ({ ...r, shown: offer, calendar_month: dates.get(r.month) }));
  });
}

const levelTitles = new Map([[0.05, "1 in 20"], [0.25, "1 in 4"], [0.5, "median"], [0.75, "3 in 4"], [0.95, "19 in 20"]]);

// A line an offer and month, a column a year; apart from it the number of each path.
function singleYearTables(rows) {
  if (!rows.length) return null;
  const at = new Map(rows.map((r) => [`${r.scenario} ${r.month} ${r.level}`, r]));
  const first = rows.filter((r) => r.level === rows[0].level);
  const offer = { title: "offer", text: (r) => r.shown.title };
  const years = (column, format) => [...levelTitles].map(([level, title]) => ({ title, column, format, of: (r) => at.get(`${r.scenario} ${r.month} ${level}`) }));
  return [numbersTable("Single years: paths of the run, for replay", [offer, ...years("path", "plain")], first.filter((r) => r.month === 1)),
    numbersTable("Single years: paid by month", [offer, { title: "month", text: (r) => r.calendar_month }, ...years("paid_usd", "dollars")], first)];
}

export function months(results, state) {
  if (!results.has("months")) return null;
  const shown = shownOffers(results, state.stress).flatMap(({ offer, s }) => {
    const rows = results.rowsOf("months", s);
    const middle = rows.map((r) => r.p50).sort((a, b) => a - b)[Math.floor(rows.length / 2)];
    return rows.map((r) => ({ ...r, shown: offer, lump: r.p50 > middle + 0.5 * Math.abs(middle) }));
  });
  const years = singleYears(results, state);
  const fill = (spec, width) => {
    const columns = Math.max(1, Math.min(results.offers.length, Math.floor(width / 250), 3));
    spec.columns = columns;
    spec.spec.width = Math.floor((width - 48 - 22 * (columns - 1)) / columns) - (columns > 1 ? 2 : 0);
    if (results.months > 12) spec.spec.layer[1].encoding.x.axis.format = "%b %y";
    const rows = [...shown, ...years].map((r) => ({ offer: heading(r.shown.title, spec.spec.width), place: r.shown.place, color: colorOf(r.shown), month: `${r.calendar_month}-01T00:00:00`,
      p05: r.p05, p25: r.p25, p50: r.p50, p75: r.p75, p95: r.p95, lump: r.lump, need: results.study.need ?? null, year: r.level, paid: r.paid_usd }));
    return { rows, params: { wide: spec.spec.width, ticks: Math.ceil(spec.spec.width / (results.months > 12 ? 110 : 70)) } };
  };
  const need = results.study.need == null ? [] : [" Dashed: the ", num(results.fact("need_usd_per_month"), "need_usd_per_month"), " that you need each month."];
  const lumps = shown.some((r) => r.lump) ? " A ring marks a month that pays a lump." : "";
  const single = years.length ? ` Thin lines are five single ${course(results.months)}s, each as the run drew it: of a hundred by pay, the 5th, 25th, 50th, 75th and 95th.` : "";
  const columns = [{ title: "offer", text: (r) => r.shown.title }, { title: "month", text: (r) => r.calendar_month },
    ...["p05", "p25", "p50", "p75", "p95"].map((p) => ({ title: { p05: "1 in 20", p25: "1 in 4", p50: "median", p75: "3 in 4", p95: "19 in 20" }[p], column: p, format: "dollars" }))];
  return section("months", "Month by month", [`Money paid each month: the line is the median, half of all ${course(results.months)}s lie in the dark band, nine in ten in the light one.`, single, need, lumps],
    chart("months", monthsSpec, fill), numbers(numbersTable("Pay by month", columns, shown), singleYearTables(years)));
}

const causes = { practice_not_as_told: "practice not as told", unfilled_slots: "empty slots", no_shows: "no-shows", missed_tiers: "missed bonus lines", realistic: "really paid (mean)" };

export function waterfall(results, state) {
  const s = results.scenario(state.offer, state.stress);
  const steps = results.rowsOf("waterfall", s).filter((r) => r.kind === "total" || r.usd_mean !== 0);
  if (steps.length < 2) return null;
  const fill = (spec, width, t) => {
    spec.width = width - 190 < 240 ? width - 120 : width - 190;
    let level = 0;
    const rows = steps.map((r) => {
      const total = r.kind === "total";
      const from = total ? 0 : level, to = total ? r.usd_mean : level + r.usd_mean;
      level = to;
      const ref = cell(r, "usd_mean"), format = total ? "dollars" : "signed_dollars";
      const roomRight = Math.max(from, to) < 0.75 * Math.max(...steps.map((x) => x.usd_mean));
      return { cause: causes[r.cause] ?? words(r.cause), from_usd: from, to_usd: to, label_usd: roomRight ? Math.max(from, to) : total ? to * 0.99 : Math.min(from, to), left: !roomRight,
        color: total ? t.neutral : r.usd_mean < 0 ? t.bad : t.accent, text: text(ref, format), refs: labels([ref, format]) };
    });
    if (width < 500) spec.layer[0].encoding.y.axis.labelLimit = 110;
    return { rows };
  };
  const columns = [{ title: "step", text: (r) => causes[r.cause] ?? words(r.cause) }, { title: "mean", column: "usd_mean", format: "signed_dollars" },
    { title: "from", column: "ci_low", format: "signed_dollars" }, { title: "to (95 %)", column: "ci_high", format: "signed_dollars" }, { title: "of advertised", column: "share_of_advertised" }];
  return slimSection("waterfall", "How the figures add up", ["From what ", strong(state.offer.title), ` advertises to the mean that it pays ${span(results.months)}. An account of the difference, not a cause: removing one loss alone moves pay by another amount.`],
    chart("waterfall", waterfallSpec, fill), numbersTable("Steps", columns, steps));
}
