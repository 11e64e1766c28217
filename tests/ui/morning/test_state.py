"""The managers' morning page: each part only for those who may see it, its figures, and what it leads to."""

from datetime import timedelta

import pytest

from estate_app.jobs.models import JobRun
from estate_app.payment.channel import Channel
from estate_app.payment.models import PaymentStatus
from estate_app.repair import work
from estate_app.repair.models import OrderStatus, Urgency
from estate_app.ui.pages.manager.overview.page import overview_page
from estate_app.ui.pages.manager.overview.state import OverviewState
from estate_app.ui.stage import READY
from tests.fixtures import make
from tests.service.repair.steps import drive, new_order
from tests.ui.seen import markup, toast

URL = "/manage"


def opened(act, actor, locale="zh"):
    page = act(actor, OverviewState, url=URL, locale=locale)
    act.run(page.load())
    return page


def paid(uow, cast, amount_fen, channel=Channel.wechat, at=None):
    bill = make.bill(uow, cast.home, make.fee_item(uow, cast.estate, code=f"fee{amount_fen}"), amount_fen)
    return make.payment(uow, cast.owner, bill, channel=channel, status=PaymentStatus.paid, paid_at=at or uow.now)


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("name", "repairs", "bills", "payments", "labels"),
        [
            ("supervisor", True, True, True, ["今日报修", "待派单", "平均响应", "11月收缴率", "今日实收"]),
            ("dispatcher", True, False, False, ["今日报修", "待派单", "平均响应"]),
            ("cashier", False, True, True, ["11月收缴率", "今日实收"]),
            ("finance", False, True, True, ["11月收缴率", "今日实收"]),
            ("service", True, True, False, ["今日报修", "待派单", "平均响应", "11月收缴率"]),
            ("auditor", True, True, True, ["今日报修", "待派单", "平均响应", "11月收缴率", "今日实收"]),
        ],
    )
    def test_a_card_needs_its_permission(self, act, cast, name, repairs, bills, payments, labels):
        page = opened(act, getattr(cast, name))
        assert (page.has_repairs, page.has_bills, page.has_payments) == (repairs, bills, payments)
        assert ([kpi.label for kpi in page.kpis], page.stage) == (labels, READY)

    def test_only_who_keeps_the_system_sees_its_backups(self, act, uow, cast):
        uow.session.add(JobRun(name="backup", started_at=uow.now, ended_at=uow.now - timedelta(hours=8), is_ok=True))
        uow.flush()
        head = opened(act, cast.admin).head
        assert (head.backup, head.backup_tone) == ("备份正常 11-18 02:58", "green")
        assert opened(act, cast.supervisor).head.backup == ""

    def test_a_resident_is_refused(self, act, cast):
        page = act(cast.owner, OverviewState, url=URL)
        assert toast(act.run(page.load())) != ""
        assert (page.kpis, page.has_repairs) == ([], False)


class TestFigures:
    def test_the_queue_is_by_time_left_and_what_is_late_is_a_risk(self, act, uow, cast):
        late = drive(uow, cast, OrderStatus.submitted)
        late.respond_due_at = uow.now - timedelta(minutes=12)
        near = new_order(uow, cast)
        holder = cast.worker if near.technician_id == cast.worker.id else cast.mate
        work.accept(uow, holder, order_id=near.id)
        uow.flush()
        page = opened(act, cast.dispatcher)
        first = page.queue[0]
        assert (first.id, first.clock, first.tone, first.badge.label) == (str(late.id), "超时 12 分", "red", "已超时")
        assert [row.id for row in page.queue] == [str(late.id), str(near.id)]
        assert [(r.id, r.href, r.act) for r in page.risks] == [(str(late.id), f"/manage/dispatch?order={late.id}", "派单")]
        assert (page.head.open_count, page.head.risk_count) == (2, 1)
        waiting = page.kpis[1]
        assert (waiting.value, waiting.change, waiting.tone) == ("1", "1 单超时 · 0 单临近", "red")

    def test_who_may_not_dispatch_is_led_to_the_order(self, act, uow, cast):
        late = drive(uow, cast, OrderStatus.submitted)
        late.respond_due_at = uow.now - timedelta(minutes=1)
        uow.flush()
        assert [(r.href, r.act) for r in opened(act, cast.service).risks] == [(f"/manage/repairs/{late.id}", "查看")]

    def test_other_estates_do_not_count(self, act, uow, cast):
        drive(uow, cast, OrderStatus.submitted)
        page = opened(act, cast.foreign_dispatcher)
        assert (page.queue, page.risks, page.head.open_count, page.kpis[0].value) == ([], [], 0, "0")

    def test_todays_money_by_channel_with_the_largest_first(self, act, uow, cast):
        paid(uow, cast, 30_000)
        paid(uow, cast, 50_000, Channel.alipay)
        paid(uow, cast, 20_000, Channel.counter)
        paid(uow, cast, 99_000, at=uow.now - timedelta(days=1))
        paid(uow, cast, 77_000, Channel.balance)
        page = opened(act, cast.finance)
        assert page.channels.total == "¥1,000.00"
        assert [(line.mark, line.share, line.amount) for line in page.channels.lines] == [
            ("alipay", "50.0%", "¥500.00"),
            ("wechat", "30.0%", "¥300.00"),
            ("cash", "20.0%", "¥200.00"),
        ]
        assert (page.kpis[1].value, page.kpis[1].note) == ("¥1,000.00", "3 笔")

    def test_the_collection_of_the_month_by_building(self, act, uow, cast):
        bill = make.bill(uow, cast.home, make.fee_item(uow, cast.estate), 40_000)
        bill.paid_fen = 10_000
        uow.flush()
        page = opened(act, cast.finance, locale="en")
        assert (page.collection.rate, page.collection.percent, page.collection.billed, page.collection.paid) == (
            "25.0%",
            25,
            "¥400.00",
            "¥100.00",
        )
        assert [(bar.label, bar.percent, bar.value) for bar in page.collection.buildings] == [("3栋", 25, "25.0%")]

    def test_fourteen_days(self, act, uow, cast):
        drive(uow, cast, OrderStatus.completed)
        days = opened(act, cast.dispatcher).days
        assert (days.new_today, days.done_today) == ("新增 1", "已完成 1")
        assert (len(days.new_points.split()), days.new_points.split()[-1], days.days[-1].label) == (14, "100.0,75.0", "今天")

    def test_it_is_live_for_orders_and_for_money(self, act, uow, cast):
        page = opened(act, cast.supervisor)
        assert page.kpis[0].value == "0"
        new_order(uow, cast, urgency=Urgency.high)
        act.run_value(page._refresh(cast.supervisor))
        assert page.kpis[0].value == "1"


def test_the_page_marks_what_a_person_acts_on():
    drawn = markup(overview_page())
    for testid in ("new-order", "all-orders", "risk-act", "collection", "days", "channels", "last-backup", "retry"):
        assert testid in drawn
