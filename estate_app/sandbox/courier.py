"""Carries callbacks to the merchant: at once, then by the vendor's resend schedule, with the faults that were planned."""

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from estate_app.sandbox.faults import Fault, FaultPlan

logger = logging.getLogger(__name__)

CALLBACK_TIMEOUT_SECONDS = 5.0
LOG_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Tamper:
    """How a callback is to be falsified."""

    wrong_amount: bool = False
    bad_signature: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One HTTP POST to the merchant."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """A callback to be carried.

    `build` makes the request anew for each try; `accepted` reads the merchant's reply; `acknowledge` is called once with
    the outcome (`sent`, `lost`, `given_up`).
    """

    channel: str
    order_no: str
    build: Callable[[Tamper], Notice]
    schedule: tuple[float, ...]
    accepted: Callable[[int, bytes], bool]
    acknowledge: Callable[[str], None]
    attempt: int = 0
    fault: Fault | None = None
    is_fault_drawn: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one try, for the control page."""

    channel: str
    order_no: str
    attempt: int
    fault: str
    status: int
    is_accepted: bool


class Courier:
    """One background thread with a queue of deliveries ordered by the time they are due."""

    def __init__(self, faults: FaultPlan, *, time_scale: float, late_seconds: float) -> None:
        self._faults = faults
        self._time_scale = time_scale
        self._late_seconds = late_seconds
        self._queue: list[tuple[float, int, Delivery]] = []
        self._held: dict[str, list[Delivery]] = {}
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._is_stopping = False
        self._in_hand = 0
        self._thread: threading.Thread | None = None
        self.log: deque[Attempt] = deque(maxlen=LOG_LENGTH)

    def start(self) -> None:
        """Start carrying."""
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="sandbox-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the delivery in hand."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def hand_over(self, delivery: Delivery, *, delay: float = 0.0) -> None:
        """Take a callback to be carried after `delay` seconds."""
        with self._wake:
            heapq.heappush(self._queue, (time.monotonic() + delay, next(self._order), delivery))
            self._wake.notify()

    def deliver_now(self) -> None:
        """Make everything that waits due at once: late callbacks, held ones, resends."""
        with self._wake:
            for deliveries in self._held.values():
                for delivery in deliveries:
                    self._queue.append((0.0, next(self._order), delivery))
            self._held.clear()
            self._queue = [(0.0, number, delivery) for _, number, delivery in self._queue]
            heapq.heapify(self._queue)
            self._wake.notify()

    @property
    def waiting(self) -> int:
        """How many callbacks are still to be carried, late and held ones and resends included."""
        with self._wake:
            return len(self._queue) + sum(len(deliveries) for deliveries in self._held.values()) + self._in_hand

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            self._carry(delivery)
            with self._wake:
                self._in_hand = 0

    def _next(self) -> Delivery | None:
        with self._wake:
            while not self._is_stopping:
                if not self._queue:
                    self._wake.wait()
                    continue
                wait = self._queue[0][0] - time.monotonic()
                if wait <= 0:
                    self._in_hand = 1
                    return heapq.heappop(self._queue)[2]
                self._wake.wait(wait)
        return None

    def _carry(self, delivery: Delivery) -> None:
        if not delivery.is_fault_drawn:
            fault = self._faults.take_for_callback(delivery.channel, delivery.order_no)
            delivery = replace(delivery, fault=fault, is_fault_drawn=True)
            if self._is_put_aside(delivery):
                return
        self._send(delivery)
        if delivery.fault is Fault.duplicate and delivery.attempt == 0:
            self._send(replace(delivery, fault=None), is_copy=True)
        for held in self._held.pop(delivery.channel, []):
            self._send(held)

    def _is_put_aside(self, delivery: Delivery) -> bool:
        if delivery.fault is Fault.lost:
            self._note(delivery, 0, is_accepted=False)
            delivery.acknowledge("lost")
            return True
        if delivery.fault is Fault.late:
            self._note(delivery, 0, is_accepted=False)
            self.hand_over(replace(delivery, fault=None), delay=self._late_seconds)
            return True
        if delivery.fault is Fault.out_of_order:
            self._note(delivery, 0, is_accepted=False)
            self._held.setdefault(delivery.channel, []).append(replace(delivery, fault=None))
            return True
        return False

    def _send(self, delivery: Delivery, *, is_copy: bool = False) -> None:
        tamper = Tamper(wrong_amount=delivery.fault is Fault.wrong_amount, bad_signature=delivery.fault is Fault.bad_signature)
        notice = delivery.build(tamper)
        status, is_accepted = 0, False
        try:
            status, reply = _post(notice)
            is_accepted = delivery.accepted(status, reply)
        except (OSError, HTTPException, ValueError) as error:
            logger.info("callback for %s did not arrive: %s", delivery.order_no, type(error).__name__)
        self._note(delivery, status, is_accepted=is_accepted)
        if is_copy:
            return
        if is_accepted:
            delivery.acknowledge("sent")
        elif delivery.attempt < len(delivery.schedule):
            pause = delivery.schedule[delivery.attempt] * self._time_scale
            self.hand_over(replace(delivery, attempt=delivery.attempt + 1, fault=None), delay=pause)
        else:
            delivery.acknowledge("given_up")

    def _note(self, delivery: Delivery, status: int, *, is_accepted: bool) -> None:
        fault = delivery.fault.value if delivery.fault else ""
        self.log.append(Attempt(delivery.channel, delivery.order_no, delivery.attempt + 1, fault, status, is_accepted))


def _post(notice: Notice) -> tuple[int, bytes]:
    """Post without proxies and without following redirects, as the vendors do; raises OSError, HTTPException or ValueError."""
    parts = urlsplit(notice.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an address")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=CALLBACK_TIMEOUT_SECONDS)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=notice.body, headers=dict(notice.headers))
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()
