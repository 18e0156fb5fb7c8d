"""Gathers the tables of the rooms; nothing is defined here."""

from core.access.feeds.models import FeedKey, FeedVisit
from core.access.models import Joining
from core.contract.models import PluginSettings, Switch
from core.jobs.batches.models import Batch
from core.jobs.models import Job
from core.media.chapters.models import Chapter
from core.media.editing.models import Dropped, Edition, EditionPart
from core.media.models import Asset, AssetTag, Preparation, Rendition, Stage, Upload
from core.media.moving.models import Move
from core.media.transcripts.models import (
    HeardPiece,
    Transcript,
    TranscriptDraft,
    TranscriptVersion,
)
from core.notify.models import Delivery, Notification, Preference
from core.playback.models import Viewing
from core.progress.models import Bookmark, Completion, Note, Watch
from core.storage.models import StoredObject
from core.usage.models import Expense
from core.webhooks.models import Receipt

__all__ = [
    "Asset",
    "AssetTag",
    "Batch",
    "Bookmark",
    "Chapter",
    "Completion",
    "Delivery",
    "Dropped",
    "Edition",
    "EditionPart",
    "Expense",
    "FeedKey",
    "FeedVisit",
    "HeardPiece",
    "Job",
    "Joining",
    "Move",
    "Note",
    "Notification",
    "PluginSettings",
    "Preference",
    "Preparation",
    "Receipt",
    "Rendition",
    "Stage",
    "StoredObject",
    "Switch",
    "Transcript",
    "TranscriptDraft",
    "TranscriptVersion",
    "Upload",
    "Viewing",
    "Watch",
]
