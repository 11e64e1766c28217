"""Lists in the URL: what a change keeps, what it drops, and odd input."""

import pytest

from estate_app.ui.query import address, page_of, page_size_of, toggled_sort


class TestAddress:
    def test_a_change_of_filter_returns_to_page_one_and_keeps_the_rest(self) -> None:
        assert (
            address("/manage/bills", {"page": "3", "q": "1501", "status": "paid"}, status="unpaid") == "/manage/bills?q=1501&status=unpaid"
        )

    def test_a_change_of_page_keeps_the_filters(self) -> None:
        assert address("/manage/bills", {"status": "paid"}, page=2) == "/manage/bills?status=paid&page=2"

    def test_nothing_is_said_about_page_one_or_an_empty_filter(self) -> None:
        assert address("/manage/bills", {"status": "paid", "page": "2"}, status="", page=1) == "/manage/bills"

    def test_words_are_encoded(self) -> None:
        assert address("/x", {}, q="3栋 & 2") == "/x?q=3%E6%A0%8B+%26+2"


@pytest.mark.parametrize(("text", "page"), [("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 20, 1), ("", 1)])
def test_an_odd_page_is_the_first(text: str, page: int) -> None:
    assert page_of({"page": text} if text else {}) == page


def test_only_offered_page_sizes_are_taken() -> None:
    assert page_size_of({"size": "50"}) == 50
    assert page_size_of({"size": "5000"}) == 20


def test_a_head_pressed_twice_turns_the_order() -> None:
    assert toggled_sort("", "created") == "created"
    assert toggled_sort("created", "created") == "-created"
    assert toggled_sort("-created", "created") == "created"
