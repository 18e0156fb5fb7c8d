// Sends what was typed; an answer that is no success still says why.

// Signing in again changes the token: the cookie has the newest.
function token() {
  const kept = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return kept ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? window.wagtailConfig?.CSRF_TOKEN ?? "";
}

export const post = (url, body) =>
  ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });

// Returns the answer with `ok`; the page that asks who one is comes as HTML, and is none.
export async function ask(url, { headers, ...options } = {}) {
  try {
    const response = await fetch(url, {
      credentials: "same-origin",
      headers: { "X-Requested-With": "XMLHttpRequest", ...headers },
      ...options,
    });
    const { ok, status } = response;
    const isOurs = !response.redirected && response.headers.get("Content-Type")?.includes("json");
    if (isOurs) return { ok, status, ...(await response.json()) };
    return { ok: false, status, why: whyOf(response) };
  } catch {
    return { ok: false, why: "offline" };
  }
}

function whyOf({ redirected, status }) {
  return redirected || status === 401 || status === 403 ? "signedOut" : "unreadable";
}

export const wordsOf = (answer, words) => answer.message ?? words[answer.why] ?? words.unreadable;
