// What to find out before signing: what each loss is worth, what a pace pays, what to ask.
import askSpec from "../charts/ask_before_signing.json";
import leversSpec from "../charts/levers.json";
import productivitySpec from "../charts/productivity.json";
import { chart, colorOf, labels } from "./chart.js";
import { cell, el, num, numbersTable, strong, text, typed } from "./dom.js";
import { course, folded, keyWords, span, words } from "./format.js";
import { numbers, section } from "./section.js";

// These tables are about the practice as described, whatever stress is chosen.
const described = (results, state, table) => results.rowsOf(table, results.scenario(state.offer, results.stresses[0]));
const notStressed = (results, state) => (state.stress === results.stresses[0] ? "" : " As described, without a stress.");

const sideOf = (width) => (width < 420 ? 118 : 190);
const lettersOf = (side) => Math.floor(side / 6.6);

// An axis with room for the labels beside the bars, which stand above or below 0.
function reach(rows, low, high, width, label) {
  const least = Math.min(0, ...rows.map(low)), most = Math.max(0, ...rows.map(high)), span = most - least || 1;
  const room = (label * span) / Math.max(80, width - (least < 0 ? 2 : 1) * label);
  return { low: least < 0 ? least - room : 0, high: most + room };
}

const leverNames = { unfilled_slots: "empty slots", no_shows: "no-shows", review_downgrades: "downgrades in review", all_together: "all of them at once" };
const leverName = (r) => leverNames[r.lever] ?? words(r.lever.replace(/^events\./, ""));

export function levers(results, state) {
  const all = described(results, state, "levers"), pay = all.filter((r) => r.measure === "income_usd");
  const rows = pay.filter((r) => r.lever !== "interaction" && r.mean_change).sort((a, b) => (a.lever === "all_together") - (b.lever === "all_together") || b.mean_change - a.mean_change);
  if (!rows.length) return null;
  const bars = (spec, width, t) => {
    const side = sideOf(width);
    spec.width = width - side - 16;
    const made = rows.map((r) => {
      const ref = cell(r, "mean_change");
      return { lever: folded(leverName(r), lettersOf(side)), change_usd: r.mean_change, from_usd: r.mean_change_ci_low ?? r.mean_change, to_usd: r.mean_change_ci_high ?? r.mean_change,
        color: r.lever === "all_together" ? t.neutral : colorOf(state.offer), text: text(ref, "signed_dollars"), refs: labels([ref, "signed_dollars"]) };
    });
    return { rows: made, params: reach(made, (r) => Math.min(r.from_usd, r.change_usd), (r) => Math.max(r.to_usd, r.change_usd), spec.width, 72) };
  };
  const columns = (name) => [{ title: "without", text: leverName }, { title: `mean of ${name}`, column: "mean_change", format: "signed_dollars" }, { title: "from", column: "mean_change_ci_low", format: "signed_dollars" },
    { title: "to (95 %)", column: "mean_change_ci_high", format: "signed_dollars" }, { title: "median", column: "median_change", format: "signed_dollars" },
    { title: "from", column: "median_change_ci_low", format: "signed_dollars" }, { title: "to (95 %)", column: "median_change_ci_high", format: "signed_dollars" }, { title: "P(no change)", column: "unchanged_prob" }];
  const hour = all.filter((r) => r.measure === "effective_hourly_usd" && r.mean_change != null);
  return section("levers", "What each loss is worth", ["What ", strong(state.offer.title), ` would pay more, on average ${span(results.months)}, if one loss alone were gone: the same ${course(results.months)}s lived again without it, with bonus lines, caps and minutes following. They do not add up.`, notStressed(results, state)],
    chart("levers", leversSpec, bars), numbers(numbersTable("Change of pay", columns("pay"), pay), hour.length ? numbersTable("Change of an hour of all work", columns("an hour"), hour) : null));
}

