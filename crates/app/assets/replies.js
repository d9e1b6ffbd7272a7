// @ts-check
// Canned replies: fetched when their menu opens, found by typing, written where the cursor is. Ctrl J opens the menu while one
// writes; the arrows choose, Enter writes.

/** @typedef {{ title: string, text: string }} Reply */

/** @param {Element | null} inside */
const menuOf = (inside) => /** @type {HTMLDetailsElement | null} */ (inside?.closest("form")?.querySelector("details[data-replies]") ?? null);

/**
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
function write(field, text) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = value.slice(0, start);
  const gap = before && !before.endsWith("\n") ? "\n" : "";
  field.setRangeText(`${gap}${text}`, start, end, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * @param {HTMLDetailsElement} menu
 * @param {Reply} reply
 */
function take(menu, reply) {
  const field = menu.closest("form")?.querySelector("textarea");
  menu.open = false;
  if (field) write(field, reply.text);
}

/** @param {HTMLDetailsElement} menu @param {number} step */
function choose(menu, step) {
  const shown = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=option]:not([hidden])")]);
  const from = shown.findIndex((each) => each.ariaSelected === "true");
  const to = Math.min(Math.max(from + step, 0), shown.length - 1);
  for (const [place, each] of shown.entries()) each.ariaSelected = String(place === to);
  shown[to]?.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLDetailsElement} menu */
function narrow(menu) {
  const field = /** @type {HTMLInputElement | null} */ (menu.querySelector("input[type=search]"));
  const wanted = field?.value.trim().toLowerCase() ?? "";
  const all = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=option]")]);
  for (const each of all) {
    each.hidden = !each.textContent?.toLowerCase().includes(wanted);
    each.ariaSelected = "false";
  }
  choose(menu, 1);
}

/** @param {HTMLDetailsElement} menu */
async function fill(menu) {
  const list = menu.querySelector("[role=listbox]");
  const none = /** @type {HTMLElement | null} */ (menu.querySelector("p"));
  const field = /** @type {HTMLInputElement | null} */ (menu.querySelector("input[type=search]"));
  const answer = await fetch(menu.dataset.replies ?? "").catch(() => undefined);
  if (!answer?.ok || !list || !none || !field) return;
  /** @type {Reply[]} */
  const replies = await answer.json();
  none.hidden = replies.length > 0;
  field.hidden = replies.length === 0;
  list.replaceChildren(
    ...replies.map((reply) => {
      const item = document.createElement("li");
      const title = document.createElement("strong");
      const text = document.createElement("span");
      item.setAttribute("role", "option");
      title.textContent = reply.title;
      text.textContent = reply.text;
      item.append(title, text);
      item.addEventListener("click", () => take(menu, reply));
      return item;
    }),
  );
  field.value = "";
  narrow(menu);
  field.focus();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (event.isComposing || !target) return;
  if (event.ctrlKey && event.key.toLowerCase() === "j") {
    const menu = menuOf(target);
    if (!menu) return;
    event.preventDefault();
    menu.open = true;
    return;
  }
  const menu = /** @type {HTMLDetailsElement | null} */ (target.closest("details[data-replies]"));
  if (!menu?.open || !target.matches("input[type=search]")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(menu, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const chosen = menu.querySelector("[role=option][aria-selected=true]");
    if (chosen instanceof HTMLElement) chosen.click();
  }
}

export function start() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", (event) => {
    const menu = event.target instanceof Element ? event.target.closest("details[data-replies]") : null;
    if (menu instanceof HTMLDetailsElement) narrow(menu);
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (menu instanceof HTMLDetailsElement && menu.open && menu.dataset.replies) fill(menu);
    },
    true,
  );
}
