"""What was repaired in a home and what serves its building, for other domains; they have checked that the actor may know."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from estate_app.kit.clock import at_local, business_date
from estate_app.property.places import area_ids_of
from estate_app.repair.facility_models import Facility
from estate_app.repair.models import RepairCategory, RepairOrder
from estate_app.repair.rules import DONE

_MOST = 50


def repairs_of_room(session: Session, room_id: int, *, since: date) -> list[tuple[int, str, str, str, date]]:
    """The finished repairs of a room since a day: category, its names, its trade, the day; the newest first."""
    found = session.execute(
        select(
            col(RepairCategory.id), col(RepairCategory.name), col(RepairCategory.name_en), col(RepairCategory.trade),
            col(RepairOrder.completed_at),
        )
        .join(RepairCategory, col(RepairCategory.id) == col(RepairOrder.category_id))
        .where(col(RepairOrder.room_id) == room_id, col(RepairOrder.status).in_(DONE), col(RepairOrder.completed_at) >= at_local(since))
        .order_by(col(RepairOrder.completed_at).desc())
        .limit(_MOST)
    )  # fmt: skip
    return [(key, name, name_en, trade.value, business_date(at)) for key, name, name_en, trade, at in found if at is not None]


def facilities_of_building(session: Session, building_id: int) -> list[tuple[str, date, int]]:
    """The facilities in a building's public areas whose age and life are known: name, installed on, life in years."""
    found = session.execute(
        select(col(Facility.name), col(Facility.installed_on), col(Facility.life_years))
        .where(col(Facility.public_area_id).in_(area_ids_of(building_id)), col(Facility.is_active))
        .where(col(Facility.installed_on).is_not(None), func.coalesce(col(Facility.life_years), 0) > 0)
        .order_by(col(Facility.installed_on), col(Facility.id))
        .limit(_MOST)
    )
    return [(name, on, life) for name, on, life in found if on is not None and life is not None]
