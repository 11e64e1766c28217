"""Who should take an order: hard filters, then six factors that add up to 100. Pure; every verdict keeps its reason.

The weights are those of the dispatch screen: skill 35, zone 20, load 15, travel 10, rating 10, familiarity 10.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from estate_app.kit.geo import Point, distance_m
from estate_app.kit.i18n import Message, msg
from estate_app.repair.grounds import Fact, Ground, sentence
from estate_app.repair.models import QueueReason, Trade, Urgency
from estate_app.repair.rules import MAX_LEVEL, TRADE_NAMES

_WALK_M_PER_MINUTE = 70
_FULL = 1000
NEAR_M = 100
FAR_M = 2000


class Factor(StrEnum):
    """What is scored."""

    skill = "skill"
    zone = "zone"
    load = "load"
    travel = "travel"
    rating = "rating"
    familiarity = "familiarity"


WEIGHTS: Mapping[Factor, int] = {
    Factor.skill: 35, Factor.zone: 20, Factor.load: 15, Factor.travel: 10, Factor.rating: 10, Factor.familiarity: 10,
}  # fmt: skip


class Exclusion(StrEnum):
    """Why somebody cannot take an order; in the order in which it is asked."""

    inactive = "inactive"
    no_trade = "no_trade"
    low_level = "low_level"
    no_certificate = "no_certificate"
    no_zone = "no_zone"
    on_leave = "on_leave"
    off_shift = "off_shift"
    no_capacity = "no_capacity"
    excluded = "excluded"


@dataclass(frozen=True, slots=True)
class Need:
    """What an order asks for. `excluded_ids` declined it, let it time out, or were ruled out by hand."""

    trade: Trade
    level: int
    minutes: int
    urgency: Urgency
    estate_id: int
    building_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    excluded_ids: frozenset[int] = frozenset()
    weights: Mapping[Factor, int] = field(default_factory=lambda: WEIGHTS)
    needs_certificate: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one technician at the moment of the decision. `booked_minutes` is the day's work, open and done."""

    technician_id: int
    name: str
    is_active: bool
    levels: Mapping[Trade, int]
    estate_ids: frozenset[int]
    building_ids: frozenset[int]
    is_on_duty: bool
    is_on_call: bool
    is_on_leave: bool
    daily_minutes: int
    booked_minutes: int
    score_milli: int
    score_count: int
    room_visits: int = 0
    building_visits: int = 0
    same_trade_done: int = 0
    latitude: float | None = None
    longitude: float | None = None
    last_assigned_at: datetime | None = None
    certified: frozenset[Trade] = frozenset()
    phone: str = ""


class Part(NamedTuple):
    """One factor's points out of its maximum, what they rest on, and the share in thousandths that other weights would weigh."""

    factor: Factor
    points: int
    maximum: int
    ground: Fact | Message
    share_milli: int = 0

    @property
    def fact(self) -> Message:
        """What the points rest on, in words; decisions from before grounds were kept hold the words themselves."""
        return self.ground if isinstance(self.ground, Message) else sentence(self.ground)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take the order, with each factor."""

    technician_id: int
    name: str
    total: int
    parts: tuple[Part, ...]
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody who cannot, and why."""

    technician_id: int
    name: str
    reason: Exclusion
    fact: Message


@dataclass(frozen=True, slots=True)
class Ranking:
    """The verdict: candidates, best first, and everybody who is excluded."""

    candidates: tuple[Candidate, ...]
    exclusions: tuple[Excluded, ...]

    @property
    def best(self) -> Candidate | None:
        """The one to ask first, if anybody can take it."""
        return self.candidates[0] if self.candidates else None


_PLACES = {exclusion: place for place, exclusion in enumerate(Exclusion)}


def rank(need: Need, technicians: Sequence[Facts]) -> Ranking:
    """Filter and score; equal totals go to whoever was assigned least recently, then to the lower id."""
    verdicts = [(t, exclude(need, t)) for t in technicians]
    able = [(t, _candidate(need, t)) for t, why in verdicts if why is None]
    able.sort(key=lambda pair: (-pair[1].total, *_waited(pair[0])))
    out = [why for _, why in verdicts if why is not None]
    out.sort(key=last_asked_first)
    return Ranking(tuple(c for _, c in able), tuple(out))


def last_asked_first(excluded: Excluded) -> tuple[int, int]:
    """The order of exclusions: whoever came closest to taking it stands first."""
    return (-_PLACES[excluded.reason], excluded.technician_id)


def exclude(need: Need, facts: Facts) -> Excluded | None:
    """Give the first reason for which a technician cannot take an order, or None."""
    for reason, (is_met, fact) in _FILTERS.items():
        if not is_met(need, facts):
            return Excluded(facts.technician_id, facts.name, reason, fact(need, facts))
    return None


def queue_reason(ranking: Ranking, *, has_passed: bool) -> QueueReason:
    """Say what keeps an order waiting: the reason of those who came closest to taking it."""
    closest = min(ranking.exclusions, key=last_asked_first, default=None)
    match closest.reason if closest else None:
        case Exclusion.excluded:
            return QueueReason.all_passed if has_passed else QueueReason.all_excluded
        case Exclusion.no_capacity:
            return QueueReason.no_capacity
        case Exclusion.off_shift | Exclusion.on_leave:
            return QueueReason.no_shift
        case Exclusion.no_zone:
            return QueueReason.no_zone
        case _:
            return QueueReason.no_trade


def zone_fit(need: Need, facts: Facts) -> int:
    """Tell the main zone (2) from the same estate (1) and from elsewhere (0)."""
    if need.building_id is not None and need.building_id in facts.building_ids:
        return 2
    return 1 if need.estate_id in facts.estate_ids else 0


