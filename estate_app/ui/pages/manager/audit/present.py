"""Entries of the audit trail as they are read. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.access.audit_queries import AuditRow
from estate_app.ui.pages.common.audit import area_word, thing_word, verb_word
from estate_app.ui.pages.common.audit_fields import field_word, value_text
from estate_app.ui.when import exact_text, moment_text
from estate_app.ui.words import actor_words

_SHORT = 2


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry in the list; `summary` shows the first changes."""

    id: int
    time: str
    exact: str
    actor: str
    area: str
    action: str
    thing: str
    summary: str
    address: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after."""

    name: str
    before: str
    after: str


def present_entry(row: AuditRow, *, now: datetime, locale: str) -> EntryRow:
    """Say an entry in one line."""
    area = row.action.partition(":")[0]
    changes = changes_of(row, locale=locale)
    shown = [f"{c.name} {c.before} → {c.after}" if c.before != "—" else f"{c.name} {c.after}" for c in changes[:_SHORT]]
    return EntryRow(
        id=row.id,
        time=moment_text(row.at, now=now, locale=locale),
        exact=exact_text(row.at),
        actor=actor_words(row.actor_name, locale),
        area=area_word(area, locale=locale),
        action=verb_word(row.action, locale=locale),
        thing=thing_word(row.entity, row.entity_id, locale=locale),
        summary=" · ".join(shown) + (" …" if len(changes) > _SHORT else ""),
        address=row.address,
    )


def changes_of(row: AuditRow, *, locale: str) -> list[Change]:
    """The fields that an entry names, those that changed first."""
    names = list(dict.fromkeys((*row.before, *row.after)))
    changes = [
        Change(
            field_word(name, locale=locale),
            value_text(name, row.before.get(name), locale=locale),
            value_text(name, row.after.get(name), locale=locale),
        )
        for name in names
    ]
    return sorted(changes, key=lambda change: change.before == change.after)
