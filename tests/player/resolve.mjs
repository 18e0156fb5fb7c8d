// Lets Node find the player's modules by the names the page's import map gives them.
import { registerHooks } from "node:module";

const ROOT = new URL("../../static/js/", import.meta.url);

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith("lectern/")) return next(specifier, context);
    return next(new URL(`${specifier.slice("lectern/".length)}.js`, ROOT).href, context);
  },
});
