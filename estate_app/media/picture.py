"""Photos: a check by content, then a picture of our own making, without anything that the camera wrote into the file. Pure."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from struct import error as struct_error

from PIL import Image, ImageOps

MAX_SIDE = 2560
THUMBNAIL_SIDE = 320
MAX_PIXELS = 60_000_000
MIME = "image/webp"
_FORMATS = ("JPEG", "PNG", "WEBP")
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct_error, Image.DecompressionBombError, Image.DecompressionBombWarning)


class BadPictureError(ValueError):
    """The file is no picture that can be read to its end."""


class HugePictureError(ValueError):
    """The picture would take more memory than any photo needs."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept, with its thumbnail."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int


def remake(source: Path | bytes) -> Picture:
    """Decode a JPEG, PNG or WebP completely, turn it upright, shrink it to 2560 px and encode it anew, with a thumbnail.

    Raises:
        BadPictureError: the content is another one than its name says, or is damaged.
        HugePictureError: it declares more than 60 million pixels; nothing is decoded then.
    """
    _ensure_whole(source)
    try:
        with _open(source) as image:
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image)
            plain = _flatten(upright)
    except _BROKEN as error:
        raise BadPictureError(str(error)) from error
    plain.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    small = plain.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Picture(_encode(plain, 82), _encode(small, 75), plain.width, plain.height)


def _ensure_whole(source: Path | bytes) -> None:
    try:
        with _open(source) as image:
            pixels = image.width * image.height
            image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise HugePictureError from error
    except _BROKEN as error:
        raise BadPictureError(str(error)) from error
    if pixels > MAX_PIXELS:
        raise HugePictureError


def _open(source: Path | bytes) -> Image.Image:
    return Image.open(BytesIO(source) if isinstance(source, bytes) else source, formats=_FORMATS)


def _flatten(image: Image.Image) -> Image.Image:
    """Put transparent pictures on white, so that a signature stays readable on a dark page."""
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def _encode(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()
