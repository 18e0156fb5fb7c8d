// Starts Stimulus and htmx; fetches a controller or component when the page first names it.
import { Application } from "@hotwired/stimulus";

const application = Application.start();
const asked = new Set();

const HTMX = "[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete],[hx-boost],[hx-trigger]";

// `notes` is lectern/controllers/notes_controller; `<plugin>--notes` is <plugin>/controllers/notes_controller.
function specifier(identifier) {
  const [own, plugin] = identifier.split("--").reverse();
  const file = `controllers/${own.replaceAll("-", "_")}_controller`;
  return plugin ? `${plugin.replaceAll("-", "_")}/${file}` : `lectern/${file}`;
}

async function once(name, load) {
  if (asked.has(name)) return;
  asked.add(name);
  try {
    await load();
  } catch (error) {
    asked.delete(name);
    console.warn(`${name} did not load`, error);
  }
}

function register(identifier) {
  return once(identifier, async () => {
    const module = await import(specifier(identifier));
    application.register(identifier, module.default);
  });
}

function component(name) {
  return once(name, () => import(`lectern/components/${name.replace("lectern-", "").replaceAll("-", "_")}`));
}

function scan(root) {
  const all = [root, ...root.querySelectorAll("[data-controller]")];
  for (const element of all) {
    const names = element.getAttribute?.("data-controller")?.split(/\s+/) ?? [];
    names.filter(Boolean).forEach(register);
  }
  root.querySelectorAll(":not(:defined)").forEach(({ localName }) => {
    if (localName.startsWith("lectern-")) component(localName);
  });
  if (root.querySelector(HTMX)) once("htmx.org", () => import("htmx.org"));
}

new MutationObserver((changes) => {
  for (const { type, target, addedNodes } of changes) {
    if (type === "attributes") scan(target);
    else addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && scan(node));
  }
}).observe(document.documentElement, {
  childList: true,
  subtree: true,
  attributeFilter: ["data-controller"],
});

scan(document.documentElement);

// What earlier pages kept here; a browser that keeps nothing has none.
function kept() {
  try {
    return [...Object.keys(sessionStorage), ...Object.keys(localStorage)];
  } catch {
    return [];
  }
}

const left = kept();

// An episode that played on the page before goes on here.
if (left.includes("lectern:listening")) once("dock", () => import("lectern/player/dock"));

// What was watched offline on another page is told from here.
async function tellLeftovers() {
  const { flush } = await import("lectern/player/leftovers");
  const players = [...document.querySelectorAll("lectern-player > script[type='application/json']")];
  await flush(players.map((script) => JSON.parse(script.textContent).asset)).catch(() => {});
}

if (left.some((key) => key.startsWith("lectern.beat."))) {
  addEventListener("load", tellLeftovers, { once: true });
  addEventListener("online", tellLeftovers);
}
