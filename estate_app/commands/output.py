"""How commands speak: results on stdout (text, or JSON with `--json`), progress and refusals on stderr, and exit codes."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

FAILED = 1
REFUSED = 3
errors = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def say(result: Mapping[str, object], *, as_json: bool) -> None:
    """Print one result."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, default=str))
        return
    for key, value in result.items():
        typer.echo(f"{key.replace('_', ' ')}: {value}")


def say_rows(rows: list[dict[str, object]], *, as_json: bool) -> None:
    """Print a list of results as a table, or as JSON."""
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    table = Table(*[key.replace("_", " ") for key in (rows[0] if rows else {})])
    for row in rows:
        table.add_row(*[str(value) for value in row.values()])
    Console().print(table)


@contextmanager
def steps(title: str) -> Iterator["Steps"]:
    """Show which step a long command is at, on a terminal only."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as progress:
        yield Steps(progress, title)


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far a long command is, on a terminal only; yields what is told how many are done of how many."""
    with Progress(
        TextColumn(title),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


class Steps:
    """Moves the progress line on; called with the name of the step that begins."""

    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._title = title
        self._task = progress.add_task(title, total=None)

    def __call__(self, step: str) -> None:
        """Name the step that begins."""
        self._progress.update(self._task, description=f"{self._title}: {step}")
