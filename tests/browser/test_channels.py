"""Alipay and UnionPay from bill to receipt, each through its own kind of cashier: an address at a desk, a posted form on a phone."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari/604.1"
_PAID = """
    SELECT p.channel, p.method, p.status, b.status, r.id IS NOT NULL FROM payment p JOIN payment_item i ON i.payment_id = p.id
    JOIN bill b ON b.id = i.bill_id LEFT JOIN receipt r ON r.payment_id = p.id WHERE b.id = :id
"""


def payer(site: Site) -> tuple[str, int, int]:
    """The phone of an owner with two unpaid bills that are not late (a late one draws its late fee into the payment), and these bills."""
    found = """
        SELECT a.phone, min(b.id), max(b.id) FROM bill b JOIN room_member m ON m.room_id = b.room_id JOIN account a ON a.id = m.account_id
        WHERE m.relation = 'owner' AND m.to_on IS NULL AND b.status = 'unpaid' AND b.due_on > CURRENT_DATE
        AND b.for_bill_id IS NULL AND a.is_active
        AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.room_id = b.room_id AND p.status = 'pending')
        GROUP BY a.phone, b.estate_id HAVING count(*) > 1 ORDER BY 1 LIMIT 1
    """
    with site.engine.connect() as connection:
        phone, first, second = connection.execute(text(found)).one()
    return phone, first, second


def pay_in_sandbox(page: Page, name: str) -> None:
    expect(page.locator("header")).to_contain_text(name)
    page.get_by_test_id("pay").click()
    expect(page.get_by_test_id("result")).to_have_text("支付成功")
    page.get_by_test_id("back").click()


def end_at_the_receipt(page: Page) -> None:
    page.wait_for_url(re.compile(r"/pay/\d+/result$"))
    expect(page.get_by_test_id("outcome-paid")).to_contain_text("支付成功")
    page.get_by_test_id("see-receipt").click()
    page.wait_for_url("**/receipts/*")


def test_a_bill_is_paid_through_alipay_at_a_desk_and_another_through_unionpay_on_a_phone(site: Site, person: NewPerson):
    phone, first, second = payer(site)
    desk = person(phone, width=1440).open(f"/pay/new?bills={first}")
    desk.get_by_test_id("channel-alipay").click()
    expect(desk.get_by_test_id("confirm-pay")).to_contain_text("支付宝 ¥")
    desk.get_by_test_id("confirm-pay").click()
    pay_in_sandbox(desk, "支付宝")
    end_at_the_receipt(desk)

    hand = person(phone, width=390, user_agent=IPHONE).open(f"/pay/new?bills={second}")
    hand.get_by_test_id("channel-unionpay").click()
    expect(hand.get_by_test_id("confirm-pay")).to_contain_text("银联 ¥")
    hand.get_by_test_id("confirm-pay").click()
    pay_in_sandbox(hand, "银联在线支付")
    end_at_the_receipt(hand)

    with site.engine.connect() as connection:
        assert connection.execute(text(_PAID), {"id": first}).one() == ("alipay", "page", "paid", "paid", True)
        assert connection.execute(text(_PAID), {"id": second}).one() == ("unionpay", "wap", "paid", "paid", True)
