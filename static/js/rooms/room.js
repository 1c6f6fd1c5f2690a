// A room that is open: what is said shows by itself, and what one writes is sent without leaving the page.
import { Composer } from "./composer.js";
import { startRoomKeys } from "./keys.js";
import { startOffers } from "./offers.js";
import { insist, post, read } from "./sending.js";
import { Stream } from "./stream.js";
import { Talk } from "./talk.js";
import { Unread } from "./unread.js";

const READ_MS = 1200;
const TYPING_SHOWN_MS = 5000;
const page = document.querySelector("[data-room-page]");
const base = `/collaborate/rooms/${page.dataset.slug}/`;
const talk = new Talk(page);
const unread = new Unread({ here: Number(page.dataset.roomId), me: page.dataset.me });
const isLatest = Boolean(page.dataset.latest);
const state = document.querySelector("[data-composer-state]");
let readTimer = 0;
let newest = talk.last;

function markRead() {
  clearTimeout(readTimer);
  if (document.hidden || !isLatest || !talk.isAtEnd) return;
  readTimer = setTimeout(() => post(`${base}read/`, { number: newest }).catch(() => {}), READ_MS);
}

function show(message) {
  if (!isLatest) {
    if (message.number > newest && !talk.find(message.number)) document.querySelector("[data-below]").hidden = false;
    if (talk.find(message.number)) talk.put(message);
    return;
  }
  const wasAtEnd = talk.isAtEnd;
  const made = talk.put(message);
  newest = Math.max(newest, message.number);
  if (!made) return;
  const isOwn = String(message.author.id) === page.dataset.me;
  if (wasAtEnd || isOwn) talk.toEnd();
  else document.querySelector("[data-below]")?.removeAttribute("hidden");
  markRead();
}

// Messages have numbers without gaps: one that is missing is fetched before what comes after it is shown.
let chain = Promise.resolve();
async function take(message) {
  const isGap = isLatest && !talk.root && newest && message.number > newest + 1;
  if (isGap) {
    const answer = await read(`/api/v1/collaborate${base.replace("/collaborate", "")}messages/?after=${newest}&limit=200`).catch(() => null);
    for (const each of answer?.messages ?? []) show(each);
  }
  show(message);
}

function said(message) {
  chain = chain.then(() => take(message)).catch((error) => console.error(error));
}

const typists = new Map();
function showTyping() {
  const names = [...typists.values()].map((each) => each.name);
  document.querySelector("[data-typing]").textContent = names.length ? `${names.join(", ")} ${page.dataset.saysTyping}` : "";
}
function typing({ user, name }) {
  if (String(user) === page.dataset.me) return;
  clearTimeout(typists.get(user)?.timer);
  const timer = setTimeout(() => {
    typists.delete(user);
    showTyping();
  }, TYPING_SHOWN_MS);
  typists.set(user, { name, timer });
  showTyping();
}

function here({ count, names }) {
  const box = document.querySelector("[data-here]");
  if (!box) return;
  box.hidden = !count;
  const more = count - names.length;
  box.querySelector("[data-here-names]").textContent = names.join(", ") + (more > 0 ? ` +${more}` : "");
}

function tell(words) {
  state.textContent = words;
}

function connection(now) {
  page.dataset.state = now;
  if (now === "closed") tell(page.dataset.saysClosed);
  else if (now === "away") tell(page.dataset.saysAway);
  else if (state.textContent === page.dataset.saysAway) tell("");
}

const composer = new Composer(page, { said, typing: () => post(`${base}typing/`).catch(() => {}) });
startOffers(page);
startRoomKeys(talk, composer, save);
new Stream(page.dataset.stream, {
  slug: page.dataset.slug,
  clock: Number(page.dataset.clock),
  on: {
    message: said,
    far: () => location.reload(),
    unread: (each) => unread.add(each),
    read: (each) => unread.clear(each),
    state: connection,
    typing,
    here,
  },
});

// The sign shows when the stream brings it. Only a failure is said: that nothing happened would look like a slow portal.
async function react(form, button) {
  const wanted = button.getAttribute("aria-pressed") !== "true";
  const answer = await insist(form.action, { sign: button.value, wanted });
  tell(answer?.ok ? "" : page.dataset.saysFailed);
}

async function save(message) {
  const answer = await insist(message.querySelector("[data-slot=more]").href, { deed: "save", wanted: true });
  tell(answer?.ok ? page.dataset.saysSaved : page.dataset.saysFailed);
}

talk.list.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-slot=react]");
  if (!form) return;
  event.preventDefault();
  react(form, event.submitter);
});
document.addEventListener("scroll", () => {
  if (talk.isAtEnd) document.querySelector("[data-below]")?.setAttribute("hidden", "");
  markRead();
}, { passive: true });
document.addEventListener("visibilitychange", markRead);
document.querySelector("[data-below-link]")?.addEventListener("click", (event) => {
  if (!isLatest) return;
  event.preventDefault();
  talk.toEnd();
});

const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
const goal = document.querySelector(".said.is-here") ?? named ?? document.querySelector("#unread");
if (goal) goal.scrollIntoView({ block: "center" });
else if (isLatest && !talk.root) talk.toEnd();
if (isLatest) talk.startFollowing();
markRead();
