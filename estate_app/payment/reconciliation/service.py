"""Reconciles a channel's day: fetches the statement outside any transaction, keeps the file, compares; and closes a day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zlib import compress

import structlog
from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.access.actor import SYSTEM, Actor
from estate_app.access.audit import record
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, unit_of_work
from estate_app.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from estate_app.kit.clock import business_date, utc_now
from estate_app.kit.i18n import msg
from estate_app.payment import gateway_registry
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import Gateway, GatewayError, Statement, StatementError
from estate_app.payment.reconciliation.comparing import SUBJECT, compare, lock_run, open_count
from estate_app.payment.reconciliation.files import NOT_READY, PROBLEMS, ensure_merchant, read_upload
from estate_app.payment.reconciliation.models import ItemState, ReconciliationItem, ReconciliationRun, RunStatus, StatementFile

log = structlog.get_logger(__name__)
OLDEST = timedelta(days=90)
"""The shortest time for which all three channels keep their statements (WeChat Pay: three months)."""
CATCH_UP_DAYS = 3


@dataclass(frozen=True, slots=True)
class Upload:
    """A statement that somebody downloaded from the channel by hand."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of a day: lines, open differences, and the sums of both sides in fen."""

    run_id: int
    channel: Channel
    day: date
    lines: int
    open: int
    channel_fen: int
    local_fen: int
    fee_fen: int


def reconcile(
    actor: Actor, channel: Channel, day: date, *, upload: Upload | None = None, vendor: Gateway | None = None, now: datetime | None = None
) -> Reconciled:
    """Compare a channel's day with its statement, fetched from the vendor or uploaded; safe to repeat.

    Runs outside any transaction. Whatever comes of it is kept: a refused file with its reason, a statement that is not there yet.

    Raises:
        InvalidError: a channel without statements, a day that is not over or too long ago, or a file that cannot be used.
        UnavailableError: the vendor has no statement yet; ask again later.
        ConflictError: the day is closed.
    """
    actor.require(Permission.reconcile)
    _check(channel, day, business_date(now or utc_now()))
    try:
        statement = _statement(channel, day, upload, vendor)
    except StatementError as error:
        _refuse(actor, channel, day, upload, error.reason, str(error), now)
        raise InvalidError(PROBLEMS.get(error.reason, PROBLEMS["not_a_statement"]), field="file") from error
    except GatewayError as error:
        problem = error.code if error.code in PROBLEMS else NOT_READY
        _refuse(actor, channel, day, None, problem, str(error), now)
        log.warning("statement_missing", channel=channel.value, day=day.isoformat(), code=error.code)
        message = PROBLEMS.get(problem, msg("The channel has no statement of this day yet; it is asked again later"))
        raise UnavailableError(message) from error
    with unit_of_work(now) as uow:
        file_id = _keep_file(uow, actor, channel, day, statement.raw, upload)
        run = compare(uow, actor, statement, file_id=file_id)
        return _result(uow.session, run)


def reconcile_due(now: datetime | None = None) -> tuple[int, int]:
    """Reconcile yesterday for every live channel, and the days before that were missed; answers how many are done, and still wait."""
    today = business_date(now or utc_now())
    days = [today - timedelta(days=back) for back in range(CATCH_UP_DAYS, 0, -1)]
    with unit_of_work(now) as uow:
        run = ReconciliationRun
        rows = uow.session.execute(
            select(col(run.channel), col(run.business_on)).where(col(run.business_on).in_(days), col(run.status) == RunStatus.done)
        )
        known = {(channel, day) for channel, day in rows}
    done = waiting = 0
    for channel in gateway_registry.channels():
        for day in days:
            if (channel, day) in known:
                continue
            try:
                reconcile(SYSTEM, channel, day, now=now)
            except (UnavailableError, InvalidError):
                waiting += 1
            else:
                done += 1
    return done, waiting


