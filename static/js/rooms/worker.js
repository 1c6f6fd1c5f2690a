// The portal's service worker: it shows what is pushed, and opens the message when that is clicked. It keeps nothing.
self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  if (!said.title) return;
  event.waitUntil(self.registration.showNotification(said.title, { body: said.body, tag: said.tag, data: { url: said.url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url ?? "/collaborate/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(open(url.href));
});

async function open(address) {
  const windows = await self.clients.matchAll({ type: "window" });
  const there = windows.find((each) => each.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}
