"""The inbox and the announcements."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.feedback.announcements import AnnouncementRow, list_announcements
from estate_app.kit.pagination import Page, PageRequest
from estate_app.notification.queries import InboxRow, count_unread, inbox_before
from estate_app.notification.service import mark_all_read, mark_read
from miniprogram_api.deps import Caller, CursorText, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import next_page, page_of, read_cursor, tagged, write_cursor
from miniprogram_api.schemas.common import Id, Listing
from miniprogram_api.schemas.notice import AnnouncementOut, NoticeOut, UnreadOut

router = APIRouter(tags=["notices"])
NoticeId = Annotated[Id, Path(description="The notice.", examples=[31])]
UnreadOnly = Annotated[bool, Query(description="Only those that are not read yet.", examples=[False])]


@router.get("/inbox", response_model=Listing[NoticeOut], responses=problems(401))
def list_inbox(
    caller: SignedIn, *, unread_only: UnreadOnly = False, cursor: CursorText = "", limit: Limit = 20, if_none_match: IfNoneMatch = ""
) -> Response:
    """List the own notices, newest first."""
    rows = caller.run(_inbox, before=read_cursor("n", cursor), size=limit + 1, unread_only=unread_only)
    more = write_cursor("n", rows[limit - 1].id) if len(rows) > limit else None
    return tagged(Listing[NoticeOut](items=[_notice(caller, row) for row in rows[:limit]], next_cursor=more), if_none_match)


@router.get("/inbox/unread", responses=problems(401))
def read_unread(caller: SignedIn) -> UnreadOut:
    """Count the notices that are not read, for the badge."""
    return UnreadOut(unread_count=caller.run(_unread))


@router.post("/inbox/{notice_id}/read", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401, 404))
def read_notice(notice_id: NoticeId, caller: SignedIn) -> None:
    """Mark one notice as read; a second time changes nothing."""
    caller.run(mark_read, item_id=notice_id)


@router.post("/inbox/read", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401))
def read_all(caller: SignedIn) -> None:
    """Mark every notice as read."""
    caller.run(mark_all_read)


@router.get("/announcements", response_model=Listing[AnnouncementOut], responses=problems(401))
def list_own_announcements(caller: SignedIn, cursor: CursorText = "", limit: Limit = 20, if_none_match: IfNoneMatch = "") -> Response:
    """List what the own estates announce: pinned ones first, then the newest."""
    page = caller.run(_announcements, page_of(cursor, limit))
    return tagged(Listing[AnnouncementOut](items=[_announcement(row) for row in page.rows], next_cursor=next_page(page)), if_none_match)


def _announcements(uow: UnitOfWork, actor: Actor, page: PageRequest) -> Page[AnnouncementRow]:
    return list_announcements(uow.session, actor, now=uow.now, page=page)


def _announcement(row: AnnouncementRow) -> AnnouncementOut:
    return AnnouncementOut(
        id=row.id,
        tag=row.tag,
        title=row.title,
        body=row.body,
        happens_at=row.happens_at,
        ends_at=row.ends_at,
        is_pinned=row.is_pinned,
        published_at=row.published_at,
    )


def _inbox(uow: UnitOfWork, actor: Actor, *, before: int | None, size: int, unread_only: bool) -> list[InboxRow]:
    return inbox_before(uow.session, actor, before=before, size=size, unread_only=unread_only)


def _unread(uow: UnitOfWork, actor: Actor) -> int:
    return count_unread(uow.session, actor)


def _notice(caller: Caller, row: InboxRow) -> NoticeOut:
    return NoticeOut(
        id=row.id,
        event=row.event,
        title=caller.say(row.title),
        body=caller.say(row.body),
        link=row.link,
        at=row.at,
        is_read=row.is_read,
    )
