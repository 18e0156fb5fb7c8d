"""The command behind `make run`."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is started yet: Ctrl-C needs no traceback

from .running import main  # noqa: E402 - loading it takes a moment

if __name__ == "__main__":
    sys.exit(main())
