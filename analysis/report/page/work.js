// What an hour is worth, and where the uncertainty comes from.
import hourlySpec from "../charts/hourly.json";
import luckSpec from "../charts/luck.json";
import tornadoSpec from "../charts/tornado.json";
import { chart, colorOf, labels, theme } from "./chart.js";
import { cell, el, numbersTable, strong, text } from "./dom.js";
import { folded, heading, keyWords, span } from "./format.js";
import { shownOffers } from "./pay.js";
import { numbers, section } from "./section.js";

export function hourly(results, state) {
  const shown = shownOffers(results, state.stress).filter(({ s }) => s.effective_hourly_usd_p50 != null && s.paid_hourly_usd_p50 != null);
  if (!shown.length) return null;
  const fill = (spec, width, t) => {
    spec.spec.width = width - 4;
    const all = shown.flatMap(({ s }) => [s.effective_hourly_usd_p50, s.paid_hourly_usd_p50]);
    const low = Math.min(...all), high = Math.max(...all), room = (Math.max(high - low, 1) * 60) / Math.max(200, width - 120);
    const rows = shown.map(({ offer, s }) => {
      const effective = cell(s, "effective_hourly_usd_p50"), paid = cell(s, "paid_hourly_usd_p50");
      return { offer: heading(offer.title, width), place: offer.place, color: colorOf(offer), paper: t.paper, effective: effective.value, paid: paid.value,
        effective_text: text(effective, "dollars"), paid_text: text(paid, "dollars"), refs: labels([effective, "dollars"], [paid, "dollars"]) };
    });
    return { rows, params: { low: low - room, high: high + room, wide: width - 4 } };
  };
  const columns = [{ title: "offer", text: (s) => results.offerOf(s.scenario).title }, { title: "paid, an hour in session", column: "paid_hourly_usd_p50" }, { title: "effective, an hour of all work", column: "effective_hourly_usd_p50" },
    { title: "after hours a week", column: "after_hours_per_week_mean" }, { title: "wRVU an hour", column: "wrvu_per_hour_p50" }, { title: "visits completed", column: "completed_visits_mean" }];
  return section("hourly", "What an hour is worth", "Median pay for an hour in session (ring) and for an hour of all the work that it takes, charting, inbox and meetings too (dot).",
    chart("hourly", hourlySpec, fill), numbers(numbersTable("Pay by hour", columns, shown.map(({ s }) => s))));
}

// Labels beside a chart: two lines.
const sideOf = (width) => (width < 420 ? 120 : 160);
const wrapped = (title, width) => folded(title, Math.floor(sideOf(width) / 7), 2);

// Each of the largest sources has a colour of its own, smaller ones share the last.
function sourcesOf(shown) {
  const sums = new Map();
  for (const r of shown) if (r.parameter !== "luck") sums.set(r.parameter, (sums.get(r.parameter) ?? 0) + Math.max(0, r.variance_share));
  const ranked = [...sums.keys()].sort((a, b) => sums.get(b) - sums.get(a)), colors = theme().causes.length;
  const most = ranked.length > colors ? colors - 1 : colors;
  return { named: ranked.slice(0, most), others: ranked.slice(most) };
}

const isSource = (r) => r.parameter !== "all";

export function luck(results, state) {
  const shown = shownOffers(results, state.stress).flatMap(({ offer, s }) => results.rowsOf("sensitivity", s).filter((r) => isSource(r) && r.variance_share != null).map((r) => ({ ...r, offer })));
  if (!shown.length) return null;
  const { named, others } = sourcesOf(shown);
  const parameters = [...named, ...(others.length ? ["others"] : [])], titleOf = (p) => (p === "others" ? `${others.length} smaller ones` : keyWords(p));
  const colorAt = (parameter, t) => (parameter === "luck" ? t.neutral : t.causes[parameters.indexOf(parameter)]);
  const fill = (spec, width, t) => {
    const side = sideOf(width);
    spec.width = width - side - 14;
    spec.encoding.y.axis.labelLimit = side - 6;
    const nameOf = (r) => (others.includes(r.parameter) ? "others" : r.parameter);
    return { rows: shown.map((r) => ({ offer: wrapped(`${r.offer.letter} ${r.offer.title}`, width), parameter: nameOf(r), variance_share: Math.max(0, r.variance_share), color: colorAt(nameOf(r), t), place: r.parameter === "luck" ? 99 : parameters.indexOf(nameOf(r)) })) };
  };
  const key = [...parameters, "luck"].map((p) => el("li", {}, el("span", { class: "swatch", vars: { background: colorAt(p, theme()) } }), titleOf(p)));
  const columns = [{ title: "offer", text: (r) => r.offer.title }, { title: "source", text: (r) => keyWords(r.parameter) }, { title: "share of the variance", column: "variance_share" }];
  return section("luck", "Luck, or not knowing", "What the spread of pay comes from: numbers of the practice that can be asked about before signing, and luck, which stays when all of them are known.",
    chart("luck", luckSpec, fill), el("ul", { class: "key" }, key), numbers(numbersTable("Sources of the spread", columns, shown)));
}

export function tornado(results, state) {
  const rows = results.rowsOf("sensitivity", results.scenario(state.offer, state.stress)).filter((r) => r.p50_at_p10 != null && r.p50_at_p90 != null)
    .sort((a, b) => Math.abs(b.swing) - Math.abs(a.swing));
  if (!rows.length) return null;
  const fill = (spec, width, t) => {
    const side = sideOf(width);
    spec.width = width - side - 14;
    spec.layer[0].encoding.y.axis.labelLimit = side - 6;
    const all = rows.flatMap((r) => [r.p50_at_p10, r.p50_at_p90]);
    const low = Math.min(...all), high = Math.max(...all), middle = (low + high) / 2;
    const room = ((high - low || 1) * 70) / Math.max(60, spec.width - 140);
    const made = rows.flatMap((r) => ["p50_at_p10", "p50_at_p90"].map((column) => {
      const ref = cell(r, column), other = column === "p50_at_p10" ? r.p50_at_p90 : r.p50_at_p10;
      return { parameter: wrapped(keyWords(r.parameter), width), from_usd: (r.p50_at_p10 + r.p50_at_p90) / 2, to_usd: ref.value, left: ref.value < other, color: column === "p50_at_p10" ? t.neutral : t.accent, text: text(ref, "dollars"), refs: labels([ref, "dollars"]) };
    }));
    return { rows: made, params: { low: low - room, high: high + room, middle } };
  };
  const columns = [{ title: "number", text: (r) => keyWords(r.parameter) }, { title: "median where it is low", column: "p50_at_p10", format: "dollars" }, { title: "where it is high", column: "p50_at_p90", format: "dollars" },
    { title: "swing", column: "swing", format: "signed_dollars" }, { title: "from", column: "swing_ci_low", format: "signed_dollars" }, { title: "to (95 %)", column: "swing_ci_high", format: "signed_dollars" }];
  return section("tornado", "What your numbers do to it", ["Median pay of ", strong(state.offer.title), ` ${span(results.months)} where a number of the practice is low (its 10th percentile, grey) and where it is high (its 90th, blue).`],
    chart("tornado", tornadoSpec, fill), numbers(numbersTable("Swings", columns, rows)));
}
