"""Looks an installation over: each finding says what is wrong and what to do."""

import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import psycopg

from estate_app.kit.clock import utc_now
from estate_app.operation.backup import list_backups
from estate_app.operation.postgres import ToolError, tool
from estate_app.payment.gateways.checks import channel_faults
from estate_app.settings import Settings

_MIN_FREE = 2 * 1024**3
_MAX_SKEW = timedelta(seconds=5)
_BACKUP_AGE = timedelta(hours=36)


class Level(StrEnum):
    """How bad it is."""

    ok = "ok"
    warning = "warning"
    error = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    level: Level
    detail: str


def examine(settings: Settings, url: Callable[[], str], head: str | None) -> list[Finding]:
    """Look at everything; `url` starts or finds the database, `head` is the newest migration."""
    return [
        _user(),
        _disk(settings.var_dir),
        _port(settings),
        _secret(settings),
        *_keys(settings),
        *_database(url, head),
        *_tools(),
        _fonts(),
        _backups(settings.backup_dir, utc_now()),
    ]


def _user() -> Finding:
    if os.geteuid() == 0:
        return Finding("user", Level.warning, "running as root: use an ordinary user outside of trials")
    return Finding("user", Level.ok, f"uid {os.geteuid()}")


def _disk(folder: Path) -> Finding:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < _MIN_FREE:
        return Finding("disk", Level.error, f"{free // 1024**2} MB free in {folder}: at least 2048 MB are needed")
    return Finding("disk", Level.ok, f"{free // 1024**3} GB free")


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return Finding("port", Level.warning, f"{settings.port} is taken: the product already runs, or set ESTATE_PORT")
    return Finding("port", Level.ok, str(settings.port))


def _secret(settings: Settings) -> Finding:
    if settings.demo:
        return Finding("secret key", Level.warning, "the demo's own: set ESTATE_SECRET_KEY and ESTATE_DEMO=false before real people use it")
    return Finding("secret key", Level.ok, "set")


def _keys(settings: Settings) -> list[Finding]:
    """The keys of each payment channel; a wrong length or an expired certificate shows only when the first person pays."""
    if settings.sandbox:
        return [Finding("payment keys", Level.ok, "the sandbox makes its own")]
    named = {"wechat": settings.wechat_mchid, "alipay": settings.alipay_app_id, "unionpay": settings.unionpay_merchant_id}
    if not any(named.values()):
        return [Finding("payment keys", Level.warning, "no channel is set up: residents pay at the counter only")]
    faults = channel_faults(settings, utc_now())
    found = [Finding("payment keys", Level.warning if f.is_warning else Level.error, f"{f.channel.value}: {f.text}") for f in faults]
    sound = [name for name, merchant in named.items() if merchant and not any(f.channel.value == name for f in faults)]
    return [*found, *(Finding("payment keys", Level.ok, f"{name}: complete") for name in sound), *_callback_address(settings)]


def _callback_address(settings: Settings) -> list[Finding]:
    if settings.is_https:
        return []
    text = f"ESTATE_PUBLIC_URL is {settings.public_url}: vendors call back over https only, to an address that the internet reaches"
    return [Finding("callbacks", Level.error, text)]


def _database(url: Callable[[], str], head: str | None) -> list[Finding]:
    try:
        with psycopg.connect(url(), connect_timeout=5) as connection:
            row = connection.execute("SELECT version(), now(), to_regclass('alembic_version') IS NOT NULL").fetchone()
            version, now, is_migrated = row or ("", utc_now(), False)
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if is_migrated else None
    except (psycopg.Error, OSError) as error:
        return [Finding("database", Level.error, f"no answer ({type(error).__name__}): check ESTATE_DATABASE_URL")]
    skew = abs(utc_now() - now)
    current = str(found[0]) if found else None
    return [
        Finding("database", Level.ok, str(version).split(" on ")[0]),
        Finding("migrations", Level.ok, current)
        if current == head and current
        else Finding("migrations", Level.error, "not up to date: run `python -m estate_app migrate`"),
        Finding("clock", Level.ok, "agrees with the database's")
        if skew <= _MAX_SKEW
        else Finding("clock", Level.error, f"{skew.total_seconds():.0f} s away from the database's: set up NTP"),
    ]


def _tools() -> list[Finding]:
    findings = []
    for name in ("pg_dump", "pg_restore", "psql"):
        try:
            findings.append(Finding(name, Level.ok, str(tool(name).parent.parent.name)))
        except ToolError as error:
            findings.append(Finding(name, Level.error, str(error)))
    return findings


def _fonts() -> Finding:
    folder = Path(__file__).parent.parent / "kit" / "fonts"
    found = sorted({path.name for pattern in ("*.ttf", "*.ttf.gz", "*.otf") for path in folder.rglob(pattern)})
    if not found:
        return Finding("fonts", Level.error, "no TrueType font in estate_app/kit/fonts: receipts cannot be printed in Chinese")
    return Finding("fonts", Level.ok, ", ".join(found))


def _backups(folder: Path, now: datetime) -> Finding:
    newest = next(iter(list_backups(folder)), None)
    if newest is None:
        return Finding("backup", Level.warning, "none yet: run `python -m estate_app backup`")
    age = now - datetime.fromtimestamp(newest.stat().st_mtime, tz=now.tzinfo)
    if age > _BACKUP_AGE:
        return Finding("backup", Level.error, f"the last one is {age.days} days old")
    return Finding("backup", Level.ok, newest.name)
