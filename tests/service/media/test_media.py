"""The media store: what is kept, what is refused with nothing left behind, and links that cannot be forged."""

import errno
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlmodel import select

from estate_app.errors import InvalidError, NotFoundError, TooManyError, UnavailableError
from estate_app.media import store as files
from estate_app.media.models import MediaFile, MediaKind, MediaUse
from estate_app.media.service import MAX_UNUSED, Variant, attach, discard, drop_unused, open_signed, signed_path, store
from estate_app.settings import settings
from tests.unit.media.clip import MDAT_AT, PLACE, box, clip, track
from tests.unit.media.test_picture import bomb, photo, with_gps

PHOTO, VIDEO = MediaKind.photo, MediaKind.video


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch) -> Path:
    """A media folder of the test's own."""
    monkeypatch.setattr(type(settings()), "media_dir", property(lambda _: tmp_path))
    return tmp_path


def left(root: Path) -> list[str]:
    return sorted(p.name for p in root.rglob("*") if p.is_file())


def rows(uow) -> int:
    return len(uow.session.exec(select(MediaFile)).all())


def opened(uow, link, **changes):
    parts = urlsplit(link)
    _, _, file_id, variant = parts.path.split("/")
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    asked = {"file_id": file_id, "variant": variant, "expires": query["e"], "signature": query["s"], "now": uow.now}
    return open_signed(uow.session, **(asked | changes))


class TestStore:
    def test_a_photo_lies_in_its_place_with_its_thumbnail_and_without_gps(self, uow, cast, root):
        file = store(uow, cast.owner, source=with_gps(), kind=PHOTO)
        path = root / file.id[:2] / file.id[2:4] / f"{file.id}.webp"
        assert left(root) == sorted([f"{file.id}.webp", f"{file.id}-s.webp"])
        assert (file.mime, file.width, file.height, file.size_bytes) == ("image/webp", 300, 400, path.stat().st_size)
        assert b"SpyCam" not in path.read_bytes()

    def test_a_video_is_kept_without_its_place(self, uow, cast, root):
        made = clip(track(b"vide", extra=box(b"udta", PLACE)), track(b"meta", [MDAT_AT], [4]), extra=box(b"meta", PLACE))
        file = store(uow, cast.worker, source=made, kind=VIDEO)
        kept = (root / file.id[:2] / file.id[2:4] / f"{file.id}.mp4").read_bytes()
        assert PLACE not in kept
        assert (file.mime, file.width, len(kept)) == ("video/mp4", 640, len(made))

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"MZ\x90\x00" + bytes(400), PHOTO),
            (photo((800, 600))[:2000], PHOTO),
            (bomb(), PHOTO),
            (clip(), PHOTO),
            (photo(), VIDEO),
            (b"MZ\x90\x00" + bytes(400), VIDEO),
            (clip()[:-3], VIDEO),
            (b"", PHOTO),
        ],
    )
    def test_what_is_not_what_it_says_leaves_nothing(self, uow, cast, root, data, kind):
        path = root.parent / "holiday.jpg"
        path.write_bytes(data)
        for source in (data, path):
            with pytest.raises(InvalidError) as refusal:
                store(uow, cast.owner, source=source, kind=kind)
            assert refusal.value.field == "photo_ids"
        assert (left(root), rows(uow)) == ([], 0)

    @pytest.mark.parametrize("kind", list(MediaKind))
    def test_300_megabytes_are_refused_without_reading_them(self, uow, cast, root, kind):
        huge = root.parent / "huge"
        with huge.open("wb") as file:
            file.truncate(300 * 1024 * 1024)
        with pytest.raises(InvalidError, match="too large"):
            store(uow, cast.owner, source=huge, kind=kind)
        assert left(root) == []

    def test_a_full_disk_is_said_and_nothing_stays_half_written(self, uow, cast, root, monkeypatch):
        def full(_descriptor):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(files.os, "fsync", full)
        with pytest.raises(UnavailableError):
            store(uow, cast.owner, source=photo(), kind=PHOTO)
        assert (left(root), rows(uow)) == ([], 0)

    def test_a_disk_that_fills_up_at_the_thumbnail_takes_the_photo_away_too(self, uow, cast, root, monkeypatch):
        real, calls = files.os.fsync, []

        def full_at_second(descriptor):
            calls.append(1)
            if len(calls) == 2:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(descriptor)

        monkeypatch.setattr(files.os, "fsync", full_at_second)
        with pytest.raises(UnavailableError):
            store(uow, cast.owner, source=photo(), kind=PHOTO)
        assert left(root) == []

    def test_nobody_hoards_unused_uploads(self, uow, cast):
        for n in range(MAX_UNUSED):
            uow.session.add(
                MediaFile(id=f"{n:032x}", account_id=cast.owner.id, kind=PHOTO, mime="", size_bytes=1, sha256="", created_at=uow.now)
            )
        uow.flush()
        with pytest.raises(TooManyError):
            store(uow, cast.owner, source=photo(), kind=PHOTO)
        store(uow, cast.tenant, source=photo(), kind=PHOTO)


