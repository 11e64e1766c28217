"""Estates, buildings, rooms and public areas; what every later stage refers to."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from math import cos, radians
from random import Random

from estate_app.demo.accounts import HOME_BUILDING, HOME_DOOR, HOME_FLOOR, HOME_UNIT
from estate_app.demo.catalogue import AREAS, ESTATES, CategoryPlan, EstatePlan
from estate_app.demo.copying import Copier
from estate_app.kit.clock import add_months, at_local, business_date, month_start
from estate_app.property.models import Building, Estate, PublicArea, Room, RoomState, RoomUse

_METRE = 1 / 111_320
_GROSS_M2 = ((89_600, 118_300), (96_400, 127_800), (82_500, 106_900), (104_200, 139_500))


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is generated."""

    estates: int = 3
    buildings: int | None = None
    floors: int | None = None
    months: int = 24
    orders: int = 8000
    technicians: int = 30


FULL = Scale()
SMALL = Scale(estates=1, buildings=3, floors=15, months=3, orders=220, technicians=9)
SCALES = {"full": FULL, "small": SMALL}
"""One estate of three small buildings: every state and every kind of row, in a few seconds."""


@dataclass(slots=True)
class Home:
    """One room with what the generator needs to know of it."""

    id: int
    estate: "Place"
    building_id: int
    building_code: str
    unit: str
    code: str
    area_milli: int
    household: int
    is_vacant: bool
    label: str
    has_parking: bool = False
    owner_id: int | None = None
    resident_ids: list[int] = field(default_factory=list)
    resident_names: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Block:
    """One building."""

    id: int
    code: str
    latitude: float
    longitude: float


@dataclass(slots=True)
class Place:
    """One estate with what stands on it."""

    id: int
    plan: EstatePlan
    blocks: list[Block] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    areas: list[tuple[int, str, int | None]] = field(default_factory=list)
    technician_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Worker:
    """One technician; `skill` shifts ratings and speed."""

    id: int
    name: str
    place: Place
    levels: dict[str, int]
    daily_minutes: int
    skill: float
    building_ids: tuple[int, ...] = ()


