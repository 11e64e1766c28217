"""The category tree and the price list with which a company starts; managers change them later. Existing codes stay as they are."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from estate_app.db import UnitOfWork
from estate_app.repair.models import RepairCategory, Trade, Urgency
from estate_app.repair.stock_models import MovementKind, StockItem, StockMovement

_T, _E, _H, _N = Trade, Urgency.emergency, Urgency.high, Urgency.normal
_PROMISES = {_E: (15, 240), _H: (30, 480), _N: (120, 1440)}
"""Working minutes until somebody answers and until it is repaired; emergencies run day and night."""
_REORDER_AT = 4
"""A material is ordered again when a quarter of the first stock is left."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One kind of fault; without a promise of its own it has that of its urgency. Minutes throughout."""

    code: str
    name: str
    name_en: str
    icon: str
    urgency: Urgency
    minutes: int
    trade: Trade
    level: int = 1
    is_paid: bool = False
    promise: tuple[int, int] = (0, 0)

    @property
    def respond(self) -> int:
        """Until when somebody answers."""
        return self.promise[0] or _PROMISES[self.urgency][0]

    @property
    def complete(self) -> int:
        """Until when it is repaired."""
        return self.promise[1] or _PROMISES[self.urgency][1]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of faults: those of a home, or those of public areas."""

    code: str
    name: str
    name_en: str
    icon: str
    is_public: bool
    leaves: tuple[Leaf, ...]


TREE: tuple[Group, ...] = (
    Group("group_water_power", "水电维修", "Water and power", "droplets", False, (
        Leaf("pipe_leak", "水管漏水", "Leaking pipe", "droplets", _H, 60, _T.plumbing, 2),
        Leaf("power_light", "电路照明", "Power and light", "zap", _H, 50, _T.electrical),
        Leaf("drain_blocked", "下水堵塞", "Blocked drain", "shower-head", _N, 45, _T.plumbing, promise=(60, 480)),
        Leaf("pipe_burst", "爆管跑水", "Burst pipe", "waves", _E, 90, _T.plumbing, 3),
        Leaf("live_wire", "漏电、冒火花", "Live or sparking wire", "plug-zap", _E, 60, _T.electrical, 4),
        Leaf("tap", "水龙头、角阀", "Tap or valve", "pipette", _N, 40, _T.plumbing, is_paid=True),
        Leaf("toilet", "马桶故障", "Toilet", "droplet", _H, 60, _T.plumbing, 2, is_paid=True),
        Leaf("no_water", "停水、水压不足", "No water or low pressure", "droplet", _H, 45, _T.plumbing, 2),
        Leaf("socket", "插座、开关", "Socket or switch", "plug", _N, 40, _T.electrical, 2, is_paid=True),
    )),
    Group("group_house", "房屋修缮", "House repairs", "house", False, (
        Leaf("door_lock", "门窗锁具", "Doors, windows, locks", "door-open", _N, 45, _T.carpentry, is_paid=True, promise=(60, 1440)),
        Leaf("wall_seepage", "墙面渗水", "Seeping wall", "paint-roller", _N, 120, _T.masonry, 2, promise=(120, 4320)),
        Leaf("locked_out", "入户门打不开", "Front door will not open", "key-round", _E, 45, _T.carpentry, 2, is_paid=True),
        Leaf("glass_loose", "玻璃松动有坠落风险", "Glass may fall", "triangle-alert", _E, 60, _T.carpentry, 3),
        Leaf("ceiling_leak", "天花板渗水", "Ceiling leaks", "droplets", _H, 90, _T.masonry, 3),
        Leaf("tile", "墙地砖脱落", "Loose tiles", "brick-wall", _N, 90, _T.masonry, 2, is_paid=True),
        Leaf("wall_crack", "墙面开裂", "Cracked wall", "brick-wall", _N, 90, _T.masonry, 2),
        Leaf("floor_waterproof", "卫生间防水", "Bathroom sealing", "waves", _N, 180, _T.masonry, 3, is_paid=True),
        Leaf("cupboard", "橱柜、木作", "Cupboard or woodwork", "hammer", _N, 60, _T.carpentry, is_paid=True),
    )),
    Group("group_home_equipment", "设备故障", "Equipment at home", "settings", False, (
        Leaf("air_heat", "空调暖通", "Heating and cooling", "wind", _N, 70, _T.hvac, 2, is_paid=True),
        Leaf("intercom", "门禁对讲", "Intercom", "phone", _N, 40, _T.electrical),
        Leaf("gas_leak", "燃气异味", "Smell of gas", "flame", _E, 60, _T.hvac, 4),
        Leaf("radiator", "暖气不热", "Radiator stays cold", "thermometer", _H, 60, _T.hvac, 2),
        Leaf("radiator_leak", "暖气漏水", "Radiator leaks", "droplets", _E, 60, _T.hvac, 3),
        Leaf("water_heater", "热水器", "Water heater", "shower-head", _N, 60, _T.hvac, 3, is_paid=True),
        Leaf("vent", "排风、烟道", "Vent or flue", "fan", _N, 60, _T.hvac, 2),
        Leaf("smell", "返味", "Bad smell", "wind", _N, 45, _T.plumbing, 2),
    )),
    Group("group_other", "其他", "Other", "wrench", False, (
        Leaf("other_home", "其他问题", "Something else", "wrench", _N, 40, _T.general, is_paid=True, promise=(240, 2880)),
    )),
    Group("group_equipment", "电梯与设备", "Lifts and equipment", "arrow-up", True, (
        Leaf("lift", "电梯故障", "Lift", "arrow-up", _H, 90, _T.lift, 3, promise=(15, 240)),
        Leaf("lift_trapped", "电梯困人", "Trapped in a lift", "triangle-alert", _E, 45, _T.lift, 4),
        Leaf("fire_alarm", "火警、烟雾", "Fire or smoke", "flame", _E, 60, _T.electrical, 4),
        Leaf("fire", "消防设施", "Fire safety", "fire-extinguisher", _H, 60, _T.general, promise=(30, 1440)),
        Leaf("pump", "水泵异常", "Pump", "waves", _H, 120, _T.plumbing, 4),
        Leaf("charger", "充电桩", "Charging point", "plug-zap", _N, 60, _T.electrical, 3),
        Leaf("camera", "监控", "Camera", "cctv", _N, 60, _T.electrical, 2),
    )),
    Group("group_public", "公共设施", "Shared facilities", "building-2", True, (
        Leaf("public_light", "公共照明", "Shared lighting", "lightbulb", _N, 30, _T.electrical, promise=(240, 2880)),
        Leaf("gate", "门禁闸机", "Gates and doors", "lock", _N, 50, _T.electrical),
        Leaf("ground", "道路地面", "Paths and paving", "footprints", _N, 90, _T.masonry, promise=(240, 4320)),
        Leaf("manhole", "井盖缺失", "Manhole cover missing", "triangle-alert", _E, 45, _T.masonry, 2),
        Leaf("public_leak", "公共管道漏水", "Shared pipe leaks", "droplets", _E, 90, _T.plumbing, 3),
        Leaf("garden", "绿化、树木", "Garden and trees", "tree-pine", _N, 90, _T.general),
        Leaf("playground", "健身、儿童设施", "Playground or gym", "sparkles", _H, 60, _T.general, 2),
        Leaf("cleaning", "清洁、垃圾", "Cleaning and rubbish", "trash-2", _N, 30, _T.general),
        Leaf("other_public", "公共区域其他", "Something else outside", "tree-pine", _N, 40, _T.general, promise=(240, 2880)),
    )),
)  # fmt: skip

STOCK: tuple[tuple[str, str, str, str, int, int], ...] = (
    ("valve15", "不锈钢角阀 DN15", "Steel angle valve DN15", "个", 2800, 40),
    ("tape", "生料带 20 m", "Thread tape 20 m", "卷", 300, 120),
    ("hose40", "不锈钢软管 40 cm", "Steel hose 40 cm", "根", 1800, 40),
    ("tap_basin", "面盆水龙头", "Basin tap", "个", 9800, 12),
    ("drain_kit", "下水器", "Drain kit", "套", 3500, 20),
    ("pipe20", "PPR 管 20 mm", "PPR pipe 20 mm", "m", 900, 200),
    ("flapper", "马桶进水阀", "Toilet valve", "个", 4500, 20),
    ("breaker20", "空气开关 20 A", "Breaker 20 A", "个", 3200, 30),
    ("rcd", "漏电保护器", "Residual current device", "个", 8600, 15),
    ("socket5", "五孔插座", "Socket", "个", 1500, 60),
    ("switch1", "单开开关", "Switch", "个", 1200, 60),
    ("led12", "LED 灯泡 12 W", "LED bulb 12 W", "个", 1600, 100),
    ("cable25", "铜线 2.5 mm²", "Copper wire 2.5 mm²", "m", 350, 500),
    ("sealant", "防水密封胶", "Sealant", "支", 2500, 40),
    ("mortar", "防水砂浆", "Waterproof mortar", "kg", 600, 300),
    ("lock_core", "锁芯", "Lock cylinder", "个", 8800, 15),
    ("hinge", "合页", "Hinge", "对", 1200, 40),
    ("roller", "推拉门滑轮", "Door roller", "个", 1800, 30),
    ("refrigerant", "制冷剂", "Refrigerant", "kg", 9000, 20),
    ("air_filter", "空调滤网", "Air filter", "张", 2200, 30),
)


def seed(uow: UnitOfWork) -> int:
    """Add the default categories and materials whose codes are missing; answers how many rows were added."""
    before = _count(uow)
    _add(uow, RepairCategory, [group_row(group, position) for position, group in enumerate(TREE)])
    ids = {category.code: category.id for category in uow.session.exec(select(RepairCategory))}
    leaves = [leaf_row(group, leaf, at) | {"parent_id": ids[group.code]} for group in TREE for at, leaf in enumerate(group.leaves)]
    _add(uow, RepairCategory, leaves)
    stock: list[dict[str, Any]] = [
        {
            "code": code, "name": name, "name_en": name_en, "unit": unit, "price_fen": price, "on_hand_milli": count * 1000,
            "low_milli": count // _REORDER_AT * 1000,
        }
        for code, name, name_en, unit, price, count in STOCK
    ]  # fmt: skip
    _open_stock(uow, _add(uow, StockItem, stock))
    return _count(uow) - before


def group_row(group: Group, position: int) -> dict[str, Any]:
    """A group as its row."""
    return {
        "code": group.code, "name": group.name, "name_en": group.name_en, "icon": group.icon, "is_public": group.is_public,
        "position": position,
    }  # fmt: skip


def leaf_row(group: Group, leaf: Leaf, position: int) -> dict[str, Any]:
    """A kind of fault as its row, without its parent's id."""
    return {
        "code": leaf.code, "name": leaf.name, "name_en": leaf.name_en, "icon": leaf.icon, "is_public": group.is_public,
        "urgency": leaf.urgency, "minutes": leaf.minutes, "trade": leaf.trade, "level": leaf.level, "is_paid": leaf.is_paid,
        "respond_minutes": leaf.respond, "complete_minutes": leaf.complete, "position": position,
    }  # fmt: skip


def _add(uow: UnitOfWork, table: type[RepairCategory] | type[StockItem], rows: list[dict[str, Any]]) -> list[int]:
    """Insert by way of the models, so that their defaults hold; a known code is left alone. Answers the ids of the new rows."""
    values = [table(**row).model_dump(exclude={"id"}) for row in rows]
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=["code"])
    return list(uow.session.scalars(statement.returning(col(table.id))))


def _open_stock(uow: UnitOfWork, ids: list[int]) -> None:
    """What is on hand of a new material is its first movement."""
    items = uow.session.exec(select(StockItem).where(col(StockItem.id).in_(ids)).order_by(col(StockItem.id)))
    for item in items:
        there = item.on_hand_milli
        uow.session.add(
            StockMovement(stock_item_id=item.id, kind=MovementKind.opening, quantity_milli=there, balance_milli=there, at=uow.now)
        )
    uow.flush()


def _count(uow: UnitOfWork) -> int:
    return len(uow.session.exec(select(col(RepairCategory.id))).all()) + len(uow.session.exec(select(col(StockItem.id))).all())
