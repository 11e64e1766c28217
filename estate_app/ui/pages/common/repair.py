"""What every page shows of a repair order, whoever reads it: steps, timeline, photos, materials, clock. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from estate_app.access.actor import SYSTEM
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.media.models import MediaKind, MediaUse
from estate_app.media.queries import MediaRow
from estate_app.repair.appeal_models import Verdict
from estate_app.repair.appeals import AppealCard
from estate_app.repair.arrival_rules import sentence
from estate_app.repair.detail import MaterialRow, OrderDetail, StepRow
from estate_app.repair.models import Access, OrderStatus
from estate_app.repair.promise import Clock
from estate_app.repair.queries import OrderRow
from estate_app.repair.rules import ACTION_NAMES, DECLINE_NAMES, PAUSE_NAMES, STAGE_NAMES
from estate_app.ui.view import Photo, Step, TimelineEntry
from estate_app.ui.when import ago_text, clock_text, moment_text

_STAGE_ICONS = ("send", "clock", "wrench", "check", "star")
_ACTION_ICONS = {
    "report": "send", "assign": "user", "assign_by_hand": "user", "accept": "check-check", "set_out": "footprints", "arrive": "map-pin",
    "start": "wrench",
    "pause": "pause", "resume": "wrench", "note": "message-square", "material": "package", "photo": "image", "complete": "check",
    "cancel": "ban", "reject": "ban", "reopen": "rotate-ccw", "urge": "bell", "rate": "star", "reply": "message-square", "close": "archive",
    "charge": "receipt-text",
}  # fmt: skip
_USES = {
    MediaUse.report: msg("Reported"),
    MediaUse.before: msg("Before the repair"),
    MediaUse.after: msg("After the repair"),
    MediaUse.rating: msg("With the rating"),
    MediaUse.signature: msg("Signature"),
}
_STEP_OF: dict[MediaUse | None, tuple[str, ...]] = {
    MediaUse.report: ("report",),
    MediaUse.before: ("note", "photo"),
    MediaUse.after: ("complete", "photo"),
    MediaUse.rating: ("rate",),
}
ACCESS_NAMES = {
    Access.may_enter: msg("May enter when nobody is home"),
    Access.call_first: msg("Call before coming"),
    Access.only_at_home: msg("Only when somebody is home"),
}
_LISTED = {str(key): text for key, text in PAUSE_NAMES.items()} | dict(DECLINE_NAMES)


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material with its amount."""

    id: str
    name: str
    quantity: str
    price: str
    amount: str


def named(zh: str, en: str, locale: str) -> str:
    """A name that is kept in both languages."""
    return zh if locale == "zh" or not en else en


def place_of(order: OrderRow, locale: str) -> str:
    """`3栋2单元1501`; English the short code."""
    return order.place if locale == "zh" else order.code


def span_text(minutes: int, locale: str) -> str:
    """`2 时 10 分`; days from 24 hours on."""
    hours, rest = divmod(abs(minutes), 60)
    days, hours_left = divmod(hours, 24)
    if days:
        return translate(msg("{days} d {hours} h", days=days, hours=hours_left), locale)
    if hours:
        return translate(msg("{hours} h {minutes} min", hours=hours, minutes=rest), locale)
    return translate(msg("{minutes} min", minutes=rest), locale)


def clock_words(clock: Clock, locale: str) -> tuple[str, str]:
    """How much of the promise is left, and in which tone it is said."""
    span = span_text(clock.minutes_left, locale)
    if clock.minutes_left < 0:
        return translate(msg("Overdue by {span}", span=span), locale), "red"
    return span, "orange" if clock.percent >= 50 else "gray"


def steps(detail: OrderDetail, *, now: datetime, locale: str) -> list[Step]:
    """The resident's five words with the time each was entered, and the promise on the next one; what is done waits for its rating."""
    stage, may_rate = detail.order.stage, detail.allowed.rate
    promised = detail.respond_due_at if stage < 2 else detail.complete_due_at
    made = []
    for index, name in enumerate(STAGE_NAMES):
        at = detail.stage_at[index]
        is_current = index == stage < 3 or (index == 4 and may_rate)
        state = "done" if index < stage or index == stage >= 3 else "current" if is_current else "todo"
        time = _short(at, now, locale) if at and index <= stage else ""
        if index == stage + 1 and index in {2, 3}:
            time = translate(msg("by {time}", time=_short(promised, now, locale)), locale)
        word = msg("To be rated") if index == 4 and may_rate else name
        made.append(Step(translate(word, locale), state, time, _STAGE_ICONS[index], 50))
    return made


