"""Lighthouse as a phone: home, dashboard and a lesson; scores, script bytes, layout shift."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from tests import chromium

from . import seed
from .copy import Copy
from .figures import Figure
from .pages import addresses
from .wait import until_it_answers

LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def run(copy: Copy) -> list[Figure]:
    program, browser = _installed(copy.folder / "lighthouse"), chromium.find()
    if not (program and browser):
        print("  no lighthouse: npm or a browser is missing", file=sys.stderr)
        return []
    copy.start_web()
    until_it_answers(f"{copy.url}/healthz")
    paths = addresses()
    figures: list[Figure] = []
    for name, path in {"home": "/", **{n: paths[n] for n in ("dashboard", "lesson")}}.items():
        report = _report(program, browser, copy.url + path, signed_in=name != "home")
        figures += _read(name, report)
    copy.stop_web()
    return figures


def _installed(folder: Path) -> Path | None:
    """Install Lighthouse once, beside the copy; None where that cannot be done."""
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", LIGHTHOUSE]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            return None
    return program


def _report(program: Path, browser: str, url: str, *, signed_in: bool) -> dict[str, Any]:
    command = [str(program), url, "--output=json", "--output-path=stdout", "--quiet"]
    command += [f"--chrome-path={browser}", "--chrome-flags=" + " ".join(chromium.FLAGS)]
    if signed_in:
        cookie = f"{settings.SESSION_COOKIE_NAME}={seed.session_of()}"
        command.append("--extra-headers=" + json.dumps({"Cookie": cookie}))
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _read(name: str, report: dict[str, Any]) -> list[Figure]:
    scores = [
        Figure(
            f"{name}: lighthouse {category}",
            round((report["categories"][category]["score"] or 0) * 100),
            "",
            least=95,
            note=_failed(report, category),
        )
        for category in CATEGORIES
    ]
    shift = report["audits"]["cumulative-layout-shift"].get("numericValue", 0.0)
    requests = report["audits"]["network-requests"]["details"]["items"]
    scripts = sum(r.get("transferSize", 0) for r in requests if r.get("resourceType") == "Script")
    return [
        *scores,
        Figure(f"{name}: layout shift", round(shift, 4), "", most=0),
        Figure(f"{name}: script before play", scripts / 1024, "KB", most=150),
    ]


def _failed(report: dict[str, Any], category: str) -> str:
    """Name what cost points."""
    audits = report["audits"]
    weighty = [r["id"] for r in report["categories"][category]["auditRefs"] if r["weight"]]
    low = [i for i in weighty if (audits[i]["score"] is not None and audits[i]["score"] < 0.9)]
    return ", ".join(low[:5])
