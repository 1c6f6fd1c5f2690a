// Runs in the sandboxed frame, which has no origin: tells the page around it which element was clicked, nothing else.
"use strict";
const MARK = "data-pick";

document.addEventListener("click", (event) => {
  event.preventDefault();
  const chosen = event.target.closest(`[${MARK}]`);
  if (chosen) parent.postMessage({ pick: Number(chosen.getAttribute(MARK)) }, "*");
}, true);
document.addEventListener("mouseover", (event) => {
  for (const each of document.querySelectorAll(".is-pointed")) each.classList.remove("is-pointed");
  event.target.closest(`[${MARK}]`)?.classList.add("is-pointed");
});
document.addEventListener("submit", (event) => event.preventDefault(), true);
