"""Follows docs/plugins.md to the letter: writes its files, runs pip, runs pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from django.conf import settings

BLOCK = re.compile(r'```\w+ title="([^"]+)"\n(.*?)```\n', re.DOTALL)
PAGE = settings.BASE_DIR / "docs" / "plugins.md"


def blocks(section):
    """Return the titled files of one section of the page."""
    text = PAGE.read_text("utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    assert text, section
    return dict(BLOCK.findall(text))


def write(files, folder):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def pip_install(source, target):
    """Install as pip does, offline, into a folder of its own."""
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--upgrade"]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    return run([*pip, *options, "--target", str(target), str(source)], cwd=source)


def run(command, *, cwd, **environment):
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONWARNINGS": "", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout
