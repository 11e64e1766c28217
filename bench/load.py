"""A lean HTTP/1.1 load generator: keep-alive connections, one request at a time on each, prepared bytes out, parsed answers in."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_last(self) -> bool:
        """Whether the server closes the connection after it."""
        return self.headers.get("connection", "").lower() == "close"


@dataclass(slots=True)
class Result:
    """What came of a run: how many answers of each status in how many seconds, and how long each took."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    """What the server computed meanwhile, where its process is known."""

    @property
    def good(self) -> int:
        """How many answers were successes."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)

    @property
    def per_second(self) -> float:
        """Successes per second."""
        return self.good / self.seconds if self.seconds else 0.0

    @property
    def cpu_ms(self) -> float:
        """What one answer costs the server's process: unlike rates it does not depend on what else the machine does."""
        count = sum(self.statuses.values())
        return 1000 * self.cpu_seconds / count if count else 0.0

    def row(self) -> dict[str, object]:
        """The figures of one JSON line; what was refused is shown when there is any."""
        figures: dict[str, object] = {"per_second": round(self.per_second, 1), **spread(self.latencies)}
        if self.cpu_seconds:
            figures["cpu_ms"] = round(self.cpu_ms, 2)
        refused = {str(status): count for status, count in self.statuses.items() if not 200 <= status < 300}
        return figures | ({"refused": refused} if refused else {})


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the smallest value that so many percent do not exceed."""
    if not values:
        return 0.0
    ranked = sorted(values)
    return ranked[max(1, ceil(len(ranked) * percent / 100)) - 1]


def spread(seconds: Sequence[float]) -> dict[str, object]:
    """The median and the 95th percentile of some spans, in milliseconds."""
    return {"p50_ms": round(percentile(seconds, 50) * 1000, 2), "p95_ms": round(percentile(seconds, 95) * 1000, 2)}


def request_bytes(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """Write one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method in {"POST", "PUT"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read one answer: by its length, by chunks, or until the connection ends.

    Raises:
        ValueError: this is no HTTP/1.1 answer.
        asyncio.IncompleteReadError: the connection ended in the middle of it.
    """
    status = 100
    headers: dict[str, str] = {}
    while 100 <= status < 200:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        version, _, rest = head[0].partition(" ")
        code = rest[:3]
        if not version.startswith("HTTP/1.") or not code.isdigit():
            raise ValueError(f"not an HTTP/1.1 answer: {head[0][:60]}")
        status = int(code)
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Answer(status, headers, await _body(reader, status, headers))


async def _body(reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> bytes:
    if status in _BODILESS:
        return b""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _chunks(reader)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass
    return b"".join(parts)


async def drive(port: int, requests: Iterator[bytes], *, clients: int, seconds: float) -> Result:
    """Send requests over so many connections until the time or the requests are over."""
    result = Result()
    started = time.perf_counter()
    ends_at = started + seconds
    await asyncio.gather(*(_client(port, requests, ends_at, result) for _ in range(clients)))
    result.seconds = time.perf_counter() - started
    return result


async def _client(port: int, requests: Iterator[bytes], ends_at: float, result: Result) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (sent_at := time.perf_counter()) < ends_at and (request := next(requests, None)) is not None:
            writer.write(request)
            answer = await read_answer(reader)
            result.latencies.append(time.perf_counter() - sent_at)
            result.statuses[answer.status] += 1
            if answer.is_last:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
    finally:
        writer.close()


def run(port: int, requests: Iterator[bytes], *, clients: int, seconds: float) -> Result:
    """Drive a server on this machine from outside any event loop."""
    return asyncio.run(drive(port, requests, clients=clients, seconds=seconds))
