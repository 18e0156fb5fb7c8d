"""What axe-core finds on a page, once everything that moves has arrived."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
ARRIVE = """() => {
  for (const one of document.getAnimations()) {
    if (Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish();
  }
}"""

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


def pale_edges(page: Any) -> list[str]:
    """Return the fields whose edge is too pale to be seen (WCAG 1.4.11), beside what axe tells."""
    page.evaluate(ARRIVE)
    found: list[str] = page.evaluate(PALE)
    return found


def violations(page: Any) -> list[str]:
    """Return a line a rule: its name, what it asks for, the first places that break it."""
    page.evaluate(ARRIVE)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{one['id']}: {one['help']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found
    ]
