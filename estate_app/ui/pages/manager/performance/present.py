"""A month of the technicians in words: each figure with the sample that it is a share of. Pure."""

from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.repair.callbacks import ToCall
from estate_app.repair.settlement import TeamRow
from estate_app.ui.pages.manager.technicians.present import score_text
from estate_app.ui.view import Kpi
from estate_app.ui.when import moment_text

_NONE = "—"


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One technician's month."""

    id: str
    href: str
    name: str
    done: str
    on_time: str
    first_visit: str
    redone: str
    minutes: str
    material: str
    charged: str
    arrival: str
    stars: str
    score: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """A low rating whose resident is still to be called."""

    id: str
    href: str
    number: str
    stars: int
    text: str
    who: str
    tried: str


def call_back(row: ToCall, *, now: datetime, locale: str) -> CallBack:
    """One line of the residents to call."""
    who = msg("{name} · rated {time}", name=row.technician, time=moment_text(row.rated_at, now=now, locale=locale))
    tried = translate(msg("called {count} times, not settled", count=row.calls), locale) if row.calls else ""
    href = f"/manage/repairs/{row.order_id}"
    return CallBack(str(row.order_id), href, row.number, row.stars, row.text, translate(who, locale), tried)


def month_line(row: TeamRow, *, locale: str) -> MonthLine:
    """One line of the table."""
    tenths = (row.stars * 20 + 3 * row.ratings) // (6 * row.ratings) if row.ratings else 0
    stars = msg("{score} · {count} ratings", score=f"{tenths // 10}.{tenths % 10}", count=row.ratings)
    return MonthLine(
        id=str(row.technician_id),
        href=f"/manage/technicians/{row.technician_id}",
        name=row.name,
        done=f"{row.done:,}",
        on_time=share(row.on_time, row.done),
        first_visit=share(row.first_visit, row.done),
        redone=share(row.redone, row.done),
        minutes=f"{row.minutes:,}",
        material=format_yuan(row.material_fen),
        charged=f"{format_yuan(row.charged_fen)} · {row.charged}" if row.charged else _NONE,
        arrival=share(row.proven, row.arrivals),
        stars=translate(stars, locale) if row.ratings else _NONE,
        score=score_text(row.score_milli, row.score_count, locale),
    )


def share(part: int, whole: int) -> str:
    """`80 %（12/15）`: a share is never shown without its sample; of nothing there is none."""
    return f"{(200 * part + whole) // (2 * whole)}% · {part}/{whole}" if whole else _NONE


def kpis(rows: list[TeamRow], *, locale: str) -> list[Kpi]:
    """The month of all together."""
    done, stars = sum(r.done for r in rows), sum(r.ratings for r in rows)

    def of_all(label: Message, part: int) -> Kpi:
        note = translate(msg("{part} of {count} orders", part=part, count=done), locale) if done else ""
        return Kpi(translate(label, locale), str((200 * part + done) // (2 * done)) if done else _NONE, "%" if done else "", note)

    note = translate(msg("{count} ratings of residents", count=stars), locale)
    return [
        Kpi(translate(msg("Orders finished"), locale), f"{done:,}", translate(msg("orders"), locale), note),
        of_all(msg("Kept the promise"), sum(r.on_time for r in rows)),
        of_all(msg("Done at the first visit"), sum(r.first_visit for r in rows)),
        of_all(msg("Came back as rework"), sum(r.redone for r in rows)),
        Kpi(translate(msg("Hours of work"), locale), f"{sum(r.minutes for r in rows) / 60:,.1f}", translate(msg("hours"), locale)),
    ]
