"""The data behind each chart as a table: its title, unit and columns, for the page's own table and for exports. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from estate_app.analytics.figures.text import AGEING, ARREARS, BACKLOG, CHANNELS, DIMENSIONS, STAGES, WEEKDAYS
from estate_app.analytics.finding import MIN_GROUP
from estate_app.kit.i18n import Message, msg
from estate_app.kit.spreadsheet_out import ColumnKind, Value

_K = ColumnKind
_DAYS = {str(number): name for number, name in enumerate(WEEKDAYS, start=1)}


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a frame: its title, how it is written, and the words of its codes."""

    name: str
    title: Message
    kind: ColumnKind = ColumnKind.text
    words: Mapping[str, Message] | None = None


@dataclass(frozen=True, slots=True)
class PanelTable:
    """A panel. `name` is the frame's in the dashboard; groups with fewer than twenty in the column `at_least` are left out."""

    name: str
    title: Message
    unit: Message
    columns: tuple[TableColumn, ...]
    at_least: str = ""

    def shown(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows that may be shown."""
        return frame.filter(pl.col(self.at_least) >= MIN_GROUP) if self.at_least else frame

    def rows(self, frame: pl.DataFrame) -> Iterator[tuple[Value | Message, ...]]:
        """The cells of every row that may be shown; codes become messages."""
        for row in self.shown(frame).iter_rows(named=True):
            yield tuple(_cell(column, row[column.name]) for column in self.columns)


def _cell(column: TableColumn, value: Value) -> Value | Message:
    return column.words.get(str(value), value) if column.words is not None else value


def _count(name: str, title: Message) -> TableColumn:
    return TableColumn(name, title, _K.integer)


def _share(name: str, title: Message) -> TableColumn:
    return TableColumn(name, title, _K.percent)


def _money(name: str, title: Message) -> TableColumn:
    return TableColumn(name, title, _K.money)


def _number(name: str, title: Message) -> TableColumn:
    return TableColumn(name, title, _K.number)


_ORDERS = _count("orders", msg("Orders"))
_LOW, _HIGH = _share("rate_low", msg("95% interval from")), _share("rate_high", msg("95% interval to"))
_HOUSEHOLDS = _count("households", msg("Households"))
_OWED = _money("owed_fen", msg("Still open"))
_COLLECTED = (
    _count("bills", msg("Bills")), _HOUSEHOLDS, _money("billed_fen", msg("Billed")), _money("paid_fen", msg("Paid")), _OWED,
    _share("rate", msg("Collection rate")),
)  # fmt: skip
_RESIDENTS = _count("residents", msg("Residents"))
_FUNNEL = (
    TableColumn("stage", msg("Step"), words=STAGES), _count("subjects", msg("Count")), _share("share", msg("Share of the first")),
    _share("step", msg("Share of the step before")),
)  # fmt: skip

REPAIRS = (
    PanelTable(
        "volume", msg("Reports"), msg("orders"),
        (TableColumn("start", msg("From"), _K.date), _ORDERS, _count("completed", msg("Completed of these"))),
    ),
    PanelTable(
        "by_category", msg("By category"), msg("orders"),
        (TableColumn("category", msg("Category")), _ORDERS, _share("share", msg("Share"))),
    ),
    PanelTable(
        "by_problem", msg("By problem"), msg("orders"),
        (TableColumn("problem", msg("Kind of problem")), _ORDERS, _share("share", msg("Share"))),
    ),
    PanelTable(
        "by_building", msg("By building"), msg("orders"),
        (TableColumn("building", msg("Building")), _ORDERS, _share("share", msg("Share"))),
    ),
    PanelTable(
        "buildings_by_category", msg("Buildings and problems"), msg("orders"),
        (TableColumn("building", msg("Building")), TableColumn("category", msg("Kind of problem")), _ORDERS),
    ),
    PanelTable(
        "responses", msg("Response time"), msg("orders by minutes from report to acceptance"),
        (TableColumn("minutes", msg("Minutes")), _ORDERS),
    ),
    PanelTable(
        "durations", msg("Time to repair"), msg("hours, half and nine in ten"),
        (
            TableColumn("category", msg("Category")), _count("response_n", msg("Answered")),
            _number("response_median", msg("Median response (min)")), _number("response_p90", msg("90% answered within (min)")),
            _count("completion_n", msg("Repaired")), _number("completion_median", msg("Median repair (min)")),
            _number("completion_p90", msg("90% repaired within (min)")),
        ),
    ),
    PanelTable(
        "on_time", msg("Repaired on time"), msg("%, with 95% intervals"),
        (
            TableColumn("category", msg("Category")), _count("decided", msg("Decided")), _count("on_time", msg("On time")),
            _share("rate", msg("Share in time")), _LOW, _HIGH,
        ),
    ),
    PanelTable(
        "satisfaction", msg("Satisfaction"), msg("mean of 5 stars, with 95% intervals"),
        (
            TableColumn("dimension", msg("Dimension"), words=DIMENSIONS), _count("ratings", msg("Ratings")), _number("mean", msg("Mean")),
            _number("low", msg("95% interval from")), _number("high", msg("95% interval to")),
        ),
    ),
    PanelTable(
        "backlog", msg("Open orders by age"), msg("orders"), (TableColumn("age", msg("Age"), words=BACKLOG), _ORDERS),
    ),
    PanelTable(
        "technicians", msg("Technicians' results"), msg("orders"),
        (
            TableColumn("technician", msg("Technician")), _count("completed", msg("Orders finished")), _count("open", msg("Not finished")),
            _number("completion_median", msg("Median repair (min)")), _count("rework", msg("Done again")),
            _number("rating", msg("Mean stars")), _count("ratings", msg("Ratings")),
        ),
    ),
)  # fmt: skip

PAYMENTS = (
    PanelTable("by_month", msg("Collection rate by month"), msg("%"), (TableColumn("period", msg("Month of work")), *_COLLECTED)),
    PanelTable(
        "by_building", msg("Collection rate by building"), msg("%"), (TableColumn("building", msg("Building")), *_COLLECTED), "households",
    ),
    PanelTable("by_item", msg("Collection rate by fee item"), msg("%"), (TableColumn("item", msg("Fee item")), *_COLLECTED)),
    PanelTable(
        "ageing", msg("Unpaid by age"), msg("yuan"), (TableColumn("age", msg("Age"), words=AGEING), _HOUSEHOLDS, _OWED),
    ),
    PanelTable(
        "arrears", msg("Households by what they owe"), msg("households past the due date"),
        (TableColumn("band", msg("Owes"), words=ARREARS), _HOUSEHOLDS, _OWED),
    ),
    PanelTable(
        "arrears_rooms", msg("Rooms that owe most"), msg("yuan past the due date"),
        (
            TableColumn("room", msg("Room")), _OWED, _count("oldest_days", msg("Oldest, in days")), _count("bills", msg("Bills")),
            TableColumn("is_disputed", msg("Disputed"), words={"True": msg("Yes"), "False": msg("No")}),
        ),
    ),
    PanelTable(
        "channels", msg("Channels"), msg("% of the money, net of refunds"),
        (
            TableColumn("period", msg("Month of work")), TableColumn("channel", msg("Channel"), words=CHANNELS),
            _count("payments", msg("Number of payments")), _money("amount_fen", msg("Amount")), _share("share", msg("Share")),
        ),
    ),
    PanelTable(
        "days_to_pay", msg("How fast bills are paid"), msg("% of bills, by days since issue"),
        (
            _count("day", msg("Days since issue")), _count("at_risk", msg("Bills that old")), _count("paid", msg("Paid on that day")),
            _share("share", msg("Paid by then")),
        ),
    ),
)  # fmt: skip

BEHAVIOUR = (
    PanelTable("active", msg("Active residents"), msg("people"), (TableColumn("start", msg("From"), _K.date), _RESIDENTS)),
    PanelTable(
        "logins", msg("When residents sign in"), msg("logins by weekday and hour"),
        (TableColumn("weekday", msg("Weekday"), words=_DAYS), _count("hour", msg("Hour")), _count("logins", msg("Logins"))),
    ),
    PanelTable("bill_funnel", msg("From bill to payment"), msg("bills"), _FUNNEL),
    PanelTable("repair_funnel", msg("From report to rating"), msg("orders"), _FUNNEL),
    PanelTable(
        "payment_frequency", msg("Bills paid per resident"), msg("residents by number of bills"),
        (_count("times", msg("Times")), _RESIDENTS),
    ),
    PanelTable(
        "repair_frequency", msg("Reports per resident"), msg("residents by number of reports"), (_count("times", msg("Times")), _RESIDENTS),
    ),
    PanelTable(
        "cohorts", msg("Who stays active"), msg("% of a month's newcomers, by months since"),
        (
            TableColumn("cohort", msg("First month"), _K.date), _count("month", msg("Months since")), _count("size", msg("Newcomers")),
            _RESIDENTS, _share("share", msg("Share")),
        ),
        "size",
    ),
)  # fmt: skip