def close_day(uow: UnitOfWork, actor: Actor, *, day: date) -> int:
    """Close a day whose channels are compared and whose differences are resolved; answers how many channels there are.

    Raises:
        ConflictError: a channel is not compared yet, a difference is open, or the day is closed already.
    """
    actor.require(Permission.reconcile)
    if not actor.scope(Permission.reconcile).is_everywhere:
        raise NotFoundError
    statement = select(ReconciliationRun).where(col(ReconciliationRun.business_on) == day).order_by(col(ReconciliationRun.id))
    runs = uow.session.scalars(statement.with_for_update().execution_options(populate_existing=True)).all()
    missing = set(gateway_registry.channels()) - {run.channel for run in runs if run.status is RunStatus.done}
    if missing or not runs:
        raise ConflictError(msg("A channel of this day is not compared yet"))
    if all(run.closed_at is not None for run in runs):
        raise ConflictError(msg("This day is closed already"))
    item = ReconciliationItem
    waiting = (ItemState.open, ItemState.carried, ItemState.proposed)
    where = (col(item.run_id).in_([run.id for run in runs]), col(item.state).in_(waiting))
    left = int(uow.session.scalar(select(func.count()).select_from(item).where(*where)) or 0)
    if left:
        raise ConflictError(msg("{count} differences of this day are still open", count=left))
    for run in runs:
        run.closed_at, run.closed_by = run.closed_at or uow.now, run.closed_by or actor.account_id
    record(uow, actor, "reconcile:close", SUBJECT, runs[0].id or 0, after={"day": day.isoformat(), "channels": len(runs)})
    uow.notify(SUBJECT)
    return len(runs)


def _check(channel: Channel, day: date, today: date) -> None:
    if not channel.is_online:
        raise InvalidError(msg("Only WeChat Pay, Alipay and UnionPay send statements"), field="channel")
    if day >= today:
        raise InvalidError(msg("A day can be reconciled once it is over"), field="day")
    if day < today - OLDEST:
        raise InvalidError(msg("Channels keep their statements for {count} days", count=OLDEST.days), field="day")


def _statement(channel: Channel, day: date, upload: Upload | None, vendor: Gateway | None) -> Statement:
    is_live = channel in gateway_registry.channels()
    if upload is not None:
        statement = read_upload(channel, day, upload.content)
    else:
        statement = (vendor or gateway_registry.gateway(channel)).download_statement(day)
    if is_live:
        ensure_merchant(statement, gateway_registry.merchant(channel).merchant_id)
    return statement


def _refuse(actor: Actor, channel: Channel, day: date, upload: Upload | None, problem: str, detail: str, now: datetime | None) -> None:
    """Keep what was refused; a day that is compared already stays as it was."""
    with unit_of_work(now) as uow:
        run = lock_run(uow, channel, day)
        if problem != NOT_READY:
            _keep_file(uow, actor, channel, day, upload.content if upload else b"", upload, problem=problem, detail=detail)
        run.tried_at, run.problem = uow.now, problem
        if run.status is not RunStatus.done:
            run.status = RunStatus.waiting if problem == NOT_READY else RunStatus.refused
        fact: dict[str, object] = {"channel": channel.value, "day": day.isoformat(), "problem": problem, "detail": detail[:200]}
        record(uow, actor, "reconcile:refuse", SUBJECT, run.id or 0, after=fact)
        uow.notify(SUBJECT)


def _keep_file(
    uow: UnitOfWork,
    actor: Actor,
    channel: Channel,
    day: date,
    content: bytes,
    upload: Upload | None,
    *,
    problem: str = "",
    detail: str = "",
) -> int:
    """Keep a file once, however often it is sent; answers its id."""
    digest, file = sha256(content).hexdigest(), StatementFile
    same = (col(file.channel) == channel, col(file.business_on) == day, col(file.sha256) == digest, col(file.problem) == problem)
    known = uow.session.scalar(select(col(file.id)).where(*same).order_by(col(file.id)).limit(1))
    if known is not None:
        return known
    row = StatementFile(
        channel=channel,
        business_on=day,
        is_upload=upload is not None,
        file_name=upload.name[-120:] if upload else "",
        sha256=digest,
        size=len(content),
        content=compress(content),
        at=uow.now,
        by_id=actor.account_id,
        problem=problem,
        detail=detail[:300],
    )
    uow.session.add(row)
    uow.flush()
    return row.id or 0


def _result(session: Session, run: ReconciliationRun) -> Reconciled:
    lines = session.scalar(select(func.count()).select_from(ReconciliationItem).where(col(ReconciliationItem.run_id) == run.id))
    return Reconciled(
        run_id=run.id or 0,
        channel=run.channel,
        day=run.business_on,
        lines=int(lines or 0),
        open=open_count(session, run.id or 0),
        channel_fen=run.channel_paid_fen - run.channel_refunded_fen,
        local_fen=run.local_paid_fen - run.local_refunded_fen,
        fee_fen=run.channel_fee_fen,
    )
