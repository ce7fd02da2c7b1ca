// The page: reads the results, holds what is chosen, draws the sections.
import { askBeforeSigning, levers, productivity } from "./ask.js";
import { batchLead, batchSections } from "./batch.js";
import { drawAll, onThemeChange } from "./chart.js";
import { el, num, numbersTable, strong } from "./dom.js";
import { fitCheck } from "./fit.js";
import { course, formatOf, span, words } from "./format.js";
import { cards, income, months, waterfall } from "./pay.js";
import { readResults } from "./results.js";
import { comparisons, debt, readings, stressMatrix, tiers } from "./risk.js";
import { section } from "./section.js";
import { hourly, luck, tornado } from "./work.js";

const results = readResults(document.getElementById("results").textContent);
const state = { stress: results.stresses[0], offer: results.offers[0] };
const opened = new Set();

// The bad year first, then the stress that falls below what is needed.
function lead() {
  const base = results.offers.map((o) => ({ o, s: results.scenario(o, results.stresses[0]) })).filter(({ s }) => s?.income_usd_p05 != null).sort((a, b) => b.s.income_usd_p05 - a.s.income_usd_p05);
  if (!base.length) return null;
  const best = base[0], worst = base.at(-1);
  const bad = `In a bad ${course(results.months)}, one in twenty, `;
  const said = base.length > 1 && best.s.income_usd_p05 === worst.s.income_usd_p05
    ? [bad, "every offer pays ", num(best.s, "income_usd_p05"), ` or less ${span(results.months)}. `]
    : base.length === 1
    ? [bad, strong(best.o.title), " pays ", num(best.s, "income_usd_p05"), " or less", `, against a median of `, num(best.s, "income_usd_p50"), ` ${span(results.months)}. `]
    : [bad, strong(best.o.title), " still pays ", num(best.s, "income_usd_p05"), " and ", strong(worst.o.title), " only ", num(worst.s, "income_usd_p05"), ` ${span(results.months)}. `];
  return el("p", { class: "lead" }, said, below());
}

function worstBy(column) {
  const all = results.tables.summary.filter((s) => s[column] != null);
  const stressed = all.filter((s) => s.stress !== "base");
  return (stressed.length ? stressed : all).reduce((a, b) => (a && a[column] >= b[column] ? a : b), null);
}

function under(s) {
  const stress = results.stresses.find((x) => x.name === s.stress);
  return s.stress === "base" ? ["Even when nothing goes wrong"] : ["Under the stress ", strong(stress.title)];
}

function below() {
  const { need, target } = results.study;
  const alone = results.offers.length === 1, of = (s) => (alone ? "it" : strong(results.offerOf(s.scenario).title));
  const none = results.stresses.length > 1 ? "No stress takes a month below " : "No month pays less than ";
  const short = need == null ? null : worstBy("need_shortfall_share");
  if (short?.need_shortfall_share > 0)
    return [under(short), ", ", num(short, "need_shortfall_share"), " of months", alone ? "" : [" with ", of(short)], " pay less than the ", num(results.fact("need_usd_per_month"), "need_usd_per_month"), " that you need", alone ? "." : ", more than with any other offer."];
  const missed = target == null ? null : worstBy("target_shortfall_prob");
  if (missed?.target_shortfall_prob > 0)
    return [need == null ? "" : [none, "what you need, but "], under(missed).map((x, i) => (need != null && i === 0 ? x[0].toLowerCase() + x.slice(1) : x)), ", ", of(missed), " misses your target of ", num(results.fact("target_usd_per_year"), "target_usd_per_year"), " a year in ", num(missed, "target_shortfall_prob"), " of cases."];
  if (need != null) return [none, "the ", num(results.fact("need_usd_per_month"), "need_usd_per_month"), " that you need."];
  const low = results.tables.summary.reduce((a, b) => (a.income_usd_p05 <= b.income_usd_p05 ? a : b));
  if (alone && results.stresses.length === 1) return [];
  return [under(low), `, a bad ${course(results.months)} of `, strong(results.offerOf(low.scenario).title), " pays ", num(low, "income_usd_p05"), ", the least of all."];
}

function subtitle() {
  const { settings = {}, version } = results.manifest;
  const ref = (column) => num({ table: "manifest", row: "settings", [column]: settings[column] }, column, column === "paths" || column === "scenarios" ? "number" : "plain");
  return el("p", { class: "subtitle" }, results.kind === "batch" ? [ref("scenarios"), " rows, each "] : "", ref("paths"), " simulated courses of ", ref("months"), " months from ", settings.start, ". paystress ", version, ", sampler ", settings.sampler, ", seed ", String(results.manifest.seed), ".");
}

function group(name, legend, items, chosen, choose, title, extra) {
  return el("fieldset", {}, el("legend", {}, legend), items.map((item, i) =>
    el("label", { class: "chip" }, el("input", { type: "radio", name, value: i, checked: item === chosen, on: { change: () => choose(item) } }), el("span", {}, title(item), extra?.(item)))));
}

