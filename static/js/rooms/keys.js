// One key each on the message that has the focus: j and k move, r replies, + agrees, s saves, . shows everything, c writes.
export function startRoomKeys(talk, composer, save) {
  const current = () => document.activeElement?.closest?.(".said");
  // What the address leads to: a message, or the line above the first unread one.
  const linked = () => {
    const place = document.querySelector(":target");
    return place?.matches(".said") ? place : place?.nextElementSibling;
  };
  const move = (step) => {
    const all = talk.messages();
    const at = all.indexOf(current());
    const first = all.includes(linked()) ? linked() : all.at(-1);
    const next = at === -1 ? first : all[at + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const onCurrent = (deed) => () => current() && deed(current());
  const deeds = {
    j: () => move(1),
    k: () => move(-1),
    r: onCurrent((message) => composer.replyTo(message)),
    "+": onCurrent((message) => message.querySelector("[data-sign]").click()),
    s: onCurrent(save),
    ".": onCurrent((message) => message.querySelector("[data-slot=more]").click()),
    c: () => composer.text?.focus(),
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea, select");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping || !deeds[event.key]) return;
    event.preventDefault();
    deeds[event.key]();
  });
}
