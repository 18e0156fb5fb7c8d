// A short word at the foot of the page.

const SHOWN = 5000;

export function toast(text) {
  const box = document.getElementById("toasts");
  if (!box) return;
  const item = document.createElement("div");
  item.className = "toast";
  item.dataset.controller = "toast";
  item.dataset.toastAfterValue = String(SHOWN);
  item.textContent = text;
  box.append(item);
}
