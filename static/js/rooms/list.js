// The list of rooms: what is unread in each.
import { Stream } from "./stream.js";
import { Unread } from "./unread.js";

const page = document.querySelector("[data-rooms][data-stream]");
if (page) {
  const unread = new Unread();
  new Stream(page.dataset.stream, {
    on: { state: () => {}, unread: (said) => unread.add(said), read: (said) => unread.clear(said) },
  });
}
