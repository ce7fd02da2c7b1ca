// Elements, and numbers that say which cell of which table they are.
import { formatOf, formats } from "./format.js";

/// An element: attributes by name (`on` holds listeners), then children; null and false are left out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "vars") for (const [key, set] of Object.entries(value)) node.style.setProperty(key, set);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

/// A cell of a table: {table, row, column, value}; null where the table has no such row or an empty cell.
export const cell = (row, column) =>
  row && row[column] != null ? { table: row.table, row: row.row, column, value: row[column] } : null;

/// The attributes by which a shown number is found in the tables.
export const origin = (ref, format) => ({
  "data-table": ref.table, "data-row": ref.row, "data-column": ref.column, "data-format": format,
});

export const text = (ref, format) => (typeof ref.value === "number" ? formats[format](ref.value) : String(ref.value));

/// A number as text in its own element, "–" where undefined.
export function num(row, column, format = formatOf(column), attributes = {}) {
  const ref = cell(row, column);
  if (!ref) return el("span", { ...attributes, class: "none" }, "–");
  return el("span", { class: "num", ...attributes, ...origin(ref, format) }, text(ref, format));
}

const headCell = (title, numeric) => el("th", { scope: "col", class: numeric ? "right" : null }, title);

/// A table of numbers: columns {title, text(row)} or {title, column, format}, one line a row. A column `of` another
/// row shows the cell of the row that of(row) gives.
export function numbersTable(caption, columns, rows) {
  const body = rows.map((row) =>
    el("tr", {}, columns.map((c, i) => {
      const content = c.text ? c.text(row) : num(c.of ? c.of(row) : row, c.column, c.format ?? formatOf(c.column));
      return i === 0 ? el("th", { scope: "row" }, content) : el("td", { class: c.text ? "words" : "right" }, content);
    })));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el("table", { class: "numbers" }, el("caption", {}, caption),
      el("thead", {}, el("tr", {}, columns.map((c) => headCell(c.title, !c.text)))), el("tbody", {}, body)));
}

export const strong = (...content) => el("strong", {}, ...content);

const broken = (text, between) => text.split(between).flatMap((part, i) => (i === 0 ? [part] : [el("wbr"), part]));
/// A row's id, which may be broken behind its parts, not within a word or a number.
export const rowId = (id) => broken(id, /(?<=[/_])(?=.)|(?=#)/);
/// A key as it is typed, which may be broken behind its dots.
export const typed = (key) => el("code", {}, broken(key, /(?<=\.)(?=.)/));
