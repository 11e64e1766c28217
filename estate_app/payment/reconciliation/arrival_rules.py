"""Whose money has arrived at the bank: candidates weighed by what speaks for each, with the reasons. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from estate_app.kit.clock import business_date
from estate_app.kit.i18n import Message, msg

SURE = 70
"""From so many points on a suggestion is shown as the likely one."""
_AMOUNT, _NUMBER, _ROOM, _NAME, _SAME_DAY, _NEAR = 30, 45, 30, 25, 15, 8
_NEAR_DAYS = 3
_NOT_DIGIT = re.compile(r"\D+")


class CandidateKind(StrEnum):
    """What money at the bank may be."""

    transfer = "transfer"
    suspense = "suspense"
    bills = "bills"


@dataclass(frozen=True, slots=True)
class Arrived:
    """Money at the bank, as its statement tells it; the amount in fen."""

    amount_fen: int
    at: datetime
    payer_name: str
    remark: str
    serial: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the money may be for: a transfer taken at the counter, held money, or bills of a room (`bill_ids`)."""

    kind: CandidateKind
    id: int
    amount_fen: int
    at: datetime | None
    number: str
    room_code: str
    place: str
    names: tuple[str, ...] = ()
    bill_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with its points and what speaks for it, the strongest first."""

    candidate: Candidate
    points: int
    reasons: tuple[Message, ...]


def suggest(arrived: Arrived, candidates: Iterable[Candidate], *, most: int = 3) -> list[Suggestion]:
    """The likeliest candidates of the very same amount, best first; an amount that differs by one fen is no candidate."""
    same = [_weigh(arrived, candidate) for candidate in candidates if candidate.amount_fen == arrived.amount_fen]
    return sorted(same, key=lambda found: (-found.points, found.candidate.kind.value, found.candidate.id))[:most]


def names_room(remark: str, code: str) -> bool:
    """Whether a remark names a room: `3-2-1501` as it is, or `3栋2单元1501`, `3#1501`, `3幢 1501` in people's own spelling."""
    parts = [part for part in _NOT_DIGIT.split(code) if part]
    told = [part for part in _NOT_DIGIT.split(remark) if part]
    if not parts or not told:
        return False
    door = len(parts) - 1
    short = [parts[0], parts[door]] if len(parts) > 1 else parts
    return _holds(told, parts) or _holds(told, short)


def _holds(told: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(list(told[at : at + len(wanted)]) == list(wanted) for at in range(len(told) - len(wanted) + 1))


def _weigh(arrived: Arrived, candidate: Candidate) -> Suggestion:
    found: list[tuple[int, Message]] = []
    text = f"{arrived.serial} {arrived.remark}"
    if candidate.number and candidate.number in text:
        found.append((_NUMBER, msg("Number {number} is in the transfer", number=candidate.number)))
    if candidate.room_code and names_room(arrived.remark, candidate.room_code):
        found.append((_ROOM, msg("The remark names {room}", room=candidate.place)))
    if arrived.payer_name and arrived.payer_name in candidate.names:
        found.append((_NAME, msg("The payer's name is {name}", name=arrived.payer_name)))
    if candidate.at is not None and candidate.kind is not CandidateKind.bills:
        apart = abs((business_date(candidate.at) - business_date(arrived.at)).days)
        if apart == 0:
            found.append((_SAME_DAY, msg("The same day")))
        elif apart <= _NEAR_DAYS:
            found.append((_NEAR, msg("{count} days apart", count=apart)))
    reasons = tuple(reason for _, reason in sorted(found, key=lambda one: -one[0]))
    return Suggestion(candidate, _AMOUNT + sum(points for points, _ in found), (*reasons, msg("The same amount")))
