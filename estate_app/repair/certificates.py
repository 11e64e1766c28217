"""Permits of technicians: added and removed by managers, counted by dispatch, and warned of before they end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.audit import record
from estate_app.access.directory import appointed, people, sets_with
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork
from estate_app.errors import InvalidError, NotFoundError
from estate_app.kit.clock import business_date
from estate_app.kit.i18n import msg
from estate_app.notification.service import tell
from estate_app.repair.certificate_models import TechnicianCertificate
from estate_app.repair.models import Technician, TechnicianZone, Trade
from estate_app.repair.roster import ensure_managed, ensure_readable

WARN_BEFORE = timedelta(days=30)
_ENTITY = "technician"
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One permit; `days_left` is negative once it has ended."""

    id: int
    trade: Trade
    name: str
    number: str
    ends_on: date
    days_left: int


def add_certificate(
    uow: UnitOfWork, actor: Actor, *, technician_id: int, trade: str, name: str, number: str, ends_on: date
) -> TechnicianCertificate:
    """Note a permit of a technician; one that has ended already may be noted too."""
    ensure_managed(uow.session, actor, technician_id)
    if trade not in set(Trade):
        raise InvalidError(msg("Choose the trade from the list"), field="trade")
    title, mark = name.replace("\x00", "").strip(), number.replace("\x00", "").strip()
    for field, text, least in (("name", title, 1), ("number", mark, 0)):
        if not least <= len(text) <= 60:
            raise InvalidError(msg("Write at most {count} characters, and no empty name", count=60), field=field)
    certificate = TechnicianCertificate(technician_id=technician_id, trade=Trade(trade), name=title, number=mark, ends_on=ends_on)
    uow.session.add(certificate)
    uow.flush()
    after: dict[str, object] = {"trade": trade, "name": title, "number": mark, "ends_on": ends_on.isoformat()}
    record(uow, actor, "technician:certificate", _ENTITY, technician_id, after=after)
    return certificate


def remove_certificate(uow: UnitOfWork, actor: Actor, *, certificate_id: int) -> None:
    """Take a permit away that was noted by mistake."""
    actor.require(Permission.technicians_edit)
    certificate = uow.session.get(TechnicianCertificate, certificate_id)
    if certificate is None:
        raise NotFoundError
    ensure_managed(uow.session, actor, certificate.technician_id)
    before: dict[str, object] = {"name": certificate.name, "number": certificate.number, "ends_on": certificate.ends_on.isoformat()}
    record(uow, actor, "technician:certificate", _ENTITY, certificate.technician_id, before=before)
    uow.session.delete(certificate)
    uow.flush()


def list_certificates(session: Session, actor: Actor, *, technician_id: int, today: date) -> list[CertificateRow]:
    """The permits of a technician within the manager's scope, or one's own, those that end first on top."""
    ensure_readable(session, actor, technician_id)
    found = session.exec(
        select(TechnicianCertificate)
        .where(TechnicianCertificate.technician_id == technician_id)
        .order_by(col(TechnicianCertificate.ends_on), col(TechnicianCertificate.id))
    )
    return [CertificateRow(c.id, c.trade, c.name, c.number, c.ends_on, (c.ends_on - today).days) for c in found]


def certified(session: Session, ids: Iterable[int], on: date) -> dict[int, frozenset[Trade]]:
    """For which trades each of some technicians holds a permit on a day; the last day counts."""
    found = session.execute(
        select(TechnicianCertificate.technician_id, TechnicianCertificate.trade).where(
            col(TechnicianCertificate.technician_id).in_(list(ids)), TechnicianCertificate.ends_on >= on
        )
    )
    trades: dict[int, set[Trade]] = {}
    for technician_id, trade in found:
        trades.setdefault(technician_id, set()).add(trade)
    return {technician_id: frozenset(of) for technician_id, of in trades.items()}


def warn_of_ends(uow: UnitOfWork) -> int:
    """Tell technicians and those who manage them of permits that end within 30 days, once for each; answers how many."""
    today = business_date(uow.now)
    found = list(
        uow.session.exec(
            select(TechnicianCertificate)
            .join(Technician, col(Technician.account_id) == TechnicianCertificate.technician_id)
            .where(Technician.is_active, TechnicianCertificate.ends_on <= today + WARN_BEFORE)
            .where(col(TechnicianCertificate.warned_on).is_distinct_from(col(TechnicianCertificate.ends_on)))
            .order_by(col(TechnicianCertificate.id))
            .limit(_AT_ONCE)
            .with_for_update(of=TechnicianCertificate, skip_locked=True)
        )
    )
    ids = {c.technician_id for c in found}
    names, managers = people(uow.session, ids), _managers_of(uow.session, ids)
    for certificate in found:
        certificate.warned_on = certificate.ends_on
        who, name = certificate.technician_id, names[certificate.technician_id].name
        title = msg("A certificate ends: {name}", name=certificate.name)
        body = msg("{person}: {name} is good until {day}", person=name, name=certificate.name, day=certificate.ends_on.isoformat())
        tell(uow, [who], event="certificate_ends", title=title, body=body, link="/tech/schedule")
        tell(uow, managers.get(who, ()), event="certificate_ends", title=title, body=body, link=f"/manage/technicians/{who}")
    return len(found)


def _managers_of(session: Session, ids: set[int]) -> dict[int, set[int]]:
    """Who manages each technician: whoever may edit technicians at an estate where that one works."""
    zones = session.execute(
        select(TechnicianZone.technician_id, TechnicianZone.estate_id).where(col(TechnicianZone.technician_id).in_(ids)).distinct()
    ).all()
    sets = sets_with(Permission.technicians_edit)
    of_estate = {estate: appointed(session, sets, estate_id=estate) for estate in {estate for _, estate in zones}}
    managers: dict[int, set[int]] = {}
    for technician_id, estate in zones:
        managers.setdefault(technician_id, set()).update(of_estate[estate])
    return managers
