"""One material: what is on hand and every move that made it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from estate_app.kit.i18n import Message, msg, translate
from estate_app.kit.money import format_yuan
from estate_app.kit.pagination import Page
from estate_app.repair.stock import quantity_words
from estate_app.repair.stock_models import MovementKind
from estate_app.repair.stock_queries import MovementRow, StockLine
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.manager.stock.present import stock_badge
from estate_app.ui.view import Badge, Fact
from estate_app.ui.when import moment_text

KINDS: Mapping[MovementKind, tuple[Message, str]] = {
    MovementKind.opening: (msg("Opening stock"), "gray"),
    MovementKind.receipt: (msg("Delivered"), "green"),
    MovementKind.issue: (msg("Taken for an order"), "indigo"),
    MovementKind.put_back: (msg("Put back"), "gray"),
    MovementKind.correction: (msg("Corrected by count"), "orange"),
}
_NO_BADGE = Badge("")


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One move."""

    id: str
    time: str
    kind: str
    tone: str
    quantity: str
    balance: str
    order: str
    href: str
    note: str
    actor: str


@dataclass(frozen=True, slots=True)
class View:
    """Everything on the page."""

    name: str = ""
    unit: str = ""
    left: str = ""
    badge: Badge = _NO_BADGE
    facts: list[Fact] = field(default_factory=list)
    moves: list[MoveLine] = field(default_factory=list)
    is_active: bool = True
    export: str = ""


def view(line: StockLine, moves: Page[MovementRow], *, now: datetime, locale: str) -> View:
    """Turn a material into the page."""
    item = line.item
    low = f"{quantity_words(item.low_milli)} {item.unit}" if item.low_milli else translate(msg("when it is used up"), locale)
    facts = [
        Fact(translate(msg("Code of the material"), locale), item.code),
        Fact(translate(msg("Price a unit"), locale), f"¥{format_yuan(item.price_fen)}"),
        Fact(translate(msg("Order again at"), locale), low),
        Fact(translate(msg("Used in 30 days"), locale), f"{quantity_words(line.used_milli)} {item.unit}"),
        Fact(translate(msg("Value on hand (yuan)"), locale), format_yuan((item.price_fen * item.on_hand_milli + 500) // 1000)),
    ]
    return View(
        named(item.name, item.name_en, locale),
        item.unit,
        quantity_words(item.on_hand_milli),
        stock_badge(item, locale=locale),
        facts,
        [_move(move, now=now, locale=locale) for move in moves.rows],
        item.is_active,
        f"/export/stock-moves.xlsx?item_id={item.id}",
    )


def _move(move: MovementRow, *, now: datetime, locale: str) -> MoveLine:
    name, tone = KINDS[move.kind]
    sign = "+" if move.quantity_milli > 0 else "−"
    note = translate(msg("Delivery note {number}", number=move.reference), locale) if move.reference else move.reason
    return MoveLine(
        id=str(move.id),
        time=moment_text(move.at, now=now, locale=locale),
        kind=translate(name, locale),
        tone=tone,
        quantity=sign + quantity_words(abs(move.quantity_milli)),
        balance=quantity_words(move.balance_milli),
        order=move.order_number,
        href=f"/manage/repairs/{move.order_id}" if move.order_id else "",
        note=note,
        actor=move.actor or translate(msg("System"), locale),
    )
