"""Public income of an estate as it is read, by residents and by managers: quarters, totals and items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import reflex as rx

from estate_app.feedback.disclosure_models import DisclosureStatus, Side
from estate_app.feedback.disclosure_queries import DisclosureItem, DisclosureRow, DisclosureView
from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.ui.components.card import card
from estate_app.ui.components.layout import row, stack, words
from estate_app.ui.components.photo import photo_grid
from estate_app.ui.components.progress import progress
from estate_app.ui.pages.common.repair import photos
from estate_app.ui.text import Text, t
from estate_app.ui.view import Badge, Fact, Photo
from estate_app.ui.when import moment_text

_LOOKS: Mapping[DisclosureStatus, tuple[Message, str, str]] = {
    DisclosureStatus.draft: (msg("Draft"), "orange", "clock"),
    DisclosureStatus.published: (msg("Made public"), "green", "check"),
    DisclosureStatus.replaced: (msg("Corrected by a later version"), "gray", "history"),
}
NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class QuarterCard:
    """One version of one quarter."""

    id: int = 0
    quarter: str = ""
    estate: str = ""
    version: str = ""
    badge: Badge = NO_BADGE
    income: str = ""
    spending: str = ""
    left: str = ""
    lines: str = ""
    time: str = ""
    is_draft: bool = False
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item with its remark, and how large it is beside the largest of its side."""

    name: str
    note: str
    amount: str
    percent: int


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A version with its items, its totals, and what it says beside them."""

    head: QuarterCard = QuarterCard()
    note: str = ""
    income: list[ItemView] = field(default_factory=list)
    spending: list[ItemView] = field(default_factory=list)
    totals: list[Fact] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    versions: list[QuarterCard] = field(default_factory=list)


def quarter_word(quarter_on: date, *, locale: str) -> str:
    """`2026 年第 3 季度`, `Q3 2026`."""
    return translate(msg("Q{quarter} {year}", quarter=(quarter_on.month + 2) // 3, year=quarter_on.year), locale)


def quarter_card(one: DisclosureRow, *, now: datetime, locale: str) -> QuarterCard:
    """Say one version of one quarter."""
    word, tone, icon = _LOOKS[one.status]
    return QuarterCard(
        id=one.id,
        quarter=quarter_word(one.quarter_on, locale=locale),
        estate=one.estate,
        version=translate(msg("Version {number}", number=one.version), locale),
        badge=Badge(translate(word, locale), tone, "soft", icon),
        income=format_yuan(one.income_fen, sign=True),
        spending=format_yuan(one.spending_fen, sign=True),
        left=format_yuan(one.income_fen - one.spending_fen, sign=True),
        lines=translate(msg("{count} items", count=one.lines), locale),
        time=moment_text(one.published_at, now=now, locale=locale) if one.published_at else "",
        is_draft=one.status is DisclosureStatus.draft,
        is_replaced=one.status is DisclosureStatus.replaced,
    )


def report_card(found: DisclosureView, *, now: datetime, locale: str) -> ReportCard:
    """Say a version with its items; the totals are the sums of what stands below them."""
    head = found.row
    left = head.income_fen - head.spending_fen
    amounts = (
        (msg("Income"), head.income_fen),
        (msg("Spending"), head.spending_fen),
        (msg("Left of this quarter"), left),
        (msg("Left since the first quarter"), found.before_fen + left),
    )
    return ReportCard(
        head=quarter_card(head, now=now, locale=locale),
        note=found.note,
        income=_views([one for one in found.items if one.side is Side.income]),
        spending=_views([one for one in found.items if one.side is Side.spending]),
        totals=[Fact(translate(word, locale), format_yuan(fen, sign=True)) for word, fen in amounts],
        photos=photos(found.photos, locale=locale),
        versions=[quarter_card(one, now=now, locale=locale) for one in found.versions if one.id != head.id],
    )


def _views(items: list[DisclosureItem]) -> list[ItemView]:
    most = max((one.amount_fen for one in items), default=1)
    return [ItemView(one.name, one.note, format_yuan(one.amount_fen, sign=True), one.amount_fen * 100 // most) for one in items]


def totals(items: rx.Var[list[Fact]]) -> rx.Component:
    """What came in, what was spent, what is left: four figures, two by two on a phone."""
    return card(rx.el.div(rx.foreach(items, _total), class_name="grid phone-cols-2 cols-4"), testid="totals")


def _total(one: rx.Var[Fact]) -> rx.Component:
    return stack(words(one.label, size="1", soft=True), words(one.value, size="3", strong=True, extra="nums"), gap="0", key=one.label)


def report(shown: rx.Var[ReportCard]) -> rx.Component:
    """Income and spending beside each other, then the note and the photos."""
    note = card(rx.el.p(shown.note, class_name="preline break"), title=t("Remarks"))
    pictures = card(photo_grid(shown.photos), title=t("Documents"))
    return rx.fragment(
        rx.el.div(
            _side(t("Income"), shown.income, shown.head.income, t("Nothing came in"), "income"),
            _side(t("Spending"), shown.spending, shown.head.spending, t("Nothing was spent"), "spending"),
            class_name="grid cols-2",
        ),
        rx.cond(shown.note != "", note, rx.fragment()),
        rx.cond(shown.photos.length() > 0, pictures, rx.fragment()),
    )


def _side(title: Text, items: rx.Var[list[ItemView]], total: rx.Var[str], nothing: Text, testid: str) -> rx.Component:
    tone = "green" if testid == "income" else "orange"
    listing = stack(
        rx.foreach(items, lambda one: _item(one, tone)),
        row(words(t("Sum"), strong=True), words(total, strong=True, extra="nums nowrap"), extra="between"),
        gap="3",
    )
    return card(rx.cond(items.length() > 0, listing, words(nothing, soft=True)), title=title, testid=testid)


def _item(one: rx.Var[ItemView], tone: str) -> rx.Component:
    name = stack(words(one.name), rx.cond(one.note != "", words(one.note, size="1", soft=True), rx.fragment()), gap="0", extra="grow")
    return stack(
        row(name, words(one.amount, extra="nums nowrap"), extra="between top", gap="3"),
        progress(one.percent, label=one.name, tone=tone, thin=True),
        gap="1",
        key=one.name + one.amount,
    )