@dataclass
class World:
    """Everything that the stages share."""

    copier: Copier
    now: datetime
    seed: int
    scale: Scale
    places: list[Place] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)
    account_names: dict[int, str] = field(default_factory=dict)
    categories: list[tuple[int, CategoryPlan]] = field(default_factory=list)
    stock: dict[str, tuple[int, str, str, int]] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)
    serials: dict[str, int] = field(default_factory=dict)
    shifts: list[tuple[int, str, datetime, datetime]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The business date on which the demo ends."""
        return business_date(self.now)

    @cached_property
    def homes(self) -> list[Home]:
        """Every room."""
        return [home for place in self.places for home in place.homes]

    @cached_property
    def home(self) -> Home:
        """The home of the demo's resident."""
        code = f"{HOME_BUILDING}-{HOME_UNIT}-{HOME_FLOOR * 100 + HOME_DOOR}"
        return next(home for home in self.places[0].homes if home.code == code)

    @cached_property
    def shifts_of(self) -> dict[int, list[tuple[str, datetime, datetime]]]:
        """Each technician's shifts."""
        found: dict[int, list[tuple[str, datetime, datetime]]] = {}
        for worker_id, kind, starts, ends in self.shifts:
            found.setdefault(worker_id, []).append((kind, starts, ends))
        return found

    @property
    def issue_age(self) -> timedelta:
        """How long ago the newest bills were issued: long enough that most are paid, short enough that they are not due."""
        return timedelta(days=17)

    @cached_property
    def months(self) -> list[date]:
        """The months that were billed, oldest first."""
        newest = month_start(self.today - self.issue_age)
        return [add_months(newest, back) for back in range(1 - self.scale.months, 1)]

    def rng(self, stage: str) -> Random:
        """A stage's own dice, so that one stage's change leaves the others as they were."""
        return Random(f"{self.seed}:{stage}")

    def next_serial(self, name: str) -> int:
        """Take the next number of a series, as the services will after the demo."""
        self.serials[name] = self.serials.get(name, 0) + 1
        return self.serials[name]


def build_property(world: World) -> None:
    """Lay out the estates and write them."""
    rng = world.rng("property")
    estates, buildings, rooms, areas = [], [], [], []
    for plan in ESTATES[: world.scale.estates]:
        place = Place(world.copier.new_id(Estate), plan)
        world.places.append(place)
        estates.append((place.id, plan.code, plan.name, plan.address, plan.latitude, plan.longitude, "027-0000-0000", False))
        for number in range(1, (world.scale.buildings or plan.buildings) + 1):
            floors = world.scale.floors or rng.choice((17, 18, 18, 20))
            buildings.append(_block(world, place, number, floors))
            rooms += [_room_row(home, rng) for home in _homes(world, place, number, floors, rng)]
        areas += _areas(world, place)
    world.copier.write(Estate, "id code name address latitude longitude phone is_collection_paused", estates)
    world.copier.write(Building, "id estate_id code name floors latitude longitude outline", buildings)
    world.copier.write(
        Room,
        "id estate_id building_id unit code floor area_milli_m2 interior_milli_m2 use state handover_on household_size label_code",
        rooms,
    )
    world.copier.write(PublicArea, "id estate_id building_id name", areas)


def _block(world: World, place: Place, number: int, floors: int) -> tuple[object, ...]:
    """Set buildings out in rows of four, 70 m by 55 m apart; the outline is a closed ring of [longitude, latitude]."""
    row, column = divmod(number - 1, 4)
    stretch = cos(radians(place.plan.latitude))
    latitude = round(place.plan.latitude - row * 55 * _METRE, 6)
    longitude = round(place.plan.longitude + column * 70 * _METRE / stretch, 6)
    half_y, half_x = 8 * _METRE, 24 * _METRE / stretch
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ring = [[round(longitude + x * half_x, 6), round(latitude + y * half_y, 6)] for x, y in corners]
    block = Block(world.copier.new_id(Building), str(number), latitude, longitude)
    place.blocks.append(block)
    return (block.id, place.id, block.code, f"{number}栋", floors, latitude, longitude, ring)


def _homes(world: World, place: Place, number: int, floors: int, rng: Random) -> list[Home]:
    block = place.blocks[-1]
    areas = _GROSS_M2[number % len(_GROSS_M2) - 3]
    homes = []
    for unit in ("1", "2"):
        for floor in range(1, floors + 1):
            for door, area in enumerate(areas, start=1):
                room = f"{floor * 100 + door}"
                home = Home(
                    world.copier.new_id(Room), place, block.id, block.code, unit, f"{number}-{unit}-{room}", area,
                    rng.choices((1, 2, 3, 4, 5, 6), (10, 24, 34, 20, 9, 3))[0], rng.random() < 0.06,
                    f"{number}栋{unit}单元{room}", rng.random() < 0.42,
                )  # fmt: skip
                if (block.code, unit, floor, door) == (HOME_BUILDING, HOME_UNIT, HOME_FLOOR, HOME_DOOR) and place is world.places[0]:
                    home.is_vacant, home.has_parking, home.household = False, True, 3
                homes.append(home)
    place.homes += homes
    return homes


def _room_row(home: Home, rng: Random) -> tuple[object, ...]:
    state = RoomState.vacant if home.is_vacant else RoomState.occupied
    handover = date(2018, 6, 1) + timedelta(days=rng.randrange(900))
    floor = int(home.code.rsplit("-", 1)[1]) // 100
    return (
        home.id, home.estate.id, home.building_id, home.unit, home.code, floor, home.area_milli, home.area_milli * 79 // 100,
        RoomUse.residential, state, handover, home.household,
        f"R-{Random(f'{home.estate.plan.code}:{home.code}').getrandbits(48):012X}",
    )  # fmt: skip


def _areas(world: World, place: Place) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    named: list[tuple[str, int | None]] = [(name, None) for name in AREAS]
    named += [(f"{block.code}栋大堂与电梯厅", block.id) for block in place.blocks]
    for name, building_id in named:
        area_id = world.copier.new_id(PublicArea)
        place.areas.append((area_id, name, building_id))
        rows.append((area_id, place.id, building_id, name))
    return rows


def between(rng: Random, first: date, last: date) -> datetime:
    """An instant on one of these days, in waking hours."""
    day = first + timedelta(days=rng.randrange(max(1, (last - first).days + 1)))
    return at_local(day) + timedelta(minutes=rng.randrange(8 * 60, 22 * 60))
