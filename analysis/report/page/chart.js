// Draws a Vega-Lite specification without eval, and saves it.
import { compile } from "vega-lite";
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { el, origin, text } from "./dom.js";

const light = {
  paper: "#ffffff", ink: "#17212b", muted: "#55626f", rule: "#e3e7eb", accent: "#0b5cad", bad: "#b3400f", neutral: "#aab4bd",
  heat: ["#eef1f4", "#f6c9a8", "#d9702f", "#97330a"],
  offers: ["#0b5cad", "#b3400f", "#0a6b4f", "#7a3e9d", "#6b5900", "#a3195b", "#33566b", "#4a4a4a"],
  causes: ["#0b5cad", "#d98324", "#0a8f6c", "#9a5cc0", "#b8a11f", "#d4498a", "#5f8aa5", "#7d5a45"],
};
const dark = {
  paper: "#141a20", ink: "#e8edf2", muted: "#a4b1bd", rule: "#2b353f", accent: "#6db3f2", bad: "#f59765", neutral: "#566370",
  heat: ["#222b34", "#5b3a27", "#b0592a", "#f59765"],
  offers: ["#6db3f2", "#f59765", "#4fc49c", "#c79be8", "#d6bd4a", "#f08bb8", "#8fb6cc", "#c0c0c0"],
  causes: ["#6db3f2", "#f2b069", "#4fc49c", "#c79be8", "#e3d26b", "#f08bb8", "#8fb6cc", "#c9a48f"],
};

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
let printing = false;
export const theme = () => (prefersDark.matches && !printing ? dark : light);
export const colorOf = (offer) => theme().offers[offer.place % light.offers.length];

function config(t) {
  const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
  return {
    aria: false, background: null, font, view: { stroke: null }, range: { heatmap: t.heat },
    axis: { labelColor: t.muted, titleColor: t.muted, gridColor: t.rule, domainColor: t.rule, tickColor: t.rule, labelFontSize: 11.5, titleFontSize: 11.5, titleFontWeight: "normal", labelFlush: true },
    axisY: { labelColor: t.ink, labelFlush: false }, header: { labelColor: t.ink, titleColor: t.ink }, text: { color: t.ink, fontSize: 12, font },
  };
}

const drawn = new Set();

function filled(plot) {
  const t = theme();
  const spec = structuredClone(plot.spec);
  const made = plot.fill(spec, Math.max(200, Math.floor(plot.node.clientWidth)), t);
  const values = { ink: t.ink, paper: t.paper, accent: t.accent, ...made.params };
  for (const param of spec.params ?? []) if (param.name in values) param.value = values[param.name];
  spec.data = { name: "rows", values: made.rows };
  spec.config = config(t);
  return spec;
}

// Text that shows a number carries the cell it comes from.
function markOrigins(node) {
  for (const shown of node.querySelectorAll("text")) {
    const datum = shown.__data__?.datum;
    const ref = datum?.refs?.[shown.textContent];
    if (ref) for (const [name, value] of Object.entries(origin(ref, ref.format))) shown.setAttribute(name, value);
  }
}

// To a screen reader a chart is one picture; its numbers stand in the table under it.
function asPicture({ node, spec }) {
  for (const part of node.querySelectorAll("[role], [aria-roledescription]")) {
    part.removeAttribute("role");
    part.removeAttribute("aria-roledescription");
  }
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", spec.description);
  node.removeAttribute("aria-roledescription");
}

async function render(plot) {
  plot.view?.finalize();
  plot.node.replaceChildren();
  plot.width = plot.node.clientWidth;
  if (plot.width === 0) return;
  plot.full = filled(plot);
  const runtime = parse(compile(plot.full).spec, null, { ast: true });
  plot.view = new View(runtime, { expr: expressionInterpreter, renderer: "svg", container: plot.node, hover: false, logLevel: 1 });
  await plot.view.runAsync();
  markOrigins(plot.node);
  asPicture(plot);
}

async function save(plot, kind) {
  const link = el("a", { download: `${plot.name}.${kind}` });
  const file = (body, type) => URL.createObjectURL(new Blob([body], { type }));
  if (kind === "png") link.href = await plot.view.toImageURL("png", 2);
  else if (kind === "svg") link.href = file(await plot.view.toSVG(), "image/svg+xml");
  else link.href = file(JSON.stringify(plot.full, null, 1), "application/json");
  link.click();
}

const observer = new ResizeObserver((entries) => {
  if (printing) return;
  for (const entry of entries) {
    const plot = [...drawn].find((p) => p.node === entry.target);
    if (plot && Math.abs(plot.width - entry.target.clientWidth) > 2) render(plot);
  }
});

/// Text of a chart that shows cells: {label: {…cell, format}}, so that the drawn text finds its cell again.
export function labels(...pairs) {
  const refs = {};
  for (const [ref, format] of pairs) if (ref) refs[text(ref, format)] = { ...ref, format };
  return refs;
}

/// A chart of a section: fill(spec, width, theme) puts sizes into the specification and returns {rows, params}.
export function chart(name, spec, fill) {
  const plot = { name, spec, fill, node: el("div", { class: "plot", role: "img", "aria-label": spec.description }), width: -1 };
  const button = (kind, title) =>
    el("button", { type: "button", "aria-label": `Save ${words(name)} as ${title}`, on: { click: () => save(plot, kind) } }, title);
  drawn.add(plot);
  observer.observe(plot.node);
  return el("figure", {}, plot.node, el("div", { class: "save" }, "save as ", button("svg", "SVG"), button("png", "PNG"), button("json", "Vega-Lite")));
}
const words = (name) => name.replace(/_/g, " ");

/// Draws what stands in the document, forgets what no longer does; done when all of it is drawn.
export function drawAll() {
  for (const plot of [...drawn]) {
    if (plot.node.isConnected) continue;
    plot.view?.finalize();
    observer.unobserve(plot.node);
    drawn.delete(plot);
  }
  return Promise.all([...drawn].filter((plot) => plot.width !== plot.node.clientWidth).map(render));
}

function redraw() {
  for (const plot of drawn) if (plot.node.isConnected) render(plot);
}
/// Runs `then` after the colours changed; paper is always light.
export function onThemeChange(then) {
  prefersDark.addEventListener("change", then);
  const root = document.documentElement.dataset;
  addEventListener("beforeprint", () => { printing = true; root.paper = "light"; if (prefersDark.matches) then(); });
  addEventListener("afterprint", () => { printing = false; delete root.paper; if (prefersDark.matches) then(); else redraw(); });
}
