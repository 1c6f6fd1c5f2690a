// What can follow an @, a leading slash or (in an incident) a #, offered while it is typed; arrows choose, Enter or Tab take, Escape closes.
import { plain } from "../letters.js";
import { read } from "./sending.js";

const WANTED = /(?:^|\s)(@[\p{L}\d-]*|#[\p{L}\d.]+)$|^(\/[a-z-]*)$/iu;

export function startOffers(page) {
  const field = page.querySelector("[data-composer-text]");
  const list = page.querySelector("[data-offers]");
  if (!field) return;
  let chosen = 0;
  let asked = "";
  let moved = false;

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
  };
  const typed = () => {
    const found = WANTED.exec(field.value.slice(0, field.selectionStart));
    return found ? (found[1] ?? found[2]) : "";
  };
  // What was offered for fewer letters, until the answer for all of them is there: Enter must not take another name.
  const narrow = () => {
    const word = plain(typed().slice(1));
    for (const each of [...list.children]) if (!plain(each.textContent + each.dataset.insert).includes(word)) each.remove();
    list.hidden = !list.children.length;
    if (!list.hidden) choose(Math.min(chosen, list.children.length - 1));
  };
  const choose = (index) => {
    const lines = [...list.children];
    chosen = (index + lines.length) % lines.length;
    lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === chosen)));
  };
  // A word written out in full has nothing to be completed: Enter then sends, as it would without the list.
  const isWhole = () => !moved && [...list.children].some((each) => each.dataset.insert.trim() === typed());
  const take = () => {
    const word = typed();
    const at = field.selectionStart;
    field.setRangeText(list.children[chosen].dataset.insert, at - word.length, at, "end");
    close();
    field.focus();
  };
  const offer = async () => {
    asked = typed();
    if (!asked) return close();
    narrow();
    const mine = asked;
    const query = new URLSearchParams({ q: mine.startsWith("@") ? mine.slice(1) : mine });
    const answer = await read(`/collaborate/rooms/${page.dataset.slug}/names/?${query}`).catch(() => ({ offers: [] }));
    // By now another word may be there, or none: it was sent.
    if (mine !== asked || mine !== typed()) return undefined;
    list.replaceChildren(...answer.offers.map(line));
    list.hidden = !answer.offers.length;
    moved = false;
    if (answer.offers.length) choose(0);
    return undefined;
  };

  field.addEventListener("input", offer);
  field.addEventListener("blur", () => setTimeout(close, 200));
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const index = [...list.children].indexOf(event.target.closest("li"));
    if (index >= 0) {
      choose(index);
      take();
    }
  });
  // Before the composer's own keys, which leave a list of offers alone.
  field.addEventListener(
    "keydown",
    (event) => {
      if (list.hidden) return;
      moved ||= event.key.startsWith("Arrow");
      if (event.key === "Enter" && isWhole()) return close();
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen - 1);
      else if (event.key === "Enter" || event.key === "Tab") take();
      else if (event.key === "Escape") close();
      else return undefined;
      event.preventDefault();
      event.stopImmediatePropagation();
      return undefined;
    },
    { capture: true },
  );
}

function line(offer) {
  const made = document.createElement("li");
  made.setAttribute("role", "option");
  made.dataset.insert = offer.insert;
  made.append(offer.label, " ", Object.assign(document.createElement("small"), { textContent: offer.note }));
  return made;
}
