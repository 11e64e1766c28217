"""The category tree and the price list with which a company starts; managers change them later. Existing codes stay as they are."""

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

Leaf = tuple[str, str, str, Urgency, int, Trade, int, bool]
Group = tuple[str, str, str, str, bool, tuple[Leaf, ...]]

TREE: tuple[Group, ...] = (
    ("plumbing", "水管下水", "Water and drains", "droplets", False, (
        ("pipe_burst", "爆管跑水", "Burst pipe", _E, 90, _T.plumbing, 3, False),
        ("pipe_leak", "水管漏水", "Leaking pipe", _H, 60, _T.plumbing, 2, False),
        ("tap", "水龙头、角阀", "Tap or valve", _N, 40, _T.plumbing, 1, True),
        ("drain_blocked", "下水堵塞", "Blocked drain", _H, 60, _T.plumbing, 2, False),
        ("toilet", "马桶故障", "Toilet", _H, 60, _T.plumbing, 2, True),
        ("no_water", "停水、水压不足", "No water or low pressure", _H, 45, _T.plumbing, 2, False),
    )),
    ("electricity", "电路照明", "Power and light", "zap", False, (
        ("live_wire", "漏电、冒火花", "Live or sparking wire", _E, 60, _T.electrical, 4, False),
        ("power_out", "跳闸断电", "Power is out", _H, 60, _T.electrical, 3, False),
        ("socket", "插座、开关", "Socket or switch", _N, 40, _T.electrical, 2, True),
        ("light", "灯具不亮", "Light does not work", _N, 30, _T.electrical, 1, True),
        ("intercom", "对讲门铃", "Intercom", _N, 40, _T.electrical, 2, False),
    )),
    ("gas_heat", "燃气供暖", "Gas and heating", "flame", False, (
        ("gas_leak", "燃气异味", "Smell of gas", _E, 60, _T.hvac, 4, False),
        ("radiator", "暖气不热", "Radiator stays cold", _H, 60, _T.hvac, 2, False),
        ("radiator_leak", "暖气漏水", "Radiator leaks", _E, 60, _T.hvac, 3, False),
        ("water_heater", "热水器", "Water heater", _N, 60, _T.hvac, 3, True),
    )),
    ("cooling", "空调通风", "Cooling and air", "fan", False, (
        ("aircon", "空调不制冷", "Air conditioner does not cool", _N, 60, _T.hvac, 2, True),
        ("aircon_drip", "空调滴水", "Air conditioner drips", _N, 45, _T.hvac, 2, True),
        ("vent", "排风、烟道", "Vent or flue", _N, 60, _T.hvac, 2, False),
        ("smell", "返味", "Bad smell", _N, 45, _T.plumbing, 2, False),
    )),
    ("structure", "房屋修缮", "Walls and roof", "brick-wall", False, (
        ("ceiling_leak", "天花板渗水", "Ceiling leaks", _H, 90, _T.masonry, 3, False),
        ("wall_damp", "外墙渗水", "Damp outer wall", _H, 90, _T.masonry, 3, False),
        ("tile", "墙地砖脱落", "Loose tiles", _N, 90, _T.masonry, 2, True),
        ("wall_crack", "墙面开裂", "Cracked wall", _N, 90, _T.masonry, 2, False),
        ("floor_waterproof", "卫生间防水", "Bathroom sealing", _N, 180, _T.masonry, 3, True),
    )),
    ("doors", "门窗锁具", "Doors and windows", "door-open", False, (
        ("locked_out", "入户门打不开", "Front door will not open", _E, 45, _T.carpentry, 2, True),
        ("lock", "锁具故障", "Lock", _H, 45, _T.carpentry, 2, True),
        ("window", "窗户损坏", "Window", _N, 60, _T.carpentry, 2, True),
        ("glass_loose", "玻璃松动有坠落风险", "Glass may fall", _E, 60, _T.carpentry, 3, False),
        ("cupboard", "橱柜、木作", "Cupboard or woodwork", _N, 60, _T.carpentry, 1, True),
        ("balcony_door", "阳台推拉门", "Balcony door", _N, 60, _T.carpentry, 2, True),
    )),
    ("public", "公共区域", "Shared areas", "building-2", True, (
        ("public_light", "楼道灯不亮", "Hall light is out", _N, 30, _T.electrical, 1, False),
        ("gate", "门禁、道闸", "Gate or barrier", _H, 60, _T.electrical, 2, False),
        ("manhole", "井盖缺失", "Manhole cover missing", _E, 45, _T.masonry, 2, False),
        ("road", "路面、围栏", "Path or fence", _N, 120, _T.masonry, 2, False),
        ("public_leak", "公共管道漏水", "Shared pipe leaks", _E, 90, _T.plumbing, 3, False),
        ("garden", "绿化、树木", "Garden and trees", _N, 90, _T.general, 1, False),
        ("playground", "健身、儿童设施", "Playground or gym", _H, 60, _T.general, 2, False),
        ("cleaning", "清洁、垃圾", "Cleaning and rubbish", _N, 30, _T.general, 1, False),
    )),
    ("equipment", "设备设施", "Equipment", "settings", True, (
        ("lift_trapped", "电梯困人", "Trapped in a lift", _E, 45, _T.lift, 4, False),
        ("lift_fault", "电梯故障", "Lift fault", _H, 90, _T.lift, 3, False),
        ("fire_alarm", "消防报警、设施", "Fire alarm or equipment", _E, 60, _T.electrical, 4, False),
        ("pump", "水泵异常", "Pump", _H, 120, _T.plumbing, 4, False),
        ("charger", "充电桩", "Charging point", _N, 60, _T.electrical, 3, False),
        ("camera", "监控", "Camera", _N, 60, _T.electrical, 2, False),
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
    groups: list[dict[str, Any]] = [
        {"code": f"group_{code}", "name": name, "name_en": name_en, "icon": icon, "is_public": is_public, "position": position}
        for position, (code, name, name_en, icon, is_public, _) in enumerate(TREE)
    ]
    _add(uow, RepairCategory, groups)
    ids = {category.code: category.id for category in uow.session.exec(select(RepairCategory))}
    leaves: list[dict[str, Any]] = [
        {
            "parent_id": ids[f"group_{group}"],
            "code": code,
            "name": name,
            "name_en": name_en,
            "icon": icon,
            "is_public": is_public,
            "urgency": urgency,
            "minutes": minutes,
            "trade": trade,
            "level": level,
            "is_paid": is_paid,
            "respond_minutes": _PROMISES[urgency][0],
            "complete_minutes": _PROMISES[urgency][1],
            "position": position,
        }
        for group, _, _, icon, is_public, items in TREE
        for position, (code, name, name_en, urgency, minutes, trade, level, is_paid) in enumerate(items)
    ]
    _add(uow, RepairCategory, leaves)
    stock: list[dict[str, Any]] = [
        {
            "code": code, "name": name, "name_en": name_en, "unit": unit, "price_fen": price, "on_hand_milli": count * 1000,
            "low_milli": count * 1000 // _REORDER_AT,
        }
        for code, name, name_en, unit, price, count in STOCK
    ]  # fmt: skip
    _open_stock(uow, _add(uow, StockItem, stock))
    return _count(uow) - before


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
