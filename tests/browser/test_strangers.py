"""Every registered event handler, replayed over a raw socket by people who have no business there: nothing changes, nothing shows."""

import asyncio
import inspect
import json
import typing
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import socketio
from reflex_base.registry import RegistrationContext
from sqlalchemy import text

import estate_app.estate_app  # noqa: F401 -- registers every handler
from estate_app import db
from estate_app.access import sessions
from estate_app.access.models import Account, SessionKind
from estate_app.access.permission import Role
from estate_app.demo.accounts import ACCOUNTS
from estate_app.repair.models import Technician
from estate_app.session import EstateSession
from estate_app.ui.routes import PAGES
from tests.browser.conftest import Site, running_site

# Tables that the replay may touch: the strangers' own sessions and codes, and what jobs write meanwhile.
OWN = {
    "login_session", "login_ticket", "one_time_code", "job_run", "send_attempt", "outbox_message", "activity", "serial", "inbox_item",
    "alembic_version",
}  # fmt: skip
WAIT_SECONDS = 6.0


def own_handlers() -> dict[str, object]:
    registered = RegistrationContext.get().event_handlers
    return {name: entry for name, entry in registered.items() if any(s.__module__.startswith("estate_app.") for s in entry.states)}


def stranger_token(site: Site, role: Role | None) -> str | None:
    """A person of this role who belongs to no room, no zone and no order."""
    if role is None:
        return None
    with EstateSession(site.engine) as session:
        now = datetime.now(UTC)
        account = Account(phone=f"139{uuid.uuid4().int % 10**8:08d}", name="路人", role=role, created_at=now)
        session.add(account)
        session.flush()
        if role is Role.technician:
            session.add(Technician(account_id=account.id))
        token = sessions.open_session(db.UnitOfWork(session, now), account, kind=SessionKind.browser)
        session.commit()
    return token


def victims(site: Site) -> dict[str, int]:
    """Ids of somebody else's things, by the word that a handler's argument may contain."""
    with site.engine.connect() as connection:
        phone = next(a.phone for a in ACCOUNTS if a.key == "owner")
        room = connection.execute(
            text("SELECT room_id FROM room_member m JOIN account a ON a.id = m.account_id WHERE a.phone = :p"), {"p": phone}
        ).scalar_one()
        one = {
            "order": "SELECT id FROM repair_order WHERE room_id = :r ORDER BY id DESC LIMIT 1",
            "bill": "SELECT id FROM bill WHERE room_id = :r AND status = 'unpaid' ORDER BY id DESC LIMIT 1",
            "payment": "SELECT id FROM payment WHERE room_id = :r ORDER BY id DESC LIMIT 1",
            "receipt": "SELECT r.id FROM receipt r JOIN payment p ON p.id = r.payment_id WHERE p.room_id = :r LIMIT 1",
            "room": "SELECT :r",
            "technician": "SELECT account_id FROM technician ORDER BY 1 LIMIT 1",
            "run": "SELECT max(id) FROM bill_run",
            "estate": "SELECT min(id) FROM estate",
            "account": "SELECT id FROM account WHERE role = 'manager' ORDER BY id LIMIT 1",
            "grant": 'SELECT min(id) FROM "grant"',
            "message": "SELECT max(id) FROM outbox_message",
        }
        return {word: int(connection.execute(text(q), {"r": room}).scalar() or 1) for word, q in one.items()}


def snapshot(site: Site) -> dict[str, str]:
    """A digest of every table that strangers and jobs have no business with."""
    with site.engine.connect() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        # A stranger may change what is the stranger's own: name, language, large type, quiet hours, tips, the file of own data.
        strangers = "(SELECT id FROM account WHERE name = '路人')"
        others = dict.fromkeys(("data_export", "notice_choice", "quiet_hours", "tip_opt_out"), f"WHERE account_id NOT IN {strangers}") | {
            "account": "WHERE name <> '路人'",
            "audit_entry": f"WHERE NOT (entity = 'account' AND entity_id = actor_id AND actor_id IN {strangers})",
        }
        digest = "SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM"
        return {t: connection.execute(text(f'{digest} "{t}" t {others.get(t, "")}')).scalar() or "" for t in sorted(set(tables) - OWN)}


