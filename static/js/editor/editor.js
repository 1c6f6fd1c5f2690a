// The form of a page, made easier: formatting, live preview, completion, pictures, a draft kept in this browser.
import { startCompletion } from "./completion.js";
import { startDraft } from "./draft.js";
import { startPictures } from "./pictures.js";
import { startPreview } from "./preview.js";
import { startTools } from "./tools.js";

const area = document.querySelector("textarea[data-editor]");
const tools = document.querySelector("[data-editor-tools]");

if (area && tools) {
  startTools(area, tools);
  startPreview(area, tools.dataset);
  startCompletion(area, tools.dataset);
  startPictures(area);
  startDraft(area.form, tools.dataset);
}
