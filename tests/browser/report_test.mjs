// Reports of the shipped studies and batches in a real browser: what a person sees, hears and prints.
//   node --test tests/browser/report_test.mjs     (tests/browser/run sets it up)
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Tables, written } from "./tables.mjs";

const { PAYSTRESS_PROGRAM: program, PAYSTRESS_SOURCE_DIR: source, PAYSTRESS_BROWSER_MODULES: modules, PAYSTRESS_CHROMIUM: chromiumPath } = process.env;
const require = createRequire(join(modules, "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const offers = "scenarios/telemedicine_offers.toml";
const design = ["run", offers, "--batch", "scenarios/batches/design_1000.csv", "--paths", "40"];
const ran = (...run) => async (results) => { await call(...run, "-o", results); };

// A practice that was fitted to a log, under an offer; what `fit` wrote of it stands beside neither.
async function fitted(results) {
  const made = join(work, "fit");
  mkdirSync(made);
  const practice = join(made, "practice.toml"), study = join(made, "study.toml");
  await call("fit", "scenarios/logs/clinic_days.csv", "--missing", "off", "-o", practice);
  writeFileSync(study, readFileSync(practice, "utf8") + readFileSync(join(source, "scenarios/logs/offer.toml"), "utf8"));
  await call("run", study, "--paths", "1000", "-o", results);
  return { fit_check: join(made, "fit_check.csv") };
}

// The rows of a batch again and again, until they are more than a table may have that is read whole.
async function longBatch(results) {
  const short = join(work, "short");
  await call(...design, "-o", short);
  cpSync(short, results, { recursive: true });
  const [header, ...rows] = readFileSync(join(short, "summary.csv"), "utf8").trimEnd().split("\n");
  const file = openSync(join(results, "summary.csv"), "w");
  writeSync(file, header + "\n");
  const cells = header.split(",").length, most = 5_000_000;
  for (let k = 0; k * rows.length * cells <= most; ++k) writeSync(file, rows.map((row) => row.replace(",", `_${k},`) + "\n").join(""));
  closeSync(file);
}

// `make` writes results into a directory and gives tables that stand elsewhere.
const cases = [
  ...["telemedicine_offers", "tier_cliffs", "slow_ramp", "draw_and_true_up", "random_clinician", "vague_contract"].map((name) => ({ name, make: ran("run", `scenarios/${name}.toml`, "--paths", "1000") })),
  { name: "fitted_practice", make: fitted, sections: ["fit"] },
  { name: "no_show_sweep", batch: true, make: ran("run", offers, "--batch", "scenarios/batches/no_show_sweep.csv", "--paths", "300"), sections: ["lines", "rows"] },
  { name: "design_1000", batch: true, make: ran(...design), sections: ["scatter", "parallel", "rows"] },
  { name: "long_batch", batch: true, make: longBatch, sections: ["scatter", "parallel", "rows"] },
];
const widths = [390, 820, 1200];

let work, browser;
before(async () => {
  work = mkdtempSync(join(tmpdir(), "paystress_browser_"));
  browser = await chromium.launch({ executablePath: chromiumPath, headless: true,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
});
after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

const call = (...args) => promisify(execFile)(program, args, { cwd: source, maxBuffer: 1e8 });

async function opened(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) wrong.push(m.text()); });
  page.on("pageerror", (e) => wrong.push(String(e)));
  page.on("request", (r) => { if (r.url() !== pathToFileURL(file).href && !/^(data|blob):/.test(r.url())) wrong.push(`request ${r.url()}`); });
  await page.goto(pathToFileURL(file).href);
  await page.waitForFunction(() => document.documentElement.dataset.ready === "true");
  return { context, page, wrong };
}

/// Shown numbers whose text is not that of their cell, and figures that no cell stands behind.
async function wrongNumbers(page, tables) {
  const shown = await page.$$eval("[data-table]", (nodes) => nodes.map((n) => ({ text: n.textContent, ...n.dataset })));
  assert.ok(shown.length > 10, "the page shows numbers");
  if (await page.$(".plot text[fill]")) assert.ok(await page.$(".plot text[data-table]") || (await page.$("#section-rows")), "labels of charts tell their cells");
  return shown.filter((n) => written[n.format](tables.cell(n.table, n.row, n.column)) !== n.text)
    .map((n) => `${n.table} row ${n.row} ${n.column}: shows ${n.text}, the cell is ${tables.cell(n.table, n.row, n.column)}`);
}

const noOrigin = () => [...document.querySelectorAll("main td:not(.words), main dd, main .lead, main .big, main .range")].flatMap((node) => {
  const copy = node.cloneNode(true);
  for (const told of copy.querySelectorAll("[data-table], .of, strong, button")) told.remove();
  return /[$%]|\d{4}/.test(copy.textContent.replace(/\d{4}-\d{2}/g, "")) ? [copy.textContent.trim()] : [];
});

async function openAll(page) {
  await page.evaluate(() => { for (const d of document.querySelectorAll("main details")) d.open = true; });
  await page.waitForTimeout(100);
}

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await globalThis.axe.run(document, { resultTypes: ["violations"] })).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join("; ")}`));
  return found;
}

async function pagesOf(page, format) {
  const pdf = (await page.pdf({ format, printBackground: true, preferCSSPageSize: false })).toString("latin1");
  return (pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length;
}

const broken = () => [...document.querySelectorAll(".plot")].flatMap((plot) => {
  if (plot.clientWidth === 0) return [];
  const name = plot.getAttribute("aria-label").slice(0, 40);
  if (!plot.querySelector("svg")) return [`${name}: is not drawn`];
  const faults = /NaN|undefined|Infinity/.test(plot.innerHTML) ? [`${name}: draws NaN`] : [];
  for (const axis of plot.querySelectorAll(".role-axis-label")) {
    const ticks = [...axis.querySelectorAll("text")].map((t) => t.textContent);
    if (axis.closest(".role-axis")?.getAttribute("aria-hidden") !== "true" && new Set(ticks).size < ticks.length) faults.push(`${name}: ticks say the same: ${ticks}`);
  }
  for (const heading of plot.querySelectorAll(".role-title-text text")) if (heading.textContent.includes("…")) faults.push(`${name}: shortens "${heading.textContent}"`);
  const edge = plot.getBoundingClientRect();
  for (const t of plot.querySelectorAll("text")) {
    const box = t.getBoundingClientRect();
    if (box.width > 0 && (box.right > edge.right + 3 || box.left < edge.left - 3)) faults.push(`${name}: cuts off "${t.textContent}"`);
  }
  return faults;
});

async function look(t, { name, batch, make, sections = [] }) {
  const results = join(work, name), file = join(results, "report.html");
  const elsewhere = (await make(results)) ?? {};
  const options = elsewhere.fit_check ? ["--fit-check", elsewhere.fit_check] : [];
  await call("report", results, ...options);
  const tables = new Tables(results, elsewhere);

  await t.test("is one file of its results alone", async () => {
    assert.ok(statSync(file).size < 1.5e6, `${statSync(file).size} bytes`);
    const again = join(results, "again.html");
    await call("report", results, ...options, "-o", again);
    assert.deepEqual(readFileSync(again), readFileSync(file));
  });

  for (const width of widths)
    await t.test(`reads at ${width} pixels`, async () => {
      const { context, page, wrong } = await opened(file, { viewport: { width, height: 900 }, colorScheme: width === 820 ? "dark" : "light" });
      for (const section of sections) assert.ok(await page.$(`#section-${section}`), `there is a section ${section}`);
      assert.deepEqual(await page.evaluate(broken), []);
      if (!name.includes("clinician")) assert.deepEqual(await violations(page), []);
      await openAll(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, "sideways overflow");
      assert.deepEqual(await page.evaluate(broken), []);
      // The folded tables are alike on all pages; looking into every cell of the smallest will do.
      if (name.includes("clinician")) assert.deepEqual(await violations(page), []);
      assert.deepEqual(wrong, []);
      await context.close();
    });

  await t.test("shows what the tables say, whatever is chosen by keyboard", async () => {
    const { context, page, wrong } = await opened(file);
    await openAll(page);
    assert.deepEqual(await wrongNumbers(page, tables), []);
    assert.deepEqual(await page.evaluate(noOrigin), []);
    for (const choice of ["stress", "offer"]) {
      const radios = await page.$$(`input[name=${choice}]`);
      if (radios.length < 2) continue;
      await page.focus(`input[name=${choice}]:checked`);
      const earlier = page.url();
      await page.keyboard.press("ArrowRight");
      assert.notEqual(page.url(), earlier, "the address tells the choice");
      await openAll(page);
      assert.deepEqual(await wrongNumbers(page, tables), []);
      if (choice === "offer") continue;
      const link = page.url(), seen = await page.textContent("#content");
      const other = await opened(file);
      await other.page.evaluate((to) => { location.hash = new URL(to).hash; }, link);
      await openAll(other.page);
      assert.equal(await other.page.textContent("#content"), seen, "a link shows what its sender saw");
      await other.context.close();
    }
    if (batch) {
      const heading = page.locator(".sorts thead button").last();
      await heading.focus();
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(".sorts th[aria-sort=descending]").count(), 1);
      assert.deepEqual(await wrongNumbers(page, tables), []);
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });

  if (tables.manifest.settings.months !== 12)
    await t.test("calls what lasts longer no year", async () => {
      const { context, page } = await opened(file);
      const said = await page.$$eval(".lead, .said, .range", (nodes) => nodes.map((n) => n.textContent));
      assert.deepEqual(said.filter((text) => /(bad|good|median) year|years/.test(text) && !/median year of/.test(text)), []);
      await context.close();
    });

  await t.test("prints on at most six pages", async () => {
    const { context, page, wrong } = await opened(file, { colorScheme: "dark" });
    for (const format of ["A4", "Letter"]) {
      const count = await pagesOf(page, format);
      assert.ok(count >= 1 && count <= 6, `${count} pages of ${format}`);
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

for (const c of cases) test(c.name, { timeout: 300_000 }, (t) => look(t, c));

test("a chart is saved as SVG, PNG and specification", async () => {
  const { context, page, wrong } = await opened(join(work, "telemedicine_offers", "report.html"));
  for (const [title, start] of [["SVG", "<svg"], ["PNG", "\x89PNG"], ["Vega-Lite", "{"]]) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: `Save income dots as ${title}` }).click();
    const saved = readFileSync(await (await download).path(), "latin1");
    assert.ok(saved.startsWith(start), `${title} starts with ${saved.slice(0, 10)}`);
  }
  assert.deepEqual(wrong, []);
  await context.close();
});
