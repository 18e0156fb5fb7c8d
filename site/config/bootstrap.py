"""The first thing `make` runs, by whatever Python the machine has; even an old one reads it."""

import os
import sys

OLDEST, TOO_NEW = (3, 11), (3, 14)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main(arguments):
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        sys.exit(
            "Lectern needs Python 3.11, 3.12 or 3.13; %s is %d.%d.\n"
            "Install one of them and say which: PYTHON=/path/to/python3.12 make run"
            % ((sys.executable,) + tuple(sys.version_info[:2]))
        )
    sys.path[0] = os.path.join(ROOT, "site")  # instead of this file's folder
    from config.installing import run  # it needs the Python that was just checked

    sys.exit(run(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
