// "/" goes to the search; in a comparison "n" and "p" go to the next and the previous change.
function isTyping(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function focusSearch() {
  const field = [...document.querySelectorAll("[data-search]")].find((input) => input.offsetParent !== null);
  if (!field) return false;
  field.focus();
  field.select();
  return true;
}

function moveToChange(step) {
  const changes = [...document.querySelectorAll("[data-change]")];
  if (!changes.length) return false;
  const current = changes.findIndex((change) => change.classList.contains("is-current"));
  const next = current === -1 ? (step > 0 ? 0 : changes.length - 1) : (current + step + changes.length) % changes.length;
  changes.forEach((change) => change.classList.remove("is-current"));
  changes[next].classList.add("is-current");
  changes[next].focus({ preventScroll: true });
  changes[next].scrollIntoView({ block: "center" });
  return true;
}

const ACTIONS = { "/": focusSearch, n: () => moveToChange(1), p: () => moveToChange(-1) };

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const action = ACTIONS[event.key];
    if (action && action()) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-next-change], [data-previous-change]")) {
    button.hidden = false;
    button.addEventListener("click", () => moveToChange("nextChange" in button.dataset ? 1 : -1));
  }
}
