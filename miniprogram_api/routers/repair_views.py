"""Turns what the repair queries give into what goes over the wire."""

from estate_app.kit.i18n import msg
from estate_app.media.queries import MediaRow
from estate_app.repair.categories import CategoryNode
from estate_app.repair.detail import OrderDetail, RatingCard, StepRow, TechnicianCard
from estate_app.repair.place import AreaChoice, SimilarOrder
from estate_app.repair.queries import OrderRow
from estate_app.repair.rules import ACTION_NAMES, STATUS_NAMES
from miniprogram_api.deps import Caller
from miniprogram_api.schemas.media import MediaOut
from miniprogram_api.schemas.repair import (
    AllowedOut,
    AreaOut,
    CategoryOut,
    MaterialOut,
    OrderDetailOut,
    OrderOut,
    RatingOut,
    SimilarOut,
    StepOut,
    TechnicianOut,
)


def category_out(node: CategoryNode, caller: Caller) -> CategoryOut:
    """One node of the tree."""
    return CategoryOut(
        id=node.id,
        code=node.code,
        name=_name(node.name, node.name_en, caller),
        icon=node.icon,
        is_public=node.is_public,
        is_paid=node.is_paid,
        urgency=node.urgency.value,
        estimate_minutes=node.estimate_minutes,
        respond_minutes=node.respond_minutes,
        danger=caller.say(node.danger) if node.danger else "",
        questions=list(node.questions),
        children=[category_out(child, caller) for child in node.children],
    )


def area_out(area: AreaChoice) -> AreaOut:
    """One public area."""
    return AreaOut(id=area.id, estate_id=area.estate_id, building_id=area.building_id, name=area.name)


def order_out(row: OrderRow, caller: Caller) -> OrderOut:
    """One order of a list."""
    return OrderOut(
        id=row.id,
        number=row.number,
        category=_name(row.category, row.category_en, caller),
        icon=row.icon,
        description=row.description,
        place=row.place,
        status=row.status.value,
        status_name=caller.say(STATUS_NAMES[row.status]),
        stage=row.stage,
        urgency=row.urgency.value,
        technician=row.technician,
        submitted_at=row.submitted_at,
        changed_at=row.changed_at,
        completed_at=row.completed_at,
        due_at=row.clock.due_at,
        is_rated=row.is_rated,
        stars_tenths=row.stars_tenths,
        photo_count=row.photo_count,
        thumbnail_url=row.thumbnail_url,
    )


def detail_out(detail: OrderDetail, caller: Caller) -> OrderDetailOut:
    """One order whole."""
    allowed = detail.allowed
    return OrderDetailOut(
        order=order_out(detail.order, caller),
        access=detail.access.value,
        visit_from_at=detail.order.visit_from_at,
        visit_to_at=detail.order.visit_to_at,
        complete_due_at=detail.complete_due_at,
        why=caller.say(detail.why) if detail.why else "",
        stage_at=list(detail.stage_at),
        steps=[_step(step, caller) for step in detail.steps],
        materials=[
            MaterialOut(name=used.name, unit=used.unit, quantity_milli=used.quantity_milli, amount_fen=used.amount_fen)
            for used in detail.materials
        ],
        material_fen=detail.material_fen,
        is_charged=detail.is_charged,
        photos=[_media(photo) for photo in detail.photos],
        technician=_technician(detail.technician) if detail.technician else None,
        rating=_rating(detail.rating) if detail.rating else None,
        rework_number=detail.rework_number,
        follower_count=detail.follower_count,
        incident_count=detail.incident.count if detail.incident else 0,
        allowed=AllowedOut(cancel=allowed.cancel, urge=allowed.urge, reopen=allowed.reopen, rate=allowed.rate),
    )


def similar_out(order: SimilarOrder, caller: Caller) -> SimilarOut:
    """One open order nearby."""
    return SimilarOut(
        id=order.id,
        number=order.number,
        category=_name(order.category, order.category_en, caller),
        place=order.place,
        status_name=caller.say(STATUS_NAMES[order.status]),
        submitted_at=order.submitted_at,
        thumbnail_url=order.thumbnail_url,
        is_own=order.is_own,
    )


def _name(name: str, name_en: str, caller: Caller) -> str:
    return name_en if caller.locale == "en" and name_en else name


def _step(step: StepRow, caller: Caller) -> StepOut:
    return StepOut(
        name=caller.say(ACTION_NAMES.get(step.action, msg("Changed"))),
        action=step.action,
        actor_name=step.actor_name,
        reason=step.reason,
        note=step.note,
        at=step.at,
    )


def _media(row: MediaRow) -> MediaOut:
    return MediaOut(id=row.id, kind=row.kind.value, url=row.url, thumbnail_url=row.thumbnail_url, width=row.width, height=row.height)


def _technician(card: TechnicianCard) -> TechnicianOut:
    return TechnicianOut(name=card.name, phone=card.phone, score_milli=card.score_milli, score_count=card.score_count)


def _rating(card: RatingCard) -> RatingOut:
    return RatingOut(
        quality=card.quality,
        attitude=card.attitude,
        timeliness=card.timeliness,
        reasons=list(card.reasons),
        text=card.text,
        at=card.at,
        reply=card.reply,
    )
