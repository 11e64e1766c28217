"""UnionPay (ACP 5.1.0) behind the contract: the browser posts a signed form to its gateway."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import httpx

from estate_app.payment.channel import Channel, PayWay
from estate_app.payment.gateways.contract import (
    CallbackAnswer,
    CallbackEvent,
    CallbackRejectedError,
    ChannelPayment,
    ChannelRefund,
    ChannelState,
    Created,
    GatewayLogicalError,
    GatewayTechnicalError,
    OrderRef,
    PaymentRequest,
    RefundRef,
    RefundRequest,
    RefundState,
    Statement,
    StatementError,
)
from estate_app.payment.gateways.credentials import UnionpayCredentials
from estate_app.payment.gateways.unionpay_reading import (
    CNY,
    DONE_CODES,
    OPEN_CODES,
    REFUND_TYPE,
    VOID_TYPE,
    currency_of,
    fen_of,
    moment_of,
    read_event,
    read_refund,
    refund_state,
    stamp,
)
from estate_app.payment.gateways.unionpay_statement import SECOND, parse_unionpay_statement, unpack_unionpay_statement
from estate_app.payment.gateways.unionpay_wire import VERSION, MerchantSigner, SignerChain, UnverifiedMessageError, read_answer_text
from estate_app.payment.gateways.wire import VENDOR_ZONE, checked_event, is_loopback, require_number

CHANNEL_TYPES = {PayWay.gateway: "07", PayWay.wap: "08"}
MISSING_CODE = "34"
TURN = timedelta(hours=1)
NO_FILE_CODE = "98"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class UnionpayGateway:
    """UnionPay for one merchant; safe to share between threads.

    An order exists at UnionPay only once the payer has posted the form. UnionPay has no call to close an order: `payTimeout`,
    signed into the form, ends it.
    """

    channel = Channel.unionpay
    ways = frozenset(CHANNEL_TYPES)

    def __init__(self, credentials: UnionpayCredentials, *, timeout: float = 10.0, now: Callable[[], datetime] = _utc_now) -> None:
        """Prepare the client without any network call; `now` is the clock that certificates are checked at. Raises ValueError."""
        self._credentials = credentials
        self._signer = MerchantSigner(credentials.private_key_pem, credentials.certificate_pem)
        self._chain = SignerChain(credentials.root_pem, credentials.middle_pem, credentials.signer_names)
        self._base_url = credentials.base_url.rstrip("/")
        self._now = now
        self._http = httpx.Client(timeout=timeout, trust_env=not is_loopback(credentials.base_url))

    def create(self, request: PaymentRequest) -> Created:
        """Sign the form that the payer's browser posts. Makes no network call."""
        fields = self._common("01", "01", "000201", request.opened_at) | {
            "channelType": CHANNEL_TYPES[request.way],
            "currencyCode": CNY,
            "orderId": require_number(request.order_no),
            "txnAmt": str(request.amount_fen),
            "orderDesc": request.description[:32],
            "frontUrl": request.return_url,
            "backUrl": request.notify_url,
            "payTimeout": stamp(request.expires_at),
        }
        return Created(redirect_url=f"{self._base_url}/frontTransReq.do", form_fields=self._signer.sign(fields))

    def query(self, order: OrderRef) -> ChannelPayment:
        """Ask for the state of an order by number and time of opening."""
        answer = self._ask(require_number(order.order_no), order.opened_at)
        if answer is None:
            return ChannelPayment(order.order_no, ChannelState.missing)
        code = answer.get("origRespCode", "")
        state = ChannelState.unknown if code in OPEN_CODES or not code else ChannelState.failed
        if code in DONE_CODES:
            state = ChannelState.paid
        return ChannelPayment(
            order_no=order.order_no,
            state=state,
            transaction_id=answer.get("queryId", ""),
            amount_fen=fen_of(answer),
            currency=currency_of(answer),
            merchant_id=answer.get("merId", ""),
            success_at=moment_of(answer, order.opened_at) if state is ChannelState.paid else None,
            detail=answer.get("origRespMsg", ""),
        )

    def close(self, order: OrderRef) -> None:
        """Make sure that nothing was paid; the order itself ends by its `payTimeout`."""
        if self.query(order).state.has_money:
            raise GatewayLogicalError("the order is paid", code="order_paid")

    def refund(self, request: RefundRequest) -> ChannelRefund:
        """Ask for the money to go back; the outcome comes by notice or query.

        A whole payment of the same settlement day is made void (消费撤销: open.unionpay.com, API 800), everything else is refunded
        (退货); either is an order of its own that names the payment. A void that UnionPay refuses, as it does once the day has
        turned, becomes a refund under a number that follows from the first, so that every retry names the same two orders.
        """
        number = require_number(request.refund_no)
        if not _may_be_void(request):
            return self._give_back(REFUND_TYPE, number, request)
        try:
            return self._give_back(VOID_TYPE, number, request)
        except GatewayLogicalError:
            known = self.query_refund(request.ref)
            if known.state not in {RefundState.missing, RefundState.closed}:
                return known
            return self._give_back(REFUND_TYPE, number + SECOND, request)

    def _give_back(self, kind: str, number: str, request: RefundRequest) -> ChannelRefund:
        fields = self._common(kind, "00", "000201", request.requested_at) | {
            "channelType": CHANNEL_TYPES[PayWay.gateway],
            "orderId": number,
            "origQryId": request.transaction_id,
            "txnAmt": str(request.amount_fen),
            "backUrl": request.notify_url,
        }
        answer = self._post(f"{self._base_url}/backTransReq.do", fields)
        code = answer.get("respCode", "")
        if code not in DONE_CODES and code not in OPEN_CODES:
            raise GatewayLogicalError(answer.get("respMsg", "UnionPay refused"), code=code)
        return ChannelRefund(request.refund_no, RefundState.processing, answer.get("queryId", ""), request.amount_fen)

    def query_refund(self, refund: RefundRef) -> ChannelRefund:
        """Ask for the state of a refund by our number and the time of the request; of a void that failed, by the second number too.

        `missing` also stands for a void that failed and has no refund in its place yet: it is asked for again.
        """
        first = self._ask(require_number(refund.refund_no), refund.requested_at)
        if first is not None and refund_state(first) is not RefundState.closed:
            return read_refund(refund, first)
        second = self._ask(refund.refund_no + SECOND, refund.requested_at)
        if second is not None:
            return read_refund(refund, second)
        if first is None or first.get("txnType") == VOID_TYPE:
            return ChannelRefund(refund.refund_no, RefundState.missing)
        return read_refund(refund, first)

    def read_callback(self, headers: Mapping[str, str], raw_body: bytes, now: datetime) -> CallbackEvent:  # noqa: ARG002
        """Verify and translate a notice. Its times are the transaction's, so that its own age is not judged; query before booking."""
        try:
            pairs = parse_qsl(raw_body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, errors="strict")
        except ValueError as error:
            raise CallbackRejectedError("unreadable") from error
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise CallbackRejectedError("repeated_field")
        try:
            self._chain.require_genuine(fields, now)
        except UnverifiedMessageError as error:
            raise CallbackRejectedError(error.reason) from error
        try:
            return checked_event(read_event(fields, now))
        except (KeyError, ValueError) as error:
            raise CallbackRejectedError("unexpected_content", is_genuine=True) from error

    def answer(self, *, ok: bool) -> CallbackAnswer:
        """UnionPay looks at the status alone."""
        return CallbackAnswer(200 if ok else 500, {"Content-Type": "text/plain"}, b"ok" if ok else b"fail")

    def download_statement(self, day: date) -> Statement:
        """Fetch the settlement file of a settlement day, which runs from 23:00 to 23:00."""
        fields = self._common("76", "01", "000000", self._now()) | {"fileType": "00", "settleDate": day.strftime("%m%d")}
        answer = self._post(self._credentials.file_url, fields)
        code = answer.get("respCode", "")
        if code == NO_FILE_CODE:
            return Statement(Channel.unionpay, day, ())
        if code not in DONE_CODES:
            raise GatewayTechnicalError(answer.get("respMsg", "no settlement file"), code=code)
        if answer.get("settleDate", fields["settleDate"]) != fields["settleDate"]:
            raise GatewayTechnicalError("UnionPay sent another day's file", code="wrong_day")
        try:
            return parse_unionpay_statement(day, unpack_unionpay_statement(answer.get("fileContent", ""), day))
        except StatementError as error:
            raise GatewayTechnicalError("the settlement file cannot be used", code=error.reason) from error

    def _common(self, kind: str, subtype: str, business: str, moment: datetime) -> dict[str, str]:
        return {
            "version": VERSION,
            "encoding": "UTF-8",
            "signMethod": "01",
            "certId": self._signer.cert_id,
            "accessType": "0",
            "merId": self._credentials.merchant_id,
            "txnType": kind,
            "txnSubType": subtype,
            "bizType": business,
            "txnTime": stamp(moment),
        }

    def _ask(self, number: str, moment: datetime) -> dict[str, str] | None:
        fields = self._common("00", "00", "000000", moment) | {"orderId": number}
        answer = self._post(f"{self._base_url}/queryTrans.do", fields)
        code = answer.get("respCode", "")
        if code == MISSING_CODE:
            return None
        # respCode speaks of the question, origRespCode of the transaction.
        if code not in DONE_CODES:
            raise GatewayTechnicalError(answer.get("respMsg", "UnionPay did not answer the query"), code=code)
        try:
            fen_of(answer)
            moment_of(answer, moment)
        except ValueError as error:
            raise GatewayTechnicalError("UnionPay's answer has an unexpected form", code="answer_unreadable") from error
        return answer

    def _post(self, url: str, fields: Mapping[str, str]) -> dict[str, str]:
        try:
            response = self._http.post(url, data=self._signer.sign(fields))
            response.raise_for_status()
            answer = read_answer_text(response.content.decode("utf-8"))
            self._chain.require_genuine(answer, self._now())
        except httpx.HTTPError as error:
            raise GatewayTechnicalError("no answer from UnionPay", code=type(error).__name__) from error
        except UnverifiedMessageError as error:
            raise GatewayTechnicalError("UnionPay's answer is not verified", code="answer_not_verified") from error
        except ValueError as error:
            raise GatewayTechnicalError("UnionPay's answer has an unexpected form", code="answer_unreadable") from error
        return answer


def _may_be_void(request: RefundRequest) -> bool:
    """Whether the whole of a payment shall go back within its settlement day, which turns at 23:00 in Shanghai."""
    return request.is_whole and request.paid_at is not None and _settlement_day(request.paid_at) == _settlement_day(request.requested_at)


def _settlement_day(moment: datetime) -> date:
    return (moment.astimezone(VENDOR_ZONE) + TURN).date()
