// @ts-check
// The queue: rows come, change and go without a reload, and nobody loses their place or their choice.
import { currentRow } from "./keys.js";
import { refresh as refreshTimes } from "./time.js";
import { now } from "./words.js";

const ROWS_LEAST = 50;
const ROWS_MOST = 300;
/** Changes that come together are fetched together, and no more often than this. */
const EVERY_MS = 1500;
const SOON_MS = 200;
const MARKED_MS = 2600;

const frame = document.getElementById("queue");
const body = () => /** @type {HTMLElement | null} */ (document.getElementById("queue-rows"));
const lines = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#queue-rows tr.line")]);
const picks = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("#queue-rows input[name=ticket]")]);

let fetchedAt = 0;
let fetching = false;
let again = false;
let timer = 0;
let edge = 0;

/** @param {string} address */
async function fetchPart(address) {
  const answer = await fetch(address).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return undefined;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** @param {number} [wait] */
function later(wait = SOON_MS) {
  if (fetching) {
    again = true;
    return;
  }
  clearTimeout(timer);
  timer = window.setTimeout(bring, Math.max(wait, fetchedAt + EVERY_MS - Date.now()));
}

/** Fetches the rows that are shown, as they now stand. */
async function bring() {
  if (document.hidden) return;
  fetching = true;
  const search = new URLSearchParams(location.search);
  search.set("rows", String(Math.min(Math.max(lines().length, ROWS_LEAST), ROWS_MOST)));
  const fresh = await fetchPart(`${frame?.dataset.rows}?${search}`);
  fetching = false;
  fetchedAt = Date.now();
  if (fresh) settle(fresh);
  if (again) {
    again = false;
    later();
  }
}

/** What must not move under the reader's eyes: the current row, or the first one in sight. */
function anchor() {
  const current = currentRow();
  const inSight = (/** @type {Element} */ row) => row.getBoundingClientRect().bottom > 60 && row.getBoundingClientRect().top < innerHeight;
  const row = current && inSight(current) ? current : scrollY > 120 ? lines().find(inSight) : undefined;
  return row && { id: row.id, top: row.getBoundingClientRect().top };
}

/** @param {HTMLElement} row */
const place = (row) => [Number(row.dataset.at ?? 0), Number(row.id.slice(1))];

/**
 * @param {HTMLElement} one
 * @param {HTMLElement} other
 */
function isAfter(one, other) {
  const [at, id] = place(one);
  const [otherAt, otherId] = place(other);
  return at > otherAt || (at === otherAt && id > otherId);
}

/**
 * Puts the rows in place of those that are shown: what is the same stays, what changed is marked.
 * @param {Document} fresh
 */
function settle(fresh) {
  const old = body();
  const next = fresh.getElementById("queue-rows");
  if (!old || !next) return;
  const kept = anchor();
  const before = lines();
  const neighbour = before.indexOf(/** @type {HTMLElement} */ (currentRow()));
  const known = new Map(before.map((row) => [row.id, row]));
  const wanted = /** @type {HTMLElement[]} */ ([...next.children]);
  const last = wanted.filter((row) => row.matches(".line")).at(-1);
  // Rows beyond those that were asked for stay as they are.
  const beyond = before.length > ROWS_MOST && last ? before.filter((row) => isAfter(row, last)) : [];
  const keep = new Set(beyond);

  let at = old.firstElementChild;
  for (const row of wanted) {
    const same = known.get(row.id) ?? (row.matches(".part") ? document.getElementById(row.id) : null);
    const placed = same instanceof HTMLElement ? update(same, row) : document.adoptNode(row);
    if (!same && row.matches(".line")) mark(placed, "arrived");
    keep.add(placed);
    if (placed === at) at = at.nextElementSibling;
    else old.insertBefore(placed, at);
  }
  for (const row of [...old.children]) if (!keep.has(/** @type {HTMLElement} */ (row))) row.remove();
  if (beyond.length === 0) take(old, next);
  document.getElementById("queue-foot")?.replaceChildren(...(beyond.length ? [] : fresh.getElementById("queue-foot")?.childNodes ?? []));
  counts(fresh);
  const empty = lines().length === 0;
  /** @type {HTMLElement | null} */ (document.querySelector("#queue table"))?.toggleAttribute("hidden", empty);
  /** @type {HTMLElement | null} */ (document.querySelector("#queue [data-empty]"))?.toggleAttribute("hidden", !empty);

  if (neighbour >= 0 && !currentRow()) {
    const heir = lines()[Math.min(neighbour, lines().length - 1)];
    heir?.classList.add("current");
  }
  if (kept) {
    const row = document.getElementById(kept.id);
    if (row) scrollBy({ top: row.getBoundingClientRect().top - kept.top, behavior: "instant" });
  }
  settled();
}

/**
 * The row as it now stands, in the element that is on the page already.
 * @param {HTMLElement} row
 * @param {HTMLElement} fresh
 */
function update(row, fresh) {
  if (row.dataset.sign === fresh.dataset.sign) return row;
  const current = row.classList.contains("current");
  const picked = row.querySelector("input[name=ticket]");
  const checked = picked instanceof HTMLInputElement && picked.checked;
  for (const { name, value } of [...fresh.attributes]) row.setAttribute(name, value);
  row.replaceChildren(...fresh.childNodes);
  row.classList.toggle("current", current);
  const pick = row.querySelector("input[name=ticket]");
  if (pick instanceof HTMLInputElement) pick.checked = checked;
  if (row.matches(".line")) mark(row, "changed");
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {string} how
 */
function mark(row, how) {
  row.classList.add(how);
  setTimeout(() => row.classList.remove(how), MARKED_MS);
}

/**
 * @param {HTMLElement} old
 * @param {HTMLElement} next
 */
function take(old, next) {
  for (const name of ["data-more", "data-cut"]) {
    const value = next.getAttribute(name);
    if (value === null) old.removeAttribute(name);
    else old.setAttribute(name, value);
  }
}

/** @param {Document} fresh */
function counts(fresh) {
  for (const count of fresh.querySelectorAll("li[data-count]")) {
    const shown = document.querySelector(`.tabs [data-count="${count.getAttribute("data-count")}"]`);
    if (shown && shown.textContent !== count.textContent) shown.textContent = count.textContent;
  }
}

function settled() {
  refreshTimes();
  choice();
  watchEnd();
  nextEdge();
}

/** A row changes its part of the timetable when its warning or its deadline is reached; that is when to look again. */
function nextEdge() {
  clearTimeout(edge);
  const moments = lines().flatMap((row) => [row.dataset.due, row.dataset.warn]).map((text) => Date.parse(text ?? ""));
  const next = Math.min(...moments.filter((moment) => moment > now()));
  const LONGEST_MS = 5 * 60 * 1000;
  edge = window.setTimeout(() => later(Math.random() * 800), Math.min(next - now() + 50, LONGEST_MS));
}

/** @type {IntersectionObserver | undefined} */
let end;
let adding = false;

/** Brings the next rows when the end comes in sight; where the search was cut short, only when asked to. */
function watchEnd() {
  end?.disconnect();
  const link = document.querySelector("#queue-foot a[rel=next]");
  if (!link || body()?.hasAttribute("data-cut")) return;
  end = new IntersectionObserver((seen) => seen.some((each) => each.isIntersecting) && add(), { rootMargin: "400px" });
  end.observe(link);
}

async function add() {
  const rows = body();
  const address = rows?.dataset.more;
  if (!rows || !address || adding) return;
  adding = true;
  const fresh = await fetchPart(address);
  adding = false;
  const next = fresh?.getElementById("queue-rows");
  if (!fresh || !next || rows.dataset.more !== address) return;
  for (const row of [...next.children]) if (!document.getElementById(row.id)) rows.append(document.adoptNode(row));
  take(rows, next);
  document.getElementById("queue-foot")?.replaceChildren(...(fresh.getElementById("queue-foot")?.childNodes ?? []));
  settled();
}

/** Shows how many tickets are chosen, and the bar of what can be done with them. */
function choice() {
  const all = picks();
  const chosen = all.filter((pick) => pick.checked);
  const bar = document.getElementById("bulk");
  bar?.classList.toggle("shown", chosen.length > 0);
  document.body.classList.toggle("choosing", chosen.length > 0);
  const count = bar?.querySelector("[data-chosen]");
  if (count) count.textContent = String(chosen.length);
  for (const row of lines()) {
    const pick = row.querySelector("input[name=ticket]");
    row.setAttribute("aria-selected", String(pick instanceof HTMLInputElement && pick.checked));
  }
  const every = document.querySelector("[data-pick-all]");
  if (every instanceof HTMLInputElement) {
    every.checked = chosen.length > 0 && chosen.length === all.length;
    every.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
}

/** @type {HTMLInputElement | undefined} */
let lastPicked;

/** @param {MouseEvent} event */
function picked(event) {
  const pick = event.target;
  if (!(pick instanceof HTMLInputElement)) return;
  if (pick.matches("[data-pick-all]")) {
    for (const each of picks()) each.checked = pick.checked;
  } else if (pick.name === "ticket") {
    // With the shift key, everything from the last one to this one.
    if (event.shiftKey && lastPicked?.isConnected) {
      const all = picks();
      const [from, to] = [all.indexOf(lastPicked), all.indexOf(pick)].sort((one, other) => one - other);
      for (const each of all.slice(from, to + 1)) each.checked = pick.checked;
    }
    lastPicked = pick;
  } else return;
  choice();
}

/** @param {SubmitEvent} event */
function sending(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-bulk]")) return;
  if (picks().every((pick) => !pick.checked)) {
    // Nothing is chosen: the row that the keys are on is meant.
    const pick = currentRow()?.querySelector("input[name=ticket]");
    if (!(pick instanceof HTMLInputElement)) return event.preventDefault();
    pick.checked = true;
  }
  const from = /** @type {HTMLInputElement} */ (form.elements.namedItem("from"));
  from.value = location.pathname + location.search;
}

/** Does a change of many tickets step by step and says how far it is. */
async function run() {
  const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-bulk-run]"));
  if (!place) return;
  const bar = place.querySelector("progress");
  const said = place.querySelector("[data-bulk-said]");
  for (;;) {
    const answer = await fetch(place.dataset.bulkRun ?? "", { method: "POST" }).catch(() => undefined);
    if (!answer?.ok) break;
    /** @type {{ done: number, of: number, said: string }} */
    const far = await answer.json();
    if (bar) bar.value = far.done;
    if (said) said.textContent = far.said;
    if (far.done >= far.of) break;
  }
  location.replace(location.href);
}

/** The minute in which a change can be undone. */
function untilUndo() {
  const form = /** @type {HTMLElement | null} */ (document.querySelector("form[data-until]"));
  if (!form) return;
  const left = Date.parse(form.dataset.until ?? "") - now();
  setTimeout(() => (form.hidden = true), Math.max(0, left));
}

if (frame) {
  document.addEventListener("aftercare:nudge", (event) => {
    const topics = /** @type {CustomEvent} */ (event).detail.topics;
    if (topics.includes("queue") || topics.includes("*")) later();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && later());
  document.addEventListener("click", (event) => {
    picked(event);
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-unpick]")) {
      for (const each of picks()) each.checked = false;
      choice();
    }
    if (event.target.closest("#queue-foot a[rel=next]")) {
      event.preventDefault();
      add();
    }
  });
  document.addEventListener("submit", sending);
  // A page that is shown again from the browser's memory may be old.
  window.addEventListener("pageshow", (event) => event.persisted && later());
  settled();
}
run();
untilUndo();
