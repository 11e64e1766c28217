"""Who is let through which door, and what the navigation counts."""

import pytest

from estate_app.ui import nav
from estate_app.ui.gate import Gate
from estate_app.ui.shell.counters import Counters
from estate_app.ui.shell.waiting import COUNTS
from tests.ui.seen import goes_to


class TestGate:
    def test_a_stranger_is_sent_to_sign_in_and_back_afterwards(self, act) -> None:
        page = act(None, Gate, url="/bills")
        assert goes_to(act.run(page.enter("resident"))) == "/login?next=/bills"

    def test_the_start_page_needs_no_way_back(self, act) -> None:
        page = act(None, Gate, url="/")
        assert goes_to(act.run(page.enter("resident"))) == "/login"

    @pytest.mark.parametrize("url", ["/manage", "/manage/"])
    def test_a_resident_on_the_managers_start_page_goes_home(self, act, cast, url: str) -> None:
        page = act(cast.owner, Gate, url=url)
        assert goes_to(act.run(page.enter("manager"))) == "/"

    def test_a_manager_on_the_residents_start_page_goes_home(self, act, cast) -> None:
        page = act(cast.supervisor, Gate, url="/")
        assert goes_to(act.run(page.enter("resident"))) == "/manage"

    def test_on_any_other_page_of_another_role_nobody_is_moved(self, act, cast) -> None:
        page = act(cast.owner, Gate, url="/manage/audit")
        assert act.run(page.enter("manager")) == []

    def test_who_belongs_here_passes(self, act, cast) -> None:
        page = act(cast.owner, Gate, url="/bills")
        assert act.run(page.enter("resident")) == []


class TestCounters:
    def test_a_stranger_counts_nothing(self, act) -> None:
        page = act(None, Counters, url="/login")
        act.run(page.load())
        assert page.of == {}

    @pytest.mark.parametrize(("who", "counters"), [("owner", {"bills"}), ("worker", {"jobs"})])
    def test_each_role_counts_only_its_own(self, act, cast, who: str, counters: set[str]) -> None:
        page = act(getattr(cast, who), Counters, url="/")
        act.run(page.load())
        assert page.of == dict.fromkeys(counters, 0)

    def test_every_counter_of_the_navigation_is_counted(self) -> None:
        entries = (*(entry for group in nav.MANAGER for entry in group.entries), *nav.RESIDENT, *nav.TECHNICIAN)
        assert {entry.counter for entry in entries if entry.counter} == {name for name, _, _ in COUNTS}
