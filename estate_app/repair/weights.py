"""The rules by which an estate dispatches: weights, clocks and modes as they hold now, and how a manager changes them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.i18n import Message, msg
from estate_app.prepared import Prepared
from estate_app.repair.dispatch_models import CategoryMode, DispatchMode, DispatchRule
from estate_app.repair.models import RepairCategory, Urgency
from estate_app.repair.scoring import WEIGHTS, Factor

_FULL = 100
_ENTITY = "dispatch_rule"
# The field, its least and its greatest value, and its name for a refusal.
LIMITS: Mapping[str, tuple[int, int, Message]] = {
    "auto_points": (0, 100, msg("Least points for dispatch by itself")),
    "offer_minutes": (2, 240, msg("Minutes to answer an offer")),
    "emergency_minutes": (1, 60, msg("Minutes to answer an emergency")),
    "grab_minutes": (2, 240, msg("Minutes that an order is open to all")),
    "escalate_minutes": (5, 1440, msg("Minutes until the next role is told")),
    "incident_reports": (2, 50, msg("Reports that make an incident")),
    "incident_minutes": (10, 2880, msg("Minutes within which they come")),
    "arrival_metres": (10, 1000, msg("Metres from the building that count as there")),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one estate; minutes throughout. Weights add up to 100. `asks_arrival`: technicians show that they are at the door."""

    weights: Mapping[Factor, int] = field(default_factory=lambda: dict(WEIGHTS))
    is_auto: bool = True
    auto_points: int = 0
    offer_minutes: int = 15
    emergency_minutes: int = 5
    grab_minutes: int = 20
    escalate_minutes: int = 30
    incident_reports: int = 3
    incident_minutes: int = 120
    arrival_metres: int = 60
    asks_arrival: bool = False

    def answer_minutes(self, urgency: Urgency) -> int:
        """How long an offer waits for its answer."""
        return self.emergency_minutes if urgency is Urgency.emergency else self.offer_minutes


@dataclass(frozen=True, slots=True)
class RulesCard:
    """The rules of an estate with the modes that differ from the usual one, by category."""

    policy: Policy
    modes: Mapping[int, DispatchMode]


RULE_COLUMNS = tuple(getattr(DispatchRule, name) for name in (*Factor, "is_auto", *LIMITS, "asks_arrival"))
"""What `policy_from` reads, in its order."""
_RULE = Prepared(select(*RULE_COLUMNS).where(DispatchRule.estate_id == bindparam("estate_id")))


def policy_of(session: Session, estate_id: int) -> Policy:
    """The rules that hold in an estate; without changes of its own, the defaults."""
    return policy_from(_RULE.first(session, estate_id=estate_id))


def policy_from(row: Sequence[Any] | None) -> Policy:
    """Read the rules of a row; nothing, or nulls of an outer join, are the defaults."""
    count = len(Factor)
    if row is None or row[0] is None:
        return Policy()
    return Policy(dict(zip(Factor, row[:count], strict=True)), *row[count:])


def read_rules(session: Session, actor: Actor, estate_id: int) -> RulesCard:
    """The rules of an estate within the manager's scope; another estate is a 404."""
    _ensure_estate(actor, estate_id)
    rows = session.exec(select(CategoryMode).where(CategoryMode.estate_id == estate_id))
    return RulesCard(policy_of(session, estate_id), {row.category_id: row.mode for row in rows})


def save_rules(uow: UnitOfWork, actor: Actor, *, estate_id: int, policy: Policy) -> None:
    """Change an estate's rules; every number within its limits, the weights together 100."""
    _ensure_estate(actor, estate_id)
    ensure_sound(policy)
    before = policy_of(uow.session, estate_id)
    row = uow.session.get(DispatchRule, estate_id, with_for_update=True) or DispatchRule(estate_id=estate_id, changed_at=uow.now)
    for factor, weight in policy.weights.items():
        setattr(row, factor.value, weight)
    for name in ("is_auto", *LIMITS, "asks_arrival"):
        setattr(row, name, getattr(policy, name))
    row.changed_at = uow.now
    uow.session.add(row)
    record(uow, actor, "dispatch:rules", _ENTITY, estate_id, before=_facts(before), after=_facts(policy))
    uow.notify(f"orders:{estate_id}")
    uow.flush()


def switch_auto(uow: UnitOfWork, actor: Actor, *, estate_id: int, is_auto: bool) -> None:
    """Let orders be dispatched by themselves, or leave each to a dispatcher."""
    _ensure_estate(actor, estate_id)
    save_rules(uow, actor, estate_id=estate_id, policy=replace(policy_of(uow.session, estate_id), is_auto=is_auto))


def save_mode(uow: UnitOfWork, actor: Actor, *, estate_id: int, category_id: int, mode: DispatchMode | None) -> None:
    """Choose how the orders of a category find their technician in an estate; None: as its group, or the usual way."""
    _ensure_estate(actor, estate_id)
    category = uow.session.get(RepairCategory, category_id)
    if category is None:
        raise InvalidError(msg("Choose a category from the list"), field="category_id")
    row = uow.session.get(CategoryMode, (estate_id, category_id), with_for_update=True)
    before = row.mode if row else None
    if mode is None:
        if row is not None:
            uow.session.delete(row)
    elif row is None:
        uow.session.add(CategoryMode(estate_id=estate_id, category_id=category_id, mode=mode))
    else:
        row.mode = mode
    after: dict[str, object] = {"category": category.code, "mode": mode}
    record(uow, actor, "dispatch:mode", _ENTITY, estate_id, before={"mode": before}, after=after)
    uow.flush()


def ensure_sound(policy: Policy) -> None:
    """Refuse weights that do not add up to 100, and numbers out of their limits."""
    weights = [policy.weights.get(factor, 0) for factor in Factor]
    if min(weights) < 0 or sum(weights) != _FULL:
        raise InvalidError(msg("The six weights add up to {sum}; they must add up to 100", sum=sum(weights)), field="weights")
    for name, (least, most, label) in LIMITS.items():
        if not least <= getattr(policy, name) <= most:
            raise InvalidError(msg("{what}: a number from {least} to {most}", what=label, least=least, most=most), field=name)


def _facts(policy: Policy) -> dict[str, object]:
    facts = asdict(policy)
    return {**{f.value: w for f, w in policy.weights.items()}, **{k: v for k, v in facts.items() if k != "weights"}}


def _ensure_estate(actor: Actor, estate_id: int) -> None:
    actor.require(Permission.repairs_dispatch)
    if not actor.scope(Permission.repairs_dispatch).covers(estate_id=estate_id):
        raise NotFoundError
