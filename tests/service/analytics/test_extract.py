"""The extracts hold what the database holds, follow its changes, and never more of people than they allow."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import text

from estate_app.access.actor import SYSTEM
from estate_app.access.models import Account, Activity, ActivityKind
from estate_app.analytics.extract import extracted_at, load, pseudonym, refresh
from estate_app.analytics.schema import EXTRACTS
from estate_app.billing.models import BillStatus
from estate_app.errors import ForbiddenError
from estate_app.repair.models import Access, OrderStatus, Rating, RepairOrder, Urgency
from tests.fixtures import make


def order(uow, cast, number: int, submitted: datetime, **extra) -> RepairOrder:
    fields = {
        "number": f"WX{submitted:%Y%m%d}-{number:04d}", "estate_id": cast.estate.id, "building_id": cast.building.id, "room_id": cast.home.id,
        "category_id": cast.category.id, "description": "水管漏水", "urgency": Urgency.normal, "status": OrderStatus.completed,
        "reporter_id": cast.owner.id, "contact_name": "林", "contact_phone": "13800000001", "access": Access.call_first,
        "submitted_at": submitted, "changed_at": submitted, "respond_due_at": submitted + timedelta(hours=2),
        "complete_due_at": submitted + timedelta(hours=8), "technician_id": cast.worker.id,
    }  # fmt: skip
    row = RepairOrder(**(fields | extra))
    uow.session.add(row)
    uow.flush()
    return row


def rows(name: str, folder) -> list[dict[str, object]]:
    return load(name, folder=folder).sort(pl.first()).collect().to_dicts()


def test_nothing_extracted_is_an_empty_frame_of_the_right_columns(tmp_path):
    for name, columns in EXTRACTS.items():
        frame = load(name, folder=tmp_path).collect()
        assert (frame.height, dict(frame.schema)) == (0, dict(columns))
    assert extracted_at(folder=tmp_path) is None


def test_an_empty_database_extracts_empty_files(uow, tmp_path):
    report = refresh(uow, SYSTEM, folder=tmp_path)
    assert dict(report.held) == {"repairs": 0, "bills": 0, "payments": 0, "events": 0}
    assert extracted_at(folder=tmp_path) == uow.now
    for name, columns in EXTRACTS.items():
        assert dict(load(name, folder=tmp_path).collect().schema) == dict(columns)


def test_a_repair_is_extracted_with_its_working_minutes_and_verdicts(uow, cast, tmp_path):
    submitted = datetime(2026, 11, 17, 11, 30, tzinfo=UTC)  # Tuesday 19:30 in Shanghai: half an hour is left of the working day
    order(
        uow, cast, 1, submitted, accepted_at=datetime(2026, 11, 18, 0, 20, tzinfo=UTC), started_at=datetime(2026, 11, 18, 0, 40, tzinfo=UTC),
        completed_at=datetime(2026, 11, 18, 1, 30, tzinfo=UTC), labour_minutes=50, complete_due_at=datetime(2026, 11, 18, 1, 0, tzinfo=UTC),
        respond_due_at=datetime(2026, 11, 18, 1, 0, tzinfo=UTC),
    )  # fmt: skip
    refresh(uow, SYSTEM, folder=tmp_path)
    (row,) = rows("repairs", tmp_path)
    assert (row["response_minutes"], row["completion_minutes"]) == (50, 120)
    assert (row["is_response_on_time"], row["is_completion_on_time"]) == (True, False)
    assert row["submitted_at"] == submitted
    assert (row["estate"], row["building"], row["problem"], row["technician"]) == (cast.estate.name, "3栋", "水管漏水", "王建国")
    assert row["is_open"] is False


def test_a_second_run_reads_what_changed_and_keeps_the_rest(uow, cast, tmp_path):
    old = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)
    first = order(uow, cast, 1, old)
    order(uow, cast, 2, old)
    refresh(uow, SYSTEM, folder=tmp_path)
    uow.session.add(
        Rating(
            order_id=first.id, account_id=cast.owner.id, technician_id=cast.worker.id, quality=5, attitude=4, timeliness=3, at=uow.now
        )
    )  # fmt: skip
    uow.flush()
    report = refresh(uow, SYSTEM, folder=tmp_path)
    assert (dict(report.read)["repairs"], dict(report.held)["repairs"]) == (1, 2)
    assert [row["rating_attitude"] for row in rows("repairs", tmp_path)] == [4, None]


def test_a_bill_that_is_voided_later_is_void_in_the_extract(uow, cast, tmp_path):
    item = make.fee_item(uow, cast.estate)
    bill = make.bill(uow, cast.home, item, 10_000)
    refresh(uow, SYSTEM, folder=tmp_path)
    assert [(row["status"], row["total_fen"], row["period"]) for row in rows("bills", tmp_path)] == [("issued", 10_000, "2026-11")]
    bill.status = BillStatus.void
    uow.flush()
    later = type(uow)(uow.session, uow.now + timedelta(days=3))
    refresh(later, SYSTEM, folder=tmp_path)
    assert [row["status"] for row in rows("bills", tmp_path)] == ["void"]


def test_people_are_pseudonyms_and_who_refuses_is_taken_out(uow, cast, tmp_path):
    for actor in (cast.owner, cast.tenant):
        uow.session.add(Activity(account_id=actor.id, kind=ActivityKind.login, at=uow.now))
    uow.flush()
    refresh(uow, SYSTEM, folder=tmp_path)
    found = load("events", folder=tmp_path).collect()
    assert set(found["user_id"]) == {pseudonym(str(cast.owner.id)), pseudonym(str(cast.tenant.id))}
    assert set(found["estate_id"]) == {str(cast.estate.id)}
    uow.session.get_one(Account, cast.owner.id).allows_behaviour = False
    uow.flush()
    refresh(uow, SYSTEM, folder=tmp_path)
    assert set(load("events", folder=tmp_path).collect()["user_id"]) == {pseudonym(str(cast.tenant.id))}


def test_another_database_is_read_from_the_beginning(uow, cast, tmp_path):
    order(uow, cast, 1, datetime(2026, 10, 1, 2, 0, tzinfo=UTC))
    refresh(uow, SYSTEM, folder=tmp_path)
    state = tmp_path / "state.json"
    state.write_text(state.read_text("utf-8").replace('"database": "', '"database": "another-'), "utf-8")
    assert dict(refresh(uow, SYSTEM, folder=tmp_path).read)["repairs"] == 1


def test_two_processes_at_once_do_the_work_once(uow, tmp_path, shared_engine):
    with shared_engine.connect() as other, other.begin():
        name = {"name": f"analytics:extract:{tmp_path}"}
        other.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), name)
        assert refresh(uow, SYSTEM, folder=tmp_path).is_busy
    assert not (tmp_path / "bills.parquet").exists()


def test_only_the_system_may_extract(uow, cast, tmp_path):
    with pytest.raises(ForbiddenError):
        refresh(uow, cast.finance, folder=tmp_path)
    assert date(2026, 11, 18) == uow.now.date()
