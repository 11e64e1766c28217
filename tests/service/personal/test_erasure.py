"""Deleting an account: only when nothing is open, after a week, with a code; then nothing personal is left and the books are whole."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text
from sqlmodel import func, select

from estate_app.access.codes import send_code
from estate_app.access.models import Account, AuditEntry, CodePurpose, LoginSession, SessionKind
from estate_app.access.service import register, sign_in_by_password
from estate_app.access.sessions import open_session
from estate_app.blotting import blot, permit
from estate_app.db import UnitOfWork
from estate_app.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from estate_app.feedback.models import Feedback, FeedbackKind
from estate_app.feedback.queries import FeedbackFilter, list_feedback
from estate_app.feedback.service import give_feedback, reply
from estate_app.kit.i18n import msg
from estate_app.kit.pagination import PageRequest
from estate_app.ledger.models import Journal, LedgerLine
from estate_app.media.models import MediaFile, MediaKind
from estate_app.media.service import store
from estate_app.notification.families import NoticeFamily
from estate_app.notification.models import NoticeChannel
from estate_app.notification.preferences import choose
from estate_app.payment.callbacks import receive
from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.models import Payment, Receipt
from estate_app.payment.service import start_payment
from estate_app.personal.erasure import ask_erasure, cancel_erasure, finish_erasure, send_erasure_code
from estate_app.personal.models import Erasure, ErasureStatus
from estate_app.personal.queries import list_erasures, own_erasure
from estate_app.property.models import RoomMember
from estate_app.property.queries import own_rooms
from estate_app.repair import work
from estate_app.repair.callbacks import note_call
from estate_app.repair.models import OrderStatus, OrderStep, RepairOrder
from estate_app.repair.ratings import rate
from estate_app.repair.stock import ItemFacts, add_item, correct
from estate_app.settings import settings
from tests.fixtures.money import event_of, home_bill, vendor
from tests.service.repair.steps import drive, new_order

NAME, PHONE = "林晓", "13800000001"


@pytest.fixture(autouse=True)
def gateway():
    with vendor() as chosen:
        yield chosen


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(type(settings()), "media_dir", property(lambda _: tmp_path))
    return tmp_path


def later(uow, **span) -> UnitOfWork:
    return UnitOfWork(uow.session, uow.now + timedelta(**span))


def ask(uow, actor) -> Erasure:
    return ask_erasure(uow, actor, code=send_erasure_code(uow, actor))


def finish(uow, row, **span) -> bool:
    return finish_erasure(later(uow, **(span or {"days": 7})), erasure_id=row.id)


def photo(uow, actor) -> str:
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return store(uow, actor, source=out.getvalue(), kind=MediaKind.photo).id


def live(uow, cast) -> Payment:
    """A life: a repair that is rated, a paid bill, feedback by name, an SMS wish, a device; name and number are in many texts."""
    words = f"我是{NAME}，电话 {PHONE}，厨房水槽下方漏水"
    order = new_order(uow, cast, description=words, photo_ids=[photo(uow, cast.owner)])
    for step in (work.accept, work.start):
        step(uow, cast.worker, order_id=order.id)
    work.complete(uow, cast.worker, order_id=order.id, note=f"已与{NAME}（{PHONE}）确认")
    rate(uow, cast.owner, order_id=order.id, quality=2, attitude=5, timeliness=5, text=f"{NAME}谢谢师傅", reasons=["late"])
    note_call(uow, cast.service, order_id=order.id, outcome="settled", note=f"已致电{NAME}（{PHONE}），问题已解决")
    valve = add_item(uow, cast.dispatcher, facts=ItemFacts("valve15", "角阀", "", "个", 2_800), on_hand_milli=2_000)
    correct(uow, cast.dispatcher, stock_item_id=valve.id, counted_milli=1_000, reason=f"一个已交住户 {PHONE} 自行更换")
    told = give_feedback(uow, cast.owner, room_id=cast.home.id, kind=FeedbackKind.praise, text=words, photo_ids=[photo(uow, cast.owner)])
    reply(uow, cast.service, feedback_id=told.id, text=f"{NAME}您好")
    payment = start_payment(
        uow, cast.owner, bill_ids=[home_bill(uow, cast).id], channel=Channel.wechat, method=PayWay.native, idempotency_key="key-1"
    )
    receive(uow, Channel.wechat, event_of(payment), b"{}")
    choose(uow, cast.owner, family=NoticeFamily.repair, channel=NoticeChannel.sms, is_on=True)
    open_session(uow, uow.session.get_one(Account, cast.owner.id), kind=SessionKind.browser, address="10.1.2.3", agent="Chrome")
    uow.session.get_one(Account, cast.owner.id).openid = "o-lin"
    uow.flush()
    return payment


def texts_with(uow, *words: str) -> list[str]:
    """Every column of text or JSON in the database that holds one of the words."""
    uow.flush()
    columns = uow.session.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('character varying', 'text', 'jsonb', 'json', 'ARRAY')"
        )
    ).all()
    found = []
    for table, column in columns:
        for word in words:
            count = uow.session.execute(
                text(f'SELECT count(*) FROM "{table}" WHERE strpos(CAST("{column}" AS text), :word) > 0'), {"word": word}
            ).scalar()
            found += [f"{table}.{column}: {word}"] * bool(count)
    return found


class TestNothingIsLeft:
    def test_neither_name_nor_number_nor_identity_stands_in_any_text(self, uow, cast) -> None:
        live(uow, cast)
        assert len(texts_with(uow, NAME)) > 8
        assert finish(uow, ask(uow, cast.owner)) is True
        assert texts_with(uow, NAME, PHONE, "o-lin", "10.1.2.3") == []

    def test_the_photos_are_gone_from_the_disk(self, uow, cast, root) -> None:
        live(uow, cast)
        assert len(list(root.rglob("*.webp"))) == 4
        row, end = ask(uow, cast.owner), later(uow, days=7)
        finish_erasure(end, erasure_id=row.id)
        end.run_hooks()
        assert (list(root.rglob("*.webp")), uow.session.exec(select(MediaFile)).all()) == ([], [])

    def test_others_of_a_longer_name_and_their_words_stay(self, uow, cast) -> None:
        uow.session.get_one(Account, cast.stranger.id).name = "林晓东"
        uow.session.exec(select(RoomMember).where(RoomMember.account_id == cast.stranger.id)).one().name = "林晓东"
        live(uow, cast)
        finish(uow, ask(uow, cast.owner))
        assert {one.split(":")[0] for one in texts_with(uow, "林晓东")} == {"account.name", "room_member.name"}

    def test_the_way_in_is_closed_and_the_number_is_free_without_the_rooms(self, uow, cast) -> None:
        live(uow, cast)
        finish(uow, ask(uow, cast.owner))
        account = uow.session.get_one(Account, cast.owner.id)
        assert (account.is_active, account.phone, account.openid, account.password_hash) == (False, None, None, None)
        assert uow.session.exec(select(LoginSession)).all() == []
        assert isinstance(sign_in_by_password(uow, phone=PHONE, password="x"), InvalidError)
        code = send_code(later(uow, days=8), phone=PHONE, purpose=CodePurpose.register)
        new = register(later(uow, days=8), phone=PHONE, code=code, name="新人", password="correct horse 9")
        assert own_rooms(uow.session, cast.owner.__class__.of(account_id=new.id, name="新人", role=new.role), uow.now.date()) == []


class TestTheBooksAreWhole:
    def test_bills_payments_and_the_ledger_stay_to_the_fen_and_the_receipt_without_the_name(self, uow, cast) -> None:
        payment = live(uow, cast)
        lines = uow.session.exec(select(LedgerLine.account, LedgerLine.amount_fen).order_by(LedgerLine.id)).all()
        journals = uow.session.scalar(select(func.count()).select_from(Journal))
        before = dict(uow.session.exec(select(Receipt)).one().content)
        finish(uow, ask(uow, cast.owner))
        assert uow.session.exec(select(LedgerLine.account, LedgerLine.amount_fen).order_by(LedgerLine.id)).all() == lines
        assert uow.session.scalar(select(func.count()).select_from(Journal)) == journals
        after = uow.session.exec(select(Receipt)).one().content
        assert {name for name in before if before[name] != after[name]} == {"payer"}
        assert (uow.session.get_one(Payment, payment.id).amount_fen, after["total_fen"]) == (24_920, 24_920)

    def test_feedback_stays_unnamed_and_steps_keep_their_order(self, uow, cast) -> None:
        live(uow, cast)
        steps = uow.session.exec(select(OrderStep.action, OrderStep.at).order_by(OrderStep.id)).all()
        finish(uow, ask(uow, cast.owner))
        (row,) = list_feedback(uow.session, cast.service, filter=FeedbackFilter(), now=uow.now, page=PageRequest()).rows
        assert (row.is_anonymous, row.author, row.room) == (True, "", "")
        assert "漏水" in row.text
        assert uow.session.exec(select(OrderStep.action, OrderStep.at).order_by(OrderStep.id)).all() == steps
        assert uow.session.exec(select(RepairOrder.contact_name, RepairOrder.contact_phone)).one() == ("已注销用户", "")

    def test_the_deletion_itself_is_in_the_audit_trail(self, uow, cast) -> None:
        finish(uow, ask(uow, cast.owner))
        acts = uow.session.exec(select(AuditEntry.action).where(AuditEntry.entity == "account").order_by(AuditEntry.id)).all()
        assert acts == ["account:ask_erasure", "account:erase"]

    def test_history_lets_itself_be_blotted_only_where_it_is_said_and_only_in_its_words(self, uow, cast) -> None:
        from sqlalchemy.exc import IntegrityError

        drive(uow, cast, OrderStatus.completed)
        update = "UPDATE order_step SET actor_name = 'x'"
        with pytest.raises(IntegrityError, match="append-only"), uow.session.begin_nested():
            uow.session.execute(text(update))
        permit(uow.session)
        uow.session.execute(text(update))
        valve = add_item(uow, cast.dispatcher, facts=ItemFacts("valve15", "角阀", "", "个", 2_800), on_hand_milli=2_000)
        uow.session.execute(text("UPDATE stock_movement SET reason = 'x' WHERE stock_item_id = :id"), {"id": valve.id})
        for change in (
            "UPDATE order_step SET at = now()",
            "UPDATE audit_entry SET action = 'x'",
            "DELETE FROM audit_entry",
            "UPDATE stock_movement SET quantity_milli = 1",
            "DELETE FROM stock_movement",
        ):
            with pytest.raises(IntegrityError, match="append-only"), uow.session.begin_nested():
                uow.session.execute(text(change))


class TestWhatIsInTheWay:
    def test_a_debt_is_named_and_nothing_is_noted(self, uow, cast) -> None:
        home_bill(uow, cast)
        code = send_erasure_code(uow, cast.owner)
        with pytest.raises(ConflictError) as refused:
            ask_erasure(uow, cast.owner, code=code)
        assert refused.value.message == msg("Pay the {count} open bills of your rooms first: ¥{yuan}", count=1, yuan="249.20")
        assert uow.session.exec(select(Erasure)).all() == []

    def test_somebody_who_only_pays_for_the_room_owes_nothing_himself(self, uow, cast) -> None:
        home_bill(uow, cast)
        assert own_erasure(uow.session, cast.payer, now=uow.now).blockers == ()

    def test_an_open_repair_and_a_pending_payment_are_in_the_way(self, uow, cast) -> None:
        new_order(uow, cast)
        start_payment(
            uow, cast.owner, bill_ids=[home_bill(uow, cast).id], channel=Channel.wechat, method=PayWay.native, idempotency_key="key-2"
        )
        links = [one.link for one in own_erasure(uow.session, cast.owner, now=uow.now).blockers]
        assert links == ["/bills", "/repairs", "/payments"]

    def test_what_comes_in_the_way_within_the_week_holds_it_back_and_is_told(self, uow, cast) -> None:
        row = ask(uow, cast.owner)
        home_bill(uow, cast)
        assert finish(uow, row) is False
        assert (row.status, uow.session.get_one(Account, cast.owner.id).name) == (ErasureStatus.held, NAME)

    def test_staff_cannot_delete_itself(self, uow, cast) -> None:
        for actor in (cast.worker, cast.supervisor):
            with pytest.raises(ForbiddenError):
                send_erasure_code(uow, actor)
            with pytest.raises(ForbiddenError):
                ask_erasure(uow, actor, code="000000")


class TestCooling:
    def test_a_wrong_code_asks_for_nothing(self, uow, cast) -> None:
        send_erasure_code(uow, cast.owner)
        assert isinstance(ask_erasure(uow, cast.owner, code="wrong"), InvalidError)
        assert uow.session.exec(select(Erasure)).all() == []

    def test_nothing_happens_before_seven_days_and_only_one_wish_is_noted(self, uow, cast) -> None:
        row = ask(uow, cast.owner)
        assert finish(uow, row, days=6, hours=23) is False
        with pytest.raises(ConflictError):
            ask_erasure(uow, cast.owner, code="000000")
        assert (row.status, uow.session.get_one(Account, cast.owner.id).is_active) == (ErasureStatus.cooling, True)

    def test_a_wish_that_was_taken_back_is_never_done(self, uow, cast) -> None:
        row = ask(uow, cast.owner)
        with pytest.raises(NotFoundError):
            cancel_erasure(uow, cast.tenant)
        cancel_erasure(uow, cast.owner)
        assert (finish(uow, row), row.status) == (False, ErasureStatus.cancelled)
        with pytest.raises(NotFoundError):
            cancel_erasure(uow, cast.owner)

    def test_managers_see_what_is_coming_in_their_own_estates_with_the_number_by_permission(self, uow, cast) -> None:
        ask(uow, cast.owner)
        rows = list_erasures(uow.session, cast.service, page=PageRequest()).rows
        assert [(row.name, row.phone, row.status) for row in rows] == [(NAME, PHONE, ErasureStatus.cooling)]
        for actor in (cast.owner, cast.cashier, cast.foreign_dispatcher):
            with pytest.raises(ForbiddenError):
                list_erasures(uow.session, actor, page=PageRequest())


def test_a_latin_name_is_a_word_of_its_own_and_no_field_of_json(uow, cast) -> None:
    """`Li` must neither break `lines` nor `Light`, and a name of one letter goes only where it stands alone."""
    from estate_app.access.audit import record

    record(uow, cast.admin, "bill:void", "bill", 1, after={"lines": "Light of Li", "x": "x", "deep": [{"payer": "Li"}, "axe"]})
    uow.flush()
    permit(uow.session)
    assert blot(uow.session, AuditEntry, ("after",), {"Li": "N", "x": "Y"}) == 1
    uow.session.expire_all()
    kept = uow.session.exec(select(AuditEntry.after)).one()
    assert kept == {"lines": "Light of N", "x": "Y", "deep": [{"payer": "N"}, "axe"]}


def test_nobody_but_the_feedbacks_author_is_unnamed(uow, cast) -> None:
    give_feedback(uow, cast.tenant, room_id=cast.home.id, kind=FeedbackKind.praise, text="师傅很好很及时")
    finish(uow, ask(uow, cast.owner))
    assert uow.session.exec(select(Feedback.is_anonymous)).all() == [False]
