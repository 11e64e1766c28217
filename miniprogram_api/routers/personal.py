"""The file of one's own data, and the deletion of one's account."""

from fastapi import APIRouter, status

from estate_app.access.actor import Actor
from estate_app.access.rules import CODE_GAP, CODE_LIFE
from estate_app.db import UnitOfWork
from estate_app.errors import EstateError
from estate_app.personal.erasure import ask_erasure, cancel_erasure, send_erasure_code
from estate_app.personal.export import ask_export
from estate_app.personal.queries import ErasureView, ExportView, own_erasure, own_export
from estate_app.settings import settings
from miniprogram_api.deps import Caller, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.schemas.auth import CodeSent
from miniprogram_api.schemas.personal import BlockerOut, DataExportOut, ErasureOut, ErasureSent, LastExportOut

router = APIRouter(tags=["account"])


@router.post("/me/data-exports", status_code=status.HTTP_202_ACCEPTED, responses=problems(401))
def ask_data_export(caller: SignedIn) -> LastExportOut:
    """Ask for a file of everything that is kept of the caller; one that is being made is given back."""
    caller.run(ask_export, locale=caller.locale)
    return _last(caller.run(_export))


@router.get("/me/data-exports/last", responses=problems(401))
def read_data_export(caller: SignedIn) -> LastExportOut:
    """Read where the last file stands; once it is ready its link works for an hour."""
    return _last(caller.run(_export))


@router.get("/me/erasure", responses=problems(401))
def read_erasure(caller: SignedIn) -> ErasureOut:
    """Read where the wish to delete the account stands, and what is in the way of one."""
    return _erasure(caller)


@router.post("/me/erasure/code", status_code=status.HTTP_202_ACCEPTED, responses=problems(401, 403, 409))
def send_code_of_erasure(caller: SignedIn) -> CodeSent:
    """Send the code that confirms the wish to the own phone."""
    code = caller.run(send_erasure_code)
    shown = code if settings().demo else None
    return CodeSent(valid_seconds=int(CODE_LIFE.total_seconds()), again_seconds=int(CODE_GAP.total_seconds()), demo_code=shown)


@router.post("/me/erasure", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 409))
def ask_to_be_forgotten(body: ErasureSent, caller: SignedIn) -> ErasureOut:
    """Ask to delete the account; it is done after seven days unless it is taken back. Bills and payments stay without the name."""
    asked = caller.run(ask_erasure, code=body.code)
    if isinstance(asked, EstateError):
        raise asked
    return _erasure(caller)


@router.delete("/me/erasure", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401, 404))
def take_back_erasure(caller: SignedIn) -> None:
    """Take the wish back."""
    caller.run(cancel_erasure)


def _export(uow: UnitOfWork, actor: Actor) -> ExportView | None:
    return own_export(uow.session, actor, now=uow.now)


def _read(uow: UnitOfWork, actor: Actor) -> ErasureView:
    return own_erasure(uow.session, actor, now=uow.now)


def _last(found: ExportView | None) -> LastExportOut:
    fields = {name: getattr(found, name) for name in DataExportOut.model_fields} if found else None
    return LastExportOut(export=DataExportOut(**fields) if fields else None)


def _erasure(caller: Caller) -> ErasureOut:
    found: ErasureView = caller.run(_read)
    return ErasureOut(
        can_ask=found.can_ask,
        status=found.status,
        asked_at=found.asked_at,
        due_at=found.due_at,
        blockers=[BlockerOut(text=caller.say(one.text), link=one.link) for one in found.blockers],
    )
