"""Faults on demand: what the next calls and callbacks of a vendor shall suffer."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """`late` to `lost` strike the next callback, `http_5xx` and `timeout` the next call (a timed-out call has been carried out)."""

    late = "late"
    duplicate = "duplicate"
    out_of_order = "out_of_order"
    wrong_amount = "wrong_amount"
    bad_signature = "bad_signature"
    lost = "lost"
    http_5xx = "http_5xx"
    timeout = "timeout"


CALL_FAULTS = frozenset({Fault.http_5xx, Fault.timeout})


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """One fault to come."""

    channel: str
    fault: Fault
    order_no: str = ""


class FaultPlan:
    """The faults still to come, first planned first struck."""

    def __init__(self) -> None:
        self._planned: deque[PlannedFault] = deque()
        self._lock = threading.Lock()

    def add(self, channel: str, fault: Fault, *, times: int = 1, order_no: str = "") -> None:
        """Plan a fault for a vendor, or for one order's callbacks only."""
        with self._lock:
            self._planned.extend([PlannedFault(channel, fault, order_no)] * times)

    def take_for_callback(self, channel: str, order_no: str) -> Fault | None:
        """Take the fault that strikes this callback."""
        return self._take(lambda plan: plan.channel == channel and plan.fault not in CALL_FAULTS and plan.order_no in {"", order_no})

    def take_for_call(self, channel: str) -> Fault | None:
        """Take the fault that strikes this call."""
        return self._take(lambda plan: plan.channel == channel and plan.fault in CALL_FAULTS)

    def _take(self, fits: Callable[[PlannedFault], bool]) -> Fault | None:
        with self._lock:
            for plan in self._planned:
                if fits(plan):
                    self._planned.remove(plan)
                    return plan.fault
        return None

    def planned(self) -> list[PlannedFault]:
        """Return what is still to come."""
        with self._lock:
            return list(self._planned)

    def clear(self) -> None:
        """Forget all planned faults."""
        with self._lock:
            self._planned.clear()