function controls() {
  const bar = [];
  if (results.stresses.length > 1) bar.push(group("stress", "What if", results.stresses, state.stress, (s) => { state.stress = s; chosen(); }, (s) => s.title, (s) => s.when && el("small", {}, " " + s.when)));
  if (results.offers.length > 1) bar.push(group("offer", "Look closer at", results.offers, state.offer, (o) => { state.offer = o; chosen(); }, (o) => o.title));
  return bar.length ? el("form", { class: "controls", "aria-label": "What the page shows", on: { submit: (e) => e.preventDefault() } }, bar) : null;
}

// What is chosen stands in the address: a link shows what its sender saw.
function toAddress() {
  const parts = new URLSearchParams({ stress: state.stress.name, offer: state.offer.key });
  history.replaceState(null, "", "#" + parts);
}
function fromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  state.stress = results.stresses.find((s) => s.name === parts.get("stress")) ?? results.stresses[0];
  state.offer = results.offers.find((o) => o.key === parts.get("offer")) ?? mostShort();
}
// The offer that falls furthest short of what was advertised is the one to look at first.
function mostShort() {
  const gap = (o) => { const s = results.scenario(o, results.stresses[0]); return s?.advertised_usd == null ? 0 : s.advertised_usd - s.income_usd_p50; };
  return results.offers.reduce((a, b) => (gap(b) > gap(a) ? b : a), results.offers[0]);
}

// Tables of which the page knows no picture are shown as they are.
const drawnTables = new Set(["summary", "income_distribution", "tier_miss", "months", "single_years", "histogram", "comparisons", "waterfall", "sensitivity", "debt", "ranking", "readings", "levers", "productivity", "ask_before_signing", "fit_check"]);
function otherTables() {
  return Object.entries(results.tables).filter(([name, rows]) => !drawnTables.has(name) && rows.length > 0).map(([name, rows]) => {
    const here = rows.filter((r) => r.stress == null || r.stress === state.stress.name);
    const columns = Object.keys(rows[0]).filter((c) => !["table", "row", "practice", "offer", "stress", "ci_level", "n_paths", "method"].includes(c) && !/std_error|_ci_/.test(c));
    const shown = columns.map((c) => (here.some((r) => typeof r[c] === "number") ? { title: words(c), column: c, format: formatOf(c) } : { title: words(c), text: (r) => (c === "scenario" ? results.offerOf(r[c])?.title ?? r[c] : String(r[c] ?? "")) }));
    return section(name, words(name)[0].toUpperCase() + words(name).slice(1), `From ${name}.csv.`, numbersTable(words(name), shown, here));
  });
}

const makers = { comparisons: "run a study with two offers or more", sensitivity: "give numbers of the practice as ranges", readings: "write a vague clause as readings", debt: "an offer with a draw", tier_miss: "an offer with tiers", fit_check: ["a practice from paystress fit, and report ", el("code", { class: "option" }, "--fit-check FILE")] };
function absent() {
  const chosen = results.manifest.settings?.tables, left = [...drawnTables].filter((name) => name !== "fit_check" && chosen && !chosen.includes(name) && !results.has(name));
  const missing = [...(left.length ? [`${left.join(", ")} (left out by --tables)`] : []), ...Object.entries(makers).filter(([name]) => !results.has(name) && !left.includes(name)).map(([name, how]) => [`${name} (`, how, ")"])];
  return missing.length ? el("p", { class: "absent" }, "Not in these results: ", missing.map((what, i) => [i > 0 && ", ", what]), ".") : null;
}

function draw() {
  if (results.kind === "batch") { content.replaceChildren(...batchSections(results)); return drawAll(); }
  const pair = (...two) => { const there = two.filter(Boolean); return there.length > 1 ? el("div", { class: "two" }, there) : there[0]; };
  const parts = [cards(results, state), income(results, state), levers(results, state), waterfall(results, state), askBeforeSigning(results, state), productivity(results, state), months(results, state), stressMatrix(results, state), comparisons(results, state), tiers(results, state),
    hourly(results, state), pair(luck(results, state), tornado(results, state)), debt(results, state), readings(results, state), fitCheck(results), otherTables(), absent()];
  content.replaceChildren(...parts.flat().filter(Boolean));
  for (const fold of content.querySelectorAll("details")) {
    const key = fold.parentElement.id + fold.className;
    fold.open = opened.has(key);
    fold.addEventListener("toggle", () => { if (fold.open) opened.add(key); else opened.delete(key); drawAll(); });
  }
  return drawAll();
}

function chosen() {
  toAddress();
  draw();
  said.textContent = `Showing ${state.stress.title}; a closer look at ${state.offer.title}.`;
}

const content = el("div", { id: "content" });
const said = el("p", { class: "unseen", role: "status" });
fromAddress();
const head = el("header", {}, el("h1", {}, results.manifest.title), subtitle(), results.kind === "batch" ? batchLead(results) : lead());
const bar = results.kind === "batch" ? null : controls();
document.querySelector("main").replaceChildren(...[head, bar, said, content].filter(Boolean));
const first = draw();
onThemeChange(draw);
addEventListener("hashchange", () => {
  fromAddress();
  for (const input of document.querySelectorAll(".controls input")) input.checked = (input.name === "stress" ? results.stresses : results.offers)[input.value] === state[input.name];
  draw();
});
first.then(() => { document.documentElement.dataset.ready = "true"; });
