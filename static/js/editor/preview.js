// Shows beside the form what the server makes of the text; it comes cleaned, as readers will get it.
const WAIT_MS = 700;

export function startPreview(area, { preview, language }) {
  const box = document.querySelector("[data-live-preview]");
  const place = box.querySelector("[data-live-preview-text]");
  let timer = 0;
  let asking = null;

  async function show() {
    asking?.abort();
    asking = new AbortController();
    const body = new FormData();
    body.set("body", area.value);
    body.set("language", language);
    body.set("csrfmiddlewaretoken", area.form.elements.csrfmiddlewaretoken.value);
    try {
      const response = await fetch(preview, { method: "POST", body, signal: asking.signal });
      if (!response.ok) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      place.replaceChildren(...document.adoptNode(page.querySelector("#preview")).childNodes);
      box.hidden = false;
    } catch {
      // The network is away, or a newer text is on its way: the last preview stays.
    }
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT_MS);
  });
}
