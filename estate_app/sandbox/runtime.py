"""One running sandbox: its configuration, keys, book, faults and courier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from estate_app.sandbox.book import Order, OrderBook, Refund
from estate_app.sandbox.config import SandboxConfig
from estate_app.sandbox.courier import Courier, Delivery, Notice, Tamper
from estate_app.sandbox.faults import FaultPlan
from estate_app.sandbox.keys import SandboxKeys
from estate_app.sandbox.store import DocumentStore


@dataclass(frozen=True, slots=True)
class ReturnTarget:
    """Where the payer's browser goes after the cashier; by POST when there are fields."""

    url: str
    fields: Mapping[str, str]


class Vendor(Protocol):
    """What the cashier and the courier need of a vendor."""

    channel: str
    name: str
    resend_schedule: tuple[float, ...]

    def payment_notice(self, order: Order, tamper: Tamper) -> Notice:
        """Build the callback of a payment."""

    def refund_notice(self, refund: Refund, tamper: Tamper) -> Notice:
        """Build the callback of a refund."""

    def is_accepted(self, status: int, body: bytes) -> bool:
        """Read the merchant's reply to a callback."""

    def return_target(self, order: Order, fallback_url: str) -> ReturnTarget:
        """Tell where the payer's browser goes."""


class Sandbox:
    """The parts of a running sandbox, shared by its routes."""

    def __init__(self, config: SandboxConfig, keys: SandboxKeys) -> None:
        self.config = config
        self.keys = keys
        self.store = DocumentStore(config.directory)
        self.book = OrderBook(self.store, config.now)
        self.faults = FaultPlan()
        self.courier = Courier(self.faults, time_scale=config.time_scale, late_seconds=config.late_seconds)
        self.vendors: dict[str, Vendor] = {}

    def start(self) -> None:
        """Start the courier and hand it the callbacks that an earlier run did not bring to the end."""
        self.courier.start()
        for order in self.book.orders():
            if order.notice == "due":
                self.announce_payment(order)
        for refund in self.book.refunds():
            if refund.notice == "due":
                self.announce_refund(refund)

    def stop(self) -> None:
        """Stop the courier and close the book."""
        self.courier.stop()
        self.store.close()

    def announce_payment(self, order: Order) -> None:
        """Send the callback of a payment."""
        vendor = self.vendors[order.channel]

        def acknowledge(outcome: str) -> None:
            with self.store.lock:
                current = self.book.require(order.channel, order.order_no)
                current.notice = outcome
                self.book.save(current)

        self._hand_over(vendor, order.order_no, lambda tamper: vendor.payment_notice(order, tamper), acknowledge, delay=0.0)

    def announce_refund(self, refund: Refund) -> None:
        """Send the callback of a refund once it is done."""
        vendor = self.vendors[refund.channel]

        def acknowledge(outcome: str) -> None:
            refund.notice = outcome
            self.book.save_refund(refund)

        self._hand_over(
            vendor,
            refund.order_no,
            lambda tamper: vendor.refund_notice(refund, tamper),
            acknowledge,
            delay=self.config.refund_seconds,
        )

    def _hand_over(
        self,
        vendor: Vendor,
        order_no: str,
        build: Callable[[Tamper], Notice],
        acknowledge: Callable[[str], None],
        *,
        delay: float,
    ) -> None:
        delivery = Delivery(vendor.channel, order_no, build, vendor.resend_schedule, vendor.is_accepted, acknowledge)
        self.courier.hand_over(delivery, delay=delay)
