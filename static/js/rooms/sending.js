// What is sent to the portal from a room: as a form of the page would, with its token.
export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]").value;
}

export async function post(path, values = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value);
  return fetch(path, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
}

const WAITS_MS = [0, 1000, 3000, 9000];

// For what says how things shall be, and may therefore be sent twice: tried again while the portal is away or busy.
// Gives its last answer, or null when there was none.
export async function insist(path, values) {
  let answer = null;
  for (const wait of WAITS_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    answer = await post(path, values).catch(() => null);
    if (answer && answer.status < 500 && answer.status !== 429) break;
  }
  return answer;
}

export async function read(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}
