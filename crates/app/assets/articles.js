// @ts-check
// Articles: a preview while one writes, what may help while one reports or replies, and the way out put into a reply.
import { refresh } from "./time.js";

const WAIT_MS = 300;

/**
 * Shows an answer in a place; an answer that was overtaken is dropped.
 * @param {Element} place
 * @param {() => Promise<Response | undefined>} ask
 */
function shower(place, ask) {
  let asked = 0;
  let timer = 0;
  const show = async () => {
    const turn = ++asked;
    const answer = await ask();
    if (turn !== asked || !answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
    refresh();
  };
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(show, WAIT_MS);
  };
}

/**
 * What a form holds, without its files.
 * @param {HTMLFormElement} form
 */
function words(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") query.append(name, value);
  return query;
}

/** @param {HTMLElement} place */
function preview(place) {
  const form = place.closest("form");
  if (!form) return;
  const ask = () => fetch(place.dataset.preview ?? "", { method: "POST", body: words(form) }).catch(() => undefined);
  form.addEventListener("input", shower(place, ask));
}

/** @param {HTMLFormElement} form */
function likeForm(form) {
  const place = form.querySelector("[data-like-place]");
  if (!place) return;
  const later = shower(place, () => fetch(`${form.dataset.likeForm}?${words(form)}`).catch(() => undefined));
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}

/** @param {HTMLElement} place */
function likeReply(place) {
  const form = document.getElementById("composer");
  const ask = () => {
    const query = new URLSearchParams({ ticket: place.dataset.ticket ?? "" });
    const text = form instanceof HTMLFormElement ? form.elements.namedItem("text") : null;
    if (text instanceof HTMLTextAreaElement) query.set("text", text.value.slice(0, 2000));
    return fetch(`${place.dataset.likeReply}?${query}`).catch(() => undefined);
  };
  const later = shower(place, ask);
  form?.addEventListener("input", later);
  later();
}

/**
 * Puts the way out of an article into the reply, for the customer to read.
 * @param {HTMLElement} link
 */
function use(link) {
  const form = document.getElementById("composer");
  if (!(form instanceof HTMLFormElement)) return false;
  const field = (/** @type {string} */ name) => form.elements.namedItem(name);
  const [text, article, mail] = [field("text"), field("article"), field("mail")];
  const reader = form.querySelector("input[name=visibility][value=public]");
  if (!(text instanceof HTMLTextAreaElement) || !(article instanceof HTMLInputElement)) return false;
  text.value = [text.value.trim(), link.dataset.solution ?? ""].filter(Boolean).join("\n\n");
  article.value = link.dataset.article ?? "";
  if (mail instanceof HTMLInputElement) mail.checked = true;
  if (reader instanceof HTMLInputElement) reader.checked = true;
  text.rows = Math.max(text.rows, 8);
  text.dispatchEvent(new Event("input", { bubbles: true }));
  form.scrollIntoView({ block: "center" });
  text.focus();
  return true;
}

export function start() {
  document.querySelectorAll("[data-preview]").forEach((place) => preview(/** @type {HTMLElement} */ (place)));
  document.querySelectorAll("[data-like-form]").forEach((form) => likeForm(/** @type {HTMLFormElement} */ (form)));
  document.querySelectorAll("[data-like-reply]").forEach((place) => likeReply(/** @type {HTMLElement} */ (place)));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-solution]") : null;
    if (link instanceof HTMLElement && !event.ctrlKey && !event.metaKey && use(link)) event.preventDefault();
  });
}
