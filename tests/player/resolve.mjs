// Lets Node find our modules by the names a page's import map gives them, and what npm brings.
import { registerHooks } from "node:module";

const ROOT = new URL("../../static/js/", import.meta.url);
const PACKAGES = new URL("../../node_modules/", import.meta.url);
const VENDOR = "../../vendor/";

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith(VENDOR)) {
      return next(new URL(specifier.slice(VENDOR.length), PACKAGES).href, context);
    }
    if (!specifier.startsWith("lectern/")) return next(specifier, context);
    return next(new URL(`${specifier.slice("lectern/".length)}.js`, ROOT).href, context);
  },
});
