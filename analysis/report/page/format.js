// How numbers are written, as the program's screen writes them.

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

export const formats = {
  dollars(x) {
    const whole = Math.round(Math.abs(x));
    return (x < 0 && whole > 0 ? "−$" : "$") + grouped(String(whole));
  },
  signed_dollars(x) {
    const text = formats.dollars(x);
    return x > 0 && text !== "$0" ? "+" + text : text;
  },
  // Never "0.0 %" or "100.0 %" of what can happen.
  percent(x) {
    if (x > 0 && x < 0.0005) return "<0.1 %";
    if (x < 1 && x > 0.9995) return ">99.9 %";
    return (100 * x).toFixed(1) + " %";
  },
  number(x) {
    const [whole, rest] = String(Math.abs(x)).split(".");
    const text = /e/.test(String(x)) ? String(Math.abs(x)) : grouped(whole) + (rest ? "." + rest.slice(0, 4) : "");
    return (x < 0 ? "−" : "") + text;
  },
  plain: (x) => String(x),
  // A rate of pay: three digits of its size, as the screen tells it.
  rate(x) {
    const digits = x === 0 ? 2 : Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.abs(x)))));
    const [whole, rest] = Math.abs(x).toFixed(digits).split(".");
    return (x < 0 ? "−" : "") + grouped(whole) + (rest ? "." + rest : "");
  },
};

export const words = (name) => name.replace(/_/g, " ");

/// The format that a column's name asks for.
export function formatOf(column) {
  if (/usd/.test(column)) return "dollars";
  if (/(_prob|_share|^share|confidence)/.test(column) && !/near_share/.test(column)) return "percent";
  return "number";
}

/// "in the year", "over 24 months": the time that totals are about.
export const span = (months) => (months === 12 ? "in the year" : `over ${months} months`);

/// What one simulated run of all months is called.
export const course = (months) => (months === 12 ? "year" : "course");

/// A key in words: "no_show.rate" is "no show rate".
export const keyWords = (key) => words(key).replace(/\./g, " ");

/// Lines of at most `most` letters, at most `lines` of them; the last ends in "…" where words are left out.
export function folded(title, most, lines = 9) {
  const all = [""];
  for (const word of title.split(" ").filter(Boolean)) {
    if (all.at(-1) && (all.at(-1) + " " + word).length > most) all.push(word);
    else all[all.length - 1] = (all.at(-1) + " " + word).trim();
  }
  return (all.length > lines ? [...all.slice(0, lines - 1), all[lines - 1] + " …"] : all).join("\n");
}
/// Of a heading of so many pixels above a chart.
export const heading = (title, width) => folded(title, Math.max(12, Math.floor(width / 8.6)));
