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
