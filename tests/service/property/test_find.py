"""Rooms found by what a caller says, within the scope, and never by a part of a phone number."""

from datetime import date

import pytest

from estate_app.access.permission import Permission
from estate_app.errors import ForbiddenError
from estate_app.property.find import find_rooms
from tests.fixtures import make

TODAY = date(2026, 11, 18)


def found(uow, actor, text, **kwargs):
    return [hit.code for hit in find_rooms(uow.session, actor, Permission.repairs_report, text=text, on=TODAY, **kwargs)]


@pytest.mark.parametrize("text", ["3-2-1501", "1501", "3栋2单元1501", " 林晓 ", "13800000001", "陈租"])
def test_code_label_name_and_whole_phone(uow, cast, text):
    assert found(uow, cast.dispatcher, text) == ["3-2-1501"]


@pytest.mark.parametrize("text", ["", "  ", "1380000000", "%", "_", "\\", "\x00", "1-1-101", "赵外"])
def test_what_finds_nothing(uow, cast, text):
    assert found(uow, cast.dispatcher, text) == []


def test_somebody_who_has_moved_out_does_not_lead_to_the_room(uow, cast):
    gone = make.account(uow, "钱旧", "13800000077")
    make.member(uow, cast.home, gone, to_on=date(2026, 11, 17))
    assert found(uow, cast.dispatcher, "钱旧") == []


def test_the_estate_in_view_and_the_limit(uow, cast):
    make.room(uow, cast.building, "3-2-1502")
    assert found(uow, cast.dispatcher, "3-2", estate_id=cast.other_estate.id) == []
    assert found(uow, cast.dispatcher, "3-2", limit=1) == ["3-2-1501"]
    with pytest.raises(ForbiddenError):
        found(uow, cast.cashier, "1501")
