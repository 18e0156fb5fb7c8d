"""A video provider that also takes files straight from browsers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from .providers import Probe, VideoProvider


@dataclass(frozen=True, slots=True)
class DirectAddress:
    """Where a browser sends one file, and what the provider must remember of it.

    The address takes the file by PUT in chunks of whole 256 KiB, each with ``Content-Range``; it
    answers 308 and ``Range`` while more is to come, and success once it has all (the protocol of
    Google Cloud Storage's resumable uploads). ``bytes */<size>`` asks how much has arrived.
    """

    url: str
    seconds: float  # until it takes nothing any more
    remembered: Mapping[str, Any] = field(
        default_factory=dict
    )  # as ``VideoWork.remember`` keeps it


@runtime_checkable
class DirectVideoProvider(VideoProvider, Protocol):
    """A video provider that also takes files straight from browsers; nobody has to be one.

    Such a file never lies in our storage: its asset has no original, ``prepare`` is called without
    ``work.source``, and what needs the original (a cut, a download, words heard by us) is not to
    be had until ``fetch_original`` has brought it home.
    """

    def takes_files(self, site: Any) -> bool:
        """Say whether an operator wants new uploads of this site sent straight to you."""

    def upload_origins(self, site: Any) -> Sequence[str]:
        """Return the origins that addresses of yours lie at; the admin's pages may send there."""

    def new_address(self, asset: Any, *, origin: str) -> DirectAddress:
        """Make an address for the file of ``asset``, to be used by pages of ``origin``.

        Raise ``Later`` or ``VideoError`` where you can't: the file is sent to us as ever.
        """

    def inspect(self, asset: Any) -> Probe:
        """Say what the file is that has come; raise ``Later`` until you know.

        Codecs that you do not know are "unknown". Raise ``VideoError`` where nothing came.
        """

    def fetch_original(self, asset: Any, folder: Path, *, tick: Callable[[], None]) -> Path:
        """Bring the best you keep of the file into ``folder``, an MP4; ``Later`` until it is there.

        ``tick`` extends the lease: call it while bytes come.
        """
