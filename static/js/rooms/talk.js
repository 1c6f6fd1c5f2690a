// The list of messages: each is made from the page's own pattern, put in its place by its number, and replaced when it
// has changed. What is there already, at the same clock or a later one, is left alone.
const SIMPLE = ["edited", "settled", "pinned"];
const NEAR_END_PX = 160;

export class Talk {
  constructor(page) {
    this.page = page;
    this.list = page.querySelector("[data-talk]");
    this.pattern = page.querySelector("template[data-pattern]").content.querySelector(".said");
    this.base = `/collaborate/rooms/${page.dataset.slug}/`;
    this.me = page.dataset.me;
    this.root = Number(page.dataset.root) || null;
    this.timeZone = page.dataset.timeZone;
    this.language = document.documentElement.lang;
    this.follows = false;
  }

  // Who is at the end stays there when a card comes in below a message, or the field to write in grows.
  startFollowing() {
    this.follows = this.isAtEnd;
    let top = window.scrollY;
    document.addEventListener("scroll", () => {
      // Only going up leaves the end: growth may have pushed it away before this is told.
      this.follows = this.isAtEnd || (this.follows && window.scrollY >= top);
      top = window.scrollY;
    }, { passive: true });
    const growth = new ResizeObserver(() => this.follows && this.toEnd());
    for (const each of [this.list, this.page.querySelector("[data-composer]")]) if (each) growth.observe(each);
  }

  messages() {
    return [...this.list.querySelectorAll(".said")];
  }

  find(number) {
    return document.getElementById(`m-${number}`);
  }

  get last() {
    return Number(this.messages().at(-1)?.dataset.number ?? 0);
  }

  get isAtEnd() {
    return this.list.getBoundingClientRect().bottom <= window.innerHeight + NEAR_END_PX;
  }

  // The field to write in may stand still at the bottom of the window, and hide what is behind it.
  toEnd() {
    const field = this.page.querySelector("[data-composer]");
    const hidden = this.list.getBoundingClientRect().bottom + (field?.offsetHeight ?? 0) - window.innerHeight;
    // At once: a smooth way that another message sets out on anew in its middle ends short of its goal.
    if (hidden > 0) window.scrollBy({ top: hidden, behavior: "instant" });
    this.follows = true;
  }

  belongs(message) {
    return !this.root || message.root === this.root || message.number === this.root;
  }

  // Gives the element when it is new here.
  put(message) {
    if (!this.belongs(message)) {
      return null;
    }
    const there = this.find(message.number);
    if (there && Number(there.dataset.clock) >= message.clock) return null;
    const made = this.#made(message);
    if (there) {
      const hadFocus = there.contains(document.activeElement);
      there.replaceWith(made);
      if (hadFocus) made.focus({ preventScroll: true });
      return null;
    }
    this.#place(made, message);
    this.#countReply(message);
    document.querySelector("[data-empty-room]")?.remove();
    return made;
  }

