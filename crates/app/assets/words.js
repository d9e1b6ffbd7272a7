// @ts-check
// The words of the page's language, and the server's clock.

/** @param {string} name */
export const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

/** @type {Record<string, string>} */
const words = JSON.parse(meta("words") || "{}");

/**
 * The words of a key, with values in their places.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function word(key, values = {}) {
  let text = words[key] ?? key;
  for (const [name, value] of Object.entries(values)) text = text.replace(`{${name}}`, String(value));
  return text;
}

let skew = Date.parse(meta("now")) - Date.now() || 0;

/** The server's present moment, in milliseconds: right after sleep too, because only instants are compared. */
export const now = () => Date.now() + skew;

/**
 * Sets the server's clock by what it just said.
 * @param {string} instant
 */
export function setNow(instant) {
  const said = Date.parse(instant);
  if (!Number.isNaN(said)) skew = said - Date.now();
}

/**
 * A length of time in its two largest units.
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const total = Math.floor(Math.abs(milliseconds) / 1000);
  const days = Math.floor(total / 86400);
  const hours = Math.floor(total / 3600) % 24;
  const minutes = Math.floor(total / 60) % 60;
  const say = (/** @type {string} */ unit, /** @type {number} */ n) => word(`duration-${unit}`, { n });
  if (days > 0) return say("days", days) + (hours > 0 ? ` ${say("hours", hours)}` : "");
  if (hours > 0) return say("hours", hours) + (minutes > 0 ? ` ${say("minutes", minutes)}` : "");
  return minutes > 0 ? say("minutes", minutes) : say("seconds", total);
}

/**
 * Hours, minutes and seconds as on a departure board.
 * @param {number} milliseconds
 */
export function clock(milliseconds) {
  const total = Math.floor(Math.abs(milliseconds) / 1000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const sign = milliseconds < 0 && total > 0 ? "\u2212" : "";
  return `${sign}${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}
