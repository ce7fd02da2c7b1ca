// What can go wrong: stresses, who pays more than whom, lines out of reach, debt, readings.
import debtSpec from "../charts/debt.json";
import readingsSpec from "../charts/readings.json";
import tierSpec from "../charts/tier_miss.json";
import { chart, colorOf, labels, theme } from "./chart.js";
import { cell, el, num, numbersTable, strong, text } from "./dom.js";
import { course, formats, heading, keyWords, words } from "./format.js";
import { badge, shownOffers } from "./pay.js";
import { numbers, section } from "./section.js";

const shade = (share) => `color-mix(in srgb, var(--${share < 0 ? "loss" : "gain"}) ${Math.round(Math.min(1, Math.abs(share)) * 100)}%, transparent)`;

export function stressMatrix(results, state) {
  if (results.stresses.length < 2) return null;
  const change = (s, base) => (base?.income_usd_p50 && s ? s.income_usd_p50 / base.income_usd_p50 - 1 : 0);
  const head = el("tr", { role: "row" }, el("th", { scope: "col", role: "columnheader" }, "offer"),
    results.stresses.map((stress) => el("th", { scope: "col", role: "columnheader" }, stress.title, stress.when && el("small", {}, stress.when))));
  const rows = results.offers.map((offer) => {
    const base = results.scenario(offer, results.stresses[0]);
    return el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, badge(offer), el("span", {}, offer.title)), results.stresses.map((stress) => {
      const s = results.scenario(offer, stress);
      return el("td", { role: "cell", vars: { background: shade(4 * change(s, base)) } }, el("span", { class: "of", "aria-hidden": "true" }, stress.title),
        s ? [el("b", {}, num(s, "income_usd_p50")), el("small", {}, num(s, "income_usd_p05"))] : "–");
    }));
  });
  return section("stresses", "What a bad turn costs", `In each cell the median, and a bad ${course(results.months)} below it. Orange where the median falls against nothing going wrong, green where it rises.`,
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Pay by offer and stress" },
      el("table", { class: "matrix stack", role: "table" }, el("thead", { role: "rowgroup" }, head), el("tbody", { role: "rowgroup" }, rows))));
}

const pairings = { same_months: "paid for the same months", shared_luck: "with luck shared between employers", other_months: "with luck of their own" };

export function comparisons(results, state) {
  const rows = (results.tables.comparisons ?? []).filter((r) => r.stress === state.stress.name);
  if (!rows.some((r) => r.statistic === "a_pays_more_prob")) return null;
  const offers = results.tables.summary.filter((s) => s.stress === state.stress.name).map((s) => ({ s, offer: results.offerOf(s.scenario) }));
  const find = (a, b, statistic) => rows.filter((r) => r.a === a && r.b === b && r.statistic === statistic);
  const body = offers.slice(0, -1).map((a, i) => el("tr", {}, el("th", { scope: "row" }, badge(a.offer), el("span", { class: "wide" }, a.offer.title)), offers.slice(1).map((b, j) => {
    if (j < i) return el("td", { class: "empty" });
    const probs = find(a.s.scenario, b.s.scenario, "a_pays_more_prob");
    const mean = find(a.s.scenario, b.s.scenario, "difference_mean")[0], equal = find(a.s.scenario, b.s.scenario, "equal_prob")[0];
    if (!probs.length) return el("td", {}, "–");
    // Where both often pay the same, neither is ahead.
    return el("td", { vars: { background: shade((probs[0].value + (equal?.value ?? 0) / 2 - 0.5) * 1.1) } },
      el("b", {}, probs.map((p, k) => [k > 0 && el("span", { class: "to" }, " / "), num(p, "value", "percent")])),
      mean && el("small", {}, num(mean, "value", "signed_dollars")), equal?.value > 0.05 && el("small", {}, el("br"), "same in ", num(equal, "value", "percent")));
  })));
  const used = [...new Set(rows.map((r) => r.pairing))].map((p) => pairings[p] ?? words(p));
  const columns = [{ title: "offer", text: (r) => results.offerOf(r.a).title }, { title: "against", text: (r) => results.offerOf(r.b).title },
    { title: "statistic", text: (r) => words(r.statistic).replace("a pays", "pays") }, { title: "pairing", text: (r) => words(r.pairing) },
    { title: "value", text: (r) => num(r, "value", /prob/.test(r.statistic) ? "percent" : "signed_dollars") },
    { title: "from", text: (r) => num(r, "ci_low", /prob/.test(r.statistic) ? "percent" : "signed_dollars") },
    { title: "to (95 %)", text: (r) => num(r, "ci_high", /prob/.test(r.statistic) ? "percent" : "signed_dollars") }];
  return section("comparisons", "Who pays more than whom", ["How often the offer of the row pays more than that of the column, and by how much on average (", used.join("; then "), ")."],
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "How often one offer pays more than another" },
      el("table", { class: "matrix" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "pays more than"),
        offers.slice(1).map(({ offer }) => el("th", { scope: "col" }, badge(offer), el("span", { class: "wide" }, offer.title))))), el("tbody", {}, body))),
    numbers(numbersTable("Comparisons", columns, rows)));
}

