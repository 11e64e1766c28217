"""Announcements reach who lives there, and only who may speaks."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.access.permission import PermissionSet
from estate_app.errors import ForbiddenError, InvalidError, NotFoundError
from estate_app.feedback.announcements import (
    Draft,
    list_announcements,
    pin_announcement,
    publish_announcement,
    withdraw_announcement,
)
from estate_app.feedback.models import Announcement
from estate_app.kit.pagination import PageRequest
from estate_app.notification.models import InboxItem
from tests.fixtures import make


def titles(uow, actor, **filter):
    return [r.title for r in list_announcements(uow.session, actor, now=uow.now, page=PageRequest(), **filter).rows]


def readers(uow):
    return set(uow.session.scalars(select(InboxItem.account_id).where(InboxItem.event == "announcement")))


def test_who_lives_in_the_estate_is_told_and_who_only_pays_is_not(uow, cast):
    row = publish_announcement(uow, cast.service, Draft("周六停水", "9 点到 11 点", "water", cast.estate.id))
    assert readers(uow) == {cast.owner.id, cast.tenant.id}
    assert titles(uow, cast.owner) == ["周六停水"]
    assert titles(uow, cast.stranger) == []
    entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.entity == "announcement")).one()
    assert (entry.entity_id, entry.after) == (row.id, {"title": "周六停水", "readers": 2})


def test_one_for_all_estates_needs_a_scope_that_is_everywhere(uow, cast):
    with pytest.raises(InvalidError) as caught:
        publish_announcement(uow, cast.service, Draft("全部", "内容"))
    assert (caught.value.field, readers(uow)) == ("estate", set())
    publish_announcement(uow, cast.admin, Draft("全部", "内容"))
    assert readers(uow) == {cast.owner.id, cast.tenant.id, cast.stranger.id}
    assert titles(uow, cast.stranger) == ["全部"]


def test_another_estate_is_not_found(uow, cast):
    with pytest.raises(NotFoundError):
        publish_announcement(uow, cast.service, Draft("不归我管", "内容", estate_id=cast.other_estate.id))
    assert uow.session.scalars(select(Announcement)).all() == []


@pytest.mark.parametrize("name", ["owner", "worker", "dispatcher", "cashier", "finance", "auditor"])
def test_only_who_may_announces(uow, cast, name):
    with pytest.raises(ForbiddenError):
        publish_announcement(uow, getattr(cast, name), Draft("题目", "内容", estate_id=cast.estate.id))
    assert readers(uow) == set()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"title": " 题 ", "body": "x"}, "title"),
        ({"title": "题" * 81, "body": "x"}, "title"),
        ({"title": "题目", "body": " "}, "body"),
        ({"title": "题目", "body": "x", "tag": "odd"}, "tag"),
        ({"title": "题目", "body": "x", "ends": 1}, "ends"),
        ({"title": "题目", "body": "x", "happens": 2, "ends": 1}, "ends"),
    ],
)
def test_what_cannot_be_published_is_refused_at_its_field(uow, cast, draft, field):
    hours = {
        key: uow.now + timedelta(hours=draft.pop(name)) for name, key in (("happens", "happens_at"), ("ends", "ends_at")) if name in draft
    }
    with pytest.raises(InvalidError) as caught:
        publish_announcement(uow, cast.service, Draft(**draft, **hours, estate_id=cast.estate.id))
    assert (caught.value.field, readers(uow)) == (field, set())


def test_pinned_ones_stand_first_then_the_newest(uow, cast):
    first, _second = (publish_announcement(uow, cast.service, Draft(t, "内容", estate_id=cast.estate.id)) for t in ("第一", "第二"))
    assert titles(uow, cast.owner) == ["第二", "第一"]
    pin_announcement(uow, cast.service, announcement_id=first.id, is_pinned=True)
    assert titles(uow, cast.owner) == ["第一", "第二"]


def test_a_withdrawn_one_is_gone_but_the_inboxes_keep_it(uow, cast):
    row = publish_announcement(uow, cast.service, Draft("题目", "内容", estate_id=cast.estate.id))
    withdraw_announcement(uow, cast.service, announcement_id=row.id)
    assert (titles(uow, cast.owner), readers(uow)) == ([], {cast.owner.id, cast.tenant.id})


def test_a_local_manager_neither_pins_nor_withdraws_what_speaks_elsewhere(uow, cast):
    everywhere = publish_announcement(uow, cast.admin, Draft("全部", "内容"))
    foreign = make.manager(uow, "外", "13800000043", PermissionSet.customer_service, cast.other_estate)
    own = publish_announcement(uow, cast.service, Draft("本区", "内容", estate_id=cast.estate.id))
    for actor, row in ((cast.service, everywhere), (foreign, own)):
        for call in (
            lambda a=actor, r=row: withdraw_announcement(uow, a, announcement_id=r.id),
            lambda a=actor, r=row: pin_announcement(uow, a, announcement_id=r.id, is_pinned=True),
        ):
            with pytest.raises(NotFoundError):
                call()
    assert titles(uow, foreign) == ["全部"]
    assert titles(uow, cast.service) == ["本区", "全部"]


def test_search_in_title_and_text(uow, cast):
    publish_announcement(uow, cast.service, Draft("周六停水", "请储水", estate_id=cast.estate.id))
    publish_announcement(uow, cast.service, Draft("电梯年检", "B 梯停用", estate_id=cast.estate.id))
    assert titles(uow, cast.service, q="停用") == ["电梯年检"]
    assert titles(uow, cast.service, q="%") == []
