"""Words and figures as charts say them: dates, minutes, yuan, and the names of bands, stages and channels."""

from datetime import date

from estate_app.analytics.figures.base import Look
from estate_app.analytics.frames.common import Grain
from estate_app.kit.i18n import Message, msg

_WAN_FEN = 1_000_000
_HOUR = 60
_DAY = 24 * 60

CHANNELS = {
    "wechat": msg("WeChat Pay"),
    "alipay": msg("Alipay"),
    "unionpay": msg("UnionPay"),
    "cash": msg("Cash"),
    "card": msg("Bank card"),
    "transfer": msg("Bank transfer"),
    "balance": msg("Prepaid balance"),
}
BACKLOG = {
    "0-1": msg("Within 1 day"),
    "1-3": msg("1–3 days"),
    "3-7": msg("3–7 days"),
    "7-15": msg("7–15 days"),
    "15+": msg("Over 15 days"),
}
AGEING = {
    "not_due": msg("Not due"),
    "0-30": msg("1–30 days overdue"),
    "31-60": msg("31–60 days overdue"),
    "61-90": msg("61–90 days overdue"),
    "90+": msg("Over 90 days overdue"),
}
ARREARS = {
    "<200": msg("Under ¥200"),
    "200-500": msg("¥200–500"),
    "500-1000": msg("¥500–1,000"),
    "1000-2000": msg("¥1,000–2,000"),
    "2000+": msg("¥2,000 and more"),
}
DIMENSIONS = {"quality": msg("Quality"), "attitude": msg("Attitude"), "timeliness": msg("Timeliness")}
STAGES = {
    "bill_seen": msg("Bill seen"),
    "bill_opened": msg("Bill opened"),
    "payment_started": msg("Payment started"),
    "bill_paid": msg("Bill paid"),
    "repair_reported": msg("Repair reported"),
    "repair_rated": msg("Repair rated"),
}
WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))


def step_text(start: date, grain: Grain) -> str:
    """A category's text: `11-18` for days and weeks, `2026-11` for months."""
    return f"{start:%Y-%m}" if grain is Grain.month else f"{start:%m-%d}"


def minutes_message(minutes: float) -> Message:
    """Minutes below two hours, hours below two days, else days."""
    if minutes < 2 * _HOUR:
        return msg("{count} min", count=round(minutes))
    if minutes < 2 * _DAY:
        return msg("{count} h", count=f"{minutes / _HOUR:.1f}")
    return msg("{count} days", count=f"{minutes / _DAY:.1f}")


def yuan_text(look: Look, fen: int) -> str:
    """Yuan as an axis or bar says it: ten thousands in Chinese (`12.3 万`), thousands in English, whole below."""
    if abs(fen) < _WAN_FEN:
        return f"¥{fen / 100:,.0f}"
    if look.locale == "zh":
        return f"¥{fen / _WAN_FEN:,.1f} 万"
    return f"¥{fen / 100_000:,.1f}k"
