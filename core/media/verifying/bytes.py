"""Compares what a row says of stored bytes with what lies in their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.contract.errors import NoProvider, StorageError
from core.contract.providers import StorageProvider
from core.storage.models import StoredObject
from core.storage.services import place

HEAD = 64 * 1024  # bytes of a segment within which its last box begins
BOX = 8  # bytes of a box's size and kind (ISO/IEC 14496-12)
LARGE = 16  # bytes where the size needs 64 bits


@dataclass(slots=True)
class Found:
    """What lies there: every file's size by its name, and what is wrong with it."""

    sizes: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def compare(obj: StoredObject) -> Found:
    """Look at every file of an object; the sizes are asked for, the bytes are not read."""
    try:
        shelf = place(obj)
        is_tree = obj.shape == StoredObject.Shape.TREE
        return _tree(shelf, obj) if is_tree else _file(shelf, obj)
    except (NoProvider, StorageError) as error:
        return Found(faults=[str(error)])


def _file(shelf: StorageProvider, obj: StoredObject) -> Found:
    stat = shelf.stat(obj.key)
    if stat is None:
        return Found(faults=[_("is not there")])
    found = Found({"": stat.size})
    if stat.size != obj.size:
        found.faults.append(_other_size(stat.size, obj.size))
    return found


def _tree(shelf: StorageProvider, obj: StoredObject) -> Found:
    found = Found()
    for key in shelf.walk(obj.key):
        if (stat := shelf.stat(key)) is not None:
            found.sizes[key.removeprefix(f"{obj.key}/")] = stat.size
    if not found.sizes:
        found.faults.append(_("is not there"))
        return found
    if len(found.sizes) != obj.files:
        counts = {"found": len(found.sizes), "wanted": obj.files}
        found.faults.append(_("%(found)d of %(wanted)d files are there") % counts)
    elif (size := sum(found.sizes.values())) != obj.size:
        cut = list(_cut_off(shelf, obj, found.sizes))
        found.faults += cut or [_other_size(size, obj.size)]
    return found


def _other_size(found: int, wanted: int) -> str:
    return _("has %(found)d bytes instead of %(wanted)d") % {"found": found, "wanted": wanted}


def _cut_off(shelf: StorageProvider, obj: StoredObject, sizes: dict[str, int]) -> Iterator[str]:
    """Name the files whose last box promises more or fewer bytes than there are."""
    for name, size in sizes.items():
        if not name.endswith((".m4s", ".mp4")):
            continue
        head = b"".join(shelf.open(f"{obj.key}/{name}", start=0, end=min(HEAD, size)))
        if (promised := _promised(head)) != size:
            yield f"{name} {_other_size(size, promised)}"


def _promised(head: bytes) -> int:
    """Add up the boxes; each says how long it is, and the last one goes beyond the head."""
    at = 0
    while at + BOX <= len(head):
        size = int.from_bytes(head[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(head[at + BOX : at + LARGE], "big")
        if size < BOX:
            break
        at += size
    return at
