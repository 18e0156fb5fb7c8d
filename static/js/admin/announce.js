// Says to those who listen what is new in a piece of the page: its states, not its numbers.
let region = null;

export const statesOf = (piece) => [piece, ...piece.querySelectorAll("[data-said]")].map((one) => one.dataset.said).filter(Boolean);

export const news = (before, after) => after.filter((state) => !before.includes(state)).join(". ");

export function announce(words) {
  if (!words) return;
  if (!region?.isConnected) {
    region = document.createElement("p");
    region.className = "w-sr-only";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = words;
}
