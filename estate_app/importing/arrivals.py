"""The bank's list of what has come in: a CSV or XLSX from online banking, whose columns every bank names in its own way."""

from dataclasses import dataclass

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError
from estate_app.importing import cells
from estate_app.importing.frame import Batch, Record, read_records, refuse_doubles
from estate_app.importing.mapping import FieldPlan, find_columns
from estate_app.importing.report import CellProblem
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.kit.money import parse_yuan
from estate_app.kit.spreadsheet import read_spreadsheet
from estate_app.payment.reconciliation.arrivals import NewArrival, keep_arrivals

FIELDS: tuple[FieldPlan, ...] = (
    FieldPlan(
        "serial",
        msg("Serial number of the bank"),
        ("交易流水号", "流水号", "交易流水", "凭证号", "业务流水号", "核心流水号", "交易序号", "serial", "reference"),
        cells.words(60),
        is_needed=True,
        is_filled=True,
    ),
    FieldPlan(
        "arrived_at",
        msg("Arrived"),
        ("交易时间", "交易日期", "到账时间", "记账日期", "入账日期", "交易日", "date", "arrived"),
        cells.instant,
        is_needed=True,
        is_filled=True,
    ),
    FieldPlan(
        "amount",
        msg("Amount received"),
        ("贷方金额", "收入金额", "贷方发生额", "收入", "到账金额", "转入金额", "交易金额", "金额", "credit", "amount"),
        parse_yuan,
        is_needed=True,
    ),
    FieldPlan(
        "payer", msg("Payer's name"), ("对方户名", "付款人", "付款人名称", "对方名称", "付款户名", "户名", "payer"), cells.trimmed(80)
    ),
    FieldPlan("account", msg("Payer's account"), ("对方账号", "付款账号", "付款人账号", "对方帐号", "account"), cells.trimmed(40)),
    FieldPlan(
        "remark", msg("Remark of the transfer"), ("附言", "摘要", "用途", "备注", "交易附言", "摘要备注", "remark"), cells.trimmed(200)
    ),
)


@dataclass(frozen=True, slots=True)
class ArrivalReport:
    """What a bank's list came to: rows with money that came in, how many of them are new, and problems by cell."""

    rows: int
    fresh: int
    problems: tuple[CellProblem, ...]


def import_arrivals(uow: UnitOfWork, actor: Actor, *, estate_id: int, content: bytes) -> ArrivalReport:
    """Take a bank's list over, all or nothing; payments that went out are passed over, the same list again changes nothing.

    Raises:
        InvalidError: the file cannot be read, or a needed column is missing.
    """
    actor.require(Permission.reconcile)
    columns = find_columns(read_spreadsheet(content), FIELDS, None)
    batch = Batch(uow, actor, columns, [], None, business_date(uow.now))
    read_records(batch, columns.rows(), FIELDS)
    came = [record for record in batch.good if record.get("amount", 0) > 0]
    batch.records = came
    refuse_doubles(batch, {record.row.number: record.get("serial") for record in came}, "serial")
    if batch.problems:
        return ArrivalReport(len(came), 0, tuple(batch.problems))
    return ArrivalReport(len(came), keep_arrivals(uow, actor, estate_id=estate_id, rows=[_arrival(record) for record in came]), ())


def refuse_problems(report: ArrivalReport) -> None:
    """Refuse a list with problems in one sentence about the first of them."""
    if report.problems:
        first = report.problems[0]
        raise InvalidError(
            msg(
                "Cell {cell}: {problem}. Nothing was imported ({count} problems)",
                cell=first.cell,
                problem=first.message,
                count=len(report.problems),
            ),
            field="file",
        )


def _arrival(record: Record) -> NewArrival:
    return NewArrival(
        serial=record.get("serial"),
        arrived_at=record.get("arrived_at"),
        amount_fen=record.get("amount"),
        payer_name=record.get("payer", ""),
        payer_account=record.get("account", ""),
        remark=record.get("remark", ""),
    )
