"""The balance in the real product: a cashier takes money in advance, the resident pays a part of a bill from it, the day is closed."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS, NewPerson

expect.set_options(timeout=PATIENCE_MS)


def test_money_in_advance_pays_a_part_of_a_bill_and_the_day_is_closed(person: NewPerson) -> None:
    desk = person("cashier", width=1440).open("/manage/cashier")
    desk.get_by_test_id("find-room").fill("3-2-1501")
    desk.get_by_test_id("find").click()
    desk.wait_for_url("**room_id=*")
    desk.get_by_test_id("choose-all").click()
    expect(desk.get_by_test_id("choose-all")).not_to_be_checked()
    desk.locator("input[name=amount]").fill("100")
    desk.locator("input[name=tendered]").fill("100")
    desk.get_by_test_id("collect").click()
    expect(desk.get_by_test_id("taken")).to_contain_text("100.00")

    phone = person("owner", width=390).open("/bills")
    phone.get_by_test_id("pay-phone").click()
    phone.wait_for_url("**/pay/new?*")
    phone.get_by_test_id("pay-part").click()
    phone.locator("input[name=amount]").fill("50")
    phone.get_by_test_id("channel-balance").click()
    expect(phone.get_by_test_id("channel-balance")).to_be_checked()
    expect(phone.get_by_test_id("confirm-pay")).to_contain_text("50.00")
    phone.get_by_test_id("confirm-pay").click()
    phone.wait_for_url(re.compile(r"/pay/\d+/result$"))
    expect(phone.get_by_test_id("outcome-paid")).to_be_visible()

    desk.get_by_test_id("to-day").click()
    desk.wait_for_url("**/manage/cashier/day")
    expected = desk.get_by_test_id("expected").inner_text()
    desk.get_by_test_id("ask-close").click()
    desk.locator("input[name=counted]").fill(re.sub(r"[^\d.]", "", expected))
    desk.get_by_test_id("close-dialog").get_by_role("button").last.click()
    expect(desk.get_by_test_id("close-row").first).to_be_visible()
