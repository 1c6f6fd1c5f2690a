// How much is unread in each room of a list, counted on while it is looked at.
export class Unread {
  constructor({ here = 0, me = "" } = {}) {
    Object.assign(this, { here, me: String(me) });
    this.title = document.title;
  }

  add({ room, by }) {
    if (room === this.here || String(by) === this.me) return;
    this.#show(room, (count) => count + 1);
  }

  clear({ room }) {
    this.#show(room, () => 0);
  }

  #show(room, change) {
    for (const line of document.querySelectorAll(`[data-rooms] [data-room="${room}"]`)) {
      const count = line.querySelector("[data-unread-count]");
      const now = change(Number(count.textContent || 0));
      count.textContent = now;
      line.querySelector("[data-unread]").hidden = !now;
    }
  }
}
