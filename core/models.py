"""Gathers the tables of the rooms; nothing is defined here."""

from core.access.feeds.models import FeedKey, FeedVisit
from core.contract.models import PluginSettings, Switch
from core.jobs.models import Job
from core.media.models import Asset, AssetTag, Rendition, Stage, Upload
from core.progress.models import Bookmark, Completion, Note, Watch
from core.storage.models import StoredObject
from core.webhooks.models import Receipt

__all__ = [
    "Asset",
    "AssetTag",
    "Bookmark",
    "Completion",
    "FeedKey",
    "FeedVisit",
    "Job",
    "Note",
    "PluginSettings",
    "Receipt",
    "Rendition",
    "Stage",
    "StoredObject",
    "Switch",
    "Upload",
    "Watch",
]
