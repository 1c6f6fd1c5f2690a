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

// A block stands between empty lines.
export function insertBlock(area, text) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  replaceRange(area, area.selectionStart, area.selectionEnd, `${gap}${text}\n\n`);
}