def _level(need: Need, facts: Facts) -> int:
    return facts.levels.get(need.trade, 0)


def _is_reachable(need: Need, facts: Facts) -> bool:
    return facts.is_on_duty or (need.urgency is Urgency.emergency and facts.is_on_call)


def _has_room(need: Need, facts: Facts) -> bool:
    return need.urgency is Urgency.emergency or facts.booked_minutes + need.minutes <= facts.daily_minutes


def _too_low(need: Need, facts: Facts) -> Message:
    trade = TRADE_NAMES[need.trade]
    return msg("{trade} level {level}, level {needed} is needed", trade=trade, level=_level(need, facts), needed=need.level)


def _out_of_reach(need: Need, _: Facts) -> Message:
    return msg("Neither on duty nor on call") if need.urgency is Urgency.emergency else msg("Not on shift")


def _taken(_: Need, facts: Facts) -> Message:
    return msg("{booked} of {daily} minutes are taken", booked=facts.booked_minutes, daily=facts.daily_minutes)


_Filter = tuple[Callable[[Need, Facts], bool], Callable[[Need, Facts], Message]]
# In the order in which it is asked: what must hold, and what is said of whom it does not hold for.
_FILTERS: Mapping[Exclusion, _Filter] = {
    Exclusion.inactive: (lambda _, f: f.is_active, lambda _, __: msg("No longer active")),
    Exclusion.no_trade: (lambda n, f: _level(n, f) > 0, lambda n, _: msg("Does not do {trade}", trade=TRADE_NAMES[n.trade])),
    Exclusion.low_level: (lambda n, f: _level(n, f) >= n.level, _too_low),
    Exclusion.no_certificate: (
        lambda n, f: not n.needs_certificate or n.trade in f.certified,
        lambda n, _: msg("No valid certificate for {trade}", trade=TRADE_NAMES[n.trade]),
    ),
    Exclusion.no_zone: (lambda n, f: zone_fit(n, f) > 0, lambda _, __: msg("Works elsewhere")),
    Exclusion.on_leave: (lambda _, f: not f.is_on_leave, lambda _, __: msg("On leave")),
    Exclusion.off_shift: (_is_reachable, _out_of_reach),
    Exclusion.no_capacity: (_has_room, _taken),
    Exclusion.excluded: (
        lambda n, f: f.technician_id not in n.excluded_ids,
        lambda _, __: msg("Has passed on this order or was ruled out"),
    ),
}


def _candidate(need: Need, facts: Facts) -> Candidate:
    parts = (
        _skill(need, facts), _zone(need, facts), _load(need, facts), _travel(need, facts), _rating(need, facts),
        _familiarity(need, facts),
    )  # fmt: skip
    return Candidate(facts.technician_id, facts.name, sum(p.points for p in parts), parts, facts.last_assigned_at)


def _waited(facts: Facts) -> tuple[float, int]:
    return (facts.last_assigned_at.timestamp() if facts.last_assigned_at else 0.0, facts.technician_id)


def _part(need: Need, factor: Factor, share_milli: int, *ground: object) -> Part:
    maximum = need.weights[factor]
    share = 0 if share_milli < 0 else 1000 if share_milli > _FULL else share_milli
    return Part(factor, (maximum * share + 500) // 1000, maximum, ground, share)


def _skill(need: Need, facts: Facts) -> Part:
    """Full marks one level above the need (or at the top); exactly at the need, 85 %."""
    level = facts.levels[need.trade]
    share = 1000 if level > need.level or level == MAX_LEVEL else 850
    return _part(need, Factor.skill, share, Ground.skill, need.trade, level, facts.same_trade_done)


def _zone(need: Need, facts: Facts) -> Part:
    if zone_fit(need, facts) > 1:
        return _part(need, Factor.zone, 1000, Ground.main_zone)
    if not facts.building_ids:
        return _part(need, Factor.zone, 800, Ground.whole_estate)
    return _part(need, Factor.zone, 500, Ground.other_zone)


def _load(need: Need, facts: Facts) -> Part:
    """What stays free of the day once this order is taken."""
    after = facts.booked_minutes + need.minutes
    free = 1000 * (facts.daily_minutes - after) // facts.daily_minutes if facts.daily_minutes else 0
    return _part(need, Factor.load, free, Ground.load, facts.booked_minutes, facts.daily_minutes)


def _travel(need: Need, facts: Facts) -> Part:
    """From the last place of work: full marks within 100 m, none from 2 km; half when a place is unknown."""
    if need.latitude is None or need.longitude is None or facts.latitude is None or facts.longitude is None:
        return _part(need, Factor.travel, 500, Ground.somewhere)
    metres = round(distance_m(Point(need.latitude, need.longitude), Point(facts.latitude, facts.longitude)))
    share = 1000 * (FAR_M - max(metres, NEAR_M)) // (FAR_M - NEAR_M)
    return _part(need, Factor.travel, share, Ground.walk, metres, max(1, -(-metres // _WALK_M_PER_MINUTE)))


def _rating(need: Need, facts: Facts) -> Part:
    """The prior-weighted score; 1 star is nothing, 5 stars are full marks."""
    return _part(need, Factor.rating, (facts.score_milli - 1000) // 4, Ground.score, facts.score_milli, facts.score_count)


def _familiarity(need: Need, facts: Facts) -> Part:
    if facts.room_visits:
        return _part(need, Factor.familiarity, 1000, Ground.this_home, facts.room_visits)
    if facts.building_visits:
        return _part(need, Factor.familiarity, 400 + 50 * min(facts.building_visits, 8), Ground.this_building, facts.building_visits)
    return _part(need, Factor.familiarity, 0, Ground.never_here)