def _short(at: datetime, now: datetime, locale: str) -> str:
    return clock_text(at) if business_date(at) == business_date(now) else moment_text(at, now=now, locale=locale)


def timeline(found: Sequence[StepRow], *, now: datetime, locale: str, files: Iterable[MediaRow] = ()) -> list[TimelineEntry]:
    """What happened, the newest first, each with the pictures that came with it."""
    beside: dict[int, list[MediaRow]] = {}
    for file in files:
        beside.setdefault(_step_of(file, found), []).append(file)
    return [_entry(step, now, locale, photos(beside.get(index, ()), locale=locale)) for index, step in enumerate(found)]


def _step_of(file: MediaRow, found: Sequence[StepRow]) -> int:
    """The index of the step with which a file came: the first of its kind after the upload; -1 when there is none."""
    fitting = [index for index, step in enumerate(found) if step.action in _STEP_OF.get(file.use, ())]
    after = [index for index in fitting if found[index].at >= file.created_at]
    return after[-1] if after else fitting[0] if fitting else -1


def _entry(step: StepRow, now: datetime, locale: str, pictures: list[Photo]) -> TimelineEntry:
    title = translate(ACTION_NAMES[step.action], locale) if step.action in ACTION_NAMES else step.action
    reason = translate(_LISTED[step.reason], locale) if step.reason in _LISTED else step.reason
    if step.arrival is not None:
        reason = translate(sentence(step.arrival), locale)
    said = [part for part in (reason, step.note) if part]
    if step.actor_name and step.actor_name != SYSTEM.name:
        title = translate(msg("{what} · {who}", what=title, who=step.actor_name), locale)
    if step.client_at is not None and abs((step.at - step.client_at).total_seconds()) > 120:
        said.append(translate(msg("On the phone at {time}", time=clock_text(step.client_at)), locale))
    is_doubted = step.arrival is not None and not step.arrival.is_proven
    tone = "green" if step.to_status is OrderStatus.completed else "orange" if is_doubted else "indigo"
    time, mark = ago_text(step.at, now=now, locale=locale), _ACTION_ICONS.get(step.action, "clock")
    return TimelineEntry(title, time, " · ".join(said), mark, tone, pictures)


def photos(files: Iterable[MediaRow], *, locale: str, uses: frozenset[MediaUse] | None = None) -> list[Photo]:
    """The pictures with their word; videos are listed by `videos`."""
    return [
        Photo(f.id, f.url, f.thumbnail_url, alt=_use(f, locale), tag=_use(f, locale))
        for f in files
        if f.kind is MediaKind.photo and (uses is None or f.use in uses)
    ]


def videos(files: Iterable[MediaRow], *, locale: str) -> list[Photo]:
    """The videos by their links."""
    return [Photo(f.id, f.url, alt=_use(f, locale), tag=_use(f, locale)) for f in files if f.kind is MediaKind.video]


def _use(file: MediaRow, locale: str) -> str:
    name: Message | None = _USES.get(file.use) if file.use else None
    return translate(name, locale) if name else translate(msg("Photo"), locale)


def quantity_text(quantity_milli: int) -> str:
    """`1.5` or `2`."""
    whole, rest = divmod(quantity_milli, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def material_lines(materials: Iterable[MaterialRow]) -> list[MaterialLine]:
    """The materials used, with amounts in yuan."""
    return [
        MaterialLine(str(m.id), m.name, f"×{quantity_text(m.quantity_milli)} {m.unit}", format_yuan(m.price_fen), format_yuan(m.amount_fen))
        for m in materials
    ]


def visit_text(start: datetime | None, end: datetime | None, *, now: datetime, locale: str) -> str:
    """`11-19 14:00–16:00`, or as soon as possible."""
    if start is None or end is None:
        return translate(msg("As soon as possible"), locale)
    return f"{moment_text(start, now=now, locale=locale)}–{clock_text(end)}"


def appeal_words(card: AppealCard, *, locale: str) -> tuple[str, str]:
    """Where an appeal against a rating stands, and the tone in which that is said; nothing without one."""
    if card.verdict is None:
        return "", "gray"
    if card.verdict is Verdict.open:
        return translate(msg("The appeal waits for the office: {text}", text=card.text), locale), "orange"
    if card.verdict is Verdict.granted:
        return translate(msg("Appeal granted; the rating does not count: {text}", text=card.answer), locale), "green"
    return translate(msg("Appeal refused: {text}", text=card.answer), locale), "gray"
