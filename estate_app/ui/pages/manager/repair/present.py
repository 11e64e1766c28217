"""One work order as managers see it: all that happened and why it went where it went. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from estate_app.access.audit_queries import AuditRow
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.repair.appeals import AppealCard
from estate_app.repair.callbacks import CallRow
from estate_app.repair.decisions import DecisionCard
from estate_app.repair.detail import OrderDetail, RatingCard
from estate_app.repair.models import OrderStatus, Source
from estate_app.repair.rules import ACTION_NAMES, LOW_NAMES, QUEUE_NAMES
from estate_app.repair.scoring import Ranking
from estate_app.ui.pages.common import repair as shared
from estate_app.ui.pages.manager.dispatch.present import CandidateCard, PartBar, candidate_card, exclusion_options
from estate_app.ui.pages.manager.repair.calls import CallLine, call_lines
from estate_app.ui.pages.manager.repairs.present import order_badge
from estate_app.ui.states import overdue_badge, priority_badge
from estate_app.ui.view import Badge, Fact, Option, Photo, Step, TimelineEntry
from estate_app.ui.when import exact_text, moment_text
from estate_app.ui.words import actor_words

SOURCES: Mapping[Source, Message] = {
    Source.web: msg("Web page"),
    Source.mini_program: msg("Mini-program"),
    Source.phone: msg("Telephone"),
    Source.counter: msg("Front desk"),
    Source.patrol: msg("Patrol"),
    Source.imported: msg("Imported"),
    Source.qr: msg("Scanned label"),
    Source.plan: msg("Upkeep plan"),
}
MODES: Mapping[str, Message] = {
    "auto": msg("Chosen by the rules"),
    "by_hand": msg("Chosen by a dispatcher"),
    "transfer": msg("Handed over by the technician"),
    "queue": msg("Nobody could take it"),
}
_ENDED = frozenset({OrderStatus.cancelled, OrderStatus.rejected})
_NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class Head:
    """What the order is and where it stands."""

    number: str = ""
    title: str = ""
    icon: str = "wrench"
    place: str = ""
    badge: Badge = _NO_BADGE
    priority: Badge = _NO_BADGE
    urgency: str = ""
    clock: str = ""
    tone: str = "gray"
    late: Badge = _NO_BADGE
    ended: str = ""
    rework_of: str = ""
    incident: str = ""
    material: str = ""
    material_note: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision: how it was made, who was chosen, the chosen one's bars, and everybody else."""

    id: str
    mode: str
    time: str
    name: str
    total: str
    reason: str
    parts: list[PartBar]
    others: list[Option]
    excluded: list[Option]


