"""What the dispatch of one order goes by: what it needs, who has passed on it, the estate's rules, and the mode of its category."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, func
from sqlmodel import Session, col, select

from estate_app.prepared import Asked, Prepared, answered, columns
from estate_app.repair.dispatch_models import CategoryMode, DispatchMode, DispatchRule
from estate_app.repair.models import Offer, OfferOutcome, RepairCategory, RepairOrder, Trade
from estate_app.repair.rules import pass_forgotten_after
from estate_app.repair.scoring import Need
from estate_app.repair.weights import RULE_COLUMNS, Policy, policy_from

_PASSED = (OfferOutcome.declined, OfferOutcome.timed_out, OfferOutcome.withdrawn)


@dataclass(frozen=True, slots=True)
class Terms:
    """The need with the estate's weights, the estate's rules, and the mode of the category or its group."""

    need: Need
    policy: Policy
    mode: DispatchMode


def terms_of(session: Session, order: RepairOrder, now: datetime) -> Terms:
    """Read by what an order is dispatched, in one query."""
    trade, level, needs_certificate, own_mode, group_mode, passed, *rule = answered(session, asked_terms(order))[0]
    policy = policy_from(rule)
    need = Need(
        trade=Trade(trade),
        level=level,
        minutes=order.estimate_minutes,
        urgency=order.urgency,
        estate_id=order.estate_id,
        building_id=order.building_id,
        latitude=order.latitude,
        longitude=order.longitude,
        excluded_ids=frozenset(who for who, outcome, at in passed or () if _still_counts(outcome, at, now)),
        weights=policy.weights,
        needs_certificate=needs_certificate,
    )
    return Terms(need, policy, DispatchMode(own_mode or group_mode or DispatchMode.offer))


def asked_terms(order: RepairOrder) -> Asked:
    """What `terms_of` asks."""
    return _TERMS.asked(order_id=order.id, estate_id=order.estate_id, category_id=order.category_id)


def _still_counts(outcome: str, at: float, now: datetime) -> bool:
    return at > (now - pass_forgotten_after(OfferOutcome(outcome))).timestamp()


_category = RepairCategory
_modes = select(CategoryMode.mode).where(CategoryMode.estate_id == bindparam("estate_id", type_=BigInteger))
_passed_at = func.extract("epoch", func.coalesce(Offer.answered_at, Offer.expires_at))
_passes = (
    select(func.jsonb_agg(func.jsonb_build_array(Offer.technician_id, Offer.outcome, _passed_at)))
    .where(Offer.order_id == bindparam("order_id", type_=BigInteger), col(Offer.outcome).in_(_PASSED))
    .scalar_subquery()
)
_TERMS = Prepared(
    columns(
        _category.trade,
        _category.level,
        _category.needs_certificate,
        _modes.where(CategoryMode.category_id == _category.id).correlate(_category).scalar_subquery(),
        _modes.where(CategoryMode.category_id == _category.parent_id).correlate(_category).scalar_subquery(),
        _passes,
        *RULE_COLUMNS,
    )
    .select_from(_category)
    .outerjoin(DispatchRule, col(DispatchRule.estate_id) == bindparam("estate_id", type_=BigInteger))
    .where(col(_category.id) == bindparam("category_id"))
)
