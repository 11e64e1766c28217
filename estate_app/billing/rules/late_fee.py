"""Late fee (滞纳金): simple, per day on the unpaid principal, with grace, cap and freeze. The same function previews and posts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg
from estate_app.kit.money import format_yuan, round_half_up

PPB = 10**9
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LateFeePolicy:
    """One version of the policy.

    `rate_ppb` is the rate in billionths, per day, or per year when `days_in_year` is given. The first charged day is the one
    after the due date and the grace days. The fee never exceeds `cap_bp` of the billed principal, nor `cap_fen`.
    """

    rate_ppb: int
    days_in_year: int | None = None
    grace_days: int = 0
    cap_bp: int | None = None
    cap_fen: int | None = None

    @classmethod
    def per_day_bp(cls, rate_bp: int, *, grace_days: int = 0, cap_bp: int | None = None) -> "LateFeePolicy":
        """Make the usual policy from basis points a day (5 = 0.05% a day)."""
        return cls(rate_bp * (PPB // 10_000), grace_days=grace_days, cap_bp=cap_bp)


@dataclass(frozen=True, slots=True)
class PrincipalPaid:
    """Principal paid on a day; the day itself is still charged on the principal before it."""

    on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days without late fee, both ends included; `to_on` None while the dispute lasts."""

    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class LateFeeLine:
    """Days with one unpaid principal; `amount_fen` is principal × rate × days, rounded half up once."""

    from_on: date
    to_on: date
    days: int
    principal_fen: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class LateFee:
    """The late fee from the due date until a day. `amount_fen` is the sum of the lines, or the cap if that is lower."""

    lines: tuple[LateFeeLine, ...]
    amount_fen: int
    is_capped: bool
    step: Message

    @property
    def days(self) -> int:
        """How many days are charged."""
        return sum(line.days for line in self.lines)


def late_fee(
    policy: LateFeePolicy,
    *,
    principal_fen: int,
    due_on: date,
    until_on: date,
    paid: Sequence[PrincipalPaid] = (),
    frozen: Sequence[Freeze] = (),
) -> LateFee:
    """Compute the whole late fee of a bill until a day, that day included.

    Posting adds the difference to what was posted before, so that neither the rhythm nor a repetition of the job changes it.
    """
    check_policy(policy)
    if principal_fen < 0:
        raise InvalidError(msg("The principal cannot be negative"), field="principal")
    lines = tuple(
        LateFeeLine(first, last, (last - first).days + 1, owed, simple_fee(policy, owed, (last - first).days + 1))
        for first, last, owed in _spans(policy, principal_fen, due_on, until_on, paid, frozen)
    )
    raw = sum(line.amount_fen for line in lines)
    amount = capped(policy, principal_fen, raw)
    step = msg(
        "{days} days at {rate} on unpaid principal, from {from_on}",
        days=sum(line.days for line in lines),
        rate=rate_text(policy),
        from_on=(due_on + timedelta(days=policy.grace_days + 1)).isoformat(),
    )
    return LateFee(lines, amount, amount < raw, step)


def simple_fee(policy: LateFeePolicy, principal_fen: int, days: int) -> int:
    """Principal × rate × days, rounded half up to the fen once; no cap."""
    exact = principal_fen * policy.rate_ppb * days
    return round_half_up(Decimal(exact) / Decimal(PPB * (policy.days_in_year or 1)))


def capped(policy: LateFeePolicy, principal_fen: int, amount_fen: int) -> int:
    """Hold a fee under the policy's caps."""
    caps = [amount_fen]
    if policy.cap_bp is not None:
        caps.append(round_half_up(Decimal(principal_fen * policy.cap_bp) / 10_000))
    if policy.cap_fen is not None:
        caps.append(policy.cap_fen)
    return min(caps)


def check_policy(policy: LateFeePolicy) -> None:
    """Refuse a policy with negative figures or an impossible year."""
    if policy.rate_ppb < 0:
        raise InvalidError(msg("A late fee rate cannot be negative"), field="rate")
    if policy.grace_days < 0:
        raise InvalidError(msg("Grace days cannot be negative"), field="grace_days")
    if policy.days_in_year not in (None, 360, 365, 366):
        raise InvalidError(msg("A year has 360, 365 or 366 days"), field="days_in_year")
    if min(policy.cap_bp or 0, policy.cap_fen or 0) < 0:
        raise InvalidError(msg("A cap cannot be negative"), field="cap")


def rate_text(policy: LateFeePolicy) -> Message:
    """Say the rate: 0.05% a day, 4.745% a year."""
    percent = f"{(Decimal(policy.rate_ppb) * 100 / PPB).normalize():f}"
    if policy.days_in_year:
        return msg("{percent}% a year", percent=percent)
    return msg("{percent}% a day", percent=percent)


def explain_cap(fee: LateFee) -> Message | None:
    """Say that the cap cut the fee, None when it did not."""
    return msg("Held at the cap of ¥{cap}", cap=format_yuan(fee.amount_fen)) if fee.is_capped else None


def _spans(
    policy: LateFeePolicy,
    principal_fen: int,
    due_on: date,
    until_on: date,
    paid: Sequence[PrincipalPaid],
    frozen: Sequence[Freeze],
) -> Iterator[tuple[date, date, int]]:
    """Runs of days that share one unpaid principal and are not frozen."""
    first = due_on + timedelta(days=policy.grace_days + 1)
    borders = {first, *(p.on + _ONE_DAY for p in paid)}
    for freeze in frozen:
        borders.add(freeze.from_on)
        if freeze.to_on is not None:
            borders.add(freeze.to_on + _ONE_DAY)
    starts = sorted(day for day in borders if first <= day <= until_on)
    for index, start in enumerate(starts):
        end = starts[index + 1] - _ONE_DAY if index + 1 < len(starts) else until_on
        owed = principal_fen - sum(p.amount_fen for p in paid if p.on < start)
        is_frozen = any(f.from_on <= start and (f.to_on is None or start <= f.to_on) for f in frozen)
        if owed > 0 and not is_frozen:
            yield start, end, owed
