"""Late fee policies by date: an estate's own for all its items, or one for a single item. A version once in force is never changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlmodel import Session, col

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.billing.arrears_models import LateFeePolicy
from estate_app.billing.late_fee_facts import policy_of
from estate_app.billing.models import FeeItem, FeeKind
from estate_app.billing.rules.late_fee import PPB, check_policy
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.property.models import Estate
from estate_app.property.queries import ensure_estate, in_scope

MAX_RATE_PPB = PPB // 100
"""One percent a day: whatever is above is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A version of a late fee policy; `is_current`: it holds today."""

    id: int
    estate_id: int
    estate_name: str
    fee_item_id: int | None
    item_name: str
    item_name_en: str
    starts_on: date
    rate_ppb: int
    grace_days: int
    cap_bp: int | None
    pauses_for_plans: bool
    note: str
    is_current: bool


def parse_rate(text: str, *, field: str = "rate") -> int:
    """Read a rate in percent a day, `0.05`, as billionths."""
    try:
        exact = Decimal(text.strip().removesuffix("%")) * (PPB // 100)
    except InvalidOperation:
        raise InvalidError(msg("Write the rate in percent a day, such as 0.05"), field=field) from None
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 <= exact <= MAX_RATE_PPB:
        raise InvalidError(msg("Write a rate between 0 and 1 percent a day, with at most seven decimals"), field=field)
    return int(exact)


def add_policy(  # noqa: PLR0913 -- a form's fields
    uow: UnitOfWork,
    actor: Actor,
    *,
    estate_id: int,
    starts_on: date,
    rate_ppb: int,
    grace_days: int = 0,
    cap_bp: int | None = None,
    fee_item_id: int | None = None,
    pauses_for_plans: bool = True,
    note: str = "",
) -> LateFeePolicy:
    """Let a late fee policy hold from a day on; the one before holds until the day before.

    Raises:
        InvalidError: the day is past (late fees are never raised afterwards), or a figure makes no sense.
        ConflictError: there is a version of that day already.
    """
    actor.require(Permission.tariffs_edit)
    ensure_estate(uow.session, actor, estate_id, Permission.tariffs_edit)
    if starts_on < business_date(uow.now) and not actor.is_system:
        raise InvalidError(msg("A late fee may change from today on, not for days that are past"), field="starts_on")
    if fee_item_id is not None:
        item = uow.session.get(FeeItem, fee_item_id)
        if item is None or item.estate_id != estate_id or item.kind is FeeKind.late_fee:
            raise NotFoundError
    _ensure_new(uow.session, estate_id, fee_item_id, starts_on)
    policy = LateFeePolicy(
        estate_id=estate_id,
        fee_item_id=fee_item_id,
        starts_on=starts_on,
        rate_ppb=rate_ppb,
        grace_days=grace_days,
        cap_bp=cap_bp,
        pauses_for_plans=pauses_for_plans,
        note=note.strip()[:200],
        created_by=actor.account_id,
        created_at=uow.now,
    )
    check_policy(policy_of(policy))
    uow.session.add(policy)
    uow.flush()
    after: dict[str, object] = {"starts_on": starts_on.isoformat(), "rate_ppb": rate_ppb, "grace_days": grace_days, "cap_bp": cap_bp}
    record(uow, actor, "late_fee:policy", "late_fee_policy", policy.id or 0, after=after | {"item": fee_item_id})
    return policy


def _ensure_new(session: Session, estate_id: int, fee_item_id: int | None, starts_on: date) -> None:
    same = select(col(LateFeePolicy.id)).where(
        col(LateFeePolicy.estate_id) == estate_id,
        col(LateFeePolicy.fee_item_id).is_not_distinct_from(fee_item_id),
        col(LateFeePolicy.starts_on) == starts_on,
    )
    if session.scalar(same) is not None:
        raise ConflictError(msg("There is a late fee from {day} on already", day=starts_on.isoformat()))


def list_policies(session: Session, actor: Actor, *, on: date, estate_id: int | None = None) -> list[PolicyRow]:
    """Every version within the actor's scope: by estate, all items first, newest first; `on` is today."""
    actor.require(Permission.tariffs_read)
    statement = (
        select(LateFeePolicy, col(Estate.name), FeeItem)
        .join(Estate, col(Estate.id) == col(LateFeePolicy.estate_id))
        .outerjoin(FeeItem, col(FeeItem.id) == col(LateFeePolicy.fee_item_id))
        .where(in_scope(actor, Permission.tariffs_read, estate=col(LateFeePolicy.estate_id)))
        .order_by(col(Estate.id), col(LateFeePolicy.fee_item_id).nulls_first(), col(LateFeePolicy.starts_on).desc())
    )
    if estate_id is not None:
        statement = statement.where(col(LateFeePolicy.estate_id) == estate_id)
    seen: set[tuple[int, int | None]] = set()
    found = []
    for policy, estate, item in session.execute(statement):
        key = (policy.estate_id, policy.fee_item_id)
        is_current = policy.starts_on <= on and key not in seen
        if is_current:
            seen.add(key)
        found.append(_row(policy, estate, item, is_current=is_current))
    return found


def _row(policy: LateFeePolicy, estate: str, item: FeeItem | None, *, is_current: bool) -> PolicyRow:
    return PolicyRow(
        id=policy.id or 0,
        estate_id=policy.estate_id,
        estate_name=estate,
        fee_item_id=policy.fee_item_id,
        item_name=item.name if item else "",
        item_name_en=item.name_en if item else "",
        starts_on=policy.starts_on,
        rate_ppb=policy.rate_ppb,
        grace_days=policy.grace_days,
        cap_bp=policy.cap_bp,
        pauses_for_plans=policy.pauses_for_plans,
        note=policy.note,
        is_current=is_current,
    )
