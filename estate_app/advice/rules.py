"""Which tips fit a home: from its own repairs, its age, the facilities of its building, the season and its use. Pure.

Each tip says what it rests on. The limits are rules of thumb of building services: flexible hoses are replaced after five to eight
years, air filters are cleaned before the season, residual-current breakers are tested once a month.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from estate_app.kit.i18n import Message, msg

MOST = 3
_YEAR = timedelta(days=365)
_LATELY = 2 * _YEAR
_HOSE_YEARS = 6
_BREAKER_YEARS = 10
_OLD_PERCENT = 80
_MORE_PERCENT = 150
_AGAIN = 2


class Season(StrEnum):
    """What the weather asks of a home; by the month."""

    frost = "frost"
    before_summer = "before_summer"
    storms = "storms"
    before_winter = "before_winter"
    none = "none"


SEASONS: Mapping[int, Season] = {
    1: Season.frost, 2: Season.frost, 4: Season.before_summer, 5: Season.before_summer, 6: Season.storms, 7: Season.storms,
    8: Season.storms, 10: Season.before_winter, 11: Season.before_winter, 12: Season.frost,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PastRepair:
    """A finished repair of the home."""

    category_id: int
    name: str
    name_en: str
    trade: str
    done_on: date


@dataclass(frozen=True, slots=True)
class Thing:
    """A facility of the building with its age."""

    name: str
    installed_on: date
    life_years: int


@dataclass(frozen=True, slots=True)
class Use:
    """What a meter counted: the newest period and the mean of those before, in thousandths of its unit."""

    kind: str
    newest_milli: int
    usual_milli: int
    until_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a home."""

    today: date
    handed_over_on: date | None = None
    repairs: Sequence[PastRepair] = ()
    things: Sequence[Thing] = ()
    uses: Sequence[Use] = ()


@dataclass(frozen=True, slots=True)
class Tip:
    """What to do, why, and how much it matters (for the order); `subject` is a kind of fault in Chinese and English, where it is of one."""

    code: str
    icon: str
    title: Message
    body: Message
    reason: Message
    weight: int
    subject: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class _Seasonal:
    """A tip of a season; a repair of its trade in the last two years makes it weigh more."""

    trade: str
    icon: str
    title: Message
    body: Message
    reason: Message


_MUCH: Mapping[str, int] = {"water": 3_000, "electricity": 80_000, "gas": 10_000}
"""From which difference on a period stands out: 3 m³ of water, 80 kWh, 10 m³ of gas."""

_SEASONAL: Mapping[Season, tuple[_Seasonal, ...]] = {
    Season.frost: (
        _Seasonal(
            "plumbing", "droplets", msg("Keep the water pipes from freezing"),
            msg("Close the windows of kitchen and balcony at night, and wrap pipes that lie outside"),
            msg("Winter: pipes at cold walls burst first"),
        ),
    ),
    Season.before_summer: (
        _Seasonal(
            "hvac", "fan", msg("Clean the filters of the air conditioners"),
            msg("Wash them, let them dry, and let the device run for ten minutes; drops of water mean a blocked drain"),
            msg("Before the summer: most faults of cooling are found on the first hot days"),
        ),
    ),
    Season.storms: (
        _Seasonal(
            "masonry", "wind", msg("Look after windows and balcony drains before the next storm"),
            msg("Take leaves out of the drains and close loose sashes; report damp patches while they are small"),
            msg("Season of storms: water comes in through windows and blocked drains"),
        ),
    ),
    Season.before_winter: (
        _Seasonal(
            "hvac", "flame", msg("Try the heating before it gets cold"),
            msg("Open every valve, feel whether each radiator or circuit gets warm, and let out the air of those that do not"),
            msg("Before the winter: there is still time for a calm visit"),
        ),
    ),
}  # fmt: skip


def advise(facts: Facts, *, most: int = MOST) -> tuple[Tip, ...]:
    """The tips that fit, the weightiest first; nothing is said that the facts do not carry."""
    found = [tip for rule in _RULES for tip in rule(facts)]
    return tuple(sorted(found, key=lambda tip: (-tip.weight, tip.code))[:most])


