// A picture that is pasted or dropped on the text waits in its form until it has been described; then it is sent.
import { insertBlock } from "./insert.js";

export function startPictures(area) {
  const box = document.querySelector("[data-picture]");
  if (!box) return;
  const form = box.querySelector("form");
  const errors = box.querySelector("[data-picture-errors]");

  function take(event, files) {
    const picture = [...(files ?? [])].find((file) => file.type.startsWith("image/"));
    if (!picture) return;
    event.preventDefault();
    const carrier = new DataTransfer();
    carrier.items.add(picture);
    form.elements.file.files = carrier.files;
    box.open = true;
    form.elements.alt.focus();
  }

  area.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
  area.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    errors.hidden = true;
    let answer;
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
      answer = await response.json();
    } catch {
      form.submit(); // the ordinary way, which says what is wrong
      return;
    }
    if (answer.markdown) {
      insertBlock(area, answer.markdown);
      form.reset();
      box.open = false;
    } else {
      errors.textContent = answer.errors.join(" ");
      errors.hidden = false;
    }
  });
}
