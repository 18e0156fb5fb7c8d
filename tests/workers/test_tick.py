"""What is looked after every two seconds: each part, whatever became of the one before it."""

from __future__ import annotations

import pytest

from core.jobs.claims import work_folder
from core.storage.scratch import copies_folder
from workers.tasks import tick


@pytest.mark.django_db
def test_a_part_that_breaks_down_keeps_no_other_from_its_work():
    (work_folder() / "job-of-a-stranger").mkdir(parents=True)
    left = copies_folder() / "job-0" / "film"
    left.parent.mkdir(parents=True)
    left.touch()
    with pytest.raises(ValueError, match="unpack"):
        tick()
    assert not left.exists()
