// The member's own data as JSON: session and CSRF, never a thrown surprise for an HTTP answer.

function csrf() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// Answers { ok, status, data }; status 0 means that nothing was reached.
export async function api(path, { method = "GET", body, keepalive = false } = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": csrf() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    const answer = await fetch(`/api${path}`, { method, headers, body: body && JSON.stringify(body), keepalive });
    const isJson = answer.status !== 204 && answer.headers.get("Content-Type")?.includes("json");
    return { ok: answer.ok, status: answer.status, data: isJson ? await answer.json() : null };
  } catch {
    return { ok: false, status: 0, data: null };
  }
}
