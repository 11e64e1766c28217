"""Arrears in the built app: a late bill says what it costs, the office chases it, another person lets a part of it go."""

import re

from playwright.sync_api import expect
from sqlalchemy import text

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)
_LATE = """
SELECT b.id, b.room_id FROM bill b
WHERE b.status = 'unpaid' AND b.for_bill_id IS NULL AND b.due_on < current_date - 2 AND b.amount_fen > 10000
  AND NOT EXISTS (SELECT 1 FROM arrears_step s WHERE s.room_id = b.room_id) ORDER BY b.id LIMIT 1
"""
_WAIVED = "SELECT sum(l.amount_fen) FROM bill_line l JOIN bill b ON b.id = l.bill_id WHERE b.replaces_id = :id AND l.amount_fen < 0"


def test_a_household_is_reminded_and_a_waiver_is_decided_by_another(site: Site, person: NewPerson):
    with site.engine.connect() as connection:
        bill_id, room_id = connection.execute(text(_LATE)).one()
    office = person("customer_service", width=1440)
    page = office.open(f"/manage/arrears/{room_id}")
    expect(page.get_by_test_id("debt").first).to_contain_text(re.compile(r"逾期 \d+ 天，滞纳金 ¥\d+\.\d\d（每日 0.05%）"))
    page.get_by_test_id("remind").click()
    page.get_by_test_id("reminder-dialog-act").click()
    expect(page.get_by_test_id("step").first).to_contain_text("已站内提醒")

    row = page.get_by_test_id("debt").filter(has=page.locator(f'a[href$="/manage/bills/{bill_id}"]'))
    row.get_by_test_id("ask-waiver").click()
    dialog = page.get_by_test_id("waiver-dialog")
    dialog.get_by_test_id("amount-field").fill("10")
    dialog.get_by_test_id("reason-field").fill("漏水赔偿")
    page.get_by_test_id("waiver-dialog-act").click()
    expect(dialog).to_be_hidden()

    finance = person("finance", width=1440).open("/manage/waivers?status=requested")
    asked = finance.get_by_test_id("request-row").filter(has_text="漏水赔偿")
    asked.get_by_test_id("approve").click()
    finance.get_by_test_id("approve-dialog-act").click()
    expect(asked).to_be_hidden()
    with site.engine.connect() as connection:
        assert connection.execute(text(_WAIVED), {"id": bill_id}).scalar_one() == -1_000
