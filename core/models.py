"""Gathers the tables of the rooms; nothing is defined here."""

from core.contract.models import PluginSettings, Switch
from core.jobs.models import Job
from core.media.models import Asset, AssetTag, Rendition, Stage, Upload
from core.progress.models import Bookmark, Completion, Note, Watch
from core.storage.models import StoredObject

__all__ = [
    "Asset",
    "AssetTag",
    "Bookmark",
    "Completion",
    "Job",
    "Note",
    "PluginSettings",
    "Rendition",
    "Stage",
    "StoredObject",
    "Switch",
    "Upload",
    "Watch",
]
