"""Money that has arrived at the bank: kept once, matched with transfers, held money and open bills, confirmed or rejected by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.models import Account
from estate_app.access.permission import Permission
from estate_app.billing.owed import bills_owing
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import Page, PageRequest
from estate_app.notification.text import pack
from estate_app.payment.channel import Channel, Means
from estate_app.payment.counter import collect_at_counter
from estate_app.payment.models import Payment, PaymentStatus, Suspense
from estate_app.payment.reconciliation.arrival_rules import Arrived, Candidate, CandidateKind, Suggestion, suggest
from estate_app.payment.reconciliation.models import ArrivalState, BankArrival
from estate_app.payment.suspense import Resolution, resolve
from estate_app.property.people import names_of_rooms
from estate_app.property.queries import ensure_estate, in_scope, place_labels

READ = (Permission.reconcile, Permission.ledger_read)
WINDOW = timedelta(days=15)
MAX_NOTE = 200


@dataclass(frozen=True, slots=True)
class NewArrival:
    """A line of the bank's statement; the amount in fen."""

    serial: str
    arrived_at: datetime
    amount_fen: int
    payer_name: str = ""
    payer_account: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """Money at the bank, with what it may be for while nobody has decided."""

    id: int
    serial: str
    arrived_at: datetime
    amount_fen: int
    payer_name: str
    payer_account: str
    remark: str
    state: ArrivalState
    note: str
    payment_number: str
    decided_by: str
    decided_at: datetime | None
    suggestions: tuple[Suggestion, ...]


def keep_arrivals(uow: UnitOfWork, actor: Actor, *, estate_id: int, rows: Sequence[NewArrival]) -> int:
    """Keep the lines of a bank's statement; a serial number that is known stays as it is. Answers how many are new."""
    actor.require(Permission.reconcile)
    ensure_estate(uow.session, actor, estate_id, Permission.reconcile)
    if not rows:
        return 0
    values = [
        {
            "estate_id": estate_id,
            "serial": row.serial,
            "arrived_at": row.arrived_at,
            "amount_fen": row.amount_fen,
            "payer_name": row.payer_name,
            "payer_account": row.payer_account,
            "remark": row.remark,
            "state": ArrivalState.open,
            "reasons": [],
            "note": "",
        }
        for row in rows
    ]
    statement = insert(BankArrival).values(values).on_conflict_do_nothing(index_elements=["estate_id", "serial"])
    fresh = len(uow.session.scalars(statement.returning(col(BankArrival.id))).all())
    record(uow, actor, "arrival:import", "estate", estate_id, after={"rows": len(rows), "new": fresh})
    uow.notify("arrivals")
    return fresh


def list_arrivals(
    session: Session, actor: Actor, *, estate_id: int, page: PageRequest, now: datetime, state: ArrivalState = ArrivalState.open
) -> Page[ArrivalRow]:
    """One page of an estate's arrivals, newest first; those that are open come with suggestions."""
    actor.require(*READ)
    ensure_estate(session, actor, estate_id, *READ)
    where = (col(BankArrival.estate_id) == estate_id, col(BankArrival.state) == state)
    total = session.scalar(select(func.count()).select_from(BankArrival).where(*where)) or 0
    statement = (
        select(BankArrival, col(Payment.number), col(Account.name))
        .join(Payment, col(Payment.id) == col(BankArrival.payment_id), isouter=True)
        .join(Account, col(Account.id) == col(BankArrival.decided_by), isouter=True)
        .where(*where)
        .order_by(col(BankArrival.arrived_at).desc(), col(BankArrival.id))
        .offset(page.offset)
        .limit(page.size)
    )
    rows = session.execute(statement).all()
    found = suggestions(session, [arrival for arrival, *_ in rows], now=now) if state is ArrivalState.open else {}
    return Page(tuple(_row(arrival, payment, decider, found.get(arrival.id, ())) for arrival, payment, decider in rows), int(total), page)


def count_arrivals(session: Session, actor: Actor) -> int:
    """How many arrivals wait for somebody."""
    actor.require(*READ)
    where = (in_scope(actor, *READ, estate=col(BankArrival.estate_id)), col(BankArrival.state) == ArrivalState.open)
    return int(session.scalar(select(func.count()).select_from(BankArrival).where(*where)) or 0)


def suggestions(session: Session, arrivals: Collection[BankArrival], *, now: datetime) -> dict[int, tuple[Suggestion, ...]]:
    """What each arrival may be for; the candidates of all of them are read at once. All belong to one estate."""
    if not arrivals:
        return {}
    estate_id = next(iter(arrivals)).estate_id
    candidates = _candidates(session, estate_id, arrivals, now)
    return {
        arrival.id: tuple(
            suggest(Arrived(arrival.amount_fen, arrival.arrived_at, arrival.payer_name, arrival.remark, arrival.serial), candidates)
        )
        for arrival in arrivals
    }


def confirm_arrival(uow: UnitOfWork, actor: Actor, *, arrival_id: int, kind: CandidateKind, target_id: int) -> BankArrival:
    """Confirm a suggestion: a transfer is ticked off, held money is resolved, bills are paid by it, each once.

    Raises:
        ConflictError: somebody was faster, or the suggestion does not hold any more.
    """
    actor.require(Permission.reconcile)
    arrival = _lock(uow, actor, arrival_id)
    chosen = next(
        (
            found
            for found in suggestions(uow.session, [arrival], now=uow.now)[arrival_id]
            if (found.candidate.kind, found.candidate.id) == (kind, target_id)
        ),
        None,
    )
    if chosen is None:
        raise ConflictError(msg("This suggestion does not hold any more; look at the list again"))
    if kind is CandidateKind.transfer:
        arrival.payment_id = target_id
    elif kind is CandidateKind.suspense:
        _resolve_held(uow, actor, arrival, target_id)
    else:
        payment = collect_at_counter(
            uow,
            actor,
            bill_ids=chosen.candidate.bill_ids,
            means=Means.transfer,
            idempotency_key=f"arrival:{arrival.id}",
            voucher=arrival.serial,
            payer_name=arrival.payer_name[:40],
            amount_fen=arrival.amount_fen,
            permission=Permission.reconcile,
            paid_at=arrival.arrived_at,
        )
        arrival.payment_id = payment.id
    arrival.reasons = [pack(reason) for reason in chosen.reasons]
    _decide(uow, actor, arrival, ArrivalState.confirmed, kind.value)
    return arrival


