"""The media drills bring files in as the workers' tests do."""

from tests.workers.conftest import *  # noqa: F403
