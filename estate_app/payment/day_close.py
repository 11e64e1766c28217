"""The end of a cashier's day (日结): what was taken is counted against the ledger and the day is closed, for good.

Taking money holds the counter's lock shared, closing holds it alone: money is either in the closed day or on the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.people import managers_with
from estate_app.access.permission import Permission
from estate_app.access.second_factor import ensure_fresh
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import msg
from estate_app.kit.money import MAX_FEN, format_yuan
from estate_app.ledger.models import JournalKind, LedgerAccount
from estate_app.ledger.queries import TillLine, till_days, till_lines
from estate_app.ledger.service import Entry, post
from estate_app.notification.service import tell
from estate_app.payment.channel import Means
from estate_app.payment.desk_models import CloseStatus, DayClose
from estate_app.payment.models import Payment
from estate_app.property.queries import visible_estates

MAX_REASON = 200
DAYS_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class DayLine:
    """Money taken (positive) or handed back at the counter, as the report of the day says it."""

    number: str
    at: str
    means: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class DaySum:
    """One way of handing money over: what was taken and what was given back, in fen."""

    means: str
    taken_fen: int
    taken_count: int
    returned_fen: int
    returned_count: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A cashier's business day in one estate. The cash that must be there is without the float in the drawer."""

    business_on: date
    sums: tuple[DaySum, ...]
    lines: tuple[DayLine, ...]

    @property
    def expected_fen(self) -> int:
        """The cash that must be there."""
        return sum(line.amount_fen for line in self.lines if line.means == Means.cash)


def counter_day(uow: UnitOfWork, cashier_id: int, estate_id: int) -> date:
    """The business day on which a cashier's money falls now: today, or the day after the last closed one. Holds off the close."""
    uow.session.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))"), _till(cashier_id, estate_id))
    closed = uow.session.scalar(
        select(func.max(col(DayClose.business_on))).where(col(DayClose.cashier_id) == cashier_id, col(DayClose.estate_id) == estate_id)
    )
    today = business_date(uow.now)
    return max(today, closed + timedelta(days=1)) if closed else today


def close_day(uow: UnitOfWork, actor: Actor, *, estate_id: int, business_on: date, counted_fen: int, reason: str = "") -> DayClose:
    """Close one's own day with the cash that was counted; a difference wants a reason, and another person's approval.

    Until that is given the cashier may count again. No money falls on the day any more.

    Raises:
        ConflictError: the day is closed, or has not come.
        InvalidError: no amount, or a difference without a reason.
    """
    _ensure_cashier(uow.session, actor, estate_id)
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), _till(actor.id, estate_id))
    mine = (col(DayClose.cashier_id) == actor.id, col(DayClose.estate_id) == estate_id, col(DayClose.business_on) == business_on)
    known = uow.session.scalar(select(DayClose).where(*mine).with_for_update().execution_options(populate_existing=True))
    if known is not None and known.status is CloseStatus.closed:
        raise ConflictError(msg("This cashier's day is closed already"))
    if business_on > business_date(uow.now):
        raise ConflictError(msg("This day has not come yet"))
    if not 0 <= counted_fen <= MAX_FEN:
        raise InvalidError(msg("Write the cash that you counted, zero or more"), field="counted")
    figures = day_figures(uow.session, cashier_id=actor.id, estate_id=estate_id, on=business_on)
    why = reason.strip()
    if counted_fen != figures.expected_fen and not 0 < len(why) <= MAX_REASON:
        raise InvalidError(msg("The cash differs: give a reason of at most {count} characters", count=MAX_REASON), field="reason")
    close = known or DayClose(
        number=f"RJ{business_on:%Y%m%d}-{estate_id}-{actor.id}", cashier_id=actor.id, estate_id=estate_id, business_on=business_on,
        expected_fen=0, counted_fen=0, closed_at=uow.now,
    )  # fmt: skip
    before: dict[str, object] = {"counted_fen": known.counted_fen} if known else {}
    close.expected_fen, close.counted_fen, close.closed_at = figures.expected_fen, counted_fen, uow.now
    close.reason = why if close.difference_fen else ""
    close.status = CloseStatus.to_approve if close.difference_fen else CloseStatus.closed
    close.content = _frozen(figures)
    uow.session.add(close)
    uow.flush()
    after: dict[str, object] = {"expected_fen": close.expected_fen, "counted_fen": counted_fen, "reason": close.reason}
    record(uow, actor, "counter:close", "day_close", close.id or 0, before=before, after=after)
    if close.difference_fen:
        _ask_approval(uow, actor, close)
    uow.notify(f"till:{estate_id}")
    return close


