// The buttons above the text, and their keys. Left and right move between them, as in any toolbar.
import { insertBlock, replaceRange } from "./insert.js";

function selected(area) {
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

function around(area, before, after) {
  const start = area.selectionStart;
  const words = selected(area);
  replaceRange(area, start, area.selectionEnd, before + words + after);
  area.setSelectionRange(start + before.length, start + before.length + words.length);
}

function atLineStart(area, mark) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const lines = area.value.slice(start, area.selectionEnd).split("\n");
  replaceRange(area, start, area.selectionEnd, lines.map((line) => mark + line).join("\n"));
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
