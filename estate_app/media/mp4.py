"""Videos in ISO base media files (MP4, QuickTime): a strict check of the boxes, and the removal of what tells a place. Pure.

Boxes are never moved: what must go is overwritten with zeros and renamed `free`, so that every offset stays right. Fragmented
files are refused, since their samples cannot be found through one table (ISO/IEC 14496-12).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

_U32, _U64 = Struct(">I"), Struct(">Q")
_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  ", b"3gp4", b"3gp5", b"3gp6"})
_TOP = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"meta", b"uuid", b"udta", b"pdin"})
_PRIVATE = frozenset({b"udta", b"meta", b"uuid"})
_SHOWN = frozenset({b"vide", b"soun"})
_MAX_BOXES = 2000


class BadVideoError(ValueError):
    """The file is no video that can be checked and cleaned."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its type, where it begins, where its body begins, and where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Video:
    """What a video says of itself."""

    width: int
    height: int
    duration_ms: int


def clean(data: bytearray | memoryview) -> Video:
    """Check a whole file and overwrite its private boxes and hidden tracks in place.

    Raises:
        BadVideoError: a box is malformed, fragmented or of an unknown kind, or there is no picture track.
    """
    view = memoryview(data)
    top = list(_boxes(view, 0, len(view)))
    if not top or top[0].kind != b"ftyp" or bytes(view[top[0].body : top[0].body + 4]) not in _BRANDS:
        raise BadVideoError("not an MP4 or QuickTime file")
    if any(box.kind not in _TOP for box in top):
        raise BadVideoError("unknown or fragmented boxes")
    movies = [box for box in top if box.kind == b"moov"]
    if len(movies) != 1 or not any(box.kind == b"mdat" for box in top):
        raise BadVideoError("no single movie with its data")
    inner = list(_boxes(view, movies[0].body, movies[0].end))
    if any(box.kind == b"mvex" for box in inner):
        raise BadVideoError("fragmented")
    video = _describe(view, inner)
    for box in inner:
        if box.kind == b"trak":
            _clean_track(view, box)
    for box in (*top, *inner):
        if box.kind in _PRIVATE or box.kind in {b"free", b"skip", b"wide"}:
            _erase(view, box)
    return video


def _boxes(view: memoryview, start: int, end: int) -> Iterator[Box]:
    at = start
    for _ in range(_MAX_BOXES):
        if at == end:
            return
        if end - at < 8:
            raise BadVideoError("a box is cut off")
        size, kind, head = _U32.unpack_from(view, at)[0], bytes(view[at + 4 : at + 8]), 8
        if size == 1 and end - at >= 16:
            size, head = _U64.unpack_from(view, at + 8)[0], 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise BadVideoError("a box is longer than its parent")
        yield Box(kind, at, at + head, at + size)
        at += size
    raise BadVideoError("too many boxes")


def _child(view: memoryview, parent: Box, *path: bytes) -> Box | None:
    for kind in path:
        found = next((box for box in _boxes(view, parent.body, parent.end) if box.kind == kind), None)
        if found is None:
            return None
        parent = found
    return parent


def _describe(view: memoryview, inner: list[Box]) -> Video:
    head = next((box for box in inner if box.kind == b"mvhd"), None)
    if head is None or head.end - head.body < 32:
        raise BadVideoError("no movie head")
    is_long = view[head.body] == 1
    scale = _U32.unpack_from(view, head.body + (20 if is_long else 12))[0]
    length = (_U64 if is_long else _U32).unpack_from(view, head.body + (24 if is_long else 16))[0]
    for box in inner:
        if box.kind != b"trak" or _handler(view, box) != b"vide":
            continue
        shape = _child(view, box, b"tkhd")
        if shape is None or shape.end - shape.body < 84:
            raise BadVideoError("no track head")
        width, height = (_U32.unpack_from(view, shape.end - back)[0] >> 16 for back in (8, 4))
        return Video(width, height, length * 1000 // scale if scale else 0)
    raise BadVideoError("no picture")


def _handler(view: memoryview, track: Box) -> bytes:
    box = _child(view, track, b"mdia", b"hdlr")
    if box is None or box.end - box.body < 12:
        raise BadVideoError("a track says not what it is")
    return bytes(view[box.body + 8 : box.body + 12])


def _clean_track(view: memoryview, track: Box) -> None:
    """Keep picture and sound without their notes; erase any other track (positions, faces) with its samples."""
    if _handler(view, track) in _SHOWN:
        for box in _boxes(view, track.body, track.end):
            if box.kind in _PRIVATE:
                _erase(view, box)
        return
    for start, end in _samples(view, track):
        if not 0 <= start <= end <= len(view):
            raise BadVideoError("a sample lies outside the file")
        view[start:end] = bytes(end - start)
    _erase(view, track)


def _samples(view: memoryview, track: Box) -> list[tuple[int, int]]:
    """Where a track's samples lie, one span per chunk."""
    table = _child(view, track, b"mdia", b"minf", b"stbl")
    if table is None:
        raise BadVideoError("a track has no table")
    found = {box.kind: box for box in _boxes(view, table.body, table.end)}
    offsets_box = found.get(b"stco") or found.get(b"co64")
    if offsets_box is None or b"stsz" not in found or b"stsc" not in found:
        raise BadVideoError("a track's table is incomplete")
    same = _U32.unpack_from(view, found[b"stsz"].body + 4)[0]
    count = _U32.unpack_from(view, found[b"stsz"].body + 8)[0]
    sizes = [same] * min(count, len(view)) if same else _numbers(view, found[b"stsz"], 8, _U32)
    offsets = _numbers(view, offsets_box, 4, _U64 if offsets_box.kind == b"co64" else _U32)
    runs = _numbers(view, found[b"stsc"], 4, _U32, each=3)
    starts = [*runs[0::3][1:], len(offsets) + 1]
    spans, at = [], 0
    for first, per_chunk, after in zip(runs[0::3], runs[1::3], starts, strict=True):
        for chunk in range(first, min(after, len(offsets) + 1)):
            length = sum(sizes[at : at + per_chunk])
            spans.append((offsets[chunk - 1], offsets[chunk - 1] + length))
            at += per_chunk
    return spans


def _numbers(view: memoryview, box: Box, skip: int, unit: Struct, *, each: int = 1) -> list[int]:
    """Read a counted list whose count stands after `skip` bytes of the body."""
    first = box.body + skip + 4
    if first > box.end:
        raise BadVideoError("a list is cut off")
    count = _U32.unpack_from(view, box.body + skip)[0] * each
    if first + count * unit.size > box.end:
        raise BadVideoError("a list is cut off")
    return [unit.unpack_from(view, first + i * unit.size)[0] for i in range(count)]


def _erase(view: memoryview, box: Box) -> None:
    view[box.start + 4 : box.start + 8] = b"free"
    view[box.body : box.end] = bytes(box.end - box.body)
