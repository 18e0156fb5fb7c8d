"""The drills use the gate's own fixtures."""

from tests.core.conftest import *  # noqa: F403
from tests.core.playback.conftest import *  # noqa: F403
