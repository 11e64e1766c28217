"""Videos: what is no MP4 is refused, and no box or track that tells a place survives."""

from struct import pack

import pytest

from estate_app.media.mp4 import BadVideoError, clean
from tests.unit.media.clip import FTYP, MDAT_AT, MVHD, PLACE, box, clip, track

LOCATION = box(b"udta", box(b"\xa9xyz", PLACE))


class TestClean:
    def test_a_plain_clip_passes_with_its_size_and_length(self):
        data = bytearray(clip())
        video = clean(data)
        assert (video.width, video.height, video.duration_ms) == (640, 360, 12_000)
        assert data == clip()

    @pytest.mark.parametrize(
        "made",
        [
            clip(extra=LOCATION),
            clip(track(b"vide", extra=LOCATION)),
            clip(extra=box(b"meta", bytes(4), PLACE)),
            clip(top=box(b"uuid", bytes(16), PLACE)),
            clip(top=box(b"meta", bytes(4), PLACE)),
            clip(top=box(b"free", PLACE)),
        ],
    )
    def test_a_place_is_erased_wherever_it_is_written_and_nothing_moves(self, made):
        data = bytearray(made)
        clean(data)
        assert PLACE not in data
        assert len(data) == len(made)
        assert data[MDAT_AT : MDAT_AT + 17] == b"picture-and-sound"

    def test_a_track_of_positions_goes_with_its_samples_while_the_picture_stays(self):
        data = bytearray(clip(track(b"vide"), track(b"meta", [MDAT_AT + 7], [len(PLACE)]), data=b"picture" + PLACE + b"sound"))
        clean(data)
        assert PLACE not in data
        assert data[MDAT_AT : MDAT_AT + 7 + len(PLACE) + 5] == b"picture" + bytes(len(PLACE)) + b"sound"
        assert b"meta" not in data

    @pytest.mark.parametrize(
        "made",
        [
            b"",
            b"MZ\x90\x00" + bytes(64),
            b"<html><script>alert(1)</script></html>",
            FTYP,
            FTYP + box(b"mdat", b"x"),
            FTYP + box(b"moov", MVHD, track(b"vide")),
            clip()[:-5],
            clip() + b"tail",
            clip(track(b"soun")),
            clip() + box(b"moof", b"x"),
            clip(extra=box(b"mvex")),
            clip() + box(b"evil", b"x"),
            clip(track(b"vide"), track(b"meta", [10**6], [50])),
            clip(track(b"vide"), box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"meta", bytes(13))))),
            box(b"ftyp", b"html", bytes(8)) + clip()[len(FTYP) :],
            FTYP + pack(">I", 2**31) + b"mdat",
            FTYP + pack(">IIQ", 1, 0x6D646174, 2**62),
            FTYP + box(b"mdat", b"x") + box(b"moov", box(b"mvhd", b"x")),
        ],
    )
    def test_what_cannot_be_checked_is_refused(self, made):
        with pytest.raises(BadVideoError):
            clean(bytearray(made))

    def test_every_cut_of_a_clip_is_refused_and_none_breaks_the_reader(self):
        made = clip(track(b"vide"), track(b"meta", [MDAT_AT], [4]), extra=LOCATION)
        for length in range(len(made)):
            with pytest.raises(BadVideoError):
                clean(bytearray(made[:length]))