const spans = { month: 1, quarter: 3, year: 12 };
// A line that follows the hours worked has more digits than anyone reads.
const about = (x) => formats.number(Number(x.toFixed(Math.abs(x) < 10 ? 2 : Math.abs(x) < 1000 ? 1 : 0)));

// `bounds`: where the line lies, window by window.
function lineName(r, bounds) {
  const told = bounds.filter((b) => b != null), low = Math.min(...told), high = Math.max(...told);
  const where = low === high ? about(low) : `${about(low)} to ${about(high)}`;
  const tier = !told.length ? `tier ${r.tier}` : `${r.bound_kind === "at_least" ? "at least" : "above"} ${where}`;
  return `${words(r.component)}, ${tier}, ${r.reset === "horizon" ? "over the contract" : `by ${r.reset}`}`;
}

// Dark cells carry light text: contrast before taste.
const channel = (hex, i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
function heatInk(share, t) {
  const at = Math.min(0.9999, Math.max(0, share)) * (t.heat.length - 1), k = Math.floor(at);
  const light = [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => sum + weight * ((channel(t.heat[k], i) * (1 - at + k) + channel(t.heat[k + 1], i) * (at - k)) / 255) ** 2.2, 0);
  return light > 0.18 ? "#10161b" : "#ffffff";
}

export function tiers(results, state) {
  const shown = shownOffers(results, state.stress).flatMap(({ offer, s }) => results.rowsOf("tier_miss", s).map((r) => ({ ...r, offer })));
  if (!shown.length) return null;
  const windows = shown.filter((r) => /^(month|quarter|year)_\d+$|^horizon$/.test(r.period));
  // A line can lie elsewhere in each window: it is one line all the same.
  const places = new Map();
  const tierOf = (r) => [r.scenario, r.component, r.tier, r.reset].join("\n");
  for (const r of windows) places.set(tierOf(r), [...(places.get(tierOf(r)) ?? []), r.bound]);
  const nameOf = (r) => lineName(r, places.get(tierOf(r)) ?? [r.bound]);
  for (const r of shown) r.line = `${r.offer.letter}  ${nameOf(r)}`;
  const fill = (spec, width, t) => {
    spec.spec.width = width - 6;
    const lines = [...new Set(windows.map((r) => r.line))];
    const shownLine = new Map(lines.map((line) => [line, heading(line, width)]));
    const rows = windows.map((r) => {
      const length = r.period === "horizon" ? results.months : spans[r.reset];
      const from = r.period === "horizon" ? 0 : (Number(r.period.split("_")[1]) - 1) * length;
      const ref = cell(r, "miss_prob");
      const written = ((width - 6) / results.months) * length > 46;
      return { line: shownLine.get(r.line), place: lines.indexOf(r.line), from, to: from + length, middle: from + length / 2, miss_prob: r.miss_prob, ink: heatInk(r.miss_prob, t), text: written ? text(ref, "percent") : null, refs: labels([ref, "percent"]) };
    });
    const ticks = Array.from({ length: results.months + 1 }, (_, i) => i).filter((i) => i % (results.months > 12 || width < 500 ? 6 : 3) === 0);
    return { rows, params: { wide: width - 6, months: results.months, ticks } };
  };
  const share = shown.filter((r) => r.period === "share" || (r.reset === "horizon" && r.period === "horizon"));
  const list = share.map((r) => el("tr", {}, el("th", { scope: "row" }, el("div", {}, badge(r.offer), el("span", {}, nameOf(r)))),
    el("td", {}, num(r, "miss_prob")), el("td", {}, num(r, "near_miss_prob")), el("td", {}, num(r, "lost_usd_mean"))));
  const columns = [{ title: "line", text: (r) => `${r.offer.title}: ${lineName(r, [r.bound])}` }, { title: "window", text: (r) => words(r.period) },
    { title: "missed", column: "miss_prob" }, { title: "near miss", column: "near_miss_prob" }, { title: "lost on a miss", column: "lost_usd_mean" }];
  const leave = shown.some((r) => r.miss_while_employed_prob != null);
  if (leave) columns.push({ title: "missed while employed", column: "miss_while_employed_prob" });
  return section("tiers", "Which bonus lines are out of reach", ["How often each line is missed, window by window; the stronger the colour, the more often. A near miss ends just below the line; the last figure is what a miss costs against reaching it.", leave && " Of an offer that ends by leaving it is told as if you stayed, and in the table of the windows up to leaving."],
    chart("tier_miss", tierSpec, fill),
    el("p", { class: "heat", "aria-hidden": "true", vars: { "--heat": `linear-gradient(to right, ${theme().heat.join(", ")})` } }, "never missed", el("span", {}), "always missed"),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Tier lines" }, el("table", { class: "plain" },
      el("thead", {}, el("tr", {}, ["line", "missed", "near miss", "lost on a miss"].map((title) => el("th", { scope: "col" }, title)))), el("tbody", {}, list))),
    numbers(numbersTable("Tier lines by window", columns, windows)));
}

