"""How dates and times are written (ui.md §7), always in Shanghai's clock. Pure: `now` is an argument."""

from datetime import date, datetime

from estate_app.kit.clock import business_date, local
from estate_app.kit.i18n import msg, translate

_WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date, *, today: date, locale: str) -> str:
    """`11-18` within the year, else `2025-11-18`; English `18 Nov` and `18 Nov 2025`."""
    if locale == "en":
        return f"{day.day} {_MONTHS[day.month - 1]}" + ("" if day.year == today.year else f" {day.year}")
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def weekday_text(day: date, *, locale: str) -> str:
    """`周三`; English `Wed`."""
    return translate(_WEEKDAYS[day.weekday()], locale)


def full_day(day: date, *, locale: str) -> str:
    """`2026-11-18`; English `18 Nov 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if locale == "en" else f"{day:%Y-%m-%d}"


def month_text(month: date, *, today: date | None = None, locale: str) -> str:
    """`2026年11月`, without the year when `today` lies in it; English `Nov 2026` and `Nov`."""
    is_short = today is not None and today.year == month.year
    if locale == "en":
        return _MONTHS[month.month - 1] + ("" if is_short else f" {month.year}")
    return f"{month.month}月" if is_short else f"{month.year}年{month.month}月"


def clock_text(at: datetime) -> str:
    """`10:58`."""
    return f"{local(at):%H:%M}"


def moment_text(at: datetime, *, now: datetime, locale: str) -> str:
    """`11-18 10:58`, for lists and logs."""
    return f"{day_text(business_date(at), today=business_date(now), locale=locale)} {clock_text(at)}"


def exact_text(at: datetime) -> str:
    """`2026-11-18 10:58:07`, for tooltips and the audit trail."""
    return f"{local(at):%Y-%m-%d %H:%M:%S}"


def ago_text(at: datetime, *, now: datetime, locale: str) -> str:
    """刚刚, 2 分钟前, 今天 09:12 up to 24 hours, then the date with the time."""
    minutes = int((now - at).total_seconds() // 60)
    if 0 <= minutes < 1:
        return translate(msg("Just now"), locale)
    if 1 <= minutes < 60:
        return translate(msg("{count} min ago", count=minutes), locale)
    if business_date(at) == business_date(now):
        return translate(msg("Today {time}", time=clock_text(at)), locale)
    return moment_text(at, now=now, locale=locale)
