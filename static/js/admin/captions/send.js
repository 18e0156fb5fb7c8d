// Sends what was typed; an answer that is no success still says why.
export async function post(url, body, options = {}) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const headers = {
    "Content-Type": "application/json",
    "X-CSRFToken": token ?? window.wagtailConfig?.CSRF_TOKEN ?? "",
  };
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers,
    body: JSON.stringify(body),
    ...options,
  });
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  return { ok: response.ok, status: response.status, ...answer };
}
