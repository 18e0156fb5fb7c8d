"""The verbs of media: receive uploads, prepare, retry, replace, delete."""

from core.media.queries import stages_of

from .abandoning import abandon
from .arriving import arrived
from .assets import (
    choose_poster,
    delete,
    ingest,
    offer_file,
    replace_poster,
    replace_title,
    retry,
)
from .direct import start_direct
from .sweeping import sweep_uploads
from .uploads import finish, largest_upload, receive, resume, start_upload

__all__ = [
    "abandon",
    "arrived",
    "choose_poster",
    "delete",
    "finish",
    "ingest",
    "largest_upload",
    "offer_file",
    "receive",
    "replace_poster",
    "replace_title",
    "resume",
    "retry",
    "stages_of",
    "start_direct",
    "start_upload",
    "sweep_uploads",
]
