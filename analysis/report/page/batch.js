// The rows of a batch: along a swept number, as a design, and as a table that sorts.
import linesSpec from "../charts/batch_lines.json";
import parallelSpec from "../charts/batch_parallel.json";
import scatterSpec from "../charts/batch_scatter.json";
import { chart, colorOf, drawAll, theme } from "./chart.js";
import { el, num, rowId, strong } from "./dom.js";
import { course, folded, formatOf, formats, heading, keyWords, span, words } from "./format.js";
import { section } from "./section.js";

const titlesOf = (months) => ({ income_usd_p05: `bad ${course(months)}`, income_usd_p50: "median", income_usd_p95: `good ${course(months)}`, target_shortfall_prob: "P(below target)", below_advertised_prob: "P(below advertised)",
  need_shortfall_share: "months below need", effective_hourly_usd_p50: "an hour, all work" });
/// The figures that the rows have, with their titles.
const measuresOf = (results) => results.batch.figures.filter((m) => results.tables.summary.some((s) => s[m] != null)).map((m) => [m, titlesOf(results.months)[m] ?? words(m)]);

const shortKey = (key) => keyWords(key.replace(/^(practices|offers|stresses)\.[^.]+\./, "").replace(/^pay\./, ""));
const varies = (rows, key) => new Set(rows.map((r) => r[key]).filter((x) => typeof x === "number")).size > 1;

// Rows of one offer under one stress, with the numbers that vary among them: of a long batch those of its even
// sample, so that a chart has no more of one end than the batch.
function groupsOf(results) {
  const groups = new Map(), atEnds = new Set(results.batch.at_ends);
  for (const s of results.tables.summary) {
    if (atEnds.has(s.row)) continue;
    const key = [s.practice, s.offer, s.stress].join("\n");
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(s);
  }
  return [...groups.values()].map((rows) => ({ rows, offer: results.offerOf(rows[0].scenario), stress: rows[0].stress, keys: results.batch.columns.filter((k) => varies(rows, k)) }));
}

const groupName = (g, several) => g.offer.title + (several ? `, ${g.stress === "base" ? "nothing goes wrong" : words(g.stress)}` : "");

function lines(groups, months) {
  const several = new Set(groups.map((g) => g.stress)).size > 1;
  const fill = (spec, width) => {
    const columns = width > 640 && groups.length > 1 ? 2 : 1;
    spec.columns = columns;
    spec.spec.width = Math.floor((width - 60 * columns - 22 * (columns - 1)) / columns);
    return { rows: groups.flatMap((g, i) => g.rows.filter((s) => typeof s[g.keys[0]] === "number").map((s) => ({ place: i, line: heading(`${groupName(g, several)} by ${shortKey(g.keys[0])}`, spec.spec.width), x: s[g.keys[0]], p05: s.income_usd_p05, p50: s.income_usd_p50, p95: s.income_usd_p95, color: colorOf(g.offer) }))), params: { wide: spec.spec.width } };
  };
  return section("lines", "Along the number that varies", `Median pay ${span(months)}, in the band from a bad ${course(months)} to a good one.`, chart("batch_lines", linesSpec, fill));
}

function choice(title, options, chosen, act) {
  const select = el("select", { on: { change: () => act(select.value) } }, options.map(([value, name]) => el("option", { value, selected: value === chosen }, name)));
  return el("label", { class: "choice" }, title, " ", select);
}

function scatter(results, groups, legend) {
  const keys = [...new Set(groups.flatMap((g) => g.keys))];
  const shown = measuresOf(results);
  let x = keys[0], y = "income_usd_p50";
  const fill = (spec, width) => {
    spec.width = width - 66;
    if (formatOf(y) === "percent") spec.encoding.y.axis.format = ".0%";
    return { rows: groups.flatMap((g) => g.rows.filter((s) => typeof s[x] === "number" && s[y] != null).map((s) => ({ x: s[x], y: s[y], color: colorOf(g.offer) }))) };
  };
  const place = el("div", {});
  const draw = () => { place.replaceChildren(chart("batch_scatter", scatterSpec, fill)); drawAll(); };
  place.replaceChildren(chart("batch_scatter", scatterSpec, fill));
  return section("scatter", "The design, number by number", "One point a row of the batch.",
    el("div", { class: "choices" }, choice("across", keys.map((k) => [k, shortKey(k)]), x, (v) => { x = v; draw(); }), choice("up", shown, y, (v) => { y = v; draw(); })), place, legend);
}

