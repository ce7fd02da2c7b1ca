// The results as the page sees them: tables, scenarios, offers and stresses.
import { words } from "./format.js";

function tableOf(name, { columns, rows }, ids) {
  const isId = columns.map((c) => c === "scenario" || c === "a" || c === "b");
  return rows.map((cells) => {
    const row = { table: name, row: cells[0] };
    columns.forEach((c, i) => { row[c] = isId[i] && Number.isInteger(cells[i + 1]) ? ids[cells[i + 1]] : cells[i + 1]; });
    return row;
  });
}

function unique(rows, key) {
  return [...new Set(rows.map(key))];
}

// An offer is what one practice is paid by one contract: the same contract on two practices is two offers here.
function offersOf(summary, facts) {
  const titles = new Map((facts.offers ?? []).map((o) => [o.name, o.title]));
  const keys = unique(summary, (s) => s.practice + "/" + s.offer);
  const offers = keys.map((key) => {
    const { practice, offer } = summary.find((s) => s.practice + "/" + s.offer === key);
    return { key, practice, name: offer, title: titles.get(offer) ?? words(offer) };
  });
  for (const o of offers) {
    const alike = offers.filter((other) => other.title === o.title);
    if (alike.length > 1) o.shown = `${o.title} (${words(alike.some((a) => a !== o && a.name === o.name) ? o.practice : o.name)})`;
  }
  for (const o of offers) o.title = o.shown ?? o.title;
  return offers;
}

function monthsText(ranges) {
  const several = ranges.length > 1 || ranges.some(([first, last]) => first !== last);
  return `month${several ? "s" : ""} ${ranges.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(" and ")}`;
}

function stressesOf(summary, facts, months) {
  const told = new Map((facts.stresses ?? []).map((s) => [s.name, s.months]));
  return unique(summary, (s) => s.stress).map((name) => {
    const ranges = [...new Map((told.get(name) ?? []).filter(([a, b]) => a > 1 || b < months).map((r) => [r.join(), r])).values()];
    return { name, title: name === "base" ? "Nothing goes wrong" : words(name), when: ranges.length ? monthsText(ranges) : "" };
  });
}

export function readResults(json) {
  const raw = JSON.parse(json);
  const tables = {};
  for (const [name, table] of Object.entries(raw.tables)) tables[name] = tableOf(name, table, raw.scenarios);
  const summary = tables.summary;
  const facts = raw.manifest.study ?? {};
  const { months = 12 } = raw.manifest.settings ?? {};
  const offers = offersOf(summary, facts);
  const stresses = stressesOf(summary, facts, months);
  const bySlot = new Map(summary.map((s) => [s.practice + "/" + s.offer + "\n" + s.stress, s]));
  const byScenario = new Map();
  for (const [name, rows] of Object.entries(tables)) {
    const groups = new Map();
    for (const row of rows) {
      if (row.scenario == null) continue;
      if (!groups.has(row.scenario)) groups.set(row.scenario, []);
      groups.get(row.scenario).push(row);
    }
    byScenario.set(name, groups);
  }
  const place = new Map((tables.ranking ?? []).filter((r) => r.stress === "base").map((r) => [r.scenario, r.place]));
  const scenario = (offer, stress) => bySlot.get(offer.key + "\n" + stress.name);
  const rank = (o) => {
    const s = scenario(o, stresses[0]);
    return place.get(s?.scenario) ?? 1e6 - (s?.income_usd_p50 ?? 0) / 1e9;
  };
  offers.sort((a, b) => rank(a) - rank(b));
  offers.forEach((o, i) => { o.letter = String.fromCharCode(65 + (i % 26)); o.place = i; });
  const offerOf = new Map(summary.map((s) => [s.scenario, offers.find((o) => o.key === s.practice + "/" + s.offer)]));
  const study = { need: facts.need_usd_per_month, target: facts.target_usd_per_year };
  return {
    kind: raw.kind, manifest: raw.manifest, tables, batch: raw.batch, months, offers, stresses, study, scenario,
    offerOf: (id) => offerOf.get(id),
    has: (name) => (tables[name] ?? []).length > 0,
    /// The rows of a table that belong to a row of summary.csv.
    rowsOf: (name, s) => (s && byScenario.get(name)?.get(s.scenario)) || [],
    /// A line of the study as the manifest has it.
    fact: (column) => ({ table: "manifest", row: "study", [column]: facts[column] }),
  };
}
