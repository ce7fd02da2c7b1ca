// The practice that was fitted to a log, beside the log.
import fitSpec from "../charts/fit_check.json";
import { chart } from "./chart.js";
import { el, num, numbersTable } from "./dom.js";
import { words } from "./format.js";
import { numbers, section } from "./section.js";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const drawnColumns = ["booked", "no_shows", "completed", "late_cancels", "messages", "results"];

export function fitCheck(results) {
  const all = results.tables.fit_check ?? [];
  if (!all.length) return null;
  const means = all.filter((r) => r.group !== "all" && r.statistic === "mean");
  const columns = drawnColumns.filter((c) => means.some((r) => r.column === c));
  const place = (group) => (weekdays.includes(group) ? " " + weekdays.indexOf(group) : group);
  const fill = (spec, width, t) => {
    spec.columns = Math.min(columns.length, width < 700 ? 1 : 2);
    spec.spec.width = Math.floor((width - 52 * spec.columns - 22 * (spec.columns - 1)) / spec.columns);
    const rows = means.filter((r) => columns.includes(r.column)).map((r) => ({ column: words(r.column), order: columns.indexOf(r.column), group: r.group, place: place(r.group),
      low: r.fitted_p05, high: r.fitted_p95, mean: r.fitted_mean, seen: r.seen, fill: r.seen < r.fitted_p05 || r.seen > r.fitted_p95 ? t.paper : t.ink }));
    return { rows, params: { wide: spec.spec.width } };
  };
  const plain = (title, column) => ({ title, column, format: "number" });
  const told = [{ title: "column", text: (r) => words(r.column) }, { title: "of", text: (r) => r.group }, { title: "statistic", text: (r) => words(r.statistic) }, plain("seen", "seen"),
    plain("fitted, mean", "fitted_mean"), plain("from", "fitted_p05"), plain("to (90 %)", "fitted_p95"), plain("tail probability", "tail_prob")];
  const warned = all.filter((r) => r.warning);
  const outside = means.filter((r) => r.seen < r.fitted_p05 || r.seen > r.fitted_p95).length;
  return section("fit", "The practice against its log", ["What the log shows, by weekday and month, beside logs of the practice that was fitted to it: a bar holds nine in ten of them, a dot is the log, a hollow one lies beyond the bar; ",
    String(outside), " of ", String(means.length), " do, and one in ten may."],
    warned.length > 0 && el("ul", { class: "warned" }, warned.map((r) => el("li", {}, r.warning, " (tail probability ", num(r, "tail_prob", "number"), ")"))),
    chart("fit_check", fitSpec, fill), numbers(numbersTable("Statistics over all days, weekdays and months", told, all)));
}
