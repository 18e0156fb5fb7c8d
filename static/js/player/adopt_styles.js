// media-chrome writes <style> into shadow roots, which a strict policy forbids: adopt them instead.

const sheets = new Map();

// Lifted rules go below what the element later writes into its own, empty, sheet.
function sheet(text) {
  if (!sheets.has(text)) {
    const made = new CSSStyleSheet();
    made.replaceSync(`@layer lifted { ${text} }`);
    sheets.set(text, made);
  }
  return sheets.get(text);
}

function lift(root, html) {
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  parsed.content.querySelectorAll("template[shadowrootmode]").forEach((inner) => inner.remove());
  for (const style of parsed.content.querySelectorAll("style")) {
    if (!style.media) root.adoptedStyleSheets.push(sheet(style.textContent)); // a layout we do not use
    style.textContent = "";
  }
  return parsed.innerHTML;
}

export function adoptStyles(prefix) {
  const { set, get } = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, "innerHTML");
  const isOurs = (root) => root.host.localName.startsWith(prefix);
  const unsafe = ShadowRoot.prototype.setHTMLUnsafe;
  Object.defineProperty(ShadowRoot.prototype, "innerHTML", {
    configurable: true,
    get,
    set(html) {
      set.call(this, isOurs(this) ? lift(this, html) : html);
    },
  });
  ShadowRoot.prototype.setHTMLUnsafe = function setHTMLUnsafe(html, ...rest) {
    if (isOurs(this)) this.innerHTML = html;
    else unsafe.call(this, html, ...rest);
  };
}
