"""What a provider answers with: the protocols, and the small values they exchange."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, runtime_checkable

from .sharing import Sharing

# --- storage ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """A stored file: size in bytes, and an opaque tag that changes with its content."""

    size: int
    etag: str


@runtime_checkable
class StorageProvider(Protocol):
    """A place for bytes, private by default.

    Keys are relative POSIX paths made by the house (``ab/abcdef…/original``), never a user's
    file name. Every method raises ``StorageError`` (``core.contract.errors``) worded for a person.
    """

    name: str
    label: str

    def put(self, key: str, source: BinaryIO | Path, *, content_type: str = "") -> ObjectStat:
        """Store a file whole or not at all. Refuse a key that is taken: nothing is overwritten."""

    def put_tree(self, prefix: str, folder: Path) -> int:
        """Store every file under ``folder`` below ``prefix``, visible all at once or not at all.

        Returns bytes stored. A local place may move (rename) ``folder``.
        """

    def open(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Read bytes ``start`` (inclusive) to ``end`` (exclusive), in chunks."""

    def stat(self, key: str) -> ObjectStat | None:
        """Return a file's size and tag, or None where there is none."""

    def delete(self, key: str) -> None:
        """Delete a file; deleting what is not there is no error."""

    def delete_tree(self, prefix: str) -> None:
        """Delete every file below ``prefix``."""

    def walk(self, prefix: str = "") -> Iterator[str]:
        """Yield every key below ``prefix``."""

    def local_path(self, key: str) -> Path | None:
        """Return where the file lies on this machine, or None where it does not."""

    def link(self, key: str, *, seconds: int, file_name: str = "") -> str | None:
        """Return a signed URL a browser may read directly for ``seconds``, or None."""

    def free_bytes(self) -> int | None:
        """Return how much more fits, or None where nobody knows."""

    def refuses_anonymous_reads(self) -> bool:
        """Prove it: write a probe, try to read it as a stranger would, and remove it."""


# --- video --------------------------------------------------------------------------------


