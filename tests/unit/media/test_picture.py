"""Photos: checked by content, turned upright, shrunk, and without a trace of the camera."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image

from estate_app.media.picture import BadPictureError, HugePictureError, remake


def photo(size=(400, 300), kind="JPEG", mode="RGB", **options) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red").save(out, kind, **options)
    return out.getvalue()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SpyCam"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 30.0, 53.28)
    return photo(exif=exif)


def bomb(side=60_000) -> bytes:
    """A PNG of a few hundred bytes that declares billions of pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


class TestRemake:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_known_kinds_become_webp_with_a_thumbnail(self, kind):
        made = remake(photo((4000, 3000), kind))
        big, small = Image.open(BytesIO(made.data)), Image.open(BytesIO(made.thumbnail))
        assert (big.format, big.size, (made.width, made.height)) == ("WEBP", (2560, 1920), (2560, 1920))
        assert (small.format, small.size) == ("WEBP", (320, 240))

    def test_a_small_one_is_not_blown_up(self):
        made = remake(photo((40, 30)))
        assert (made.width, made.height) == (40, 30)

    def test_place_and_camera_are_gone_and_the_picture_is_upright(self):
        source = with_gps()
        assert b"SpyCam" in source
        made = remake(source)
        image = Image.open(BytesIO(made.data))
        assert image.size == (300, 400)
        assert dict(image.getexif()) == {}
        for data in (made.data, made.thumbnail):
            assert b"SpyCam" not in data
            assert b"EXIF" not in data
            assert b"XMP " not in data

    def test_a_transparent_signature_gets_a_white_ground(self):
        out = BytesIO()
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")
        assert Image.open(BytesIO(remake(out.getvalue()).data)).convert("RGB").getpixel((25, 25)) == (255, 255, 255)

    @pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1"])
    def test_other_colour_modes_are_read(self, mode):
        kind = "JPEG" if mode in {"L", "CMYK"} else "PNG"
        assert remake(photo((20, 10), kind, mode=mode)).width == 20

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"MZ\x90\x00" + bytes(200),
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
            b"%PDF-1.7",
            photo(kind="GIF"),
            photo(kind="BMP"),
            photo((800, 600))[:3000],
            photo((800, 600), "PNG")[:900],
            b"\xff\xd8\xff\xe0" + bytes(500),
        ],
    )
    def test_what_is_no_photo_or_is_cut_off_is_refused(self, data):
        with pytest.raises(BadPictureError):
            remake(data)

    @pytest.mark.parametrize("side", [8_000, 10_000, 60_000])
    def test_a_bomb_is_refused_before_it_is_unpacked(self, side):
        with pytest.raises(HugePictureError):
            remake(bomb(side))
