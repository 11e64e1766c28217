"""What a technician's phone did without a network, over HTTP: each step in a transaction of its own, in the phone's order."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import EstateError, InvalidError, NotSignedInError
from estate_app.kit.i18n import Message, msg, translate
from estate_app.repair.arrival import Proof
from estate_app.repair.field import Outcome, Step, Written, replay
from estate_app.repair.place import CoordinateSystem
from estate_app.web.client import cookie_actor, ensure_same_origin, locale_of

MAX_BYTES = 256 * 1024
MAX_STEPS = 50
_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")
_HELD = msg("Waits until the step before it is decided")
_BROKEN = msg("The phone sent something that cannot be read; update the page and send again")
_WORDS: Mapping[Outcome, Message] = {Outcome.done: msg("Uploaded"), Outcome.already_done: msg("Was recorded already; nothing was changed")}


@dataclass(frozen=True, slots=True)
class _Answer:
    key: str
    outcome: str
    text: str
    status: int = 200


async def steps(request: Request) -> Response:
    """Replay the steps of a phone and answer for each: done, done already, in conflict (with a sentence), or held behind a conflict."""
    ensure_same_origin(request)
    await run_in_threadpool(run_in_uow, _ensure_technician, request)
    wanted = _read(await _body(request))
    answers = await run_in_threadpool(_replay_all, request, wanted)
    results = [{"key": a.key, "outcome": a.outcome, "text": a.text, "status": a.status} for a in answers]
    return JSONResponse({"results": results}, headers={"cache-control": "no-store"})


def _replay_all(request: Request, wanted: list[Step]) -> list[_Answer]:
    locale, stuck, answers = locale_of(request), set[int](), list[_Answer]()
    for step in wanted:
        if step.order_id in stuck:
            answers.append(_Answer(step.key, "held", translate(_HELD, locale), 409))
            continue
        try:
            outcome = run_in_uow(_replay_one, request, step)
            answers.append(_Answer(step.key, outcome.value, translate(_WORDS[outcome], locale)))
        except NotSignedInError:
            raise
        except EstateError as error:
            stuck.add(step.order_id)
            answers.append(_Answer(step.key, Outcome.conflict.value, translate(error.message, locale), error.status))
    return answers


def _replay_one(uow: UnitOfWork, request: Request, step: Step) -> Outcome:
    return replay(uow, cookie_actor(uow, request), step)


def _ensure_technician(uow: UnitOfWork, request: Request) -> None:
    cookie_actor(uow, request).require(Permission.work_orders)


async def _body(request: Request) -> object:
    size, parts = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise InvalidError(msg("At most {count} steps at once", count=MAX_STEPS), field="steps")
        parts.append(chunk)
    try:
        return json.loads(b"".join(parts))
    except (ValueError, RecursionError) as error:
        raise InvalidError(_BROKEN, field="steps") from error


def _read(body: object) -> list[Step]:
    found = body.get("steps") if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InvalidError(_BROKEN, field="steps")
    if len(found) > MAX_STEPS:
        raise InvalidError(msg("At most {count} steps at once", count=MAX_STEPS), field="steps")
    return [_step(one) for one in found]


def _step(one: Mapping[str, object]) -> Step:
    key, typed = str(one.get("key") or ""), one.get("fields")
    if not _KEY.fullmatch(key) or not (order_id := _number(one.get("order_id"))):
        raise InvalidError(_BROKEN, field="key")
    fields = typed if isinstance(typed, dict) else {}
    return Step(
        key=key,
        order_id=order_id,
        action=_text(one, "action")[:30],
        client_at=_instant(_text(one, "at")),
        written=Written(
            note=_text(fields, "note"),
            reason=_text(fields, "reason"),
            photo_ids=tuple(_ids(fields.get("photo_ids"))),
            signature_id=next(iter(_ids([fields.get("signature_id")])), None),
            labour_minutes=_number(fields.get("labour_minutes")),
            stock_item_id=_number(fields.get("stock_item_id")),
            quantity_milli=_milli(_text(fields, "quantity_milli")),
            item=_text(fields, "item")[:100],
            proof=_proof(fields),
        ),
        is_kept=one.get("is_kept") is True,
    )


def _proof(fields: Mapping[str, object]) -> Proof:
    """What a phone says of its place; a number that is none counts as no location."""
    at = [_degrees(fields.get(name)) for name in ("latitude", "longitude", "accuracy")]
    gcj = _text(fields, "system") == CoordinateSystem.gcj02
    return Proof(
        label=_text(fields, "label")[:200],
        latitude=at[0],
        longitude=at[1],
        accuracy_m=at[2],
        system=CoordinateSystem.gcj02 if gcj else CoordinateSystem.wgs84,
        refusal=_text(fields, "refusal")[:20],
    )


def _degrees(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) else None


def _instant(words: str) -> datetime:
    """The phone's time with its zone; what cannot be read is so old that nobody believes it."""
    try:
        at = datetime.fromisoformat(words)
        return at.astimezone(UTC) if at.tzinfo else datetime(1970, 1, 2, tzinfo=UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 2, tzinfo=UTC)


def _milli(words: str) -> int:
    """A quantity such as 1 or 0.5 in thousandths; anything else is 0, which the service refuses."""
    try:
        milli = Decimal(words.strip()) * 1000
    except InvalidOperation:
        return 0
    return int(milli) if milli.is_finite() and milli == milli.to_integral_value() and 0 < milli < 10**9 else 0


def _number(value: object) -> int:
    words = str(value if value is not None else "").strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0


def _text(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value.replace("\x00", "") if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _ids(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str) and one][:10] if isinstance(value, list) else []
