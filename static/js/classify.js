// Keys on the page that classifies: 1 to 6 answer, s skips, z takes the last answer back.
function isTyping(target) {
  // Digits and letters mean nothing to a chosen answer of the second step.
  return target.isContentEditable || target.matches("textarea, select, input:not([type=radio])");
}

function controlFor(key) {
  if (/^[1-6]$/.test(key)) return document.querySelector(`[data-classify] [data-key="${key}"]`);
  if (key === "s") return document.querySelector("[data-classify] [data-skip]");
  if (key === "z") return document.querySelector("[data-undo]");
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const control = controlFor(event.key);
  if (!control) return;
  event.preventDefault();
  control.click();
});

// A second click while the first is on its way would answer nothing new: the button shows that it was heard.
for (const form of document.querySelectorAll("[data-classify] form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.classList.add("is-chosen");
  });
}

// After an answer the next ad is what matters: a screen reader is taken to it, nobody's page is moved.
if (new URLSearchParams(location.search).has("last")) {
  document.querySelector("[data-classify] .ad")?.focus({ preventScroll: true });
}

// A page that the browser brings back from its memory may be answered again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("[data-classify] form")) delete form.dataset.sent;
});
