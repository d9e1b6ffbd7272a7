// @ts-check
// The keyboard: rows by j and k, places by g, the search field by /, the list of keys by ?.
import { openDialog } from "./parts.js";

const G_MS = 1200;
let goAt = 0;

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

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.dispatchEvent(new CustomEvent("aftercare:palette"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing() || document.querySelector("dialog[open]")) return;
  if (goAt && Date.now() - goAt < G_MS) {
    goAt = 0;
    return go(event.key);
  }
  const row = currentRow();
  switch (event.key) {
    case "g": goAt = Date.now(); return;
    case "j": return move(1);
    case "k": return move(-1);
    case "o":
    case "Enter":
      if (row && (event.key === "o" || document.activeElement === row)) location.href = row.dataset.href ?? "";
      return;
    case "x": return row?.querySelector("input[type=checkbox]")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    case "?": return listOwn(), void openDialog("keys");
  }
  const own = document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`);
  if (!(own instanceof HTMLElement)) return;
  event.preventDefault();
  if (own.matches("input, textarea, select")) own.focus();
  else own.click();
}

export function start() {
  document.addEventListener("keydown", pressed);
}
