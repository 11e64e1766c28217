"""The loop for which people keep the product: read a bill on the phone, pay it, see it paid, keep the receipt."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from sqlalchemy import text

from estate_app.demo.accounts import ACCOUNTS
from tests.browser.conftest import PASSWORD, PATIENCE_MS, NewPerson, Person, Site

expect.set_options(timeout=PATIENCE_MS)
OWNER = next(account.phone for account in ACCOUNTS if account.key == "owner")
_BILL = "SELECT status, paid_fen = amount_fen FROM bill WHERE id = :id"
_PAYMENTS = "SELECT p.status, p.amount_fen FROM payment p JOIN payment_item i ON i.payment_id = p.id WHERE i.bill_id = :id"


def sign_in(somebody: Person) -> Page:
    page = somebody.open("/login")
    page.get_by_test_id("login-tab-password").click()
    page.get_by_test_id("phone-field").fill(OWNER)
    page.get_by_test_id("password-field").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    return page


def open_a_bill(page: Page) -> int:
    page.get_by_test_id("tab-receipt-text").click()
    rows = page.locator(".bill-row").filter(has=page.get_by_test_id("choose-bill"))
    rows.first.get_by_test_id("bill-link").click()
    page.wait_for_url("**/bills/*")
    return int(urlsplit(page.url).path.rsplit("/", 1)[1])


def fen(amount: str) -> int:
    return int("".join(character for character in amount if character.isdigit()))


def read_it(page: Page) -> int:
    """The bill says in Chinese what it is for, and its lines sum to its amount."""
    expect(page.locator("h1")).to_contain_text("月 · ")
    lines = page.get_by_test_id("bill-line")
    expect(lines.first).to_be_visible()
    total = fen(page.get_by_test_id("bill-total").locator("td").last.inner_text())
    assert sum(fen(lines.nth(n).locator("td").last.inner_text()) for n in range(lines.count())) == total
    expect(page.get_by_test_id("bill-total")).to_contain_text("本张账单合计")
    expect(page.get_by_test_id("steps")).to_have_text("怎么算的")
    return total


def pay_by_code(page: Page, amount_fen: int) -> None:
    """The code stands on the page; the cashier behind it opens in a second page, where the payer confirms."""
    page.get_by_test_id("pay-this").click()
    page.wait_for_url("**/pay/new?*")
    page.get_by_test_id("channel-wechat").click()
    page.get_by_test_id("confirm-pay").click()
    page.wait_for_url(re.compile(r"/pay/\d+$"))
    expect(page.get_by_test_id("qr").locator("path")).to_have_attribute("d", re.compile(r"^(M\d+ \d+h1v1h-1z)+$"))
    assert fen(page.get_by_test_id("amount").inner_text()) == amount_fen
    expect(page.get_by_test_id("countdown")).to_contain_text("内完成支付")
    with page.context.expect_page() as opened:
        page.get_by_test_id("open-cashier").click()
    opened.value.get_by_role("button", name="确认支付").click()
    expect(opened.value.locator("body")).to_contain_text("成功")
    opened.value.close()


def keep_the_receipt(page: Page) -> bytes:
    page.get_by_test_id("see-receipt").click()
    page.wait_for_url("**/receipts/*")
    with page.expect_download() as download:
        page.get_by_test_id("download-pdf").click()
    return Path(download.value.path()).read_bytes()


def test_a_bill_is_read_paid_and_receipted_on_the_phone(site: Site, person: NewPerson):
    somebody = person(width=390, accept_downloads=True)
    page = sign_in(somebody)
    bill_id = open_a_bill(page)
    amount = read_it(page)
    # What a reload would wipe out.
    page.evaluate("window.sameDocument = true")
    pay_by_code(page, amount)
    expect(page.get_by_test_id("outcome-paid")).to_contain_text("支付成功")
    assert page.evaluate("window.sameDocument") is True
    assert keep_the_receipt(page)[:5] == b"%PDF-"
    with site.engine.connect() as connection:
        assert connection.execute(text(_BILL), {"id": bill_id}).one() == ("paid", True)
        assert connection.execute(text(_PAYMENTS), {"id": bill_id}).all() == [("paid", amount)]
