// What was typed and not saved is kept in this browser, and offered back when the same form is opened again.
const PREFIX = "disinfo:encyclopedia:draft:";
const WAIT_MS = 800;

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.matches("textarea, input:not([type]), input[type=text]"));
}

function valuesOf(form) {
  return Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keep(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Closed or full: the form works without.
  }
}

export function startDraft(form, { draftKey, leave, publishes }) {
  const key = PREFIX + draftKey;
  const base = form.elements.base?.value ?? "";
  const box = document.querySelector("[data-draft]");
  const draft = kept(key);
  // Once it was sent it is only needed when it did not arrive: then the page is still the one it began from.
  const hasArrived = draft?.isSent && (draft.base !== base || !base || publishes !== "1");
  let isDirty = false;
  let timer = 0;

  if (hasArrived) localStorage.removeItem(key);
  else if (draft && JSON.stringify(draft.values) !== JSON.stringify(valuesOf(form))) box.hidden = false;

  box.querySelector("[data-draft-take]").addEventListener("click", () => {
    for (const field of fieldsOf(form)) {
      if (!(field.name in draft.values)) continue;
      field.value = draft.values[field.name];
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    // Saved from where it began, so that what others changed since is merged with it and not undone.
    if (form.elements.base && draft.base) form.elements.base.value = draft.base;
    box.hidden = true;
    form.querySelector("textarea[data-editor]").focus();
  });
  box.querySelector("[data-draft-drop]").addEventListener("click", () => {
    localStorage.removeItem(key);
    box.hidden = true;
  });

  const write = (isSent) => keep(key, { base: form.elements.base?.value ?? "", isSent, values: valuesOf(form) });
  form.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => write(false), WAIT_MS);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return; // the preview, in another tab
    clearTimeout(timer);
    if (isDirty) write(true);
    isDirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isDirty) return;
    event.preventDefault();
    event.returnValue = leave;
  });
}
