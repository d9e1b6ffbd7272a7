// @ts-check
// A draft of a commitment checks itself while it is typed; a preview on history goes on by itself.

const WAIT_MS = 500;

/** @param {HTMLFormElement} form */
function draft(form) {
  let timer = 0;
  let typed = 0;
  let view = form.dataset.view ?? "form";
  /** @type {Set<string>} Names of fields that were changed since the text followed. */
  const dirty = new Set();

  const area = () => /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea[name=text]"));

  const scroll = () => {
    const lines = form.querySelector(".draft-lines");
    if (lines) lines.scrollTop = area().scrollTop;
  };

  /** @param {Document} answer @param {string} id */
  const replace = (answer, id) => {
    const [here, there] = [document.getElementById(id), answer.getElementById(id)];
    if (here && there) here.replaceWith(there);
  };

  /** The groups that the reader opened stay open. @param {Document} answer */
  const fields = (answer) => {
    const open = new Set([...form.querySelectorAll("details[open]")].map((group) => group.id));
    replace(answer, "draft-fields");
    for (const group of form.querySelectorAll("details")) if (open.has(group.id)) group.open = true;
  };

  /** What is typed stays; the numbers of its lines and the marks on them are new. @param {Document} answer */
  const lines = (answer) => {
    const there = answer.querySelector(".draft-lines");
    if (there) form.querySelector(".draft-lines")?.replaceWith(there);
    scroll();
  };

  /** The words beside the fields are new; the fields themselves are being typed in. @param {Document} answer */
  const marks = (answer) => {
    for (const old of form.querySelectorAll("#draft-fields .field-error")) old.remove();
    for (const field of form.querySelectorAll("#draft-fields [name]")) {
      const now = answer.getElementById(field.id);
      field.toggleAttribute("aria-invalid", false);
      if (now?.hasAttribute("aria-invalid")) {
        field.setAttribute("aria-invalid", "true");
        const said = now.parentElement?.querySelectorAll(".field-error") ?? [];
        field.after(...said);
      }
    }
  };

  const check = async () => {
    const at = ++typed;
    const body = new URLSearchParams({ part: "yes", view, text: area().value });
    const sent = [...dirty];
    if (view === "form") {
      for (const name of sent) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) body.set(name, field.value);
      }
    }
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => undefined);
    // Whoever went on typing gets the answer to what they typed last.
    if (!answer?.ok || at !== typed) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (at !== typed) return;
    if (view === "form") {
      const text = page.querySelector("textarea[name=text]");
      if (text instanceof HTMLTextAreaElement) area().value = text.value;
      marks(page);
      for (const name of sent) dirty.delete(name);
    } else {
      fields(page);
    }
    lines(page);
    replace(page, "draft-said");
  };

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
    view = field === area() ? "text" : "form";
    if (view === "form") dirty.add(field.name);
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(check, WAIT_MS);
  });
  form.addEventListener("scroll", (event) => event.target === area() && scroll(), true);
  // Publishing sends what was typed last, whichever view it was typed in.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    typed += 1;
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (pressed?.name === "view") return;
    const chosen = document.createElement("input");
    chosen.type = "hidden";
    chosen.name = "view";
    chosen.value = view;
    form.append(chosen);
  });
}

/** Judges piece after piece until a preview is whole. @param {HTMLFormElement} form */
function preview(form) {
  const place = document.getElementById("preview-outcome");
  if (!place) return;
  let run = 0;
  /** @param {FormData} data */
  const go = async (data) => {
    const mine = ++run;
    for (;;) {
      const body = new URLSearchParams();
      for (const [name, value] of data) body.append(name, String(value));
      body.set("part", "yes");
      const answer = await fetch(form.action, { method: "POST", body }).catch(() => undefined);
      if (mine !== run) return;
      // What a form cannot be read for is told by the whole page.
      if (!answer?.ok) return form.submit();
      place.innerHTML = await answer.text();
      const more = place.querySelector("form[data-preview-more]");
      if (!(more instanceof HTMLFormElement)) return;
      data = new FormData(more);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(new FormData(form));
  });
}

for (const form of document.querySelectorAll("form[data-draft]")) if (form instanceof HTMLFormElement) draft(form);
for (const form of document.querySelectorAll("form[data-preview]")) if (form instanceof HTMLFormElement) preview(form);