const groupNames = { bottom_quarter: "slowest quarter", median: "the middle", top_tenth: "fastest tenth", claim: "as the recruiter says", plus_10_percent: "a tenth faster" };
// Labels beside their dots, each where it covers least of other labels, dots and lines, else near: boxes are x, y, width, height in pixels, letters six
// pixels wide. Dots are placed from the least pace on.
const letter = 6, labelHeight = 26;
const shared = (a, b) => Math.max(0, Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]));
const places = [15, -24, 41, -50].flatMap((name_dy) => [{ align: "left", dx: 7, name_dy, text_dy: name_dy + 13 }, { align: "right", dx: -7, name_dy, text_dy: name_dy + 13 }]);
function placeLabels(dots, width, height, low, high) {
  const least = Math.min(...dots.map((d) => d.from_pace)), most = Math.max(...dots.map((d) => d.to_pace));
  const x = (pace) => 34 + ((pace - least) / (most - least || 1)) * (width - 68), y = (usd) => ((high - usd) / (high - low)) * height;
  const taken = dots.flatMap((d) => [[x(d.pace) - 5, y(d.usd) - 5, 10, 10], [x(d.pace) - 1, y(d.to_usd), 2, y(d.from_usd) - y(d.to_usd)], [x(d.from_pace), y(d.usd) - 1, x(d.to_pace) - x(d.from_pace), 2]]);
  for (const d of dots) {
    const long = letter * Math.max(d.group.length, d.text.length);
    const boxes = places.map((p) => [x(d.pace) + p.dx - (p.align === "left" ? 0 : long), y(d.usd) + p.name_dy - 10, long, labelHeight]);
    const cost = boxes.map((box, i) => 8 * i + taken.reduce((sum, other) => sum + shared(box, other), 0) + labelHeight * (Math.max(0, -box[0]) + Math.max(0, box[0] + long - width)));
    const best = cost.indexOf(Math.min(...cost));
    Object.assign(d, places[best]);
    taken.push(boxes[best]);
  }
}
const paceNames = { visits_per_hour: "visits an hour", wrvu_per_hour: "wRVU an hour" };

function tierTables(rows) {
  const tiers = rows.filter((r) => r.statistic === "tier_reached_prob");
  if (!tiers.length) return [];
  const columns = [{ title: "pace", text: (r) => `${groupNames[r.group] ?? words(r.group)}, by ${paceNames[r.pace] ?? words(r.pace)}` }, { title: "line of", text: (r) => words(r.component) },
    { title: "tier", column: "tier", format: "plain" }, { title: "reached", column: "value", format: "percent" }, { title: "from", column: "ci_low", format: "percent" }, { title: "to (95 %)", column: "ci_high", format: "percent" }];
  return [numbersTable("How often a tier is reached", columns, tiers)];
}

