"""Repairs of the own homes: report, follow, cancel, urge, reopen, rate."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from estate_app.access.actor import Actor
from estate_app.db import UnitOfWork
from estate_app.kit.pagination import Page, PageRequest
from estate_app.repair import ratings, resident
from estate_app.repair.categories import CategoryNode, category_tree
from estate_app.repair.detail import OrderDetail, order_detail
from estate_app.repair.filters import Family, OrderFilter
from estate_app.repair.fresh import taken_detail
from estate_app.repair.intake import take_report
from estate_app.repair.models import Source
from estate_app.repair.place import AreaChoice, SimilarOrder, area_choices, similar_open_orders
from estate_app.repair.queries import OrderRow, list_orders
from miniprogram_api.deps import CursorText, IdempotencyKey, IfNoneMatch, Limit, SignedIn
from miniprogram_api.errors import problems
from miniprogram_api.paging import created, next_page, page_of, tagged
from miniprogram_api.routers.repair_views import area_out, category_out, detail_out, order_out, similar_out
from miniprogram_api.schemas.common import Done, Id, Listing
from miniprogram_api.schemas.repair import AreasOut, CategoriesOut, OrderDetailOut, OrderOut, Rate, Reason, Report, SimilarsOut

router = APIRouter(tags=["repairs"])
OrderId = Annotated[Id, Path(description="The order.", examples=[27])]
FamilyQuery = Annotated[Family, Query(description="Which states.", examples=["open"])]
RoomQuery = Annotated[Id | None, Query(description="Only this own room.", examples=[12])]


@router.get("/repair-categories", response_model=CategoriesOut, responses=problems(401))
def list_categories(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List what can be reported, as a tree."""
    return tagged(CategoriesOut(items=[category_out(node, caller) for node in caller.run(_categories)]), if_none_match)


