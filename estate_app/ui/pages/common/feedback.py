"""Feedback as it is read, by residents and by the estate: cards, threads and their components."""

from dataclasses import dataclass, field
from datetime import datetime

import reflex as rx

from estate_app.feedback.models import FeedbackKind, FeedbackStatus
from estate_app.feedback.queries import FeedbackRow, Thread
from estate_app.feedback.rules import KIND_NAMES, STATUS_NAMES
from estate_app.kit.i18n import msg, translate
from estate_app.ui.components.badge import state_badge, tag
from estate_app.ui.components.card import card
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.photo import photo_grid
from estate_app.ui.components.rating import rating
from estate_app.ui.components.timeline import timeline
from estate_app.ui.pages.common.repair import photos
from estate_app.ui.view import Badge, Option, Photo, TimelineEntry
from estate_app.ui.when import ago_text, moment_text

_LOOKS = {
    FeedbackStatus.open: ("orange", "soft", "clock"),
    FeedbackStatus.answered: ("indigo", "soft", "message-square"),
    FeedbackStatus.closed: ("gray", "surface", "check"),
}
_TONES = {FeedbackKind.complaint: "red", FeedbackKind.suggestion: "indigo", FeedbackKind.question: "gray", FeedbackKind.praise: "green"}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class FeedbackCard:
    """One feedback; `who` is the author's name, or that nobody is named; `limit` says until when the estate answers."""

    id: int = 0
    number: str = ""
    kind: str = ""
    tone: str = "gray"
    badge: Badge = NO_BADGE
    text: str = ""
    who: str = ""
    room: str = ""
    is_unnamed: bool = False
    time: str = ""
    limit: str = ""
    is_late: bool = False
    is_open: bool = False
    is_closed: bool = False
    stars: int = 0
    order_href: str = ""
    bill_href: str = ""


@dataclass(frozen=True, slots=True)
class ThreadCard:
    """A feedback with its photos and the messages below it."""

    head: FeedbackCard = FeedbackCard()
    photos: list[Photo] = field(default_factory=list)
    lines: list[TimelineEntry] = field(default_factory=list)


def feedback_card(row: FeedbackRow, *, now: datetime, locale: str, for_staff: bool) -> FeedbackCard:
    """Present one feedback; the links lead into the reader's own part of the house."""
    base = "/manage" if for_staff else ""
    unnamed = translate(msg("Resident without a name"), locale)
    return FeedbackCard(
        id=row.id,
        number=row.number,
        kind=translate(KIND_NAMES[row.kind], locale),
        tone=_TONES[row.kind],
        badge=Badge(translate(STATUS_NAMES[row.status], locale), *_LOOKS[row.status]),
        text=row.text,
        who=unnamed if for_staff and row.is_anonymous else row.author,
        room=row.room,
        is_unnamed=row.is_anonymous,
        time=ago_text(row.created_at, now=now, locale=locale),
        limit=moment_text(row.due_at, now=now, locale=locale) if row.status is FeedbackStatus.open else "",
        is_late=row.is_late,
        is_open=row.status is FeedbackStatus.open,
        is_closed=row.status is FeedbackStatus.closed,
        stars=row.satisfaction or 0,
        order_href=f"{base or ''}/repairs/{row.order_id}" if row.order_id else "",
        bill_href=f"{base or ''}/bills/{row.bill_id}" if row.bill_id else "",
    )


def thread_card(found: Thread, *, now: datetime, locale: str, for_staff: bool) -> ThreadCard:
    """Present a thread, the newest message first."""
    unnamed = translate(msg("Resident without a name"), locale)
    entries = [
        TimelineEntry(
            title=f"{translate(msg('The estate'), locale)} · {one.name}" if one.is_staff else (one.name or unnamed),
            time=moment_text(one.at, now=now, locale=locale),
            body=one.text,
            icon="building-2" if one.is_staff else "user",
            tone="indigo" if one.is_staff else "gray",
        )
        for one in reversed(found.replies)
    ]
    return ThreadCard(feedback_card(found.row, now=now, locale=locale, for_staff=for_staff), photos(found.photos, locale=locale), entries)


def kind_options(*, locale: str) -> list[Option]:
    """The kinds, for chips and filters."""
    return [Option(kind.value, translate(name, locale)) for kind, name in KIND_NAMES.items()]


def status_options(*, locale: str) -> list[Option]:
    """The states, for the filter."""
    return [Option(status.value, translate(name, locale)) for status, name in STATUS_NAMES.items()]


def said(thread: rx.Var[ThreadCard], *extra: rx.Component) -> rx.Component:
    """What was told, with its photos; `extra` stands below."""
    head = thread.head
    return card(
        stack(
            row(tag(head.kind, tone=head.tone), state_badge(head.badge), words(head.time, size="1", soft=True), extra="wrap"),
            rx.el.p(head.text, class_name="preline break"),
            rx.cond(thread.photos.length() > 0, photo_grid(thread.photos), rx.fragment()),
            *extra,
            rx.cond(head.stars > 0, rating(head.stars, word=head.stars.to_string() + " / 5"), rx.fragment()),
            gap="3",
        ),
        testid="feedback",
    )


def messages(thread: rx.Var[ThreadCard], title: rx.Component | rx.Var | str, nothing: rx.Var | str) -> rx.Component:
    """The messages below a feedback, or that there is none yet."""
    return card(
        rx.cond(thread.lines.length() > 0, timeline(thread.lines), words(nothing, soft=True)), title=title, testid="feedback-thread"
    )
