"""Seconds to check and to write 50,000 rooms with their owners out of one XLSX file, beside the reader library alone on the same file."""

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import python_calamine
from sqlalchemy import func, text
from sqlmodel import col, select

from bench.plan import IS_QUICK, ratio, say
from bench.process import forget_peak, peak_mb
from bench.world import World, world
from estate_app import db
from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.importing.models import ImportJob, ImportStatus
from estate_app.importing.report import ImportKind
from estate_app.importing.uploads import begin_writing, run_job, take_file
from estate_app.kit.spreadsheet_out import Column, Table, write_xlsx
from estate_app.property.models import Estate, Room, RoomMember

ROOMS = 2_000 if IS_QUICK else 50_000
_PER_BUILDING = 400
_PER_FLOOR = 12
_LOOK_EVERY = 0.1
_TITLES = ("楼号", "单元", "房间", "楼层", "总层数", "建筑面积", "套内面积", "房屋类型", "房屋状态", "交房日期", "业主姓名", "手机号")


def measure() -> dict[str, object]:
    """Take the file in, check it, write it, and then the same file once more, which changes nothing."""
    content = _workbook()
    bare = _bare(content)
    with world() as site:
        actor = site.actor("supervisor")
        estate_id = db.run_in_uow(_estate)
        forget_peak()
        first = _import(site, actor, estate_id, content)
        peak = peak_mb()
        db.run_in_uow(_ensure_whole, estate_id)
        again = _import(site, actor, estate_id, content)
        return {
            "rooms": ROOMS,
            "file_mb": round(len(content) / 1e6, 1),
            **first,
            "again": again,
            "rows_per_second": round(ROOMS / float(str(first["whole_s"]))),
            "peak_mb": peak,
            "bare_read_s": round(bare, 2),
            "bare_rows_per_second": round(ROOMS / bare),
            "ratio": ratio(float(str(first["whole_s"])), bare),
            **site.durability,
        }


def _import(site: World, actor: Actor, estate_id: int, content: bytes) -> dict[str, object]:
    """One file from the upload to its last row, as the page and the job do it; `cpu_s` is this process's own work."""
    say("  importing")
    cpu, started = time.process_time(), time.perf_counter()
    job_id = db.run_in_uow(_take, actor, estate_id, content)
    taken = time.perf_counter()
    with _watching(site, job_id) as seen:
        run_job(job_id)
        checked = time.perf_counter()
        db.run_in_uow(_begin, actor, job_id)
        run_job(job_id)
    ended = time.perf_counter()
    job = db.run_in_uow(_job, job_id)
    if job.status is not ImportStatus.done or job.bad_rows:
        raise ValueError(f"the import ended as {job.status} with {job.bad_rows} bad rows: {job.failure or job.problems[:3]}")
    return {
        "added": job.added,
        "unchanged": job.unchanged,
        "take_s": round(taken - started, 2),
        "check_s": round(checked - taken, 2),
        "write_s": round(ended - checked, 2),
        "whole_s": round(ended - started, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "progress_seen": len(seen),
    }


@contextmanager
def _watching(site: World, job_id: int) -> Iterator[set[tuple[str, int]]]:
    """Look at the job as the page does, from another connection; yields the different states that were seen."""
    seen: set[tuple[str, int]] = set()
    over = threading.Event()

    def look() -> None:
        with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not over.wait(_LOOK_EVERY):
                row = connection.execute(text("SELECT status, done_count FROM import_job WHERE id = :id"), {"id": job_id}).one()
                seen.add((row[0], row[1]))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _workbook() -> bytes:
    """A register as estates keep it: every room with its areas, use, state, hand-over and owner."""
    columns = [Column(title) for title in _TITLES]
    return write_xlsx([Table("房屋", columns, (_row(n) for n in range(ROOMS)))])


def _row(n: int) -> tuple[str, ...]:
    building, place = divmod(n, _PER_BUILDING)
    floor, door = divmod(place, _PER_FLOOR)
    area = 6_000 + n * 7919 % 9_000
    return (
        f"{building + 1}",
        f"{1 + door % 2}",
        f"{floor + 1}{door + 1:02d}",
        f"{floor + 1}",
        "34",
        f"{area / 100:.2f}",
        f"{area * 0.8 / 100:.2f}",
        "住宅",
        "已入住" if n % 9 else "空置",
        f"20{10 + n % 15}-0{1 + n % 9}-1{n % 10}",
        f"业主{n}",
        f"139{n:08d}",
    )


def _bare(content: bytes) -> float:
    """The seconds in which the library alone reads every cell."""
    started = time.perf_counter()
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    seconds = time.perf_counter() - started
    if len(rows) != ROOMS + 1:
        raise ValueError(f"the library read {len(rows)} rows")
    return seconds


def _estate(uow: UnitOfWork) -> int:
    estate = Estate(code="bench-rooms", name="五万户")
    uow.session.add(estate)
    uow.flush()
    return estate.id


def _take(uow: UnitOfWork, actor: Actor, estate_id: int, content: bytes) -> int:
    return take_file(uow, actor, kind=ImportKind.rooms, estate_id=estate_id, name="rooms.xlsx", content=content).id


def _begin(uow: UnitOfWork, actor: Actor, job_id: int) -> None:
    begin_writing(uow, actor, job_id=job_id, skip_bad=False)


def _job(uow: UnitOfWork, job_id: int) -> ImportJob:
    return uow.session.get_one(ImportJob, job_id)


def _ensure_whole(uow: UnitOfWork, estate_id: int) -> None:
    """Every room is in, each with its owner."""
    rooms = uow.session.scalar(select(func.count()).select_from(Room).where(col(Room.estate_id) == estate_id))
    owners = select(func.count()).select_from(RoomMember).join(Room, col(Room.id) == col(RoomMember.room_id))
    people = uow.session.scalar(owners.where(col(Room.estate_id) == estate_id))
    if not rooms == people == ROOMS:
        raise ValueError(f"{rooms} rooms and {people} owners are in, not {ROOMS}")
