"""What the managers' money pages share: audit lines, months. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from estate_app.access.audit_queries import AuditRow
from estate_app.kit.clock import add_months, month_start
from estate_app.ui.pages.common.audit import verb_word
from estate_app.ui.view import Option
from estate_app.ui.when import moment_text
from estate_app.ui.words import actor_words

_MONTHS_OFFERED = 15


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry of the trail in a sentence's pieces."""

    id: str
    text: str


def month_options(today: date, *, chosen: str, locale: str) -> list[Option]:
    """The next month and the past year, and the chosen month when it lies elsewhere; values such as `2026-11`."""
    first = add_months(month_start(today), 1)
    values = [f"{add_months(first, -back):%Y-%m}" for back in range(_MONTHS_OFFERED)]
    if chosen and chosen[:7] not in values:
        values.append(chosen[:7])
    return [Option(value, _month(value, locale)) for value in values]


def audit_lines(rows: Iterable[AuditRow], *, now: datetime, locale: str) -> list[AuditLine]:
    """Who did what and when, the reason with it, newest first."""
    return [AuditLine(str(row.id), _sentence(row, now, locale)) for row in rows]


def _sentence(row: AuditRow, now: datetime, locale: str) -> str:
    action = verb_word(row.action, locale=locale)
    why = next((str(row.after[name]) for name in ("reason", "answer", "cause") if row.after.get(name)), "")
    parts = (moment_text(row.at, now=now, locale=locale), actor_words(row.actor_name, locale), action, why)
    return " · ".join(part for part in parts if part)


def _month(value: str, locale: str) -> str:
    year, month = value.split("-")
    return f"{year}年{int(month)}月" if locale == "zh" else value
