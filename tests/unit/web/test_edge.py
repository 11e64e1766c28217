"""What stands at the edge and needs no database: whose address it is, what a page may load, what a log may say."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from estate_app.errors import InvalidError
from estate_app.export import read_filter
from estate_app.kit.address import client_address
from estate_app.logging import hide_private
from estate_app.web.policy import script_hashes


class TestClientAddress:
    @pytest.mark.parametrize(
        ("forwarded", "proxies", "expected"),
        [
            ("1.1.1.1", 0, "9.9.9.9"),
            ("", 1, "9.9.9.9"),
            ("1.1.1.1", 1, "1.1.1.1"),
            ("6.6.6.6, 1.1.1.1", 1, "1.1.1.1"),
            ("6.6.6.6, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
            ("1.1.1.1", 5, "1.1.1.1"),
            (" , ", 1, "9.9.9.9"),
        ],
    )
    def test_only_what_trusted_proxies_wrote_is_believed(self, forwarded, proxies, expected) -> None:
        assert client_address("9.9.9.9", forwarded, proxies) == expected

    def test_an_absurd_one_is_cut(self) -> None:
        assert len(client_address("9.9.9.9", "x" * 1000, 1)) == 64


class TestPolicy:
    def test_every_inline_script_of_the_build_has_its_hash_and_linked_ones_have_none(self, tmp_path) -> None:
        (tmp_path / "index.html").write_text(
            '<script>go()</script><script type="module" src="/a.js"></script><script type="module">\nx\n</script>'
        )
        expected = {f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in (b"go()", b"\nx\n")}
        assert set(script_hashes(tmp_path)) == expected

    def test_without_a_build_there_are_none(self, tmp_path) -> None:
        assert script_hashes(tmp_path / "none") == []


class TestLog:
    def test_what_names_a_person_is_hidden_and_the_rest_stays(self) -> None:
        event = hide_private(None, "info", {"event": "x", "phone": "13800000001", "name": "林晓", "order_id": 7})
        assert event == {"event": "x", "phone": "[hidden]", "name": "[hidden]", "order_id": 7}


class State(StrEnum):
    open = "open"
    paid = "paid"


@dataclass(frozen=True)
class Filter:
    estate_id: int | None = None
    period: date | None = None
    since: datetime | None = None
    state: State | None = None
    states: tuple[State, ...] = ()
    is_late: bool = False
    text: str = ""


class TestReadFilter:
    def test_each_field_is_read_as_what_it_is_and_others_are_left_alone(self) -> None:
        query = {
            "estate_id": "7", "period": "2026-11", "since": "2026-11-18", "state": "open", "states": "open,paid", "is_late": "1",
            "text": "林", "page": "3", "sort": "-due",
        }  # fmt: skip
        since = datetime(2026, 11, 17, 16, tzinfo=UTC)
        assert read_filter(Filter, query) == Filter(7, date(2026, 11, 1), since, State.open, (State.open, State.paid), True, "林")

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("estate_id", "-1"),
            ("estate_id", "７"),
            ("period", "2026"),
            ("since", "now"),
            ("state", "shut"),
            ("states", "open,"),
            ("text", "\x00"),
        ],
    )
    def test_what_cannot_be_read_names_its_field(self, field, text) -> None:
        with pytest.raises(InvalidError) as refused:
            read_filter(Filter, {field: text})
        assert refused.value.field == field
