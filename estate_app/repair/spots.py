"""What a QR label stands for, and the report that whoever scans it makes there: signed in, or with a phone that a code proves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from estate_app.access import codes
from estate_app.access.actor import Actor
from estate_app.access.models import Account, CodePurpose
from estate_app.access.permission import Permission
from estate_app.access.rules import normal_phone
from estate_app.access.sessions import actor_of_account
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, EstateError, NotFoundError, TooManyError
from estate_app.kit.i18n import msg
from estate_app.property.places import Place, area_place, room_of_label
from estate_app.property.queries import place_labels
from estate_app.property.registration import account_of_phone
from estate_app.repair import intake
from estate_app.repair.facility_models import Facility
from estate_app.repair.facility_rules import DOOR, MAX_CODE, area_of_code
from estate_app.repair.models import RepairOrder, Source

REPORTS_PER_HOUR = 6


@dataclass(frozen=True, slots=True)
class Spot:
    """A labelled place: a facility, or a public area as a whole. It names nobody, so that anybody may read it."""

    code: str
    place: Place
    estate: str
    facility_id: int | None
    facility: str
    number: str
    category_id: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class SpotReport:
    """What was typed at a label."""

    category_id: int
    description: str
    is_out_of_service: bool = False
    has_danger: bool | None = None
    photo_ids: Sequence[str] = ()
    client_key: str | None = None
    source: Source = Source.qr


def find_spot(session: Session, code: str) -> Spot:
    """What a label's code stands for; an unknown one is a 404. Open to everybody: it is printed on the wall."""
    if not 0 < len(code) <= MAX_CODE or "\x00" in code:
        raise NotFoundError
    area_id = area_of_code(code)
    facility = None if area_id else session.exec(select(Facility).where(Facility.code == code.upper())).first()
    if area_id is None and facility is None:
        raise NotFoundError
    place = area_place(session, area_id or facility.public_area_id)  # type: ignore[union-attr]
    if place is None or place.public_area_id is None:
        raise NotFoundError
    estate = place_labels(session, (), [place.public_area_id])[1][place.public_area_id].estate
    if facility is None:
        return Spot(code, place, estate, None, "", "", None, True)
    return Spot(code.upper(), place, estate, facility.id, facility.name, facility.number, facility.category_id, facility.is_active)


def is_door(session: Session, code: str) -> bool:
    """Whether a label hangs on a room's door: a technician's proof, and nothing that anybody reports at."""
    sign = code.upper()
    return sign.startswith(DOOR) and len(sign) <= MAX_CODE and "\x00" not in sign and room_of_label(session, sign) is not None


def report_at(uow: UnitOfWork, actor: Actor, *, code: str, form: SpotReport) -> RepairOrder:
    """Take a report from somebody who is signed in and stands before a label, whoever it is and wherever that person lives.

    Raises:
        TooManyError: this person has reported often within the hour.
        ConflictError: the facility is out of use.
    """
    actor.require(Permission.own_account)
    spot = find_spot(uow.session, code)
    if not spot.is_active:
        raise ConflictError(msg("This facility is no longer in use; report the place instead, or call the office"))
    known = intake.known_report(uow, actor, form.client_key)
    if known is not None:
        return known
    _ensure_seldom(uow, actor)
    at = intake.Label(spot.place, spot.facility_id, form.is_out_of_service)
    return intake.report_at_label(
        uow,
        actor,
        at,
        category_id=form.category_id,
        description=form.description,
        has_danger=form.has_danger,
        photo_ids=form.photo_ids,
        client_key=form.client_key,
        source=form.source,
    )


def prove_phone(uow: UnitOfWork, *, phone: str, code: str, name: str = "", locale: str | None = None) -> Account | EstateError:
    """Let in whoever proves a phone at a label; without an account one is opened, with the rooms that name the phone.

    A refused code is returned, not raised, so that the try it cost is committed.
    """
    number = normal_phone(phone)
    if not codes.use_code(uow, phone=number, purpose=CodePurpose.report, code=code):
        return codes.wrong_code()
    return account_of_phone(uow, phone=number, name=name, locale=locale)


def report_with_code(
    uow: UnitOfWork, *, label: str, form: SpotReport, phone: str, code: str, name: str = "", locale: str | None = None
) -> tuple[Account, RepairOrder] | EstateError:
    """Prove a phone and report in one step; what is wrong with the report is said before the code is used up."""
    find_spot(uow.session, label)
    intake.check_words(uow, category_id=form.category_id, description=form.description)
    account = prove_phone(uow, phone=phone, code=code, name=name, locale=locale)
    if isinstance(account, EstateError):
        return account
    return account, report_at(uow, actor_of_account(uow, account), code=label, form=form)


def _ensure_seldom(uow: UnitOfWork, actor: Actor) -> None:
    since = uow.now - timedelta(hours=1)
    lately = (
        select(func.count())
        .select_from(RepairOrder)
        .where(RepairOrder.reporter_id == actor.id, col(RepairOrder.submitted_at) > since, col(RepairOrder.room_id).is_(None))
    )
    if (uow.session.scalar(lately) or 0) >= REPORTS_PER_HOUR:
        raise TooManyError(msg("You have reported often within the hour. Call the office, or try again later"), retry_after=3600)
