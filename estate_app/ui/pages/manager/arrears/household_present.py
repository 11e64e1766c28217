"""One household's arrears: what is owed and why, what was done, what was agreed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from estate_app.billing.arrears_detail import Household, StepRow
from estate_app.billing.arrears_models import Delivery, PromiseStatus, Stage
from estate_app.billing.arrears_promise_queries import PartRow, PlanRow, PromiseRow
from estate_app.billing.late_fees import LateFeePreview
from estate_app.billing.models import BillStatus
from estate_app.billing.queries import BillRow
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.pages.common.late import fee_formula, late_words
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.arrears.present import STAGES, hold_text, stage_badge
from estate_app.ui.pages.resident.bills.present import status_badge
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import day_text, moment_text, month_text

NO_BADGE = Badge("")
DELIVERIES: Mapping[Delivery, Message] = {
    Delivery.handed: msg("Handed over and signed for"),
    Delivery.left: msg("Left at the door before a witness"),
    Delivery.post: msg("Sent by registered post"),
}
PROMISES: Mapping[PromiseStatus, tuple[Message, str, str]] = {
    PromiseStatus.running: (msg("Running"), "indigo", "clock"),
    PromiseStatus.kept: (msg("Promise kept"), "green", "check"),
    PromiseStatus.broken: (msg("Broken"), "red", "x"),
    PromiseStatus.cancelled: (msg("Cancelled"), "gray", "ban"),
}


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """The head of the page; texts that do not apply are empty."""

    id: int = 0
    place: str = ""
    about: str = ""
    owed: str = ""
    late_fee: str = ""
    days: str = ""
    badge: Badge = NO_BADGE
    holds: str = ""
    is_owing: bool = False
    has_agreement: bool = False


@dataclass(frozen=True, slots=True)
class DebtView:
    """An overdue bill; `late` says how many days and what has accrued, `formula` how."""

    id: int
    number: str
    href: str
    title: str
    due: str
    owed: str
    late: str
    formula: str
    badge: Badge
    may_waive: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the ladder; `letter` is the address of its notice."""

    id: int
    title: str
    time: str
    body: str
    proof: str
    letter: str
    badge: Badge
    needs_delivery: bool


@dataclass(frozen=True, slots=True)
class AgreedView:
    """A promise or a plan; `parts` are a plan's, as texts."""

    id: int
    kind: str
    title: str
    sub: str
    badge: Badge
    parts: list[Fact]
    is_running: bool


def head(found: Household, *, on: date, locale: str) -> HouseholdView:
    """The head of the page."""
    row = found.row
    about = " · ".join([found.estate_name, *(f"{one.name} {one.phone}".strip() for one in found.contacts[:3])])
    has_agreement = any(p.status is PromiseStatus.running for p in (*found.promises, *found.plans))
    if row is None:
        return HouseholdView(id=found.room_id, place=found.place, about=about, owed="0.00", has_agreement=has_agreement)
    accrued = sum(fee.due_fen for fee in found.late_fees.values())
    return HouseholdView(
        id=found.room_id,
        place=found.place,
        about=about,
        owed=format_yuan(row.owed_fen),
        late_fee=format_yuan(accrued) if accrued else "",
        days=translate(msg("{count} days overdue", count=row.days), locale),
        badge=stage_badge(row.stage, row.stage_on, on=on, locale=locale),
        holds=hold_text(row, locale=locale),
        is_owing=True,
        has_agreement=has_agreement,
    )


def debt(row: BillRow, fee: LateFeePreview | None, *, on: date, may_waive: bool, locale: str) -> DebtView:
    """One overdue bill."""
    return DebtView(
        id=row.id,
        number=row.number,
        href=f"/manage/bills/{row.id}",
        title=f"{named(row.item_name, row.item_name_en, locale)} {month_text(row.period, locale=locale)}",
        due=day_text(row.due_on, today=on, locale=locale),
        owed=format_yuan(row.owed_fen),
        late=late_words((on - row.due_on).days, fee, locale=locale),
        formula=fee_formula(fee, locale=locale),
        badge=status_badge(row, is_paying=False, locale=locale),
        may_waive=may_waive and row.status is not BillStatus.disputed,
    )