def arguments(handler: object, ids: dict[str, int]) -> dict[str, object]:
    """Plausible arguments: ids of the victim's things, and a form that fills every field."""
    parameters = list(inspect.signature(handler.fn).parameters.values())[1:]
    hints = typing.get_type_hints(inspect.unwrap(handler.fn))
    made: dict[str, object] = {}
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        value = next((number for word, number in ids.items() if word in parameter.name), 1)
        hint = hints.get(parameter.name, str)
        if hint is int:
            made[parameter.name] = value
        elif hint is bool:
            made[parameter.name] = True
        elif hint is str:
            made[parameter.name] = str(value)
        elif hint is float:
            made[parameter.name] = 30.5
        elif typing.get_origin(hint) is list:
            made[parameter.name] = [value]
        else:
            made[parameter.name] = {f"{word}_id": str(number) for word, number in ids.items()} | {
                "reason": "x",
                "text": "x",
                "code": "123456",
            }
    return made


def routes(ids: dict[str, int]) -> list[dict[str, object]]:
    """The router's data of every page, with the victim's ids in the path."""
    made = []
    for page in PAGES:
        query, path = {}, page.route
        for part in [p[1:-1] for p in page.route.split("/") if p.startswith("[")]:
            word = next((w for w in ids if w in page.route), "order")
            query[part] = str(ids[word])
            path = path.replace(f"[{part}]", str(ids[word]))
        made.append({"pathname": page.route, "query": query, "asPath": path})
    return made


async def replay(site: Site, token: str | None, events: list[dict[str, object]]) -> str:
    """Send every event over one socket and return all that came back."""
    answers: list[str] = []
    client = socketio.AsyncClient(reconnection=False)

    async def hear(*data: object) -> None:
        answers.append(json.dumps(data, ensure_ascii=False, default=str))

    client.on("event", hear, namespace="/_event")
    headers = {"Origin": site.url} | ({"Cookie": f"estate_session={token}"} if token else {})
    address = f"{site.url}?token={uuid.uuid4()}"
    await client.connect(
        address, headers=headers, transports=["websocket"], namespaces=["/_event"], socketio_path="/_event", wait_timeout=20
    )
    for number, event in enumerate(events):
        await client.emit("event", event, namespace="/_event")
        if number % 10 == 9:
            await asyncio.sleep(0.05)
    seen = -1
    while seen != len(answers):
        seen = len(answers)
        await asyncio.sleep(WAIT_SECONDS)
    await client.disconnect()
    return "\n".join(answers)


def secrets_of(site: Site) -> list[str]:
    """What only the owner, and those who serve that home, may read."""
    with site.engine.connect() as connection:
        phone = next(a.phone for a in ACCOUNTS if a.key == "owner")
        found = connection.execute(
            text(
                "SELECT o.number FROM repair_order o JOIN room_member m USING (room_id) JOIN account a ON a.id = m.account_id WHERE a.phone = :p"
                " UNION ALL SELECT b.number FROM bill b JOIN room_member m USING (room_id) JOIN account a ON a.id = m.account_id WHERE a.phone = :p"
                " UNION ALL SELECT p.number FROM payment p JOIN room_member m USING (room_id) JOIN account a ON a.id = m.account_id WHERE a.phone = :p"
            ),
            {"p": phone},
        )
        return [row[0] for row in found]


@pytest.fixture(scope="module")
def site(first_start: Path):
    """A product whose jobs rest, so that whatever changes was changed by the stranger."""
    with running_site(first_start, ESTATE_RUN_JOBS="false") as found:
        yield found


@pytest.mark.parametrize("role", [None, Role.resident, Role.technician], ids=["visitor", "another-resident", "technician"])
def test_no_handler_changes_or_reveals_what_is_not_ones_own(site, role):
    ids, handlers = victims(site), own_handlers()
    token = stranger_token(site, role)
    pages = routes(ids)
    events: list[dict[str, object]] = []
    for name, entry in sorted(handlers.items()):
        payload = arguments(entry.handler, ids)
        events.extend({"name": name, "payload": payload, "router_data": page} for page in matching(name, entry, pages))
    before = snapshot(site)
    # In a thread of its own: Playwright's loop, where it runs already, is in this one.
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(lambda: asyncio.run(replay(site, token, events))).result()
    assert len(said) > 1000, "the replay was not heard"
    assert snapshot(site) == before
    assert [secret for secret in secrets_of(site) if secret in said] == []


def matching(name: str, entry: object, pages: list[dict[str, object]]) -> list[dict[str, object]]:
    """The pages on which a handler stands (by its module's folder), at least the home page."""
    module = entry.states[0].__module__
    near = [
        page for page, listed in zip(pages, PAGES, strict=True) if listed.component.__module__.rsplit(".", 1)[0] == module.rsplit(".", 1)[0]
    ]
    return near or [pages[0]]
