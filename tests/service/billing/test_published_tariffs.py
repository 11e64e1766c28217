"""Published tariffs of Chinese cities through real bill runs of rooms with meters: every line as the notice says, to the fen.

Each tariff is retyped here from its notice: 京发改〔2020〕1708号 and 〔2019〕1543号; 北京市居民用水阶梯水价表 (2014); 粤价〔2012〕135号 with
粤发改价格〔2017〕498号; 广州水价 (2025-06-01); 穗发改〔2015〕454号; 浙价资〔2012〕169号; 杭发改价格〔2020〕450号; 武汉水价 (2013); 武发改价格〔2015〕597号;
渝价〔2012〕181号; 重庆市发改委 2023-10-27; 云发改价格〔2024〕237号; 昆发改价格〔2025〕468号; 津发改价管〔2024〕284号; 深圳水价 (2012).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlmodel import select

from estate_app.billing.meters import add_meter, record_reading
from estate_app.billing.models import Bill, BillLine, FeeKind, MeterKind
from estate_app.billing.run import preview_run
from estate_app.billing.tariffs import add_item, add_price, attach
from estate_app.kit.clock import add_months
from tests.fixtures import make
from tests.fixtures.money import issue

NOVEMBER = date(2026, 11, 1)
JANUARY = date(2026, 1, 1)


def rule(*tiers: tuple[int | None, int], cycle="month", **more) -> dict:
    """Tiers as (upper end in units, price in ten-thousandths of a yuan)."""
    listed = [{"upto_milli": None if upto is None else upto * 1_000, "price_e4": price} for upto, price in tiers]
    return {"unit": "m³", "cycle": cycle, "tiers": listed, **more}


def gz_season(months, first, second):
    tiers = [(first, 5_890), (second, 6_390), (None, 8_890)]
    return {"months": months, "tiers": rule(*tiers)["tiers"]}


BJ_POWER = rule((240, 4_883), (400, 5_383), (None, 7_883))
BJ_WATER = rule((180, 50_000), (260, 70_000), (None, 90_000), cycle="year", components=[
    {"name": "水费", "prices_e4": [20_700, 40_700, 60_700]},
    {"name": "水资源费", "prices_e4": [15_700, 15_700, 15_700]},
    {"name": "污水处理费", "prices_e4": [13_600, 13_600, 13_600]},
])  # fmt: skip
BJ_GAS_BOILER = rule((1_500, 26_100), (2_500, 28_300), (None, 42_300), cycle="year")
GZ_POWER = {
    "unit": "kWh",
    "seasons": [gz_season([5, 6, 7, 8, 9, 10], 260, 600), gz_season([1, 2, 3, 4, 11, 12], 200, 400)],
    "household": {"from_persons": 5, "first_plus_milli": 100_000},
}
GZ_WATER = rule((21, 25_500), (27, 38_200), (None, 76_500))
GZ_GAS = rule((320, 34_500), (400, 41_400), (None, 51_800), cycle="year", household={"from_persons": 5, "first_plus_each_milli": 70_000})
ZJ_POWER = rule((2_760, 5_380), (4_800, 5_880), (None, 8_380), cycle="year", time_of_use={
    "band_prices_e4": [["peak", 5_680], ["valley", 2_880]], "surcharges_e4": [0, 500, 3_000],
})  # fmt: skip
HZ_GAS = rule((276, 31_000), (1_280, 37_200), (None, 46_500), cycle="year")
WH_WATER = rule(
    (25, 15_200), (33, 22_800), (None, 30_400),
    household={"from_persons": 5, "per_person_milli": [6_250, 8_250]}, surcharges=[{"name": "污水处理费", "price_e4": 8_000}],
)  # fmt: skip
WH_GAS = rule((360, 25_300), (600, 27_800), (None, 35_400), cycle="year")
CQ_POWER = rule((200, 5_200), (400, 5_700), (None, 8_200))
CQ_GAS = rule((375, 21_960), (495, 23_660), (None, 27_160), cycle="year")
KM_POWER = rule((1_560, 3_600), (3_600, 4_500), (4_680, 5_000), (None, 8_000), cycle="year")
KM_GAS = rule((360, 29_700), (540, 35_640), (None, 44_550), cycle="year", household={"from_persons": 5, "first_plus_each_milli": 90_000})
TJ_GAS_HEATING = rule((1_500, 27_600), (2_500, 33_600), (None, 41_100), cycle="year")
SZ_WATER = rule((22, 23_000), (30, 34_500), (None, 46_000))


@dataclass
class Case:
    """A household's use of a month (or of its bands), after what the year counted before."""

    name: str
    price: dict
    use_milli: int | dict[str, int]
    lines: list[int]
    prior_milli: int = 0
    persons: int = 3
    month: date = field(default=NOVEMBER)


