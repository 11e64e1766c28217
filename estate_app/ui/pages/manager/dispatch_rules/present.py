"""The rules of dispatch as a form, the modes by category, and a replay as figures and changes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from estate_app.errors import InvalidError
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.categories import CategoryNode
from estate_app.repair.dispatch_models import DispatchMode
from estate_app.repair.scoring import Factor
from estate_app.repair.weights import LIMITS, Policy
from estate_app.repair.whatif import Change, Choice, Outcome, Replay
from estate_app.ui.pages.common.repair import named
from estate_app.ui.view import Kpi, Option

MODES: Mapping[DispatchMode, Message] = {
    DispatchMode.offer: msg("Ask the best"),
    DispatchMode.grab: msg("Open to all, the first takes it"),
    DispatchMode.round_robin: msg("In turn"),
}


@dataclass(frozen=True, slots=True)
class RulesForm:
    """The numbers of the form as text."""

    skill: str = ""
    zone: str = ""
    load: str = ""
    travel: str = ""
    rating: str = ""
    familiarity: str = ""
    auto_points: str = ""
    offer_minutes: str = ""
    emergency_minutes: str = ""
    grab_minutes: str = ""
    escalate_minutes: str = ""
    incident_reports: str = ""
    incident_minutes: str = ""
    arrival_metres: str = ""
    asks_arrival: bool = False


@dataclass(frozen=True, slots=True)
class ModeRow:
    """One category with its mode; a group stands before its kinds."""

    id: str
    name: str
    mode: str
    is_group: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One order that would have gone elsewhere."""

    id: str
    number: str
    href: str
    before: str
    before_fact: str
    after: str
    after_fact: str


@dataclass(frozen=True, slots=True)
class Result:
    """The sentence of a replay; empty before there is one."""

    text: str = ""
    has_run: bool = False


def rules_form(policy: Policy) -> RulesForm:
    """The rules as they hold now."""
    numbers = {f.value: str(w) for f, w in policy.weights.items()} | {name: str(getattr(policy, name)) for name in LIMITS}
    return RulesForm(**numbers, asks_arrival=policy.asks_arrival)


def weights_of(form: Mapping[str, object]) -> dict[Factor, int]:
    """The six weights that were typed."""
    return {factor: _whole(form, factor.value) for factor in Factor}


def policy_of(form: Mapping[str, object], *, is_auto: bool) -> Policy:
    """Everything that was typed; a number that is none is refused at its field."""
    return Policy(weights_of(form), is_auto, *(_whole(form, name) for name in LIMITS), asks_arrival=bool(form.get("asks_arrival")))


def typed(form: Mapping[str, object]) -> RulesForm:
    """What was typed, kept as it is."""
    words = {f.name: str(form.get(f.name, "")) for f in fields(RulesForm) if f.name != "asks_arrival"}
    return RulesForm(**words, asks_arrival=bool(form.get("asks_arrival")))


def mode_rows(tree: tuple[CategoryNode, ...], modes: Mapping[int, DispatchMode], *, locale: str) -> list[ModeRow]:
    """Every group and kind with its mode; empty for a kind means: as its group."""
    rows = []
    for group in tree:
        rows.append(_mode(group, modes, locale, is_group=True))
        rows += [_mode(kind, modes, locale, is_group=False) for kind in group.children]
    return rows


def mode_options(*, locale: str) -> list[Option]:
    """The three modes."""
    return [Option(mode.value, translate(word, locale)) for mode, word in MODES.items()]


def result(found: Replay, *, locale: str) -> Result:
    """How many orders would have gone elsewhere."""
    changed, count = len(found.changes), found.replayed
    text = msg("{changed} of the last {count} automatic decisions would have gone to somebody else", changed=changed, count=count)
    none = msg("There are no automatic decisions to replay yet")
    return Result(translate(text if found.replayed else none, locale), has_run=True)


def result_kpis(found: Replay, *, locale: str) -> list[Kpi]:
    """The figures with the tried weights, each beside that of today's."""
    return [
        _kpi(found, msg("Way to the order, mean"), msg("min on foot"), "walk", -1, locale),
        _kpi(found, msg("Spread of the load"), msg("min"), "spread", -1, locale),
        _kpi(found, msg("Expected in time"), msg("%"), "on_time", 1, locale),
    ]


def _kpi(found: Replay, label: Message, unit: Message, pick: str, better: int, locale: str) -> Kpi:
    before, after = _figure(found.before, pick), _figure(found.after, pick)
    delta = 0.0 if before is None or after is None else round(after - before, 1)
    moved = (delta > 0) - (delta < 0)
    tone = "gray" if not moved else "green" if moved == better else "red"
    note = translate(msg("today's weights: {value}", value=_said(before)), locale)
    change = f"{delta:+.1f}".replace("-", "−") if moved else ""
    return Kpi(translate(label, locale), _said(after), translate(unit, locale), note, change, ("", "up", "down")[moved], tone)


def change_rows(found: Replay, *, locale: str) -> list[ChangeRow]:
    """The first fifty changes."""
    return [_change(change, locale) for change in found.changes[:50]]


def _change(change: Change, locale: str) -> ChangeRow:
    return ChangeRow(
        str(change.order_id), change.number, f"/manage/repairs/{change.order_id}", change.before.name, _facts(change.before, locale),
        change.after.name, _facts(change.after, locale),
    )  # fmt: skip


def _facts(choice: Choice, locale: str) -> str:
    parts = [msg("{points} points", points=choice.points)]
    if choice.walk_minutes is not None:
        parts.append(msg("{minutes} min on foot", minutes=choice.walk_minutes))
    if choice.load_percent is not None:
        parts.append(msg("{percent}% of the day taken", percent=choice.load_percent))
    return " · ".join(translate(part, locale) for part in parts)


def _figure(outcome: Outcome, pick: str) -> float | None:
    if pick == "walk":
        return outcome.walk_minutes
    if pick == "spread":
        return outcome.load_spread
    return outcome.on_time_milli / 10 if outcome.on_time_milli is not None else None


def _said(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"


def _mode(node: CategoryNode, modes: Mapping[int, DispatchMode], locale: str, *, is_group: bool) -> ModeRow:
    mode = modes.get(node.id)
    return ModeRow(str(node.id), named(node.name, node.name_en, locale), mode.value if mode else "", is_group)


def _whole(form: Mapping[str, object], name: str) -> int:
    text = str(form.get(name, "")).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise InvalidError(msg("Give a whole number"), field=name)
    return int(text)
