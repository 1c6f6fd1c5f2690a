// While the name of a page stands open after "[[", or a key after "[@", offers what begins like it.
import { plain } from "../letters.js";
import { insertBlock, replaceRange } from "./insert.js";

const WAIT_MS = 200;
const OPEN = /(\[\[|\[@)([^\[\]|\n]{2,60})$/;

function opened(area) {
  if (area.selectionStart !== area.selectionEnd) return null;
  const match = OPEN.exec(area.value.slice(0, area.selectionStart));
  return match && { mark: match[1], words: match[2], start: match.index };
}

function offersOf(answer) {
  const inline = [...(answer.pages ?? []), ...(answer.sources ?? [])].map((each) => ({ ...each, put: each.link }));
  return [...inline, ...(answer.cards ?? []).map((each) => ({ ...each, put: each.url, isBlock: true }))];
}

export function startCompletion(area, { complete, language, offers: label }) {
  const list = document.createElement("ul");
  Object.assign(list, { className: "editor-offers", id: "editor-offers", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  let timer = 0;
  let offers = [];
  let at = -1;

  function close() {
    list.hidden = true;
    offers = [];
    at = -1;
    area.removeAttribute("aria-controls");
    area.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    at = (next + offers.length) % offers.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    list.children[at].scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", list.children[at].id);
  }

  function show(found) {
    offers = found;
    if (!offers.length) return close();
    list.replaceChildren(...offers.map((offer, index) => {
      const item = document.createElement("li");
      item.id = `editor-offer-${index}`;
      item.setAttribute("role", "option");
      const kind = document.createElement("small");
      kind.textContent = offer.kind;
      item.append(offer.title, " ", kind);
      return item;
    }));
    list.hidden = false;
    area.setAttribute("aria-controls", list.id);
    mark(0);
    list.scrollIntoView({ block: "nearest" });
  }

  // Of what was offered for fewer letters what still fits, until the answer is there: Enter must not take another page.
  function narrow() {
    const open = opened(area);
    const words = open && plain(open.words);
    show(offers.filter((offer) => words && plain(offer.title + offer.put).includes(words)));
  }

  function choose(index) {
    const open = opened(area);
    const offer = offers[index];
    close();
    if (!open || !offer) return;
    // What the toolbar, or the writer, has closed already is not closed twice.
    const closing = open.mark === "[[" ? "]]" : "]";
    const end = area.selectionEnd + (area.value.startsWith(closing, area.selectionEnd) ? closing.length : 0);
    if (offer.isBlock) {
      replaceRange(area, open.start, end, "");
      insertBlock(area, offer.put);
    } else {
      replaceRange(area, open.start, end, offer.put);
    }
  }

  async function ask() {
    const open = opened(area);
    if (!open) return close();
    const query = new URLSearchParams({ q: open.words, language, what: open.mark === "[@" ? "sources" : "pages" });
    try {
      const response = await fetch(`${complete}?${query}`, { headers: { Accept: "application/json" } });
      if (response.ok && opened(area)?.words === open.words) show(offersOf(await response.json()));
    } catch {
      close();
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    narrow();
    timer = setTimeout(ask, WAIT_MS);
  });
  area.addEventListener("blur", () => setTimeout(close, WAIT_MS));
  area.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const actions = {
      ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Escape: close,
      Enter: () => choose(at), Tab: () => choose(at),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (!item) return;
    event.preventDefault();
    choose([...list.children].indexOf(item));
  });
}
