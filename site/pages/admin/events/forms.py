"""The form of an event: its times are those of the zone in which it is announced."""

from datetime import UTC, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.utils.timezone import make_naive, override
from django.utils.translation import gettext as _

from ...middleware import zone
from ..forms import SitePageForm

TIMES = ("starts_at", "ends_at", "replay_until")


class EventForm(SitePageForm):
    """What an editor types as 18:00 is 18:00 where the event is announced, wherever they sit."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        clock = zone(self.instance.timezone)
        for name in TIMES:
            if name not in self.fields:
                continue
            field, at = self.fields[name], self.initial.get(name)
            field.to_python = partial(_bare, field.to_python)
            if isinstance(at, datetime):
                self.initial[name] = make_naive(at, clock)

    def clean(self):
        cleaned = super().clean()
        clock = zone(cleaned.get("timezone") or self.instance.timezone)
        for name in TIMES:
            wall, known = cleaned.get(name), getattr(self.instance, name)
            if wall is None:
                continue
            if known and make_naive(known, clock) == wall:
                cleaned[name] = known  # in the hour that comes twice, too
                continue
            cleaned[name] = meant(wall, clock)
            if make_naive(cleaned[name], clock) != wall:
                self.add_error(
                    name, ValidationError(_("The clocks skip this hour. Choose another."))
                )
        return cleaned


def _bare(to_python, value):
    """Return what a field reads as a clock on a wall shows it: an editor's own skips nothing."""
    with override(UTC):
        at = to_python(value)
    return at and make_naive(at, UTC)


def meant(wall, clock):
    """Return when a zone's clocks show a time; an hour that they skip is the one after."""
    return datetime.fromtimestamp(wall.replace(tzinfo=clock).timestamp(), tz=clock)
