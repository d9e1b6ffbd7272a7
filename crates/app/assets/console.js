// @ts-check
// The hotline's console: whoever is chosen is put on the call, and what is known of them is shown; outcomes by
// Alt and a digit.
import { refresh } from "./time.js";

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("console-form"));
const WHO = ["customer", "site", "contact", "asset"];
let told = "";

/** Who stands in the form now. */
function who() {
  const query = new URLSearchParams();
  for (const name of WHO) {
    const field = form?.elements.namedItem(name);
    if (field instanceof HTMLInputElement && field.value) query.set(name, field.value);
  }
  return query;
}

async function tell() {
  const query = who();
  if (!form || query.toString() === told || !query.toString()) return;
  told = query.toString();
  const answer = await fetch(`/calls/${form.dataset.console}/caller`, { method: "POST", body: query }).catch(() => undefined);
  const place = document.getElementById("console-context");
  if (!answer?.ok || !place) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
  refresh();
}

/** Shows the fields of the chosen outcome. */
function outcome() {
  const chosen = form ? String(new FormData(form).get("outcome") ?? "") : "";
  for (const part of document.querySelectorAll("[data-outcome]")) {
    const element = /** @type {HTMLElement} */ (part);
    element.hidden = !(element.dataset.outcome ?? "").split(" ").includes(chosen);
  }
}

if (form) {
  told = who().toString();
  outcome();
  form.addEventListener("aftercare:chosen", (event) => {
    const { id } = /** @type {CustomEvent<{ id: string }>} */ (event).detail;
    if (!id.startsWith("ticket:")) return void setTimeout(tell, 0);
    const link = document.createElement("input");
    link.type = "hidden";
    link.name = "link";
    link.value = id.slice("ticket:".length);
    form.noValidate = true;
    form.append(link);
    form.requestSubmit();
  });
  form.addEventListener("change", () => {
    outcome();
    tell();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !/^Digit[1-9]$/.test(event.code)) return;
    const choice = form.querySelector(`[data-alt="${event.code.slice(5)}"]`);
    if (!(choice instanceof HTMLInputElement)) return;
    event.preventDefault();
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    const more = [...document.querySelectorAll("[data-outcome]")].find((part) => part instanceof HTMLElement && !part.hidden);
    const field = more?.querySelector("select, input") ?? form.elements.namedItem("call_note");
    if (field instanceof HTMLElement) field.focus();
  });
}
