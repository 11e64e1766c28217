"""A bill through the API: what was corrected of it since and where the money went, and what was told of it."""

from datetime import date

from sqlmodel import select

from estate_app.billing.models import Bill, Reading
from estate_app.billing.reading_fixes import correct_reading
from tests.fixtures.money import OCTOBER, issue, water_item, water_meter


def test_a_corrected_bill_says_by_how_much_and_the_bill_of_the_difference_says_of_which(world) -> None:
    cast = world.cast

    def build(uow) -> None:
        item = water_item(uow, cast.finance, cast.estate.id, [cast.home.id])
        meter = water_meter(uow, cast.finance, cast.home, {date(2026, 9, 1): 100_000, date(2026, 10, 31): 120_000})
        issue(uow, cast.finance, cast.estate.id, [item], period=OCTOBER)
        wrong = uow.session.exec(select(Reading).where(Reading.meter_id == meter.id, Reading.read_on == date(2026, 10, 31))).one()
        correct_reading(uow, cast.finance, reading_id=wrong.id, value_milli=128_000, reason="抄错一位")

    world.committed.run(build)
    old, extra = world.do(lambda uow: list(uow.session.exec(select(Bill.id).order_by(Bill.id))))
    headers = world.signed_in("owner")
    (told,) = world.api.get(f"/bills/{old}", headers=headers).json()["corrections"]
    assert (told["reading_milli"], told["usage_milli"], told["amount_fen"], told["bill_id"]) == (128_000, 8_000, 5_025, extra)
    assert [line["amount_fen"] for line in told["lines"]] == [2_625, 2_400]
    of = world.api.get(f"/bills/{extra}", headers=headers).json()
    assert (of["corrects"]["bill_id"], of["corrects"]["period"], of["corrections"]) == (old, "2026-10-01", [])

    body = {"room_id": cast.home.id, "kind": "question", "text": "为什么多了 8 吨", "bill_id": old}
    world.api.post("/feedback", json=body, headers=headers | {"idempotency-key": "key-of-question"})
    for query, count in (({"bill_id": old}, 1), ({"bill_id": extra}, 0), ({"order_id": 1}, 0)):
        assert len(world.api.get("/feedback", params=query, headers=headers).json()["items"]) == count, query
    assert world.api.get("/feedback", params={"bill_id": old}, headers=world.signed_in("stranger")).json()["items"] == []
