// The tables and the ways of writing numbers once more, apart from the page's own code.
import { readFileSync } from "node:fs";
import { join } from "node:path";

function cellsOf(line) {
  const cells = [];
  let text = "", quoted = false;
  for (let i = 0; i < line.length; ++i) {
    const c = line[i];
    if (quoted) {
      if (c === '"' && line[i + 1] === '"') { text += '"'; ++i; }
      else if (c === '"') quoted = false;
      else text += c;
    } else if (c === '"') quoted = true;
    else if (c === ",") { cells.push(text); text = ""; }
    else text += c;
  }
  return [...cells, text];
}

export class Tables {
  #lines = new Map();
  #headers = new Map();
  /// `elsewhere`: tables that do not stand in the directory, by name.
  constructor(directory, elsewhere = {}) {
    this.directory = directory;
    this.elsewhere = elsewhere;
    this.manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8"));
  }
  /// The text of a cell; rows count from 1 below the header.
  cell(table, row, column) {
    if (table === "manifest") return String(this.manifest[row][column]);
    if (!this.#lines.has(table)) {
      const lines = readFileSync(this.elsewhere[table] ?? join(this.directory, table + ".csv"), "utf8").trimEnd().split("\n");
      this.#lines.set(table, lines);
      this.#headers.set(table, cellsOf(lines[0]));
    }
    return cellsOf(this.#lines.get(table)[Number(row)])[this.#headers.get(table).indexOf(column)];
  }
}

const thousands = (digits) => { let text = ""; for (let i = 0; i < digits.length; ++i) text += (i > 0 && (digits.length - i) % 3 === 0 ? "," : "") + digits[i]; return text; };
const whole = (x) => thousands(Math.floor(Math.abs(x) + 0.5).toFixed(0));

/// A cell as a person reads it. The screen writes money and shares alike.
export const written = {
  dollars: (text) => (Number(text) <= -0.5 ? "−" : "") + "$" + whole(Number(text)),
  signed_dollars: (text) => (Number(text) <= -0.5 ? "−" : Number(text) >= 0.5 ? "+" : "") + "$" + whole(Number(text)),
  percent(text) {
    const x = Number(text);
    if (x > 0 && x < 0.0005) return "<0.1 %";
    if (x > 0.9995 && x < 1) return ">99.9 %";
    return `${(x * 100).toFixed(1)} %`;
  },
  number(text) {
    const [before, after] = String(Math.abs(Number(text))).split(".");
    return (Number(text) < 0 ? "−" : "") + thousands(before) + (after ? "." + after.slice(0, 4) : "");
  },
  rate(text) {
    const x = Number(text), digits = x === 0 ? 2 : Math.min(4, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x)))));
    const [before, after] = Math.abs(x).toFixed(digits).split(".");
    return (x < 0 ? "−" : "") + thousands(before) + (after ? "." + after : "");
  },
  plain: (text) => String(Number(text)) === "NaN" ? text : String(Number(text)),
};
