"""How often something may end by itself, and how long to wait before it is started again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0
MOST_ENDS = 7  # with the pauses between them about half a minute


@dataclass
class Patience:
    """The first end is answered at once, each one soon after it later; then it is over."""

    clock: Callable[[], float] = time.monotonic
    ends: int = 0
    began: float = 0.0
    again_at: float = 0.0

    def begin(self) -> None:
        self.began = self.clock()

    def end(self) -> None:
        now = self.clock()
        steady = now - self.began > STEADY_SECONDS
        self.ends = 1 if steady else self.ends + 1
        self.again_at = now + self.pause

    @property
    def pause(self) -> float:
        return min(2.0 ** (self.ends - 2), LONGEST_PAUSE) if self.ends > 1 else 0.0

    @property
    def is_due(self) -> bool:
        return self.clock() >= self.again_at

    @property
    def is_over(self) -> bool:
        return self.ends >= MOST_ENDS

    @property
    def words(self) -> str:
        return f"again in {self.pause:.0f} s" if self.pause else "starting it again"
