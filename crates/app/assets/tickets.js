// @ts-check
// Tickets: verbs in a dialog, the report that fills itself while the customer speaks, files that upload.
import { watch } from "./unsent.js";
import { enhance } from "./forms.js";
import { openDialog, toast } from "./parts.js";
import { refresh } from "./time.js";
import { word } from "./words.js";

const PROPOSAL_WAIT_MS = 250;

/**
 * Opens the page of a verb as a dialog; without an answer the page itself is opened.
 * @param {HTMLAnchorElement} link
 */
async function openAct(link) {
  const dialog = document.querySelector("[data-act-dialog]");
  if (!(dialog instanceof HTMLDialogElement)) return location.assign(link.href);
  const address = new URL(link.href);
  address.searchParams.set("part", "yes");
  const answer = await fetch(address).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return location.assign(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector("[data-part]");
  const title = part?.querySelector("[data-part-title]");
  if (!part || !title) return location.assign(link.href);
  const header = document.createElement("header");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet";
  close.dataset.close = "";
  close.textContent = "\u00d7";
  close.setAttribute("aria-label", word("dialog-close"));
  title.id = "act-dialog-title";
  header.append(title, close);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.replaceChildren(header, document.adoptNode(part));
  enhance(dialog);
  watch(dialog);
  openDialog(dialog.id);
  refresh();
  // What has to be filled in first; else the first field there is.
  const fields = "form :is(textarea, select, input:not([type=hidden]))";
  const first = dialog.querySelector(`${fields}:invalid`) ?? dialog.querySelector(fields);
  if (first instanceof HTMLElement) first.focus();
}

/**
 * Fills in what follows from a choice: a contact brings customer and site.
 * @param {HTMLFormElement} form
 * @param {[string, string, string][]} fill
 */
function fillIn(form, fill) {
  for (const [name, id, text] of fill) {
    const hidden = form.elements.namedItem(name);
    const shown = form.elements.namedItem(`${name}_text`);
    if (!(hidden instanceof HTMLInputElement) || !(shown instanceof HTMLInputElement)) continue;
    hidden.value = id;
    shown.value = text;
  }
}

/**
 * A part of the page that takes longer and stays hidden where it has nothing to say.
 * @param {HTMLElement} place
 */
async function fetched(place) {
  const answer = await fetch(place.dataset.fetched ?? "").catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
  place.hidden = place.childElementCount === 0;
  refresh();
}

/** @param {HTMLFormElement} form */
function intake(form) {
  const place = form.querySelector("[data-proposal]");
  const faults = form.querySelector("[data-faults-only]");
  let timer = 0;
  let asked = 0;
  const like = form.querySelector("[data-like]");
  /** @param {Element} part @param {string} address @param {number} turn */
  const fill = async (part, address, turn) => {
    const answer = await fetch(address).catch(() => undefined);
    if (turn !== asked || !answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    part.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
    refresh();
  };
  const ask = async () => {
    const turn = ++asked;
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") query.append(name, value);
    if (place) fill(place, `${form.dataset.intake}?${query}`, turn);
    if (like instanceof HTMLElement) fill(like, `${like.dataset.like}?${query}`, turn);
  };
  const changed = () => {
    const kind = new FormData(form).get("kind");
    if (faults instanceof HTMLElement) faults.hidden = kind !== "fault";
    clearTimeout(timer);
    timer = window.setTimeout(ask, PROPOSAL_WAIT_MS);
  };
  form.addEventListener("aftercare:chosen", (event) => {
    const { fill: known } = /** @type {CustomEvent<{ fill?: [string, string, string][] }>} */ (event).detail;
    fillIn(form, known ?? []);
    const target = event.target;
    if (target instanceof HTMLInputElement && target.name === "caller") {
      const title = form.elements.namedItem("title");
      if (title instanceof HTMLInputElement) title.focus();
    }
  });
  form.addEventListener("change", changed);
  form.addEventListener("input", changed);
  changed();
}

/**
 * Sends one file and says how far it is.
 * @param {string} address
 * @param {File} file
 * @param {HTMLProgressElement} progress
 * @returns {Promise<string>} what went wrong, or nothing
 */
function send(address, file, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file, file.name || "image.png");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status < 300) return resolve("");
      try {
        resolve(JSON.parse(request.responseText).detail);
      } catch {
        resolve(`${request.status}`);
      }
    });
    request.addEventListener("error", () => resolve(word("upload-broken")));
    request.open("POST", address);
    request.setRequestHeader("accept", "application/json");
    request.send(body);
  });
}

/** @param {number} bytes */
const size = (bytes) => (bytes < 1 << 20 ? `${bytes >> 10} KiB` : `${bytes >> 20} MiB`);

/** @param {HTMLFormElement} form */
function upload(form) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"));
  if (!input) return;
  const limit = Number(form.dataset.limit) || Infinity;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const files = [...(input.files ?? [])];
    const progress = document.createElement("progress");
    form.append(progress);
    for (const file of files) {
      const wrong = file.size > limit ? word("upload-too-large", { n: size(limit) }) : await send(form.dataset.upload ?? "", file, progress);
      if (wrong) toast(`${file.name}: ${wrong}`, undefined, 12000);
    }
    progress.remove();
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
    form.querySelectorAll("button[disabled]").forEach((each) => each.removeAttribute("disabled"));
  });
  // A screenshot is pasted wherever the cursor is on the page.
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.defaultPrevented || event.target instanceof Element && event.target.closest("dialog")) return;
    event.preventDefault();
    const transfer = new DataTransfer();
    for (const file of [...(input.files ?? []), ...files]) transfer.items.add(file);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    form.scrollIntoView({ block: "center" });
    // Enter sends it.
    /** @type {HTMLElement | null} */ (form.querySelector("button[type=submit]"))?.focus({ preventScroll: true });
  });
}

export function start() {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = event.target instanceof Element ? event.target : null;
    // In a dialog the way back is to close it.
    if (target?.closest("dialog a[data-close]")) return event.preventDefault();
    const link = target?.closest("a[data-act]");
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    link.closest("details[open]")?.removeAttribute("open");
    void openAct(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    if (form?.method === "post") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  document.querySelectorAll("form[data-intake]").forEach((form) => intake(/** @type {HTMLFormElement} */ (form)));
  document.querySelectorAll("[data-fetched]").forEach((place) => void fetched(/** @type {HTMLElement} */ (place)));
  document.querySelectorAll("form[data-upload]").forEach((form) => upload(/** @type {HTMLFormElement} */ (form)));
}
