"""Prices the drafts of a run as lines for COPY. What rooms have in common (the same area, the same use) is priced once."""

import json
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date

from estate_app.billing.charges import ONE_DAY, Charge, Metered, MeterFacts, Standing, charge_month, metered_charge, metered_use
from estate_app.billing.discounts import discounted
from estate_app.billing.models import FeeKind, SkipReason
from estate_app.billing.rules.meter import flag_use
from estate_app.billing.run_inputs import RunFrame, RunInputs
from estate_app.billing.run_meters import Key
from estate_app.billing.stored import draft_lines
from estate_app.bulk import NULL, escaped
from estate_app.kit.clock import add_months
from estate_app.kit.i18n import Message
from estate_app.notification.text import pack

COLUMNS = ("run_id", "fee_item_id", "room_id", "skip", "flag", "amount_fen", "last_fen", "quantity_milli", "lines", "readings")
_PERIODIC = frozenset({FeeKind.area, FeeKind.fixed})
_KEPT = 20_000
"""So many priced charges are remembered at most; yearly tiers make nearly every room's its own."""
_NO_METER = MeterFacts()


def _json(value: object) -> str:
    return escaped(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


_STEPS = Message("@")
_STEPS_JSON = _json(pack(_STEPS))
"""Stands in a remembered charge where each room's own readings are told."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A priced charge with its lines as JSON for COPY."""

    amount_fen: int
    quantity_milli: int
    lines: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as a line for COPY, with what a run counts."""

    line: str
    amount_fen: int
    skip: SkipReason | None


class Pricer:
    """Prices the rooms of one run."""

    def __init__(self, run_id: int, frame: RunFrame) -> None:
        self._run_id, self._month = run_id, frame.month
        self._last = add_months(frame.month, 1) - ONE_DAY
        self._items = {item.id or 0: item for item in frame.items}
        self._prices = {key: sorted(found, key=lambda dated: dated.starts_on) for key, found in frame.prices.items()}
        self._known: dict[Hashable, Priced | SkipReason] = {}

    def draft(self, key: Key, inputs: RunInputs) -> Draft:
        """Price one item of one room, or say why it is skipped."""
        if key in inputs.billed:
            return self._skipped(key, inputs, SkipReason.already_billed)
        if self._items[key[0]].kind is FeeKind.metered and key[0] in self._prices:
            return self._metered(key, inputs)
        priced = self._periodic(key, inputs) if self._items[key[0]].kind in _PERIODIC else self._whole(key, inputs)
        return self._skipped(key, inputs, priced) if isinstance(priced, SkipReason) else self._billed(key, inputs, priced)

    def _periodic(self, key: Key, inputs: RunInputs) -> Priced | SkipReason:
        """A charge by area or month: it depends on nothing but the area, the days and the discounts."""
        room, month = inputs.rooms[key[1]], self._month
        handover = room.handover_on if room.handover_on and room.handover_on > month else None
        days = tuple(self._days(standing) for standing in inputs.standings[key])
        same = (key[0], room.area_milli, room.interior_milli, handover, days, tuple(inputs.discounts.get(key, ())))
        return self._remember(same, lambda: self._whole(key, inputs))

    def _days(self, standing: Standing) -> tuple[date, date]:
        """An attachment's days as far as they meet the month."""
        return max(standing.starts_on, self._month), min(standing.ends_on or self._last, self._last)

    def _whole(self, key: Key, inputs: RunInputs) -> Priced | SkipReason:
        item, room = self._items[key[0]], inputs.rooms[key[1]]
        prices = self._prices.get(key[0], [])
        charge = charge_month(item.name, prices, inputs.standings[key], room, _NO_METER, self._month, inputs.beside(key))
        return self._priced(key, inputs, charge)

    def _metered(self, key: Key, inputs: RunInputs) -> Draft:
        meters = inputs.meters.get(key, _NO_METER)
        found = metered_use(self._prices[key[0]], inputs.rooms[key[1]], meters)
        if isinstance(found, SkipReason):
            return self._skipped(key, inputs, found)
        same = (key[0], found.use, found.from_on, found.to_on, tuple(inputs.discounts.get(key, ())))
        priced = self._remember(same, lambda: self._priced(key, inputs, metered_charge(found, self._month, steps=(_STEPS,))))
        if isinstance(priced, SkipReason):
            return self._skipped(key, inputs, priced)
        flag = flag_use(priced.quantity_milli, meters.history_milli)
        own = Priced(priced.amount_fen, priced.quantity_milli, priced.lines.replace(_STEPS_JSON, _own_steps(found), 1))
        return self._billed(key, inputs, own, flag=flag.value if flag else "", readings=_readings(found))

    def _remember(self, same: Hashable, price: Callable[[], Priced | SkipReason]) -> Priced | SkipReason:
        known = self._known.get(same)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[same] = price()
        return known

    def _priced(self, key: Key, inputs: RunInputs, result: Charge | SkipReason) -> Priced | SkipReason:
        if isinstance(result, SkipReason):
            return result
        charge = discounted(result, inputs.discounts.get(key, ()), self._month)
        if charge.total_fen <= 0:
            return SkipReason.nothing_used
        return Priced(charge.total_fen, charge.quantity_milli, _json(draft_lines(charge)))

    def _billed(self, key: Key, inputs: RunInputs, priced: Priced, *, flag: str = "", readings: str = "[]") -> Draft:
        last = inputs.last_fen.get(key, NULL)
        figures = f"{flag}\t{priced.amount_fen}\t{last}\t{priced.quantity_milli}"
        return Draft(f"{self._run_id}\t{key[0]}\t{key[1]}\t{NULL}\t{figures}\t{priced.lines}\t{readings}", priced.amount_fen, None)

    def _skipped(self, key: Key, inputs: RunInputs, skip: SkipReason) -> Draft:
        last = inputs.last_fen.get(key, NULL)
        return Draft(f"{self._run_id}\t{key[0]}\t{key[1]}\t{skip.value}\t\t0\t{last}\t0\t[]\t[]", 0, skip)


def _own_steps(found: Metered) -> str:
    return ",".join(_json(pack(step)) for step in found.steps)


def _readings(found: Metered) -> str:
    parts = (
        f'{{"from_reading_id":{span.from_reading_id},"reading_id":{span.reading_id},"usage_milli":{usage}}}'
        for span, usage in found.readings
    )
    return f"[{','.join(parts)}]"
