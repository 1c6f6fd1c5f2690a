// The live stream. The browser itself comes back after a break, and says what it has seen last; a page that was hidden
// for long lets its connection go (a browser has six for a site) and takes it up again where it was.
const HIDDEN_MS = 5 * 60_000;
const WAIT_MS = 2000;
const SLOWEST_MS = 30_000;
const KINDS = ["message", "ready", "far", "unread", "read", "notice", "here", "typing"];

export class Stream {
  constructor(address, { slug = "", clock = 0, on }) {
    Object.assign(this, { address, slug, clock, on, source: null, wait: WAIT_MS, timer: 0 });
    document.addEventListener("visibilitychange", () => this.#seen());
    window.addEventListener("online", () => this.open());
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.open());
    this.open();
  }

  open() {
    clearTimeout(this.timer);
    this.close();
    const query = this.slug ? new URLSearchParams({ room: this.slug, after: this.clock }) : "";
    this.source = new EventSource(`${this.address}?${query}`);
    for (const kind of KINDS) this.source.addEventListener(kind, (event) => this.#take(kind, event));
    this.source.onopen = () => {
      this.wait = WAIT_MS;
      this.on.state("open");
    };
    this.source.onerror = () => this.#lost();
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  #take(kind, event) {
    const data = JSON.parse(event.data);
    if (data.clock > this.clock) this.clock = data.clock;
    this.on[kind]?.(data);
  }

  // Refused, or only away? The room itself says it; what is away is tried again, more and more slowly.
  async #lost() {
    this.on.state("away");
    if (this.source?.readyState !== EventSource.CLOSED) return;
    this.close();
    try {
      const path = this.slug ? `/api/v1/collaborate/rooms/${this.slug}/` : "/api/v1/me/";
      const response = await fetch(path, { headers: { Accept: "application/json" } });
      if ([401, 403, 404].includes(response.status)) {
        this.on.state("closed");
        return;
      }
    } catch {
      // The network is away: that is what is waited for.
    }
    this.timer = setTimeout(() => this.open(), this.wait);
    this.wait = Math.min(this.wait * 2, SLOWEST_MS);
  }

  #seen() {
    clearTimeout(this.hiding);
    if (document.hidden) this.hiding = setTimeout(() => this.close(), HIDDEN_MS);
    else if (!this.source) this.open();
  }
}
