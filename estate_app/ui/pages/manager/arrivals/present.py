"""Money at the bank as finance reads it: each arrival with what it may be for, and why. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.payment.reconciliation.arrival_rules import SURE, CandidateKind, Suggestion
from estate_app.payment.reconciliation.arrivals import ArrivalRow
from estate_app.payment.reconciliation.models import ArrivalState
from estate_app.ui.view import Badge
from estate_app.ui.when import exact_text, moment_text

NO_BADGE = Badge("")
_KINDS: Mapping[CandidateKind, Message] = {
    CandidateKind.transfer: msg("Transfer taken at the counter"),
    CandidateKind.suspense: msg("Held money"),
    CandidateKind.bills: msg("Open bills"),
}
_ACTS: Mapping[CandidateKind, Message] = {
    CandidateKind.transfer: msg("Tick off"),
    CandidateKind.suspense: msg("Resolve with it"),
    CandidateKind.bills: msg("Pay the bills"),
}
_STATES: Mapping[ArrivalState, tuple[Message, str, str]] = {
    ArrivalState.open: (msg("To match"), "orange", "clock"),
    ArrivalState.confirmed: (msg("Confirmed"), "green", "check"),
    ArrivalState.rejected: (msg("No fee"), "gray", "ban"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One suggestion; `key` is its kind and target."""

    key: str
    kind: str
    what: str
    why: str
    act: str
    is_likely: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """One line of the bank's list."""

    id: int = 0
    serial: str = ""
    time: str = ""
    amount: str = ""
    payer: str = ""
    remark: str = ""
    badge: Badge = NO_BADGE
    decided: str = ""
    hits: list[Hit] = field(default_factory=list)


def arrival(row: ArrivalRow, *, now: datetime, locale: str) -> Arrival:
    """One arrival with its suggestions."""
    label, tone, icon = _STATES[row.state]
    decided = ""
    if row.decided_at:
        parts = (row.decided_by, exact_text(row.decided_at)[5:16], row.payment_number, row.note)
        decided = " · ".join(part for part in parts if part)
    return Arrival(
        id=row.id,
        serial=row.serial,
        time=moment_text(row.arrived_at, now=now, locale=locale),
        amount=format_yuan(row.amount_fen, sign=True),
        payer=row.payer_name or translate(msg("Payer unknown"), locale),
        remark=row.remark,
        badge=Badge(translate(label, locale), tone, "soft", icon),
        decided=decided,
        hits=[_hit(found, locale) for found in row.suggestions],
    )


def _hit(found: Suggestion, locale: str) -> Hit:
    candidate = found.candidate
    count = len(candidate.bill_ids)
    what = [candidate.place, candidate.number]
    if count > 1:
        what.append(translate(msg("{count} bills", count=count), locale))
    return Hit(
        key=f"{candidate.kind.value}:{candidate.id}",
        kind=translate(_KINDS[candidate.kind], locale),
        what=" · ".join(part for part in what if part),
        why=" · ".join(translate(reason, locale) for reason in found.reasons),
        act=translate(_ACTS[candidate.kind], locale),
        is_likely=found.points >= SURE,
    )
