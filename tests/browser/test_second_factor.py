"""The second factor in the built app: set up on one's own page, asked before an appointment, asked at sign-in."""

import re
from datetime import UTC, datetime

import pyotp
from playwright.sync_api import expect

from estate_app.access.models import Account, Grant
from estate_app.access.permission import PermissionSet, Role
from estate_app.access.service import hash_password
from estate_app.session import EstateSession
from tests.browser.conftest import PATIENCE_MS, NewPerson, Site

expect.set_options(timeout=PATIENCE_MS)
PHONE, PASSWORD = "13900009876", "lake-garden-1501"


def appointed(site: Site) -> None:
    """An administrator of this test's own, so that no other test is asked for a code."""
    with EstateSession(site.engine) as session:
        account = Account(
            phone=PHONE, name="郑核", role=Role.manager, password_hash=hash_password(PASSWORD), created_at=datetime.now(UTC)
        )  # fmt: skip
        session.add(account)
        session.flush()
        session.add(Grant(account_id=account.id, permission_set=PermissionSet.administrator))
        session.commit()


def test_it_is_set_up_then_asked_before_an_appointment_and_at_sign_in(site: Site, person: NewPerson):
    appointed(site)
    page = person(PHONE, width=1440).open("/me/security")
    page.get_by_test_id("begin-factor").click()
    totp = pyotp.TOTP(page.get_by_test_id("factor-key").inner_text().replace(" ", ""))
    page.get_by_test_id("factor-setup").get_by_test_id("code-field").fill(totp.now())
    page.get_by_test_id("factor-confirm").click()
    expect(page.get_by_test_id("recovery-code")).to_have_count(10)
    spare = page.get_by_test_id("recovery-code").all_inner_texts()
    page.get_by_test_id("kept-codes").click()
    expect(page.get_by_test_id("factor")).to_contain_text("剩余 10 个恢复码")

    page = person(PHONE, width=1440).open("/manage/permissions")
    page.get_by_test_id("revoke").first.click()
    page.get_by_test_id("revoke-dialog-act").click()
    dialog = page.get_by_test_id("factor-dialog")
    dialog.get_by_test_id("code-field").fill("000000")
    page.get_by_test_id("factor-dialog-act").click()
    expect(dialog).to_contain_text("验证码不正确或已使用")
    dialog.get_by_test_id("code-field").fill(spare[0])
    page.get_by_test_id("factor-dialog-act").click()
    expect(dialog).to_be_hidden()

    page = person(None, width=1440).open("/login")
    page.get_by_test_id("login-tab-password").click()
    page.get_by_test_id("phone-field").fill(PHONE)
    page.get_by_test_id("password-field").fill(PASSWORD)
    page.get_by_test_id("sign-in").click()
    page.get_by_test_id("factor-form").get_by_test_id("code-field").fill(spare[1])
    page.get_by_test_id("factor-in").click()
    page.wait_for_url(re.compile(r"/manage/?$"))
