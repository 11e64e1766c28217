"""Builds small ISO base media files box by box."""

from struct import pack


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack(">I", 8 + len(body)) + kind + body


def track(handler: bytes, offsets=(), sizes=(), *, extra=b"") -> bytes:
    head = box(b"tkhd", bytes(76), pack(">II", 640 << 16, 360 << 16))
    table = box(
        b"stbl",
        box(b"stsz", bytes(4), pack(">II", 0, len(sizes)), *(pack(">I", s) for s in sizes)),
        box(b"stsc", bytes(4), pack(">I", 1), pack(">III", 1, 1, 1)),
        box(b"stco", bytes(4), pack(">I", len(offsets)), *(pack(">I", o) for o in offsets)),
    )
    media = box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13)), box(b"minf", table))
    return box(b"trak", head, media, extra)


FTYP = box(b"ftyp", b"isom", bytes(4), b"isomavc1")
MDAT_AT = len(FTYP) + 8
MVHD = box(b"mvhd", bytes(12), pack(">II", 1000, 12_000), bytes(80))
PLACE = b"+30.5148+114.3952/"


def clip(*tracks: bytes, data=b"picture-and-sound", extra=b"", top=b"") -> bytes:
    return FTYP + box(b"mdat", data) + box(b"moov", MVHD, *(tracks or (track(b"vide"),)), extra) + top
