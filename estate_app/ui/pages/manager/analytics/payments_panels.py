"""The panels of the payment dashboard. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl

from estate_app.analytics.dashboards import PaymentDashboard
from estate_app.analytics.figures import payments as draw
from estate_app.analytics.tables import PAYMENTS
from estate_app.ui.pages.manager.analytics.present import Draw, Href, Panel, panel

_MOST_ROOMS = 8
_FINDINGS = {"by_month": "by_period"}


@dataclass(frozen=True, slots=True)
class BillLists:
    """Where bars lead: the list of bills of the same months; empty when the lists show another estate."""

    since: str
    until: str
    is_open: bool = True

    def bills(self, **narrowed: object) -> str:
        """The address of the list of the period's months, narrowed further."""
        return self.of({"from_period": self.since[:7], "to_period": self.until[:7]} | narrowed)

    def of(self, narrowed: Mapping[str, object]) -> str:
        """The address of the list, narrowed by this alone."""
        return "/manage/bills?" + urlencode(narrowed) if self.is_open else ""


def payment_panels(board: PaymentDashboard, rooms: pl.DataFrame, lists: BillLists, *, today: str, locale: str) -> dict[str, Panel]:
    """Draw every panel; `rooms` are the arrears with their rooms' names, `today` is the business date."""
    draws, hrefs, findings = _draws(board, today), _hrefs(lists), dict(board.findings)
    return {
        table.name: panel(
            table,
            rooms if table.name == "arrears_rooms" else getattr(board, table.name),
            draws.get(table.name),
            findings=findings,
            finding=_FINDINGS.get(table.name, ""),
            locale=locale,
            href=hrefs.get(table.name),
            most=_MOST_ROOMS if table.name == "arrears_rooms" else None,
        )
        for table in PAYMENTS
    }


def _draws(board: PaymentDashboard, today: str) -> dict[str, Draw]:
    is_running = not board.by_month.is_empty() and board.by_month["period"].max() == today[:7]
    return {
        "by_month": lambda look: draw.collection_by_period(look, board.by_month, is_last_open=is_running),
        "by_building": lambda look: draw.collection_by_building(look, board.by_building),
        "by_item": lambda look: draw.collection_by_item(look, board.by_item),
        "ageing": lambda look: draw.ageing(look, board.ageing),
        "arrears": lambda look: draw.arrears(look, board.arrears),
        "channels": lambda look: draw.channels(look, board.channels),
        "days_to_pay": lambda look: draw.days_to_pay(look, board.days_to_pay),
    }


def _hrefs(lists: BillLists) -> dict[str, Href]:
    def room(row: dict[str, Any]) -> str:
        return lists.of({"room_id": row["room_id"], "state": "overdue"})

    return {
        "by_month": lambda row: lists.of({"period": row["period"]}),
        "by_building": lambda row: lists.bills(building_id=row["building_id"]),
        "by_item": lambda row: lists.bills(fee_item_id=row["item_id"]),
        "arrears_rooms": room,
    }
