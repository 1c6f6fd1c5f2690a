// Puts text where the caret is, as if it had been typed: undo works, and whoever listens to the field is told.
export function replaceRange(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  // Deprecated, and still the only way that keeps the undo of a text field.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

// A block stands between empty lines, after what is selected: it takes the place of nothing that was written.
export function insertBlock(area, text) {
  const at = area.selectionEnd;
  const before = area.value.slice(0, at);
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  replaceRange(area, at, at, `${gap}${text}\n\n`);
}
