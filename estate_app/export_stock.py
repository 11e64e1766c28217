"""The stock as files: the materials of the list, and every move of one material or of all."""

from collections.abc import Iterator, Mapping, Sequence

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.export import Cell, Export, Named, read_filter, register
from estate_app.kit.i18n import Message, msg
from estate_app.kit.spreadsheet_out import ColumnKind
from estate_app.repair.stock_models import MovementKind
from estate_app.repair.stock_queries import MoveFilter, StockFilter, StockLine, export_moves, export_stock

_TEXT, _NUMBER, _MONEY, _AT = ColumnKind.text, ColumnKind.number, ColumnKind.money, ColumnKind.instant
_KINDS: Mapping[MovementKind, Message] = {
    MovementKind.opening: msg("Opening stock"),
    MovementKind.receipt: msg("Delivered"),
    MovementKind.issue: msg("Taken for an order"),
    MovementKind.put_back: msg("Put back"),
    MovementKind.correction: msg("Corrected by count"),
}


def _items(uow: UnitOfWork, actor: Actor, query: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    wanted = read_filter(StockFilter, query)
    for line in export_stock(uow.session, actor, filter=wanted, sort=query.get("sort", ""), now=uow.now):
        item = line.item
        yield (
            item.code, Named(item.name, item.name_en), item.unit, item.price_fen, item.on_hand_milli / 1000, item.low_milli / 1000,
            line.used_milli / 1000, _state(line),
        )  # fmt: skip


def _moves(uow: UnitOfWork, actor: Actor, query: Mapping[str, str]) -> Iterator[Sequence[Cell]]:
    for item, move in export_moves(uow.session, actor, filter=read_filter(MoveFilter, query)):
        yield (
            move.at, item.code, Named(item.name, item.name_en), item.unit, _KINDS[move.kind], move.quantity_milli / 1000,
            move.balance_milli / 1000, move.order_number, move.reference, move.reason, move.actor,
        )  # fmt: skip


def _state(line: StockLine) -> Message:
    if not line.item.is_active:
        return msg("No longer used")
    if line.item.on_hand_milli == 0:
        return msg("Used up")
    return msg("Low stock") if line.is_low else msg("Enough in stock")


register(
    Export(
        "stock",
        msg("Materials"),
        (
            (msg("Code of the material"), _TEXT), (msg("Name of the material"), _TEXT), (msg("Unit of the material"), _TEXT),
            (msg("Price a unit"), _MONEY), (msg("On hand"), _NUMBER), (msg("Order again at"), _NUMBER), (msg("Used in 30 days"), _NUMBER),
            (msg("Stock"), _TEXT),
        ),
        _items,
    )
)  # fmt: skip
register(
    Export(
        "stock-moves",
        msg("History of the stock"),
        (
            (msg("Time"), _AT), (msg("Code of the material"), _TEXT), (msg("Name of the material"), _TEXT),
            (msg("Unit of the material"), _TEXT), (msg("Move"), _TEXT), (msg("Quantity moved"), _NUMBER),
            (msg("On hand after it"), _NUMBER), (msg("Order"), _TEXT), (msg("Delivery note"), _TEXT), (msg("Reason"), _TEXT),
            (msg("Who"), _TEXT),
        ),
        _moves,
    )
)  # fmt: skip
