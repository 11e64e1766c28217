"""The counter: a room, its open bills, and money for the chosen ones. Amounts are the service's, never the browser's."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.billing.filters import BillFilter, BillState
from estate_app.billing.queries import BillRow, list_bills
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, translate
from estate_app.kit.money import format_yuan, parse_yuan
from estate_app.kit.pagination import MAX_SIZE, Page, PageRequest
from estate_app.ledger.queries import room_prepaid
from estate_app.payment.allocation import ORDERS, allocation_order
from estate_app.payment.channel import Means
from estate_app.payment.counter import Handover, collect_at_counter, pay_from_balance, top_up_at_counter
from estate_app.payment.queries import being_paid, payment_view
from estate_app.property.find import RoomHit, find_rooms
from estate_app.property.places import room_place
from estate_app.ui.guard import locale_of, me, requires
from estate_app.ui.live import watch
from estate_app.ui.pages.manager.cashier import present
from estate_app.ui.query import go, read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Option

_READ, _COLLECT = Permission.payments_read, Permission.cashier
_MOST_HITS = 12


@dataclass(frozen=True, slots=True)
class _Room:
    label: str
    bills: Page[BillRow]
    paying: dict[int, int]
    prepaid_fen: int
    may_collect: bool
    policy: Message


class CashierState(rx.State):
    """The room at the counter and what is taken for it."""

    q: str = ""
    found: list[Option] = []
    room: present.RoomView = present.RoomView()
    bills: list[present.OpenBill] = []
    chosen: list[str] = []
    total: present.Sum = present.Sum()
    way: str = Means.cash.value
    change: present.Change = present.Change()
    taken: present.Taken = present.Taken()
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    stage: str = LOADING
    _key: str = ""
    _tendered: str = ""
    _amount: str = ""
    _owed: dict[str, int] = {}
    _prepaid: int = 0

    @rx.event
    @requires(_READ)
    async def load(self) -> None:
        """Read the room, or the search, of the URL; another room starts anew with all its bills chosen."""
        room_id = _room_of(read_query(self))
        if room_id != self.room.id:
            self._begin()
            self.room, self.taken, self.stage = present.RoomView(), present.Taken(), LOADING
        await self._refresh(me())
        watch(self, f"bill:{room_id}")

    async def _refresh(self, actor: Actor) -> None:
        query, locale = read_query(self), await locale_of(self)
        self.q, room_id = query.get("q", ""), _room_of(query)
        hits = await in_uow(_find, actor, self.q, await chosen_estate(self)) if not room_id else []
        self.found = [Option(str(hit.id), hit.label if locale == "zh" else hit.code, hit.estate) for hit in hits]
        if room_id:
            self._show(room_id, await in_uow(_read, actor, room_id), locale)
        else:
            self.room, self.bills, self.chosen = present.RoomView(), [], []
        self.stage = READY

    def _show(self, room_id: int, seen: _Room, locale: str) -> None:
        is_new, before = room_id != self.room.id, self.chosen
        self._prepaid, self._owed = seen.prepaid_fen, {str(row.id): row.owed_fen for row in seen.bills.rows}
        has_prepaid, is_cut = seen.prepaid_fen > 0, seen.bills.total > len(seen.bills.rows)
        policy = translate(seen.policy, locale)
        self.room = present.RoomView(room_id, seen.label, format_yuan(seen.prepaid_fen), has_prepaid, seen.may_collect, is_cut, policy)
        self.bills = [present.open_bill(row, seen.paying, locale=locale) for row in seen.bills.rows]
        self._choose(list(self._owed) if is_new else before, locale)
        if self.way == present.BALANCE and not has_prepaid:
            self.way = Means.cash.value

    def _choose(self, keys: list[str], locale: str) -> None:
        self.chosen = present.kept(keys, self.bills)
        self._count(locale)

    def _count(self, locale: str) -> None:
        self.total = present.sum_of(self._owed, self.chosen, self._prepaid, self._amount, self.room.policy, locale=locale)
        self.change = present.change_of(self._tendered, self.total.taken_fen, locale=locale)

    def _begin(self) -> None:
        """A new customer, a new request: its key is used for nothing else."""
        self._key, self._tendered, self._amount = secrets.token_urlsafe(16), "", ""
        self.way, self.change, self.field_errors = Means.cash.value, present.Change(), {}

    @rx.event
    @requires(_READ)
    async def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Find a room; when it is the only one, go straight to it."""
        text = str(form.get("q", "")).strip()
        hits = await in_uow(_find, me(), text, await chosen_estate(self))
        return go(self, q="", room_id=hits[0].id) if len(hits) == 1 else go(self, q=text, room_id="")

    @rx.event
    @requires(_READ)
    async def toggle(self, key: str) -> None:
        """Choose a bill, or leave it out."""
        keys = [k for k in self.chosen if k != key] if key in self.chosen else [*self.chosen, key]
        self._key = secrets.token_urlsafe(16)
        self._choose(keys, await locale_of(self))

    @rx.event
    @requires(_READ)
    async def toggle_all(self) -> None:
        """Choose all bills, or none."""
        payable = present.kept(self._owed, self.bills)
        self._key = secrets.token_urlsafe(16)
        self._choose([] if self.chosen == payable else payable, await locale_of(self))

    @rx.event
    @requires(_READ)
    async def choose_way(self, way: str) -> None:
        """Cash, transfer, card or the room's balance."""
        if way in present.WAYS:
            self.way, self.field_errors, self._key = way, {}, secrets.token_urlsafe(16)

    @rx.event
    @requires(_READ)
    async def count_change(self, typed: str) -> None:
        """Say the change while the cash is typed."""
        self._tendered = typed
        self._count(await locale_of(self))

    @rx.event
    @requires(_READ)
    async def count_amount(self, typed: str) -> None:
        """Take another amount than the bills ask for: a part of them, or more for the room's balance."""
        self._amount, self._key = typed, secrets.token_urlsafe(16)
        self._count(await locale_of(self))

    @rx.event
    @requires(_COLLECT)
    async def collect(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Take the money for the chosen bills."""
        self.field_errors = {}
        self.is_saving = True
        yield
        try:
            ids = [int(key) for key in self.chosen]
            typed = {name: str(value) for name, value in form.items()}
            self.taken = await in_uow(_collect, me(), self.room.id, ids, self.way, self._key, typed)
            self._begin()
            await self._refresh(me())
            yield rx.set_focus("next-room")
        finally:
            self.is_saving = False


def _room_of(query: dict[str, str]) -> int:
    text = query.get("room_id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _find(uow: UnitOfWork, actor: Actor, text: str, estate_id: int) -> list[RoomHit]:
    on = business_date(uow.now)
    return find_rooms(uow.session, actor, _READ, text=text, on=on, estate_id=estate_id or None, limit=_MOST_HITS)


def _read(uow: UnitOfWork, actor: Actor, room_id: int) -> _Room:
    place, on = room_place(uow.session, room_id), business_date(uow.now)
    if place is None or not actor.scope(_READ).covers(estate_id=place.estate_id, building_id=place.building_id):
        raise NotFoundError
    wanted = BillFilter(room_id=room_id, state=BillState.open)
    bills = list_bills(uow.session, actor, filter=wanted, page=PageRequest(size=MAX_SIZE, sort="due_on"), on=on)
    return _Room(
        label=place.label,
        bills=bills,
        paying=being_paid(uow.session, actor, [row.id for row in bills.rows], on=on),
        prepaid_fen=room_prepaid(uow.session, room_id),
        may_collect=actor.scope(_COLLECT).covers(estate_id=place.estate_id, building_id=place.building_id),
        policy=ORDERS[allocation_order(uow.session, place.estate_id)],
    )


def _collect(uow: UnitOfWork, actor: Actor, room_id: int, ids: list[int], way: str, key: str, form: dict[str, str]) -> present.Taken:
    typed = form.get("amount", "").strip()
    amount = parse_yuan(typed, field="amount") if typed else None
    if way == present.BALANCE:
        payment = pay_from_balance(uow, actor, bill_ids=ids, idempotency_key=key, amount_fen=amount)
    else:
        means = Means(way)
        paid = Handover(
            means,
            tendered_fen=parse_yuan(form.get("tendered", ""), field="tendered") if means is Means.cash else None,
            voucher="" if means is Means.cash else form.get("voucher", "").strip(),
            payer_name=form.get("payer_name", "").strip()[:40],
        )
        if ids:
            payment = collect_at_counter(
                uow, actor, bill_ids=ids, means=means, idempotency_key=key, tendered_fen=paid.tendered_fen, voucher=paid.voucher,
                payer_name=paid.payer_name, amount_fen=amount,
            )  # fmt: skip
        else:
            payment = top_up_at_counter(uow, actor, room_id=room_id, amount_fen=amount or 0, paid=paid, idempotency_key=key)
    uow.flush()
    view = payment_view(uow.session, actor, payment_id=payment.id or 0, on=business_date(uow.now))
    return present.taken(payment, view.row)
