// Clicks in the frame become selectors, and what they read is shown beside it. The form works without.
const LISTED = ["select", "remove", "filter"];
const form = document.querySelector("[data-pick-address]");
const frame = document.querySelector("[data-pick-frame]");
const shown = document.querySelector("[data-pick-markdown]");
const said = document.querySelector("[data-pick-error]");

async function show(number) {
  const query = new URLSearchParams({ page: form.elements.page.value });
  for (const name of LISTED) query.set(name, form.elements[name].value);
  if (number !== undefined) {
    query.set("n", number);
    query.set("mode", form.elements.mode.value);
  }
  const response = await fetch(`${form.dataset.pickAddress}?${query}`, { headers: { Accept: "application/json" } });
  const answer = await response.json().catch(() => ({ error: response.statusText }));
  for (const name of LISTED) {
    if (name in answer) form.elements[name].value = answer[name];
  }
  shown.textContent = answer.markdown ?? "";
  said.textContent = answer.error ?? "";
}

if (form && frame) {
  window.addEventListener("message", (event) => {
    if (event.source === frame.contentWindow && Number.isInteger(event.data?.pick)) show(event.data.pick);
  });
  for (const name of LISTED) form.elements[name].addEventListener("change", () => show());
}
