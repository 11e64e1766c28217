"""Tips for the own home, each with its reason; they can be switched off."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from estate_app.access.actor import Actor
from estate_app.advice.queries import tips_for, wants_tips
from estate_app.advice.rules import Tip
from estate_app.advice.service import choose_tips
from estate_app.db import UnitOfWork
from miniprogram_api.deps import Caller, IfNoneMatch, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import tagged
from miniprogram_api.schemas.common import Id
from miniprogram_api.schemas.tip import TipOut, TipsChoice, TipsOut

router = APIRouter(tags=["rooms"])
RoomId = Annotated[Id, Path(description="The own room.", examples=[12])]


@router.get("/rooms/{room_id}/tips", response_model=TipsOut, responses=problems(401, 403, 404))
def list_tips(room_id: RoomId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List what to look after in the own home, and why."""
    is_on, found = caller.run(_tips, room_id)
    return tagged(TipsOut(is_on=is_on, items=[_out(tip, caller) for tip in found]), if_none_match)


@router.put("/me/tips", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401))
def choose_whether_tips_come(body: TipsChoice, caller: SignedIn) -> None:
    """Switch the tips off or on again; a second time changes nothing."""
    caller.run(choose_tips, is_on=body.is_on)


def _tips(uow: UnitOfWork, actor: Actor, room_id: int) -> tuple[bool, tuple[Tip, ...]]:
    return wants_tips(uow.session, actor), tips_for(uow.session, actor, room_id=room_id, now=uow.now)


def _out(tip: Tip, caller: Caller) -> TipOut:
    return TipOut(
        code=tip.code,
        icon=tip.icon,
        about=tip.subject[0 if caller.locale == "zh" else 1],
        title=caller.say(tip.title),
        body=caller.say(tip.body),
        reason=caller.say(tip.reason),
    )
