// Makes build/report/page.html: the page without results, with its drawing library inside.
// Called by the launcher in a copy of this folder's package.json, lock file and node_modules:
//   node analysis/report/build.mjs MODULES OUTPUT
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [modules, output] = process.argv.slice(2);
const scratch = mkdtempSync(output + ".");

function bundle() {
  const out = join(scratch, "page.js"), meta = join(scratch, "meta.json");
  const run = spawnSync(join(modules, ".bin", "esbuild"), [join(here, "page", "page.js"), "--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=ascii",
    "--legal-comments=none", "--log-level=warning", `--outfile=${out}`, `--metafile=${meta}`], { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, NODE_PATH: modules } });
  if (run.status !== 0) throw new Error("esbuild failed");
  const inputs = Object.entries(JSON.parse(readFileSync(meta, "utf8")).outputs).flatMap(([, o]) => Object.entries(o.inputs)).filter(([, used]) => used.bytesInOutput > 0).map(([name]) => name);
  return { script: readFileSync(out, "utf8").trim(), inputs };
}

// The packages whose code is in the page, each with its licence as it came.
function licences(inputs) {
  const packages = new Set(inputs.map((name) => name.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)).filter(Boolean).map((m) => m[1]));
  const texts = new Map();
  for (const name of [...packages].sort()) {
    const folder = join(modules, name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Licence: ${license}`;
    if (!texts.has(text)) texts.set(text, []);
    texts.get(text).push(`${name} ${version}`);
  }
  if (texts.size === 0) throw new Error("no package is in the bundle");
  return [...texts].map(([text, names]) => `${names.join(", ")}\n\n${text}`).join("\n\n----\n\n");
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

try {
  const { script, inputs } = bundle();
  if (/<\/script|<!--/i.test(script)) throw new Error("the script would end its own element");
  const parts = {
    style: readFileSync(join(here, "page", "page.css"), "utf8").trim(),
    licences: escaped(licences(inputs)),
    script_hash: "sha256-" + createHash("sha256").update(script).digest("base64"),
    script,
  };
  const page = readFileSync(join(here, "page", "page.html"), "utf8").replace(/@(style|licences|script_hash|script)@/g, (_, name) => parts[name]);
  writeFileSync(join(scratch, "page.html"), page);
  renameSync(join(scratch, "page.html"), output);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
