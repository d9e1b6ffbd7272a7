// @ts-check
// The keyboard: rows by j and k, places by g, the search field by /, the list of keys by ?.
import { openDialog } from "./parts.js";

const G_MS = 1200;
let goAt = 0;

/**
 * What leads away acts when its key is let go, never when it goes down: the next page may be there at once with its
 * cursor in a field, and what is left of the key would be typed into it.
 * @type {{ code: string, act: () => void } | null}
 */
let held = null;

const typing = () => document.activeElement?.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") ?? false;
const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("main [data-href]:is(tr, article, li)")]).filter((row) => row.offsetParent);

/** The row that the keys act on. */
export const currentRow = () => /** @type {HTMLElement | null} */ (document.querySelector("main .current[data-href]"));

/** @param {number} step */
function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const from = all.findIndex((row) => row.classList.contains("current"));
  const to = from < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(from + step, 0), all.length - 1);
  all[from]?.classList.remove("current");
  all[to].classList.add("current");
  all[to].tabIndex = -1;
  all[to].focus({ preventScroll: true });
  all[to].scrollIntoView({ block: "nearest" });
  document.dispatchEvent(new CustomEvent("aftercare:row", { detail: { row: all[to] } }));
}

/** @param {string} key */
function go(key) {
  for (const place of document.querySelectorAll("[data-go]")) {
    if (place instanceof HTMLElement && place.textContent === key) location.href = place.dataset.go ?? "/";
  }
}

/** The page's own keys stand in the list of keys. */
function listOwn() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-page-keys]"));
  const list = place?.querySelector("dl");
  if (!place || !list) return;
  const own = [...document.querySelectorAll("main [data-key][data-key-label]")];
  list.replaceChildren(
    ...own.map((element) => {
      const line = document.createElement("div");
      const term = document.createElement("dt");
      const key = document.createElement("kbd");
      const text = document.createElement("dd");
      key.textContent = element.getAttribute("data-key");
      text.textContent = element.getAttribute("data-key-label");
      term.append(key);
      line.append(term, text);
      return line;
    }),
  );
  place.hidden = own.length === 0;
}

/**
 * Where a key leads, if it leads anywhere.
 * @param {string} key
 * @param {boolean} going a `g` came before it
 * @returns {(() => void) | null}
 */
function away(key, going) {
  if (going) return () => go(key);
  const row = currentRow();
  if (key === "o" || key === "Enter") {
    return row && (key === "o" || document.activeElement === row) ? () => (location.href = row.dataset.href ?? "") : null;
  }
  const own = document.querySelector(`main [data-key="${CSS.escape(key)}"]`);
  return own instanceof HTMLElement ? () => own.click() : null;
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("aftercare:palette"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing() || document.querySelector("dialog[open]")) return;
  const going = Date.now() - goAt < G_MS;
  if (!going) {
    const field = document.querySelector(`main :is(input, textarea, select)[data-key="${CSS.escape(event.key)}"]`);
    if (field instanceof HTMLElement) {
      event.preventDefault();
      return field.focus();
    }
    switch (event.key) {
      case "g": goAt = Date.now(); return;
      case "j": return move(1);
      case "k": return move(-1);
      case "x": return void currentRow()?.querySelector("input[type=checkbox]")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      case "?": return listOwn(), void openDialog("keys");
    }
  }
  if (event.repeat) return;
  goAt = 0;
  const act = away(event.key, going);
  if (!act) return;
  event.preventDefault();
  held = { code: event.code, act };
}

/** @param {KeyboardEvent} event */
function released(event) {
  if (held?.code !== event.code) return;
  const { act } = held;
  held = null;
  act();
}

export function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("keyup", released);
}
