"""The command `reconcile`: one channel's day, from the vendor or from a file; exit code 1 when differences are open."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from estate_app.access.actor import SYSTEM
from estate_app.commands.output import FAILED, AsJson, say, steps
from estate_app.payment.channel import Channel
from estate_app.payment.reconciliation.service import Upload
from estate_app.payment.reconciliation.service import reconcile as compare_day


def reconcile(
    channel: Annotated[Channel, typer.Option(help="The channel: wechat, alipay or unionpay.")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The business day in Shanghai, as 2026-11-30.")],
    file: Annotated[
        Path | None, typer.Option(help="A statement downloaded by hand; without it the channel is asked.", exists=True, dir_okay=False)
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 -- a flag
) -> None:
    """Compare a channel's day with its statement; safe to repeat. Refused files are kept with the reason."""
    upload = Upload(file.name, file.read_bytes()) if file else None
    with steps("Reconciling") as step:
        step(f"{channel.value} {day:%Y-%m-%d}")
        result = compare_day(SYSTEM, channel, day.date(), upload=upload)
    say(
        {
            "channel": result.channel.value,
            "day": result.day.isoformat(),
            "lines": result.lines,
            "differences": result.open,
            "statement_fen": result.channel_fen,
            "books_fen": result.local_fen,
            "fee_fen": result.fee_fen,
        },
        as_json=as_json,
    )
    if result.open:
        raise typer.Exit(FAILED)
