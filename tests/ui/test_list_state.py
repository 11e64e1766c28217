"""A list's address: every control writes it, returns to the first page where it must, and keeps what it must."""

from estate_app.ui.list_state import ListState
from tests.ui.seen import goes_to

URL = "/manage/repairs"


def test_every_control_writes_the_address_and_returns_to_the_first_page(act, cast):
    page = act(cast.dispatcher, ListState, url=f"{URL}?page=3&sort=due")
    assert goes_to(act.run(page.search({"text": " 1501 "}))) == f"{URL}?sort=due&text=1501"
    assert goes_to(act.run(page.narrow("family", "overdue"))) == f"{URL}?sort=due&family=overdue"
    assert goes_to(act.run(page.narrow("sort", ""))) == URL
    assert goes_to(act.run(page.sort_by("due", "due"))) == f"{URL}?sort=-due"
    assert goes_to(act.run(page.sort_by("number", "due"))) == f"{URL}?sort=number"
    assert goes_to(act.run(page.turn_to(4))) == f"{URL}?sort=due&page=4"
    assert goes_to(act.run(page.resize("50"))) == f"{URL}?sort=due&size=50"


def test_clearing_keeps_the_order_the_length_and_the_day(act, cast):
    page = act(cast.dispatcher, ListState, url=f"{URL}?text=1501&family=open&page=2&sort=-due&size=50&on=2026-11-05")
    assert goes_to(act.run(page.clear())) == f"{URL}?sort=-due&size=50&on=2026-11-05"


def test_what_is_no_name_writes_nothing(act, cast):
    page = act(cast.dispatcher, ListState, url=URL)
    assert act.run(page.narrow("a&b=c", "1")) == []
    assert goes_to(act.run(page.search({"x y": "1"}))) == URL


def test_it_leads_nowhere_but_to_the_page_itself(act, cast):
    page = act(cast.dispatcher, ListState, url=URL)
    assert goes_to(act.run(page.narrow("next", "https://elsewhere.example"))) == f"{URL}?next=https%3A%2F%2Felsewhere.example"
