"""What goes on in one room beside its people, as far as a manager may see it: bills, balance, meters and orders."""

from dataclasses import dataclass, field
from datetime import datetime

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.filters import BillFilter
from estate_app.billing.models import BillStatus
from estate_app.billing.queries import BillRow, count_bills, list_bills
from estate_app.billing.rules.values import format_milli
from estate_app.billing.tariff_queries import MeterFilter, MeterRow, list_meters
from estate_app.db import UnitOfWork
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.pagination import PageRequest
from estate_app.payment.balance import balance_view
from estate_app.repair.filters import OrderFilter
from estate_app.repair.queries import OrderRow, list_orders
from estate_app.ui.pages.manager.meters.present import KINDS, UNITS
from estate_app.ui.states import bill_badge, repair_badge
from estate_app.ui.view import Badge
from estate_app.ui.when import full_day

_FEW = PageRequest(1, 6)


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """The newest of each; None where the actor may not read it."""

    bills: tuple[BillRow, ...] | None
    owed_fen: int
    balance_fen: int | None
    meters: tuple[MeterRow, ...] | None
    orders: tuple[OrderRow, ...] | None
    now: datetime


@dataclass(frozen=True, slots=True)
class ThingLine:
    """One bill, meter or order: where it leads, what it is, a soft second line, a figure and a state."""

    href: str
    title: str
    about: str
    figure: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """The cards beside the people."""

    sees_bills: bool = False
    sees_orders: bool = False
    owed: str = "0.00"
    has_debt: bool = False
    balance: str = ""
    bills: list[ThingLine] = field(default_factory=list)
    meters: list[ThingLine] = field(default_factory=list)
    orders: list[ThingLine] = field(default_factory=list)


def read_household(uow: UnitOfWork, actor: Actor, room_id: int, estate_id: int) -> HouseholdFacts:
    """Read what the actor may see of a room that has been checked to lie within the scope."""
    session, on = uow.session, business_date(uow.now)
    sees_bills, sees_orders = actor.can(Permission.bills_read), actor.can(Permission.repairs_read)
    of_room = BillFilter(room_id=room_id)
    meters = MeterFilter(room_id=room_id)
    return HouseholdFacts(
        bills=list_bills(session, actor, filter=of_room, page=PageRequest(1, 6, "-issued"), on=on).rows if sees_bills else None,
        owed_fen=count_bills(session, actor, filter=of_room, on=on)[2] if sees_bills else 0,
        balance_fen=balance_view(session, actor, room_id=room_id, on=on).amount_fen if actor.can(Permission.payments_read) else None,
        meters=list_meters(session, actor, estate_id=estate_id, filter=meters, page=_FEW).rows if sees_bills else None,
        orders=list_orders(session, actor, filter=OrderFilter(room_id=room_id), page=_FEW, now=uow.now).rows if sees_orders else None,
        now=uow.now,
    )


def household_view(facts: HouseholdFacts, *, locale: str) -> HouseholdView:
    """Say a household's things."""
    return HouseholdView(
        sees_bills=facts.bills is not None,
        sees_orders=facts.orders is not None,
        owed=format_yuan(facts.owed_fen),
        has_debt=facts.owed_fen > 0,
        balance="" if facts.balance_fen is None else format_yuan(facts.balance_fen),
        bills=[_bill(row, locale) for row in facts.bills or ()],
        meters=[_meter(row, locale) for row in facts.meters or ()],
        orders=[_order(row, locale) for row in facts.orders or ()],
    )


def _bill(row: BillRow, locale: str) -> ThingLine:
    name = row.item_name_en if locale == "en" else row.item_name
    state = "overdue" if row.is_overdue and row.status is not BillStatus.disputed else row.status.value
    return ThingLine(
        f"/manage/bills/{row.id}", f"{name} {row.period:%Y-%m}", row.number, format_yuan(row.amount_fen), bill_badge(state, locale=locale)
    )


def _meter(row: MeterRow, locale: str) -> ThingLine:
    read = msg("Not read yet")
    if row.read_on:
        read = msg("Read on {day}", day=full_day(row.read_on, locale=locale))
    figure = "—" if row.value_milli is None else f"{format_milli(row.value_milli)} {UNITS[row.kind]}"
    badge = Badge(translate(msg("Removed"), locale), "gray", "soft", "archive") if row.removed_on else Badge("")
    return ThingLine(f"/manage/meters/{row.id}", f"{translate(KINDS[row.kind], locale)} {row.code}", translate(read, locale), figure, badge)


def _order(row: OrderRow, locale: str) -> ThingLine:
    category = row.category_en if locale == "en" else row.category
    badge = repair_badge(row.status.value, locale=locale)
    return ThingLine(f"/manage/repairs/{row.id}", category, row.number, "", badge)
