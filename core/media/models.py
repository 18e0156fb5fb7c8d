"""Assets, their uploads, their renditions, and the stages of their preparation."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase
from wagtail.models import CollectionMember, Site
from wagtail.search import index

from core.storage.models import StoredObject


class AssetTag(TaggedItemBase):
    """A tag on an asset; its own table, because an asset's key is a UUID."""

    content_object = models.ForeignKey(
        "core.Asset", on_delete=models.CASCADE, related_name="asset_tags"
    )


class Asset(CollectionMember, index.Indexed, models.Model):  # type: ignore[django-manager-missing]
    """One video, audio or download, whoever encodes and keeps it."""

    class Kind(models.TextChoices):
        VIDEO = "video", "Video"
        AUDIO = "audio", "Audio"
        FILE = "file", "Download"

    class Status(models.TextChoices):
        UPLOADING = "uploading", "Uploading"
        PROCESSING = "processing", "Processing"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="assets")
    title = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.VIDEO)  # of its file
    asked = models.CharField(  # what kind was asked for, once a file has been read
        max_length=8, choices=Kind.choices, blank=True, default="", db_default=""
    )
    tags = TaggableManager(through=AssetTag, blank=True)
    file_name = models.CharField(max_length=255, blank=True)  # shown, never used as a path
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    original = models.ForeignKey(
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    poster = models.ForeignKey(
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    storyboard = models.ForeignKey(  # a tree: storyboard.vtt and its sprite sheets
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waveform = models.ForeignKey(  # the sound's peaks, as JSON
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    offers_file = models.BooleanField(default=False)  # a page lets members download it whole
    provider = models.CharField(max_length=80, default="ffmpeg")  # the video provider
    provider_data = models.JSONField(default=dict)  # what only that provider reads

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADING)
    error = models.TextField(blank=True)  # plain words: what happened and what to do
    duration = models.FloatField(null=True, blank=True)  # seconds
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    probe = models.JSONField(default=dict)  # core.contract.providers.Probe as a dict
    tracks = models.JSONField(default=dict)  # core.media.tracks.Tracks, which alone writes it
    edition = models.PositiveIntegerField(default=0)  # the one that plays; core.media.editing
    kept = models.JSONField(default=list)  # [[start, end), …] of the original; none: all of it

    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    playable_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    search_fields: ClassVar[list[index.BaseField]] = [
        *CollectionMember.search_fields,
        index.SearchField("title", boost=10),
        index.AutocompleteField("title"),
        index.RelatedFields("tags", [index.SearchField("name"), index.AutocompleteField("name")]),
        index.FilterField("site"),
        index.FilterField("kind"),
        index.FilterField("status"),
        index.FilterField("created_at"),
    ]

    class Meta:
        permissions = [("choose_asset", "Can choose asset")]
        indexes = [models.Index(fields=["site", "-created_at"], name="asset_site_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_playable(self) -> bool:
        return self.playable_at is not None

    @property
    def asked_kind(self) -> str:
        """What the next file is taken for: a video whose file had no picture is one still."""
        return self.asked or self.kind


class Upload(models.Model):
    """A resumable upload (tus 1.0) on its way to becoming an asset's original."""

    class State(models.TextChoices):
        RECEIVING = "receiving", "Receiving"
        COMPLETE = "complete", "Complete"
        ABANDONED = "abandoned", "Abandoned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="uploads")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField()  # bytes promised
    received = models.BigIntegerField(default=0)  # bytes on disk
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVING)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField()
    replaces = models.JSONField(null=True, blank=True)  # how its seconds lie; None: it fills
    direct = models.TextField(blank=True, default="", db_default="")  # sent to its provider there

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gte=0) & Q(received__lte=models.F("size")),
                name="upload_received_within_size",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class Rendition(models.Model):
    """One way an asset can be played: a rung of the ladder, a sound track, a download."""

    class Kind(models.TextChoices):
        HLS = "hls", "HLS"
        AUDIO = "audio", "Audio only"
        FILE = "file", "Download"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="renditions")
    provider = models.CharField(max_length=80, default="ffmpeg")  # who made it and plays it
    name = models.CharField(max_length=40)  # "720p"
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.HLS)
    object = models.ForeignKey(
        StoredObject, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    bit_rate = models.PositiveIntegerField(null=True, blank=True)  # bits a second, at the peak
    average_bit_rate = models.PositiveIntegerField(null=True, blank=True)
    frame_rate = models.FloatField(null=True, blank=True)
    codecs = models.CharField(max_length=80, blank=True)  # RFC 6381: "avc1.64001f,mp4a.40.2"
    duration = models.FloatField(null=True, blank=True)  # seconds that can be played
    quality = models.FloatField(null=True, blank=True)  # VMAF of samples, 0 to 100
    is_growing = models.BooleanField(default=False)  # playable, and more is on its way
    fence = models.PositiveIntegerField(default=0)  # the claim that published it
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "provider", "name"], name="one_rendition_a_name"
            ),
        ]
        ordering = ["height", "name"]

    def __str__(self) -> str:
        return self.name


class PosterCandidate(models.Model):
    """A frame that an editor may choose as the poster."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="poster_candidates")
    object = models.ForeignKey(StoredObject, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()  # the most telling first
    seconds = models.FloatField()  # where in the video

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "position"], name="one_candidate_a_position"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.asset_id} at {self.seconds:.1f} s"


class Preparation(models.Model):
    """One time an asset was prepared: its first, a cut, a copy elsewhere, what came later."""

    class Cause(models.TextChoices):
        FIRST = "first", "As it was uploaded"
        CUT = "cut", "Cut"
        REPLACED = "replaced", "File replaced"
        MOVED = "moved", "Moved"
        IMPROVED = "improved", "Improved"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="preparations")
    key = models.CharField(max_length=40)  # what it was for: "edition:2", "move:7", "late:12"
    cause = models.CharField(max_length=8, choices=Cause.choices)
    edition = models.PositiveIntegerField(default=0)  # the number of what it makes
    provider = models.CharField(max_length=80, blank=True)  # who makes it
    has_played = models.BooleanField(default=False)  # what came of it plays, or did
    gave_up = models.BooleanField(default=False)  # it failed, or was stopped, before that
    made = models.JSONField(default=list)  # its renditions' facts, once they gave way
    began_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "key"], name="one_preparation_a_key"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.asset_id} {self.key}"


class Stage(models.Model):
    """One step of a preparation, as its editor sees it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not needed"

    asset = models.ForeignKey(  # while what came of it is what plays
        Asset, null=True, blank=True, on_delete=models.CASCADE, related_name="stages"
    )
    preparation = models.ForeignKey(  # None: before each had its own (services.reports)
        Preparation, null=True, blank=True, on_delete=models.CASCADE, related_name="stages"
    )
    name = models.CharField(max_length=40)  # "probe"
    label = models.CharField(max_length=120)  # "Reading the file"
    position = models.PositiveSmallIntegerField()
    is_late = models.BooleanField(default=False, db_default=False)  # done after it was ready
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    progress = models.FloatField(default=0)  # 0..1
    eta_seconds = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField(blank=True)
    made = models.JSONField(default=list)  # names of what it published
    cpu_seconds = models.FloatField(default=0)  # of the programs it ran, all attempts together
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "name"], name="one_stage_a_name"),
            models.UniqueConstraint(
                fields=["preparation", "name"], name="one_stage_a_name_and_preparation"
            ),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.label
