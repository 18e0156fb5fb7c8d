"""Storing, reading and letting go of objects, wherever they lie."""

from __future__ import annotations

import errno
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.contract import first
from core.contract.errors import NoProvider, StorageError, StorageFull
from core.contract.providers import StorageProvider

from .models import StoredObject
from .scratch import scratch

log = structlog.get_logger(__name__)
SWEEP_AT_ONCE = 200
SWEEP_AGAIN = timedelta(hours=1)  # what could not be deleted
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
Tick = Callable[[], None]


def store(
    *, site: Site, source: Path | BinaryIO, content_type: str, purpose: str = "original"
) -> StoredObject:
    """Store one file whole, or raise ``StorageError`` and leave nothing behind.

    A file given as a path may be linked rather than copied: do not write to it afterwards.
    """
    provider = current_place(site)
    key = new_key(purpose)
    stat = provider.put(key, source, content_type=content_type)
    with _undone(provider.delete, key):
        return StoredObject.objects.create(
            site=site, provider=provider.name, key=key, content_type=content_type, size=stat.size
        )


def store_tree(*, site: Site, folder: Path, purpose: str) -> StoredObject:
    """Store every file below ``folder`` at once; a local place takes the folder itself away."""
    provider = current_place(site)
    key = new_key(purpose)
    files = sum(path.is_file() for path in folder.rglob("*"))
    size = provider.put_tree(key, folder)
    with _undone(provider.delete_tree, key):
        return StoredObject.objects.create(
            site=site,
            provider=provider.name,
            key=key,
            shape=StoredObject.Shape.TREE,
            size=size,
            files=files,
        )


def place(obj: StoredObject) -> StorageProvider:
    """Return the provider that keeps ``obj``; raises ``NoProvider`` when it is not installed."""
    return cast("StorageProvider", first("storage_providers", name=obj.provider))


def current_place(site: Site) -> StorageProvider:
    """Return the provider that takes a site's new objects."""
    name = getattr(settings, "STORAGE_PROVIDER", "local_disk")
    return cast("StorageProvider", first("storage_providers", name=name, site=site))


def new_key(purpose: str) -> str:
    """Return a key nobody can guess and nothing else has."""
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}/{purpose}"


def key_of(obj: StoredObject, name: str = "") -> str:
    """Return a file's key: the object's own, or a file's below a tree."""
    if bool(name) != (obj.shape == StoredObject.Shape.TREE):
        raise StorageError("A tree is read by a file's name, a file without one.")
    return f"{obj.key}/{name}" if name else obj.key


def read(
    obj: StoredObject, name: str = "", start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """Read bytes ``start`` (inclusive) to ``end`` (exclusive) of a file, in chunks."""
    return place(obj).open(key_of(obj, name), start=start, end=end)


@contextmanager
def local_copy(obj: StoredObject, *, tick: Tick = lambda: None) -> Iterator[Path]:
    """Lend a file as a path on this machine: where it lies, or a copy that is removed after.

    ``tick`` is called while bytes come.
    """
    provider = place(obj)
    key = key_of(obj)
    path = provider.local_path(key)
    if path is not None:
        yield path
        return
    with scratch() as own:
        copy = own / "file"
        bring(obj, copy, tick=tick)
        yield copy


def bring(obj: StoredObject, path: Path, *, tick: Tick) -> None:
    """Write a file's bytes to ``path``; raises ``StorageFull``, or ``StorageError`` for too few."""
    try:
        with path.open("wb") as file:
            for chunk in read(obj):
                file.write(chunk)
                tick()
    except OSError as error:
        if error.errno not in FULL:
            raise
        words = _("The disk is full. Free some space, or add some, and try again.")
        raise StorageFull(words) from error
    if path.stat().st_size != obj.size:
        raise StorageError(_("The file did not come whole from where it is kept. Try again."))


def doom(obj: StoredObject, *, after: timedelta = timedelta()) -> None:
    """Have an object deleted by the next sweep that comes after ``after``."""
    obj.doomed_at = now() + after
    obj.save(update_fields=["doomed_at"])


def keep(obj: StoredObject) -> None:
    """Take a doom back: what is stored is wanted after all."""
    StoredObject.objects.filter(pk=obj.pk).update(doomed_at=None)


def sweep_doomed(*, tick: Tick = lambda: None) -> int:
    """Delete what is doomed and due, row and bytes; returns how many objects.

    An object still in use is kept and logged; one whose place fails is tried again in an hour.
    ``tick`` is called after each.
    """
    deleted = 0
    while batch := _due():
        done = sum(_swept(number, tick) for number in batch)
        deleted += done
        if done < len(batch):
            break  # what stays may take long to fail: the rest waits for the next sweep
    return deleted


def _swept(number: uuid.UUID, tick: Tick) -> bool:
    is_gone = _delete(number)
    tick()
    return is_gone


def _due() -> list[uuid.UUID]:
    due = StoredObject.objects.filter(doomed_at__lte=now()).order_by("doomed_at", "pk")
    return list(due.values_list("pk", flat=True)[:SWEEP_AT_ONCE])


def _delete(number: uuid.UUID) -> bool:
    """Row first, bytes next, commit last: killed in between, the next sweep does it again."""
    try:
        with transaction.atomic():
            obj = (
                StoredObject.objects.select_for_update(skip_locked=True)
                .filter(pk=number, doomed_at__lte=now())
                .first()
            )
            if obj is None:
                return False
            obj.delete()
            _delete_bytes(obj)
    except ProtectedError:
        StoredObject.objects.filter(pk=number).update(doomed_at=None)
        log.warning("storage.doomed_but_used", object=str(number))
        return False
    except (StorageError, NoProvider) as error:
        failed = StoredObject.objects.filter(pk=number).exclude(doomed_at=None)
        failed.update(doomed_at=now() + SWEEP_AGAIN)
        log.warning("storage.sweep_failed", object=str(number), reason=str(error))
        return False
    return True


def _delete_bytes(obj: StoredObject) -> None:
    provider = place(obj)
    if obj.shape == StoredObject.Shape.TREE:
        provider.delete_tree(obj.key)
    else:
        provider.delete(obj.key)


@contextmanager
def _undone(delete: Callable[[str], None], key: str) -> Iterator[None]:
    """Take the bytes back when their row cannot be written."""
    try:
        yield
    except DatabaseError:
        delete(key)
        raise
