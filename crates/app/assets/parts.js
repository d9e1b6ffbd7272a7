// @ts-check
// Menus, dialogs, toasts, copying, rows that open: small behaviour that the page works without.
import { word } from "./words.js";

/** @type {Element | null} */
let returnTo = null;

/**
 * Opens a dialog and gives the focus back when it closes.
 * @param {string} id
 */
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
  returnTo = document.activeElement;
  dialog.showModal();
  dialog.addEventListener("close", () => returnTo instanceof HTMLElement && returnTo.focus(), { once: true });
  return true;
}

/**
 * Shows a short message for a while, with an act if there is one.
 * @param {string} text
 * @param {{ label: string, run: () => void }} [act]
 * @param {number} [milliseconds]
 */
export function toast(text, act, milliseconds = 6000) {
  const place = document.querySelector(".toasts");
  if (!place) return;
  const element = document.createElement("div");
  element.className = "toast";
  element.textContent = text;
  if (act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = act.label;
    button.addEventListener("click", () => (element.remove(), act.run()));
    element.append(button);
  }
  place.append(element);
  setTimeout(() => element.remove(), milliseconds);
}

const openMenus = () => /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("[data-menu][open]"));

/** @param {MouseEvent} event */
function clicked(event) {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;

  const opener = target.closest("[data-dialog]");
  if (opener instanceof HTMLElement && openDialog(opener.dataset.dialog ?? "")) return event.preventDefault();
  if (target.closest("[data-keys]")) return void openDialog("keys");
  if (target.closest("[data-close]")) return target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement) return target.close();

  const copy = target.closest("[data-copy]");
  if (copy instanceof HTMLElement) {
    navigator.clipboard?.writeText(copy.dataset.copy ?? "").then(() => toast(word("copied"), undefined, 2500));
    return;
  }
  if (target.closest("[data-back]") && history.length > 1) {
    event.preventDefault();
    return history.back();
  }
  const row = target.closest("[data-href]");
  const inner = target.closest("a, button, input, label, select, summary, [role='option']");
  if (row instanceof HTMLElement && row.matches("tr, article, li") && !inner && !getSelection()?.toString()) {
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
    else location.href = row.dataset.href ?? "";
  }
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
}

/** @param {SubmitEvent} event */
function theme(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-theme-form]")) return;
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  document.documentElement.dataset.theme = button.value;
  for (const each of form.querySelectorAll("button")) each.setAttribute("aria-pressed", String(each === button));
  fetch(form.action, { method: "POST", body: new URLSearchParams({ theme: button.value }) }).catch(() => undefined);
}

export function start() {
  document.documentElement.classList.add("enhanced");
  // On a phone the navigation is a bar that may be wider than the screen.
  const side = document.querySelector(".side");
  const here = side?.querySelector("[aria-current]");
  if (side && here instanceof HTMLElement) side.scrollLeft = here.offsetLeft - (side.clientWidth - here.offsetWidth) / 2;
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("submit", theme);
}
