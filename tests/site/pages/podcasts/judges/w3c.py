"""Judges feeds as validator.w3.org/feed does: prints what it says of each file, as JSON.

Beside it lies the validator, https://github.com/w3c/feedvalidator at 43dabeb (16 December 2025),
as it is, with its licence (MIT): no index has it. In a process of its own it may set what it likes.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main(addresses: dict[str, str]) -> None:
    """``addresses``: where each file would be fetched from, by the file's path."""
    warnings.simplefilter("ignore")  # old string escapes
    sys.path.insert(0, str(HERE / "w3c_feedvalidator.zip"))
    import feedvalidator

    faults = (feedvalidator.logging.Error, feedvalidator.logging.Warning)
    said = {}
    for path, address in addresses.items():
        found = feedvalidator.validateString(Path(path).read_bytes(), base=address)
        events = found["loggedEvents"]
        said[path] = [_said(one) for one in events if isinstance(one, faults)]
    json.dump(said, sys.stdout)


def _said(event: Any) -> str:
    known = {
        name: event.params[name] for name in ("parent", "element", "value") if name in event.params
    }
    return " ".join([type(event).__name__, *(f"{name}={value}" for name, value in known.items())])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
