"""Who reports what, where and when: hours, weekdays, seasons, and one drain that really is failing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from estate_app.demo.catalogue import HABITS, HOT_SPOT_BUILDING, HOT_SPOT_CATEGORY, CategoryPlan
from estate_app.demo.world import Home, Place, World
from estate_app.kit.clock import at_local
from estate_app.repair.models import RepairCategory, Source, Urgency
from estate_app.repair.seed import STOCK, TREE, group_row, leaf_row
from estate_app.repair.stock_models import StockItem

_HOURS = (1, 1, 1, 1, 1, 2, 5, 12, 18, 17, 15, 12, 10, 10, 11, 12, 12, 13, 17, 22, 20, 13, 6, 2)
_HOURS_SO_FAR = tuple(accumulate(_HOURS))
_WEEKDAYS = (11, 10, 10, 10, 11, 14, 13)
_SOURCES = ((Source.web, 34), (Source.mini_program, 46), (Source.phone, 13), (Source.counter, 3), (Source.patrol, 4))
_HOT_SPOT_DAYS = 56
_HOT_SPOT_SHARE = 170
"""One extra blockage for so many orders."""


@dataclass(slots=True)
class Report:
    """One fault as it was reported."""

    place: Place
    home: Home | None
    area: tuple[int, str, int | None] | None
    category_id: int
    plan: CategoryPlan
    text: str
    fix: str
    urgency: Urgency
    source: Source
    reporter_id: int
    contact: tuple[str, str]
    submitted_at: datetime

    @property
    def building_id(self) -> int | None:
        """The building, unless the place lies outside all of them."""
        return self.home.building_id if self.home else self.area[2] if self.area else None


def build_catalogue(world: World) -> None:
    """Write the category tree and the price list with which every company starts; remember which kinds come up here."""
    habits = {habit.code: habit for habit in HABITS}
    rows: list[dict[str, Any]] = []
    for position, group in enumerate(TREE):
        top = world.copier.new_id(RepairCategory)
        rows.append(group_row(group, position) | {"id": top, "parent_id": None})
        for index, leaf in enumerate(group.leaves):
            leaf_id = world.copier.new_id(RepairCategory)
            rows.append(leaf_row(group, leaf, index) | {"id": leaf_id, "parent_id": top})
            if leaf.code in habits:
                world.categories.append((leaf_id, CategoryPlan(leaf, group.is_public, habits[leaf.code])))
    whole = [RepairCategory(**row).model_dump() for row in rows]
    columns = [name for name in whole[0] if name not in {"checklist", "questions"}]
    world.copier.write(RepairCategory, " ".join(columns), [tuple(row[name] for name in columns) for row in whole])
    stock = [(world.copier.new_id(StockItem), *item[:-1], item[-1] * 1000, True) for item in STOCK]
    world.stock = {code: (item_id, name, unit, price) for item_id, code, name, _, unit, price, *_ in stock}
    world.copier.write(StockItem, "id code name name_en unit price_fen on_hand_milli is_active", stock)


def past_reports(world: World, rng: Random) -> Iterator[Report]:
    """Deal the reports of all months, in no order; the last weeks hold the hot-spot's own."""
    first = world.months[0]
    days = [first + timedelta(days=n) for n in range((world.today - first).days + 1)]
    volumes = [_WEEKDAYS[day.weekday()] * (95 + 10 * (index / len(days))) for index, day in enumerate(days)]
    habits = [plan.habit for _, plan in world.categories]
    by_month = {month: list(accumulate(habit.weight * int(habit.months[month - 1]) for habit in habits)) for month in range(1, 13)}
    for day in rng.choices(days, volumes, k=world.scale.orders):
        leaf = rng.choices(world.categories, cum_weights=by_month[day.month])[0]
        yield make_report(world, rng, leaf, _at_some_hour(rng, day))
    leaf = next(c for c in world.categories if c[1].code == HOT_SPOT_CATEGORY)
    for _ in range(max(30, world.scale.orders // _HOT_SPOT_SHARE)):
        day = world.today - timedelta(days=rng.randrange(1, _HOT_SPOT_DAYS))
        yield make_report(world, rng, leaf, _at_some_hour(rng, day), place=world.places[0], building=hot_building(world))


def hot_building(world: World) -> str:
    """The code of the building whose drain is failing."""
    blocks = world.places[0].blocks
    return HOT_SPOT_BUILDING if any(b.code == HOT_SPOT_BUILDING for b in blocks) else blocks[-1].code


def make_report(
    world: World,
    rng: Random,
    leaf: tuple[int, CategoryPlan],
    at: datetime,
    *,
    place: Place | None = None,
    building: str | None = None,
    home: Home | None = None,
) -> Report:
    """Deal one report of a category at an instant."""
    category_id, plan = leaf
    place = place or rng.choices(world.places, [len(p.homes) for p in world.places])[0]
    area = rng.choice(place.areas) if plan.is_public and home is None else None
    if plan.code == "lift" and area:
        area = rng.choice([a for a in place.areas if a[2] is not None])
    home = home or _some_home(rng, place, building)
    text, fix = rng.choice(plan.habit.texts)
    urgency = Urgency.emergency if plan.urgency is Urgency.high and rng.random() < 0.07 else plan.urgency
    source = rng.choices([s for s, _ in _SOURCES], [w for _, w in _SOURCES])[0]
    by_staff = source in {Source.phone, Source.counter, Source.patrol}
    index = rng.randrange(len(home.resident_ids))
    return Report(
        place, None if area else home, area, category_id, plan, text, fix, urgency, source,
        world.accounts["customer_service"] if by_staff else home.resident_ids[index],
        (home.resident_names[index], home.phones[index]), at,
    )  # fmt: skip


def _some_home(rng: Random, place: Place, building: str | None) -> Home:
    while True:
        home = rng.choice(place.homes)
        if home.resident_ids and building in (None, home.building_code):
            return home


def _at_some_hour(rng: Random, day: date) -> datetime:
    hour = rng.choices(range(24), cum_weights=_HOURS_SO_FAR)[0]
    return at_local(day) + timedelta(hours=hour, seconds=rng.randrange(3600))