@dataclass(frozen=True, slots=True)
class Rated:
    """The resident's stars with words and the answer; no stars means not rated."""

    quality: int = 0
    attitude: int = 0
    timeliness: int = 0
    text: str = ""
    time: str = ""
    reply: str = ""
    is_low: bool = False
    appeal: str = ""
    tone: str = "gray"
    may_judge: bool = False
    calls: list[CallLine] = field(default_factory=list)
    may_call: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """The calls after a low rating, and whether the reader may note another one."""

    calls: Sequence[CallRow] = ()
    may_call: bool = False


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do now."""

    assign: bool = False
    reject: bool = False
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class OrderView:
    """Everything on the page."""

    head: Head = Head()
    facts: list[Fact] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    videos: list[Photo] = field(default_factory=list)
    materials: list[shared.MaterialLine] = field(default_factory=list)
    decisions: list[DecisionRow] = field(default_factory=list)
    rated: Rated = Rated()
    may: May = May()
    audit: list[Fact] = field(default_factory=list)


_NOT_CALLED = Called()


def order_view(
    detail: OrderDetail, audit: Sequence[AuditRow], appeal: AppealCard, called: Called = _NOT_CALLED, *, now: datetime, locale: str
) -> OrderView:
    """Turn an order into the page."""
    return OrderView(
        head=_head(detail, now, locale),
        facts=_facts(detail, now, locale),
        steps=[] if detail.order.status in _ENDED else shared.steps(detail, now=now, locale=locale),
        timeline=shared.timeline(detail.steps, now=now, locale=locale),
        photos=shared.photos(detail.photos, locale=locale),
        videos=shared.videos(detail.photos, locale=locale),
        materials=shared.material_lines(detail.materials),
        decisions=[decision_row(d, number, now=now, locale=locale) for number, d in enumerate(detail.decisions)],
        rated=_rated(detail.rating, appeal, called, now, locale) if detail.rating else Rated(),
        may=May(detail.allowed.assign, detail.allowed.reject, detail.order.technician_id is not None),
        audit=[_audited(entry, locale) for entry in audit],
    )


def _head(detail: OrderDetail, now: datetime, locale: str) -> Head:
    order = detail.order
    clock, tone = shared.clock_words(order.clock, locale)
    is_over = order.status in _ENDED or order.completed_at is not None
    late = not is_over and not order.clock.is_stopped and order.clock.minutes_left < 0
    charged = msg("goes onto the next bill") if detail.is_charged else msg("free of charge")
    where = msg(
        "{place} · reported {time}", place=shared.place_of(order, locale), time=moment_text(order.submitted_at, now=now, locale=locale)
    )
    return Head(
        number=order.number,
        title=order.description,
        icon=order.icon,
        place=translate(where, locale),
        badge=order_badge(order, locale=locale),
        priority=priority_badge(order.urgency, locale=locale),
        urgency=order.urgency.value,
        clock="" if is_over else clock if late else translate(msg("{span} left", span=clock), locale),
        tone=tone,
        late=overdue_badge(locale=locale) if late else _NO_BADGE,
        ended=order.end_reason if order.status in _ENDED else "",
        rework_of=detail.rework_number,
        incident=_incident(detail, locale),
        material=format_yuan(detail.material_fen, sign=True) if detail.material_fen else "",
        material_note=translate(charged, locale) if detail.material_fen else "",
    )


def _incident(detail: OrderDetail, locale: str) -> str:
    if detail.incident is None:
        return ""
    lead = msg("Worked on for an incident of {count} reports", count=detail.incident.count)
    follows = msg("Follows an incident of {count} reports; the leading order is assigned", count=detail.incident.count)
    return translate(lead if detail.incident.is_lead else follows, locale)


def _facts(detail: OrderDetail, now: datetime, locale: str) -> list[Fact]:
    order = detail.order
    promise = msg(
        "answer by {answer}, repair by {repair}",
        answer=_at(detail.respond_due_at, now, locale),
        repair=_at(detail.complete_due_at, now, locale),
    )
    queued = translate(QUEUE_NAMES[order.queue_reason], locale) if order.queue_reason else translate(msg("unassigned"), locale)
    pairs = [
        (msg("Kind"), shared.named(order.category, order.category_en, locale)),
        (msg("Caller"), f"{order.contact_name} {order.contact_phone}".strip()),
        (msg("Reported through"), translate(SOURCES[order.source], locale)),
        (msg("Visit"), shared.visit_text(order.visit_from_at, order.visit_to_at, now=now, locale=locale)),
        (msg("Entering"), translate(shared.ACCESS_NAMES[detail.access], locale)),
        (msg("Technician"), order.technician or queued),
        (msg("Promise"), translate(promise, locale)),
    ]
    if detail.offer_expires_at is not None:
        pairs.append((msg("To be answered by"), _at(detail.offer_expires_at, now, locale)))
    if detail.labour_minutes:
        pairs.append((msg("Labour"), translate(msg("{minutes} min", minutes=detail.labour_minutes), locale)))
    if detail.follower_count:
        pairs.append((msg("Neighbours who follow"), str(detail.follower_count)))
    return [Fact(translate(name, locale), value) for name, value in pairs]


def _at(at: datetime, now: datetime, locale: str) -> str:
    return moment_text(at, now=now, locale=locale)


def decision_row(decision: DecisionCard, number: int, *, now: datetime, locale: str) -> DecisionRow:
    """One decision with every reason that was stored."""
    chosen = next((c for c in decision.ranking.candidates if c.technician_id == decision.technician_id), None)
    left_out = next((e.name for e in decision.ranking.exclusions if e.technician_id == decision.technician_id), "")
    reason = translate(QUEUE_NAMES[decision.reason], locale) if decision.reason in set(QUEUE_NAMES) else decision.reason
    cards = [candidate_card(c, locale=locale) for c in decision.ranking.candidates if c is not chosen]
    return DecisionRow(
        id=str(number),
        mode=translate(MODES[decision.mode], locale),
        time=moment_text(decision.at, now=now, locale=locale),
        name=chosen.name if chosen else left_out,
        total=str(chosen.total) if chosen else "",
        reason=reason,
        parts=candidate_card(chosen, locale=locale).parts if chosen else [],
        others=[_other(card, locale) for card in cards],
        excluded=exclusion_options(decision.ranking.exclusions, locale=locale),
    )


def _other(card: CandidateCard, locale: str) -> Option:
    return Option(card.id, translate(msg("{name} · {points} points", name=card.name, points=card.total), locale), card.fact)


def candidate_options(ranking: Ranking, holder: int | None, *, locale: str) -> list[Option]:
    """Whom the order may be given to, the best first, each with the score."""
    return [
        Option(str(c.technician_id), translate(msg("{name} · {points} points", name=c.name, points=c.total), locale))
        for c in ranking.candidates
        if c.technician_id != holder
    ]


def _rated(rating: RatingCard, appeal: AppealCard, called: Called, now: datetime, locale: str) -> Rated:
    words = [translate(LOW_NAMES[reason], locale) for reason in rating.reasons if reason in LOW_NAMES]
    text = " · ".join([*words, rating.text] if rating.text else words)
    return Rated(
        rating.quality,
        rating.attitude,
        rating.timeliness,
        text,
        moment_text(rating.at, now=now, locale=locale),
        rating.reply,
        rating.is_low,
        *shared.appeal_words(appeal, locale=locale),
        appeal.may_decide,
        call_lines(called.calls, now=now, locale=locale),
        called.may_call,
    )


def _audited(entry: AuditRow, locale: str) -> Fact:
    action = entry.action.removeprefix("repair:")
    word = translate(ACTION_NAMES[action], locale) if action in ACTION_NAMES else entry.action
    return Fact(exact_text(entry.at), f"{actor_words(entry.actor_name, locale)} · {word}")