def step(row: StepRow, *, now: datetime, on: date, locale: str) -> StepView:
    """One step with its proof."""
    label, tone, icon = STAGES[row.stage]
    by = row.by or translate(msg("Automatic"), locale)
    amount = format_yuan(row.owed_fen, sign=True)
    body = translate(msg("{by} · {count} bills · {amount}", by=by, count=row.bill_count, amount=amount), locale)
    is_letter = row.stage is Stage.letter
    return StepView(
        id=row.id,
        title=f"{translate(label, locale)} {row.number}".strip(),
        time=moment_text(row.at, now=now, locale=locale),
        body=f"{body} · {row.note}" if row.note else body,
        proof=_proof(row, on, locale),
        letter=f"/arrears/letters/{row.id}.pdf" if is_letter else "",
        badge=Badge(translate(label, locale), tone, "soft", icon),
        needs_delivery=is_letter and row.delivered_on is None,
    )


def _proof(row: StepRow, on: date, locale: str) -> str:
    said: list[Message] = []
    if row.stage is not Stage.case:
        said.append(msg("Told {count}, read by {read}", count=row.told, read=row.read))
    if row.sms_sent or row.sms_waiting or row.sms_failed:
        said.append(
            msg(
                "SMS: {sent} delivered, {waiting} waiting, {failed} failed",
                sent=row.sms_sent,
                waiting=row.sms_waiting,
                failed=row.sms_failed,
            )
        )
    parts = [translate(message, locale) for message in said]
    if row.delivery is not None and row.delivered_on is not None:
        parts += [
            f"{translate(DELIVERIES[row.delivery], locale)} {day_text(row.delivered_on, today=on, locale=locale)}",
            row.proof,
            row.delivered_by,
        ]
    return " · ".join(part for part in parts if part)


def promise(row: PromiseRow, *, on: date, locale: str) -> AgreedView:
    """A promise to pay."""
    title = msg("Promised ¥{amount} by {day}", amount=format_yuan(row.amount_fen), day=day_text(row.due_on, today=on, locale=locale))
    return AgreedView(
        id=row.id,
        kind="promise",
        title=translate(title, locale),
        sub=_sub(row.paid_fen, row.note, locale),
        badge=_badge(row.status, locale),
        parts=[],
        is_running=row.status is PromiseStatus.running,
    )


def plan(row: PlanRow, *, on: date, locale: str) -> AgreedView:
    """A plan with its parts."""
    title = msg("¥{amount} in {count} instalments", amount=format_yuan(row.total_fen), count=len(row.parts))
    return AgreedView(
        id=row.id,
        kind="plan",
        title=translate(title, locale),
        sub=_sub(row.paid_fen, row.note, locale),
        badge=_badge(row.status, locale),
        parts=part_facts(row.parts, on=on, locale=locale),
        is_running=row.status is PromiseStatus.running,
    )


def part_facts(parts: Sequence[PartRow], *, on: date, locale: str) -> list[Fact]:
    """A plan's parts: when each is due, its sum, and whether it is covered or late."""
    found = []
    for part in parts:
        is_covered = part.paid_fen == part.amount_fen
        state = msg("Paid") if is_covered else msg("Late") if part.is_late else msg("To be paid")
        due = translate(msg("Part {number}, due {day}", number=part.position, day=day_text(part.due_on, today=on, locale=locale)), locale)
        tone = "green" if is_covered else "red" if part.is_late else ""
        found.append(Fact(due, f"¥{format_yuan(part.amount_fen)} · {translate(state, locale)}", tone))
    return found


def _sub(paid_fen: int, note: str, locale: str) -> str:
    paid = translate(msg("¥{amount} came in since", amount=format_yuan(paid_fen)), locale)
    return f"{paid} · {note}" if note else paid


def _badge(status: PromiseStatus, locale: str) -> Badge:
    label, tone, icon = PROMISES[status]
    return Badge(translate(label, locale), tone, "soft", icon)
