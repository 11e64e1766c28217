"""Every notice that the code sends belongs to a family that somebody chose for it."""

import re
from pathlib import Path

import pytest

from estate_app.access.permission import Role
from estate_app.notification.families import ALWAYS_TOLD, CHOOSABLE, NoticeFamily, family_of, is_switchable, passes_quiet_hours

ROOT = Path(__file__).parents[3] / "estate_app"
SENT = {event for path in ROOT.rglob("*.py") for event in re.findall(r'\bevent="([a-z_]+)"', path.read_text("utf-8"))}
ACCOUNT = {"certificate_ends", "code", "erasure", "export_ready", "room_claimed", "room_decided", "security", "welcome"}
"""What guards the account and says what it may do: nobody may refuse it."""


def test_the_search_finds_what_is_sent():
    assert {"paid", "repair_stock", "feedback_due", "adjustment", "balance", "balance_order"} <= SENT
    assert len(SENT) > 30


@pytest.mark.parametrize("event", sorted(SENT - ACCOUNT))
def test_what_is_not_the_accounts_has_a_family_of_its_own(event):
    assert family_of(event) is not NoticeFamily.account


@pytest.mark.parametrize("event", sorted(ACCOUNT & SENT))
def test_what_guards_the_account_cannot_be_refused(event):
    assert family_of(event) is NoticeFamily.account
    assert not is_switchable(family_of(event))


@pytest.mark.parametrize("event", ["adjustment", "balance", "balance_order"])
def test_what_became_of_money_is_told_at_any_hour_and_may_be_chosen(event):
    assert family_of(event) is NoticeFamily.payment
    assert passes_quiet_hours(event)
    assert all(NoticeFamily.payment in CHOOSABLE[role] for role in (Role.resident, Role.manager))


def test_no_family_is_both_chosen_and_always_told():
    assert all(not set(CHOOSABLE[role]) & set(ALWAYS_TOLD[role]) for role in CHOOSABLE)