def approve_close(uow: UnitOfWork, actor: Actor, *, close_id: int) -> DayClose:
    """Accept another's difference: it is booked on the closed day, and the cash in the ledger is what was counted."""
    actor.require(Permission.reconcile)
    ensure_fresh(uow, actor)
    close = uow.session.get(DayClose, close_id, with_for_update=True, populate_existing=True)
    if close is None or not actor.scope(Permission.reconcile).covers(estate_id=close.estate_id):
        raise NotFoundError
    if close.status is not CloseStatus.to_approve:
        raise ConflictError(msg("This cashier's day is closed already"))
    if close.cashier_id == actor.account_id:
        raise ConflictError(msg("Who counted the cash cannot approve the difference"))
    lines = (
        Entry(LedgerAccount.cash, close.difference_fen, close.estate_id),
        Entry(LedgerAccount.cash_difference, -close.difference_fen, close.estate_id),
    )
    post(
        uow,
        actor,
        kind=JournalKind.day_close,
        subject="day_close",
        subject_id=close_id,
        lines=lines,
        memo=f"{close.number} {close.reason}",
        business_on=close.business_on,
    )
    close.status, close.approved_by, close.approved_at = CloseStatus.closed, actor.account_id, uow.now
    fact: dict[str, object] = {"difference_fen": close.difference_fen}
    record(uow, actor, "counter:approve", "day_close", close_id, before={"status": "to_approve"}, after=fact)
    uow.notify(f"till:{close.estate_id}")
    return close


def day_figures(session: Session, *, cashier_id: int, estate_id: int, on: date) -> DayFigures:
    """What a cashier took and handed back on a business day, read from the ledger. The caller checks the permission."""
    found = till_lines(session, actor_id=cashier_id, estate_id=estate_id, on=on)
    methods = _methods(session, [line.subject_id for line in found if line.subject == "payment"])
    lines = tuple(DayLine(line.memo, f"{local(line.at):%m-%d %H:%M}", _means(line, methods), line.amount_fen) for line in found)
    return DayFigures(on, tuple(_sum(means.value, lines) for means in Means), lines)


def open_days(session: Session, actor: Actor, *, estate_id: int, today: date) -> list[date]:
    """One's own business days with money that are not closed, and today (or the day that follows a closed one), oldest first."""
    _ensure_cashier(session, actor, estate_id)
    since = today - DAYS_BACK
    closed = set(
        session.scalars(
            select(col(DayClose.business_on)).where(
                col(DayClose.cashier_id) == actor.id, col(DayClose.estate_id) == estate_id,
                col(DayClose.status) == CloseStatus.closed, col(DayClose.business_on) >= since,
            )
        )
    )  # fmt: skip
    days = {*till_days(session, actor_id=actor.id, estate_id=estate_id, since=since), today}
    return sorted(days - closed)


def _ensure_cashier(session: Session, actor: Actor, estate_id: int) -> None:
    actor.require(Permission.cashier)
    if estate_id not in {estate.id for estate in visible_estates(session, actor, Permission.cashier)}:
        raise NotFoundError


def _ask_approval(uow: UnitOfWork, actor: Actor, close: DayClose) -> None:
    people = managers_with(uow.session, Permission.reconcile, estate_id=close.estate_id)
    tell(
        uow,
        [person for person in people if person != actor.account_id],
        event="cash_difference",
        title=msg("Cash differs by ¥{amount}", amount=format_yuan(close.difference_fen)),
        body=msg("{name} closed {day}: {reason}", name=actor.name, day=close.business_on.isoformat(), reason=close.reason),
        link="/manage/ledger",
        dedupe=f"day_close:{close.id}:{close.counted_fen}",
    )


def _methods(session: Session, payment_ids: Sequence[int]) -> dict[int, str]:
    statement = select(col(Payment.id), col(Payment.method)).where(col(Payment.id).in_(payment_ids))
    return dict(session.execute(statement).all())


def _means(line: TillLine, methods: dict[int, str]) -> str:
    if line.account is LedgerAccount.cash:
        return Means.cash.value
    # What is handed back through the bank is a transfer, whatever it was paid with.
    return methods.get(line.subject_id, Means.transfer.value) if line.subject == "payment" else Means.transfer.value


def _sum(means: str, lines: Sequence[DayLine]) -> DaySum:
    taken = [line.amount_fen for line in lines if line.means == means and line.amount_fen > 0]
    back = [-line.amount_fen for line in lines if line.means == means and line.amount_fen < 0]
    return DaySum(means, sum(taken), len(taken), sum(back), len(back))


def _frozen(figures: DayFigures) -> dict[str, object]:
    return {
        "sums": [[s.means, s.taken_fen, s.taken_count, s.returned_fen, s.returned_count] for s in figures.sums],
        "lines": [[line.number, line.at, line.means, line.amount_fen] for line in figures.lines],
    }


def _till(cashier_id: int, estate_id: int) -> dict[str, str]:
    return {"name": f"till:{cashier_id}:{estate_id}"}
