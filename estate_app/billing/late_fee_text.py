"""Late fees in words: rates as percent, lines as sentences. Pure."""

from decimal import Decimal

from estate_app.billing.rules.late_fee import PPB, LateFeeLine
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan


def rate_percent(rate_ppb: int) -> str:
    """A daily rate in percent, `0.05`."""
    return f"{(Decimal(rate_ppb) * 100 / PPB).normalize():f}"


def line_step(line: LateFeeLine) -> Message:
    """Say which days at which rate on which principal a line charges."""
    return msg(
        "{from_on} to {to_on}, {days} days on ¥{principal} at {percent}% a day",
        from_on=line.from_on.isoformat(),
        to_on=line.to_on.isoformat(),
        days=line.days,
        principal=format_yuan(line.principal_fen),
        percent=rate_percent(line.dated.policy.rate_ppb),
    )