TAIL = 2.0  # seconds of sound after the picture's end that are let be


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source file is, read in the sandbox. Times in seconds, rates per second."""

    container: str
    duration: float
    size: int
    video_codec: str = ""
    audio_codec: str = ""
    width: int = 0  # as shown, after rotation
    height: int = 0
    frame_rate: float = 0.0
    rotation: int = 0  # degrees clockwise: 0, 90, 180, 270
    pixel_format: str = ""
    bit_rate: int = 0
    audio_channels: int = 0
    audio_rate: int = 0
    profile: str = ""
    key_frame_interval: float = 0.0  # the longest seen, 0 when unknown
    is_interlaced: bool = False
    has_square_pixels: bool = True
    transfer: str = ""  # "pq" or "hlg" where the brightness needs mapping, else ""
    loudness: float | None = None  # LUFS (EBU R 128) of a few samples, None where nothing is heard
    sound_delay: float = 0.0  # seconds that the sound begins after the picture
    sound_lack: float = 0.0  # seconds that it ends before it, 0 when unknown, below 0: after it
    picture_at: float | None = None  # begins so long after the file's first stream; None: unknown

    @property
    def has_video(self) -> bool:
        return bool(self.video_codec)

    @property
    def has_audio(self) -> bool:
        return bool(self.audio_codec)

    @property
    def picture_lack(self) -> float:
        """Seconds that the picture ends before the sound; 0 for a short tail."""
        return -self.sound_lack if self.has_video and -self.sound_lack > TAIL else 0.0


@dataclass(frozen=True, slots=True)
class StageSpec:
    """One step of a preparation: a stable name and the words an editor reads."""

    name: str
    label: str
    is_optional: bool = False  # where it fails, what was made before it plays all the same


@dataclass(frozen=True, slots=True)
class RenditionDraft:
    """A rendition a provider has made. Bit rates in bits a second, codecs as in RFC 6381."""

    name: str  # "720p"; also its folder in the stream's tree
    width: int = 0
    height: int = 0
    bit_rate: int = 0
    average_bit_rate: int = 0
    frame_rate: float = 0.0
    codecs: str = ""
    kind: str = "hls"
    is_growing: bool = False  # more of it follows under the same name
    duration: float = 0.0  # seconds that can really be played


@dataclass(frozen=True, slots=True)
class Still:
    """A frame that may become the poster: a JPEG, and the second it was taken at."""

    image: Path
    seconds: float


class VideoWork(Protocol):
    """What the house hands to a video provider for one claim of one preparation.

    Every publishing verb is void once the claim's fence is stale: it raises ``StaleClaim``
    and the provider stops. ``folder`` is this claim's own and disappears with it.
    """

    asset_id: str
    site_id: int
    title: str
    probe: Probe
    folder: Path
    wants_file: bool  # a page lets members download the video whole
    kept: Sequence[tuple[float, float]]  # play only these seconds of the source; none: all of it

    @property
    def source(self) -> Path:
        """Return where the original lies on this machine, brought here when first asked for."""

    @property
    def published(self) -> Collection[str]:
        """Name what is there and not to be made again.

        Whole renditions and files by their names, "poster", "stills", "storyboard", "waveform",
        and "quality/720p" for a rendition that was rated.
        """

    @property
    def remembered(self) -> Mapping[str, Any]:
        """Return what ``remember`` has kept, in this claim or one before it, of this source."""

    @property
    def sharing(self) -> Sharing:
        """Return the verbs by which others make pieces of this (``core.contract.sharing``)."""

    def stage(self, name: str) -> None:
        """Say that a stage begins; the one before it is done."""

    def take_turn(self) -> None:
        """Say that what follows takes long: it waits for its turn behind other films.

        What makes a film playable jumps that queue. Where the turn has not come this raises
        ``Later``; the preparation is begun again then, and finds what it has published.
        """

    def progress(self, fraction: float, *, eta_seconds: int | None = None) -> None:
        """Say how far the stage is (0..1); extends the lease; raises when cancelled or stale."""

    def run(
        self,
        command: Sequence[str],
        *,
        reads: Sequence[Path],
        writes: Path,
        devices: Sequence[Path] = (),
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        """Run a program in the sandbox; see ``core.jobs.sandbox``."""

    def publish(self, draft: RenditionDraft, folder: Path | None) -> None:
        """Publish one rendition's folder (``index.m3u8`` and its segments); playable from now.

        The folder is taken away; None where the bytes lie at the provider. A draft that
        ``is_growing`` carries an EVENT playlist without an end; publish it again, whole under the
        same name, with the same segments and more.
        """

    def publish_file(self, draft: RenditionDraft, path: Path) -> None:
        """Publish one whole file to be downloaded or fed: ``video.mp4``, ``audio.m4a``."""

    def lend(self, name: str, *, only: Collection[str] = ()) -> Path | None:
        """Return a copy of a published rendition's folder, or None where there is none.

        Of all its files, or of those that ``only`` names. A whole file lies alone in a folder.
        """

    def publish_poster(self, image: Path) -> None:
        """Publish the poster (JPEG or WebP)."""

    def publish_stills(self, stills: Sequence[Still]) -> None:
        """Publish the frames among which an editor may choose another poster, best first."""

    def publish_waveform(self, path: Path) -> None:
        """Publish the sound's peaks: JSON as audiowaveform writes it, version 2, 8 bits."""

    def publish_storyboard(self, folder: Path) -> None:
        """Publish ``storyboard.vtt`` and the sprite sheets it names."""

    def rate(self, name: str, quality: float) -> None:
        """Note how near a published rendition comes to its source: VMAF, 0 to 100."""

    def remember(self, **values: Any) -> None:
        """Keep a mapping by your name, of this source alone (``asset.provider_data``)."""

    def spend(self, stage: str, *, key: str, service: str, micros: int, **details: Any) -> None:
        """Tell what an outside service took for a stage: see the hook ``money_spent``."""


