"""A scanned label in the real product: somebody without a login reports with a phone and its code, and follows the order."""

import re

from playwright.sync_api import expect
from sqlmodel import Session, select

from estate_app.repair.facility_models import Facility
from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)


def test_a_scanned_label_takes_a_report_without_a_login(site: Site, person: NewPerson) -> None:
    with Session(site.engine) as session:
        code = session.exec(select(Facility.code).where(Facility.kind == "gate").order_by(Facility.id)).first()
    page = person(None, width=390).open(f"/report/{code}")
    expect(page.get_by_test_id("label-head")).to_contain_text("道闸")
    page.locator("textarea[name=description]").fill("道闸抬杆后落不下来，车辆可以随意进出")
    page.get_by_test_id("phone-field").fill("13977776666")
    page.get_by_test_id("send-code").click()
    shown = page.get_by_test_id("demo-code")
    expect(shown).to_be_visible()
    page.get_by_test_id("code-field").fill(re.search(r"\d{6}", shown.inner_text()).group())
    page.get_by_test_id("send-report").click()
    page.wait_for_url(re.compile(r"/repairs/\d+$"))
    expect(page.locator("main")).to_contain_text("道闸抬杆后落不下来")
