// @ts-check
// Hears of changes and fetches anew what they touch. A hidden tab lets its connection go after a while,
// because a browser allows few per server, and catches up when it is seen again.
import { refresh } from "./time.js";
import { meta, now, setNow, word } from "./words.js";

const HIDDEN_MS = 30000;
const SILENT_MS = 50000;
const WRITING_EVERY_MS = 5000;
const WRITER_SEEN_MS = 12000;

/** @type {EventSource | undefined} */
let source;
let heardAt = 0;
let lost = false;
let hiddenTimer = 0;
let fetchTimer = 0;
/** @type {Set<string>} */
const stale = new Set();

const topics = () => (document.body.dataset.live ?? "").split(" ").filter(Boolean);

/** @param {boolean} isLost */
function say(isLost) {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-state]"));
  if (!place) return;
  place.hidden = !isLost;
  const label = place.querySelector("span");
  if (label) label.textContent = isLost ? word("live-lost") : "";
}

/** @param {string} topic */
function later(topic) {
  stale.add(topic);
  clearTimeout(fetchTimer);
  fetchTimer = window.setTimeout(update, 120);
}

/** Whether somebody is typing inside an element, which must then not be taken from under their hands. */
const busy = (/** @type {Element} */ element) => {
  const active = document.activeElement;
  return !!active && element.contains(active) && active.matches("input, textarea, select, [contenteditable]");
};

async function update() {
  const wanted = new Set(stale);
  stale.clear();
  const touched = (/** @type {HTMLElement} */ element) => {
    const own = (element.dataset.live ?? "").split(" ");
    return wanted.has("*") || own.includes("*") || own.some((topic) => wanted.has(topic));
  };
  const old = [...document.querySelectorAll("[id][data-live]")].map((each) => /** @type {HTMLElement} */ (each)).filter(touched);
  document.dispatchEvent(new CustomEvent("aftercare:nudge", { detail: { topics: [...wanted] } }));
  if (old.length === 0) return;
  const answer = await fetch(location.href, { headers: { "x-fragment": "1" } }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const element of old) {
    if (busy(element)) {
      element.addEventListener("focusout", () => later("*"), { once: true });
      continue;
    }
    const next = fresh.getElementById(element.id);
    if (!next) {
      element.remove();
      continue;
    }
    if (next.outerHTML === element.outerHTML) continue;
    element.replaceWith(document.adoptNode(next));
    next.dispatchEvent(new CustomEvent("aftercare:replaced", { bubbles: true }));
  }
  refresh();
}

function open() {
  if (source || topics().length === 0) return;
  const query = topics().map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
  source = new EventSource(`/live?${query}&since=${meta("heard")}`);
  heardAt = Date.now();
  source.addEventListener("beat", (event) => {
    heardAt = Date.now();
    setNow(event.data);
    if (lost) later("*");
    lost = false;
    say(false);
  });
  source.addEventListener("nudge", (event) => {
    heardAt = Date.now();
    later(JSON.parse(event.data).topic);
  });
  source.addEventListener("missed", () => later("*"));
  source.addEventListener("writing", (event) => writing(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    lost = true;
    say(true);
    // A server that answers with an error ends the source for good; it is opened again after a while.
    if (source?.readyState === EventSource.CLOSED) {
      source = undefined;
      setTimeout(() => !document.hidden && open(), 5000);
    }
  });
}

function close() {
  source?.close();
  source = undefined;
}

function seen() {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = window.setTimeout(close, HIDDEN_MS);
    return;
  }
  if (!source || Date.now() - heardAt > SILENT_MS) {
    close();
    lost = true;
    open();
  }
}

/** @type {Map<string, number>} */
const writers = new Map();

/** @param {{ topic: string, writer: { name: string } }} nudge */
function writing({ topic, writer }) {
  writers.set(`${topic} ${writer.name}`, now());
  show(topic);
  setTimeout(() => show(topic), WRITER_SEEN_MS + 200);
  document.dispatchEvent(new CustomEvent("aftercare:writing", { detail: { topic, name: writer.name } }));
}

/** @param {string} topic */
function show(topic) {
  const names = [...writers]
    .filter(([key, at]) => key.startsWith(`${topic} `) && now() - at < WRITER_SEEN_MS)
    .map(([key]) => key.slice(topic.length + 1));
  for (const place of document.querySelectorAll("[data-writers]")) {
    const element = /** @type {HTMLElement} */ (place);
    if (element.dataset.writers !== topic) continue;
    element.hidden = names.length === 0;
    element.textContent = names.length ? word("live-writing", { names: names.join(", ") }) : "";
  }
}

let toldAt = 0;

/** @param {Event} event */
function typed(event) {
  const form = event.target instanceof Element ? event.target.closest("[data-writing]") : null;
  if (!(form instanceof HTMLElement) || Date.now() - toldAt < WRITING_EVERY_MS) return;
  toldAt = Date.now();
  const body = new URLSearchParams({ topic: form.dataset.writing ?? "" });
  fetch("/live/writing", { method: "POST", body }).catch(() => undefined);
}

export function start() {
  open();
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", seen);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && seen());
  document.addEventListener("input", typed);
  setInterval(() => !document.hidden && seen(), 15000);
}
