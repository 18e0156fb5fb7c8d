"""One event as a file for a calendar."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from core.access.services import may_each

from ..cards import address
from ..events.calendars import Entry, calendar_of
from ..events.queries import Places, places_of
from ..models import Event
from ..shell import Shell, shell_of

TYPE = "text/calendar; charset=utf-8"


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with one event, to whoever may see its page."""
    frame = shell_of(request)
    here = Event.objects.filter(path__startswith=frame.site.root_page.path, live=True)
    event = here.filter(pk=pk).select_related("edition").first()
    if event is None or not may_each(frame.reach, [event])[event.pk]:
        raise Http404
    places = places_of(event, frame.member)
    text = calendar_of([entry_of(event, frame, places, is_member=frame.is_member)])
    response = HttpResponse(text, content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    add_never_cache_headers(response)
    return response


def entry_of(event: Event, frame: Shell, places: Places, *, is_member: bool) -> Entry:
    """Return an event as a calendar shows it to one person; the room's gate only to who may in."""
    gate = reverse("event_room", args=[event.pk])
    is_let_in = is_member and places.may_enter and not event.is_cancelled
    return Entry(
        event,
        frame.origin + address(event, frame),
        room=frame.origin + gate if is_let_in else "",
        state=places.mine,
    )
