"""Gathers everything that the house keeps of a person, sheet by sheet, through the same queries as that person's own pages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from estate_app.access import service as access
from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.access.sessions import list_sessions
from estate_app.billing.filters import BillFilter
from estate_app.billing.queries import export_bills
from estate_app.db import UnitOfWork
from estate_app.feedback.queries import own_feedback, read_feedback
from estate_app.feedback.rules import KIND_NAMES
from estate_app.feedback.rules import STATUS_NAMES as FEEDBACK_STATES
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.pagination import MAX_SIZE, Page, PageRequest
from estate_app.kit.spreadsheet_out import ColumnKind
from estate_app.notification.preferences import read_preferences
from estate_app.notification.queries import list_inbox
from estate_app.payment.filters import PaymentFilter
from estate_app.payment.queries import export_payments
from estate_app.payment.receipts import channel_name
from estate_app.personal.words import BILL_STATES, DEVICES, PAYMENT_STATES, RELATIONS, Coded, yes_no
from estate_app.property.queries import own_rooms
from estate_app.repair.filters import OrderFilter
from estate_app.repair.queries import export_orders
from estate_app.repair.rules import STATUS_NAMES

T = TypeVar("T")
_K = ColumnKind
Rows = Iterator[Sequence[object]]
Reader = Callable[[UnitOfWork, Actor, str], Rows]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part of the file: its name in JSON, its title, its columns (name, title, kind), and how its rows are read."""

    name: str
    title: Message
    columns: tuple[tuple[str, Message, ColumnKind], ...]
    read: Reader
    permission: Permission = Permission.own_account

    def is_for(self, actor: Actor) -> bool:
        """Whether the house keeps such things of this person: bills and repairs are residents' only."""
        return actor.can(self.permission)


def _profile(uow: UnitOfWork, actor: Actor, _locale: str) -> Rows:
    account = access.own_account(uow, actor)
    prefers = read_preferences(uow.session, actor)
    quiet = f"{prefers.starts_at:%H:%M}–{prefers.ends_at:%H:%M}" if prefers.is_quiet else "—"
    yield (
        account.name,
        account.phone or "",
        yes_no(bool(account.openid)),
        account.locale or "zh",
        yes_no(account.allows_behaviour),
        quiet,
        account.created_at,
    )


def _rooms(uow: UnitOfWork, actor: Actor, _locale: str) -> Rows:
    for room in own_rooms(uow.session, actor, business_date(uow.now)):
        yield room.estate_name, room.label, room.code, Coded(room.relation.value, RELATIONS[room.relation]), room.area_milli_m2 / 1000


def _orders(uow: UnitOfWork, actor: Actor, locale: str) -> Rows:
    for row in export_orders(uow.session, actor, filter=OrderFilter(), now=uow.now):
        category = row.category_en if locale == "en" and row.category_en else row.category
        yield (
            row.number, row.estate, row.place, category, Coded(row.status.value, STATUS_NAMES[row.status]), row.description,
            row.contact_name, row.contact_phone, row.technician, row.submitted_at, row.completed_at,
        )  # fmt: skip


def _bills(uow: UnitOfWork, actor: Actor, locale: str) -> Rows:
    for row in export_bills(uow.session, actor, filter=BillFilter(), on=business_date(uow.now)):
        item = row.item_name_en if locale == "en" and row.item_name_en else row.item_name
        state = Coded(row.status.value, BILL_STATES[row.status])
        yield row.number, row.estate_name, row.place, item, row.period, row.due_on, row.amount_fen, row.paid_fen, state


def _payments(uow: UnitOfWork, actor: Actor, _locale: str) -> Rows:
    for row in export_payments(uow.session, actor, filter=PaymentFilter(), on=business_date(uow.now)):
        yield (
            row.number, row.estate_name, row.place, row.payer, Coded(row.channel.value, channel_name(row.channel.value)), row.amount_fen,
            row.refunded_fen, Coded(row.status.value, PAYMENT_STATES[row.status]), row.created_at, row.paid_at, row.receipt_number,
        )  # fmt: skip


def _feedback(uow: UnitOfWork, actor: Actor, _locale: str) -> Rows:
    for row in _all(lambda page: own_feedback(uow.session, actor, now=uow.now, page=page)):
        thread = read_feedback(uow.session, actor, row.id, now=uow.now)
        said = "\n".join(f"{one.name}: {one.text}" for one in thread.replies)
        kind, state = Coded(row.kind.value, KIND_NAMES[row.kind]), Coded(row.status.value, FEEDBACK_STATES[row.status])
        yield row.number, kind, state, row.text, said, yes_no(row.is_anonymous), row.satisfaction, row.created_at


