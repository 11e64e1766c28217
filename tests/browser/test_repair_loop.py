"""The repair loop with three people looking at once: nobody reloads a page, everybody sees every step."""

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone would take it."""
    picture = Image.new("RGB", (900, 700), "#87a")
    ImageDraw.Draw(picture).ellipse((200, 150, 700, 550), fill="#25c")
    path = tmp_path / "leak.jpg"
    picture.save(path, quality=90)
    return path


@pytest.fixture
def everybody_on_duty(site: Site) -> None:
    """Put every technician on duty now: the loop must not depend on the hour at which it is tried."""
    with site.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO shift (technician_id, kind, starts_at, ends_at)"
                " SELECT account_id, 'duty', now() - interval '1 hour', now() + interval '7 hours' FROM technician"
            )
        )


def report(page: Page, photo: Path) -> int:
    """Fill in the form as a person would and return the order's id."""
    page.get_by_test_id("group").first.click()
    page.get_by_test_id("leaf").first.click()
    page.get_by_test_id("description-field").fill("厨房水槽下方漏水，角阀处一直滴水")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("photo_ids-upload").locator("button.add").click()
    chooser.value.set_files(photo)
    expect(page.get_by_test_id("photo_ids-upload")).to_have_attribute("value", re.compile("^[0-9a-f]{32}$"))
    page.get_by_test_id("send-report").click()
    page.wait_for_url(re.compile(r"/repairs/\d+/?$"))
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def technician_phone(site: Site, order_id: int) -> str:
    with site.engine.connect() as connection:
        found = connection.execute(
            text("SELECT a.phone FROM repair_order o JOIN account a ON a.id = o.technician_id WHERE o.id = :id"), {"id": order_id}
        ).scalar()
    assert found, "nobody was asked although everybody is on duty"
    return str(found)


def test_a_resident_a_technician_and_a_manager_walk_a_repair_to_its_answered_rating(site, person: NewPerson, photo, everybody_on_duty):
    resident = person("owner")
    page = resident.open("/repairs/new")
    order_id = report(page, photo)
    expect(page.get_by_test_id("repair-head")).to_contain_text("待受理")
    expect(page.get_by_test_id("worker")).to_contain_text("已派给")
    phone = technician_phone(site, order_id)

    manager = person("supervisor", width=1440)
    office = manager.open(f"/manage/repairs/{order_id}")
    expect(office.get_by_role("main")).to_contain_text("厨房水槽下方漏水")

    technician = person(phone)
    job = technician.open("/tech")
    job.get_by_test_id("job").filter(has_text="角阀处一直滴水").get_by_test_id("accept").click()
    expect(page.get_by_test_id("worker")).to_contain_text("已接单")
    technician.open(f"/tech/jobs/{order_id}")
    job.get_by_test_id("set-out").click()
    expect(page.get_by_test_id("worker")).to_contain_text("正在上门")
    job.get_by_test_id("start").click()
    expect(page.get_by_test_id("worker")).to_contain_text("正在维修")
    expect(office.get_by_role("main")).to_contain_text("维修中")

    job.get_by_test_id("note").click()
    job.get_by_test_id("note-form").get_by_test_id("note-field").fill("旧角阀阀芯开裂，已关入户阀更换")
    job.get_by_test_id("note-send").click()
    expect(page.get_by_test_id("timeline")).to_contain_text("旧角阀阀芯开裂")
    job.get_by_test_id("add-material").click()
    expect(job.get_by_test_id("materials").get_by_test_id("put-back")).to_have_count(1)
    expect(page.get_by_test_id("materials")).to_be_visible()
    finish(job)
    expect(page.get_by_test_id("repair-head")).to_contain_text("已完成")

    page.get_by_test_id("rate").click()
    for name, stars in (("quality", 5), ("attitude", 5), ("timeliness", 4)):
        page.get_by_test_id(f"{name}-{stars}").click()
    page.get_by_test_id("rating-form").get_by_test_id("text-field").fill("修得很仔细")
    page.get_by_test_id("send-rating").click()
    expect(page.get_by_test_id("rated")).to_contain_text("修得很仔细")

    expect(job.get_by_test_id("rated")).to_contain_text("修得很仔细")
    job.get_by_test_id("reply-form").get_by_test_id("text-field").fill("谢谢您的认可")
    job.get_by_test_id("send-reply").click()
    expect(page.get_by_test_id("rated")).to_contain_text("谢谢您的认可")


def finish(job: Page) -> None:
    """Write what was done, sign where it is asked, and finish."""
    job.get_by_test_id("complete").click()
    sheet = job.get_by_test_id("complete-form")
    sheet.get_by_test_id("note-field").fill("更换角阀并试压十分钟，无渗漏")
    sheet.get_by_test_id("labour_minutes-field").fill("45")
    signature = sheet.get_by_test_id("signature_id-signature")
    if signature.count():
        signature.scroll_into_view_if_needed()
        box = signature.locator("canvas").bounding_box()
        job.mouse.move(box["x"] + 40, box["y"] + 70)
        job.mouse.down()
        job.mouse.move(box["x"] + 160, box["y"] + 40, steps=8)
        job.mouse.move(box["x"] + 220, box["y"] + 100, steps=8)
        job.mouse.up()
        expect(signature).to_have_attribute("value", re.compile("^[0-9a-f]{32}$"))
    sheet.get_by_test_id("complete-send").click()
