"""Plays what was made before members do: a wrong key or restriction is found here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from django.utils.translation import gettext as _

from core.contract.errors import VideoError
from core.contract.providers import VideoWork

from .account import Account
from .asking import ask, page_of

REFUSED = (401, 403)


def check_playing(
    work: VideoWork, account: Account, playback: str, wait: Callable[[], NoReturn]
) -> None:
    """Ask for the playlist as a page of the site does; ``wait`` is called where it is not there.

    Raises ``VideoError`` where Mux refuses what we sign.
    """
    page = page_of(work.site_id)
    address = f"{account.stream_url}/{playback}.m3u8"
    answer = ask(account, address, playback, "video", page=page)
    if answer.status_code in REFUSED:
        raise VideoError(_refusal(account, page))
    if not answer.is_success:
        wait()


def _refusal(account: Account, page: str) -> str:
    words = _(
        "Mux refuses to play what our signing key signs. Check under Features that ID and private "
        "key belong together and to the account of the access token, then try again."
    )
    if not account.restriction_id:
        return words
    more = _("Check also that the playback restriction names %(page)s.") % {"page": page}
    return f"{words} {more}"
