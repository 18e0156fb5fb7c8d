"""Starts the embedded servers again when they end while the site runs."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from config.embedded.postgres import Postgres, PostgresError
from config.embedded.process import tail
from config.embedded.valkey import Valkey, ValkeyError
from config.troubles import FULL, Trouble, size

from .patience import Patience

LEAST_ROOM = 32 * 2**20  # a server that ended for want of it is not tried before


@dataclass
class Tended:
    """One server; what it cannot do without is looked at before it is started."""

    name: str
    server: Postgres | Valkey
    patience: Patience = field(default_factory=Patience)
    waits_for_room: bool = False

    def look(self, say: Callable[[str], None]) -> None:
        child = self.server.child
        if child is None:
            self._start_when_due(say)
        elif child.poll() is not None:
            self.server.stop()
            self.patience.end()
            say(f"{self.name} ended ({how(child.returncode)}); {self.patience.words}")
            self._give_up_when_over()

    def _start_when_due(self, say: Callable[[str], None]) -> None:
        if not self.patience.is_due or not self._has_room(say):
            return
        self.patience.begin()
        try:
            self.server.start()
        except (PostgresError, ValkeyError, OSError) as error:
            self.server.stop()
            self.patience.end()
            self._give_up_when_over()
            say(f"{error}\n{self.name}: {self.patience.words}")
        else:
            say(f"{self.name} runs again")

    def _has_room(self, say: Callable[[str], None]) -> bool:
        """Wait for somebody to free space: trying without it would only use up the patience."""
        free = shutil.disk_usage(self.server.log.parent).free
        is_short = free < LEAST_ROOM and (
            self.waits_for_room or FULL.search(tail(self.server.log, 40)) is not None
        )
        if is_short and not self.waits_for_room:
            say(
                f"The disk is full: {size(free)} are free below {self.server.log.parent.parent}.\n"
                f"{self.name} waits until you have freed some space; nothing is lost."
            )
        self.waits_for_room = is_short
        return not is_short

    def _give_up_when_over(self) -> None:
        if self.patience.is_over:
            raise Trouble(
                f"{self.name} has ended {self.patience.ends} times in a row. Its last words:\n"
                f"{tail(self.server.log)}\nAll of them stand in {self.server.log}"
            )


def how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
