// @ts-check
// The number on the bell: asked for when the page is made, and when a notice comes.

async function count() {
  const bell = /** @type {HTMLElement | null} */ (document.querySelector("[data-bell]"));
  const place = /** @type {HTMLElement | null | undefined} */ (bell?.querySelector(".bell-count"));
  if (!bell || !place) return;
  const answer = await fetch("/notices/count").catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  const { shown } = await answer.json();
  place.textContent = shown;
  place.hidden = shown === "";
}

export function start() {
  const bell = /** @type {HTMLElement | null} */ (document.querySelector("[data-bell]"));
  if (!bell) return;
  count();
  document.addEventListener("aftercare:nudge", (event) => {
    const { topics } = /** @type {CustomEvent<{ topics: string[] }>} */ (event).detail;
    if (topics.includes("*") || topics.includes(bell.dataset.bell ?? "")) count();
  });
}
