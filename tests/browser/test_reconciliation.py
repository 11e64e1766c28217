"""Reconciliation with differences of the demo: finance books a lost callback beside the list, and the books show it."""

from playwright.sync_api import expect
from sqlalchemy import text

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)
_OPEN = "SELECT count(*) FROM reconciliation_item WHERE state = 'open'"
_LOST = "SELECT i.id, p.id, p.number FROM reconciliation_item i JOIN payment p ON p.id = i.payment_id WHERE i.state = 'open' AND p.status = 'pending'"


def test_injected_differences_are_seen_and_a_lost_callback_is_booked(site: Site, person: NewPerson):
    with site.engine.connect() as connection:
        (item_id, payment_id, number), before = connection.execute(text(_LOST)).one(), connection.scalar(text(_OPEN))
    page = person("finance", width=1440).open("/manage/reconciliation")
    expect(page.get_by_test_id("line")).to_have_count(before)
    lines = page.get_by_test_id("line").all()
    # The list abbreviates a payment's number to its ends.
    lost = next(line for line in lines if number[-8:] in "".join(line.inner_text().split()))
    lost.click()
    expect(page.get_by_test_id("both-sides")).to_be_visible()
    page.get_by_test_id("action-book").click()
    page.get_by_test_id("resolve").click()
    expect(page.get_by_test_id("note-error")).to_be_visible()
    page.get_by_test_id("note-field").fill("已核对商户后台，确认到账")
    page.get_by_test_id("resolve").click()
    expect(page.get_by_test_id("line")).to_have_count(before - 1)
    page.get_by_test_id("tab-resolved").click()
    expect(page.get_by_test_id("case")).to_contain_text("已核对商户后台，确认到账")
    with site.engine.connect() as connection:
        status = text("SELECT status FROM payment WHERE id = :id")
        state = text("SELECT state, outcome FROM reconciliation_item WHERE id = :id")
        assert connection.scalar(status, {"id": payment_id}) == "paid"
        assert connection.execute(state, {"id": item_id}).one() == ("resolved", "booked")