export function productivity(results, state) {
  const rows = described(results, state, "productivity");
  const pay = rows.filter((r) => r.statistic === "income_usd_p50" && r.pace_mean != null).sort((a, b) => b.pace.localeCompare(a.pace) || a.pace_mean - b.pace_mean);
  if (pay.length < 2) return null;
  const paces = [...new Set(pay.map((r) => r.pace))];
  const first = (group) => rows.filter((r) => r.group === group && r.pace === pay[0].pace);
  const tiers = new Map(rows.filter((r) => r.statistic === "tier_reached_prob").map((r) => [[r.pace, r.group, r.component, r.tier].join("\n"), r]));
  const points = (spec, width, t) => {
    const side = 58, columns = width < 620 ? 1 : paces.length;
    spec.columns = columns;
    spec.spec.width = Math.floor((width - columns * side - (columns - 1) * 24) / columns);
    const made = pay.map((r) => {
      const money = cell(r, "value");
      const aimed = r.group === "claim" || r.group === "plus_10_percent";
      return { facet: "by " + (paceNames[r.pace] ?? words(r.pace)), group: groupNames[r.group] ?? words(r.group), pace: r.pace_mean, from_pace: r.low, to_pace: r.high, usd: r.value, from_usd: r.ci_low ?? r.value, to_usd: r.ci_high ?? r.value,
        color: aimed ? t.muted : colorOf(state.offer), edge: aimed ? t.paper : colorOf(state.offer), text: text(money, "dollars"), refs: labels([money, "dollars"]) };
    });
    const low = Math.min(...made.map((r) => r.from_usd)), high = Math.max(...made.map((r) => r.to_usd)), room = Math.max(0.28 * (high - low), 0.01 * Math.abs(high), 1);
    for (const facet of new Set(made.map((d) => d.facet)))
      placeLabels(made.filter((d) => d.facet === facet), spec.spec.width, spec.spec.height, low - room, high + room);
    return { rows: made, params: { low: low - room, high: high + room } };
  };
  const of = (r, statistic) => rows.find((o) => o.pace === r.pace && o.group === r.group && o.statistic === statistic);
  const shown = [{ title: "pace", text: (r) => `${groupNames[r.group] ?? words(r.group)}, by ${paceNames[r.pace] ?? words(r.pace)}` }, { title: "from", column: "low" }, { title: "to", column: "high" }, { title: "mean", column: "pace_mean" },
    { title: "median pay", column: "value", format: "dollars" }, { title: "from", column: "ci_low", format: "dollars" }, { title: "to (95 %)", column: "ci_high", format: "dollars" },
    ...[["paid_hourly_usd_p50", "paid, an hour", "dollars"], ["effective_hourly_usd_p50", "an hour of all work", "dollars"], ["after_hours_per_week_p50", "after hours a week", "number"], ["as_described_prob", "P(so fast as described)", "percent"]]
      .map(([statistic, title, format]) => ({ title, text: (r) => num(of(r, statistic), "value", format) }))];
  const claim = first("claim").find((r) => r.statistic === "as_described_prob");
  const said = ["Median pay of ", strong(state.offer.title), ` ${span(results.months)} for slow, middle and fast ${course(results.months)}s by the pace of a session hour (filled dots; the line across is the range of the group, the upright one the 95\u00a0% interval), and for the practice brought to a pace: a tenth faster`, claim ? ", and as fast as the recruiter describes" : "", " (grey dots)."];
  if (claim) said.push(` As described, a ${course(results.months)} keeps the recruiter's pace with probability `, num(claim, "value", "percent"), ".");
  return section("productivity", "What a pace pays", [said, notStressed(results, state)],
    chart("productivity", productivitySpec, points), tiers.size ? reached(rows) : null, numbers(numbersTable("Pay by pace", shown, pay), tierTables(rows)));
}

// A small table that is always seen: how often each group reaches each tier.
function reached(rows) {
  const tiers = rows.filter((r) => r.statistic === "tier_reached_prob" && r.pace === rows[0].pace);
  const lines = [...new Map(tiers.map((r) => [r.component + r.tier, r])).values()];
  const groups = [...new Map(tiers.map((r) => [r.group, r])).keys()];
  const columns = [{ title: `by ${paceNames[rows[0].pace] ?? words(rows[0].pace)}`, text: (g) => groupNames[g] ?? words(g) },
    ...lines.map((line) => ({ title: `${words(line.component)}, tier ${line.tier}`, text: (g) => num(tiers.find((r) => r.group === g && r.component === line.component && r.tier === line.tier), "value", "percent") }))];
  return numbersTable("How often each tier is reached", columns, groups);
}

const kindNames = { reading: "a vague clause", uncertain: "a number nobody knows yet", published: "a number taken as certain", grant: "work without a price of its own" };

function toWrite(r) {
  const better = num(r, "answer_b", "plain");
  if (r.kind === "reading") return ["Have the contract say so: ", better, "."];
  if (r.kind === "grant") return ["Have the contract ", words(r.key), ": ", better, "."];
  return r.kind === "uncertain" ? ["Ask what it was last year; have the contract promise ", better, ", or pay that does not depend on it."] : ["Have it written down as ", better, ", or pay that does not depend on it."];
}

