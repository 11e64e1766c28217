"""Two dispatchers have the board open: what one drags, the other sees move."""

from contextlib import suppress

from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)


def test_two_boards_are_open_one_drags_and_the_other_moves(site: Site, person: NewPerson):
    one, other = (person(key, width=1440).open("/manage/dispatch") for key in ("supervisor", "dispatcher"))
    order_id = one.get_by_test_id("queue-item").first.get_attribute("data-order")
    waits, stands = (f'[data-testid="{what}"][data-order="{order_id}"]' for what in ("queue-item", "block"))
    expect(other.locator(waits)).to_have_count(1)
    one.locator(waits).drag_to(one.locator("[data-lane]").first)
    # Whoever was suggested has it at once; for anybody else the reason is asked for.
    with suppress(Late):
        one.get_by_test_id("overrule-act").wait_for(timeout=5_000)
        one.get_by_test_id("reason-field").fill("住户指定师傅")
        one.get_by_test_id("overrule-act").click()
    expect(other.locator(waits)).to_have_count(0)
    expect(other.locator(stands)).to_have_count(1)
