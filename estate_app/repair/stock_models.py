"""The stock: the materials on the price list, and every move of them. Moves are append-only; their sum is what is on hand."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from estate_app.tables import instant, key, money, one_of, ref, word


class MovementKind(StrEnum):
    """Why a quantity changed."""

    opening = "opening"
    receipt = "receipt"
    issue = "issue"
    put_back = "put_back"
    correction = "correction"


class StockItem(SQLModel, table=True):
    """A material on the price list; what is on hand is the sum of its movements, and at `low_milli` it should be ordered again."""

    __tablename__ = "stock_item"
    __table_args__ = (CheckConstraint("on_hand_milli >= 0", name="on_hand_not_negative"),)
    id: int = key()
    code: str = Field(max_length=30, unique=True)
    name: str = Field(max_length=60)
    name_en: str = Field(max_length=60)
    unit: str = Field(max_length=10)
    price_fen: int = money()
    on_hand_milli: int = Field(default=0, sa_type=BigInteger)
    low_milli: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    is_active: bool = True


class StockMovement(SQLModel, table=True):
    """One move of one material, in thousandths of its unit, with what was on hand after it; `reference` is a delivery note's number."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        one_of("kind", MovementKind),
        CheckConstraint("quantity_milli <> 0", name="quantity_not_zero"),
        CheckConstraint("balance_milli >= 0", name="balance_not_negative"),
        CheckConstraint("(kind IN ('issue', 'put_back')) = (order_id IS NOT NULL)", name="order_fits"),
        CheckConstraint("kind <> 'correction' OR reason <> ''", name="correction_has_reason"),
        Index("ix_stock_movement_of_item", "stock_item_id", "id"),
        Index(
            "uq_stock_movement_delivery",
            "stock_item_id",
            "reference",
            unique=True,
            postgresql_where=text("kind = 'receipt' AND reference <> ''"),
        ),
    )
    id: int = key()
    stock_item_id: int = ref("stock_item.id", index=False)
    kind: MovementKind = word(MovementKind)
    quantity_milli: int = Field(sa_type=BigInteger)
    balance_milli: int = Field(sa_type=BigInteger)
    order_id: int | None = ref("repair_order.id", null=True)
    reason: str = Field(default="", max_length=200)
    reference: str = Field(default="", max_length=60)
    actor_id: int | None = ref("account.id", null=True)
    at: datetime = instant()
