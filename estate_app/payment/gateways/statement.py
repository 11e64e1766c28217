"""What all statement readers share. Pure."""

import gzip
import io
import zipfile
from collections.abc import Callable, Sequence

from estate_app.payment.gateways.contract import StatementError, StatementKind, StatementRow, StatementTotals

MAX_BYTES = 256 * 1024 * 1024
"""No day of one merchant comes near this; what unpacks to more is no statement."""
GZIP_HEAD = b"\x1f\x8b"


def require_totals(rows: Sequence[StatementRow], totals: StatementTotals) -> None:
    """Compare the lines with the vendor's own footer, or raise StatementError: a line is missing or was added."""
    paid = sum(row.amount_fen for row in rows if row.kind is StatementKind.payment)
    refunded = sum(row.amount_fen for row in rows if row.kind is StatementKind.refund)
    if totals.count != len(rows):
        raise StatementError("truncated", f"the footer counts {totals.count} lines, the file has {len(rows)}")
    if (totals.paid_fen, totals.refunded_fen) != (paid, refunded):
        raise StatementError("truncated", "the sums of the lines are not those of the footer")


def unpack_gzip(packed: bytes) -> bytes:
    """Return a file that may be gzipped, unpacked. Raises StatementError."""
    if not packed.startswith(GZIP_HEAD):
        return packed
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise StatementError("truncated", "the gzip stream ends too early or is damaged") from error
    if len(raw) > MAX_BYTES:
        raise StatementError("not_a_statement", "far too large")
    return raw


def unzip_member(packed: bytes, chosen: Callable[[zipfile.ZipInfo], bool]) -> tuple[str, bytes] | None:
    """Return name and content of the first chosen member, or None when there is none. Raises StatementError."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            info = next((info for info in archive.infolist() if chosen(info)), None)
            if info is None:
                return None
            if info.file_size > MAX_BYTES:
                raise StatementError("not_a_statement", "far too large")
            return info.filename, archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        # The library tells a wrong checksum, an unknown method and a password apart by type; to us none is a statement.
        raise StatementError("not_a_statement", "the zip cannot be unpacked") from error
