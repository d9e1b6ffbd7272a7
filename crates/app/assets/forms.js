// @ts-check
// Forms: look-up fields, dropped and pasted files, filters that apply themselves, nothing lost by accident.
import { word } from "./words.js";

const WAIT_MS = 140;

/** @typedef {{ id: string, text: string, note?: string }} Match */

/** @param {HTMLElement} box */
function combobox(box) {
  const hidden = /** @type {HTMLInputElement} */ (box.querySelector("input[type=hidden]"));
  const field = /** @type {HTMLInputElement} */ (box.querySelector("input[role=combobox]"));
  const list = /** @type {HTMLElement} */ (box.querySelector("[role=listbox]"));
  /** @type {Match[]} */
  let matches = [];
  let current = -1;
  let timer = 0;
  let asked = 0;

  const close = () => {
    list.hidden = true;
    current = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  /** @param {number} index */
  const mark = (index) => {
    current = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (!item) return;
    field.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  /** @param {Match} match */
  const choose = (match) => {
    field.value = match.text;
    hidden.value = match.id;
    close();
    hidden.dispatchEvent(new CustomEvent("aftercare:chosen", { bubbles: true, detail: match }));
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  };
  /** @param {string} text */
  const nothing = (text) => {
    const item = document.createElement("li");
    item.className = "none";
    item.textContent = text;
    list.replaceChildren(item);
  };
  const show = () => {
    const items = matches.map((match, index) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.append(match.text);
      if (match.note) {
        const note = document.createElement("small");
        note.textContent = match.note;
        item.append(note);
      }
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(match);
      });
      return item;
    });
    list.replaceChildren(...items);
    if (items.length === 0) nothing(word("combobox-none"));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    if (items.length) mark(0);
  };
  const ask = async () => {
    const turn = ++asked;
    const address = new URL(box.dataset.combobox ?? "", location.href);
    address.searchParams.set("q", field.value);
    for (const name of (box.dataset.depends ?? "").split(" ").filter(Boolean)) {
      const other = field.form?.elements.namedItem(name);
      if (other instanceof HTMLInputElement || other instanceof HTMLSelectElement) address.searchParams.set(name, other.value);
    }
    const answer = await fetch(address).catch(() => undefined);
    if (turn !== asked) return;
    if (!answer?.ok) {
      matches = [];
      nothing(word("combobox-error"));
      list.hidden = false;
      return;
    }
    matches = await answer.json();
    if (turn === asked && document.activeElement === field) show();
  };

  field.addEventListener("input", () => {
    if (hidden.value) {
      hidden.value = "";
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }
    clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(Math.min(current + 1, matches.length - 1));
    } else if (event.key === "ArrowUp" && !list.hidden) {
      event.preventDefault();
      mark(Math.max(current - 1, 0));
    } else if (event.key === "Enter" && !list.hidden && matches[current]) {
      event.preventDefault();
      choose(matches[current]);
    } else if (event.key === "Tab" && !list.hidden && matches[current] && field.value) {
      choose(matches[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  field.addEventListener("blur", () => {
    asked += 1;
    clearTimeout(timer);
    close();
  });
  // Who types at once, before this script came, is answered too.
  if (document.activeElement === field && field.value && !hidden.value) ask();
}

/** @param {HTMLElement} place */
function drop(place) {
  const input = /** @type {HTMLInputElement} */ (place.querySelector("input[type=file]"));
  const list = /** @type {HTMLElement} */ (place.querySelector(".drop-list"));
  /** @param {Iterable<File>} files */
  const set = (files) => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    show();
  };
  /** @param {File[]} files */
  const add = (files) => set(input.multiple ? [...(input.files ?? []), ...files] : files.slice(0, 1));
  const show = () => {
    const files = [...(input.files ?? [])];
    list.hidden = files.length === 0;
    list.replaceChildren(
      ...files.map((file, index) => {
        const item = document.createElement("li");
        const size = document.createElement("small");
        size.textContent = `${Math.max(1, Math.round(file.size / 1024))} KiB`;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "button quiet small";
        remove.textContent = word("drop-remove");
        remove.addEventListener("click", () => set(files.filter((_, at) => at !== index)));
        item.append(file.name, size, remove);
        return item;
      }),
    );
  };
  input.addEventListener("change", show);
  place.addEventListener("dragover", (event) => (event.preventDefault(), place.classList.add("over")));
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    add([...(event.dataTransfer?.files ?? [])]);
  });
  place.closest("form")?.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      add(files);
    }
  });
}

/**
 * Makes the fields inside an element work; called again for what was fetched later.
 * @param {ParentNode} root
 */
export function enhance(root) {
  for (const field of root.querySelectorAll("[data-kinds]")) ofKind(/** @type {HTMLElement} */ (field));
  for (const box of root.querySelectorAll("[data-combobox]")) combobox(/** @type {HTMLElement} */ (box));
  for (const place of root.querySelectorAll("[data-drop]")) drop(/** @type {HTMLElement} */ (place));
}

/**
 * A field that only tickets of some kinds have is shown with those.
 * @param {HTMLElement} field
 */
function ofKind(field) {
  const form = field.closest("form");
  const kind = form && new FormData(form).get("kind");
  if (typeof kind === "string") field.hidden = !(field.dataset.kinds ?? "").split(" ").includes(kind);
}

/** @type {Set<HTMLFormElement>} */
const touched = new Set();

export function start() {
  enhance(document);
  /** @type {HTMLElement | null} */ (document.querySelector("[data-focus]"))?.focus();
  document.addEventListener("aftercare:replaced", (event) => event.target instanceof Element && enhance(event.target));
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form") : null;
    // A draft is kept anyway; nothing is lost by leaving.
    if (form?.method === "post" && form.matches("[data-keep]:not([data-draft])")) touched.add(form);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    touched.delete(form);
    // A second press of the button must not send a second time.
    if (form.method === "post") setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((each) => each.setAttribute("disabled", "")), 0);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form button[disabled][type=submit]").forEach((each) => each.removeAttribute("disabled")));
  window.addEventListener("beforeunload", (event) => {
    if ([...touched].some((form) => form.isConnected)) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    if (field.form?.matches("[data-autosubmit]")) field.form.requestSubmit();
    if (field.name === "kind") field.form?.querySelectorAll("[data-kinds]").forEach((each) => ofKind(/** @type {HTMLElement} */ (each)));
  });
}