class TestSpool:
    def test_an_endless_stream_is_cut_and_deleted(self, root):
        with pytest.raises(InvalidError):
            files.spool(root, iter([b"x" * 600, b"x" * 600]), 1000)
        assert left(root) == []

    def test_a_broken_stream_leaves_nothing(self, root):
        def broken():
            yield b"x"
            raise ConnectionResetError

        with pytest.raises(UnavailableError):
            files.spool(root, broken(), 1000)
        assert left(root) == []

    def test_a_good_one_is_whole(self, root):
        assert files.spool(root, iter([b"ab", b"cd"]), 4).read_bytes() == b"abcd"


class TestLinks:
    def test_a_link_opens_until_its_time_is_over(self, uow, cast):
        file = store(uow, cast.owner, source=photo(), kind=PHOTO)
        for variant in Variant:
            served = opened(uow, signed_path(file.id, variant, uow.now))
            assert (served.mime, served.path.is_file()) == ("image/webp", True)
        link = signed_path(file.id, Variant.full, uow.now)
        assert opened(uow, link, now=uow.now + timedelta(minutes=60)).mime == "image/webp"
        with pytest.raises(NotFoundError):
            opened(uow, link, now=uow.now + timedelta(hours=2, seconds=1))

    def test_the_link_of_an_hour_is_the_same_so_that_browsers_keep_the_picture(self, uow):
        later = uow.now + timedelta(seconds=60)
        assert signed_path("a" * 32, Variant.full, uow.now) == signed_path("a" * 32, Variant.full, later)

    @pytest.mark.parametrize(
        "changes",
        [
            {"signature": "x"}, {"signature": ""}, {"variant": "small"}, {"variant": "../../etc/passwd"}, {"expires": "9999999999"},
            {"expires": "-1"}, {"expires": "²"}, {"expires": "9" * 40}, {"file_id": "b" * 32}, {"file_id": "../" * 5},
        ],
    )  # fmt: skip
    def test_a_changed_link_leads_nowhere(self, uow, cast, changes):
        file = store(uow, cast.owner, source=photo(), kind=PHOTO)
        with pytest.raises(NotFoundError):
            opened(uow, signed_path(file.id, Variant.full, uow.now), **changes)

    def test_a_video_has_no_thumbnail(self, uow, cast):
        file = store(uow, cast.owner, source=clip(), kind=VIDEO)
        with pytest.raises(NotFoundError):
            opened(uow, signed_path(file.id, Variant.small, uow.now))


class TestLife:
    def test_unused_files_go_after_a_day_and_used_ones_stay(self, uow, cast, root):
        used, unused = (store(uow, cast.owner, source=photo(), kind=PHOTO) for _ in range(2))
        attach(uow, cast.owner, file_ids=[used.id], to="repair_order", to_id=1, use=MediaUse.report, max_photos=9, max_videos=1)
        uow.now += timedelta(hours=24)
        assert drop_unused(uow) == 0
        uow.now += timedelta(seconds=1)
        assert drop_unused(uow) == 1
        uow.run_hooks()
        assert left(root) == sorted([f"{used.id}.webp", f"{used.id}-s.webp"])
        assert uow.session.get(MediaFile, unused.id) is None

    def test_only_the_owner_throws_an_upload_away(self, uow, cast, root):
        file = store(uow, cast.owner, source=photo(), kind=PHOTO)
        with pytest.raises(NotFoundError):
            discard(uow, cast.stranger, file_id=file.id)
        discard(uow, cast.owner, file_id=file.id)
        assert len(left(root)) == 2
        uow.run_hooks()
        assert left(root) == []
