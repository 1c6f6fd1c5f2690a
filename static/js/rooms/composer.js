// Writing. What is sent waits in a row until the portal has it, each with a word of its own (the nonce) so that sending
// it again is never saying it twice; what is being written, and what waits, is kept in this browser until the portal
// has it: a page that is left or loaded anew while the portal is away sends it then.
import { post, token } from "./sending.js";

const KEY = "disinfo:rooms:draft:";
const WAITING_KEY = "disinfo:rooms:waiting:";
const TYPING_MS = 3000;
const WAIT_MS = 1000;
const KEEP_MS = 1200;
const SLOWEST_MS = 15_000;

export class Composer {
  constructor(page, { said, typing }) {
    this.page = page;
    this.form = page.querySelector("[data-composer]");
    if (!this.form) return;
    this.text = this.form.querySelector("[data-composer-text]");
    this.state = this.form.querySelector("[data-composer-state]");
    // Of this person: the next one at this computer neither reads nor sends it.
    const place = [page.dataset.me, page.dataset.slug, page.dataset.root ?? ""].join(":");
    this.key = KEY + place;
    this.waitingKey = WAITING_KEY + place;
    this.path = `/api/v1/collaborate/rooms/${page.dataset.slug}/messages/`;
    Object.assign(this, { said, typing, waiting: [], isSending: false, typedAt: 0, wait: WAIT_MS });
    this.#start();
  }

  #start() {
    // What is still in this browser did not reach the portal: it is newer than what the portal gave.
    const left = localStorage.getItem(this.key);
    if (left) {
      this.text.value = left;
      this.#keepSoon();
    }
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("keydown", (event) => this.#pressed(event));
    this.text.addEventListener("paste", (event) => this.#pasted(event));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#queue();
    });
    this.form.querySelector("[data-composer-root-drop]").addEventListener("click", () => this.replyTo(null));
    window.addEventListener("online", () => this.#send());
    this.waiting = JSON.parse(localStorage.getItem(this.waitingKey) ?? "[]").map((each) => ({ ...each, files: [] }));
    this.#send();
  }

  // Files cannot be kept so: a message that has some is not.
  #keepWaiting() {
    const kept = this.waiting.filter((each) => !each.files.length).map(({ text, root, tlp, nonce }) => ({ text, root, tlp, nonce }));
    if (kept.length) localStorage.setItem(this.waitingKey, JSON.stringify(kept));
    else localStorage.removeItem(this.waitingKey);
  }

  replyTo(message) {
    const box = this.form.querySelector("[data-composer-root]");
    box.hidden = !message;
    this.form.elements.root.value = message ? message.dataset.number : "";
    if (message) {
      const author = message.querySelector("[data-slot=author]").textContent.trim();
      box.querySelector("[data-composer-root-text]").textContent = `${this.page.dataset.saysReplying} ${author}`;
    }
    this.text.focus();
  }

  #typed() {
    localStorage.setItem(this.key, this.text.value);
    this.#keepSoon();
    const now = Date.now();
    if (now - this.typedAt < TYPING_MS) return;
    this.typedAt = now;
    this.typing();
  }

  #keepSoon() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.#keep(), KEEP_MS);
  }

  async #keep() {
    const text = this.text.value;
    const answer = await post(`/collaborate/rooms/${this.page.dataset.slug}/draft/`, { text, thread: this.page.dataset.root ?? "" }).catch(() => null);
    if (answer?.ok && this.text.value === text) localStorage.removeItem(this.key);
  }

  #pressed(event) {
    const isOffering = !this.form.querySelector("[data-offers]").hidden;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || isOffering) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    const kept = new DataTransfer();
    for (const file of [...this.form.elements.files.files, ...files]) kept.items.add(file);
    this.form.elements.files.files = kept.files;
  }

  #queue() {
    const { text, root, tlp, files } = this.form.elements;
    if (!text.value.trim() && !files.files.length) return;
    this.waiting.push({ text: text.value, root: root.value, tlp: tlp.value, files: [...files.files], nonce: word() });
    this.#keepWaiting();
    this.form.reset();
    this.text.value = "";
    localStorage.removeItem(this.key);
    clearTimeout(this.keeping);
    this.form.querySelector("[data-composer-root]").hidden = true;
    root.value = "";
    this.#send();
  }

  async #send() {
    if (this.isSending) return;
    this.isSending = true;
    while (this.waiting.length) {
      const done = await this.#sendOne(this.waiting[0]);
      if (!done) {
        this.state.textContent = this.page.dataset.saysAway;
        await new Promise((resolve) => setTimeout(resolve, this.wait));
        this.wait = Math.min(this.wait * 2, SLOWEST_MS);
        continue;
      }
      this.wait = WAIT_MS;
      this.waiting.shift();
      this.#keepWaiting();
    }
    this.isSending = false;
  }

  // True when it needs no second try: it is there, or it was refused and is back in the field.
  async #sendOne(message) {
    const body = new FormData();
    for (const name of ["text", "tlp", "nonce"]) body.append(name, message[name]);
    if (message.root || this.page.dataset.root) body.append("root", message.root || this.page.dataset.root);
    body.append("draft", this.page.dataset.root ?? "0");
    for (const file of message.files) body.append("files", file);
    let response;
    try {
      response = await fetch(this.path, { method: "POST", body, headers: { "X-CSRFToken": token() } });
    } catch {
      return false;
    }
    if (response.status >= 500 || response.status === 429) return false;
    // An answer that was cut off says nothing: the same word is sent again. A refusal need not be in JSON.
    const answer = await response.json().catch(() => null);
    if (response.ok && !answer) return false;
    if (response.ok) {
      this.state.textContent = "";
      this.said(answer);
      return true;
    }
    const { saysClosed, saysFailed } = this.page.dataset;
    const why = wordsOf(answer?.errors).join(" ") || (response.status === 404 ? saysClosed : answer?.detail) || saysFailed;
    this.state.textContent = why;
    this.#giveBack(message);
    return true;
  }

  #giveBack({ text, files }) {
    this.text.value = [text, this.text.value].filter(Boolean).join("\n");
    const given = new DataTransfer();
    for (const file of [...files, ...this.form.elements.files.files]) given.items.add(file);
    this.form.elements.files.files = given.files;
    localStorage.setItem(this.key, this.text.value);
    this.#keepSoon();
  }
}

function word() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The sentences in what the API refuses: by field, and for files by their place in the row.
function wordsOf(errors) {
  return typeof errors === "string" ? [errors] : Object.values(errors ?? {}).flatMap(wordsOf);
}
