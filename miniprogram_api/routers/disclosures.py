"""The public income of the caller's estates."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.feedback.disclosure_models import DisclosureStatus
from estate_app.feedback.disclosure_queries import DisclosureRow, DisclosureView, list_disclosures, read_disclosure
from estate_app.kit.pagination import Page, PageRequest
from miniprogram_api.deps import CursorText, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import next_page, page_of, tagged
from miniprogram_api.schemas.common import Id, Listing
from miniprogram_api.schemas.disclosure import DisclosureItemOut, DisclosureOut, DisclosureReportOut
from miniprogram_api.schemas.feedback import PictureOut

router = APIRouter(tags=["notices"])
DisclosureId = Annotated[Id, Path(description="The version.", examples=[8])]


@router.get("/disclosures", response_model=Listing[DisclosureOut], responses=problems(401, 403))
def list_public_income(caller: SignedIn, cursor: CursorText = "", limit: Limit = 20, if_none_match: IfNoneMatch = "") -> Response:
    """List the published quarters of the own estates, the newest first."""
    page = caller.run(_list, page_of(cursor, limit))
    items = [DisclosureOut(**_fields(row)) for row in page.rows]
    return tagged(Listing[DisclosureOut](items=items, next_cursor=next_page(page)), if_none_match)


@router.get("/disclosures/{disclosure_id}", response_model=DisclosureReportOut, responses=problems(401, 403, 404))
def read_public_income(disclosure_id: DisclosureId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read one quarter with its items; a version that was corrected says so."""
    found: DisclosureView = caller.run(_read, disclosure_id)
    report = DisclosureReportOut(
        **_fields(found.row),
        note=found.note,
        before_fen=found.before_fen,
        items=[DisclosureItemOut(side=one.side, name=one.name, amount_fen=one.amount_fen, note=one.note) for one in found.items],
        photos=[PictureOut(url=file.url, thumbnail_url=file.thumbnail_url) for file in found.photos],
    )
    return tagged(report, if_none_match)


def _list(uow: UnitOfWork, actor: Actor, page: PageRequest) -> Page[DisclosureRow]:
    return list_disclosures(uow.session, actor, page=page, now=uow.now, published_only=True)


def _read(uow: UnitOfWork, actor: Actor, disclosure_id: int) -> DisclosureView:
    return read_disclosure(uow.session, actor, disclosure_id, now=uow.now, published_only=True)


def _fields(row: DisclosureRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "estate": row.estate,
        "quarter_on": row.quarter_on,
        "version": row.version,
        "is_replaced": row.status is DisclosureStatus.replaced,
        "income_fen": row.income_fen,
        "spending_fen": row.spending_fen,
        "published_at": row.published_at,
    }
