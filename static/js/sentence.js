// Words selected in the text of a version lead to their history. The search for a phrase does the same without.
const LONGEST = 300;

const text = document.querySelector("[data-selectable]");
const bar = document.querySelector("[data-selected]");
const link = bar?.querySelector("a");
const words = bar?.querySelector("q");

document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  const said = chosen.toString().replace(/\s+/g, " ").trim();
  // What was chosen last stays: a finger that reaches for the link takes the selection away.
  if (chosen.isCollapsed || !text.contains(chosen.anchorNode) || !/[\p{L}\p{N}]/u.test(said)) return;
  words.textContent = said.slice(0, LONGEST);
  link.search = new URLSearchParams({ q: said.slice(0, LONGEST) });
  bar.hidden = false;
});
