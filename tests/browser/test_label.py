"""A scanned label in the real product: somebody without a login reports with a phone and its code, and follows the order.

A technician who scans the label of a door is at the door; without it the place of the phone says so.
"""

import re

from playwright.sync_api import expect
from sqlalchemy import text
from sqlmodel import select

from estate_app.repair.facility_models import Facility
from estate_app.session import EstateSession
from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)


def test_a_scanned_label_takes_a_report_without_a_login(site: Site, person: NewPerson) -> None:
    with EstateSession(site.engine) as session:
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


def test_a_technician_proves_the_arrival_by_the_label_of_the_door_and_by_location(site: Site, person: NewPerson) -> None:
    with site.engine.begin() as connection:
        jobs = connection.execute(
            text(
                "SELECT o.id, r.label_code, b.latitude, b.longitude, a.phone FROM repair_order o JOIN account a ON a.id = o.technician_id"
                " JOIN room r ON r.id = o.room_id JOIN building b ON b.id = o.building_id"
                " WHERE o.status = 'accepted' AND a.phone = '13800000003' ORDER BY o.id LIMIT 2"
            )
        ).all()
    (scanned, code, *_, phone), (located, _, latitude, longitude, _) = jobs
    place = {"latitude": latitude, "longitude": longitude, "accuracy": 14}
    technician = person(phone, geolocation=place, permissions=["geolocation"])
    page = technician.open(f"/report/{code}")
    page.get_by_test_id("arrive-here").first.click()
    page.wait_for_url(re.compile(rf"/tech/jobs/{scanned}/?$"))
    expect(page.get_by_test_id("arrival-proven")).to_contain_text("已扫门口二维码证明")
    technician.open(f"/tech/jobs/{located}")
    page.get_by_test_id("arrive-location").click()
    expect(page.get_by_test_id("arrival-proven")).to_contain_text("定位已证明：在楼栋范围内，精度 14 米")
    expect(page.get_by_test_id("timeline")).to_contain_text("到场")
