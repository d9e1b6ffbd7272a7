// @ts-check
// What one has begun to type is kept on the server, so that neither a reload nor another device loses it.
// A form says where by data-draft. A draft goes once a page has come that did not complain of what was sent.

const WAIT_MS = 700;
const SENT = "aftercare:sent";

/** @type {Map<HTMLFormElement, number>} */
const timers = new Map();

/** @param {HTMLFormElement} form */
function body(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value && name !== "version") query.append(name, value);
  return query.toString();
}

/**
 * @param {string} place
 * @param {string} text
 */
function keep(place, text) {
  return fetch("/drafts", { method: "POST", body: new URLSearchParams({ place, body: text }), keepalive: true }).catch(() => undefined);
}

/** @param {HTMLFormElement} form */
function typed(form) {
  clearTimeout(timers.get(form));
  timers.set(form, window.setTimeout(() => save(form), WAIT_MS));
}

/** @param {HTMLFormElement} form */
function save(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  keep(form.dataset.draft ?? "", body(form));
}

/**
 * Puts back what was typed, where nothing else stands by now.
 * @param {HTMLFormElement} form
 */
async function restore(form) {
  const answer = await fetch(`/drafts?place=${encodeURIComponent(form.dataset.draft ?? "")}`).catch(() => undefined);
  if (!answer?.ok) return;
  const { body: text } = await answer.json();
  if (!text || !form.isConnected) return;
  let changed = false;
  for (const [name, value] of new URLSearchParams(text)) {
    const found = form.elements.namedItem(name);
    if (found instanceof RadioNodeList) {
      for (const each of found) {
        if (each instanceof HTMLInputElement && each.value === value && !each.checked) changed = each.checked = true;
      }
    } else if ((found instanceof HTMLInputElement && !found.matches("[type=checkbox]")) || found instanceof HTMLTextAreaElement || found instanceof HTMLSelectElement) {
      if (found.value === "" && value) {
        found.value = value;
        changed = true;
      }
    }
  }
  if (changed) form.dispatchEvent(new Event("change", { bubbles: true }));
}

export function start() {
  const forms = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form[data-draft]")]);
  const complains = !!document.querySelector(".problems");
  const sent = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const gone = sent && !complains ? keep(sent, "") : Promise.resolve(undefined);
  if (!complains) gone.then(() => forms.forEach((form) => restore(form)));
  window.addEventListener("pagehide", () => [...timers.keys()].forEach(save));
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form?.matches("[data-draft]")) typed(form);
  });
  document.addEventListener("change", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (event.target !== form && form?.matches("[data-draft]")) typed(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset.draft) return;
    clearTimeout(timers.get(form));
    timers.delete(form);
    sessionStorage.setItem(SENT, form.dataset.draft);
  });
}
