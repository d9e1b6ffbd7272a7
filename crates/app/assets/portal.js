// @ts-check
// The customer's pages: what all pages do, and forms that show how far their photographs are.
import * as articles from "./articles.js";
import * as forms from "./forms.js";
import * as parts from "./parts.js";
import * as time from "./time.js";
import { word } from "./words.js";

/**
 * Shows the page that came back in place of a form with problems; the photographs that were chosen stay.
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function again(form, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const [fresh, main] = [page.querySelector("main"), document.querySelector("main")];
  if (!fresh || !main) return location.reload();
  const chosen = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"))?.files;
  main.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  forms.enhance(main);
  const input = main.querySelector("form[data-progress] input[type=file]");
  if (chosen?.length && input instanceof HTMLInputElement) {
    input.files = chosen;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const problems = main.querySelector("[data-focus]");
  if (problems instanceof HTMLElement) problems.focus();
  main.scrollIntoView({ block: "start" });
}

/** @param {HTMLFormElement} form */
function send(form) {
  const progress = document.createElement("progress");
  progress.max = 1;
  form.append(progress);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.value = event.loaded / event.total;
  });
  const over = () => {
    progress.remove();
    form.querySelectorAll("button[disabled]").forEach((each) => each.removeAttribute("disabled"));
  };
  request.addEventListener("load", () => {
    over();
    if (request.status === 201) return location.assign(JSON.parse(request.responseText).location);
    if (request.responseURL && new URL(request.responseURL).pathname !== new URL(form.action).pathname) return location.assign(request.responseURL);
    again(form, request.responseText);
  });
  request.addEventListener("error", () => {
    over();
    parts.toast(word("upload-broken"), undefined, 12000);
  });
  request.open("POST", form.action);
  request.setRequestHeader("accept", "application/json");
  request.send(new FormData(form));
}

for (const part of [parts, articles, forms, time]) part.start();
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-progress]") || event.defaultPrevented) return;
  event.preventDefault();
  send(form);
});
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
