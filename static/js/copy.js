// A click on [data-copy] copies its value and says so; where the clipboard is closed, the link stays a link.
export function startCopy() {
  document.addEventListener("click", async (event) => {
    const control = event.target.closest("[data-copy]");
    if (!control || !navigator.clipboard || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const label = control.querySelector("[data-copy-label]") ?? control;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(control.dataset.copy);
    } catch {
      if (control.href) location.assign(control.href);
      return;
    }
    label.setAttribute("role", "status");
    label.textContent = control.dataset.copied;
    setTimeout(() => { label.textContent = before; }, 2000);
  });
}
