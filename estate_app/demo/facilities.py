"""Facilities of each estate with plans, readings and a history; checklists and questions of some categories; certificates."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import text
from sqlmodel import col, select

from estate_app.access.actor import SYSTEM
from estate_app.db import UnitOfWork
from estate_app.demo.world import Place, World
from estate_app.kit.clock import at_local
from estate_app.property.models import PublicArea
from estate_app.repair.certificate_models import TechnicianCertificate
from estate_app.repair.facility_models import CountsFrom, Facility, FacilityKind, FacilityReading, PlanUnit
from estate_app.repair.models import RepairCategory, TechnicianTrade, Trade
from estate_app.repair.upkeep import PlanFacts, add_plan

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LIFTS = 6
_K, _U = FacilityKind, PlanUnit


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of facility: its number's prefix, name, kind, usual fault, maker, life in years and price in yuan."""

    prefix: str
    name: str
    kind: FacilityKind
    category: str
    maker: str
    model: str
    life: int
    price: int
    plan: str
    every: int


_LIFT = _Sort("DT", "客梯", _K.lift, "lift", "通力电梯", "KONE 3000S", 20, 286_000, "电梯半月维保", 15)
_OTHERS = (
    _Sort("XF", "消防喷淋泵", _K.fire, "fire", "上海凯泉", "XBD8/40G", 15, 42_000, "消防泵月检", 30),
    _Sort("ZM", "车库照明配电箱", _K.lighting, "public_light", "正泰电器", "XL-21", 15, 8_600, "车库照明季度检修", 90),
    _Sort("MJ", "车库道闸", _K.gate, "gate", "捷顺科技", "JSDZ0203", 8, 12_800, "道闸季度保养", 90),
)
_PUMP = _Sort("SB", "生活水泵", _K.pump, "other_public", "格兰富", "CR15-7", 12, 68_000, "水泵运行保养", 500)
_CHECKLISTS = {
    "lift": (("在首层和故障层设置围挡", True), ("切断主电源并挂牌上锁", True), ("测试层门与轿门联锁", True), ("清洁底坑与地坎", False)),
    "fire": (("确认消控室已知晓", True), ("试压或试运行正常", True), ("恢复自动状态并贴检查卡", True)),
    "public_light": (("验电确认无电", True), ("恢复送电并试灯", False)),
}
_QUESTIONS = {
    "lift": ["有人被困在电梯里吗？", "电梯门开着而轿厢不在本层吗？"],
    "fire": ["现场有明火或浓烟吗？"],
    "power_light": ["看到火花、闻到焦味，或有裸露的电线吗？"],
}


def build_facilities(uow: UnitOfWork, world: World) -> None:
    """Add the register, and give past orders at its places to it."""
    rng = Random(world.seed + 7)
    categories = {category.code: category for category in uow.session.exec(select(RepairCategory))}
    _ask(uow, categories)
    for place in world.places:
        _estate(uow, world, rng, place, {code: category.id for code, category in categories.items()})
    _history(uow)
    _certificates(uow, world.today)


def _ask(uow: UnitOfWork, categories: dict[str, RepairCategory]) -> None:
    for code, lines in _CHECKLISTS.items():
        categories[code].checklist = [{"text": line, "is_required": needed} for line, needed in lines]
    for code, questions in _QUESTIONS.items():
        categories[code].questions = questions
    categories["lift"].needs_certificate = True
    uow.flush()


def _estate(uow: UnitOfWork, world: World, rng: Random, place: Place, categories: dict[str, int]) -> None:
    areas = list(uow.session.exec(select(PublicArea).where(PublicArea.estate_id == place.id).order_by(col(PublicArea.id))))
    lobbies = [area for area in areas if area.building_id is not None][:_LIFTS]
    garage = next((area for area in areas if "车库" in area.name), areas[0])
    today = world.today
    for number, area in enumerate(lobbies, 1):
        _add(uow, rng, area, _LIFT, number, categories, today, PlanFacts(
            _LIFT.plan, categories["lift"], _U.day, 15, 3, CountsFrom.planned, today + timedelta(days=rng.randrange(4, 15)),
        ))  # fmt: skip
    for sort in _OTHERS:
        _add(uow, rng, garage, sort, 1, categories, today, PlanFacts(
            sort.plan, categories[sort.category], _U.month, max(1, sort.every // 30), 5, CountsFrom.done,
            today + timedelta(days=rng.randrange(8, 60)),
        ))  # fmt: skip
    hours = 4_200 + rng.randrange(300)
    pump = _add(uow, rng, garage, _PUMP, 1, categories, today, PlanFacts(
        _PUMP.plan, categories[_PUMP.category], _U.meter, 500, 30, CountsFrom.planned, None, 5_000,
    ), unit="小时")  # fmt: skip
    readings = (
        FacilityReading(facility_id=pump.id, value=hours + 90 * step, at=at_local(today - timedelta(days=7 * (4 - step))))
        for step in range(5)
    )
    uow.session.add_all(readings)
    uow.flush()


def _add(
    uow: UnitOfWork,
    rng: Random,
    area: PublicArea,
    sort: _Sort,
    number: int,
    categories: dict[str, int],
    today: date,
    plan: PlanFacts,
    *,
    unit: str = "",
) -> Facility:
    installed = today - timedelta(days=rng.randrange(500, 1_600))
    facility = Facility(
        estate_id=area.estate_id, public_area_id=area.id, category_id=categories[sort.category],
        code="".join(rng.choice(_SIGNS) for _ in range(10)), number=f"{sort.prefix}-{number:02d}", name=f"{number} 号{sort.name}",
        kind=sort.kind, maker=sort.maker, model=sort.model, installed_on=installed,
        warranty_ends_on=installed + timedelta(days=rng.choice((730, 1_095, 1_825))), life_years=sort.life, cost_fen=sort.price * 100,
        counter_unit=unit,
    )  # fmt: skip
    uow.session.add(facility)
    uow.flush()
    add_plan(uow, SYSTEM, facility_id=facility.id, facts=plan)
    return facility


def _history(uow: UnitOfWork) -> None:
    """Past faults of the usual kind at a facility's place were faults of it; one in four stopped it."""
    uow.session.execute(
        text(
            "UPDATE repair_order o SET facility_id = f.id, is_out_of_service = (o.id % 4 = 0) FROM facility f"
            " WHERE f.public_area_id = o.public_area_id AND f.category_id = o.category_id"
        )
    )


def _certificates(uow: UnitOfWork, today: date) -> None:
    """Who repairs lifts or power holds a permit; the first ends soon, so that its warning is seen."""
    names = {Trade.lift: "特种设备作业人员证（电梯）", Trade.electrical: "低压电工作业证"}
    found = uow.session.exec(
        select(TechnicianTrade)
        .where(col(TechnicianTrade.trade).in_(list(names)))
        .order_by(col(TechnicianTrade.trade), col(TechnicianTrade.technician_id))
    )
    uow.session.add_all(
        TechnicianCertificate(
            technician_id=row.technician_id, trade=row.trade, name=names[row.trade], number=f"T4201{row.technician_id:08d}",
            ends_on=today + timedelta(days=21 if index == 0 else 200 + 37 * (index % 20)),
        )
        for index, row in enumerate(found)
    )  # fmt: skip
    uow.flush()
