"""Late fees, and households at every rung of the ladder, made by the services themselves at the time when they would have acted."""

from datetime import datetime, time, timedelta

from sqlalchemy import text

from estate_app.access.actor import SYSTEM, Actor, Held
from estate_app.access.permission import PermissionSet, Role
from estate_app.billing.arrears_ladder import climb, record_delivery
from estate_app.billing.arrears_models import Delivery, DiscountKind, Stage
from estate_app.billing.arrears_promises import make_plan, make_promise, settle_promises
from estate_app.billing.arrears_queries import ArrearsFilter, list_arrears
from estate_app.billing.arrears_schedule import keep_ladder
from estate_app.billing.discounts import approve_discount, request_discount
from estate_app.billing.late_fee_policies import add_policy
from estate_app.billing.late_fees import post_all_until
from estate_app.billing.waivers import request_waiver
from estate_app.db import UnitOfWork
from estate_app.demo.world import Place, World
from estate_app.kit.clock import at_local
from estate_app.kit.pagination import PageRequest

_POLICY_DAYS = 45
_RATE_PPB = 500_000
_CAP_BP = 3_000
_LADDER = {Stage.reminder: 3, Stage.sms: 15, Stage.letter: 45, Stage.case: 0}
_MOST = 14


def build_arrears(uow: UnitOfWork, world: World) -> None:
    """Write policies, late fees, steps, promises, a plan, and requests for a second person."""
    for place in world.places:
        add_policy(
            uow, SYSTEM, estate_id=place.id, starts_on=world.today - timedelta(days=_POLICY_DAYS), rate_ppb=_RATE_PPB, cap_bp=_CAP_BP
        )
    keep_ladder(uow, SYSTEM, estate_id=world.places[0].id, days=_LADDER)
    post_all_until(uow, SYSTEM, world.today.replace(day=1) - timedelta(days=1))
    rooms = _oldest_debts(uow, world)
    _climb(uow, world, rooms)
    _agree(uow, world, rooms)
    _requests(uow, world, world.places[0])


def _at(uow: UnitOfWork, world: World, days_ago: int) -> UnitOfWork:
    """The same transaction, on a morning some days ago."""
    return UnitOfWork(uow.session, _morning(world, days_ago))


def _morning(world: World, days_ago: int) -> datetime:
    return at_local(world.today - timedelta(days=days_ago), time(10))


def _oldest_debts(uow: UnitOfWork, world: World) -> list[int]:
    wanted = ArrearsFilter(estate_id=world.places[0].id, least_fen=5_000)
    found = list_arrears(uow.session, SYSTEM, filter=wanted, page=PageRequest(1, _MOST + 1, "-days"), on=world.today)
    return [row.room_id for row in found.rows if row.room_id != world.home.id][:_MOST]


def _climb(uow: UnitOfWork, world: World, rooms: list[int]) -> None:
    """Each rung reaches fewer households than the one before; the SMS have long gone out."""
    for days_ago, stage, count in ((9, Stage.reminder, 10), (6, Stage.sms, 7), (3, Stage.letter, 4), (1, Stage.case, 1)):
        chosen = rooms[:count]
        if chosen:
            note = "转法务，拟申请调解" if stage is Stage.case else ""
            climb(_at(uow, world, days_ago), SYSTEM, room_ids=chosen, stage=stage, note=note)
    sent = "UPDATE outbox_message SET state = 'sent', sent_at = created_at, tries = 1 WHERE event = 'arrears'"
    uow.session.execute(text(sent))
    letters = text("SELECT id FROM arrears_step WHERE stage = 'letter' ORDER BY id LIMIT 2")
    for step_id in uow.session.scalars(letters).all():
        day = world.today - timedelta(days=2)
        record_delivery(
            _at(uow, world, 2),
            _staff(world, "customer_service"),
            step_id=step_id,
            delivery=Delivery.handed,
            delivered_on=day,
            proof="业主本人签收",
        )


def _agree(uow: UnitOfWork, world: World, rooms: list[int]) -> None:
    """A broken promise, a running one, and instalments."""
    staff = _staff(world, "customer_service")
    for index, days_ago, days in ((4, 8, 3), (5, 4, 10)):
        if len(rooms) > index:
            day = world.today + timedelta(days=days - days_ago)
            make_promise(_at(uow, world, days_ago), staff, room_id=rooms[index], amount_fen=5_000, due_on=day, note="电话承诺")
            settle_promises(_at(uow, world, 1))
    if len(rooms) > 7:
        first = world.today + timedelta(days=5)
        make_plan(_at(uow, world, 1), staff, room_id=rooms[7], count=6, first_due_on=first, note="家庭困难，分期缴纳")


def _requests(uow: UnitOfWork, world: World, place: Place) -> None:
    """A waiver that waits, a vacancy discount that holds."""
    staff, finance = _staff(world, "customer_service"), _staff(world, "finance")
    late = "SELECT id, amount_fen FROM bill WHERE for_bill_id IS NOT NULL AND status = 'unpaid' AND estate_id = :estate"
    fee = uow.session.execute(text(f"{late} ORDER BY amount_fen DESC, id LIMIT 1"), {"estate": place.id}).first()
    if fee is not None:
        request_waiver(uow, staff, bill_id=fee.id, amount_fen=fee.amount_fen, reason="业主住院期间未能按时缴费，申请减免滞纳金")
    vacant = next((home for home in place.homes if home.is_vacant), None)
    if vacant is not None:
        discount = request_discount(
            uow,
            staff,
            room_id=vacant.id,
            kind=DiscountKind.vacancy,
            percent_bp=3_000,
            starts_on=world.today,
            ends_on=world.today + timedelta(days=180),
            reason="空置房备案，物业费按 70% 收取",
        )
        approve_discount(uow, finance, discount_id=discount.id or 0)


def _staff(world: World, key: str) -> Actor:
    account = world.accounts[key]
    return Actor.of(account_id=account, name=world.account_names[account], role=Role.manager, held=(Held(PermissionSet(key)),))
