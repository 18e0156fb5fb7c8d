"""The player's small modules, run by Node beside as much of a browser as they ask for."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NODE = Path(sys.executable).with_name("node")


def test_the_players_modules_do_what_they_say():
    command = [str(NODE), "--import", str(HERE / "resolve.mjs"), "--test"]
    tests = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    assert tests
    done = subprocess.run(
        [*command, *tests], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
