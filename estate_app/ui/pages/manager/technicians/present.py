"""Technicians in a list: who is there, how full the day is, what residents say. Pure."""

from dataclasses import dataclass

from estate_app.kit.i18n import msg, translate
from estate_app.repair.roster import Presence, TechnicianRow
from estate_app.repair.rules import TRADE_NAMES
from estate_app.ui.view import Badge, Kpi
from estate_app.ui.when import clock_text


@dataclass(frozen=True, slots=True)
class TechnicianLine:
    """One technician."""

    id: str
    href: str
    name: str
    phone: str
    trades: str
    badge: Badge
    load: str
    percent: int
    tone: str
    open_count: str
    score: str


def presence_badge(who: Presence, *, locale: str) -> Badge:
    """Whether the technician can be sent now."""
    if not who.is_active:
        return Badge(translate(msg("Off the list"), locale), "gray", "surface", "ban")
    if who.is_on_leave:
        return Badge(translate(msg("On leave"), locale), "orange", "soft", "calendar-days")
    if who.is_on_duty:
        return Badge(translate(msg("On duty"), locale), "green", "soft", "check")
    if who.is_on_call:
        return Badge(translate(msg("On call"), locale), "indigo", "soft", "phone")
    if who.shift_starts_at is not None:
        return Badge(translate(msg("On duty from {time}", time=clock_text(who.shift_starts_at)), locale), "gray", "soft", "clock")
    return Badge(translate(msg("Off duty"), locale), "gray", "surface", "clock")


def trades_text(who: Presence, locale: str) -> str:
    """`水电 4 · 木工 2`: every trade with its level."""
    return " · ".join(f"{translate(TRADE_NAMES[trade], locale)} {level}" for trade, level in who.trades)


def score_text(score_milli: int, count: int, locale: str) -> str:
    """`4.8（36 次）`, or that nobody has rated yet."""
    if not count:
        return translate(msg("not rated yet"), locale)
    tenths = (score_milli + 50) // 100
    return translate(msg("{score} · {count} ratings", score=f"{tenths // 10}.{tenths % 10}", count=f"{count:,}"), locale)


def load_tone(booked: int, daily: int) -> str:
    """Green while there is room, orange from 70 %, red when the day is full."""
    percent = booked * 100 // max(1, daily)
    return "red" if percent >= 100 else "orange" if percent >= 70 else "green"


def technician_line(row: TechnicianRow, *, locale: str) -> TechnicianLine:
    """One line of the list."""
    who = row.who
    return TechnicianLine(
        id=str(who.technician_id),
        href=f"/manage/technicians/{who.technician_id}",
        name=who.name,
        phone=who.phone,
        trades=trades_text(who, locale) or "—",
        badge=presence_badge(who, locale=locale),
        load=f"{row.booked_minutes}/{who.daily_minutes}",
        percent=min(100, row.booked_minutes * 100 // max(1, who.daily_minutes)),
        tone=load_tone(row.booked_minutes, who.daily_minutes),
        open_count=str(row.open_count),
        score=score_text(who.score_milli, who.score_count, locale),
    )


def kpis(rows: list[TechnicianRow], *, locale: str) -> list[Kpi]:
    """Who is there, how full their day is, and what is open."""
    there = [row for row in rows if row.who.is_on_duty and row.who.is_active and not row.who.is_on_leave]
    booked, room = sum(r.booked_minutes for r in there), sum(r.who.daily_minutes for r in there)
    percent = booked * 100 // max(1, room)
    away = sum(r.who.is_on_leave for r in rows)
    of_all = translate(msg("of {count}, {away} on leave", count=len(rows), away=away), locale)
    minutes = translate(msg("{booked} of {room} minutes", booked=booked, room=room), locale)
    return [
        Kpi(translate(msg("On duty"), locale), str(len(there)), translate(msg("technicians"), locale), of_all),
        Kpi(translate(msg("Load of those on duty"), locale), str(percent), "%", minutes),
        Kpi(translate(msg("Open orders held"), locale), str(sum(r.open_count for r in rows)), translate(msg("orders"), locale)),
    ]
