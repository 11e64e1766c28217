"""Feedback of a resident to the estate."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, status

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.feedback import service
from estate_app.feedback.queries import FeedbackRow, Thread, feedback_about, own_feedback, read_feedback
from estate_app.kit.pagination import Page, PageRequest
from miniprogram_api.deps import Caller, CursorText, IdempotencyKey, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import next_page, page_of, tagged
from miniprogram_api.schemas.common import Id, Listing
from miniprogram_api.schemas.feedback import FeedbackEnd, FeedbackOut, FeedbackSent, FeedbackThreadOut, MessageOut, PictureOut, ReplySent

router = APIRouter(tags=["feedback"])
FeedbackId = Annotated[Id, Path(description="The feedback.", examples=[7])]
OrderQuery = Annotated[Id | None, Query(description="Only about this repair.", examples=[27])]
BillQuery = Annotated[Id | None, Query(description="Only about this bill.", examples=[305])]


@router.get("/feedback", response_model=Listing[FeedbackOut], responses=problems(401, 403))
def list_own_feedback(
    caller: SignedIn,
    order_id: OrderQuery = None,
    bill_id: BillQuery = None,
    cursor: CursorText = "",
    limit: Limit = 20,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """List what the caller told the estate, the newest first; of one repair or one bill in one part."""
    if order_id is not None or bill_id is not None:
        rows, following = caller.run(_about, order_id, bill_id), None
    else:
        page = caller.run(_own, page_of(cursor, limit))
        rows, following = list(page.rows), next_page(page)
    return tagged(Listing[FeedbackOut](items=[FeedbackOut(**_fields(row)) for row in rows], next_cursor=following), if_none_match)


@router.post("/feedback", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404))
def give_feedback(body: FeedbackSent, caller: SignedIn, idempotency_key: IdempotencyKey) -> FeedbackThreadOut:
    """Tell the estate of an own room something; unnamed feedback shows the staff neither name nor room. The same key tells it once."""
    return _thread(caller, caller.run(_give, body, idempotency_key))


@router.get("/feedback/{feedback_id}", response_model=FeedbackThreadOut, responses=problems(401, 403, 404))
def read_own_feedback(feedback_id: FeedbackId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read one thread."""
    return tagged(_thread(caller, feedback_id), if_none_match)


@router.post("/feedback/{feedback_id}/messages", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def write_message(feedback_id: FeedbackId, body: ReplySent, caller: SignedIn, idempotency_key: IdempotencyKey) -> FeedbackThreadOut:
    """Write to the estate once more; an answered thread waits for an answer again. The same key writes it once."""
    caller.run(service.reply, feedback_id=feedback_id, text=body.text, client_key=idempotency_key)
    return _thread(caller, feedback_id)


@router.post("/feedback/{feedback_id}/close", responses=problems(401, 403, 404, 409))
def end_feedback(feedback_id: FeedbackId, body: FeedbackEnd, caller: SignedIn) -> FeedbackThreadOut:
    """End the thread, and say with stars how it went."""
    caller.run(service.close, feedback_id=feedback_id, satisfaction=body.satisfaction)
    return _thread(caller, feedback_id)


def _about(uow: UnitOfWork, actor: Actor, order_id: int | None, bill_id: int | None) -> list[FeedbackRow]:
    return feedback_about(uow.session, actor, now=uow.now, order_id=order_id, bill_id=bill_id)


def _own(uow: UnitOfWork, actor: Actor, page: PageRequest) -> Page[FeedbackRow]:
    return own_feedback(uow.session, actor, now=uow.now, page=page)


def _give(uow: UnitOfWork, actor: Actor, body: FeedbackSent, key: str) -> int:
    row = service.give_feedback(
        uow,
        actor,
        room_id=body.room_id,
        kind=body.kind,
        text=body.text,
        is_anonymous=body.is_anonymous,
        order_id=body.order_id,
        bill_id=body.bill_id,
        photo_ids=body.photo_ids,
        client_key=key,
    )
    return row.id


def _read(uow: UnitOfWork, actor: Actor, feedback_id: int) -> Thread:
    return read_feedback(uow.session, actor, feedback_id, now=uow.now)


def _thread(caller: Caller, feedback_id: int) -> FeedbackThreadOut:
    found: Thread = caller.run(_read, feedback_id)
    return FeedbackThreadOut(
        **_fields(found.row),
        photos=[PictureOut(url=file.url, thumbnail_url=file.thumbnail_url) for file in found.photos],
        messages=[MessageOut(is_staff=one.is_staff, name=one.name, text=one.text, at=one.at) for one in found.replies],
    )


def _fields(row: FeedbackRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FeedbackOut.model_fields}