@dataclass(frozen=True, slots=True)
class Track:
    """A text track beside a video: captions, chapters or a storyboard (WebVTT)."""

    kind: str  # captions | chapters | metadata
    url: str
    label: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class PlaybackSource:
    """All a player needs: where, what, until when, and what lies beside it.

    ``extra`` may say ``"renew": "query"`` (each request gets the newest source's query) and
    ``"observer": {"module": "<plugin>/player/<name>", …}``: a module of yours that exports
    ``observe(player, observer, {signal})``, fetched once somebody plays who does not ask to be
    left unobserved.
    """

    url: str
    content_type: str  # "application/vnd.apple.mpegurl"
    expires_at: float  # seconds since the epoch
    duration: float = 0.0
    poster: str = ""
    storyboard: str = ""  # URL of a WebVTT with #xywh fragments
    tracks: Sequence[Track] = field(default_factory=tuple)
    extra: Mapping[str, Any] = field(default_factory=dict)


@runtime_checkable
class VideoProvider(Protocol):
    """Makes a source playable and says how to play it.

    One that takes files straight from browsers too signs ``core.contract.direct``.
    With ``cuts = True`` it says that ``prepare`` heeds ``work.kept``; ``work.probe.duration`` is
    then what they have together. Without it an asset that is cut is prepared by another.

    It may also have ``improvements(probe, site_id) -> Sequence[StageSpec]`` and ``improve(work)``:
    what an operator wants done once the asset is ready and plays, as another codec's ladder. When
    that fails the asset stays ready.
    """

    name: str
    label: str

    def wants_new(self, site: Any) -> bool:
        """Say whether an operator wants new uploads of this site prepared by you.

        The first who says yes has them, else ``settings.VIDEO_PROVIDER``.
        """

    def accepts(self, probe: Probe) -> str:
        """Return "" to take the source, or say in plain words why not and what to do."""

    def stages(self, probe: Probe) -> Sequence[StageSpec]:
        """Return the stages of a preparation, in order, as the editor will see them."""

    def prepare(self, work: VideoWork) -> None:
        """Make it playable, best first; publish each rendition as it is finished.

        Where others work and one can only wait, raise ``Later`` (``core.contract.errors``) and be
        called again: no worker is held meanwhile. What must be known then goes to ``remember``.
        """

    def playback(self, asset: Any, *, base_url: str, expires_at: float) -> PlaybackSource:
        """Say how to play ``asset``; ``base_url`` is the gate's tokenised path, ending in ``/``."""

    def forget(self, asset: Any) -> None:
        """Remove what was made outside our storage; called once the asset is deleted."""


# --- words --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One spoken word: seconds from the start of the sound, and how sure (0..1) it is."""

    start: float
    end: float
    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A stretch of speech. Numbers a service does not tell stay at "nothing is wrong"."""

    start: float
    end: float
    text: str
    words: Sequence[HeardWord] = ()
    silence: float = 0.0  # how likely (0..1) nobody speaks here
    compression: float = 1.0  # of the text by zlib; loops compress well


@dataclass(frozen=True, slots=True)
class Heard:
    """What a transcriber heard in one sound, and what that cost in millionths of a dollar."""

    language: str  # BCP 47, as spoken
    sentences: Sequence[HeardSentence]
    micros: int = 0
    cpu_seconds: float = 0.0  # of programs on this machine


@runtime_checkable
class Transcriber(Protocol):
    """Writes down what is said.

    It raises ``TranscriberError`` when another attempt won't help, and ``Busy`` when its service
    does not answer now.
    """

    name: str
    label: str
    needs_account: bool  # one that an operator gave a key goes before what is always there
    longest_seconds: float  # of one sound; the house cuts longer ones at silences

    def languages(self) -> Collection[str]:
        """Return the languages it knows (BCP 47), or nothing where it knows any."""

    def transcribe(self, sound: Path, *, language: str, tick: Callable[[float], None]) -> Heard:
        """Write down one sound (WAV, 16 kHz, mono, 16 bit) of at most ``longest_seconds``.

        ``language`` may be "": tell which is spoken. Call ``tick`` with the seconds heard so far
        whenever you know more: it extends the lease, and what it raises stops you.
        """
