"""Orders and refunds as any of the three vendors would keep them."""

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from estate_app.sandbox.store import DocumentStore

VENDOR_ZONE = ZoneInfo("Asia/Shanghai")
FEE_BASIS_POINTS = 60
BASIS = 10_000


@dataclass(slots=True)
class Order:
    """One order of a merchant; `state` is awaiting, paid, failed or closed; times are ISO texts in UTC."""

    channel: str
    order_no: str
    amount_fen: int
    description: str
    way: str
    notify_url: str
    created_at: str
    token: str
    return_url: str = ""
    expires_at: str = ""
    state: str = "awaiting"
    transaction_id: str = ""
    paid_at: str = ""
    payer: str = ""
    notice: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the key in the book."""
        return f"{self.channel}/{self.order_no}"

    @property
    def fee_fen(self) -> int:
        """Return the vendor's fee, 0.60 % rounded half up to fen."""
        return fee_of(self.amount_fen)


@dataclass(slots=True)
class Refund:
    """One refund; it is done once the clock has passed `done_at`."""

    channel: str
    refund_no: str
    order_no: str
    transaction_id: str
    refund_id: str
    amount_fen: int
    total_fen: int
    reason: str
    notify_url: str
    requested_at: str
    done_at: str
    notice: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return the key in the book."""
        return f"{self.channel}/{self.refund_no}"


def fee_of(amount_fen: int) -> int:
    """Return 0.60 % of an amount, rounded half up to fen."""
    return (amount_fen * FEE_BASIS_POINTS + BASIS // 2) // BASIS


class OrderBookError(Exception):
    """The book refuses; `code` is one of exists, not_found, paid, closed, not_paid, too_much, differs."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OrderBook:
    """All orders and refunds; each change is made under the store's lock."""

    def __init__(self, store: DocumentStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def open(self, order: Order) -> Order:
        """Enter a new order; the same number again gives the first order when the amount is the same, else `exists`."""
        with self._store.lock:
            known = self.find(order.channel, order.order_no)
            if known is None:
                self.save(order)
                self._store.put("token", order.token, {"key": order.key})
                return order
            if known.state == "paid":
                raise OrderBookError("paid")
            if known.state == "closed":
                raise OrderBookError("closed")
            if (known.amount_fen, known.way) != (order.amount_fen, order.way):
                raise OrderBookError("exists")
            return known

    def find(self, channel: str, order_no: str) -> Order | None:
        """Return an order; one whose time is over is closed."""
        content = self._store.get("order", f"{channel}/{order_no}")
        return self._live(Order(**content)) if content else None

    def require(self, channel: str, order_no: str) -> Order:
        """Return an order or raise `not_found`."""
        order = self.find(channel, order_no)
        if order is None:
            raise OrderBookError("not_found")
        return order

    def by_token(self, token: str) -> Order | None:
        """Return the order of a cashier page."""
        pointer = self._store.get("token", token)
        content = self._store.get("order", pointer["key"]) if pointer else None
        return self._live(Order(**content)) if content else None

    def by_transaction(self, channel: str, transaction_id: str) -> Order | None:
        """Return the paid order with the vendor's number."""
        pointer = self._store.get("transaction", f"{channel}/{transaction_id}")
        return self.find(channel, pointer["order_no"]) if pointer else None

    def save(self, order: Order) -> None:
        """Write an order back."""
        self._store.put("order", order.key, asdict(order))

    def pay(self, channel: str, order_no: str, *, payer: str = "") -> Order:
        """Take the payer's money: awaiting or failed becomes paid."""
        with self._store.lock:
            order = self.require(channel, order_no)
            if order.state in {"paid", "closed"}:
                raise OrderBookError(order.state)
            order.state, order.paid_at, order.notice = "paid", self._now().isoformat(), "due"
            order.payer = payer or order.payer
            order.transaction_id = new_transaction_id(channel, self._now())
            self.save(order)
            self._store.put("transaction", f"{channel}/{order.transaction_id}", {"order_no": order_no})
            return order

    def fail(self, channel: str, order_no: str) -> Order:
        """Let the payer's bank refuse."""
        with self._store.lock:
            order = self.require(channel, order_no)
            if order.state in {"paid", "closed"}:
                raise OrderBookError(order.state)
            order.state = "failed"
            self.save(order)
            return order

    def close(self, channel: str, order_no: str) -> Order:
        """Close an unpaid order."""
        with self._store.lock:
            order = self.require(channel, order_no)
            if order.state == "paid":
                raise OrderBookError("paid")
            order.state = "closed"
            self.save(order)
            return order

    def import_paid(self, order: Order) -> bool:
        """Enter an order that was paid in the past, for demonstration data; no notice is sent. Tell whether it was new."""
        with self._store.lock:
            order.state, order.notice = "paid", "imported"
            is_new = self._store.add("order", order.key, asdict(order))
            if is_new:
                self._store.put("transaction", f"{order.channel}/{order.transaction_id}", {"order_no": order.order_no})
            return is_new

    def refund(self, refund: Refund) -> Refund:
        """Enter a refund; the same number again gives the first one, with another amount `differs`."""
        with self._store.lock:
            known = self.find_refund(refund.channel, refund.refund_no)
            if known is not None:
                if (known.amount_fen, known.order_no) != (refund.amount_fen, refund.order_no):
                    raise OrderBookError("differs")
                return known
            order = self.require(refund.channel, refund.order_no)
            if order.state != "paid":
                raise OrderBookError("not_paid")
            if self.refunded_fen(order) + refund.amount_fen > order.amount_fen:
                raise OrderBookError("too_much")
            self.save_refund(refund)
            return refund

    def find_refund(self, channel: str, refund_no: str) -> Refund | None:
        """Return a refund by the merchant's number."""
        content = self._store.get("refund", f"{channel}/{refund_no}")
        return Refund(**content) if content else None

    def save_refund(self, refund: Refund) -> None:
        """Write a refund back."""
        self._store.put("refund", refund.key, asdict(refund))

    def is_done(self, refund: Refund) -> bool:
        """Tell whether the payer has the money back."""
        return self._now() >= datetime.fromisoformat(refund.done_at)

    def refunds_of(self, order: Order) -> list[Refund]:
        """Return all refunds of an order."""
        refunds = (Refund(**content) for content in self._store.all("refund"))
        return [refund for refund in refunds if (refund.channel, refund.order_no) == (order.channel, order.order_no)]

    def refunded_fen(self, order: Order) -> int:
        """Return how much of an order is given back or about to be."""
        return sum(refund.amount_fen for refund in self.refunds_of(order))

    def paid_on(self, channel: str, day: date) -> list[Order]:
        """Return the orders paid on a day in Shanghai, in time order."""
        orders = [order for order in self.orders() if order.channel == channel and order.state == "paid"]
        return sorted((order for order in orders if vendor_day(order.paid_at) == day), key=lambda order: order.paid_at)

    def refunded_on(self, channel: str, day: date) -> list[Refund]:
        """Return the refunds done on a day in Shanghai, in time order."""
        refunds = [Refund(**content) for content in self._store.all("refund")]
        done = [refund for refund in refunds if refund.channel == channel and self.is_done(refund)]
        return sorted((refund for refund in done if vendor_day(refund.done_at) == day), key=lambda refund: refund.done_at)

    def orders(self) -> list[Order]:
        """Return all orders."""
        return [self._live(Order(**content)) for content in self._store.all("order")]

    def refunds(self) -> list[Refund]:
        """Return all refunds."""
        return [Refund(**content) for content in self._store.all("refund")]

    def _live(self, order: Order) -> Order:
        is_over = order.expires_at and self._now() >= datetime.fromisoformat(order.expires_at)
        if is_over and order.state in {"awaiting", "failed"}:
            order.state = "closed"
        return order


def vendor_day(instant: str) -> date:
    """Return the day in Shanghai of an ISO instant."""
    return datetime.fromisoformat(instant).astimezone(VENDOR_ZONE).date()


def vendor_text(instant: str) -> str:
    """Write an ISO instant as vendors print local time."""
    return datetime.fromisoformat(instant).astimezone(VENDOR_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def after(instant: datetime, seconds: float) -> str:
    """Return the ISO text of `seconds` later, in UTC."""
    return (instant.astimezone(UTC) + timedelta(seconds=seconds)).isoformat()


def new_token() -> str:
    """Return an unguessable name for a cashier page."""
    return secrets.token_urlsafe(18)


def new_transaction_id(channel: str, now: datetime) -> str:
    """Return a vendor's number in that vendor's shape."""
    day, tail = now.astimezone(VENDOR_ZONE).strftime("%Y%m%d"), secrets.randbelow(10**12)
    match channel:
        case "wechat":
            return f"4200002{secrets.randbelow(1000):03d}{day}{tail % 10**10:010d}"
        case "alipay":
            return f"{day}2200{secrets.randbelow(10**4):04d}{tail:012d}"
        case _:
            return f"{now.astimezone(VENDOR_ZONE):%Y%m%d%H%M%S}{tail % 10**7:07d}"
