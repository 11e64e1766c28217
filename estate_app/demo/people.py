"""Accounts, who lives where, managers' appointments, technicians with their trades, zones, shifts and leave."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from random import Random

from estate_app.access.models import Account, Grant
from estate_app.access.permission import Role
from estate_app.access.service import hash_password
from estate_app.demo.accounts import ACCOUNTS, ONE_ESTATE, PASSWORD
from estate_app.demo.copying import Row
from estate_app.demo.names import person_name
from estate_app.demo.world import Home, Place, Worker, World
from estate_app.kit.clock import at_local
from estate_app.property.models import Relation, RoomMember
from estate_app.repair.models import Leave, Shift, ShiftKind, Technician, TechnicianTrade, TechnicianZone, Trade

_FIRST_PHONE = 13_800_000_100
_TRADES: tuple[dict[Trade, int], ...] = (
    {Trade.plumbing: 5, Trade.general: 4},
    {Trade.electrical: 4, Trade.general: 3},
    {Trade.lift: 4, Trade.electrical: 3},
    {Trade.hvac: 4, Trade.plumbing: 3},
    {Trade.carpentry: 4, Trade.masonry: 3, Trade.general: 3},
    {Trade.plumbing: 4, Trade.masonry: 3},
    {Trade.electrical: 3, Trade.hvac: 2, Trade.general: 3},
    {Trade.masonry: 4, Trade.carpentry: 3, Trade.general: 4},
    {Trade.lift: 3, Trade.general: 3},
    {Trade.plumbing: 3, Trade.electrical: 2, Trade.general: 4},
)
_SHARES = (0.45, 0.3, 0.25)


class _Register:
    """Collects accounts and deals phone numbers that no operator hands out."""

    def __init__(self, world: World, hashed: str) -> None:
        self.world, self.hashed, self.rows = world, hashed, list[Row]()
        self._next_phone = _FIRST_PHONE

    def phone(self) -> str:
        self._next_phone += 1
        return str(self._next_phone)

    def add(self, name: str, phone: str, role: Role, created_at: datetime, *, is_elder: bool = False) -> int:
        account_id = self.world.copier.new_id(Account)
        self.world.account_names[account_id] = name
        self.rows.append((account_id, phone, name, role, self.hashed, True, is_elder, True, 0, created_at))
        return account_id


def build_people(world: World) -> None:
    """Deal people and write them; every account has the demo's password, hashed once."""
    register = _Register(world, hash_password(PASSWORD))
    rng = world.rng("people")
    long_ago = at_local(world.months[0], time(9))
    for account in ACCOUNTS:
        world.accounts[account.key] = register.add(account.name, account.phone, account.role, long_ago)
    _workers(world, register, rng, long_ago)
    members = list(_members(world, register, rng))
    world.copier.write(
        Account, "id phone name role password_hash is_active is_elder allows_behaviour failed_logins created_at", register.rows
    )
    world.copier.write(RoomMember, "id room_id account_id name phone relation from_on to_on", members)
    _grants(world)
    _write_workers(world)


def _members(world: World, register: _Register, rng: Random) -> Iterable[Row]:
    fixed = {account.key: account for account in ACCOUNTS}
    home = world.home
    neighbour = next(h for h in world.places[0].homes if h.building_id == home.building_id and h.unit == "1" and not h.is_vacant)
    for room in world.homes:
        since = world.months[0] - timedelta(days=rng.randrange(60, 2400))
        owner = fixed["owner"] if room is home else None
        yield _member(world, register, rng, room, Relation.owner, since, (owner.name, owner.phone) if owner else None)
        if room is neighbour:
            yield _member(world, register, rng, room, Relation.tenant, world.months[0], (fixed["tenant"].name, fixed["tenant"].phone))
        elif not room.is_vacant and room is not home and rng.random() < 0.14:
            yield _member(world, register, rng, room, Relation.tenant, world.months[0] + timedelta(days=rng.randrange(30)), None)
        elif not room.is_vacant and rng.random() < 0.55:
            yield _member(world, register, rng, room, Relation.family, since, None)


def _member(
    world: World, register: _Register, rng: Random, room: Home, relation: Relation, since: object, fixed: tuple[str, str] | None
) -> Row:
    name, phone = fixed or (person_name(rng), register.phone())
    account_id: int | None = None
    if fixed:
        account_id = next(world.accounts[a.key] for a in ACCOUNTS if a.phone == phone)
    elif rng.random() < 0.8:
        joined = at_local(world.months[0], time(9)) + timedelta(days=rng.triangular(0, 30 * world.scale.months, 20))
        account_id = register.add(name, phone, Role.resident, min(joined, world.now), is_elder=rng.random() < 0.08)
    if relation is Relation.owner:
        room.owner_id = account_id
    if account_id is not None and not room.is_vacant:
        room.resident_ids.append(account_id)
        room.resident_names.append(name)
        room.phones.append(phone)
    return (world.copier.new_id(RoomMember), room.id, account_id, name, phone, relation, since, None)


