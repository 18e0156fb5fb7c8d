"""What axe-core finds on a page, once everything that moves has arrived."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ARRIVE = """async () => {
  const moving = () => document.getAnimations().filter(({ effect, playState }) =>
    Number.isFinite(effect.getComputedTiming().endTime) && playState !== "finished");
  for (let calm = 0, looks = 0; calm < 2 && looks < 40; calm += 1, looks += 1) {
    await new Promise((done) => setTimeout(done, 30));
    if (moving().length) calm = -1;
    for (const one of moving()) one.finish();
  }
}"""

SIZE_ALONE = {"runOnly": {"type": "rule", "values": ["target-size"]}}
TO_THE_MIDDLE = "one => one.scrollIntoView({block: 'center', behavior: 'instant'})"

PALE = """() => {
  const shade = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  };
  const fields = [...document.querySelectorAll("main input:not([type=hidden])")];
  return fields.map((one) => [one.name, getComputedStyle(one)]).flatMap(([name, style]) => {
    const [edge, ground] = [shade(style.borderColor), shade(style.backgroundColor)];
    return Math.max(edge, ground) / Math.min(edge, ground) < 3 ? [name] : [];
  });
}"""


def arrive(page: Any) -> None:
    """Wait until the page is loaded and nothing moves on it; what would never end is left."""
    page.wait_for_load_state("load")
    page.evaluate(ARRIVE)


def pale_edges(page: Any) -> list[str]:
    """Return the fields whose edge is too pale to be seen (WCAG 1.4.11), beside what axe tells."""
    arrive(page)
    found: list[str] = page.evaluate(PALE)
    return found


def violations(page: Any) -> list[str]:
    """Return a line a rule: its name, what it asks for, the first places that break it."""
    arrive(page)
    lines = []
    for one in Axe().run(page, options=RULES).response["violations"]:
        nodes = one["nodes"]
        if one["id"] == "target-size":
            nodes = [node for node in nodes if stays_small(page, node["target"])]
        if nodes:
            places = [node["html"][:120] for node in nodes[:3]]
            lines.append(f"{one['id']}: {one['help']} {places}")
    return lines


def stays_small(page: Any, target: list[Any]) -> bool:
    """Say whether a target is too small in the middle of the window too.

    A header that sticks covers half of whatever has just been scrolled behind it, and axe measures
    the half that is left.
    """
    if len(target) > 1:
        return True
    page.locator(target[0]).evaluate(TO_THE_MIDDLE)
    found = Axe().run(page, options=SIZE_ALONE).response["violations"]
    return any(node["target"] == target for one in found for node in one["nodes"])