function parallel(groups) {
  const most = groups.reduce((a, b) => (b.rows.length > a.rows.length ? b : a));
  if (most.keys.length < 2) return null;
  const short = (x) => formats.number(Number(x.toPrecision(3)));
  const ends = (key, [low, high]) => (key === "income_usd_p50" ? `$${short(low / 1000)}k to\n$${short(high / 1000)}k` : `${short(low)} to\n${short(high)}`);
  const fill = (spec, width) => {
    spec.width = width - 10;
    const letters = Math.max(5, Math.floor(spec.width / (most.keys.length + 1) / 7));
    const axes = [...most.keys.map((k) => [k, shortKey(k)]), ["income_usd_p50", "median pay"]];
    const ranges = axes.map(([k]) => { const v = most.rows.map((s) => s[k]).filter((n) => typeof n === "number"); return [Math.min(...v), Math.max(...v)]; });
    return { rows: most.rows.filter((s) => most.keys.every((k) => typeof s[k] === "number")).flatMap((s) => axes.map(([k, name], i) => ({ row: s.row, key: `${folded(name, letters)}\n${ends(k, ranges[i])}`, share: (s[k] - ranges[i][0]) / (ranges[i][1] - ranges[i][0] || 1), p50: s.income_usd_p50 }))) };
  };
  return section("parallel", "The design, all numbers at once", ["One line a row of ", strong(most.offer.title), "; each axis runs from its lowest value to its highest, and the stronger its colour, the higher the median at its end."], chart("batch_parallel", parallelSpec, fill));
}

const first = 25;

// Which rows and columns of a long or wide batch are shown.
function shares(results) {
  const { rows, ends, at_ends, columns, all_columns } = results.batch, shown = results.tables.summary.length;
  const said = [];
  if (shown < rows) said.push(` ${formats.number(shown)} of ${formats.number(rows)} rows are shown: an even sample of ${formats.number(shown - at_ends.length)}, which the charts draw, and the ${ends} highest and lowest by each figure. Sorted by a figure, the first ${ends} are those of all rows; summary.csv has the others.`);
  if (columns.length < all_columns) said.push(` Of the batch's ${formats.number(all_columns)} columns the first ${columns.length} are shown.`);
  return said;
}

function table(results) {
  const keys = results.batch.columns.filter((k) => results.tables.summary.some((s) => s[k] != null));
  const shown = [["scenario", "row"], ...keys.map((k) => [k, shortKey(k)]), ...measuresOf(results)];
  let by = "income_usd_p50", down = true, all = false;
  const body = el("tbody", {}), foot = el("p", { class: "more" });
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a ?? "").localeCompare(String(b ?? ""), "en"));
  const heads = shown.map(([column, title]) => el("th", { scope: "col", class: column === "scenario" ? null : "right" },
    el("button", { type: "button", on: { click: () => { down = by === column ? !down : true; by = column; draw(); } } }, title)));
  function draw() {
    const rows = [...results.tables.summary].sort((a, b) => (down ? -1 : 1) * compare(a[by], b[by]) || a.row - b.row);
    heads.forEach((h, i) => h.setAttribute("aria-sort", shown[i][0] !== by ? "none" : down ? "descending" : "ascending"));
    body.replaceChildren(...(all ? rows : rows.slice(0, first)).map((s) => el("tr", {}, shown.map(([column]) => (column === "scenario" ? el("th", { scope: "row" }, rowId(s.scenario))
      : el("td", { class: "right" }, num(s, column, keys.includes(column) ? "number" : formatOf(column))))))));
    const more = rows.length - first;
    foot.replaceChildren(more > 0 ? el("button", { type: "button", on: { click: () => { all = !all; draw(); } } }, all ? `Show the first ${first}` : `Show all ${rows.length} rows`) : "");
  }
  draw();
  return section("rows", results.tables.summary.length < results.batch.rows ? "Rows" : "All rows", ["Press a heading to sort.", ...shares(results)], el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Rows of the batch" }, el("table", { class: "numbers sorts" }, el("thead", {}, el("tr", {}, heads)), body)), foot);
}

export function batchLead(results) {
  const rows = results.tables.summary.filter((s) => s.income_usd_p05 != null);
  const best = rows.reduce((a, b) => (b.income_usd_p05 > a.income_usd_p05 ? b : a)), worst = rows.reduce((a, b) => (b.income_usd_p05 < a.income_usd_p05 ? b : a));
  return el("p", { class: "lead" }, `In a bad ${course(results.months)}, one in twenty, the rows pay from `, num(worst, "income_usd_p05"), " (", strong(...rowId(worst.scenario)), ") to ", num(best, "income_usd_p05"), " (", strong(...rowId(best.scenario)), `) ${span(results.months)}. Their medians there are `,
    num(worst, "income_usd_p50"), " and ", num(best, "income_usd_p50"), ".");
}

export function batchSections(results) {
  const groups = groupsOf(results).filter((g) => g.keys.length > 0);
  const swept = groups.length > 0 && groups.every((g) => g.keys.length === 1);
  const key = results.offers.length > 1 && el("ul", { class: "key" }, results.offers.map((o) => el("li", {}, el("span", { class: "swatch", vars: { background: colorOf(o) } }), o.title)));
  const charts = groups.length === 0 ? [] : swept ? [lines(groups, results.months)] : [scatter(results, groups, key), parallel(groups)];
  return [...charts, table(results)].filter(Boolean);
}
