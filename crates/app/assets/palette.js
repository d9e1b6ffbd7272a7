// @ts-check
// The command palette: places at once, records as one types.
import { openDialog } from "./parts.js";

const WAIT_MS = 120;

export function start() {
  const dialog = document.getElementById("palette");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const field = /** @type {HTMLInputElement} */ (dialog.querySelector("input"));
  const list = /** @type {HTMLElement} */ (dialog.querySelector("[role=listbox]"));
  const none = /** @type {HTMLElement} */ (dialog.querySelector(".palette-none"));
  const places = /** @type {HTMLElement[]} */ ([...list.children]);
  /** @type {HTMLElement[]} */
  let shown = places;
  let current = 0;
  let timer = 0;
  let asked = 0;

  /** @param {number} index */
  const mark = (index) => {
    current = index;
    shown.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    shown[index]?.scrollIntoView({ block: "nearest" });
    if (shown[index]) field.setAttribute("aria-activedescendant", shown[index].id);
  };
  /** @param {HTMLElement[]} found */
  const show = (found) => {
    const wanted = field.value.trim().toLowerCase();
    shown = [...found, ...places.filter((place) => (place.textContent ?? "").toLowerCase().includes(wanted))];
    shown.forEach((item, index) => (item.id = `palette-${index}`));
    list.replaceChildren(...shown);
    none.hidden = shown.length > 0;
    mark(0);
  };
  const ask = async () => {
    const turn = ++asked;
    const query = field.value.trim();
    if (!query) return show([]);
    const answer = await fetch(`${dialog.dataset.source}?q=${encodeURIComponent(query)}`).catch(() => undefined);
    if (turn !== asked) return;
    /** @type {{ href: string, text: string, note?: string }[]} */
    const found = answer?.ok ? await answer.json() : [];
    if (turn !== asked) return;
    show(
      found.map((match) => {
        const item = document.createElement("li");
        item.setAttribute("role", "option");
        item.dataset.href = match.href;
        item.append(match.text);
        if (match.note) {
          const note = document.createElement("small");
          note.textContent = match.note;
          item.append(note);
        }
        return item;
      }),
    );
  };
  const open = () => {
    if (!openDialog("palette")) return dialog.close();
    field.value = "";
    show([]);
    field.focus();
  };
  const go = (/** @type {HTMLElement | undefined} */ item) => {
    if (item?.dataset.href) location.href = item.dataset.href;
  };

  document.addEventListener("aftercare:palette", open);
  document.querySelector("[data-palette]")?.addEventListener("click", open);
  field.addEventListener("input", () => {
    show([]);
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") mark(Math.min(current + 1, shown.length - 1));
    else if (event.key === "ArrowUp") mark(Math.max(current - 1, 0));
    else if (event.key === "Enter") go(shown[current]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest("[data-href]") : null;
    if (item instanceof HTMLElement) go(item);
  });
}
