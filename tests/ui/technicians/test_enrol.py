"""The page that enrols a technician, and shifts by the week on the person's page."""

from sqlmodel import select

from estate_app.access.models import Account
from estate_app.access.permission import Role
from estate_app.repair.models import Shift, TechnicianTrade, TechnicianZone
from estate_app.ui.pages.manager.technician.state import TechnicianState
from estate_app.ui.pages.manager.technician_new.page import enrol_page
from estate_app.ui.pages.manager.technician_new.state import EnrolState
from estate_app.ui.pages.manager.technicians.page import technicians_page
from estate_app.ui.stage import FAILED, READY
from tests.service.repair.steps import count
from tests.ui.seen import goes_to, markup, toast

NEW = "/manage/technicians/new"
FORM = {"phone": "139 1234 5678", "name": "何师傅", "daily_minutes": "400", "trade-electrical": "3", "trade-lift": "0"}
WEEK = {
    "weekdays.2": True,
    "weekdays.3": True,
    "day": "2026-11-18",
    "last_on": "2026-11-26",
    "starts": "08:30",
    "ends": "17:30",
    "kind": "duty",
}


def opened(act, actor):
    page = act(actor, EnrolState, url=NEW)
    act.run(page.load())
    return page


def test_somebody_is_enrolled_with_the_first_shifts_and_stands_on_the_page(act, uow, cast):
    page = opened(act, cast.dispatcher)
    assert ([b.label for b in page.buildings], [d.label for d in page.weekdays][:2], page.today, page.stage) == (
        ["3栋"],
        ["周一", "周二"],
        "2026-11-18",
        READY,
    )
    events = act.run(page.submit({**FORM, **WEEK, f"buildings.{cast.building.id}": True, "buildings.99999": True}))
    account = uow.session.exec(select(Account).where(Account.phone == "13912345678")).one()
    assert (account.role, goes_to(events)) == (Role.technician, f"/manage/technicians/{account.id}")
    assert "已登记入册" in toast(events)
    kept = {t.trade.value: t.level for t in uow.session.exec(select(TechnicianTrade).where(TechnicianTrade.technician_id == account.id))}
    zones = uow.session.exec(select(TechnicianZone.building_id).where(TechnicianZone.technician_id == account.id)).all()
    assert (kept, zones, count(uow, "shift", f"technician_id = {account.id}")) == ({"electrical": 3}, [cast.building.id], 4)


def test_a_refusal_stands_under_its_field_and_nothing_is_written(act, uow, cast):
    page = opened(act, cast.dispatcher)
    before = count(uow, "account"), count(uow, "technician"), count(uow, "shift")
    for changes, field in (
        ({"phone": "13800000011"}, "phone"), ({"phone": "x"}, "phone"), ({"name": ""}, "name"), ({"trade-electrical": "0"}, "levels"),
        ({"daily_minutes": "many"}, "daily_minutes"), ({**WEEK, "starts": ""}, "starts"), ({**WEEK, "last_on": "2026-11-17"}, "last_on"),
    ):  # fmt: skip
        act.run(page.submit({**FORM, **changes}))
        assert (list(page.field_errors), page.is_saving) == ([field], False)
    assert (count(uow, "account"), count(uow, "technician"), count(uow, "shift")) == before


def test_who_may_not_edit_technicians_does_not_come_here(act, uow, cast):
    for actor in (cast.auditor, cast.service, cast.worker):
        page = opened(act, actor)
        assert page.stage == FAILED
        act.run(page.submit(FORM))
    assert count(uow, "account", "phone = '13912345678'") == 0


def test_a_week_of_shifts_and_the_one_that_overlaps(act, uow, cast):
    page = act(cast.dispatcher, TechnicianState, url=f"/manage/technicians/{cast.worker.id}")
    act.run(page.load())
    act.run(page.ask("shift"))
    form = WEEK | {"day": "2026-11-19", "weekdays.2": False, "last_on": "2026-11-26"}
    act.run(page.add_shift(form))
    mine = select(Shift).where(Shift.technician_id == cast.worker.id)
    assert (page.dialog, len(uow.session.exec(mine).all())) == ("", 3)
    act.run(page.ask("shift"))
    act.run(page.add_shift({"day": "2026-11-26", "starts": "17:00", "ends": "20:00", "kind": "duty"}))
    assert page.field_errors == {"ends_at": "与班次 2026-11-26 08:30–17:30 重叠。请先撤下该班次，或另选时间"}
    assert (page.dialog, len(uow.session.exec(mine).all())) == ("shift", 3)
    act.run(page.add_leave({"from_day": "2026-11-23", "to_day": "2026-11-24", "reason": "年假"}))
    act.run(page.add_leave({"from_day": "2026-11-24", "to_day": "2026-11-24", "reason": "事假"}))
    assert page.field_errors == {"ends_at": "2026-11-23–11-24 已登记请假。请先取消那一次，或另选日期"}


def test_the_pages():
    assert all(testid in markup(enrol_page()) for testid in ("enrol-form", "phone-field", "enrol", "weekdays-"))
    assert "enrol-technician" in markup(technicians_page())
