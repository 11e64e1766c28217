"""Starts servers on ports of their own, waits until they answer, weighs them, and ends them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PATIENCE = 240.0
_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, and how many seconds passed from its start until it answered."""

    process: subprocess.Popen[bytes]
    port: int
    ready_seconds: float

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://localhost:{self.port}"

    def cpu_seconds(self) -> float:
        """How long the server itself has computed so far, all its threads together; PostgreSQL's share is not in it."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    arguments: Sequence[str], *, port: int, ready: str, log: Path, environment: Mapping[str, str], cwd: Path = ROOT
) -> Iterator[Server]:
    """Run `python …` as a server until the block ends; `ready` is the path that answers 200 once it serves."""
    with log.open("ab") as out:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=cwd, env=dict(environment), stdout=out, stderr=out, start_new_session=True
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}{ready}", log)
            yield Server(process, port, time.perf_counter() - started)
        finally:
            _end(process)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    ends_at = time.monotonic() + _PATIENCE
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 -- our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(_PAUSE)
    raise RuntimeError(f"{address} did not answer:\n{log.read_text(errors='replace')[-3000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end; after half a minute its whole group is killed."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def forget_peak() -> None:
    """Let the peak of this process's memory begin anew, so that a measure does not report an earlier one's."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mb(pid: int | str = "self") -> int:
    """The most that a process has held at once, in MB; 0 where its figures cannot be read."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def resident_mb(pid: int) -> dict[str, float]:
    """The resident memory of a process and its descendants in MB, by the last word of each command line, summed."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        children.setdefault(int(text.rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found: dict[str, float] = {}
    todo = [pid]
    while todo:
        one = todo.pop()
        todo += children.get(one, [])
        words = Path(f"/proc/{one}/cmdline").read_text().strip("\0").split("\0")
        lines = Path(f"/proc/{one}/status").read_text().splitlines()
        kb = next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
        name = "sandbox" if words[-1] == "sandbox" else "web"
        found[name] = round(found.get(name, 0.0) + kb / 1024, 1)
    return found
