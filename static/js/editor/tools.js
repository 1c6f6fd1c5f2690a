// The buttons above the text, and their keys. Left and right move between them, as in any toolbar.
import { insertBlock, replaceRange } from "./insert.js";

function selected(area) {
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

// Words that stand between the marks already are taken out of them. Spaces at the ends stay outside: "** a**" is not bold.
function around(area, before, after) {
  const words = selected(area);
  const inner = words.trim();
  const start = area.selectionStart + words.indexOf(inner);
  const end = start + inner.length;
  const isMarked = area.value.slice(0, start).endsWith(before) && area.value.startsWith(after, end);
  if (isMarked) replaceRange(area, start - before.length, end + after.length, inner);
  else replaceRange(area, start, end, before + inner + after);
  const from = isMarked ? start - before.length : start + before.length;
  area.setSelectionRange(from, from + inner.length);
}

// What begins with the mark already loses it; the lines stay selected, so that the next button finds them.
function atLineStart(area, mark) {
  const start = area.value.slice(0, area.selectionStart).lastIndexOf("\n") + 1;
  const lines = area.value.slice(start, area.selectionEnd).split("\n");
  const isMarked = lines.every((line) => line.startsWith(mark));
  const made = lines.map((line) => isMarked ? line.slice(mark.length) : mark + line).join("\n");
  replaceRange(area, start, area.selectionEnd, made);
  area.setSelectionRange(start, start + made.length);
}

function table(area, word) {
  insertBlock(area, `| ${word} 1 | ${word} 2 |\n| --- | --- |\n|  |  |`);
}

const TOOLS = {
  bold: (area) => around(area, "**", "**"),
  heading: (area) => atLineStart(area, "## "),
  list: (area) => atLineStart(area, "- "),
  link: (area) => around(area, "[[", "]]"),
  citation: (area) => around(area, "[@", "]"),
  table: (area, button) => table(area, button.dataset.words),
  picture: () => {
    const box = document.querySelector("[data-picture]");
    box.open = true;
    box.querySelector("input[type=file]").focus();
  },
};
const KEYS = { b: "bold", k: "link" };

function startArrows(tools) {
  const buttons = [...tools.querySelectorAll("[data-tool]")];
  buttons.forEach((button, at) => { button.tabIndex = at === 0 ? 0 : -1; });
  tools.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = buttons.indexOf(document.activeElement);
    if (!step || at === -1) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    buttons[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

export function startTools(area, tools) {
  area.before(tools);
  tools.hidden = false;
  startArrows(tools);
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool]");
    if (button) TOOLS[button.dataset.tool](area, button);
  });
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    if (KEYS[event.key]) {
      event.preventDefault();
      TOOLS[KEYS[event.key]](area);
    } else if (event.key === "s") {
      event.preventDefault();
      area.form.requestSubmit(area.form.querySelector("[data-save]"));
    }
  });
}