// Keys as they are typed: --vary and --set take them so.
const offerKey = (offer, key) => typed(`offers.${offer.name}.${key}`);
function typedKey(r, offer) {
  if (r.kind === "grant") return null;
  return [", ", r.kind === "reading" ? offerKey(offer, r.key) : typed(`practices.${offer.practice}.${r.key}`)];
}

function inItsPlace(r, offer) {
  if (!r.remedy_key) return "";
  return [" Or have ", offerKey(offer, r.remedy_key), " be ", num(r, "remedy_to", "rate"), " in place of ", num(r, "remedy_from", "rate"), ", which makes up for the worse answer."];
}

// What readings of a clause are worth is known from all paths: the row of readings.csv that says it.
function worthOf(results, r) {
  const told = r.kind === "reading" && results.rowsOf("readings", { scenario: r.scenario }).find((o) => o.clause === r.key && o.statistic === "spread_of_quantile" && o.level === 0.5);
  const [row, column] = told ? [told, "value"] : [r, "worth_usd"], ci = told ? "" : "worth_usd_";
  return { usd: cell(row, column), shown: num(row, column, "dollars"), low: cell(row, ci + "ci_low"), high: cell(row, ci + "ci_high"), ends: ["ci_low", "ci_high"].map((end) => num(row, ci + end, "dollars")) };
}

export function askBeforeSigning(results, state) {
  const all = described(results, state, "ask_before_signing"), rows = all.filter((r) => r.worth_usd >= 1000).slice(0, 10);
  if (!rows.length) return null;
  const name = (r) => keyWords(r.key);
  const bars = (spec, width) => {
    const side = sideOf(width);
    spec.width = width - side - 16;
    const made = rows.map((r) => {
      const { usd: ref, low, high } = worthOf(results, r);
      return { asked: folded(`${r.rank}. ${name(r)}`, lettersOf(side)), worth_usd: ref.value, from_usd: low?.value ?? ref.value, to_usd: high?.value ?? ref.value, color: colorOf(state.offer), text: text(ref, "dollars"), refs: labels([ref, "dollars"]) };
    });
    return { rows: made, params: reach(made, () => 0, (r) => Math.max(r.to_usd, r.worth_usd), spec.width, 66) };
  };
  const worth = (r) => {
    const { shown, low, ends } = worthOf(results, r);
    return [shown, " a year", low ? [" (", ends[0], " to ", ends[1], ")."] : "."];
  };
  const list = el("ol", { class: "asked" }, rows.map((r) =>
    el("li", {}, el("p", {}, strong(name(r)), ": ", num(r, "answer_a", "plain"), " or ", num(r, "answer_b", "plain"), "? ", el("span", { class: "kind" }, kindNames[r.kind] ?? words(r.kind), typedKey(r, state.offer)), el("br"),
      "The better answer is worth ", worth(r), " ", toWrite(r), inItsPlace(r, state.offer)))));
  const columns = [{ title: "rank", column: "rank", format: "plain" }, { title: "what", text: (r) => name(r) }, { title: "kind", text: (r) => kindNames[r.kind] ?? words(r.kind) }, { title: "one answer", column: "answer_a", format: "plain" }, { title: "the better one", column: "answer_b", format: "plain" },
    { title: "worth a year", column: "worth_usd" }, { title: "from", column: "worth_usd_ci_low" }, { title: "to (95 %)", column: "worth_usd_ci_high" },
    { title: "or this", text: (r) => r.remedy_key ? offerKey(state.offer, r.remedy_key) : "" }, { title: "at", column: "remedy_to", format: "rate" }, { title: "from", column: "remedy_to_ci_low", format: "rate" }, { title: "to (95 %)", column: "remedy_to_ci_high", format: "rate" }, { title: "offered", column: "remedy_from", format: "rate" }];
  return section("ask_before_signing", "Ask before you sign", ["What the better of two answers adds to the median year of ", strong(state.offer.title), ", dearest first. Where only the worse answer is to be had, ask for its worth elsewhere in the contract.", notStressed(results, state)],
    chart("ask_before_signing", askSpec, bars), list, numbers(numbersTable("All questions", columns, all)));
}
