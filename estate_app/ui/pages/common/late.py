"""Late fees in sentences, for residents and managers alike. Pure."""

from estate_app.billing.late_fee_text import line_step, rate_percent
from estate_app.billing.late_fees import LateFeePreview
from estate_app.kit.i18n import msg, translate
from estate_app.kit.money import format_yuan


def late_words(days: int, fee: LateFeePreview | None, *, locale: str) -> str:
    """`逾期 18 天，滞纳金 ¥2.26（每日 0.05%）`; without a late fee only the days."""
    if fee is None or not fee.fee.amount_fen or not fee.fee.lines:
        return translate(msg("{count} days overdue", count=days), locale)
    said = msg(
        "{count} days overdue, late fee {amount} ({percent}% a day)",
        count=days,
        amount=format_yuan(fee.fee.amount_fen, sign=True),
        percent=rate_percent(fee.fee.lines[-1].dated.policy.rate_ppb),
    )
    return translate(said, locale)


def fee_formula(fee: LateFeePreview | None, *, locale: str) -> str:
    """Every run of days with its principal, rate and days; and what of it is charged."""
    if fee is None or not fee.fee.lines:
        return ""
    parts = [translate(line_step(line), locale) for line in fee.fee.lines]
    if fee.fee.is_capped:
        parts.append(translate(msg("Held at the cap of ¥{cap}", cap=format_yuan(fee.fee.amount_fen)), locale))
    if fee.charged_fen:
        parts.append(translate(msg("¥{amount} of it is charged already", amount=format_yuan(fee.charged_fen)), locale))
    return " · ".join(parts)
