// What was watched without a connection is told from any page, each under a grant of its own.
import { leftovers, told } from "lectern/player/outbox";
import { local } from "lectern/storage";

const GONE = new Set([400, 404, 410, 413, 422]); // will never be taken
const JSON_TYPE = { "Content-Type": "application/json" };

async function config(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : {};
}

async function tell({ key, ...entry }, { beat, token }) {
  const body = told(entry);
  const answer = await fetch(`${beat}${token}`, { method: "POST", headers: JSON_TYPE, body });
  if (answer.ok || GONE.has(answer.status)) local.remove(key);
}

// `here`: assets whose players stand on this page and tell for themselves.
export async function flush(here = []) {
  const waiting = leftovers().filter(({ asset, url }) => url && !here.includes(asset));
  for (const url of new Set(waiting.map((entry) => entry.url))) {
    const granted = await config(url);
    const isIts = (entry) => entry.url === url && entry.member === granted.member && entry.asset === granted.asset;
    for (const entry of granted.token ? waiting.filter(isIts) : []) await tell(entry, granted);
  }
}