  #place(made, message) {
    const after = this.messages().findLast((each) => Number(each.dataset.number) < message.number);
    const next = after ? after.nextElementSibling : this.list.firstElementChild;
    this.list.insertBefore(made, next);
    this.#markDay(made, message);
  }

  #markDay(made, message) {
    const at = new Date(message.said_at);
    const day = at.toLocaleDateString("sv", { timeZone: this.timeZone }); // Swedish dates are ISO dates
    if (this.list.querySelector(`[data-day="${day}"]`)) return;
    const line = document.createElement("li");
    line.className = "day";
    line.dataset.day = day;
    line.textContent = at.toLocaleDateString(this.language, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: this.timeZone });
    made.before(line);
  }

  #countReply(message) {
    const root = message.root && !this.root && this.find(message.root);
    if (!root) return;
    const count = root.querySelector("[data-slot=reply-count]");
    count.textContent = Number(count.textContent || 0) + 1;
    root.querySelector("[data-slot=replies]").hidden = false;
    root.querySelector("[data-slot=reply]").hidden = true;
  }

  #made(message) {
    const made = document.importNode(this.pattern, true);
    const slot = (name) => made.querySelector(`[data-slot="${name}"]`);
    const isShown = message.state === "shown";
    made.id = `m-${message.number}`;
    Object.assign(made.dataset, { number: message.number, clock: message.clock, author: message.author.id });
    made.classList.toggle("is-own", String(message.author.id) === this.me);
    slot("author").textContent = message.author.name;
    slot("organisation").textContent = message.author.organisation;
    slot("bot").hidden = !message.author.is_bot;
    slot("link").href = message.url;
    const time = slot("time");
    time.dateTime = message.said_at;
    time.textContent = new Date(message.said_at).toLocaleTimeString(this.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.timeZone });
    slot("deleted").hidden = message.state !== "deleted";
    slot("hidden").hidden = message.state !== "hidden";
    slot("foot").hidden = !isShown;
    this.#showRoot(slot, message);
    this.#aim(slot("react"), `${message.number}/react/`);
    if (slot("news")) this.#aim(slot("news"), `${message.number}/news/`);
    slot("thread").href = `${this.base}${message.number}/thread/`;
    slot("more").href = `${this.base}${message.number}/more/`;
    if (isShown) this.#showContent(slot, message);
    return made;
  }

  #aim(form, path) {
    form.action = this.base + path;
    form.querySelector("input[name=csrfmiddlewaretoken]").value = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  }

  #showRoot(slot, message) {
    slot("root").hidden = !message.root || Boolean(this.root);
    if (!message.root) return;
    slot("root-link").href = `${this.base}${message.root}/thread/`;
    slot("root-author").textContent = this.find(message.root)?.querySelector("[data-slot=author]").textContent ?? "";
  }

  #showContent(slot, message) {
    for (const name of SIMPLE) slot(name).hidden = !message[`is_${name}`];
    for (const mark of ["task", "question", "decision"]) slot(`mark-${mark}`).hidden = message.mark !== mark;
    if (message.mark === "task" && message.assignee) slot("mark-task").append(` · ${message.assignee}`);
    if (message.tlp !== this.page.dataset.tlp) slot("tlp").append(tlpMark(message.tlp));
    slot("body").innerHTML = message.html; // cleaned by the portal when it was written, see collaborate/markup.py
    this.#showLinks(slot("links"), message.links);
    this.#showFiles(slot("files"), message.files);
    this.#showSigns(slot("react"), message.reactions);
    if (slot("news")) slot("news").hidden = !message.is_news;
    if (message.replies) {
      slot("reply-count").textContent = message.replies;
      slot("replies").hidden = false;
      slot("reply").hidden = true;
    }
    if (message.cards.length) this.#fetchCards(slot("cards"), message.number);
  }

  #showLinks(list, links) {
    const known = links.filter((link) => link.title);
    list.hidden = !known.length;
    for (const link of known) {
      const anchor = Object.assign(document.createElement("a"), { href: link.url, rel: "noopener noreferrer nofollow", textContent: link.title });
      const line = document.createElement("li");
      line.append(anchor, ` ${link.description}`);
      list.append(line);
    }
  }

  #showFiles(list, files) {
    list.hidden = !files.length;
    for (const file of files) {
      const anchor = Object.assign(document.createElement("a"), { href: file.url });
      if (file.width) anchor.append(Object.assign(document.createElement("img"), { src: file.url, alt: file.name, width: file.width, height: file.height, loading: "lazy" }));
      else anchor.textContent = file.name;
      const line = document.createElement("li");
      line.append(anchor);
      list.append(line);
    }
  }

  #showSigns(form, reactions) {
    for (const button of form.querySelectorAll("[data-sign]")) {
      const givers = reactions[button.dataset.sign] ?? [];
      button.querySelector("[data-count]").textContent = givers.length || "";
      button.toggleAttribute("data-empty", !givers.length);
      button.setAttribute("aria-pressed", String(givers.includes(Number(this.me))));
    }
  }

  async #fetchCards(place, number) {
    const response = await fetch(`${this.base}${number}/cards/`).catch(() => null);
    if (response?.ok) place.innerHTML = await response.text(); // a page of ours
  }
}

function tlpMark(mark) {
  const made = document.createElement("span");
  made.className = `tlp is-${mark.replace("+", "")}`;
  made.textContent = `TLP:${mark.toUpperCase()}`;
  return made;
}
