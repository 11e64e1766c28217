"""Reads a statement that somebody uploads, with the readers of the gateways, and names what is wrong with a file."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from zlib import compress

from estate_app.kit.i18n import Message, msg
from estate_app.payment.channel import Channel
from estate_app.payment.gateways.alipay_statement import parse_alipay_statement, unpack_alipay_statement
from estate_app.payment.gateways.contract import Statement, StatementError
from estate_app.payment.gateways.statement import unpack_gzip
from estate_app.payment.gateways.unionpay_statement import parse_unionpay_statement, unpack_unionpay_statement
from estate_app.payment.gateways.wechat_statement import parse_wechat_statement

_ZIP = b"PK\x03\x04"
MAX_UPLOAD = 64 * 1024 * 1024
PROBLEMS: Mapping[str, Message] = {
    "not_a_statement": msg("This is no statement of this channel; download the trade bill from the channel again"),
    "wrong_charset": msg("The file is in another character set than the channel writes; do not open and save it before the upload"),
    "wrong_day": msg("The statement is of another day; choose the file of this day"),
    "truncated": msg("The file is incomplete: its lines and its own totals do not agree; download it again"),
    "unreadable_line": msg("A line of the statement cannot be read; download it again"),
    "hash_mismatch": msg("The file is not the one that the channel announced (its hash differs); it was not used"),
    "wrong_merchant": msg("The statement belongs to another merchant"),
}
"""Why a statement is refused, by the short word that is kept."""
NOT_READY = "not_ready"


def read_upload(channel: Channel, day: date, content: bytes) -> Statement:
    """Read a file as it was downloaded by hand: a CSV, a gzip or zip of it, or UnionPay's text.

    Raises:
        StatementError: anything but the whole statement of that channel and day.
    """
    if len(content) > MAX_UPLOAD or not content.strip():
        raise StatementError("not_a_statement", "empty or far too large")
    if channel is Channel.wechat:
        return parse_wechat_statement(day, unpack_gzip(content))
    if channel is Channel.alipay:
        return parse_alipay_statement(day, unpack_alipay_statement(content) if content.startswith(_ZIP) else content)
    if content.startswith(_ZIP):
        content = unpack_unionpay_statement(b64encode(compress(content)).decode(), day)
    return parse_unionpay_statement(day, content)


def ensure_merchant(statement: Statement, merchant_id: str) -> None:
    """Refuse a statement whose lines name another merchant; Alipay's name none."""
    if any(row.merchant_id and row.merchant_id != merchant_id for row in statement.rows):
        raise StatementError("wrong_merchant", "a line names another merchant")
