// Clicks in the frame become selectors, and what they read is shown beside it. The form works without.
// Run before the frame begins to load: a click that comes before somebody listens would be lost.
"use strict";
const LISTED = ["select", "remove", "filter"];
let last = Promise.resolve();

async function answered(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  return response.json();
}

async function ask(number) {
  const [form, shown, said] = ["address", "markdown", "error"].map((name) => document.querySelector(`[data-pick-${name}]`));
  const query = new URLSearchParams({ page: form.elements.page.value });
  const written = Object.fromEntries(LISTED.map((name) => [name, form.elements[name].value]));
  for (const name of LISTED) query.set(name, written[name]);
  if (number !== undefined) {
    query.set("n", number);
    query.set("mode", form.elements.mode.value);
  }
  const answer = await answered(`${form.dataset.pickAddress}?${query}`).catch(() => ({ error: said.dataset.failed }));
  for (const name of LISTED) {
    // What somebody wrote meanwhile stays.
    if (name in answer && form.elements[name].value === written[name]) form.elements[name].value = answer[name];
  }
  shown.textContent = answer.markdown ?? "";
  said.textContent = answer.error ?? "";
}

// One after another: each click adds to what the one before has written.
function show(number) {
  last = last.then(() => ask(number));
}

window.addEventListener("message", (event) => {
  const frame = document.querySelector("[data-pick-frame]");
  if (frame && event.source === frame.contentWindow && Number.isInteger(event.data?.pick)) show(event.data.pick);
});
document.addEventListener("change", (event) => {
  if (LISTED.includes(event.target.name) && event.target.form?.matches("[data-pick-address]")) show();
});
