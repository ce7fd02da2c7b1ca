// A section of the page: heading, what it shows, content, its numbers folded.
import { el } from "./dom.js";

export const section = (id, title, said, ...content) =>
  el("section", { id: "section-" + id, "aria-labelledby": "title-" + id }, el("h2", { id: "title-" + id }, title), el("p", { class: "said" }, said), content);

export const numbers = (...tables) => el("details", { class: "numbers" }, el("summary", {}, "The numbers"), tables);

/// A section that is read on demand: its heading opens it.
export const slimSection = (id, title, said, ...content) =>
  el("section", { id: "section-" + id, class: "slim", "aria-labelledby": "title-" + id },
    el("details", { class: "fold" }, el("summary", {}, el("h2", { id: "title-" + id }, title)), el("p", { class: "said" }, said), content));
