"""Loads what late fees follow from, with one query for each kind of fact, and computes them: previews and postings both ask here."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.billing.arrears_models import BillDispute, BillMoney, Decision, InstalmentPlan, LateFeePolicy, PromiseStatus, Waiver
from estate_app.billing.charges import ONE_DAY
from estate_app.billing.models import Bill, BillStatus, FeeItem, FeeKind
from estate_app.billing.rules import late_fee as rule


@dataclass(frozen=True, slots=True)
class Accrual:
    """The late fee of one bill until a day, in fen: the whole, what of it was charged before, and the lines that are not.

    `correction_fen` is what the days charged before come to otherwise now, after a dispute or a payment that came to light later.
    """

    bill: Bill
    until_on: date
    fee: rule.LateFee
    charged_fen: int
    charged_until: date | None
    lines: tuple[rule.LateFeeLine, ...]
    correction_fen: int

    @property
    def due_fen(self) -> int:
        """What is to be charged now; below zero, what was charged too much."""
        return self.fee.amount_fen - self.charged_fen


@dataclass(slots=True)
class _Facts:
    """What is known of some bills, by their ids (plans by room, policies by estate and item)."""

    money: dict[int, list[rule.PrincipalPaid]] = field(default_factory=lambda: defaultdict(list))
    frozen: dict[int, list[rule.Freeze]] = field(default_factory=lambda: defaultdict(list))
    plans: dict[int, list[InstalmentPlan]] = field(default_factory=lambda: defaultdict(list))
    policies: dict[tuple[int, int | None], list[LateFeePolicy]] = field(default_factory=lambda: defaultdict(list))
    charged: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    until: dict[int, date] = field(default_factory=dict)


def accruals(session: Session, bills: Sequence[Bill], until_on: date) -> list[Accrual]:
    """The late fees of bills until a day, in their order; bills that can have none (void, or late fees themselves) are left out."""
    items = select(col(FeeItem.id)).where(col(FeeItem.kind) == FeeKind.late_fee, col(FeeItem.id).in_({bill.fee_item_id for bill in bills}))
    late_items = set(session.scalars(items)) if bills else set()
    able = [b for b in bills if b.status is not BillStatus.void and b.fee_item_id not in late_items and b.due_on < until_on]
    facts = _load(session, able) if able else _Facts()
    found = (_accrual(bill, facts, until_on) for bill in able)
    return [accrual for accrual in found if accrual is not None]


def _accrual(bill: Bill, facts: _Facts, until_on: date) -> Accrual | None:
    versions = facts.policies.get((bill.estate_id, bill.fee_item_id)) or facts.policies.get((bill.estate_id, None))
    if not versions:
        return None
    key = bill.id or 0
    fee = rule.late_fee_over(
        [rule.DatedPolicy(version.starts_on, policy_of(version)) for version in versions],
        principal_fen=bill.amount_fen,
        due_on=bill.due_on,
        until_on=until_on,
        paid=facts.money.get(key, ()),
        frozen=[*facts.frozen.get(key, ()), *_plan_freezes(bill, facts.plans.get(bill.room_id, ()), versions)],
    )
    charged, until = facts.charged.get(key, 0), facts.until.get(key)
    before = fee.until(until) if until else 0
    return Accrual(bill, until_on, fee, charged, until, rule.lines_after(fee, until), before - charged)


def policy_of(version: LateFeePolicy) -> rule.LateFeePolicy:
    """A stored version as the rule's policy."""
    return rule.LateFeePolicy(version.rate_ppb, grace_days=version.grace_days, cap_bp=version.cap_bp)


def _plan_freezes(bill: Bill, plans: Sequence[InstalmentPlan], versions: Sequence[LateFeePolicy]) -> list[rule.Freeze]:
    """The days of plans that pause the late fee; the day on which a plan breaks counts again."""
    found = []
    for plan in plans:
        version = next((v for v in reversed(versions) if v.starts_on <= plan.from_on), None)
        if bill.id in plan.bill_ids and version is not None and version.pauses_for_plans:
            to_on = None if plan.status is PromiseStatus.running or plan.ended_on is None else plan.ended_on - ONE_DAY
            if to_on is None or to_on >= plan.from_on:
                found.append(rule.Freeze(plan.from_on, to_on))
    return found


def _load(session: Session, bills: Sequence[Bill]) -> _Facts:
    ids = [bill.id or 0 for bill in bills]
    facts = _Facts()
    for money in session.scalars(select(BillMoney).where(col(BillMoney.bill_id).in_(ids)).order_by(col(BillMoney.id))):
        facts.money[money.bill_id].append(rule.PrincipalPaid(money.paid_on, money.amount_fen))
    for dispute in session.scalars(select(BillDispute).where(col(BillDispute.bill_id).in_(ids))):
        facts.frozen[dispute.bill_id].append(rule.Freeze(dispute.from_on, dispute.to_on))
    for plan in session.scalars(select(InstalmentPlan).where(col(InstalmentPlan.room_id).in_({bill.room_id for bill in bills}))):
        facts.plans[plan.room_id].append(plan)
    policies = select(LateFeePolicy).where(col(LateFeePolicy.estate_id).in_({bill.estate_id for bill in bills}))
    for version in session.scalars(policies.order_by(col(LateFeePolicy.starts_on))):
        facts.policies[version.estate_id, version.fee_item_id].append(version)
    _load_charged(session, ids, facts)
    return facts


def _load_charged(session: Session, ids: Collection[int], facts: _Facts) -> None:
    """What stands charged of each bill, together with what was waived of it; and until when."""
    live = func.coalesce(func.sum(col(Bill.amount_fen)).filter(col(Bill.status) != BillStatus.void), 0)
    posted = select(col(Bill.for_bill_id), live, func.max(col(Bill.charged_until))).where(col(Bill.for_bill_id).in_(ids))
    for bill_id, fen, until in session.execute(posted.group_by(col(Bill.for_bill_id))):
        facts.charged[bill_id] += int(fen)
        facts.until[bill_id] = until
    waived = select(col(Waiver.for_bill_id), func.sum(col(Waiver.amount_fen))).where(
        col(Waiver.for_bill_id).in_(ids), col(Waiver.status) == Decision.approved
    )
    for bill_id, fen in session.execute(waived.group_by(col(Waiver.for_bill_id))):
        facts.charged[bill_id] += int(fen)