def _grants(world: World) -> None:
    rows = [
        (
            world.copier.new_id(Grant), world.accounts[account.key], account.permission_set,
            world.places[0].id if account.permission_set in ONE_ESTATE else None, None,
        )
        for account in ACCOUNTS
        if account.permission_set
    ]  # fmt: skip
    world.copier.write(Grant, "id account_id permission_set estate_id building_id", rows)


def _workers(world: World, register: _Register, rng: Random, since: datetime) -> None:
    """Share the technicians out among the estates; the first is the demo's own."""
    for index, place in enumerate(world.places):
        share = _SHARES[index] if len(world.places) > 1 else 1.0
        for number in range(max(6, round(world.scale.technicians * share))):
            is_demo = index == 0 and number == 0
            name = "王建国" if is_demo else person_name(rng)
            account_id = world.accounts["technician"] if is_demo else register.add(name, register.phone(), Role.technician, since)
            levels = {trade.value: level for trade, level in _TRADES[number % len(_TRADES)].items()}
            worker = Worker(account_id, name, place, levels, 420 if number % 7 else 480, rng.gauss(0, 1))
            if number % 3 == 1:
                half = len(place.blocks) // 2 or 1
                blocks = place.blocks[:half] if number % 2 else place.blocks[half:]
                worker.building_ids = tuple(block.id for block in blocks)
            world.workers.append(worker)
            place.technician_ids.append(account_id)


def _write_workers(world: World) -> None:
    rng = world.rng("shifts")
    trades = [(w.id, trade, level) for w in world.workers for trade, level in w.levels.items()]
    zones: list[Row] = [(world.copier.new_id(TechnicianZone), w.id, w.place.id, None) for w in world.workers]
    zones += [(world.copier.new_id(TechnicianZone), w.id, w.place.id, building_id) for w in world.workers for building_id in w.building_ids]
    technicians = [(w.id, w.daily_minutes, True, round(4600 + 130 * max(-2.0, min(2.0, w.skill))), 60) for w in world.workers]
    world.copier.write(Technician, "account_id daily_minutes is_active score_milli score_count", technicians)
    world.copier.write(TechnicianTrade, "technician_id trade level", trades)
    world.copier.write(TechnicianZone, "id technician_id estate_id building_id", zones)
    world.shifts = [shift for place in world.places for shift in _shifts(world, place)]
    shifts = [(world.copier.new_id(Shift), *shift) for shift in world.shifts]
    world.copier.write(Shift, "id technician_id kind starts_at ends_at", shifts)
    away = rng.choice([w for w in world.workers if w.id != world.accounts["technician"]])
    starts = at_local(world.today + timedelta(days=2), time(8))
    leave = [(world.copier.new_id(Leave), away.id, starts, starts + timedelta(days=3), "年假")]
    world.copier.write(Leave, "id technician_id starts_at ends_at reason", leave)


def _shifts(world: World, place: Place) -> Iterable[tuple[int, ShiftKind, datetime, datetime]]:
    """Two weeks back and ahead: early 8–17 or late 13–22 with a day of rest, and for each trade one on call from 22 to 8.

    The demo's own technician is on duty from 8 to 22 and on call at night every day, so that a visitor may try the phone
    at any hour.
    """
    workers = [w for w in world.workers if w.place is place]
    by_trade: dict[str, list[Worker]] = defaultdict(list)
    for worker in workers:
        for trade in worker.levels:
            by_trade[trade].append(worker)
    for offset in range(-14, 15):
        day = world.today + timedelta(days=offset)
        on_call = {by_trade[trade][day.toordinal() % len(by_trade[trade])].id for trade in by_trade}
        for number, worker in enumerate(workers):
            is_demo = worker.id == world.accounts["technician"]
            is_late = (number + day.isocalendar().week) % 2 == 1
            begin, end = (8, 22) if is_demo else (13, 22) if is_late else (8, 17)
            if is_demo or day.weekday() != number * 2 % 7:
                yield (worker.id, ShiftKind.duty, at_local(day, time(begin)), at_local(day, time(end)))
            if is_demo or worker.id in on_call:
                night = at_local(day, time(22))
                yield (worker.id, ShiftKind.on_call, night, night + timedelta(hours=10))