def reject_arrival(uow: UnitOfWork, actor: Actor, *, arrival_id: int, note: str) -> BankArrival:
    """Say that an arrival is none of the estate's fees, with a reason; nothing is booked."""
    actor.require(Permission.reconcile)
    arrival = _lock(uow, actor, arrival_id)
    if not note.strip() or len(note) > MAX_NOTE:
        raise InvalidError(msg("Give a reason of at most {count} characters", count=MAX_NOTE), field="note")
    arrival.note = note.strip()
    _decide(uow, actor, arrival, ArrivalState.rejected, note.strip())
    return arrival


def _lock(uow: UnitOfWork, actor: Actor, arrival_id: int) -> BankArrival:
    arrival = uow.session.get(BankArrival, arrival_id, with_for_update=True, populate_existing=True)
    if arrival is None or not actor.scope(Permission.reconcile).covers(estate_id=arrival.estate_id):
        raise NotFoundError
    if arrival.state is not ArrivalState.open:
        raise ConflictError(msg("This is resolved already"))
    return arrival


def _decide(uow: UnitOfWork, actor: Actor, arrival: BankArrival, state: ArrivalState, what: str) -> None:
    arrival.state, arrival.decided_at, arrival.decided_by = state, uow.now, actor.account_id
    fact: dict[str, object] = {"state": state.value, "as": what, "serial": arrival.serial, "amount_fen": arrival.amount_fen}
    record(uow, actor, f"arrival:{state.value}", "bank_arrival", arrival.id or 0, before={"state": "open"}, after=fact)
    uow.notify("arrivals")


def _resolve_held(uow: UnitOfWork, actor: Actor, arrival: BankArrival, suspense_id: int) -> None:
    held = uow.session.get(Suspense, suspense_id)
    outcome = Resolution.prepaid if held is not None and held.is_booked else Resolution.noted
    resolve(uow, actor, suspense_id=suspense_id, resolution=outcome, note=arrival.serial)
    arrival.suspense_id = suspense_id


def _candidates(session: Session, estate_id: int, arrivals: Collection[BankArrival], now: datetime) -> list[Candidate]:
    amounts = {arrival.amount_fen for arrival in arrivals}
    first, last = min(a.arrived_at for a in arrivals) - WINDOW, max(a.arrived_at for a in arrivals) + WINDOW
    taken = select(col(BankArrival.payment_id)).where(col(BankArrival.payment_id).is_not(None))
    transfers = session.scalars(
        select(Payment).where(
            col(Payment.estate_id) == estate_id,
            col(Payment.channel) == Channel.counter,
            col(Payment.method) == Means.transfer.value,
            col(Payment.status) == PaymentStatus.paid,
            col(Payment.amount_fen).in_(amounts),
            col(Payment.created_at).between(first, last),
            col(Payment.id).not_in(taken),
        )
    ).all()
    held = session.execute(
        select(Suspense, Payment)
        .join(Payment, col(Payment.id) == col(Suspense.payment_id), isouter=True)
        .where(
            col(Suspense.resolved_at).is_(None),
            col(Suspense.amount_fen).in_(amounts),
            or_(col(Payment.estate_id) == estate_id, col(Suspense.payment_id).is_(None)),
        )
    ).all()
    owed = bills_owing(session, estate_id=estate_id, amounts=amounts)
    rooms = {p.room_id for p in transfers} | {p.room_id for _, p in held if p} | {bills.room_id for bills in owed}
    (labels, _), names = place_labels(session, rooms), names_of_rooms(session, rooms, business_date(now))

    def of_room(room_id: int | None) -> tuple[str, str, tuple[str, ...]]:
        label = labels.get(room_id or 0)
        return (label.code, label.place, tuple(names.get(room_id or 0, ()))) if label else ("", "", ())

    kind = CandidateKind
    found = [
        Candidate(kind.transfer, p.id or 0, p.amount_fen, p.paid_at, p.transaction_id or p.number, *of_room(p.room_id)) for p in transfers
    ]
    found += [Candidate(kind.suspense, s.id or 0, s.amount_fen, s.at, s.order_number, *of_room(p.room_id if p else None)) for s, p in held]
    return found + [
        Candidate(
            kind.bills,
            b.bill_ids[0] if len(b.bill_ids) == 1 else -b.room_id,
            b.owed_fen,
            None,
            b.numbers[0] if len(b.numbers) == 1 else "",
            *of_room(b.room_id),
            b.bill_ids,
        )
        for b in owed
    ]


def _row(arrival: BankArrival, payment: str | None, decider: str | None, found: tuple[Suggestion, ...]) -> ArrivalRow:
    return ArrivalRow(
        id=arrival.id or 0,
        serial=arrival.serial,
        arrived_at=arrival.arrived_at,
        amount_fen=arrival.amount_fen,
        payer_name=arrival.payer_name,
        payer_account=arrival.payer_account,
        remark=arrival.remark,
        state=arrival.state,
        note=arrival.note,
        payment_number=payment or "",
        decided_by=decider or "",
        decided_at=arrival.decided_at,
        suggestions=found,
    )
