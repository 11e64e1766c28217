"""A QR code as one path of squares, so that a page draws it as SVG without foreign markup. Pure."""

import segno

_QUIET = 2


def qr_path(text: str) -> tuple[str, int]:
    """The path of the dark squares and the side in squares, with a quiet zone of two; the frame around it adds the rest."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=_QUIET)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return path, len(rows)