_TAPS = msg("Close every tap and look at the meter for ten minutes; listen to the toilet's cistern")
_POWER = msg("Old refrigerators, water heaters and heaters are the usual reason")


def _by_use(facts: Facts) -> Iterator[Tip]:
    says = {
        "water": ("droplet", msg("Look for a hidden leak"), _TAPS),
        "electricity": ("plug", msg("Look for what uses the power"), _POWER),
        "gas": ("flame", msg("Have the gas appliances looked at"), msg("Smell at the joints; at any smell open the windows and call")),
    }
    for use in facts.uses:
        much = _MUCH.get(use.kind)
        if much is None or use.usual_milli <= 0 or use.newest_milli - use.usual_milli < much:
            continue
        if use.newest_milli * 100 < use.usual_milli * _MORE_PERCENT:
            continue
        icon, title, body = says[use.kind]
        reason = msg(
            "Your use until {day}: {newest}, usually {usual}", day=f"{use.until_on:%Y-%m-%d}", newest=_amount(use.newest_milli),
            usual=_amount(use.usual_milli),
        )  # fmt: skip
        yield Tip(f"use_{use.kind}", icon, title, body, reason, 100)


def _by_repairs(facts: Facts) -> Iterator[Tip]:
    since = facts.today - _YEAR
    counted = Counter((r.category_id, r.name, r.name_en) for r in facts.repairs if r.done_on >= since)
    for (category_id, name, name_en), count in counted.items():
        if count < _AGAIN:
            continue
        yield Tip(
            f"again_{category_id}", "rotate-ccw", msg("Have the cause looked for"),
            msg("Say in the next report that it comes back; the technician brings more time then"),
            msg("{count} repairs of this kind within a year", count=count), 90, (name, name_en),
        )  # fmt: skip


def _by_age(facts: Facts) -> Iterator[Tip]:
    if facts.handed_over_on is None:
        return
    years = _years(facts.handed_over_on, facts.today)
    reason = msg("Your home was handed over in {year}, {count} years ago", year=facts.handed_over_on.year, count=years)
    renewed = any(r.trade == "plumbing" and r.done_on >= facts.today - 2 * _YEAR for r in facts.repairs)
    if years >= _HOSE_YEARS and not renewed:
        yield Tip(
            "hoses", "droplets", msg("Have the flexible hoses and angle valves replaced"),
            msg("Those under sinks and at the toilet last five to eight years; a burst one floods the flat below"), reason, 70,
        )  # fmt: skip
    if years >= _BREAKER_YEARS:
        yield Tip(
            "breaker", "zap", msg("Press the test button of the residual-current breaker"),
            msg("Once a month; if it does not trip, report it"), reason, 55,
        )  # fmt: skip


def _by_things(facts: Facts) -> Iterator[Tip]:
    for thing in facts.things:
        years = _years(thing.installed_on, facts.today)
        if years * 100 < thing.life_years * _OLD_PERCENT:
            continue
        yield Tip(
            f"thing_{thing.name}", "settings", msg("Report jerks and noises of {name} at once", name=thing.name),
            msg("What is found early is repaired while it still runs; scan the label on it"),
            msg("{name} is in its year {years} of {life}", name=thing.name, years=years + 1, life=thing.life_years), 60,
        )  # fmt: skip


def _by_season(facts: Facts) -> Iterator[Tip]:
    for one in _SEASONAL.get(SEASONS.get(facts.today.month, Season.none), ()):
        last = max((r.done_on for r in facts.repairs if r.trade == one.trade and r.done_on >= facts.today - _LATELY), default=None)
        reason = msg("{why}; last repaired at your home on {day}", why=one.reason, day=f"{last:%Y-%m-%d}") if last else one.reason
        yield Tip(f"season_{one.trade}", one.icon, one.title, one.body, reason, 80 if last else 50)


_RULES: tuple[Callable[[Facts], Iterator[Tip]], ...] = (_by_use, _by_repairs, _by_age, _by_things, _by_season)


def _years(since: date, today: date) -> int:
    return max(0, today.year - since.year - ((today.month, today.day) < (since.month, since.day)))


def _amount(milli: int) -> str:
    """Thousandths with one decimal, cut: 12345 is 12.3."""
    return f"{milli // 1000}.{milli % 1000 // 100}"
