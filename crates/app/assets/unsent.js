// @ts-check
// What was typed into a dialog and not sent survives that it is closed, a reload, a lost session. It stays in this browser, for
// the person who typed it, and goes when it is sent, thrown away, or they sign out.
import { word } from "./words.js";

const PREFIX = "unsent:";
const SENT = "unsent-sent";
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** @typedef {[name: string, value: string]} Entry */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

const person = () => document.body.dataset.person ?? "";
const isChoice = (/** @type {Field} */ field) => field.type === "radio" || field.type === "checkbox";

/** @param {HTMLFormElement} form */
const inPart = (form) => form.closest("[data-part]") !== null;

/** @param {HTMLFormElement} form */
const place = (form) => `${PREFIX}${person()}:${new URL(form.action).pathname}${inPart(form) ? "" : location.search}`;

/**
 * The fields that are kept: what is written, and in a form that begins empty also what is chosen.
 * @param {HTMLFormElement} form
 */
function fields(form) {
  const all = /** @type {Field[]} */ ([...form.elements].filter((each) => each.matches("textarea, select, input")));
  return all.filter((field) => {
    if (field.type === "password" || field.type === "file" || !field.name) return false;
    if (field.type === "hidden") return !inPart(form) && field.closest("[data-combobox]") !== null;
    return !inPart(form) || !(isChoice(field) || field instanceof HTMLSelectElement);
  });
}

/** @param {HTMLFormElement} form */
const written = (form) =>
  /** @type {Entry[]} */ (
    fields(form)
      .filter((field) => !isChoice(field) || (field instanceof HTMLInputElement && field.checked))
      .map((field) => [field.name, field.value])
  );

/** What the form said before anybody typed. @type {WeakMap<HTMLFormElement, string>} */
const atFirst = new WeakMap();

/**
 * Keeps what a form says now.
 * @param {HTMLFormElement} form
 */
function keep(form) {
  if (!atFirst.has(form)) return;
  const entries = written(form);
  try {
    if (JSON.stringify(entries) === atFirst.get(form)) localStorage.removeItem(place(form));
    else localStorage.setItem(place(form), JSON.stringify({ at: Date.now(), entries }));
  } catch {
    // A browser that keeps nothing still sends the form.
  }
}

/**
 * Puts back what was typed, where the form is still empty: what somebody else wrote meanwhile is not written over.
 * @param {HTMLFormElement} form
 * @param {Entry[]} entries
 */
function putBack(form, entries) {
  let changed = false;
  for (const field of fields(form)) {
    const values = entries.filter(([name]) => name === field.name).map(([, value]) => value);
    if (isChoice(field) && field instanceof HTMLInputElement) {
      const wanted = values.includes(field.value);
      changed ||= field.checked !== wanted;
      field.checked = wanted;
    } else if (values[0] && (field.value === "" || field instanceof HTMLSelectElement) && field.value !== values[0]) {
      field.value = values[0];
      changed = true;
    }
  }
  if (!changed) return;
  const bar = document.createElement("p");
  const discard = document.createElement("button");
  bar.className = "draft-bar";
  bar.setAttribute("role", "status");
  bar.textContent = word("draft-restored");
  discard.type = "button";
  discard.className = "button quiet small";
  discard.textContent = word("draft-discard");
  discard.addEventListener("click", () => {
    form.reset();
    // What is hidden is not reset with its form.
    for (const field of fields(form)) if (field.type === "hidden") field.value = "";
    localStorage.removeItem(place(form));
    bar.remove();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
  bar.append(discard);
  form.prepend(bar);
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Watches the forms inside an element; called again for what was fetched later.
 * @param {ParentNode} root
 */
export function watch(root) {
  if (!person()) return;
  for (const found of root.querySelectorAll("[data-part] form")) {
    const form = /** @type {HTMLFormElement} */ (found);
    if (atFirst.has(form) || form.method !== "post") continue;
    atFirst.set(form, JSON.stringify(written(form)));
    // A form that came back with errors says what was typed by itself.
    if (form.querySelector(".error, .problems")) continue;
    try {
      const kept = JSON.parse(localStorage.getItem(place(form)) ?? "null");
      if (kept) putBack(form, kept.entries);
    } catch {
      localStorage.removeItem(place(form));
    }
  }
}

/** Throws away what was sent, and what nobody came back to. */
function tidy() {
  // Where the session was lost meanwhile, what was sent did not arrive.
  const arrived = location.pathname.startsWith("/sign-in") ? [] : JSON.parse(sessionStorage.getItem(SENT) ?? "[]");
  if (arrived.length) sessionStorage.removeItem(SENT);
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (arrived.includes(key) || !(kept.at > Date.now() - KEPT_MS)) localStorage.removeItem(key);
  }
}

export function start() {
  try {
    tidy();
  } catch {
    return;
  }
  watch(document);
  for (const kind of ["input", "change", "aftercare:chosen"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target instanceof Element ? event.target.closest("form") : null;
      // After the scripts of the form itself, which fill in what follows from a choice.
      if (form) queueMicrotask(() => keep(form));
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (new URL(form.action).pathname === "/sign-out") {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
    } else if (atFirst.has(form)) {
      keep(form);
      sessionStorage.setItem(SENT, JSON.stringify([place(form)]));
    }
  });
}
