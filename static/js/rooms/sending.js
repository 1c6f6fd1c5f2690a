// What is sent to the portal from a room: as a form of the page would, with its token.
export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]").value;
}

export async function post(path, values = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value);
  return fetch(path, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" } });
}

export async function read(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}
