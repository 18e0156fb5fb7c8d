"""What is said is written down: a stage of the preparation whose sound is heard.

It is no stage of the asset's own: a film is ready without its words.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.media.models import Asset, Preparation, Stage

from .preparation import begin_stage, end_running
from .reports import of_playing

STAGE = "speech"
POSITION = 90  # behind what a provider does, before what is improved


def begin_listening(asset: Asset) -> Preparation:
    """Say that an asset's sound is heard; returns whose stage that is."""
    report = of_playing(asset)
    defaults = {"label": _("Writing down what is said"), "position": POSITION, "is_late": True}
    report.stages.get_or_create(name=STAGE, defaults=defaults)
    begin_stage(report, STAGE)
    return report


def end_listening(report: Preparation) -> None:
    """Say that the words are written."""
    end_running(report, Stage.State.DONE, is_late=True)


def give_up_listening(asset: Asset, reason: str) -> None:
    """Nobody could write the words down, for good: the stage says why."""
    stages = Stage.objects.filter(preparation__asset=asset, name=STAGE)
    for stage in stages.filter(state=Stage.State.RUNNING).select_related("preparation"):
        if stage.preparation:
            end_running(stage.preparation, Stage.State.FAILED, reason, is_late=True)
