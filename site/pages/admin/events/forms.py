"""The form of an event: its times are those of the zone in which it is announced."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone, localtime
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
            at = self.initial.get(name)
            if name in self.fields and isinstance(at, datetime):
                self.initial[name] = worn(at, clock, get_current_timezone())

    def clean(self):
        cleaned = super().clean()
        clock = zone(cleaned.get("timezone") or self.instance.timezone)
        for name in TIMES:
            at = cleaned.get(name)
            if at is None:
                continue
            cleaned[name] = worn(at, get_current_timezone(), clock)
            if localtime(cleaned[name], clock).hour != localtime(at).hour:
                self.add_error(
                    name, ValidationError(_("The clocks skip this hour. Choose another."))
                )
        return cleaned


def worn(at: datetime, shown_in, meant_in) -> datetime:
    """Return the moment at which clocks in ``meant_in`` show what ``shown_in`` shows at ``at``.

    An hour that the clocks skip becomes the one after it: it is told by its other number.
    """
    wall = at.astimezone(shown_in).replace(tzinfo=None)
    aware = wall.replace(tzinfo=meant_in)
    return datetime.fromtimestamp(aware.timestamp(), tz=meant_in)
