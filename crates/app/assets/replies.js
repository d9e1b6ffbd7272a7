// @ts-check
// Canned replies: fetched when their menu opens, written where the cursor is.

/** @typedef {{ title: string, text: string }} Reply */

/**
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
function write(field, text) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = value.slice(0, start);
  const gap = before && !before.endsWith("\n") ? "\n" : "";
  field.value = `${before}${gap}${text}${value.slice(end)}`;
  field.selectionStart = field.selectionEnd = before.length + gap.length + text.length;
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {HTMLDetailsElement} menu */
async function fill(menu) {
  const place = menu.querySelector(".menu-items");
  const field = menu.closest("form")?.querySelector("textarea");
  const answer = await fetch(menu.dataset.replies ?? "").catch(() => undefined);
  if (!answer?.ok || !place || !field) return;
  /** @type {Reply[]} */
  const replies = await answer.json();
  if (replies.length === 0) return;
  place.replaceChildren(
    ...replies.map(({ title, text }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.title = text;
      button.addEventListener("click", () => {
        menu.open = false;
        write(field, text);
      });
      return button;
    }),
  );
}

export function start() {
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (menu instanceof HTMLDetailsElement && menu.open && menu.dataset.replies) fill(menu);
    },
    true,
  );
}