@router.get("/public-areas", response_model=AreasOut, responses=problems(401, 403))
def list_areas(caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """List the public areas of the own estates."""
    return tagged(AreasOut(items=[area_out(area) for area in caller.run(_areas)]), if_none_match)


@router.get("/repairs", response_model=Listing[OrderOut], responses=problems(401, 403))
def list_repairs(
    caller: SignedIn,
    family: FamilyQuery = Family.all,
    room_id: RoomQuery = None,
    cursor: CursorText = "",
    limit: Limit = 20,
    if_none_match: IfNoneMatch = "",
) -> Response:
    """List the orders of the own homes, the newest first."""
    page = caller.run(_orders, OrderFilter(family=family, room_id=room_id), page_of(cursor, limit, sort="-submitted"))
    return tagged(Listing[OrderOut](items=[order_out(row, caller) for row in page.rows], next_cursor=next_page(page)), if_none_match)


@router.get("/repairs/similar", responses=problems(401, 403, 404))
def list_similar(
    caller: SignedIn,
    category_id: Annotated[Id, Query(description="The kind of fault.", examples=[12])],
    room_id: RoomQuery = None,
    public_area_id: Annotated[Id | None, Query(description="Or this public area.", examples=[5])] = None,
) -> SimilarsOut:
    """List open orders of the same kind nearby, to be followed instead of reported again."""
    found = caller.run(_similar, category_id=category_id, room_id=room_id, public_area_id=public_area_id)
    return SimilarsOut(items=[similar_out(order, caller) for order in found])


@router.post("/repairs", status_code=status.HTTP_201_CREATED, response_model=OrderDetailOut, responses=problems(401, 403, 404))
def report_repair(body: Report, caller: SignedIn, idempotency_key: IdempotencyKey) -> Response:
    """Report a fault; it is dispatched at once. The same key gives back the same order."""
    return created(detail_out(caller.run(_report, body, idempotency_key), caller))


@router.get("/repairs/{order_id}", response_model=OrderDetailOut, responses=problems(401, 403, 404))
def read_repair(order_id: OrderId, caller: SignedIn, if_none_match: IfNoneMatch = "") -> Response:
    """Read one order with its steps, photos, materials and promise."""
    return tagged(detail_out(caller.run(_detail, order_id), caller), if_none_match)


@router.post("/repairs/{order_id}/cancel", responses=problems(401, 403, 404, 409))
def cancel_repair(order_id: OrderId, body: Reason, caller: SignedIn) -> OrderDetailOut:
    """Withdraw a report as long as nobody has set out."""
    caller.run(resident.cancel, order_id=order_id, reason=body.reason)
    return detail_out(caller.run(_detail, order_id), caller)


@router.post("/repairs/{order_id}/urge", responses=problems(401, 403, 404, 409))
def urge_repair(order_id: OrderId, caller: SignedIn) -> Done:
    """Ask for speed, at most once in two hours."""
    caller.run(resident.urge, order_id=order_id)
    return Done()


@router.post("/repairs/{order_id}/follow", responses=problems(401, 403, 404, 409))
def follow_repair(order_id: OrderId, caller: SignedIn) -> Done:
    """Follow a neighbour's open order."""
    caller.run(resident.follow, order_id=order_id)
    return Done()


@router.post("/repairs/{order_id}/reopen", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def reopen_repair(order_id: OrderId, body: Reason, caller: SignedIn) -> OrderDetailOut:
    """Ask for rework within 15 days; answers with the new order."""
    return detail_out(caller.run(_reopen, order_id, body.reason), caller)


@router.post("/repairs/{order_id}/rating", status_code=status.HTTP_201_CREATED, responses=problems(401, 403, 404, 409))
def rate_repair(order_id: OrderId, body: Rate, caller: SignedIn) -> OrderDetailOut:
    """Rate a finished repair, once, within 15 days."""
    caller.run(
        ratings.rate,
        order_id=order_id,
        quality=body.quality,
        attitude=body.attitude,
        timeliness=body.timeliness,
        reasons=body.reasons,
        text=body.text,
        photo_ids=body.photo_ids,
    )
    return detail_out(caller.run(_detail, order_id), caller)


def _categories(uow: UnitOfWork, actor: Actor) -> tuple[CategoryNode, ...]:  # noqa: ARG001 -- whoever is signed in
    return category_tree(uow.session)


def _areas(uow: UnitOfWork, actor: Actor) -> list[AreaChoice]:
    return area_choices(uow.session, actor, now=uow.now)


def _orders(uow: UnitOfWork, actor: Actor, filter: OrderFilter, page: PageRequest) -> Page[OrderRow]:
    return list_orders(uow.session, actor, filter=filter, page=page, now=uow.now, is_counted=False)


def _similar(uow: UnitOfWork, actor: Actor, *, category_id: int, room_id: int | None, public_area_id: int | None) -> list[SimilarOrder]:
    return similar_open_orders(uow.session, actor, category_id=category_id, room_id=room_id, public_area_id=public_area_id, now=uow.now)


def _detail(uow: UnitOfWork, actor: Actor, order_id: int) -> OrderDetail:
    return order_detail(uow.session, actor, order_id, now=uow.now)


def _report(uow: UnitOfWork, actor: Actor, body: Report, key: str) -> OrderDetail:
    taken = take_report(
        uow,
        actor,
        category_id=body.category_id,
        room_id=body.room_id,
        public_area_id=body.public_area_id,
        description=body.description,
        urgency=body.urgency,
        visit_from_at=body.visit_from_at,
        visit_to_at=body.visit_to_at,
        access=body.access,
        photo_ids=body.photo_ids,
        latitude=body.latitude,
        longitude=body.longitude,
        coordinate_system=body.coordinate_system,
        source=Source.mini_program,
        client_key=key,
        has_danger=body.has_danger,
    )
    # This is the edge: what the answer says is put together when the locks of dispatch are free again.
    uow.commit()
    return taken_detail(uow.session, actor, taken, now=uow.now)


def _reopen(uow: UnitOfWork, actor: Actor, order_id: int, reason: str) -> OrderDetail:
    again = resident.reopen(uow, actor, order_id=order_id, reason=reason)
    uow.flush()
    return order_detail(uow.session, actor, again.id or 0, now=uow.now)
