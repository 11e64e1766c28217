"""Fetching and uploading statements: bad files are refused with a record and never silent, missing ones are asked for again."""

import gzip
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import AuditEntry
from estate_app.errors import ForbiddenError, InvalidError, UnavailableError
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.contract import GatewayTechnicalError
from estate_app.payment.reconciliation.models import ReconciliationItem, ReconciliationRun, StatementFile
from estate_app.payment.reconciliation.service import Upload, reconcile
from tests.fixtures.money import MERCHANT_ID, MemoryGateway, vendor
from tests.service.payment.reconciliation.conftest import YESTERDAY, statement

HEAD = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,订单金额,手续费"
FOOT = "总交易单数,订单总金额,申请退款总金额,手续费总金额"


def bill(*rows: tuple[str, str, str], day=YESTERDAY, count=None, merchant=MERCHANT_ID) -> bytes:
    """A trade bill of WeChat Pay with these orders, transactions and yuan."""
    lines = [HEAD]
    lines += [f"`{day} 12:00:00,`wx1,`{merchant},`{transaction},`{order},`SUCCESS,`{yuan},`0.60" for order, transaction, yuan in rows]
    total = sum(int(float(yuan)) for *_, yuan in rows)
    lines += [FOOT, f"`{len(rows) if count is None else count},`{total}.00,`0.00,`0.60"]
    return b"\xef\xbb\xbf" + ("\r\n".join(lines) + "\r\n").encode()


GOOD = bill(("ZF00000001", "4200000001", "100.00"))


def kept(uow):
    runs = [(r.status.value, r.problem, r.run_count) for r in uow.session.exec(select(ReconciliationRun))]
    files = [(f.problem, f.is_upload, f.size) for f in uow.session.exec(select(StatementFile).order_by(StatementFile.id))]
    return runs, files


@pytest.fixture
def people(committed):
    with vendor():
        yield committed.cast()


@pytest.fixture
def finance(people):
    return people.finance


class TestUpload:
    def test_a_good_file_is_compared_and_kept_once(self, committed, finance):
        for content in (GOOD, gzip.compress(GOOD)):
            result = reconcile(finance, Channel.wechat, YESTERDAY, upload=Upload("bill.csv", content), now=committed.now)
        assert (result.lines, result.open, result.channel_fen, result.local_fen, result.fee_fen) == (1, 1, 10_000, 0, 60)
        assert committed.run(kept) == ([("done", "", 2)], [("", True, len(GOOD))])

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            pytest.param(bill(("ZF00000001", "4200000001", "100.00"), day=YESTERDAY - timedelta(days=1)), "wrong_day", id="another day"),
            pytest.param(bill(("ZF00000001", "4200000001", "100.00"), count=2), "truncated", id="fewer lines than its footer counts"),
            pytest.param(GOOD[: len(GOOD) // 2], "truncated", id="cut in the middle"),
            pytest.param(gzip.compress(GOOD)[:-9], "truncated", id="a gzip that ends early"),
            pytest.param(GOOD.decode("utf-8-sig").encode("gbk"), "wrong_charset", id="another character set"),
            pytest.param(b"hello", "not_a_statement", id="something else"),
            pytest.param(b"", "not_a_statement", id="nothing"),
            pytest.param(bill(("ZF00000001", "4200000001", "100.00"), merchant="9999999999"), "wrong_merchant", id="another merchant"),
        ],
    )
    def test_a_bad_file_is_refused_and_leaves_a_record(self, committed, finance, content, problem):
        with pytest.raises(InvalidError) as refused:
            reconcile(finance, Channel.wechat, YESTERDAY, upload=Upload("bill.csv", content), now=committed.now)
        assert refused.value.field == "file"
        assert committed.run(kept) == ([("refused", problem, 0)], [(problem, True, len(content))])
        assert committed.run(lambda uow: uow.session.exec(select(ReconciliationItem)).all()) == []
        entry = committed.run(lambda uow: uow.session.exec(select(AuditEntry).where(AuditEntry.action == "reconcile:refuse")).one())
        assert (entry.actor_id, entry.after["problem"]) == (finance.id, problem)

    def test_a_bad_file_leaves_a_compared_day_as_it_was(self, committed, finance):
        reconcile(finance, Channel.wechat, YESTERDAY, upload=Upload("bill.csv", GOOD), now=committed.now)
        with pytest.raises(InvalidError):
            reconcile(finance, Channel.wechat, YESTERDAY, upload=Upload("bill.csv", GOOD[: len(GOOD) // 2]), now=committed.now)
        assert committed.run(kept)[0] == [("done", "truncated", 1)]
        assert len(committed.run(lambda uow: uow.session.exec(select(ReconciliationItem)).all())) == 1

    @pytest.mark.parametrize(
        ("channel", "content"),
        [
            (Channel.alipay, "支付宝交易号,商户订单号\n".encode()),
            (Channel.alipay, b"PK\x03\x04broken"),
            (Channel.unionpay, b"PK\x03\x04broken"),
        ],
    )
    def test_files_of_the_other_channels_are_refused_in_the_same_way(self, committed, finance, channel, content):
        with pytest.raises(InvalidError):
            reconcile(finance, channel, YESTERDAY, upload=Upload("x", content), now=committed.now)
        assert [status for status, *_ in committed.run(kept)[0]] == ["refused"]

    @pytest.mark.parametrize(
        ("channel", "back", "field"), [(Channel.counter, 1, "channel"), (Channel.wechat, 0, "day"), (Channel.wechat, 91, "day")]
    )
    def test_what_has_no_statement_is_refused_without_a_trace(self, committed, finance, channel, back, field):
        day = YESTERDAY + timedelta(days=1 - back)
        with pytest.raises(InvalidError) as refused:
            reconcile(finance, channel, day, upload=Upload("bill.csv", GOOD), now=committed.now)
        assert (refused.value.field, committed.run(kept)) == (field, ([], []))

    def test_a_stranger_leaves_no_trace(self, committed, people):
        for actor in (people.owner, people.worker, people.auditor, people.cashier):
            with pytest.raises(ForbiddenError):
                reconcile(actor, Channel.wechat, YESTERDAY, upload=Upload("bill.csv", GOOD), now=committed.now)
        assert committed.run(kept) == ([], [])


@dataclass
class Speaking(MemoryGateway):
    """A vendor whose statement cannot be used, for a reason."""

    reason: str = ""

    def download_statement(self, day):
        if self.reason:
            raise GatewayTechnicalError("no", code=self.reason)
        return statement(day=day)


class TestDownload:
    def test_a_changed_hash_is_refused_and_the_next_good_file_is_taken(self, committed, finance):
        gateway = Speaking(reason="hash_mismatch")
        with pytest.raises(UnavailableError):
            reconcile(finance, Channel.wechat, YESTERDAY, vendor=gateway, now=committed.now)
        assert committed.run(kept) == ([("refused", "hash_mismatch", 0)], [("hash_mismatch", False, 0)])
        gateway.reason = ""
        assert reconcile(finance, Channel.wechat, YESTERDAY, vendor=gateway, now=committed.now).lines == 0
        assert committed.run(kept)[0] == [("done", "", 1)]

    def test_what_is_not_ready_waits(self, committed, finance):
        with pytest.raises(UnavailableError):
            reconcile(finance, Channel.wechat, YESTERDAY, vendor=Speaking(reason="SYSTEM_ERROR"), now=committed.now)
        assert committed.run(kept) == ([("waiting", "not_ready", 0)], [])
