// Whether this browser is told: asked for by a button, ended by another.
import { post } from "./sending.js";

const box = document.querySelector("[data-push]");
const canPush = "serviceWorker" in navigator && "PushManager" in window;

async function show() {
  const registration = await navigator.serviceWorker.getRegistration(box.dataset.scope);
  const subscription = await registration?.pushManager.getSubscription();
  box.querySelector("[data-push-begin]").hidden = Boolean(subscription);
  box.querySelector("[data-push-end]").hidden = !subscription;
  return subscription;
}

async function begin() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const registration = await navigator.serviceWorker.register(box.dataset.worker, { scope: box.dataset.scope });
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: box.dataset.key });
  const { endpoint, keys } = subscription.toJSON();
  const answer = await post(box.dataset.address, { deed: "begin", address: endpoint, ...keys });
  if (!answer.ok) await subscription.unsubscribe();
  say(answer.ok ? "begun" : "failed");
  return show();
}

async function end() {
  const subscription = await show();
  if (subscription) {
    await post(box.dataset.address, { deed: "end", address: subscription.endpoint });
    await subscription.unsubscribe();
  }
  say("ended");
  return show();
}

function say(what) {
  box.querySelector("[data-push-state]").textContent = box.dataset[`says${what[0].toUpperCase()}${what.slice(1)}`];
}

if (box && canPush) {
  const attempt = (deed) => () => deed().catch(() => say("failed"));
  box.querySelector("[data-push-begin]").addEventListener("click", attempt(begin));
  box.querySelector("[data-push-end]").addEventListener("click", attempt(end));
  show();
} else if (box) {
  say("unable");
}