export function debt(results, state) {
  const shown = shownOffers(results, state.stress).flatMap(({ offer, s }) => results.rowsOf("debt", s).map((r) => ({ ...r, offer, line: `${offer.letter}  ${words(r.adjustment)}` })));
  if (!shown.length) return null;
  const fill = (spec, width) => {
    const lines = [...new Set(shown.map((r) => r.line))];
    const columns = Math.max(1, Math.min(lines.length, Math.floor(width / 300)));
    spec.columns = columns;
    spec.spec.width = Math.floor((width - 60 - 22 * (columns - 1)) / columns);
    const rows = new Map();
    for (const r of shown) {
      const key = r.line + "\n" + r.month;
      if (!rows.has(key)) rows.set(key, { offer: heading(r.line, spec.spec.width), place: lines.indexOf(r.line), color: colorOf(r.offer), month: r.month });
      if (r.statistic === "quantile") rows.get(key)["p" + Math.round(100 * r.level)] = r.value;
    }
    return { rows: [...rows.values()], params: { wide: spec.spec.width } };
  };
  const last = results.months;
  const owing = shown.filter((r) => r.statistic === "owing_prob" && r.month === last);
  const said = owing.flatMap((r, i) => [i > 0 ? "; " : " Probability of owing after the last month: ", strong(r.offer.title), " (", r.offer.letter, ") ", num(r, "value", "percent")]);
  const columns = [{ title: "draw", text: (r) => `${r.offer.title}: ${words(r.adjustment)}` }, { title: "month", column: "month", format: "plain" }, { title: "statistic", text: (r) => words(r.statistic) + (r.level == null ? "" : ` ${r.level}`) },
    { title: "value", text: (r) => num(r, "value", /prob/.test(r.statistic) ? "percent" : "dollars") }];
  return section("debt", "What a draw leaves owed", [`What you would owe on leaving after each month: the line is the median, the dark band the quarter of ${course(results.months)}s above it, the light one reaches the worst ${course(results.months)} in twenty.`, said, said.length ? "." : ""],
    chart("debt", debtSpec, fill), numbers(numbersTable("Owed after each month", columns, shown)));
}

export function readings(results, state) {
  const chosen = results.rowsOf("readings", results.scenario(state.offer, state.stress));
  const rows = chosen.filter((r) => r.rank != null);
  if (!rows.length) return null;
  const clauses = [...new Set(rows.map((r) => r.clause))];
  const medians = rows.filter((r) => r.statistic === "quantile" && r.level === 0.5);
  const clean = (reading) => words(String(reading).replace(/^"|"$/g, ""));
  const fill = (spec, width) => {
    spec.spec.width = width - 6;
    spec.spec.height = 30 + 14 * Math.max(...clauses.map((clause) => medians.filter((r) => r.clause === clause).length));
    const values = medians.map((r) => r.value), low = Math.min(...values), high = Math.max(...values), room = (high - low) * 0.12 + 1;
    const made = clauses.flatMap((clause) => medians.filter((r) => r.clause === clause).sort((a, b) => a.value - b.value).map((r, i) => {
      const at = (r.value - low + room) / (high - low + 2 * room);
      return { clause: heading(keyWords(clause.replace(/^pay\./, "")), width), place: clauses.indexOf(clause), reading: clean(r.reading), p50: r.value, label_y: 28 + 14 * i, align: at < 0.25 ? "left" : at > 0.75 ? "right" : "center" };
    }));
    return { rows: made, params: { wide: width - 6, tall: spec.spec.height, low: low - room, high: high + room } };
  };
  const worth = rows.filter((r) => r.statistic === "spread_of_quantile" && r.level === 0.5)[0];
  const columns = [{ title: "clause", text: (r) => r.clause }, { title: "reading", text: (r) => (r.reading == null ? "" : clean(r.reading)) },
    { title: "statistic", text: (r) => words(r.statistic) + (r.level == null ? "" : ` ${r.level}`) },
    { title: "value", text: (r) => num(r, "value", /prob/.test(r.statistic) ? "percent" : "dollars") }];
  return section("readings", "What a vague clause can mean", ["Median pay under each reading of each clause of ", strong(state.offer.title), ", dearest first.", worth ? [" Getting the first one in writing is worth up to ", num(worth, "value", "dollars"), "."] : ""],
    chart("readings", readingsSpec, fill), numbers(numbersTable("Readings", columns, chosen)));
}
