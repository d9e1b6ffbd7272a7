// @ts-check
// Countdowns and relative times that run on. Everything is computed from absolute instants.
import { clock, duration, now, word } from "./words.js";

const TONES = ["on-time", "risk", "bad"];

/** @param {HTMLElement} element */
function countdown(element) {
  const left = Date.parse(element.getAttribute("datetime") ?? "") - now();
  if (Number.isNaN(left)) return;
  const warn = Date.parse(element.dataset.warn ?? "");
  const tone = left <= 0 ? "bad" : warn <= now() ? "risk" : "on-time";
  const large = element.dataset.countdown === "clock";
  const text = large ? clock(left) : word(left <= 0 ? "countdown-over" : "countdown-left", { span: duration(left) });
  const label = element.querySelector("span");
  if (label && label.textContent !== text) label.textContent = text;
  if (element.classList.contains(tone)) return;
  element.classList.remove(...TONES);
  element.classList.add(tone);
  element.querySelector("svg path")?.setAttribute("d", word(`icon-${tone}`));
  const row = element.closest("tr");
  if (row && TONES.some((each) => row.classList.contains(each))) {
    row.classList.remove(...TONES);
    row.classList.add(tone);
  }
}

/** @param {HTMLElement} element */
function relative(element) {
  const distance = Date.parse(element.getAttribute("datetime") ?? "") - now();
  if (Number.isNaN(distance)) return;
  const near = Math.abs(distance) < 45000;
  const key = near ? "relative-now" : distance < 0 ? "relative-past" : "relative-future";
  const text = word(key, { span: duration(distance) });
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element */
function since(element) {
  const distance = now() - Date.parse(element.getAttribute("datetime") ?? "");
  if (Number.isNaN(distance)) return;
  const text = clock(Math.max(0, distance));
  if (element.textContent !== text) element.textContent = text;
}

/** Brings every time on the page up to date. */
export function refresh() {
  for (const element of document.querySelectorAll("[data-countdown]")) countdown(/** @type {HTMLElement} */ (element));
  for (const element of document.querySelectorAll("[data-relative]")) relative(/** @type {HTMLElement} */ (element));
  for (const element of document.querySelectorAll("[data-since]")) since(/** @type {HTMLElement} */ (element));
}

function tick() {
  if (!document.hidden) refresh();
  setTimeout(tick, 1000 - (now() % 1000));
}

export function start() {
  tick();
  document.addEventListener("visibilitychange", refresh);
}
