"""Backups: what is saved comes back, whole, or nothing at all changes."""

import io
import os
from pathlib import Path

import psycopg
import pytest

from estate_app.operation import backup as backups
from estate_app.operation.backup import BackupError, backup, check, list_backups, read_facts, restore, verify
from estate_app.operation.envelope import EnvelopeError, seal, unseal
from estate_app.operation.postgres import ToolError
from tests.conftest import NOW, Databases

SECRET = "a secret of at least thirty-two characters"


@pytest.fixture
def url(databases: Databases):
    url = databases.new()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO estate (code, name, address, phone, is_collection_paused) VALUES ('A', '翠湖花园', '', '', false)")
    yield url
    databases.drop(url)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "media" / "ab").mkdir(parents=True)
    (tmp_path / "media" / "ab" / "photo.webp").write_bytes(b"picture")
    return tmp_path / "media"


def save(url: str, tmp_path: Path, media: Path, *, keep: int = 3, now=NOW) -> Path:
    return backup(url, tmp_path / "backup", media=media, secret=SECRET, keep=keep, now=now)


def estates(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT code FROM estate ORDER BY code").fetchall()]


class TestBackup:
    def test_a_restore_brings_back_rows_and_photos_and_drops_what_came_later(self, url, tmp_path, media) -> None:
        place = save(url, tmp_path, media)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO estate (code, name, address, phone, is_collection_paused) VALUES ('B', '锦绣', '', '', false)")
            connection.execute("CREATE TABLE newer (id int)")
        (media / "ab" / "photo.webp").unlink()
        facts = restore(place, url, media=media, secret=SECRET)
        assert estates(url) == ["A"]
        assert "newer" not in facts.rows
        assert (media / "ab" / "photo.webp").read_bytes() == b"picture"

    def test_the_drill_counts_what_was_saved_and_leaves_no_database_behind(self, url, tmp_path, media) -> None:
        place = save(url, tmp_path, media)
        expected = read_facts(url)
        drill = verify(place, url, secret=SECRET)
        assert (drill.tables, drill.rows, drill.media) == (len(expected.rows), sum(expected.rows.values()), 1)
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'estate_scratch%'").fetchone() == (0,)

    def test_every_file_is_private_and_no_name_is_readable_in_it(self, url, tmp_path, media) -> None:
        place = save(url, tmp_path, media)
        assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}
        assert "翠湖花园".encode() not in (place / "database.dump.enc").read_bytes()

    def test_old_ones_are_rotated_away(self, url, tmp_path, media) -> None:
        first = save(url, tmp_path, media, keep=1)
        second = save(url, tmp_path, media, keep=1, now=NOW.replace(hour=5))
        assert list_backups(tmp_path / "backup") == [second]
        assert not first.exists()

    def test_a_failed_dump_leaves_nothing_half_written(self, url, tmp_path, media, monkeypatch) -> None:
        def refuse(*args: object, **kwargs: object) -> None:
            raise EnvelopeError("disk full")

        monkeypatch.setattr(backups, "seal", refuse)
        with pytest.raises(EnvelopeError):
            save(url, tmp_path, media)
        assert list((tmp_path / "backup").iterdir()) == []


class TestDamage:
    def test_a_changed_file_is_refused_and_the_database_stays(self, url, tmp_path, media) -> None:
        place = save(url, tmp_path, media)
        dump = place / "database.dump.enc"
        data = bytearray(dump.read_bytes())
        data[-1] ^= 1
        dump.write_bytes(data)
        with pytest.raises(BackupError, match="checksum"):
            restore(place, url, media=media, secret=SECRET)
        assert estates(url) == ["A"]

    def test_another_secret_opens_nothing_and_the_database_stays(self, url, tmp_path, media) -> None:
        place = save(url, tmp_path, media)
        with pytest.raises(BackupError, match="secret"):
            restore(place, url, media=media, secret=SECRET + "x")
        assert estates(url) == ["A"]

    def test_a_restore_that_breaks_half_way_changes_nothing(self, url, tmp_path, media, monkeypatch) -> None:
        place = save(url, tmp_path, media)
        real = backups.run_tool

        def spoil(name: str, *args: str, url: str) -> None:
            real(name, *args, url=url)
            if name == "pg_restore":
                script = Path(next(a for a in args if a.startswith("--file=")).removeprefix("--file="))
                script.write_text(script.read_text() + "\nSELECT 1/0;\n")

        monkeypatch.setattr(backups, "run_tool", spoil)
        with pytest.raises(ToolError):
            restore(place, url, media=media, secret=SECRET)
        assert estates(url) == ["A"]

    def test_a_photo_that_rotted_in_the_pool_is_found(self, url, tmp_path, media) -> None:
        place = save(url, tmp_path, media)
        (tmp_path / "backup" / "media" / "ab" / "photo.webp").write_bytes(b"rotten!")
        with pytest.raises(BackupError, match="photo"):
            verify(place, url, secret=SECRET)

    def test_a_folder_without_checksums_is_no_backup(self, tmp_path) -> None:
        with pytest.raises(BackupError, match="not a complete backup"):
            check(tmp_path)


class TestEnvelope:
    @pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 1024 * 1024 + 1, 2 * 1024 * 1024])
    def test_any_size_comes_back(self, size: int) -> None:
        data = os.urandom(size)
        sealed, plain = io.BytesIO(), io.BytesIO()
        seal(SECRET, io.BytesIO(data), sealed)
        unseal(SECRET, io.BytesIO(sealed.getvalue()), plain)
        assert plain.getvalue() == data

    @pytest.mark.parametrize("keep", [0, 20, 32, 40, 1024 * 1024 + 52])
    def test_a_cut_file_is_refused(self, keep: int) -> None:
        sealed = io.BytesIO()
        seal(SECRET, io.BytesIO(bytes(2 * 1024 * 1024 + 5)), sealed)
        with pytest.raises(EnvelopeError):
            unseal(SECRET, io.BytesIO(sealed.getvalue()[:keep]), io.BytesIO())
