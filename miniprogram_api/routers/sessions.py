"""Where one is signed in, signing one device out, and the own password."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.access.device import device_name
from estate_app.access.models import LoginSession
from estate_app.access.service import change_password
from estate_app.access.sessions import end_session, list_sessions
from estate_app.db import UnitOfWork
from estate_app.errors import EstateError
from miniprogram_api.deps import Caller, IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.common import Id
from miniprogram_api.schemas.session import PasswordChange, SessionOut, SessionsOut

router = APIRouter(tags=["account"])
SessionId = Annotated[Id, Path(description="The session.", examples=[7])]


@router.get("/me/sessions", response_model=SessionsOut, responses=problems(401))
def list_own_sessions(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List where one is signed in, the newest first."""
    return tagged(SessionsOut(items=caller.run(_sessions, caller)), if_none_match)


@router.delete("/me/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401, 404))
def end_own_session(session_id: SessionId, caller: SignedIn) -> None:
    """Sign one of the own phones or browsers out; its token holds no longer."""
    caller.run(end_session, session_id=session_id)


@router.post("/me/password", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401))
def take_new_password(body: PasswordChange, caller: SignedIn) -> None:
    """Take a new password; who has one gives the old one, and every other session ends."""
    changed = caller.run(change_password, old_password=body.old_password, password=body.password)
    if isinstance(changed, EstateError):
        raise changed


def _sessions(uow: UnitOfWork, actor: Actor, caller: Caller) -> list[SessionOut]:
    return [_session(row, actor, caller) for row in list_sessions(uow, actor)]


def _session(row: LoginSession, actor: Actor, caller: Caller) -> SessionOut:
    return SessionOut(
        id=row.id,
        kind=row.kind.value,
        device=device_name(row.agent, row.kind, locale=caller.locale),
        address=row.address,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        is_this=row.id == actor.session_id,
    )