def _notices(uow: UnitOfWork, actor: Actor, locale: str) -> Rows:
    for row in _all(lambda page: list_inbox(uow.session, actor, page=page)):
        yield row.at, translate(row.title, locale), translate(row.body, locale), yes_no(row.is_read)


def _devices(uow: UnitOfWork, actor: Actor, _locale: str) -> Rows:
    for one in list_sessions(uow, actor):
        yield Coded(one.kind.value, DEVICES[one.kind]), one.agent, one.address, one.created_at, one.last_seen_at


def _all(read: Callable[[PageRequest], Page[T]]) -> Iterator[T]:
    number = 1
    while True:
        page = read(PageRequest(number, MAX_SIZE))
        yield from page.rows
        if number * MAX_SIZE >= page.total:
            return
        number += 1


def _c(name: str, title: Message, kind: ColumnKind = _K.text) -> tuple[str, Message, ColumnKind]:
    return name, title, kind


_NUMBER, _ESTATE, _PLACE, _STATE = msg("Number"), msg("Estate"), msg("Place"), msg("State")
SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "profile", msg("Profile"),
        (_c("name", msg("Name")), _c("phone", msg("Phone")), _c("wechat_bound", msg("WeChat bound")), _c("language", msg("Language")),
         _c("counts_visits", msg("Count my visits")), _c("quiet_hours", msg("Quiet hours")), _c("since", msg("Since"), _K.instant)),
        _profile,
    ),
    Sheet(
        "rooms", msg("My rooms"),
        (_c("estate", _ESTATE), _c("room", msg("Room")), _c("code", msg("Room code")), _c("relation", msg("Relation")),
         _c("area_m2", msg("Area (m²)"), _K.number)),
        _rooms,
    ),
    Sheet(
        "repairs", msg("Repairs"),
        (_c("number", _NUMBER), _c("estate", _ESTATE), _c("place", _PLACE), _c("category", msg("Category")), _c("state", _STATE),
         _c("description", msg("Description")), _c("contact", msg("Contact")), _c("phone", msg("Phone")),
         _c("technician", msg("Technician")), _c("reported_at", msg("Reported at"), _K.instant),
         _c("completed_at", msg("Completed at"), _K.instant)),
        _orders,
        Permission.own_repairs,
    ),
    Sheet(
        "bills", msg("Bills"),
        (_c("number", _NUMBER), _c("estate", _ESTATE), _c("place", _PLACE), _c("item", msg("Item")), _c("period", msg("Month"), _K.date),
         _c("due_on", msg("Due on"), _K.date), _c("amount_fen", msg("Amount (yuan)"), _K.money),
         _c("paid_fen", msg("Paid (yuan)"), _K.money),
         _c("state", _STATE)),
        _bills,
        Permission.own_bills,
    ),
    Sheet(
        "payments", msg("Payments"),
        (_c("number", _NUMBER), _c("estate", _ESTATE), _c("place", _PLACE), _c("payer", msg("Payer")), _c("channel", msg("Channel")),
         _c("amount_fen", msg("Amount (yuan)"), _K.money), _c("refunded_fen", msg("Refunded (yuan)"), _K.money), _c("state", _STATE),
         _c("created_at", msg("Started at"), _K.instant), _c("paid_at", msg("Paid at"), _K.instant), _c("receipt", msg("Receipt"))),
        _payments,
        Permission.own_bills,
    ),
    Sheet(
        "feedback", msg("Feedback"),
        (_c("number", _NUMBER), _c("kind", msg("Kind")), _c("state", _STATE), _c("text", msg("What was said")),
         _c("replies", msg("Messages of the thread")), _c("unnamed", msg("Without your name")), _c("stars", msg("Stars"), _K.integer),
         _c("at", msg("Told at"), _K.instant)),
        _feedback,
        Permission.own_bills,
    ),
    Sheet(
        "notices", msg("Notices"),
        (_c("at", msg("Told at"), _K.instant), _c("title", msg("Title")), _c("body", msg("Text")), _c("read", msg("Read"))),
        _notices,
    ),
    Sheet(
        "devices", msg("Signed-in devices"),
        (_c("kind", msg("Kind")), _c("device", msg("Device")), _c("address", msg("Network address")), _c("since", msg("Since"), _K.instant),
         _c("last_seen_at", msg("Last seen"), _K.instant)),
        _devices,
    ),
)  # fmt: skip


def named(sheet: Sheet, row: Sequence[object]) -> Mapping[str, object]:
    """A row with its columns' names, as JSON has it."""
    return {name: value for (name, _, _), value in zip(sheet.columns, row, strict=True)}
