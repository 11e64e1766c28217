"""Late fee (滞纳金): simple, per day on the unpaid principal, with grace, cap and freeze. The same function previews and posts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
class DatedPolicy:
    """A policy and the first day on which it holds."""

    starts_on: date
    policy: LateFeePolicy


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
    """Days with one unpaid principal and one policy; `amount_fen` is principal × rate × days, rounded half up once."""

    from_on: date
    to_on: date
    days: int
    principal_fen: int
    amount_fen: int
    dated: DatedPolicy


@dataclass(frozen=True, slots=True)
class LateFee:
    """The late fee from the due date until a day. `amount_fen` is the sum of the lines, or the cap if that is lower."""

    lines: tuple[LateFeeLine, ...]
    amount_fen: int
    is_capped: bool
    step: Message

    def until(self, day: date) -> int:
        """What of it falls on the days up to a day, that day included, in fen."""
        raw = sum(
            simple_fee(line.dated.policy, line.principal_fen, (min(line.to_on, day) - line.from_on).days + 1)
            for line in self.lines
            if line.from_on <= day
        )
        return min(raw, self.amount_fen)

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
    """Compute the whole late fee of a bill under one policy until a day, that day included."""
    dated = [DatedPolicy(date.min, policy)]
    return late_fee_over(dated, principal_fen=principal_fen, due_on=due_on, until_on=until_on, paid=paid, frozen=frozen)


def late_fee_over(
    policies: Sequence[DatedPolicy],
    *,
    principal_fen: int,
    due_on: date,
    until_on: date,
    paid: Sequence[PrincipalPaid] = (),
    frozen: Sequence[Freeze] = (),
) -> LateFee:
    """Compute the whole late fee of a bill until a day, that day included, under the policy that holds on each day.

    The grace days are those of the policy on the due date (or of the first one), the cap that of the last day. Days before
    the first policy are free. Posting adds the difference to what was posted before, so that neither the rhythm nor a
    repetition of the job changes it.
    """
    ordered = sorted(policies, key=lambda dated: dated.starts_on)
    for dated in ordered:
        check_policy(dated.policy)
    if principal_fen < 0:
        raise InvalidError(msg("The principal cannot be negative"), field="principal")
    at_due = (_on(ordered, due_on) or ordered[0]).policy
    first = due_on + timedelta(days=at_due.grace_days + 1)
    lines = tuple(
        LateFeeLine(start, last, (last - start).days + 1, owed, simple_fee(dated.policy, owed, (last - start).days + 1), dated)
        for start, last, owed, dated in _spans(ordered, first, principal_fen, until_on, paid, frozen)
    )
    raw = sum(line.amount_fen for line in lines)
    at_end = (_on(ordered, until_on) or ordered[0]).policy
    amount = capped(at_end, principal_fen, raw)
    step = msg(
        "{days} days at {rate} on unpaid principal, from {from_on}",
        days=sum(line.days for line in lines),
        rate=rate_text(at_end),
        from_on=first.isoformat(),
    )
    return LateFee(lines, amount, amount < raw, step)


def lines_after(fee: LateFee, day: date | None) -> tuple[LateFeeLine, ...]:
    """The lines of the days after a day; with what falls on the days up to it they sum to the whole, in whatever pieces it is charged."""
    found = []
    for line in fee.lines:
        first = line.from_on if day is None else max(line.from_on, day + _ONE_DAY)
        if first <= line.to_on:
            amount = fee.until(line.to_on) - fee.until(first - _ONE_DAY)
            found.append(replace(line, from_on=first, days=(line.to_on - first).days + 1, amount_fen=amount))
    return tuple(found)


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


def _on(policies: Sequence[DatedPolicy], day: date) -> DatedPolicy | None:
    """The policy that holds on a day."""
    return next((dated for dated in reversed(policies) if dated.starts_on <= day), None)


def _spans(
    policies: Sequence[DatedPolicy],
    first: date,
    principal_fen: int,
    until_on: date,
    paid: Sequence[PrincipalPaid],
    frozen: Sequence[Freeze],
) -> Iterator[tuple[date, date, int, DatedPolicy]]:
    """Runs of days that share one unpaid principal and one policy, and are not frozen."""
    borders = {first, *(p.on + _ONE_DAY for p in paid), *(dated.starts_on for dated in policies)}
    for freeze in frozen:
        borders.add(freeze.from_on)
        if freeze.to_on is not None:
            borders.add(freeze.to_on + _ONE_DAY)
    starts = sorted(day for day in borders if first <= day <= until_on)
    for index, start in enumerate(starts):
        end = starts[index + 1] - _ONE_DAY if index + 1 < len(starts) else until_on
        owed = principal_fen - sum(p.amount_fen for p in paid if p.on < start)
        dated = _on(policies, start)
        is_frozen = any(f.from_on <= start and (f.to_on is None or start <= f.to_on) for f in frozen)
        if owed > 0 and not is_frozen and dated is not None and dated.policy.rate_ppb:
            yield start, end, owed, dated
