"""Where no browser can be had, the run says so last of all; in CI it has failed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHOSEN = ["tests/journeys/test_stack.py", "tests/core/progress/test_markdown.py"]
NOTHING = "http://127.0.0.1:9"  # where nobody listens


@pytest.mark.parametrize("apart, ci, code", [(["-n", "1"], "", 0), ([], "true", 1)])
def test_the_last_lines_say_that_journeys_did_not_run(tmp_path, apart, ci, code):
    dropped = {"CHROMIUM", "CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env |= {
        "PATH": str(tmp_path),  # no browser, no apt-get
        "HOME": str(tmp_path),
        "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path),
        "PLAYWRIGHT_DOWNLOAD_HOST": NOTHING,
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *apart, *CHOSEN],
        cwd=ROOT,
        env=env | ({"CI": ci} if ci else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    told = done.stdout[done.stdout.index(" passed in ") :]
    assert "BROWSER JOURNEYS DID NOT RUN" in told
    assert "CHROMIUM=/path/to/chromium make test" in told
    assert told.count("a run without them is a failure") == (1 if ci else 0)