CASES = [
    Case("gz summer 600", GZ_POWER, 600_000, [15_314, 21_726], month=date(2026, 7, 1)),
    Case("gz winter 600", GZ_POWER, 600_000, [11_780, 12_780, 17_780], month=JANUARY),
    Case("gz six persons", GZ_POWER, 460_000, [21_204, 6_390], persons=6, month=date(2026, 8, 1)),
    Case("bj 246", BJ_POWER, 246_000, [11_719, 323]),
    Case("bj 401", BJ_POWER, 401_000, [11_719, 8_613, 79]),
    Case("bj water across", BJ_WATER, 30_000, [2_070, 8_140, 4_710, 4_080], prior_milli=170_000),
    Case("bj boiler", BJ_GAS_BOILER, 200_000, [13_050, 42_450], prior_milli=1_450_000),
    Case("gz water 30", GZ_WATER, 30_000, [5_355, 2_292, 2_295]),
    Case("gz gas five", GZ_GAS, 15_000, [3_450, 2_070], prior_milli=380_000, persons=5),
    Case("hz across 2", ZJ_POWER, 300_000, [3_228, 14_112], prior_milli=2_700_000),
    Case("hz bands across 2", ZJ_POWER, {"peak": 180_000, "valley": 120_000}, [10_224, 3_456, 1_200], prior_milli=2_700_000),
    Case("hz across 3", ZJ_POWER, 400_000, [5_880, 25_140], prior_milli=4_700_000),
    Case("hz tier 2 only", ZJ_POWER, 100_000, [5_880], prior_milli=2_800_000),
    Case("hz january", ZJ_POWER, 100_000, [5_380], month=JANUARY),
    Case("hz real bill 2024-02", ZJ_POWER, {"peak": 415_000, "valley": 143_000}, [23_572, 4_118], prior_milli=419_000),
    Case("wh six persons", WH_WATER, 52_000, [5_700, 2_736, 760, 4_160], persons=6),
    Case("wh four persons", WH_WATER, 52_000, [3_800, 1_824, 5_776, 4_160], persons=4),
    Case("wh gas across", WH_GAS, 30_000, [2_530, 5_560], prior_milli=350_000),
    Case("cq 450", CQ_POWER, 450_000, [10_400, 11_400, 4_100]),
    Case("cq gas across", CQ_GAS, 13_000, [1_098, 1_893], prior_milli=370_000),
    Case("km four tiers", KM_POWER, 3_300_000, [2_160, 91_800, 54_000, 9_600], prior_milli=1_500_000),
    Case("km gas five", KM_GAS, 12_000, [1_485, 2_495], prior_milli=445_000, persons=5),
    Case("tj heating", TJ_GAS_HEATING, 1_600_000, [414_000, 33_600]),
    Case("sz 35", SZ_WATER, 35_000, [5_060, 2_760, 2_300]),
    Case("hz gas fraction", HZ_GAS, 12_830, [115, 4_635], prior_milli=275_630),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_published_tariff_bills_a_metered_room_to_the_fen(uow, cast, case):
    room = make.room(uow, cast.building, "3-1-901")
    room.household_size = case.persons
    item = add_item(
        uow, cast.finance, estate_id=cast.estate.id, code="use", name="用量", name_en="Use", kind=FeeKind.metered,
        meter_kind=MeterKind.electricity,
    )  # fmt: skip
    add_price(uow, cast.finance, item_id=item.id, starts_on=date(2012, 1, 1), rule=case.price)
    attach(uow, cast.finance, item_id=item.id, room_ids=[room.id], starts_on=date(2020, 1, 1))
    uses = case.use_milli if isinstance(case.use_milli, dict) else {"": case.use_milli}
    before, last_month = case.month - timedelta(days=1), add_months(case.month, -1)
    for number, (band, use) in enumerate(uses.items()):
        prior = case.prior_milli if number == 0 else 0
        begun = last_month if case.prior_milli else before
        meter = add_meter(
            uow, cast.finance, room_id=room.id, kind=MeterKind.electricity, code=f"M{number}", digits=6, installed_on=begun, band=band
        )
        if case.prior_milli:
            record_reading(uow, cast.finance, meter_id=meter.id, read_on=before, value_milli=prior)
        record_reading(uow, cast.finance, meter_id=meter.id, read_on=case.month + timedelta(days=9), value_milli=prior + use)
    if case.prior_milli:
        issue(uow, cast.finance, cast.estate.id, [item], period=last_month)
    issue(uow, cast.finance, cast.estate.id, [item], period=case.month)
    bill = uow.session.exec(select(Bill).where(Bill.period == case.month)).one()
    lines = uow.session.exec(select(BillLine.amount_fen).where(BillLine.bill_id == bill.id).order_by(BillLine.position)).all()
    assert (lines, bill.amount_fen) == (case.lines, sum(case.lines))


def test_a_band_without_a_meter_is_a_skip_and_not_a_guess(uow, cast):
    item = add_item(
        uow, cast.finance, estate_id=cast.estate.id, code="use", name="电费", name_en="Power", kind=FeeKind.metered,
        meter_kind=MeterKind.electricity,
    )  # fmt: skip
    add_price(uow, cast.finance, item_id=item.id, starts_on=date(2012, 1, 1), rule=ZJ_POWER)
    attach(uow, cast.finance, item_id=item.id, room_ids=[cast.home.id], starts_on=date(2020, 1, 1))
    meter = add_meter(
        uow, cast.finance, room_id=cast.home.id, kind=MeterKind.electricity, code="P", digits=6, installed_on=date(2026, 10, 1), band="peak"
    )
    record_reading(uow, cast.finance, meter_id=meter.id, read_on=NOVEMBER, value_milli=10_000)
    run = preview_run(uow, cast.finance, estate_id=cast.estate.id, period=NOVEMBER, item_ids=[item.id])
    assert (run.skips, run.bill_count) == ({"no_meter": 1}, 0)
