"""The resident's home: what is owed, what is being repaired, what the estate says."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.queries import AmountDue, amount_due
from estate_app.db import UnitOfWork, in_uow
from estate_app.feedback.announcements import AnnouncementRow, list_announcements
from estate_app.kit.clock import business_date
from estate_app.kit.pagination import PageRequest
from estate_app.repair.detail import order_detail
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.queries import OrderRow, list_orders
from estate_app.repair.rules import WITH_TECHNICIAN
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.common.announcement import AnnouncementCard, present_announcement
from estate_app.ui.pages.resident.home import present
from estate_app.ui.pages.resident.repairs.present import RepairCard, repair_card
from estate_app.ui.session import chosen_room
from estate_app.ui.stage import LOADING, READY


@dataclass(frozen=True, slots=True)
class _Seen:
    due: AmountDue
    repairs: tuple[OrderRow, ...]
    notices: tuple[AnnouncementRow, ...]
    live_id: int
    phone: str
    now: datetime


class HomeState(rx.State):
    """What the home page shows of the room in view."""

    greeting: str = ""
    due: present.Due = present.Due()
    live: present.Live = present.Live()
    repairs: list[RepairCard] = []
    notices: list[AnnouncementCard] = []
    stage: str = LOADING

    @rx.event
    @requires(Permission.own_bills, Permission.own_repairs)
    async def load(self) -> None:
        """Read the home and stay live."""
        await self._refresh(me())
        watch(self, f"resident:{me().id}", f"bill:{await chosen_room(self)}")

    async def _refresh(self, actor: Actor) -> None:
        locale, room_id = await locale_of(self), await chosen_room(self)
        seen = await in_uow(_read, actor, room_id)
        self.greeting = present.greeting(actor.name, now=seen.now, locale=locale)
        self.due = present.due(seen.due, on=business_date(seen.now), locale=locale)
        lead = next((row for row in seen.repairs if row.id == seen.live_id), None)
        self.live = present.live(lead, seen.phone, now=seen.now, locale=locale) if lead else present.Live()
        self.repairs = [repair_card(row, now=seen.now, locale=locale) for row in seen.repairs if row is not lead]
        self.notices = [present_announcement(row, estates={}, now=seen.now, locale=locale) for row in seen.notices]
        self.stage = READY


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> _Seen:
    due = amount_due(uow.session, actor, on=business_date(uow.now), room_id=room_id or None)
    repairs = list_orders(uow.session, actor, filter=OrderFilter(family=Family.open), page=PageRequest(1, 3, "-changed"), now=uow.now)
    notices = list_announcements(uow.session, actor, now=uow.now, page=PageRequest(1, 3))
    lead = next((row for row in repairs.rows if row.status in WITH_TECHNICIAN), None)
    worker = order_detail(uow.session, actor, lead.id, now=uow.now).technician if lead else None
    return _Seen(due, repairs.rows, notices.rows, lead.id if lead else 0, worker.phone if worker else "", uow.now)
