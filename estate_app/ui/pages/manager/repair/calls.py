"""Calls to a resident after a low rating, as they are shown. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.callback_models import CallOutcome
from estate_app.repair.callbacks import CallRow
from estate_app.ui.when import moment_text

OUTCOMES: Mapping[CallOutcome, tuple[Message, str]] = {
    CallOutcome.settled: (msg("Settled"), "green"),
    CallOutcome.follow_up: (msg("More to do"), "orange"),
    CallOutcome.unreached: (msg("Nobody answered"), "gray"),
}


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call."""

    id: str
    outcome: str
    tone: str
    note: str
    who: str


def call_lines(calls: Sequence[CallRow], *, now: datetime, locale: str) -> list[CallLine]:
    """The calls, the newest first."""
    return [
        CallLine(
            str(number),
            translate(OUTCOMES[call.outcome][0], locale),
            OUTCOMES[call.outcome][1],
            call.note,
            f"{call.caller} · {moment_text(call.at, now=now, locale=locale)}",
        )
        for number, call in enumerate(calls)
    ]
