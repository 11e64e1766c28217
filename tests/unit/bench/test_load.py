"""The load generator writes requests that servers understand and reads every way in which an answer may end."""

import asyncio
import itertools

import pytest

from bench import load


def read(*parts: bytes) -> load.Answer:
    """Read an answer that arrives in these parts, after which the connection ends."""

    async def go() -> load.Answer:
        reader = asyncio.StreamReader()
        task = asyncio.create_task(load.read_answer(reader))
        for part in parts:
            await asyncio.sleep(0)
            reader.feed_data(part)
        reader.feed_eof()
        return await task

    return asyncio.run(go())


def test_a_body_ends_after_its_length():
    answer = read(b'HTTP/1.1 201 Created\r\nContent-Length: 5\r\nETag:  "a:b" \r\n\r\nhello')
    assert answer == load.Answer(201, {"content-length": "5", "etag": '"a:b"'}, b"hello")
    assert not answer.is_last


def test_an_answer_may_come_in_pieces():
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nConnection: Close\r\n\r\nhello, world"
    answer = read(*(bytes([byte]) for byte in whole))
    assert (answer.status, answer.body, answer.is_last) == (200, b"hello, world", True)


def test_chunks_are_put_together_with_extensions_and_trailers():
    answer = read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n, world!!!\r\n0\r\nX-Sum: 1\r\n\r\n")
    assert answer.body == b"hello, world!!!"


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_ends_with_its_head(status):
    assert read(f"HTTP/1.1 {status} x\r\nContent-Length: 9\r\n\r\n".encode()).body == b""


def test_without_a_length_the_connection_ends_the_body():
    assert read(b"HTTP/1.0 200 OK\r\n\r\nto the end").body == b"to the end"


def test_interim_answers_are_passed_over():
    answer = read(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok")
    assert (answer.status, answer.body) == (202, b"ok")


@pytest.mark.parametrize("head", [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\r\n\r\n"])
def test_what_is_no_answer_is_refused(head):
    with pytest.raises(ValueError, match=r"not an HTTP/1\.1 answer"):
        read(head)


def test_a_connection_that_ends_too_early_is_an_error():
    with pytest.raises(asyncio.IncompleteReadError):
        read(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")


def test_a_request_carries_the_length_of_its_bytes():
    made = load.request_bytes("POST", "/rows", {"X-A": "1"}, "水".encode())
    assert made == "POST /rows HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: 1\r\nContent-Length: 3\r\n\r\n水".encode()
    assert load.request_bytes("GET", "/") == b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_percentiles_are_values_that_occurred():
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [load.percentile(values, p) for p in (0, 50, 80, 81, 95, 100)] == [1.0, 3.0, 4.0, 5.0, 5.0, 5.0]
    assert load.percentile([], 50) == 0.0


def test_only_successes_count_as_work():
    result = load.Result(seconds=2.0, latencies=[0.001, 0.003])
    result.statuses.update({200: 3, 201: 1, 429: 6})
    assert result.row() == {"per_second": 2.0, "p50_ms": 1.0, "p95_ms": 3.0, "refused": {"429": 6}}


def test_a_run_ends_with_its_requests_and_reconnects_when_the_server_closes():
    connections = itertools.count(1)
    opened = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(next(connections))
        for left in (1, 0):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\n" + (b"" if left else b"Connection: close\r\n") + b"Content-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async def go() -> load.Result:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await load.drive(port, itertools.repeat(load.request_bytes("GET", "/"), 4), clients=1, seconds=60)

    result = asyncio.run(go())
    assert (result.good, len(result.latencies)) == (4, 4)
    assert len(opened) == 3  # the third is opened after the last answer, when nobody knows yet that nothing is left
